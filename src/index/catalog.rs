//! All categories and tags with their counts: what can be browsed and what a filter may name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::corpus::Entry;
use crate::index::entry_text::category_path;

/// Counts of entries by category and by tag.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Catalog {
    /// Full category paths (levels joined by `/`), ascending, with the entries that stand directly there.
    pub categories: Vec<(String, u64)>,
    /// Tags, ascending, with their entries.
    pub tags: Vec<(String, u64)>,
}

impl Catalog {
    /// Whether `path` is a category or stands above one.
    pub fn has_category(&self, path: &str) -> bool {
        self.categories
            .iter()
            .any(|(known, _)| is_within(known, path))
    }

    /// Whether some entry carries `tag`.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags
            .binary_search_by(|(known, _)| known.as_str().cmp(tag))
            .is_ok()
    }
}

/// Whether the category `path` is `outer` or below it.
pub fn is_within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Counts while an index is built.
#[derive(Debug, Default)]
pub(super) struct CatalogBuilder {
    categories: BTreeMap<String, u64>,
    tags: BTreeMap<String, u64>,
}

impl CatalogBuilder {
    pub(super) fn add(&mut self, entry: &Entry) {
        if !entry.category.is_empty() {
            *self
                .categories
                .entry(category_path(&entry.category))
                .or_default() += 1;
        }
        for tag in &entry.tags {
            *self.tags.entry(tag.clone()).or_default() += 1;
        }
    }

    pub(super) fn finish(self) -> Catalog {
        Catalog {
            categories: self.categories.into_iter().collect(),
            tags: self.tags.into_iter().collect(),
        }
    }
}
