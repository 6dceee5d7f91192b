//! Writes the vectors of a generation, and takes over those that the one before had.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use crate::index::analyzed::AnalyzedEntry;
use crate::index::embedded::vectors::{ENDS, KEY, KEYS, ROWS, SIGNS, TOKEN_ENDS, TOKENS, Vectors};
use crate::index::{BuildEvent, IndexError};
use crate::semantic::{Encoder, ROW_OVERHEAD, append_signs, append_vector};

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
    signs: BufWriter<File>,
    ends: BufWriter<File>,
    keys: BufWriter<File>,
    tokens: BufWriter<File>,
    token_ends: BufWriter<File>,
    written: u32,
    written_tokens: u32,
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
        Known {
            by_key: vectors.keys().copied().zip(0..).collect(),
            rows: Some(Arc::new(vectors)),
        }
    }

    /// The bytes of a text's vector, and those of its tokens.
    fn row(&self, key: &[u8; KEY]) -> Option<(&[u8], &[u8])> {
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
            signs: file(SIGNS)?,
            ends: file(ENDS)?,
            keys: file(KEYS)?,
            tokens: file(TOKENS)?,
            token_ends: file(TOKEN_ENDS)?,
            written: 0,
            written_tokens: 0,
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
        entries: &[AnalyzedEntry],
        folder: &Path,
        progress: &mut dyn FnMut(BuildEvent<'_>),
    ) -> Result<(), IndexError> {
        let texts: Vec<Vec<String>> = entries
            .iter()
            .map(|entry| texts_of(entry, self.answers))
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
        let mut encoded: Vec<(Vec<u8>, Vec<u8>)> = Vec::with_capacity(new.len());
        for new in new.chunks(self.encoder.at_once()) {
            progress(BuildEvent::Encoded { texts: texts_done });
            for encoding in self.encoder.encode(new).map_err(IndexError::Encode)? {
                let (mut row, mut tokens) = (Vec::new(), Vec::new());
                append_vector(&encoding.vector, &mut row);
                for token in encoding.token_vectors() {
                    append_vector(token, &mut tokens);
                }
                encoded.push((row, tokens));
            }
            texts_done += new.len();
        }
        progress(BuildEvent::Encoded { texts: texts_done });
        self.encoded += encoded.len();
        let token_bytes = self.encoder.token_dimensions() + ROW_OVERHEAD;
        let mut write = || -> io::Result<()> {
            let mut keys = keys.iter();
            let mut signs = Vec::new();
            for texts in &texts {
                for key in keys.by_ref().take(texts.len()) {
                    let (row, tokens) = match number.get(key) {
                        Some(&at) => (&encoded[at].0[..], &encoded[at].1[..]),
                        None => self.known.row(key).unwrap_or_default(),
                    };
                    self.rows.write_all(row)?;
                    signs.clear();
                    append_signs(row, &mut signs);
                    self.signs.write_all(&signs)?;
                    self.tokens.write_all(tokens)?;
                    self.written_tokens += (tokens.len() / token_bytes) as u32;
                    self.token_ends
                        .write_all(&self.written_tokens.to_le_bytes())?;
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
        self.signs.flush()?;
        self.ends.flush()?;
        self.tokens.flush()?;
        self.token_ends.flush()?;
        self.keys.flush()
    }
}

/// What an entry is found by: its phrasings, then the parts of its answer.
fn texts_of(entry: &AnalyzedEntry, parts: bool) -> Vec<String> {
    let phrasings = entry.questions().map(str::to_owned);
    let parts = if parts {
        parts_of(entry.answer.normalized.as_str())
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
