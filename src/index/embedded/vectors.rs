//! Vectors of questions and of parts of answers: written once, scanned where they lie.
//!
//! ```text
//! vectors        a row a text, as [`append_vector`] writes it
//! vector_ends    for each entry (u32) the number of rows up to its end
//! vector_keys    for each row 16 bytes of its text's hash, by which the next build knows it again
//! ```

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::OwnedBytes;

use crate::index::embedded::records::map_file;
use crate::index::entry_text::EntryText;
use crate::index::{BuildEvent, EntryKey, IndexError, Similarity};
use crate::semantic::{self, Encoder, append_vector};

const ROWS: &str = "vectors";
const ENDS: &str = "vector_ends";
const KEYS: &str = "vector_keys";

/// Bytes of a row's key.
const KEY: usize = 16;
/// Bytes of a row's end.
const END: usize = 4;
/// About so many characters of an answer share a vector: what the encoder was trained on.
const PART_CHARS: usize = 80;
/// A longer answer has vectors for its beginning.
const MAX_PARTS: usize = 32;

/// Writes the vectors of one generation.
pub(super) struct VectorWriter<'a> {
    encoder: &'a Encoder,
    /// Whether answers have vectors too.
    answers: bool,
    known: Known,
    rows: BufWriter<File>,
    ends: BufWriter<File>,
    keys: BufWriter<File>,
    written: u32,
    encoded: usize,
    reused: usize,
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
    pub(super) fn create(
        folder: &Path,
        encoder: &'a Encoder,
        answers: bool,
        known: Known,
    ) -> io::Result<Self> {
        let file = |name| Ok::<_, io::Error>(BufWriter::new(File::create(folder.join(name))?));
        Ok(VectorWriter {
            encoder,
            answers,
            known,
            rows: file(ROWS)?,
            ends: file(ENDS)?,
            keys: file(KEYS)?,
            written: 0,
            encoded: 0,
            reused: 0,
        })
    }

    /// Whether answers have vectors too.
    pub(super) fn has_answers(&self) -> bool {
        self.answers
    }

    /// Encodes and writes the next entries, in order. Texts that the generation before had keep their
    /// vectors.
    pub(super) fn push(
        &mut self,
        entries: &[&EntryText],
        folder: &Path,
        progress: &mut dyn FnMut(BuildEvent<'_>),
    ) -> Result<(), IndexError> {
        let texts: Vec<Vec<String>> = entries
            .iter()
            .map(|text| texts_of(text, self.answers))
            .collect();
        let keys: Vec<[u8; KEY]> = texts.iter().flatten().map(|text| key(text)).collect();
        let mut new: Vec<&str> = Vec::new();
        let mut number: HashMap<[u8; KEY], usize> = HashMap::new();
        for (text, key) in texts.iter().flatten().zip(&keys) {
            if self.known.row(key).is_some() {
                self.reused += 1;
            } else if !number.contains_key(key) {
                number.insert(*key, new.len());
                new.push(text);
            }
        }
        let mut texts_done = self.written as usize + keys.len() - new.len();
        let mut encoded: Vec<Vec<u8>> = Vec::with_capacity(new.len());
        for new in new.chunks(self.encoder.at_once()) {
            progress(BuildEvent::Encoded { texts: texts_done });
            for vector in self.encoder.encode(new).map_err(IndexError::Encode)? {
                let mut row = Vec::new();
                append_vector(&vector, &mut row);
                encoded.push(row);
            }
            texts_done += new.len();
        }
        progress(BuildEvent::Encoded { texts: texts_done });
        self.encoded += encoded.len();
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
        Ok(())
    }

    /// How many texts were encoded, and how many had a vector in the generation before.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.encoded, self.reused)
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.rows.flush()?;
        self.ends.flush()?;
        self.keys.flush()
    }
}

/// What an entry is found by: its phrasings, then the parts of its answer.
fn texts_of(text: &EntryText, parts: bool) -> Vec<String> {
    let phrasings = text.questions.iter().map(|question| question.text.clone());
    let parts = if parts {
        parts_of(&text.answer)
    } else {
        Vec::new()
    };
    phrasings.chain(parts).collect()
}

