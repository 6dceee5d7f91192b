//! Vectors of the questions asked last: people ask the same things again and again.

use std::sync::{Mutex, MutexGuard, PoisonError};

use lru::LruCache;

/// Memory for vectors and their texts, bytes: some thousand questions.
const MAX_BYTES: usize = 8 << 20;
/// What an entry takes besides its text and vector, about.
const ENTRY_BYTES: usize = 128;

/// The vectors of recent questions by their normalised texts.
#[derive(Debug)]
pub(super) struct Recent {
    max_bytes: usize,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    vectors: LruCache<String, Vec<f32>>,
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
            vectors: LruCache::unbounded(),
            bytes: 0,
        };
        Recent {
            max_bytes,
            known: Mutex::new(known),
        }
    }

    /// The vector of a text that was kept and not yet crowded out.
    pub(super) fn get(&self, text: &str) -> Option<Vec<f32>> {
        self.known().vectors.get(text).cloned()
    }

    /// Keeps a vector; those that nobody asked for longest make room.
    pub(super) fn keep(&self, text: &str, vector: &[f32]) {
        let mut known = self.known();
        let known = &mut *known;
        known.bytes += size(text, vector);
        if let Some((text, vector)) = known.vectors.push(text.to_owned(), vector.to_vec()) {
            known.bytes -= size(&text, &vector);
        }
        while known.bytes > self.max_bytes
            && let Some((text, vector)) = known.vectors.pop_lru()
        {
            known.bytes -= size(&text, &vector);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size(text: &str, vector: &[f32]) -> usize {
    ENTRY_BYTES + text.len() + size_of_val(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_last_stays_within_the_bounds() {
        let one = size("a", &[0.0; 4]);
        let recent = Recent::within(2 * one);
        recent.keep("a", &[1.0; 4]);
        recent.keep("b", &[2.0; 4]);
        assert_eq!(recent.get("a"), Some(vec![1.0; 4]));
        recent.keep("c", &[3.0; 4]);
        assert_eq!(recent.get("b"), None, "nobody asked for it since");
        assert_eq!(recent.get("a"), Some(vec![1.0; 4]));
        recent.keep("a", &[4.0; 4]);
        assert_eq!(recent.get("a"), Some(vec![4.0; 4]));
        assert_eq!(recent.known().bytes, 2 * one);
        recent.keep("large", &[0.0; 400]);
        assert_eq!(recent.get("large"), None);
        assert_eq!(recent.known().bytes, 0);
    }
}
