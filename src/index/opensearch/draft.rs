//! A generation in the making: an index that no alias leads to, removed again unless it is published.

use std::path::Path;
use std::time::SystemTime;

use tempfile::TempDir;

use crate::index::IndexError;
use crate::index::manifest::{Fingerprints, Manifest};
use crate::index::opensearch::client::Request;
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::layout::{self, LAYOUT, Meta};
use crate::index::opensearch::place::{ClusterIndex, Opened};
use crate::index::opensearch::thread;
use crate::index::opensearch::{ClusterWriter, pieces, settling};

/// So many generations may be built from the same.
const COPIES: usize = 100;

/// A generation in the making.
#[derive(Debug)]
pub(in crate::index) struct ClusterDraft {
    place: ClusterIndex,
    generation: String,
    folder: TempDir,
    meta: Meta,
    is_published: bool,
}

impl ClusterDraft {
    /// Makes an empty index for a generation of these fingerprints. If the name is taken, by what serves or by what
    /// a crash left, it gets another like it.
    pub(in crate::index) fn new(
        place: &ClusterIndex,
        fingerprints: &Fingerprints,
    ) -> Result<ClusterDraft, IndexError> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let meta = Meta {
            layout: LAYOUT,
            alias: place.alias().to_owned(),
            fingerprints: fingerprints.clone(),
            entries: 0,
            built: now.map_or(0, |since| since.as_secs()),
            published: 0,
            manifest: None,
        };
        let folder = tempfile::tempdir().map_err(IndexError::write(&std::env::temp_dir()))?;
        let version = fingerprints.version();
        let shards = place.client().settings().shards;
        for copy in 1..=COPIES {
            let generation = match copy {
                1 => version.clone(),
                copy => format!("{version}-{copy}"),
            };
            let index = place.index_of(&generation);
            if !make(place, &index, &layout::entries_index(&index, shards, &meta))? {
                continue;
            }
            let knowledge = layout::knowledge_name(&index);
            let draft = ClusterDraft {
                place: place.clone(),
                generation,
                folder,
                meta,
                is_published: false,
            };
            make(place, &knowledge, &layout::knowledge_index(&knowledge))?;
            return Ok(draft);
        }
        Err(IndexError::Engine(format!(
            "there are too many generations {version}"
        )))
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
        ClusterWriter::create(self.place.client(), &index, self.folder(), token_dimensions)
    }

    /// Its name.
    pub(in crate::index) fn generation(&self) -> &str {
        &self.generation
    }

    /// Opens it before it is published, once all entries are in.
    pub(in crate::index) fn open(&self, manifest: Manifest) -> Result<Opened, IndexError> {
        // Its own files, for the draft's may still change.
        let folder = tempfile::tempdir().map_err(IndexError::write(&std::env::temp_dir()))?;
        for name in manifest.files.keys() {
            let (from, to) = (self.folder().join(name), folder.path().join(name));
            // A second name costs nothing, where the file system has them.
            let linked = std::fs::hard_link(&from, &to);
            linked
                .or_else(|_| std::fs::copy(&from, &to).map(|_| ()))
                .map_err(IndexError::write(&to))?;
        }
        let index = self.place.index_of(&self.generation);
        self.place.open_in(index, folder, manifest)
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
        pieces::send(&client, &knowledge, self.folder(), manifest)?;
        let is_copied = thread::wait(async move {
            client
                .write(Request::post(format!("{knowledge}/_refresh")))
                .await?;
            settling::copy(&client, &[&index, &knowledge]).await
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
        self.is_published = true;
        self.place.lead_to(&self.generation, None)?;
        self.place.sweep(&self.generation, before.as_deref());
        Ok(self.generation.clone())
    }
}

impl Drop for ClusterDraft {
    fn drop(&mut self) {
        if !self.is_published {
            self.place.remove(&self.generation);
        }
    }
}

/// Makes an index; `false` if there is one of this name.
fn make(place: &ClusterIndex, index: &str, layout: &serde_json::Value) -> Result<bool, IndexError> {
    let client = place.client().clone();
    let request = Request::put(index).json(layout);
    match thread::wait(async move { client.write(request).await }) {
        Ok(_) => Ok(true),
        Err(ClusterError::Refused { reason, .. })
            if reason.starts_with("resource_already_exists_exception") =>
        {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}
