//! All generations of one knowledge base in a cluster: which there are, which serves, and opening one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::index::error::Damage;
use crate::index::knowledge::Knowledge;
use crate::index::manifest::{Fingerprints, Manifest};
use crate::index::opensearch::client::{Client, Request};
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::known::Known;
use crate::index::opensearch::layout::{self, LAYOUT, Meta};
use crate::index::opensearch::settings::ClusterSettings;
use crate::index::opensearch::thread;
use crate::index::opensearch::{OpenSearch, folder, pieces, rows, settling};
use crate::index::{IndexError, fitted_in};

/// The index of one knowledge base in a cluster. Clones share connections.
#[derive(Debug, Clone)]
pub struct ClusterIndex {
    client: Client,
    alias: String,
    /// Into which the generation was fetched that was opened last: most of the next is there already.
    last: Arc<Mutex<Weak<TempDir>>>,
}

/// Where the aliases lead.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::index) struct Leads {
    /// The generation that serves.
    pub(in crate::index) current: Option<String>,
    /// The one that was rolled back from.
    pub(in crate::index) held: Option<String>,
}

impl Leads {
    /// Whether one of them leads to a generation.
    pub(super) fn has(&self, generation: &str) -> bool {
        let leads = [&self.current, &self.held];
        leads.into_iter().flatten().any(|name| name == generation)
    }
}

/// A generation, and what its mapping says of it.
#[derive(Debug)]
pub(in crate::index) struct Listed {
    pub(in crate::index) generation: String,
    pub(super) meta: Meta,
    /// When its index was made, in seconds since 1970.
    pub(super) made: u64,
}

/// What is opened of a generation, to be joined to an index.
pub(in crate::index) struct Opened {
    pub(in crate::index) knowledge: Knowledge,
    pub(in crate::index) fitted: Option<Vec<u8>>,
    pub(in crate::index) engine: Box<OpenSearch>,
}

impl Listed {
    /// What it was built from.
    pub(in crate::index) fn fingerprints(&self) -> &Fingerprints {
        &self.meta.fingerprints
    }

    /// How many entries it holds, and when it was built.
    pub(in crate::index) fn sizes(&self) -> (u64, u64) {
        (self.meta.entries, self.meta.built)
    }

    pub(super) fn is_complete(&self) -> bool {
        self.meta.manifest.is_some()
    }
}

/// Where an index is, for a person.
pub(super) fn shown(client: &Client, index: &str) -> PathBuf {
    let nodes = client.shown();
    let first = nodes.split(',').next().unwrap_or_default();
    format!("{first}/{index}").into()
}

/// Asks for something of the cluster's state, which is at the node that manages the cluster: every other one asks that.
/// If it hangs, any node tells what it knows itself.
fn of_state(path: String) -> Request {
    let nearby = Request::get(format!("{path}local=true"));
    Request::get(path).or_nearby(nearby)
}

impl ClusterIndex {
    /// The index of the knowledge base called `kb`. No node is asked yet.
    ///
    /// # Errors
    /// [`IndexError::Cluster`] if an address or a certificate can't be used.
    pub fn new(settings: &ClusterSettings, kb: &str) -> Result<ClusterIndex, IndexError> {
        Ok(ClusterIndex {
            client: Client::new(settings)?,
            alias: layout::alias(&settings.prefix, kb),
            last: Arc::default(),
        })
    }

