//! `--watch`: gives an order to look again whenever a corpus changes, or somebody else publishes a generation.
//!
//! The system tells of changes in a folder, not of a path that comes to lead to another one. So the paths are looked
//! at now and then: what was put in a folder's place, or came to be there at last, is watched from then on.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use jida::index::IndexLocation;
use jida::serve::{ReloadOrder, State};
use notify_debouncer_full::notify::{self, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{
    DebounceEventResult, DebouncedEvent, Debouncer, RecommendedCache, new_debouncer,
};
use tokio::sync::mpsc;

use super::origin;
use crate::config::Config;

/// What changes within so long is taken together: an editor or `git pull` touches many files.
const DEBOUNCE: Duration = Duration::from_millis(500);
/// How often to look where the paths lead.
const LOOK: Duration = Duration::from_secs(1);
/// How often to try again what failed: to watch a folder, and to build for a knowledge base that can't answer.
const RETRY: Duration = Duration::from_secs(30);

/// Watches folders until it is dropped.
type Watcher = Debouncer<RecommendedWatcher, RecommendedCache>;

/// What is watched, for all knowledge bases.
pub(super) struct Watching {
    bases: Vec<Watched>,
    state: State,
    orders: mpsc::Sender<ReloadOrder>,
}

/// The folders of a knowledge base.
struct Watched {
    config: Config,
    location: IndexLocation,
    corpus: Target,
    index: Target,
    next_build: Instant,
}

/// A path, and the folder where it led when watching began.
#[derive(Default)]
struct Target {
    watched: Option<(Folder, Watcher)>,
    next_try: Option<Instant>,
}

/// Which folder it is, whatever leads there.
#[derive(PartialEq)]
struct Folder {
    path: PathBuf,
    created: Option<SystemTime>,
    #[cfg(unix)]
    node: (u64, u64),
}

impl Watching {
    /// Begins with the folders that are there.
    pub(super) fn begin<'a>(
        bases: impl Iterator<Item = (&'a Config, &'a IndexLocation)>,
        state: &State,
        orders: &mpsc::Sender<ReloadOrder>,
    ) -> Watching {
        let watched = |(config, location): (&Config, &IndexLocation)| Watched {
            config: config.clone(),
            location: location.clone(),
            corpus: Target::default(),
            index: Target::default(),
            next_build: Instant::now() + RETRY,
        };
        let mut watching = Watching {
            bases: bases.map(watched).collect(),
            state: state.clone(),
            orders: orders.clone(),
        };
        for base in &mut watching.bases {
            // What is there before the first build will be read by it.
            base.follow_corpus(&watching.orders);
        }
        watching
    }

    /// Follows the paths from now on, on a thread of its own.
    pub(super) fn go_on(mut self) {
        std::thread::spawn(move || {
            while !self.orders.is_closed() {
                self.look();
                std::thread::sleep(LOOK);
            }
        });
    }

    fn look(&mut self) {
        for base in &mut self.bases {
            let kb = base.config.search.kb.clone();
            let present = self.state.present(&kb);
            let mut is_due = base.follow_corpus(&self.orders);
            if base.follow_index(&self.orders) {
                // Somebody may have published before anybody watched.
                let published = jida::index::current_name(&base.location).ok();
                let serves = present.as_ref().map(|present| present.index().name());
                is_due |= published.as_deref() != serves;
            }
            if present.is_none() && base.next_build <= Instant::now() {
                base.next_build = Instant::now() + RETRY;
                // While the corpus is missing there is nothing to build from, and that has been told.
                is_due |= origin::corpus_folder(&base.config).is_dir();
            }
            if is_due {
                order(&self.orders, &kb);
            }
        }
    }
}

impl Watched {
    /// Whether the corpus is another folder than before.
    fn follow_corpus(&mut self, orders: &mpsc::Sender<ReloadOrder>) -> bool {
        let corpus = origin::corpus_folder(&self.config);
        let tell = teller(&self.config, orders.clone());
        self.corpus.follow(&corpus, RecursiveMode::Recursive, tell)
    }

