//! Encodings of the questions asked last: people ask the same things again and again.

use std::sync::{Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use crate::semantic::encoding::Encoding;

/// Memory for encodings and their texts, bytes: some thousand questions.
const MAX_BYTES: usize = 8 << 20;
/// What an entry takes besides its text and vectors, about.
const ENTRY_BYTES: usize = 128;

/// The encodings of recent questions by their normalised texts.
#[derive(Debug)]
pub(super) struct Recent {
    max_bytes: usize,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    encodings: LruCache<String, Encoding>,
    bytes: usize,
}

impl Default for Recent {
    fn default() -> Recent {
        Recent::within(MAX_BYTES)
    }
}

impl Recent {
    fn within(max_bytes: usize) -> Recent {
        let known = Known {
            encodings: LruCache::unbounded(),
            bytes: 0,
        };
        Recent {
            max_bytes,
            known: Mutex::new(known),
        }
    }

    /// The encoding of a text that was kept and not yet crowded out.
    pub(super) fn get(&self, text: &str) -> Option<Encoding> {
        self.known().encodings.get(text).cloned()
    }

    /// Keeps an encoding; those that nobody asked for longest make room.
    pub(super) fn keep(&self, text: &str, encoding: &Encoding) {
        let mut known = self.known();
        let known = &mut *known;
        known.bytes += size(text, encoding);
        let pushed = known.encodings.push(text.to_owned(), encoding.clone());
        if let Some((text, encoding)) = pushed {
            known.bytes -= size(&text, &encoding);
        }
        while known.bytes > self.max_bytes
            && let Some((text, encoding)) = known.encodings.pop_lru()
        {
            known.bytes -= size(&text, &encoding);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size(text: &str, encoding: &Encoding) -> usize {
    ENTRY_BYTES + text.len() + encoding.bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: f32, values: usize) -> Encoding {
        Encoding::whole(vec![value; values])
    }

    #[test]
    fn what_was_asked_last_stays_within_the_bounds() {
        let one = size("a", &of(0.0, 4));
        let recent = Recent::within(2 * one);
        recent.keep("a", &of(1.0, 4));
        recent.keep("b", &of(2.0, 4));
        assert_eq!(recent.get("a"), Some(of(1.0, 4)));
        recent.keep("c", &of(3.0, 4));
        assert_eq!(recent.get("b"), None, "nobody asked for it since");
        assert_eq!(recent.get("a"), Some(of(1.0, 4)));
        recent.keep("a", &of(4.0, 4));
        assert_eq!(recent.get("a"), Some(of(4.0, 4)));
        assert_eq!(recent.known().bytes, 2 * one);
        recent.keep("large", &of(0.0, 400));
        assert_eq!(recent.get("large"), None);
        assert_eq!(recent.known().bytes, 0);
    }
}
