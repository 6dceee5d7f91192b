//! The passport of a generation: which program wrote it from what, and how large its files must be.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::index::IndexError;

/// Raised whenever the files of a generation change their meaning.
pub(super) const FORMAT: u32 = 6;
/// The manifest's name in its generation's folder.
pub(super) const FILE: &str = "manifest.json";

/// What stands in `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// [`FORMAT`] of the program that wrote it.
    pub format: u32,
    /// What it was built from.
    pub fingerprints: Fingerprints,
    /// Sizes that scores are normalised by.
    pub statistics: Statistics,
    /// Every other file of the generation but what was fitted to it, by relative path, with its size in bytes.
    pub files: BTreeMap<String, u64>,
}

/// What a generation was built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprints {
    /// Rules and dictionaries of text analysis.
    pub analyzer: String,
    /// The encoder whose vectors it holds; `none` if it holds none.
    pub encoder: String,
    /// Every file's name and content, and how they are read.
    pub corpus: String,
    /// Under which numbers limits were fitted to it; empty if none were.
    pub judge: String,
}

/// Sizes that scores are normalised by.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Statistics {
    /// Number of entries.
    pub entries: u64,
    /// Mean length of a question, in characters after normalisation.
    pub mean_question_chars: f64,
    /// Mean length of an answer, in characters after normalisation.
    pub mean_answer_chars: f64,
    /// Whether answers have vectors, beside questions.
    pub answer_vectors: bool,
}

impl Fingerprints {
    /// The generation's name: a content hash.
    pub fn version(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&FORMAT.to_le_bytes());
        for part in [&self.analyzer, &self.encoder, &self.corpus, &self.judge] {
            hasher.update(part.as_bytes());
            hasher.update(&[0]);
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }
}

/// Only the part that every format has.
#[derive(Deserialize)]
struct AnyFormat {
    format: u32,
}

impl Manifest {
    /// Reads a generation's manifest.
    ///
    /// # Errors
    /// [`IndexError::Format`] if another version wrote it, [`IndexError::Damaged`] if it is none.
    pub(super) fn read(generation: &Path) -> Result<Manifest, IndexError> {
        let path = generation.join(FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(IndexError::damaged(&path, "the file is missing"));
            }
            Err(error) => return Err(IndexError::read(&path)(error)),
        };
        let damaged = |error| IndexError::damaged(&path, error);
        let AnyFormat { format } = serde_json::from_slice(&bytes).map_err(damaged)?;
        if format != FORMAT {
            return Err(IndexError::Format {
                path,
                found: format,
                expected: FORMAT,
            });
        }
        serde_json::from_slice(&bytes).map_err(damaged)
    }

    /// Checks that every file is there with its size: a file cut short by a crash or a full disk is
    /// found at once, at the cost of one look each.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] naming the first file that is missing or of another size,
    /// [`IndexError::Read`] if one may not be read.
    pub(super) fn check_files(&self, generation: &Path) -> Result<(), IndexError> {
        for (name, &expected) in &self.files {
            let path = generation.join(name);
            // Opening, not only looking, also tells a file that this user may not read.
            match File::open(&path).and_then(|file| file.metadata()) {
                Ok(found) if found.len() == expected => {}
                Ok(found) => {
                    let reason = format!("{} bytes instead of {expected}", found.len());
                    return Err(IndexError::damaged(&path, reason));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Err(IndexError::damaged(&path, "the file is missing"));
                }
                Err(error) => return Err(IndexError::read(&path)(error)),
            }
        }
        Ok(())
    }
}
