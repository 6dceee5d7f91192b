//! An encoder that fails is left alone for a while, so that questions don't wait for it one by one.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::semantic::error::EncodeError;

/// So long after a failure no question tries again; then one does, and the others go on without.
const PAUSE: Duration = Duration::from_secs(5);

/// Whether an encoder fails at the moment.
#[derive(Debug)]
pub(super) struct Outage {
    pause: Duration,
    /// When it may be tried again; `None` while all is well.
    next_try: Mutex<Option<Instant>>,
}

impl Default for Outage {
    fn default() -> Outage {
        Outage::with_pause(PAUSE)
    }
}

impl Outage {
    pub(super) fn with_pause(pause: Duration) -> Outage {
        Outage {
            pause,
            next_try: Mutex::default(),
        }
    }

    /// Encodes, unless that failed a moment ago. Logs when an outage begins and when it ends.
    pub(super) fn bridge<T>(&self, encode: impl FnOnce() -> Result<T, EncodeError>) -> Option<T> {
        if !self.may_try(Instant::now()) {
            return None;
        }
        match encode() {
            Ok(encoded) => {
                if self.next_try().take().is_some() {
                    tracing::info!("the encoder answers again");
                }
                Some(encoded)
            }
            Err(error) => {
                let next_try = Instant::now() + self.pause;
                if self.next_try().replace(next_try).is_none() {
                    tracing::warn!(
                        "{}; until it answers, questions are matched by their words alone",
                        error.without_quotes()
                    );
                }
                None
            }
        }
    }

    /// Whether the last try failed.
    pub(super) fn is_on(&self) -> bool {
        self.next_try().is_some()
    }

    fn may_try(&self, now: Instant) -> bool {
        let mut next_try = self.next_try();
        match *next_try {
            None => true,
            Some(at) if now < at => false,
            Some(_) => {
                // Only this one: the others go on without while it waits.
                *next_try = Some(now + self.pause);
                true
            }
        }
    }

    fn next_try(&self) -> MutexGuard<'_, Option<Instant>> {
        self.next_try.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing() -> Result<(), EncodeError> {
        Err(EncodeError::Damaged("a test".to_owned()))
    }

    #[test]
    fn after_a_failure_nothing_is_tried_until_the_pause_is_over() {
        let outage = Outage::with_pause(Duration::from_secs(3600));
        assert_eq!(outage.bridge(|| Ok(1)), Some(1));
        assert_eq!(outage.bridge(failing), None);
        let tried = || -> Result<(), EncodeError> { panic!("tried too early") };
        assert_eq!(outage.bridge(tried), None);
    }

    #[test]
    fn after_the_pause_one_tries_and_its_success_ends_the_outage() {
        let outage = Outage::with_pause(Duration::from_secs(3600));
        assert_eq!(outage.bridge(failing), None);
        let later = Instant::now() + Duration::from_secs(4000);
        assert!(outage.may_try(later));
        assert!(!outage.may_try(later), "the second waits for the first");
        let outage = Outage::with_pause(Duration::ZERO);
        assert_eq!(outage.bridge(failing), None);
        assert_eq!(outage.bridge(|| Ok(1)), Some(1));
        assert!(!outage.is_on());
    }
}
