//! Which generations there are, and how an earlier one is made to serve again.

use std::collections::HashMap;
use std::path::Path;

use serde::Serialize;

use crate::index::generation::{self, GENERATIONS, Lock};
use crate::index::manifest::Manifest;
use crate::index::opensearch::ClusterIndex;
use crate::index::pointer::{Held, Pointer};
use crate::index::{Index, IndexError, IndexLocation};
use crate::semantic::Language;

/// A generation on disk.
#[derive(Debug, Serialize)]
pub struct Generation {
    /// Its name.
    pub name: String,
    /// How many entries it holds, if its manifest can be read.
    pub entries: Option<u64>,
    /// When it was built, in seconds since 1970, if its manifest can be read.
    pub built: Option<u64>,
    /// Whether it is current.
    pub serves: bool,
    /// Whether it was rolled back from, and is not to come back of itself.
    pub held: bool,
    /// Whether every byte of it is as it was written.
    pub whole: bool,
    /// What is wrong with it.
    #[serde(skip)]
    pub damages: Vec<IndexError>,
    #[serde(skip)]
    corpus: Option<String>,
    /// Whether it was ever current. A crash may leave one that was not.
    #[serde(skip)]
    published: bool,
}

impl Generation {
    fn of(index: &Path, name: String, pointer: Option<&Pointer>) -> Generation {
        let folder = index.join(GENERATIONS).join(&name);
        let (manifest, damages) = match Manifest::read(&folder) {
            Ok(manifest) => {
                let damages = manifest.damages(&folder, |_| true);
                (Some(manifest), damages)
            }
            Err(error) => (None, vec![error]),
        };
        let held = pointer.and_then(|pointer| pointer.held.as_ref());
        Generation {
            entries: manifest
                .as_ref()
                .map(|manifest| manifest.statistics.entries),
            built: manifest.as_ref().map(|manifest| manifest.built),
            serves: pointer.is_some_and(|pointer| pointer.current == name),
            held: held.is_some_and(|held| held.generation == name),
            whole: damages.is_empty(),
            damages,
            corpus: manifest.map(|manifest| manifest.fingerprints.corpus),
            published: pointer.is_some_and(|pointer| pointer.published.contains(&name)),
            name,
        }
    }
}

/// What a rollback did.
#[derive(Debug, Serialize)]
pub struct Rollback {
    /// What served before, unless it is gone.
    pub from: Option<Generation>,
    /// What serves now.
    pub to: Generation,
}

/// All generations, the one that was made current last first, in a cluster the newest first. Every byte of them is
/// read; of those in a cluster, all that replicas read.
///
/// # Errors
/// [`IndexError::Missing`] if there is no index, [`IndexError::Read`] if its folder can't be read,
/// [`IndexError::Cluster`] if the cluster can't. What is wrong with a generation stands there.
pub fn generations(location: impl Into<IndexLocation>) -> Result<Vec<Generation>, IndexError> {
    match location.into() {
        IndexLocation::Folder(dir) => in_folder(&dir),
        IndexLocation::Cluster(index) => in_cluster(&index),
    }
}

fn in_cluster(index: &ClusterIndex) -> Result<Vec<Generation>, IndexError> {
    let leads = index.leads()?;
    let complete = index.complete()?;
    if complete.is_empty() && leads.current.is_none() {
        return Err(IndexError::Missing {
            path: index.shown(),
        });
    }
    let mut all: Vec<Generation> = complete
        .into_iter()
        .map(|listed| {
            let damages = index.damages(&listed);
            let (entries, built) = listed.sizes();
            Generation {
                entries: Some(entries),
                built: Some(built),
                serves: leads.current.as_ref() == Some(&listed.generation),
                held: leads.held.as_ref() == Some(&listed.generation),
                whole: damages.is_empty(),
                damages,
                corpus: Some(listed.fingerprints().corpus.clone()),
                published: true,
                name: listed.generation,
            }
        })
        .collect();
    // One that was built again and serves again is the last that was made current.
    if leads.held.is_none() {
        all.sort_by_key(|one| !one.serves);
    }
    Ok(all)
}

