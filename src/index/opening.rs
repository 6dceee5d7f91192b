//! Which generation is opened, and how closely it is looked at first.

use std::fs;
use std::path::Path;

use crate::corpus::Corpus;
use crate::index::embedded::Embedded;
use crate::index::generation::{self, GENERATIONS};
use crate::index::knowledge::Knowledge;
use crate::index::manifest::{self, Manifest};
use crate::index::opensearch::{ClusterIndex, Opened};
use crate::index::pointer::{Held, Pointer, is_name};
use crate::index::{Engine, FITTED, Index, IndexError, IndexLocation, build, guarded};
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
    /// Opens the current generation after a quick look at its files. From a cluster its knowledge is fetched, and
    /// every byte of that looked at.
    ///
    /// # Errors
    /// [`IndexError`] if there is none, it is damaged, or another version wrote it.
    pub fn open(
        location: impl Into<IndexLocation>,
        language: &Language,
    ) -> Result<Index, IndexError> {
        Index::open_current(&location.into(), language, Look::QUICK)
    }

    /// Opens the current generation after reading every byte of it: for those who serve it for long.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn open_whole(
        location: impl Into<IndexLocation>,
        language: &Language,
    ) -> Result<Index, IndexError> {
        Index::open_current(&location.into(), language, Look::Every)
    }

    /// Opens the generation of that name, whether it is the current one or not, after reading every
    /// byte of it.
    ///
    /// # Errors
    /// As [`Index::open`]; [`IndexError::NoSuchGeneration`] if there is none.
    pub fn open_named(
        location: impl Into<IndexLocation>,
        name: &str,
        language: &Language,
    ) -> Result<Index, IndexError> {
        let location = location.into();
        let unknown = || IndexError::NoSuchGeneration {
            path: location.shown(),
            name: name.to_owned(),
        };
        if !is_name(name) {
            return Err(unknown());
        }
        match &location {
            IndexLocation::Folder(dir) => {
                let folder = dir.join(GENERATIONS).join(name);
                match folder.is_dir() {
                    true => Index::open_generation(&folder, language, Look::Every),
                    false => Err(unknown()),
                }
            }
            IndexLocation::Cluster(index) => Index::open_in_cluster(index, name, language),
        }
    }

    /// Opens the newest generation that is whole and can be read, where the current one can't: an answer
    /// of yesterday is better than none. What was rolled back from is none.
    pub fn open_spare(location: impl Into<IndexLocation>, language: &Language) -> Option<Index> {
        let location = location.into();
        let names = match &location {
            IndexLocation::Folder(dir) => {
                let (published, held) = Pointer::read(dir)
                    .map(|pointer| (pointer.published, pointer.held))
                    .unwrap_or_default();
                let mut names = published;
                names.extend(generation::all(dir).unwrap_or_default());
                names.retain(|name| held.as_ref().is_none_or(|held| held.generation != *name));
                names
            }
            IndexLocation::Cluster(index) => {
                let held = index.leads().ok()?.held;
                let complete = index.complete().ok()?.into_iter();
                let names = complete.map(|listed| listed.generation);
                names.filter(|name| held.as_ref() != Some(name)).collect()
            }
        };
        let mut opened = names
            .iter()
            .map(|name| Index::open_named(&location, name, language));
        opened.find_map(Result::ok)
    }

    fn open_current(
        location: &IndexLocation,
        language: &Language,
        look: Look,
    ) -> Result<Index, IndexError> {
        match location {
            IndexLocation::Folder(dir) => Index::open_current_in(dir, language, look),
            IndexLocation::Cluster(index) => Index::open_served(index, language),
        }
    }

    fn open_current_in(dir: &Path, language: &Language, look: Look) -> Result<Index, IndexError> {
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
        suits(&generation.join(manifest::FILE), &manifest, language)?;
        match look {
            Look::Small(limit) => manifest.check_files(generation, limit)?,
            Look::Every => manifest.check_all(generation)?,
        }
        let fitted = fitted_in(generation, &manifest)?;
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

    /// Opens the generation that serves in a cluster.
    fn open_served(index: &ClusterIndex, language: &Language) -> Result<Index, IndexError> {
        let missing = || IndexError::Missing {
            path: index.shown(),
        };
        let mut leads = index.leads()?;
        loop {
            let current = leads.current.as_ref().ok_or_else(missing)?;
            let opened = Index::open_in_cluster(index, current, language);
            match (opened, &leads.held) {
                (Ok(opened), None) => return Ok(opened),
                (Ok(opened), Some(held)) => {
                    let listed = index.complete()?;
                    let listed = listed.into_iter().find(|one| one.generation == *held);
                    let held = listed.map(|listed| Held {
                        corpus: listed.fingerprints().corpus.clone(),
                        generation: listed.generation,
                    });
                    return Ok(Index { held, ..opened });
                }
                // The alias was moved since, and what it led to may be gone.
                (Err(error), _) => match index.leads()? {
                    now if now == leads => return Err(error),
                    now => leads = now,
                },
            }
        }
    }

    fn open_in_cluster(
        index: &ClusterIndex,
        generation: &str,
        language: &Language,
    ) -> Result<Index, IndexError> {
        let opened = index.open(generation, |place, manifest| {
            suits(place, manifest, language)
        })?;
        Ok(Index::in_cluster(generation, &index.shown(), opened))
    }

    /// Joins what was opened of a generation in a cluster.
    pub(super) fn in_cluster(name: &str, place: &Path, opened: Opened) -> Index {
        Index {
            name: name.to_owned(),
            folder: place.to_owned(),
            version: opened.knowledge.manifest.fingerprints.version(),
            fitted: opened.fitted,
            held: None,
            knowledge: opened.knowledge,
            engine: Engine::OpenSearch(opened.engine),
        }
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

    /// Whether it can be asked: one in a folder always can, one in a cluster if all of it is to be had there. Blocks.
    ///
    /// # Errors
    /// Why it can't.
    pub fn answers(&self) -> Result<(), IndexError> {
        match &self.engine {
            Engine::Embedded(_) => Ok(()),
            Engine::OpenSearch(engine) => engine.probe(),
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

/// The name of the generation that is current, see [`IndexLocation::current_name`].
///
/// # Errors
/// As there.
pub fn current_name(location: impl Into<IndexLocation>) -> Result<String, IndexError> {
    location.into().current_name()
}

/// Whether a generation was built as `language` reads texts. `path` is where its manifest is.
fn suits(path: &Path, manifest: &Manifest, language: &Language) -> Result<(), IndexError> {
    let path = path.to_owned();
    let (found, expected) = (
        &manifest.fingerprints.analyzer,
        language.analyzer.fingerprint(),
    );
    if *found != expected {
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
        return Err(IndexError::Encoder {
            path,
            found: found.clone(),
            expected,
        });
    }
    Ok(())
}

/// What was fitted to a generation, if anything was.
pub(super) fn fitted_in(
    generation: &Path,
    manifest: &Manifest,
) -> Result<Option<Vec<u8>>, IndexError> {
    let path = generation.join(FITTED);
    match manifest.files.contains_key(FITTED) {
        true => fs::read(&path).map(Some).map_err(IndexError::read(&path)),
        false => Ok(None),
    }
}