    /// Where it is, for a person: the first node's address, and the alias.
    pub fn shown(&self) -> PathBuf {
        shown(&self.client, &self.alias)
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn alias(&self) -> &str {
        &self.alias
    }

    pub(super) fn index_of(&self, generation: &str) -> String {
        layout::index_name(&self.alias, generation)
    }

    pub(super) fn shown_generation(&self, generation: &str) -> PathBuf {
        shown(&self.client, &self.index_of(generation))
    }

    /// Where the aliases lead now: one small request, for replicas that look for a newer generation.
    pub(in crate::index) fn leads(&self) -> Result<Leads, IndexError> {
        let [current, held] = self.all_leads()?;
        let one = |alias: String, mut found: Vec<String>| match found.len() {
            0 | 1 => Ok(found.pop()),
            _ => Err(ClusterError::Alias {
                alias,
                found: found.join(", "),
            }),
        };
        Ok(Leads {
            current: one(self.alias.clone(), current)?,
            held: one(layout::held_alias(&self.alias), held)?,
        })
    }

    /// The generations that each alias leads to, that of what serves first. There is one of each at most, unless two
    /// builds ended at the same moment.
    pub(super) fn all_leads(&self) -> Result<[Vec<String>; 2], IndexError> {
        let aliases = [self.alias.clone(), layout::held_alias(&self.alias)];
        let request = of_state(format!("_alias/{}?", aliases.join(",")));
        let client = self.client.clone();
        let answer = thread::wait(async move { client.read(request).await })?;
        // Of two names one may be missing, and what is found of the other stands beside the error.
        let found: BTreeMap<String, Value> = answer.read()?;
        let mut leads = [Vec::new(), Vec::new()];
        for (alias, leads) in aliases.iter().zip(&mut leads) {
            let indexes = found.iter();
            for (index, _) in indexes.filter(|(_, of)| of["aliases"][alias].is_object()) {
                let foreign = || ClusterError::Alias {
                    alias: alias.clone(),
                    found: index.clone(),
                };
                let generation = layout::generation_of(&self.alias, index).ok_or_else(foreign)?;
                leads.push(generation.to_owned());
            }
        }
        Ok(leads)
    }

    /// The generation that serves.
    ///
    /// # Errors
    /// [`IndexError::Missing`] if none does.
    pub(in crate::index) fn current(&self) -> Result<String, IndexError> {
        let missing = || IndexError::Missing { path: self.shown() };
        self.leads()?.current.ok_or_else(missing)
    }

    /// All generations, the newest first, those that were never completed among them.
    pub(super) fn listed(&self) -> Result<Vec<Listed>, IndexError> {
        let path = format!(
            "{}-*?flat_settings=true&filter_path=*.mappings._meta,*.settings.index.creation_date",
            self.alias
        );
        let client = self.client.clone();
        let answer = thread::wait(async move { client.read(Request::get(path)).await })?;
        let found: BTreeMap<String, Value> = match answer.is_missing() {
            true => BTreeMap::new(),
            false => answer.read()?,
        };
        let listed = found.into_iter().filter_map(|(index, found)| {
            // What another version wrote is left alone.
            let meta = found["mappings"]["_meta"]["jida"].clone();
            let mut meta: Meta = serde_json::from_value(meta).ok()?;
            let generation = layout::generation_of(&self.alias, &index)?.to_owned();
            let milliseconds = found["settings"]["index.creation_date"].as_str();
            let milliseconds = milliseconds.and_then(|number| number.parse::<u64>().ok());
            if meta.index != index {
                // A clone that its builder left before it got a name of its own.
                meta.manifest = None;
            }
            (meta.alias == self.alias).then_some(Listed {
                made: milliseconds.map_or(meta.built, |number| number / 1000),
                generation,
                meta,
            })
        });
        let mut listed: Vec<Listed> = listed.collect();
        listed.sort_by(|a, b| {
            let newest = b.meta.built.cmp(&a.meta.built);
            newest.then(a.generation.cmp(&b.generation))
        });
        Ok(listed)
    }

    /// All generations that were completed, the newest first.
    pub(in crate::index) fn complete(&self) -> Result<Vec<Listed>, IndexError> {
        let mut listed = self.listed()?;
        listed.retain(Listed::is_complete);
        Ok(listed)
    }

    /// Fetches of the knowledge of a generation what replicas need, and opens it. `accept` looks at the manifest first.
    pub(in crate::index) fn open(
        &self,
        generation: &str,
        accept: impl FnOnce(&Path, &Manifest) -> Result<(), IndexError>,
    ) -> Result<Opened, IndexError> {
        let last = self.last().upgrade();
        let wanted = |name: &str| name != rows::HASHES;
        let opened = self.open_with(last.as_deref(), generation, accept, wanted)?;
        *self.last() = Arc::downgrade(&opened.engine.folder);
        Ok(opened)
    }

    fn last(&self) -> MutexGuard<'_, Weak<TempDir>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same with those files that are wanted, which must be all that replicas need at least; copying what another
    /// has that was fetched into `last`.
    fn open_with(
        &self,
        last: Option<&TempDir>,
        generation: &str,
        accept: impl FnOnce(&Path, &Manifest) -> Result<(), IndexError>,
        wanted: impl Fn(&str) -> bool + Sync,
    ) -> Result<Opened, IndexError> {
        let index = self.index_of(generation);
        let place = self.shown_generation(generation);
        let missing = || IndexError::NoSuchGeneration {
            path: self.shown(),
            name: generation.to_owned(),
        };
        let seal = self.seal(&index, &place)?.ok_or_else(missing)?;
        let folder = folder::new()?;
        let read = || -> Result<Manifest, IndexError> {
            let knowledge = layout::knowledge_name(&index);
            let manifest = pieces::fetch(
                &self.client,
                &knowledge,
                folder.path(),
                last.map(TempDir::path),
                &wanted,
                |manifest| match pieces::seal(folder.path())? == seal {
                    true => accept(&place, manifest),
                    false => Err(IndexError::damage(&place, Damage::Content)),
                },
            )?;
            let damages = manifest.damages(folder.path(), &wanted);
            damages.into_iter().next().map_or(Ok(manifest), Err)
        };
        let manifest = read().map_err(|error| error.moved(folder.path(), &place))?;
        let fetched = folder.path().to_owned();
        self.open_in(index, Arc::new(folder), manifest)
            .map_err(|error| error.moved(&fetched, &place))
    }

    /// Opens the index called `index`, whose knowledge lies in `folder`.
    pub(super) fn open_in(
        &self,
        index: String,
        folder: Arc<TempDir>,
        manifest: Manifest,
    ) -> Result<Opened, IndexError> {
        let fitted = fitted_in(folder.path(), &manifest)?;
        let knowledge = Knowledge::open(folder.path(), manifest)?;
        let entries = knowledge.manifest.statistics.entries;
        let engine = OpenSearch::open(&self.client, index, folder, entries)?;
        Ok(Opened {
            knowledge,
            fitted,
            engine: Box::new(engine),
        })
    }

    /// The hash of the manifest of a complete generation; `None` if there is no such index.
    fn seal(&self, index: &str, place: &Path) -> Result<Option<String>, IndexError> {
        #[derive(Deserialize)]
        struct Jida {
            layout: u32,
            index: Option<String>,
            manifest: Option<String>,
        }
        let request = of_state(format!("{index}/_mapping?filter_path=*.mappings._meta&"));
        let client = self.client.clone();
        let answer = thread::wait(async move { client.read(request).await })?;
        if answer.is_missing() {
            return Ok(None);
        }
        let found: Value = answer.read()?;
        let meta = &found[index]["mappings"]["_meta"]["jida"];
        let meta = Jida::deserialize(meta).map_err(|error| IndexError::damaged(place, error))?;
        if meta.layout != LAYOUT {
            return Err(IndexError::Format {
                path: place.to_owned(),
                found: meta.layout,
                expected: LAYOUT,
            });
        }
        let unfinished = || IndexError::damaged(place, "it was never completed");
        let own = meta
            .manifest
            .filter(|_| meta.index.as_deref() == Some(index));
        own.ok_or_else(unfinished).map(Some)
    }

    /// What is wrong with a generation, after fetching and reading all of its knowledge and counting its entries.
    pub(in crate::index) fn damages(&self, listed: &Listed) -> Vec<IndexError> {
        let looked = || -> Result<(), IndexError> {
            self.open_with(None, &listed.generation, |_, _| Ok(()), |_| true)?;
            let (client, index) = (self.client.clone(), self.index_of(&listed.generation));
            let found = thread::wait(async move { settling::count(&client, &index).await })?;
            let expected = listed.meta.entries;
            if found == expected {
                return Ok(());
            }
            let reason = format!("{found} entries instead of {expected}");
            let place = self.shown_generation(&listed.generation);
            Err(IndexError::damaged(&place, reason))
        };
        looked().err().into_iter().collect()
    }

    /// The generation that was built from exactly this, of which nothing is wrong: the current one, or another.
    pub(in crate::index) fn built_before(
        &self,
        fingerprints: &Fingerprints,
    ) -> Result<Option<String>, IndexError> {
        let current = self.leads()?.current;
        let mut same = self.complete()?;
        same.retain(|listed| listed.meta.fingerprints == *fingerprints);
        same.sort_by_key(|listed| Some(&listed.generation) != current.as_ref());
        let whole = same
            .into_iter()
            .find(|listed| self.damages(listed).is_empty());
        Ok(whole.map(|listed| listed.generation))
    }

    /// What the current generation is made of, if it is of this encoder and can be read.
    pub(in crate::index) fn known(&self, encoder: &str) -> Option<Known> {
        let current = self.current().ok()?;
        let differs =
            |place: &Path, manifest: &Manifest| match manifest.fingerprints.encoder == encoder {
                true => Ok(()),
                false => Err(IndexError::damaged(place, "another encoder")),
            };
        let last = self.last().upgrade();
        let opened = self.open_with(last.as_deref(), &current, differs, |_| true);
        opened.ok().map(Known::of)
    }
}
