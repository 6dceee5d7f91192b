//! The vectors of a new generation's texts: those that the one before had are taken over, the others encoded.

use std::collections::HashMap;

use crate::index::analyzed::AnalyzedEntry;
use crate::index::unchanged::Unchanged;
use crate::index::{BuildEvent, IndexError};
use crate::semantic::{Encoder, append_vector};

/// About so many characters of an answer share a vector: what the encoder was trained on.
const PART_CHARS: usize = 80;
/// A longer answer has vectors for its beginning.
const MAX_PARTS: usize = 32;
/// Bytes of a text's key.
pub(super) const KEY: usize = 16;

/// A hash of a text, by which the next build knows it again.
pub(super) type TextKey = [u8; KEY];

/// Gives texts their vectors.
pub(super) struct TextEncoder<'a> {
    encoder: &'a Encoder,
    /// Whether answers have vectors too.
    answers: bool,
    unchanged: Unchanged,
    done: usize,
    encoded: usize,
    reused: usize,
}

/// One text's vectors, as [`append_vector`] writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextVectors<'a> {
    /// Of the text that they are of.
    pub(super) key: &'a TextKey,
    /// The one of the whole text.
    pub(super) row: &'a [u8],
    /// Those of its tokens, end to end.
    pub(super) tokens: &'a [u8],
}

/// The vectors of some entries.
#[derive(Debug)]
pub(super) struct EncodedBatch<'a> {
    /// How many texts each entry has.
    counts: Vec<usize>,
    keys: Vec<TextKey>,
    /// Which of `encoded` are those of a text.
    number: HashMap<TextKey, usize>,
    encoded: Vec<(Vec<u8>, Vec<u8>)>,
    unchanged: &'a Unchanged,
}

impl EncodedBatch<'_> {
    /// For each entry, in order, its texts: its phrasings, then the parts of its answer.
    pub(super) fn entries(&self) -> impl Iterator<Item = impl Iterator<Item = TextVectors<'_>>> {
        let mut rest = self.keys.as_slice();
        self.counts.iter().map(move |&count| {
            let (keys, behind) = rest.split_at(count);
            rest = behind;
            keys.iter().map(|key| {
                let (row, tokens) = match self.number.get(key) {
                    Some(&at) => (&self.encoded[at].0[..], &self.encoded[at].1[..]),
                    None => self.unchanged.row(key).unwrap_or_default(),
                };
                TextVectors { key, row, tokens }
            })
        })
    }
}

impl<'a> TextEncoder<'a> {
    /// Encodes with `encoder`, of answers too if they are wanted, what is not in `unchanged`.
    pub(super) fn new(encoder: &'a Encoder, answers: bool, unchanged: Unchanged) -> Self {
        TextEncoder {
            encoder,
            answers,
            unchanged,
            done: 0,
            encoded: 0,
            reused: 0,
        }
    }

    /// Whether answers have vectors too.
    pub(super) fn has_answers(&self) -> bool {
        self.answers
    }

    /// How many texts were encoded, and how many had a vector in the generation before.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.encoded, self.reused)
    }

    /// Encodes the next entries. Texts that the generation before had keep their vectors. The first entries may be
    /// `kept` by the engine as they are: of what these had, tokens are left out.
    pub(super) fn encode(
        &mut self,
        entries: &[AnalyzedEntry],
        kept: &[bool],
        progress: &mut dyn FnMut(BuildEvent<'_>),
    ) -> Result<EncodedBatch<'_>, IndexError> {
        let texts: Vec<Vec<String>> = entries
            .iter()
            .map(|entry| texts_of(entry, self.answers))
            .collect();
        let keys: Vec<TextKey> = texts.iter().flatten().map(|text| key(text)).collect();
        let kept = kept.iter().copied().chain(std::iter::repeat(false));
        let owners = texts.iter().zip(kept);
        let owners = owners.flat_map(|(texts, kept)| texts.iter().map(move |_| kept));
        let wanted = keys.iter().zip(owners).filter(|(_, kept)| !kept);
        let wanted: Vec<TextKey> = wanted.map(|(key, _)| *key).collect();
        if let Err(error) = self.unchanged.make_ready(&wanted) {
            tracing::warn!(%error, "vectors of the index before can't be fetched: texts are encoded anew");
            self.unchanged = Unchanged::default();
        }
        let mut new: Vec<&str> = Vec::new();
        let mut number: HashMap<TextKey, usize> = HashMap::new();
        for (text, key) in texts.iter().flatten().zip(&keys) {
            if self.unchanged.row(key).is_some() {
                self.reused += 1;
            } else if !number.contains_key(key) {
                number.insert(*key, new.len());
                new.push(text);
            }
        }
        let mut texts_done = self.done + keys.len() - new.len();
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
        self.done += keys.len();
        Ok(EncodedBatch {
            counts: texts.iter().map(Vec::len).collect(),
            keys,
            number,
            encoded,
            unchanged: &self.unchanged,
        })
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

fn key(text: &str) -> TextKey {
    let mut key = [0; KEY];
    key.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..KEY]);
    key
}
