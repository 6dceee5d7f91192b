//! Vectors of questions and sub-headings: written once, scanned where they lie.
//!
//! ```text
//! vectors        a row a text: its scale (f32), then one signed byte a dimension
//! vector_ends    for each entry (u32) the number of rows up to its end
//! vector_keys    for each row 16 bytes of its text's hash, by which the next build knows it again
//! ```

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::OwnedBytes;

use crate::corpus::{Entry, PassageKind};
use crate::index::embedded::records::map_file;
use crate::index::entry_text::EntryText;
use crate::index::{IndexError, Similarity};
use crate::semantic::{Encoder, quantised};

const ROWS: &str = "vectors";
const ENDS: &str = "vector_ends";
const KEYS: &str = "vector_keys";

/// Bytes of a row's key.
const KEY: usize = 16;
/// Bytes of a row's end.
const END: usize = 4;

/// Writes the vectors of one generation.
pub(super) struct VectorWriter<'a> {
    encoder: &'a Encoder,
    known: Known,
    rows: BufWriter<File>,
    ends: BufWriter<File>,
    keys: BufWriter<File>,
    written: u32,
}

/// Rows of the generation before this one, by their texts.
#[derive(Debug, Default)]
pub(super) struct Known {
    rows: Option<Arc<Vectors>>,
    by_key: HashMap<[u8; KEY], u32>,
}

impl Known {
    /// What `vectors` hold.
    pub(super) fn of(vectors: Vectors) -> Known {
        let keys = vectors.keys.chunks_exact(KEY);
        let by_key = keys
            .zip(0..)
            .filter_map(|(key, row)| Some((key.try_into().ok()?, row)));
        Known {
            by_key: by_key.collect(),
            rows: Some(Arc::new(vectors)),
        }
    }

    fn row(&self, key: &[u8; KEY]) -> Option<&[u8]> {
        let row = *self.by_key.get(key)?;
        Some(self.rows.as_ref()?.row(row as usize))
    }
}

impl<'a> VectorWriter<'a> {
    pub(super) fn create(folder: &Path, encoder: &'a Encoder, known: Known) -> io::Result<Self> {
        let file = |name| Ok::<_, io::Error>(BufWriter::new(File::create(folder.join(name))?));
        Ok(VectorWriter {
            encoder,
            known,
            rows: file(ROWS)?,
            ends: file(ENDS)?,
            keys: file(KEYS)?,
            written: 0,
        })
    }

    /// Encodes and writes the next entries, in order. Texts that the generation before had keep their
    /// vectors; returns how many had to be encoded.
    pub(super) fn push(
        &mut self,
        entries: &[(&Entry, &EntryText)],
        folder: &Path,
    ) -> Result<usize, IndexError> {
        let texts: Vec<Vec<String>> = entries
            .iter()
            .map(|(entry, text)| texts_of(entry, text))
            .collect();
        let keys: Vec<[u8; KEY]> = texts.iter().flatten().map(|text| key(text)).collect();
        let mut new: Vec<&str> = Vec::new();
        let mut number: HashMap<[u8; KEY], usize> = HashMap::new();
        for (text, key) in texts.iter().flatten().zip(&keys) {
            if self.known.row(key).is_none() && !number.contains_key(key) {
                number.insert(*key, new.len());
                new.push(text);
            }
        }
        let encoded = self.encoder.encode(&new).map_err(IndexError::Encode)?;
        let encoded: Vec<Vec<u8>> = encoded.iter().map(|vector| quantised(vector)).collect();
        let mut write = || -> io::Result<()> {
            let mut keys = keys.iter();
            for texts in &texts {
                for key in keys.by_ref().take(texts.len()) {
                    let row = match number.get(key) {
                        Some(&at) => encoded[at].as_slice(),
                        None => self.known.row(key).unwrap_or_default(),
                    };
                    self.rows.write_all(row)?;
                    self.keys.write_all(key)?;
                    self.written += 1;
                }
                self.ends.write_all(&self.written.to_le_bytes())?;
            }
            Ok(())
        };
        write().map_err(IndexError::write(folder))?;
        Ok(new.len())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.rows.flush()?;
        self.ends.flush()?;
        self.keys.flush()
    }
}

