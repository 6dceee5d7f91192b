//! How large a request a cluster takes, found out by what it refuses.

use std::sync::atomic::{AtomicUsize, Ordering};

/// A request of so few bytes is not made smaller because the cluster is busy.
const LEAST: usize = 128 << 10;

/// How large a request a cluster takes. Everybody who fills an index of it learns from all others.
#[derive(Debug)]
pub(super) struct Room {
    /// What it takes at any time.
    most: AtomicUsize,
    /// What it takes as busy as it is.
    now: AtomicUsize,
}

impl Default for Room {
    fn default() -> Room {
        let unknown = || AtomicUsize::new(usize::MAX);
        Room {
            most: unknown(),
            now: unknown(),
        }
    }
}

impl Room {
    /// Bytes of a request that is worth sending.
    pub(super) fn bytes(&self) -> usize {
        let (most, now) = (&self.most, &self.now);
        most.load(Ordering::Relaxed)
            .min(now.load(Ordering::Relaxed))
    }

    /// Notes that a request was too large, and always will be.
    pub(super) fn refused(&self, bytes: usize) {
        self.most.fetch_min(bytes / 2, Ordering::Relaxed);
    }

    /// Notes that there was no room for a request at the moment.
    pub(super) fn crowded(&self, bytes: usize) {
        self.now
            .fetch_min((bytes / 2).max(LEAST), Ordering::Relaxed);
    }

    /// Notes that a request was taken: the next one may be a little larger.
    pub(super) fn taken(&self, bytes: usize) {
        let now = self.now.load(Ordering::Relaxed);
        if bytes >= now / 2 {
            let more = now.saturating_add(now / 8);
            // Lost to whoever learned something else at the same time.
            let _ = self
                .now
                .compare_exchange(now, more, Ordering::Relaxed, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_stays_so_and_what_is_crowded_gets_room_again() {
        let room = Room::default();
        room.taken(4 << 20);
        assert_eq!(room.bytes(), usize::MAX);
        room.crowded(4 << 20);
        assert_eq!(room.bytes(), 2 << 20);
        for _ in 0..100 {
            room.taken(room.bytes());
        }
        assert!(room.bytes() > 1 << 30);
        room.refused(4 << 20);
        room.taken(room.bytes());
        assert_eq!(room.bytes(), 2 << 20);
        for _ in 0..20 {
            room.crowded(room.bytes());
        }
        assert_eq!(room.bytes(), LEAST);
    }
}
