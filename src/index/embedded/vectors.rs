//! Vectors of questions and of parts of answers, and of their tokens: written once, read where they lie. The
//! former are scanned for the nearest; tokens are only read for candidates.
//!
//! ```text
//! vectors        a row a text, as [`append_vector`] writes it
//! signs          the signs of each row, as [`append_signs`] writes them
//! vector_ends    for each entry (u32) the number of rows up to its end
//! vector_keys    for each row 16 bytes of its text's hash, by which the next build knows it again
//! tokens         a row a token of these texts, in the same form
//! token_ends     for each text (u32) the number of its tokens and of those before; what is after them has none
//! ```

use std::ops::Range;
use std::path::Path;

use tantivy::directory::OwnedBytes;

use crate::index::embedded::records::map_file;
use crate::index::encode::{KEY, TextKey};
use crate::index::{EntryKey, IndexError, Similarity};
use crate::semantic::{self, Encoding, QuestionTokens, Signs, unit_vector};

pub(super) const ROWS: &str = "vectors";
pub(super) const SIGNS: &str = "signs";
pub(super) const ENDS: &str = "vector_ends";
pub(super) const KEYS: &str = "vector_keys";
pub(super) const TOKENS: &str = "tokens";
pub(super) const TOKEN_ENDS: &str = "token_ends";

/// Whether a file of a generation belongs to its vectors.
pub(super) fn is_of_vectors(name: &str) -> bool {
    [ROWS, SIGNS, ENDS, KEYS, TOKENS, TOKEN_ENDS].contains(&name)
}

/// So many rows are scanned one and all, in milliseconds; of more only the likely ones.
const EXACT_ROWS: usize = 100_000;

/// Bytes of an end.
const END: usize = 4;

/// Where things of one sort end, counted from the first.
#[derive(Debug)]
struct Ends(OwnedBytes);

impl Ends {
    fn len(&self) -> usize {
        self.0.len() / END
    }

    /// How many there are of the first `owners`.
    fn of(&self, owners: usize) -> usize {
        let Some(before) = owners.checked_sub(1) else {
            return 0;
        };
        let bytes = self.0.get(before * END..).unwrap_or_default();
        let end = bytes.first_chunk().copied().unwrap_or_default();
        u32::from_le_bytes(end) as usize
    }

    /// Whether there are whole ends for so many owners, none before the one before it, and the last at `total`.
    fn fit(&self, owners: usize, total: usize) -> bool {
        let ends = || (0..=owners).map(|owners| self.of(owners));
        self.0.len() == owners * END
            && ends().is_sorted()
            && ends().next_back().is_none_or(|last| last == total)
    }

    /// What belongs to one owner.
    fn range(&self, owner: usize) -> Range<usize> {
        self.of(owner)..self.of(owner + 1)
    }
}

/// The vectors of an opened generation.
#[derive(Debug)]
pub(super) struct Vectors {
    rows: semantic::Vectors<OwnedBytes>,
    signs: Signs<OwnedBytes>,
    bytes: OwnedBytes,
    ends: Ends,
    keys: OwnedBytes,
    tokens: Option<Tokens>,
}

/// The tokens of all texts.
#[derive(Debug)]
struct Tokens {
    rows: semantic::Tokens<OwnedBytes>,
    bytes: OwnedBytes,
    ends: Ends,
}

/// A question, ready to be held beside many entries.
pub(super) struct Asked<'a> {
    encoding: &'a Encoding,
    tokens: Option<QuestionTokens>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(encoding: &'a Encoding) -> Self {
        Asked {
            encoding,
            tokens: QuestionTokens::new(encoding),
        }
    }
}

