//! `CURRENT`: which generation serves, which served before, and what must not be built of itself.
//!
//! All of it stands in one file, so that one rename changes all of it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::index::IndexError;
use crate::index::error::Damage;
use crate::index::generation::{GENERATIONS, sync};
use crate::index::sealed::{seal, unseal};

/// The pointer's name in the index folder.
pub(super) const CURRENT: &str = "CURRENT";
/// The file in `index` that names the generation which serves; a build changes it last.
pub fn pointer_file(index: &Path) -> PathBuf {
    index.join(CURRENT)
}

/// Raised if the pointer changes its meaning, which is seldomer than a generation does.
const FORMAT: u32 = 1;

/// What stands in `CURRENT`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pointer {
    format: u32,
    /// The folder of the generation that serves, below `generations/`.
    pub(super) current: String,
    /// All that were made current, the one that was last first. A rollback leaves their order as it is.
    pub(super) published: Vec<String>,
    /// What was rolled back from.
    pub(super) held: Option<Held>,
}

/// A generation that was rolled back from: as long as the corpus is what it was built from, only somebody who
/// asks for it builds it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The generation's name.
    pub generation: String,
    /// The fingerprint of its corpus.
    pub corpus: String,
}

/// Only the part that every format has.
#[derive(Deserialize)]
struct AnyFormat {
    format: u32,
}

impl Pointer {
    /// Reads the pointer of an index.
    ///
    /// # Errors
    /// [`IndexError::Missing`] if nothing was built, [`IndexError::Damaged`] if it is no pointer,
    /// [`IndexError::Format`] if it is another version's.
    pub(super) fn read(index: &Path) -> Result<Pointer, IndexError> {
        let path = index.join(CURRENT);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(IndexError::Missing {
                    path: index.to_owned(),
                });
            }
            Err(error) => return Err(IndexError::read(&path)(error)),
        };
        let pointer = match bare_name(&bytes) {
            Some(name) => Pointer::to(name, vec![name.to_owned()], None),
            None => unseal(&bytes).map_err(|damage| match serde_json::from_slice(&bytes) {
                Ok(AnyFormat { format }) if format != FORMAT => IndexError::Format {
                    path: path.clone(),
                    found: format,
                    expected: FORMAT,
                },
                _ => IndexError::damage(&path, damage),
            })?,
        };
        if is_name(&pointer.current) {
            Ok(pointer)
        } else {
            Err(IndexError::damage(&path, Damage::Pointer))
        }
    }

    /// To a generation, with all that were published.
    pub(super) fn to(name: &str, published: Vec<String>, held: Option<Held>) -> Pointer {
        Pointer {
            format: FORMAT,
            current: name.to_owned(),
            published,
            held,
        }
    }

    /// As it is after `name` was built, or found to be there already: that serves, and nothing is held back.
    pub(super) fn publishing(before: Option<Pointer>, name: &str) -> Pointer {
        let mut published = vec![name.to_owned()];
        let before = before.map(|before| before.published).unwrap_or_default();
        published.extend(before.into_iter().filter(|other| other != name));
        Pointer::to(name, published, None)
    }

    /// Where the generation lies that serves.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if it is missing.
    pub(super) fn folder(&self, index: &Path) -> Result<PathBuf, IndexError> {
        let folder = index.join(GENERATIONS).join(&self.current);
        match folder.is_dir() {
            true => Ok(folder),
            false => Err(IndexError::damage(&folder, Damage::NoGeneration)),
        }
    }

    /// Puts this pointer in the place of the one that is there, at once and for good.
    ///
    /// # Errors
    /// [`IndexError::Write`]; the one before stays.
    pub(super) fn write(&self, index: &Path) -> Result<(), IndexError> {
        let path = index.join(CURRENT);
        let beside = index.join(format!("{CURRENT}.new"));
        let bytes = seal(self)?;
        let write = || -> io::Result<()> {
            let mut file = File::create(&beside)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            fs::rename(&beside, &path)?;
            sync(index)
        };
        write().map_err(IndexError::write(&path))
    }
}

/// The name alone, as earlier versions wrote it and as a person may. What follows from there tells the rest.
fn bare_name(bytes: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(bytes).ok()?.trim();
    is_name(name).then_some(name)
}

/// Whether this can name a generation: nothing that leads elsewhere.
pub(super) fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    name.starts_with(|first: char| first.is_ascii_alphanumeric()) && name.bytes().all(plain)
}
