//! Where an index is: a folder here, or a cluster.

use std::path::{Path, PathBuf};

use crate::index::embedded::EmbeddedWriter;
use crate::index::manifest::{Fingerprints, Manifest};
use crate::index::opening::Look;
use crate::index::opensearch::{ClusterDraft, ClusterIndex};
use crate::index::pointer::Pointer;
use crate::index::unchanged::Unchanged;
use crate::index::write::EngineWriter;
use crate::index::{Index, IndexError, generation};
use crate::semantic::{Encoder, Language};

/// Where the generations of one knowledge base are.
#[derive(Debug, Clone)]
pub enum IndexLocation {
    /// In a folder, for the engine inside this program.
    Folder(PathBuf),
    /// In a cluster of OpenSearch nodes.
    Cluster(ClusterIndex),
}

impl From<&Path> for IndexLocation {
    fn from(folder: &Path) -> IndexLocation {
        IndexLocation::Folder(folder.to_owned())
    }
}

impl From<&PathBuf> for IndexLocation {
    fn from(folder: &PathBuf) -> IndexLocation {
        IndexLocation::Folder(folder.clone())
    }
}

impl From<ClusterIndex> for IndexLocation {
    fn from(index: ClusterIndex) -> IndexLocation {
        IndexLocation::Cluster(index)
    }
}

impl From<&IndexLocation> for IndexLocation {
    fn from(location: &IndexLocation) -> IndexLocation {
        location.clone()
    }
}

impl IndexLocation {
    /// For a person: the folder, or the address of the cluster's first node with the alias.
    pub fn shown(&self) -> PathBuf {
        match self {
            IndexLocation::Folder(folder) => folder.clone(),
            IndexLocation::Cluster(index) => index.shown(),
        }
    }

    /// The name of the generation that is current: whoever serves another should open anew. Cheap: a small file is
    /// read, or a small question asked.
    ///
    /// # Errors
    /// [`IndexError::Missing`] if nothing was built, [`IndexError::Damaged`] if the pointer can't be read,
    /// [`IndexError::Cluster`] if the cluster can't be asked.
    pub fn current_name(&self) -> Result<String, IndexError> {
        match self {
            IndexLocation::Folder(folder) => Pointer::read(folder).map(|pointer| pointer.current),
            IndexLocation::Cluster(index) => index.current(),
        }
    }

    /// Whether a generation can be searched at present. What is in a folder can.
    ///
    /// # Errors
    /// [`IndexError::Cluster`] if a part of it is out of reach, [`IndexError::NoSuchGeneration`] if it was removed.
    pub fn check_searchable(&self, name: &str) -> Result<(), IndexError> {
        match self {
            IndexLocation::Folder(_) => Ok(()),
            IndexLocation::Cluster(index) => index.check_searchable(name),
        }
    }

    /// The generation that was built from exactly this and is whole: the current one, or another.
    pub(super) fn built_before(
        &self,
        fingerprints: &Fingerprints,
    ) -> Result<Option<String>, IndexError> {
        match self {
            IndexLocation::Folder(folder) => Ok(generation::built_before(fingerprints, folder)),
            IndexLocation::Cluster(index) => index.built_before(fingerprints),
        }
    }

    /// Makes a generation that is there the current one, with nothing held back. Whether it was another one before;
    /// `None` if it has just been removed.
    pub(super) fn restore(&self, name: &str) -> Result<Option<bool>, IndexError> {
        match self {
            IndexLocation::Folder(folder) => generation::restore(name, folder),
            IndexLocation::Cluster(index) => {
                let leads = index.leads()?;
                let was_another = leads.current.as_deref() != Some(name);
                if was_another || leads.held.is_some() {
                    index.lead_to(name, None)?;
                }
                Ok(Some(was_another))
            }
        }
    }

    /// What of the current generation a build can take over: vectors of the same encoder, if it is readable.
    pub(super) fn unchanged(&self, fingerprints: &Fingerprints) -> Unchanged {
        match self {
            IndexLocation::Folder(folder) => {
                let open = || -> Option<Unchanged> {
                    let generation = generation::current(folder).ok()?;
                    let manifest = Manifest::read(&generation).ok()?;
                    let same = manifest.fingerprints.encoder == fingerprints.encoder;
                    same.then(|| Unchanged::of(&generation, &manifest))
                };
                open().unwrap_or_default()
            }
            IndexLocation::Cluster(index) => {
                let known = index.known(&fingerprints.encoder);
                known.map(Unchanged::in_cluster).unwrap_or_default()
            }
        }
    }

    /// Begins a generation.
    pub(super) fn draft(&self, fingerprints: &Fingerprints) -> Result<Draft, IndexError> {
        match self {
            IndexLocation::Folder(folder) => generation::Draft::new(folder).map(Draft::Folder),
            IndexLocation::Cluster(index) => {
                let draft = ClusterDraft::new(index, fingerprints)?;
                Ok(Draft::Cluster(Box::new(draft)))
            }
        }
    }
}

/// A generation in the making; nothing is left of it unless it is published.
pub(super) enum Draft {
    Folder(generation::Draft),
    Cluster(Box<ClusterDraft>),
}

impl Draft {
    /// Where files are written.
    pub(super) fn folder(&self) -> &Path {
        match self {
            Draft::Folder(draft) => draft.folder(),
            Draft::Cluster(draft) => draft.folder(),
        }
    }

    /// What fills it.
    pub(super) fn writer(&self, language: &Language) -> Result<EngineWriter, IndexError> {
        let encoder = language.encoder.as_deref();
        let token_dimensions = encoder.map(Encoder::token_dimensions);
        Ok(match self {
            Draft::Folder(draft) => {
                let writer = EmbeddedWriter::create(draft.folder(), token_dimensions)?;
                EngineWriter::Embedded(Box::new(writer))
            }
            Draft::Cluster(draft) => {
                EngineWriter::Cluster(Box::new(draft.writer(token_dimensions)?))
            }
        })
    }

    /// Opens it before it is published, once all entries are in.
    pub(super) fn open(
        &self,
        manifest: &Manifest,
        language: &Language,
    ) -> Result<Index, IndexError> {
        match self {
            Draft::Folder(draft) => {
                Index::open_generation(draft.folder(), language, Look::Small(0))
            }
            Draft::Cluster(draft) => {
                let opened = draft.open(manifest.clone())?;
                Ok(Index::in_cluster(
                    draft.generation(),
                    draft.folder(),
                    opened,
                ))
            }
        }
    }

    /// Makes it the current generation under the name `version`, or one like it if that is taken; returns the name.
    pub(super) fn publish(self, version: &str, manifest: &Manifest) -> Result<String, IndexError> {
        match self {
            Draft::Folder(draft) => draft.publish(version),
            Draft::Cluster(draft) => draft.publish(manifest),
        }
    }
}
