//! Secrets that callers prove to know.

use std::fmt;

/// A secret of which only a hash is kept: it can't be printed or logged, and hashes are compared in constant time, by
/// `==` too.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    hash: blake3::Hash,
    is_short: bool,
}

/// Fewer characters than these can be guessed.
const ENOUGH_CHARS: usize = 16;

impl Key {
    /// Of the secret itself.
    pub fn new(secret: &str) -> Key {
        Key {
            hash: blake3::hash(secret.as_bytes()),
            is_short: secret.chars().count() < ENOUGH_CHARS,
        }
    }

    /// Whether it could be guessed.
    pub(super) fn is_short(&self) -> bool {
        self.is_short
    }

    /// Whether `presented` is the secret. Takes as long whether much or nothing of it is right.
    pub fn matches(&self, presented: &str) -> bool {
        // The comparison of hashes is constant in time, as blake3 documents.
        self.hash == blake3::hash(presented.as_bytes())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}