impl Vectors {
    /// Opens the vectors of a generation of so many entries; `None` if it was built without an encoder.
    pub(super) fn open(folder: &Path, entries: u64) -> Result<Option<Vectors>, IndexError> {
        if !folder.join(ROWS).exists() {
            return Ok(None);
        }
        let (bytes, ends, keys) = (
            map_file(folder, ROWS)?,
            Ends(map_file(folder, ENDS)?),
            map_file(folder, KEYS)?,
        );
        let count = keys.len() / KEY;
        if count == 0 {
            return Ok(None);
        }
        let path = folder.join(ROWS);
        let unfit = || IndexError::damaged(&path, "its parts do not fit together");
        let dimensions = (bytes.len() / count).checked_sub(semantic::ROW_OVERHEAD);
        let rows = dimensions
            .and_then(|dimensions| semantic::Vectors::open(bytes.clone(), dimensions))
            .ok_or_else(unfit)?;
        let signs = Signs::open(map_file(folder, SIGNS)?, rows.dimensions(), count);
        let signs = signs.ok_or_else(|| {
            IndexError::damaged(&folder.join(SIGNS), "it does not fit its vectors")
        })?;
        let opened = Vectors {
            rows,
            signs,
            bytes,
            ends,
            keys,
            tokens: Tokens::open(folder, count)?,
        };
        let fits = opened.ends.fit(entries as usize, count)
            && opened.keys.len().is_multiple_of(KEY)
            && opened.rows.len() == count;
        if fits { Ok(Some(opened)) } else { Err(unfit()) }
    }

