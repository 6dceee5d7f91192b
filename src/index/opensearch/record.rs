//! What ranking reads of an entry, as it is kept in memory once it was fetched.

use std::sync::Arc;

use quick_cache::Weighter;

use crate::index::EntryKey;

/// What a record takes besides its bytes, about.
const RECORD_BYTES: usize = 96;

/// What ranking reads of an entry.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) text: Arc<[u8]>,
    /// Its tokens, see [`packed_tokens`](super::local::packed_tokens).
    pub(super) tokens: Vec<u8>,
}

#[derive(Debug, Clone)]
pub(super) struct InBytes;

impl Weighter<EntryKey, Arc<Record>> for InBytes {
    fn weight(&self, _: &EntryKey, record: &Arc<Record>) -> u64 {
        (record.text.len() + record.tokens.len() + RECORD_BYTES) as u64
    }
}