    /// Whether the index is another folder than before. A cluster is followed elsewhere.
    fn follow_index(&mut self, orders: &mpsc::Sender<ReloadOrder>) -> bool {
        if matches!(self.location, IndexLocation::Cluster(_)) {
            return false;
        }
        let tell = teller(&self.config, orders.clone());
        let index = &self.config.index;
        self.index.follow(index, RecursiveMode::NonRecursive, tell)
    }
}

impl Target {
    /// Watches the folder where `path` leads, if that is another than before. One that can't be watched is told of,
    /// and tried again later.
    fn follow(
        &mut self,
        path: &Path,
        mode: RecursiveMode,
        tell: impl FnMut(DebounceEventResult) + Send + 'static,
    ) -> bool {
        let Some(folder) = Folder::at(path) else {
            self.watched = None;
            return false;
        };
        let is_known = self
            .watched
            .as_ref()
            .is_some_and(|(known, _)| *known == folder);
        if is_known || self.next_try.is_some_and(|next| Instant::now() < next) {
            return false;
        }
        self.watched = None;
        match watch(&folder.path, mode, tell) {
            Ok(watcher) => {
                self.watched = Some((folder, watcher));
                self.next_try = None;
                true
            }
            Err(error) => {
                let folder = folder.path.display();
                tracing::warn!(%error, %folder, "can't watch for changes; trying again later");
                self.next_try = Some(Instant::now() + RETRY);
                false
            }
        }
    }
}

impl Folder {
    fn at(path: &Path) -> Option<Folder> {
        let path = path.canonicalize().ok()?;
        let metadata = fs::metadata(&path).ok()?;
        metadata.is_dir().then(|| Folder {
            path,
            created: metadata.created().ok(),
            #[cfg(unix)]
            node: {
                use std::os::unix::fs::MetadataExt;
                (metadata.dev(), metadata.ino())
            },
        })
    }
}

fn watch(
    folder: &Path,
    mode: RecursiveMode,
    tell: impl FnMut(DebounceEventResult) + Send + 'static,
) -> notify::Result<Watcher> {
    let mut watcher = new_debouncer(DEBOUNCE, None, tell)?;
    watcher.watch(folder, mode)?;
    Ok(watcher)
}

/// Gives an order for what matters among the changes in the folders of a knowledge base.
fn teller(
    config: &Config,
    orders: mpsc::Sender<ReloadOrder>,
) -> impl FnMut(DebounceEventResult) + Send + 'static {
    let kb = config.search.kb.clone();
    let index = absolute(&config.index);
    move |events: DebounceEventResult| {
        let events = match events {
            Ok(events) => events,
            Err(errors) => {
                for error in errors {
                    tracing::warn!(kb, %error, "watching for changes failed");
                }
                return;
            }
        };
        // In the index folder only the pointer matters, which a build changes last.
        let is_ours =
            |path: &Path| path.starts_with(&index) && path != jida::index::pointer_file(&index);
        // To read a folder is no change, and a look at the corpus does.
        let matters = |event: &DebouncedEvent| {
            !event.kind.is_access() && event.paths.iter().any(|path| !is_ours(path))
        };
        if events.iter().any(matters) {
            order(&orders, &kb);
        }
    }
}

fn order(orders: &mpsc::Sender<ReloadOrder>, kb: &str) {
    // A full queue will look at the corpus anyway.
    let _ = orders.try_send(ReloadOrder::of(Some(kb.to_owned())));
}

/// Where a folder lies that may not be there yet.
fn absolute(path: &Path) -> PathBuf {
    let beside = || {
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(parent.join(path.file_name()?))
    };
    let here = path.canonicalize().ok().or_else(beside);
    here.unwrap_or_else(|| path.to_owned())
}