/// What an entry is found by: its phrasings, then the sub-headings of its answer.
fn texts_of(entry: &Entry, text: &EntryText) -> Vec<String> {
    let phrasings = text.questions.iter().map(|question| question.text.clone());
    let sections = entry.answer.passages.iter();
    let sections = sections.filter(|passage| passage.kind == PassageKind::Section);
    let headings = sections.filter_map(|passage| passage.heading.clone());
    phrasings.chain(headings).collect()
}

fn key(text: &str) -> [u8; KEY] {
    let mut key = [0; KEY];
    key.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..KEY]);
    key
}

/// The vectors of an opened generation.
pub(super) struct Vectors {
    rows: OwnedBytes,
    ends: OwnedBytes,
    keys: OwnedBytes,
    row_bytes: usize,
}

impl std::fmt::Debug for Vectors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vectors").field("rows", &self.len()).finish()
    }
}

impl Vectors {
    /// Opens the vectors of a generation of so many entries; `None` if it was built without an encoder.
    pub(super) fn open(folder: &Path, entries: u64) -> Result<Option<Vectors>, IndexError> {
        if !folder.join(ROWS).exists() {
            return Ok(None);
        }
        let (rows, ends, keys) = (
            map_file(folder, ROWS)?,
            map_file(folder, ENDS)?,
            map_file(folder, KEYS)?,
        );
        let count = keys.len() / KEY;
        let opened = Vectors {
            row_bytes: rows.len().checked_div(count).unwrap_or(0),
            rows,
            ends,
            keys,
        };
        let fits = opened.ends.len() as u64 == entries * END as u64
            && opened.keys.len().is_multiple_of(KEY)
            && opened.rows.len() == count * opened.row_bytes
            && opened.end(entries as usize) == count;
        if fits {
            Ok(Some(opened))
        } else {
            let path = folder.join(ROWS);
            Err(IndexError::damaged(&path, "its parts do not fit together"))
        }
    }

    fn len(&self) -> usize {
        self.keys.len() / KEY
    }

    /// Rows up to the end of the first `entries` entries.
    fn end(&self, entries: usize) -> usize {
        let Some(before) = entries.checked_sub(1) else {
            return 0;
        };
        let bytes: [u8; END] = self.ends[before * END..][..END]
            .try_into()
            .expect("a slice of this length");
        u32::from_le_bytes(bytes) as usize
    }

    fn row(&self, row: usize) -> &[u8] {
        &self.rows[row * self.row_bytes..][..self.row_bytes]
    }

    /// The cosine of every row with a quantised vector; none if their lengths differ.
    pub(super) fn cosines(&self, vector: &[u8]) -> Vec<f32> {
        if vector.len() != self.row_bytes {
            return Vec::new();
        }
        let rows = self.rows.chunks_exact(self.row_bytes.max(1));
        rows.map(|row| crate::semantic::cosine(row, vector)).collect()
    }

    /// The cosines of one entry out of those of all rows.
    pub(super) fn similarity(&self, cosines: &[f32], entry: usize, phrasings: usize) -> Similarity {
        let rows = self.end(entry)..self.end(entry + 1);
        let of_entry = cosines.get(rows).unwrap_or_default();
        let (questions, parts) = of_entry.split_at(phrasings.min(of_entry.len()));
        Similarity {
            questions: questions.to_vec(),
            parts: parts.iter().copied().fold(0.0, f32::max),
        }
    }

    /// The entries nearest to the cosines' vector, best first, ties in corpus order.
    pub(super) fn nearest(
        &self,
        cosines: &[f32],
        limit: usize,
        keep: impl Fn(usize) -> bool,
    ) -> Vec<usize> {
        let entries = self.ends.len() / END;
        let mut start = 0;
        let mut best: Vec<(f32, usize)> = Vec::with_capacity(entries);
        for entry in 0..entries {
            let end = self.end(entry + 1);
            let of_entry = cosines.get(start..end).unwrap_or_default();
            let nearest = of_entry.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            if keep(entry) {
                best.push((nearest, entry));
            }
            start = end;
        }
        let by_nearness =
            |a: &(f32, usize), b: &(f32, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if best.len() > limit {
            best.select_nth_unstable_by(limit, by_nearness);
            best.truncate(limit);
        }
        best.sort_by(by_nearness);
        best.into_iter().map(|(_, entry)| entry).collect()
    }
}
