//! Which generation is opened, and how closely it is looked at first.

use std::fs;
use std::path::Path;

use crate::corpus::Corpus;
use crate::index::embedded::Embedded;
use crate::index::generation::{self, GENERATIONS};
use crate::index::knowledge::Knowledge;
use crate::index::manifest::{self, Manifest};
use crate::index::pointer::{Held, Pointer, is_name};
use crate::index::{Engine, FITTED, Index, IndexError, build, guarded};
use crate::semantic::Language;

/// How an opened index stands to a corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is what a build would make.
    Fresh,
    /// A build would make what was rolled back from: it is left to whoever asks for it.
    Held,
    /// A build would make something else.
    Behind,
}

/// How closely a generation is looked at before it is opened. Lengths and structure always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Every byte of files up to this size.
    Small(u64),
    /// Every byte.
    Every,
}

impl Look {
    /// What takes no time worth mentioning, however large the index.
    pub(super) const QUICK: Look = Look::Small(manifest::SMALL);
}

impl Index {
    /// Opens the current generation in `dir` after a quick look at its files.
    ///
    /// # Errors
    /// [`IndexError`] if there is none, it is damaged, or another version wrote it.
    pub fn open(dir: &Path, language: &Language) -> Result<Index, IndexError> {
        Index::open_current(dir, language, Look::QUICK)
    }

    /// Opens the current generation in `dir` after reading every byte of it: for those who serve it for long.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn open_whole(dir: &Path, language: &Language) -> Result<Index, IndexError> {
        Index::open_current(dir, language, Look::Every)
    }

    /// Opens the generation of that name in `dir`, whether it is the current one or not, after reading every
    /// byte of it.
    ///
    /// # Errors
    /// As [`Index::open`]; [`IndexError::NoSuchGeneration`] if there is none.
    pub fn open_named(dir: &Path, name: &str, language: &Language) -> Result<Index, IndexError> {
        let folder = dir.join(GENERATIONS).join(name);
        if !is_name(name) || !folder.is_dir() {
            return Err(IndexError::NoSuchGeneration {
                path: dir.to_owned(),
                name: name.to_owned(),
            });
        }
        Index::open_generation(&folder, language, Look::Every)
    }

    /// Opens the newest generation in `dir` that is whole and can be read, where the current one can't: an answer
    /// of yesterday is better than none.
    pub fn open_spare(dir: &Path, language: &Language) -> Option<Index> {
        let published = Pointer::read(dir).map(|pointer| pointer.published);
        let mut names = published.unwrap_or_default();
        names.extend(generation::all(dir).unwrap_or_default());
        let mut opened = names
            .iter()
            .map(|name| Index::open_named(dir, name, language));
        opened.find_map(Result::ok)
    }

    fn open_current(dir: &Path, language: &Language, look: Look) -> Result<Index, IndexError> {
        let mut pointer = Pointer::read(dir)?;
        loop {
            let folder = pointer.folder(dir);
            let opened = folder.and_then(|folder| Index::open_generation(&folder, language, look));
            match opened {
                Ok(opened) => {
                    return Ok(Index {
                        held: pointer.held,
                        ..opened
                    });
                }
                // Two builds since the pointer was read, and what it led to is gone.
                Err(error) => match Pointer::read(dir)? {
                    now if now == pointer => return Err(error),
                    now => pointer = now,
                },
            }
        }
    }

    /// Opens a generation that need not serve.
    pub(super) fn open_generation(
        generation: &Path,
        language: &Language,
        look: Look,
    ) -> Result<Index, IndexError> {
        let manifest = Manifest::read(generation)?;
        let (found, expected) = (
            &manifest.fingerprints.analyzer,
            language.analyzer.fingerprint(),
        );
        if *found != expected {
            let path = generation.join(manifest::FILE);
            return Err(IndexError::Analyzer {
                path,
                found: found.clone(),
                expected,
            });
        }
        let (found, expected) = (
            &manifest.fingerprints.encoder,
            build::encoder_name(language)?,
        );
        if *found != expected {
            let path = generation.join(manifest::FILE);
            return Err(IndexError::Encoder {
                path,
                found: found.clone(),
                expected,
            });
        }
        match look {
            Look::Small(limit) => manifest.check_files(generation, limit)?,
            Look::Every => manifest.check_all(generation)?,
        }
        let path = generation.join(FITTED);
        let fitted = match manifest.files.contains_key(FITTED) {
            true => Some(fs::read(&path).map_err(IndexError::read(&path))?),
            false => None,
        };
        let name = generation.file_name().and_then(|name| name.to_str());
        let (knowledge, engine) = guarded(generation, || {
            let knowledge = Knowledge::open(generation, manifest)?;
            let entries = knowledge.manifest.statistics.entries;
            Ok((knowledge, Embedded::open(generation, entries)?))
        })?;
        Ok(Index {
            name: name.unwrap_or_default().to_owned(),
            folder: generation.to_owned(),
            version: knowledge.manifest.fingerprints.version(),
            fitted,
            held: None,
            knowledge,
            engine: Engine::Embedded(Box::new(engine)),
        })
    }

    /// How it stands to a corpus as that is now, and to a [`super::Judge`] of this name. Nothing should build of itself
    /// that is [`Standing::Held`].
    pub fn standing(&self, corpus: &Corpus, language: &Language, judge: &str) -> Standing {
        let Ok(now) = build::fingerprints(corpus, language, judge) else {
            return Standing::Behind;
        };
        match &self.held {
            _ if self.knowledge.manifest.fingerprints == now => Standing::Fresh,
            Some(held) if held.corpus == now.corpus => Standing::Held,
            _ => Standing::Behind,
        }
    }

    /// The name of its generation, by which [`Index::open_named`] finds it. A pointer to another name means another
    /// generation, though both may be of the same [`Index::version`].
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What was rolled back from to this generation, if it was current when it was opened.
    pub fn held(&self) -> Option<&Held> {
        self.held.as_ref()
    }
}

/// The name of the generation in `dir` that is current: whoever serves another should open anew.
///
/// # Errors
/// [`IndexError::Missing`] if nothing was built, [`IndexError::Damaged`] if the pointer can't be read.
pub fn current_name(dir: &Path) -> Result<String, IndexError> {
    Pointer::read(dir).map(|pointer| pointer.current)
}
