//! What a corpus was when it was read: a hash that changes exactly when a re-index could differ.

use crate::corpus::ParsedFile;

/// Raised whenever the parser reads the same files differently, so that an index made by an older
/// parser is known to be stale.
const RULES_VERSION: u32 = 5;

/// The BLAKE3 hash of a file's bytes.
pub type ContentHash = [u8; 32];

/// Sums up files in their order.
#[derive(Debug)]
pub struct Fingerprint {
    hasher: blake3::Hasher,
}

impl Default for Fingerprint {
    fn default() -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&RULES_VERSION.to_le_bytes());
        Fingerprint { hasher }
    }
}

impl Fingerprint {
    /// Adds a file as it was parsed: what counts are the bytes that made the entries, not those that
    /// the file may hold by now.
    pub fn add(&mut self, parsed: &ParsedFile) {
        self.add_content(&parsed.file, parsed.content);
    }

    /// Adds a file by name and content; `None` for one that was left out, whatever it holds.
    pub(super) fn add_content(&mut self, file: &str, content: Option<ContentHash>) {
        self.hasher.update(&(file.len() as u64).to_le_bytes());
        self.hasher.update(file.as_bytes());
        match content {
            Some(hash) => self.hasher.update(&[1]).update(&hash),
            None => self.hasher.update(&[0]),
        };
    }

    /// The sum, in hexadecimal.
    pub fn finish(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }
}
