//! What a replica keeps of a generation besides its knowledge, so as not to ask the cluster: which entries are in
//! which category, how Latin words go on, under which key each is, and the vectors that neighbours are found by.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::corpus::Entry;
use crate::index::analyzed::AnalyzedEntry;
use crate::index::catalog::is_within;
use crate::index::embedded::{Vectors, map_file};
use crate::index::entry_text::category_path;
use crate::index::opensearch::rows::Rows;
use crate::index::{EntryKey, IndexError, Scope};

/// The file's name in the folder of knowledge.
const LOCAL: &str = "local";

/// What stands in that file.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// By category path, the entries that stand directly there, ascending.
    categories: BTreeMap<String, Vec<u32>>,
    /// The same by tag.
    tags: BTreeMap<String, Vec<u32>>,
    /// Terms of questions and variants that begin with a Latin letter or a digit, ascending, and how many of both
    /// hold them.
    latin: BTreeMap<String, u32>,
    /// How variants are scored.
    pub(super) variants: Variants,
    /// Values of a token's vector; 0 if there are none.
    pub(super) token_dimensions: usize,
}

/// How repeated terms of variants are scored.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Variants {
    /// What the embedded engine scores them with: its correction for the mean length.
    pub(super) wanted: f32,
    /// What the index was given.
    pub(super) given: f32,
}

impl Default for Variants {
    fn default() -> Variants {
        Variants {
            wanted: super::layout::K1,
            given: super::layout::K1,
        }
    }
}

impl Kept {
    /// Of nothing yet, with tokens of so many values.
    pub(super) fn new(token_dimensions: usize) -> Kept {
        Kept {
            token_dimensions,
            ..Kept::default()
        }
    }

    /// Adds the next entry.
    pub(super) fn add(&mut self, key: u32, entry: &Entry, analyzed: &AnalyzedEntry) {
        if !entry.category.is_empty() {
            let category = category_path(&entry.category);
            self.categories.entry(category).or_default().push(key);
        }
        for tag in entry.tags.iter().collect::<BTreeSet<_>>() {
            self.tags.entry(tag.clone()).or_default().push(key);
        }
        for terms in [&analyzed.question_terms, &analyzed.variant_terms] {
            let latin = terms
                .split(' ')
                .filter(|term| term.starts_with(|first: char| first.is_ascii_alphanumeric()));
            for term in latin.collect::<BTreeSet<_>>() {
                match self.latin.get_mut(term) {
                    Some(count) => *count += 1,
                    None => {
                        self.latin.insert(term.to_owned(), 1);
                    }
                }
            }
        }
    }

    /// Writes it into the folder of knowledge.
    pub(super) fn write(&self, folder: &Path) -> Result<(), IndexError> {
        let bytes =
            postcard::to_stdvec(self).map_err(|error| IndexError::Engine(error.to_string()))?;
        let path = folder.join(LOCAL);
        fs::write(&path, bytes).map_err(IndexError::write(&path))
    }
}

/// What a replica keeps of an opened generation.
#[derive(Debug)]
pub(super) struct Local {
    pub(super) kept: Kept,
    pub(super) vectors: Option<Vectors>,
    pub(super) rows: Rows,
    entries: u64,
}

impl Local {
    /// Reads the files of a generation of so many entries.
    pub(super) fn open(folder: &Path, entries: u64) -> Result<Local, IndexError> {
        let damaged = |error| IndexError::damaged(&folder.join(LOCAL), error);
        Ok(Local {
            kept: postcard::from_bytes(&map_file(folder, LOCAL)?).map_err(damaged)?,
            vectors: Vectors::open_without_tokens(folder, entries)?,
            rows: Rows::open(folder, entries)?,
            entries,
        })
    }

    /// The numbers of the entries in a scope; `None` for all.
    pub(super) fn entries_in(&self, scope: &Scope) -> Option<HashSet<usize>> {
        (!scope.is_everything()).then(|| {
            let within = self.within(scope).into_iter();
            within.map(|key| key as usize).collect()
        })
    }