/// Cuts an answer into runs of whole sentences, or of less where a sentence is too long.
fn parts_of(answer: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut part = String::new();
    let mut length = 0;
    for sentence in answer.split_inclusive(['。', '；', '！', '？', ';', '!', '?', '\n']) {
        let chars = sentence.trim_end().chars().count();
        if length > 0 && length + chars > PART_CHARS {
            parts.push(std::mem::take(&mut part));
            length = 0;
        }
        for c in sentence.chars() {
            part.push(if c == '\n' { ' ' } else { c });
            length += 1;
            if length >= PART_CHARS + PART_CHARS / 2 {
                parts.push(std::mem::take(&mut part));
                length = 0;
            }
        }
    }
    parts.push(part);
    parts.retain(|part| part.chars().any(char::is_alphanumeric));
    parts.truncate(MAX_PARTS);
    parts
}

fn key(text: &str) -> [u8; KEY] {
    let mut key = [0; KEY];
    key.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..KEY]);
    key
}

/// The vectors of an opened generation.
#[derive(Debug)]
pub(super) struct Vectors {
    rows: semantic::Vectors<OwnedBytes>,
    bytes: OwnedBytes,
    ends: OwnedBytes,
    keys: OwnedBytes,
}

impl Vectors {
    /// Opens the vectors of a generation of so many entries; `None` if it was built without an encoder.
    pub(super) fn open(folder: &Path, entries: u64) -> Result<Option<Vectors>, IndexError> {
        if !folder.join(ROWS).exists() {
            return Ok(None);
        }
        let (bytes, ends, keys) = (
            map_file(folder, ROWS)?,
            map_file(folder, ENDS)?,
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
        let opened = Vectors {
            rows,
            bytes,
            ends,
            keys,
        };
        let fits = opened.ends.len() as u64 == entries * END as u64
            && opened.keys.len().is_multiple_of(KEY)
            && opened.rows.len() == count
            && opened.end(entries as usize) == count;
        if fits { Ok(Some(opened)) } else { Err(unfit()) }
    }

    /// Rows up to the end of the first `entries` entries.
    fn end(&self, entries: usize) -> usize {
        let Some(before) = entries.checked_sub(1) else {
            return 0;
        };
        let bytes = self.ends.get(before * END..).unwrap_or_default();
        let end = bytes.first_chunk().copied().unwrap_or_default();
        u32::from_le_bytes(end) as usize
    }

    /// The entry that a row belongs to.
    fn entry_of(&self, row: u32) -> usize {
        let (mut low, mut high) = (0, self.ends.len() / END);
        while low < high {
            let middle = (low + high) / 2;
            if self.end(middle + 1) <= row as usize {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn row(&self, row: usize) -> &[u8] {
        let bytes = self.bytes.len() / self.rows.len();
        &self.bytes[row * bytes..][..bytes]
    }

    /// How near one entry's phrasings and parts are to a vector.
    pub(super) fn similarity(&self, vector: &[f32], key: EntryKey, phrasings: usize) -> Similarity {
        let entry = key.0 as usize;
        let rows: Vec<u32> = (self.end(entry)..self.end(entry + 1))
            .map(|row| row as u32)
            .collect();
        let cosines = self.rows.cosines(vector, &rows).unwrap_or_default();
        let (questions, parts) = cosines.split_at(phrasings.min(cosines.len()));
        Similarity {
            questions: questions.to_vec(),
            parts: parts.iter().copied().fold(0.0, f32::max),
        }
    }

    /// The entries nearest to a vector, nearest first; ties in corpus order.
    pub(super) fn nearest(
        &self,
        vector: &[f32],
        limit: usize,
        keep: impl Fn(usize) -> bool + Sync,
    ) -> Vec<EntryKey> {
        // Variants and parts of one entry may crowd together.
        let rows = limit.saturating_mul(ROWS_AN_ENTRY);
        let accept = |row: u32| keep(self.entry_of(row));
        let near = self.rows.nearest(vector, rows, accept).unwrap_or_default();
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
