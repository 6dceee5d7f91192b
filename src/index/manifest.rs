//! The passport of a generation: which program wrote it from what, and what its files must hold.
//!
//! Files are looked at in two ways. Quickly, when anyone opens the generation: every length, and the content of
//! small files. Thoroughly, where there is time: every byte.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::index::IndexError;
use crate::index::error::Damage;
use crate::index::sealed::{seal, unseal};

/// Raised whenever the files of a generation change their meaning.
pub(super) const FORMAT: u32 = 6;
/// The manifest's name in its generation's folder.
pub(super) const FILE: &str = "manifest.json";
/// Files up to this size are read whole whenever a generation is opened: some twenty of them take less than a
/// millisecond, and a small index has no others.
pub(super) const SMALL: u64 = 128 << 10;

/// What stands in `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// [`FORMAT`] of the program that wrote it.
    pub format: u32,
    /// When, in seconds since 1970.
    pub built: u64,
    /// What it was built from.
    pub fingerprints: Fingerprints,
    /// Sizes that scores are normalised by.
    pub statistics: Statistics,
    /// Every other file of the generation, by relative path.
    pub files: BTreeMap<String, Content>,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Content {
    /// Its length.
    pub bytes: u64,
    /// The hash of its bytes, in hexadecimal.
    pub blake3: String,
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

impl Content {
    fn of(path: &Path) -> io::Result<Content> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(File::open(path)?)?;
        Ok(Content {
            bytes: hasher.count(),
            blake3: hasher.finalize().to_hex().to_string(),
        })
    }

    /// Holds a file beside what it should be: its length always, its bytes if they are at most `limit`.
    fn check(&self, path: &Path, limit: u64) -> Result<(), IndexError> {
        let told = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => IndexError::damage(path, Damage::Missing),
            _ => IndexError::read(path)(error),
        };
        // Opening, not only looking, also tells a file that this user may not read.
        let found = File::open(path)
            .and_then(|file| file.metadata())
            .map_err(told)?;
        if found.len() != self.bytes {
            let (found, expected) = (found.len(), self.bytes);
            return Err(IndexError::damage(path, Damage::Length { found, expected }));
        }
        if self.bytes <= limit && Content::of(path).map_err(told)? != *self {
            return Err(IndexError::damage(path, Damage::Content));
        }
        Ok(())
    }
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
                return Err(IndexError::damage(&path, Damage::Missing));
            }
            Err(error) => return Err(IndexError::read(&path)(error)),
        };
        // Another version's has no seal of ours, but says whose it is.
        if let Ok(AnyFormat { format }) = serde_json::from_slice(&bytes)
            && format != FORMAT
        {
            return Err(IndexError::Format {
                path,
                found: format,
                expected: FORMAT,
            });
        }
        unseal(&bytes).map_err(|damage| IndexError::damage(&path, damage))
    }

    /// Writes it into its generation's folder.
    ///
    /// # Errors
    /// [`IndexError::Write`].
    pub(super) fn write(&self, generation: &Path) -> Result<(), IndexError> {
        let path = generation.join(FILE);
        fs::write(&path, seal(self)?).map_err(IndexError::write(&path))
    }

    /// Takes a file of its folder in, as it is now.
    ///
    /// # Errors
    /// [`IndexError::Read`].
    pub(super) fn add(&mut self, generation: &Path, name: &str) -> Result<(), IndexError> {
        let path = generation.join(name);
        let content = Content::of(&path).map_err(IndexError::read(&path))?;
        self.files.insert(name.to_owned(), content);
        Ok(())
    }

    /// Takes in files of its folder, on all cores.
    ///
    /// # Errors
    /// [`IndexError::Read`].
    pub(super) fn add_all(
        &mut self,
        generation: &Path,
        names: Vec<String>,
    ) -> Result<(), IndexError> {
        let read = |name: String| {
            let path = generation.join(&name);
            let content = Content::of(&path).map_err(IndexError::read(&path))?;
            Ok((name, content))
        };
        let contents: Result<Vec<_>, IndexError> = names.into_par_iter().map(read).collect();
        self.files.extend(contents?);
        Ok(())
    }

    /// Checks that every file is there with its length, and the bytes of those up to `limit`.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] naming the first file that is missing or another,
    /// [`IndexError::Read`] if one may not be read.
    pub(super) fn check_files(&self, generation: &Path, limit: u64) -> Result<(), IndexError> {
        let mut files = self.files.iter();
        files.try_for_each(|(name, content)| content.check(&generation.join(name), limit))
    }

    /// Reads every byte of every file, or of those that are `wanted`; what is wrong, by name.
    pub(super) fn damages(
        &self,
        generation: &Path,
        wanted: impl Fn(&str) -> bool + Sync,
    ) -> Vec<IndexError> {
        let files: Vec<_> = self.files.iter().filter(|(name, _)| wanted(name)).collect();
        let check = |(name, content): (&String, &Content)| {
            content.check(&generation.join(name), u64::MAX).err()
        };
        files.into_par_iter().filter_map(check).collect()
    }

    /// Checks every byte of the generation.
    ///
    /// # Errors
    /// As [`Manifest::check_files`].
    pub(super) fn check_all(&self, generation: &Path) -> Result<(), IndexError> {
        let first = self.damages(generation, |_| true).into_iter().next();
        first.map_or(Ok(()), Err)
    }
}
