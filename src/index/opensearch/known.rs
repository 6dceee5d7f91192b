//! Vectors of a generation by their texts, for the next one to take over: those of texts are here, their tokens are
//! sent for.

use std::collections::HashMap;

use crate::index::encode::TextKey;
use crate::index::opensearch::OpenSearch;
use crate::index::{EntryKey, IndexError};

/// So many entries are sent for at once.
const AT_ONCE: usize = 100;

/// The rows of a generation, by their texts.
#[derive(Debug)]
pub(in crate::index) struct Known {
    engine: Box<OpenSearch>,
    by_key: HashMap<TextKey, u32>,
    /// Of the texts that were made ready.
    tokens: HashMap<TextKey, Vec<u8>>,
}

impl Known {
    /// Those of an opened generation; `None` if it has none.
    pub(super) fn of(engine: Box<OpenSearch>) -> Option<Known> {
        let keys = engine.local().vectors.as_ref()?.keys();
        Some(Known {
            by_key: keys.copied().zip(0..).collect(),
            tokens: HashMap::new(),
            engine,
        })
    }

    /// Sends for what is known of these texts, and lets go of all others.
    pub(in crate::index) fn make_ready(&mut self, keys: &[TextKey]) -> Result<(), IndexError> {
        self.tokens.clear();
        let Some(vectors) = &self.engine.local().vectors else {
            return Ok(());
        };
        // The entries that hold the texts, each with those that are wanted of it.
        let mut wanted: HashMap<EntryKey, Vec<(TextKey, usize)>> = HashMap::new();
        for key in keys {
            if let Some(&row) = self.by_key.get(key) {
                let entry = EntryKey(vectors.entry_of(row) as u64);
                let text = row as usize - vectors.texts_of(entry).start;
                wanted.entry(entry).or_default().push((*key, text));
            }
        }
        let mut entries: Vec<EntryKey> = wanted.keys().copied().collect();
        entries.sort_unstable();
        for entries in entries.chunks(AT_ONCE) {
            let tokens = self.engine.tokens_of(entries)?;
            for (entry, texts) in entries.iter().zip(tokens) {
                for (key, text) in &wanted[entry] {
                    let rows = texts.get(*text).cloned().unwrap_or_default();
                    self.tokens.insert(*key, rows);
                }
            }
        }
        Ok(())
    }

    /// The bytes of a text's vector, and those of its tokens.
    pub(in crate::index) fn row(&self, key: &TextKey) -> Option<(&[u8], &[u8])> {
        let vectors = self.engine.local().vectors.as_ref()?;
        let (row, _) = vectors.row(*self.by_key.get(key)? as usize);
        Some((row, self.tokens.get(key)?))
    }
}