fn in_folder(dir: &Path) -> Result<Vec<Generation>, IndexError> {
    let pointer = Pointer::read(dir);
    let names = generation::all(dir)?;
    if names.is_empty() {
        return match pointer {
            // It leads nowhere.
            Ok(pointer) => pointer.folder(dir).map(|_| Vec::new()),
            Err(error) => Err(error),
        };
    }
    let pointer = pointer.ok();
    let published = pointer.iter().flat_map(|pointer| &pointer.published);
    let order: HashMap<&String, usize> = published.zip(0..).collect();
    let mut all: Vec<Generation> = names
        .into_iter()
        .map(|name| Generation::of(dir, name, pointer.as_ref()))
        .collect();
    all.sort_by_key(|one| {
        let place = order.get(&one.name).copied().unwrap_or(usize::MAX);
        (place, std::cmp::Reverse(one.built))
    });
    Ok(all)
}

/// Makes another generation current, by moving the pointer: the one that `to` names or begins, or the one before.
/// What is rolled back from is held back, see [`crate::index::Standing::Held`], until the corpus changes or
/// [`crate::index::build()`] is called for it.
///
/// # Errors
/// [`IndexError`] if there is no such generation, or `language` can't open it; then nothing has changed.
pub fn roll_back(
    location: impl Into<IndexLocation>,
    to: Option<&str>,
    language: &Language,
) -> Result<Rollback, IndexError> {
    let location = location.into();
    let _lock = match &location {
        IndexLocation::Folder(dir) if !dir.is_dir() => {
            return Err(IndexError::Missing { path: dir.clone() });
        }
        IndexLocation::Folder(dir) => Some(Lock::take(dir)?),
        // The alias is moved in one step, whoever does it.
        IndexLocation::Cluster(_) => None,
    };
    let current = location.current_name().ok();
    let mut all = generations(&location)?;
    let now = all.iter().position(|one| one.serves);
    let wanted = match to {
        Some(name) => chosen(&all, name).ok_or_else(|| IndexError::NoSuchGeneration {
            path: location.shown(),
            name: name.to_owned(),
        })?,
        None => before(&all, now).ok_or_else(|| IndexError::NothingBefore {
            path: location.shown(),
            name: current.unwrap_or_default(),
        })?,
    };
    // Whoever serves it next must be able to.
    Index::open_named(&location, &all[wanted].name, language)?;
    // Where the pointer is lost nobody can tell which served: any may have.
    let is_known = all.iter().any(|one| one.published);
    let served = all.iter().filter(|one| one.published || !is_known);
    let mut published: Vec<String> = served.map(|one| one.name.clone()).collect();
    let mut to = all.swap_remove(wanted);
    if !published.contains(&to.name) {
        published.insert(0, to.name.clone());
    }
    let from = all.into_iter().find(|one| one.serves);
    let held = from.as_ref().and_then(|from| {
        let corpus = from
            .corpus
            .clone()
            .filter(|corpus| to.corpus.as_ref() != Some(corpus))?;
        Some(Held {
            generation: from.name.clone(),
            corpus,
        })
    });
    // Going where one is changes nothing, what is held back included.
    let is_held = held.is_some();
    if from.is_some() || !to.serves {
        match &location {
            IndexLocation::Folder(dir) => Pointer::to(&to.name, published, held).write(dir)?,
            IndexLocation::Cluster(index) => {
                let held = held.as_ref().map(|held| held.generation.as_str());
                index.lead_to(&to.name, held)?;
            }
        }
    }
    to.serves = true;
    to.held = false;
    let from = from.map(|from| Generation {
        serves: false,
        held: is_held,
        ..from
    });
    Ok(Rollback { from, to })
}

/// The generation of that name, or the only one whose name begins so.
fn chosen(all: &[Generation], name: &str) -> Option<usize> {
    let exact = all.iter().position(|one| one.name == name);
    let mut begun = (0..all.len()).filter(|&at| all[at].name.starts_with(name));
    exact.or_else(|| {
        let only = begun.next();
        only.filter(|_| begun.next().is_none() && !name.is_empty())
    })
}

/// The one that was current before; if it is not known which is, the newest that is whole.
fn before(all: &[Generation], now: Option<usize>) -> Option<usize> {
    match now {
        Some(now) => (now + 1..all.len()).find(|&at| all[at].published),
        None => all.iter().position(|one| one.whole),
    }
}
