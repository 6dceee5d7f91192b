//! Vectors of a generation by their texts, for the next one to take over.

use std::collections::HashMap;
use std::path::Path;

use crate::index::embedded::vectors::{Vectors, is_of_vectors};
use crate::index::encode::TextKey;
use crate::index::manifest::Manifest;

/// The rows of a generation, by their texts.
#[derive(Debug)]
pub(in crate::index) struct Known {
    rows: Vectors,
    by_key: HashMap<TextKey, u32>,
}

impl Known {
    /// Those of a generation; `None` if it has none, or they are not what was written.
    pub(in crate::index) fn of(generation: &Path, manifest: &Manifest) -> Option<Known> {
        if !manifest.damages(generation, is_of_vectors).is_empty() {
            return None;
        }
        let rows = Vectors::open(generation, manifest.statistics.entries).ok()??;
        Some(Known {
            by_key: rows.keys().copied().zip(0..).collect(),
            rows,
        })
    }

    /// The bytes of a text's vector, and those of its tokens.
    pub(in crate::index) fn row(&self, key: &TextKey) -> Option<(&[u8], &[u8])> {
        Some(self.rows.row(*self.by_key.get(key)? as usize))
    }
}
