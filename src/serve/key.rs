//! Secrets that callers prove to know.

use std::fmt;

/// A secret of which only a hash is kept: it can't be printed or logged, and hashes are compared in constant time, by
/// `==` too.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(blake3::Hash);

impl Key {
    /// Of the secret itself.
    pub fn new(secret: &str) -> Key {
        Key(blake3::hash(secret.as_bytes()))
    }

    /// Whether `presented` is the secret. Takes as long whether much or nothing of it is right.
    pub fn matches(&self, presented: &str) -> bool {
        // The comparison of hashes is constant in time, as blake3 documents.
        self.0 == blake3::hash(presented.as_bytes())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}
