//! A generation in the making: an index that no alias leads to, removed again unless it is published.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use tempfile::TempDir;

use crate::index::IndexError;
use crate::index::manifest::{Fingerprints, Manifest};
use crate::index::opensearch::client::Request;
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::layout::{self, LAYOUT, Meta};
use crate::index::opensearch::place::{ClusterIndex, Opened};
use crate::index::opensearch::thread;
use crate::index::opensearch::{Changes, ClusterWriter, clone, folder, pieces, settling};

/// So many generations may be built from the same.
const COPIES: usize = 100;

/// A generation in the making.
#[derive(Debug)]
pub(in crate::index) struct ClusterDraft {
    place: ClusterIndex,
    generation: String,
    folder: TempDir,
    meta: Meta,
    /// What is to be done to the index, if it was made of another.
    changes: Option<Arc<Changes>>,
    /// Whether there is something to remove unless it is published.
    is_rubbish: bool,
}

impl ClusterDraft {
    /// Makes an index for a generation of these fingerprints: of the one before if `changes` are known and the cluster
    /// can do it, else an empty one. If the name is taken, by what serves or by what a crash left, it gets another
    /// like it.
    pub(in crate::index) fn new(
        place: &ClusterIndex,
        fingerprints: &Fingerprints,
        changes: Option<Changes>,
    ) -> Result<ClusterDraft, IndexError> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let folder = folder::new()?;
        let mut draft = ClusterDraft {
            place: place.clone(),
            generation: String::new(),
            folder,
            meta: Meta {
                layout: LAYOUT,
                alias: place.alias().to_owned(),
                index: String::new(),
                fingerprints: fingerprints.clone(),
                entries: 0,
                built: now.map_or(0, |since| since.as_secs()),
                published: 0,
                manifest: None,
            },
            changes: None,
            is_rubbish: false,
        };
        let version = fingerprints.version();
        if let Some(changes) = changes {
            let client = place.client();
            let cloned = draft.under_a_name(&version, |meta| {
                let (client, from, meta) = (client.clone(), changes.from.clone(), meta.clone());
                thread::wait(async move {
                    let is_made = clone::make(&client, &from, &meta).await?;
                    if is_made {
                        clone::make_knowledge(&client, &from, &meta.index).await?;
                    }
                    Ok(is_made)
                })
            });
            match cloned {
                Ok(()) => draft.changes = Some(Arc::new(changes)),
                Err(reason) => {
                    tracing::info!(%reason, "all entries are sent: no clone can be made");
                    draft.discard();
                }
            }
        }
        if draft.changes.is_none() {
            let shards = place.client().settings().shards;
            draft.under_a_name(&version, |meta| {
                make(place, &meta.index, &layout::entries_index(shards, meta))
            })?;
            let knowledge = layout::knowledge_name(&draft.meta.index);
            make(place, &knowledge, &layout::knowledge_index(&knowledge))?;
        }
        Ok(draft)
    }

    /// Makes an index under the first name that is free. From then on it is removed unless it is published.
    fn under_a_name(
        &mut self,
        version: &str,
        mut make: impl FnMut(&Meta) -> Result<bool, ClusterError>,
    ) -> Result<(), ClusterError> {
        for copy in 1..=COPIES {
            self.generation = match copy {
                1 => version.to_owned(),
                copy => format!("{version}-{copy}"),
            };
            self.meta.index = self.place.index_of(&self.generation);
            let made = make(&self.meta);
            // Of one that failed there may be half.
            self.is_rubbish = !matches!(made, Ok(false));
            if made? {
                return Ok(());
            }
        }
        Err(ClusterError::Refused {
            at: self.place.client().shown(),
            status: 400,
            reason: format!("there are too many generations {version}"),
        })
    }

    /// Removes what there is of it.
    fn discard(&mut self) {
        if std::mem::take(&mut self.is_rubbish) {
            self.place.remove_unless_led(&self.generation);
        }
    }

    /// Where the knowledge is written before it is sent.
    pub(in crate::index) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it. `token_dimensions` are those of the encoder, if there is one.
    pub(in crate::index) fn writer(
        &self,
        token_dimensions: Option<usize>,
    ) -> Result<ClusterWriter, IndexError> {
        let index = self.place.index_of(&self.generation);
        let (client, changes) = (self.place.client(), self.changes.clone());
        ClusterWriter::create(client, &index, self.folder(), token_dimensions, changes)
    }

    /// Its name.
    pub(in crate::index) fn generation(&self) -> &str {
        &self.generation
    }

    /// Opens it before it is published, once all entries are in.
    pub(in crate::index) fn open(&self, manifest: Manifest) -> Result<Opened, IndexError> {
        // Its own files, for the draft's may still change.
        let folder = folder::new()?;
        for name in manifest.files.keys() {
            let (from, to) = (self.folder().join(name), folder.path().join(name));
            // A second name costs nothing, where the file system has them.
            let linked = std::fs::hard_link(&from, &to);
            linked
                .or_else(|_| std::fs::copy(&from, &to).map(|_| ()))
                .map_err(IndexError::write(&to))?;
        }
        let index = self.place.index_of(&self.generation);
        self.place.open_in(index, Arc::new(folder), manifest)
    }

    /// Sends the knowledge, has everything copied to further nodes, and moves the alias; then removes generations
    /// that are not kept. Returns its name.
    ///
    /// # Errors
    /// [`IndexError`]; the generation that served before goes on serving.
    pub(in crate::index) fn publish(mut self, manifest: &Manifest) -> Result<String, IndexError> {
        let client = self.place.client().clone();
        let index = self.place.index_of(&self.generation);
        let knowledge = layout::knowledge_name(&index);
        let before = self.changes.as_ref().map(|changes| changes.folder.path());
        pieces::send(&client, &knowledge, self.folder(), manifest, before)?;
        let filled = client.clone();
        let is_copied = thread::wait(async move {
            filled
                .write(Request::post(format!("{knowledge}/_refresh")))
                .await?;
            settling::copy(&filled, &[&index, &knowledge]).await
        })?;
        if !is_copied {
            tracing::warn!(
                "the cluster has no room for all copies yet: until then a lost node may cost entries"
            );
        }
        self.meta.entries = manifest.statistics.entries;
        self.meta.fingerprints = manifest.fingerprints.clone();
        self.place.end_filling(&self.generation)?;
        self.place
            .seal_with(&self.generation, &self.meta, self.folder())?;
        let before = self.place.leads()?.current;
        // From here on it may serve, whatever is heard of it: it is not removed any more because of an error.
        self.is_rubbish = false;
        self.place.lead_to(&self.generation, None)?;
        self.place.sweep(&self.generation, before.as_deref());
        tracing::info!(
            generation = self.generation,
            sent = client.sent(),
            "published"
        );
        Ok(self.generation.clone())
    }
}

impl Drop for ClusterDraft {
    fn drop(&mut self) {
        self.discard();
    }
}

/// Makes an index; `false` if there is one of this name.
fn make(
    place: &ClusterIndex,
    index: &str,
    layout: &serde_json::Value,
) -> Result<bool, ClusterError> {
    let client = place.client().clone();
    let request = Request::put(index).json(layout);
    match thread::wait(async move { client.write(request).await }) {
        Ok(_) => Ok(true),
        Err(error) if error.is_taken() => Ok(false),
        Err(error) => Err(error),
    }
}