    /// A page of the entries in a scope, in corpus order, and how many there are on all pages.
    pub(super) fn list(
        &self,
        scope: &Scope,
        offset: usize,
        limit: usize,
    ) -> (usize, Vec<EntryKey>) {
        if scope.is_everything() {
            let total = self.entries as usize;
            let page = offset.min(total)..offset.saturating_add(limit).min(total);
            return (total, page.map(|key| EntryKey(key as u64)).collect());
        }
        let all = self.within(scope);
        let page = all.iter().skip(offset).take(limit);
        (
            all.len(),
            page.map(|&key| EntryKey(u64::from(key))).collect(),
        )
    }

    fn within(&self, scope: &Scope) -> Vec<u32> {
        let tagged = scope
            .tag
            .as_ref()
            .map(|tag| self.kept.tags.get(tag).map_or(&[][..], Vec::as_slice));
        let Some(outer) = &scope.category else {
            return tagged.unwrap_or_default().to_vec();
        };
        let below = self.kept.categories.range(outer.clone()..);
        let below = below
            .take_while(|(path, _)| path.starts_with(outer.as_str()))
            .filter(|(path, _)| is_within(path, outer));
        let mut all: Vec<u32> = below.flat_map(|(_, keys)| keys).copied().collect();
        all.sort_unstable();
        if let Some(tagged) = tagged {
            all.retain(|key| tagged.binary_search(key).is_ok());
        }
        all
    }

    /// Latin terms of questions and variants that begin with `prefix`, most used first.
    pub(super) fn complete(&self, prefix: &str, limit: usize) -> Vec<String> {
        let found = self.kept.latin.range(prefix.to_owned()..);
        let found = found.take_while(|(term, _)| term.starts_with(prefix));
        let mut found: Vec<(&String, &u32)> = found.collect();
        found.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        found.truncate(limit);
        found.into_iter().map(|(term, _)| term.clone()).collect()
    }
}

/// An entry's tokens as the cluster keeps them: how many texts, how many tokens each has, and their rows.
pub(super) fn packed_tokens<'t>(
    texts: impl Iterator<Item = &'t [u8]>,
    token_bytes: usize,
) -> Vec<u8> {
    let texts: Vec<&[u8]> = texts.collect();
    if texts.iter().all(|rows| rows.is_empty()) {
        return Vec::new();
    }
    let number = |number: usize| (number as u32).to_le_bytes();
    let mut packed = number(texts.len()).to_vec();
    for rows in &texts {
        packed.extend(number(rows.len() / token_bytes));
    }
    texts.iter().for_each(|rows| packed.extend(*rows));
    packed
}

/// Each text's number of tokens, and the rows of all; `None` if they do not fit together.
pub(super) fn unpacked_tokens(packed: &[u8], token_bytes: usize) -> Option<(Vec<usize>, &[u8])> {
    let (texts, rest) = packed.split_first_chunk()?;
    let texts = u32::from_le_bytes(*texts) as usize;
    let (counts, rows) = rest.split_at_checked(texts.checked_mul(4)?)?;
    let counts = counts.as_chunks().0.iter();
    let counts: Vec<usize> = counts
        .map(|&count| u32::from_le_bytes(count) as usize)
        .collect();
    let all: usize = counts.iter().sum();
    (Some(rows.len()) == all.checked_mul(token_bytes)).then_some((counts, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_read_back_and_what_is_cut_short_does_not() {
        let packed = packed_tokens([&[1u8; 6][..], &[], &[2; 3]].into_iter(), 3);
        let (counts, rows) = unpacked_tokens(&packed, 3).expect("tokens");
        assert_eq!(
            (counts, rows),
            (vec![2, 0, 1], &[1, 1, 1, 1, 1, 1, 2, 2, 2][..])
        );
        for length in 0..packed.len() {
            assert!(unpacked_tokens(&packed[..length], 3).is_none(), "{length}");
        }
        assert!(packed_tokens([&[][..]].into_iter(), 3).is_empty());
    }
}