    /// The entry that a row belongs to.
    fn entry_of(&self, row: u32) -> usize {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.ends.of(middle + 1) <= row as usize {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The texts' keys, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &TextKey> {
        self.keys.as_chunks().0.iter()
    }

    /// The bytes of a text's vector, and those of its tokens.
    pub(super) fn row(&self, row: usize) -> (&[u8], &[u8]) {
        let bytes = self.bytes.len() / self.rows.len();
        let tokens = self.tokens.as_ref();
        (
            &self.bytes[row * bytes..][..bytes],
            tokens.map_or(&[], |tokens| tokens.bytes_of(row)),
        )
    }

    /// What is kept of an entry's question.
    pub(super) fn encoding(&self, key: EntryKey) -> Encoding {
        let (vector, tokens) = self.row(self.ends.range(key.0 as usize).start);
        let each = self
            .tokens
            .as_ref()
            .map(|tokens| tokens.bytes.len() / tokens.rows.len());
        let tokens = tokens.chunks_exact(each.unwrap_or(1));
        Encoding {
            vector: unit_vector(vector),
            weights: vec![1.0 / tokens.len().max(1) as f32; tokens.len()],
            tokens: tokens.flat_map(unit_vector).collect(),
        }
    }

    /// How near one entry's phrasings and parts are to a question.
    pub(super) fn similarity(
        &self,
        asked: &Asked<'_>,
        key: EntryKey,
        phrasings: usize,
    ) -> Similarity {
        let texts = self.ends.range(key.0 as usize);
        let rows: Vec<u32> = texts.clone().map(|row| row as u32).collect();
        let vector = &asked.encoding.vector;
        let cosines = self.rows.cosines(vector, &rows).unwrap_or_default();
        let (questions, parts) = cosines.split_at(phrasings.min(cosines.len()));
        let mut similarity = Similarity {
            questions: questions.to_vec(),
            parts: parts.iter().copied().fold(0.0, f32::max),
            ..Similarity::default()
        };
        if let (Some(tokens), Some(question)) = (&self.tokens, &asked.tokens) {
            let nearest = tokens.nearest(question, texts);
            let asked = nearest.iter().take(phrasings);
            similarity.question_tokens = asked.map(|near| question.sum_up(near)).collect();
            let together = nearest.into_iter().reduce(|mut best, near| {
                for (best, near) in best.iter_mut().zip(near) {
                    *best = best.max(near);
                }
                best
            });
            similarity.entry_tokens = together.map(|near| question.sum_up(&near));
        }
        similarity
    }

    /// The entries nearest to a vector, nearest first; ties in corpus order. Beyond [`EXACT_ROWS`] one may be
    /// missed.
    pub(super) fn nearest(
        &self,
        vector: &[f32],
        limit: usize,
        keep: impl Fn(usize) -> bool + Sync,
    ) -> Vec<EntryKey> {
        // Variants and parts of one entry may crowd together.
        let rows = limit.saturating_mul(ROWS_AN_ENTRY);
        let accept = |row: u32| keep(self.entry_of(row));
        let near = if self.rows.len() > EXACT_ROWS {
            self.signs.nearest(&self.rows, vector, rows, accept)
        } else {
            self.rows.nearest(vector, rows, accept)
        };
        let near = near.unwrap_or_default();
        let mut keys: Vec<EntryKey> = Vec::with_capacity(limit);
        for found in near {
            let key = EntryKey(self.entry_of(found.row) as u64);
            if keys.len() < limit && !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }
}

/// Rows looked at for each entry wanted.
const ROWS_AN_ENTRY: usize = 2;

impl Tokens {
    /// Opens the tokens of so many texts; `None` if no text has any.
    fn open(folder: &Path, texts: usize) -> Result<Option<Tokens>, IndexError> {
        let (bytes, ends) = (
            map_file(folder, TOKENS)?,
            Ends(map_file(folder, TOKEN_ENDS)?),
        );
        let unfit = || IndexError::damaged(&folder.join(TOKENS), "its parts do not fit together");
        let count = ends.of(texts);
        if !ends.fit(texts, count) {
            return Err(unfit());
        }
        if count == 0 {
            return Ok(None);
        }
        let dimensions = (bytes.len() / count).checked_sub(semantic::ROW_OVERHEAD);
        let rows = dimensions
            .and_then(|dimensions| semantic::Tokens::open(bytes.clone(), dimensions))
            .filter(|rows| rows.len() == count)
            .ok_or_else(unfit)?;
        Ok(Some(Tokens { rows, bytes, ends }))
    }

    fn bytes_of(&self, text: usize) -> &[u8] {
        let row = self.bytes.len() / self.rows.len();
        let rows = self.ends.range(text);
        self.bytes
            .get(rows.start * row..rows.end * row)
            .unwrap_or_default()
    }

    /// For each text, how near it comes to each token of a question.
    fn nearest(&self, question: &QuestionTokens, texts: Range<usize>) -> Vec<Vec<f32>> {
        let ranges: Vec<Range<usize>> = texts.map(|text| self.ends.range(text)).collect();
        self.rows.nearest(question, &ranges).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    use crate::semantic::{append_signs, append_vector};

    /// Writes a generation of one text an entry: a vector each, no tokens.
    fn write(folder: &Path, vectors: impl Iterator<Item = [f32; 2]>) -> u64 {
        let (mut rows, mut signs) = (Vec::new(), Vec::new());
        let mut count = 0u32;
        for vector in vectors {
            let start = rows.len();
            append_vector(&vector, &mut rows);
            append_signs(&rows[start..], &mut signs);
            count += 1;
        }
        let ends: Vec<u8> = (1..=count).flat_map(u32::to_le_bytes).collect();
        for (name, bytes) in [
            (ROWS, rows),
            (SIGNS, signs),
            (ENDS, ends),
            (KEYS, vec![0; count as usize * KEY]),
            (TOKENS, Vec::new()),
            (TOKEN_ENDS, vec![0; count as usize * END]),
        ] {
            fs::write(folder.join(name), bytes).expect("a file");
        }
        u64::from(count)
    }

    #[test]
    fn few_rows_and_many_are_found_alike_within_the_scope() {
        for count in [EXACT_ROWS, EXACT_ROWS + 1] {
            let folder = tempfile::tempdir().expect("a folder");
            let vector = |entry| [1.0, if entry % 10_000 == 9 { 1.0 } else { -1.0 }];
            let entries = write(folder.path(), (0..count).map(vector));
            let opened = Vectors::open(folder.path(), entries);
            let opened = opened.expect("fitting files").expect("vectors");
            let found = opened.nearest(&[1.0, 1.0], 3, |entry| entry != 9);
            assert_eq!(found, [10_009, 20_009, 30_009].map(EntryKey), "{count}");
        }
    }

    #[test]
    fn files_that_do_not_fit_together_are_damaged() {
        for name in [ROWS, SIGNS, ENDS, KEYS, TOKENS, TOKEN_ENDS] {
            for gone in [false, true] {
                let folder = tempfile::tempdir().expect("a folder");
                let entries = write(folder.path(), (0..5).map(|entry| [1.0, entry as f32]));
                let path = folder.path().join(name);
                if gone {
                    fs::remove_file(&path).expect("a file");
                } else {
                    let mut bytes = fs::read(&path).expect("a file");
                    bytes.extend([0; KEY]);
                    fs::write(&path, bytes).expect("a file");
                }
                let opened = Vectors::open(folder.path(), entries);
                let expected = match opened {
                    // What stands for all is missing: the generation was built without an encoder.
                    Ok(None) => gone && name == ROWS,
                    // No text has tokens, so nothing is looked for in their file.
                    Ok(Some(_)) => !gone && name == TOKENS,
                    Err(error) => error.to_string().contains("damaged"),
                };
                assert!(expected, "{name}, {gone}");
            }
        }
    }
}
