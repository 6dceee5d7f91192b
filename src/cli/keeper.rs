//! Keeps the knowledge bases of a running server up to date: builds what is missing or behind its corpus, opens it,
//! and lets it answer.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jida::search::Searcher;
use jida::semantic::Language;
use jida::serve::{Outcome, ReloadOrder, Reloaded, State};
use notify_debouncer_mini::notify::{self, RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{DebounceEventResult, Debouncer, new_debouncer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::mpsc;

use super::failure::{Failure, chain};
use super::prepare::prepare;
use super::terminal::Terminal;
use super::{open, origin};
use crate::config::Config;

/// What changes within so long is taken together: an editor or `git pull` touches many files.
const DEBOUNCE: Duration = Duration::from_millis(500);

/// Looks after the indexes, one after another, so that builds don't take each other's cores.
#[derive(Debug)]
pub(super) struct Keeper {
    bases: Vec<Config>,
    language: Language,
    state: State,
    terminal: Terminal,
}

impl Keeper {
    pub(super) fn new(
        config: &Config,
        state: State,
        terminal: Terminal,
    ) -> Result<Keeper, Failure> {
        Ok(Keeper {
            bases: config.each(),
            language: open::language(config)?,
            state,
            terminal,
        })
    }

    /// The first time: all that can answer does.
    ///
    /// # Errors
    /// The first failure, if nothing can answer at all.
    pub(super) fn prepare(&self) -> Result<(), Failure> {
        let mut failures = Vec::new();
        for config in &self.bases {
            if let Err(failure) = self.refresh(config).1 {
                failures.push(failure);
            }
        }
        match failures.len() == self.bases.len() {
            true => Err(failures.swap_remove(0)),
            false => Ok(()),
        }
    }

    /// Takes orders until nobody can give any. Those that came in meanwhile are met by one look at the corpus.
    pub(super) fn take_orders(&self, mut orders: mpsc::Receiver<ReloadOrder>) {
        while let Some(first) = orders.blocking_recv() {
            let mut waiting = vec![first];
            while let Ok(order) = orders.try_recv() {
                waiting.push(order);
            }
            let meant = self.bases.iter().filter(|config| {
                let kb = &config.search.kb;
                waiting.iter().any(|order| order.is_for(kb))
            });
            let outcomes: Vec<Reloaded> = meant.map(|config| self.refresh(config).0).collect();
            for order in waiting {
                order.done(&outcomes);
            }
        }
    }

    /// Gives an order whenever a corpus changes, or somebody else publishes a generation. `None` if the system
    /// can't tell; then orders must come from elsewhere.
    pub(super) fn watch(
        &self,
        orders: &mpsc::Sender<ReloadOrder>,
    ) -> Option<Vec<Debouncer<RecommendedWatcher>>> {
        let watched: notify::Result<Vec<_>> = self
            .bases
            .iter()
            .map(|config| watch_one(config, orders.clone()))
            .collect();
        watched
            .inspect_err(|error| tracing::warn!(%error, "can't watch for changes"))
            .ok()
    }

    /// Brings one up to date; what came of it is told to the log and to the server.
    fn refresh(&self, config: &Config) -> (Reloaded, Result<(), Failure>) {
        let kb = &config.search.kb;
        self.state.begin(kb);
        let began = Instant::now();
        let meanwhile = |searcher| {
            self.swap(kb, searcher);
        };
        let opened = prepare(config, &self.language, self.terminal, &meanwhile);
        let mut reloaded = Reloaded {
            kb: kb.clone(),
            outcome: Outcome::Failed,
            index_version: None,
            entries: 0,
            problems: 0,
            detail: None,
            hint: None,
            at: OffsetDateTime::now_utc()
                .format(&Rfc3339)
                .unwrap_or_default(),
            took_ms: 0,
        };
        let result = match opened {
            Ok(opened) => {
                reloaded.problems = opened.problems;
                reloaded.outcome = self.swap(kb, opened.searcher);
                Ok(())
            }
            Err(Failure::Told(error)) => {
                let detail = chain(error.as_ref(), self.terminal.locale);
                tracing::error!(kb, error = detail, "can't bring the index up to date");
                reloaded.detail = Some(detail);
                reloaded.hint = error.hint(self.terminal.locale);
                Err(Failure::Told(error))
            }
            Err(failure) => Err(failure),
        };
        if let Some(present) = self.state.present(kb) {
            reloaded.index_version = Some(present.version().to_owned());
            reloaded.entries = present.index().len();
        }
        reloaded.took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.state.end(reloaded.clone());
        (reloaded, result)
    }

    fn swap(&self, kb: &str, searcher: Searcher) -> Outcome {
        let present = self.state.present(kb);
        if present.is_some_and(|present| present.version() == searcher.version()) {
            return Outcome::Unchanged;
        }
        tracing::info!(
            kb,
            entries = searcher.index().len(),
            index_version = searcher.version(),
            "ready"
        );
        self.state.replace(Arc::new(searcher));
        Outcome::Swapped
    }
}

fn watch_one(
    config: &Config,
    orders: mpsc::Sender<ReloadOrder>,
) -> notify::Result<Debouncer<RecommendedWatcher>> {
    let kb = config.search.kb.clone();
    let corpus = origin::corpus_folder(config);
    let index = config.index.clone();
    let (corpus, index) = (absolute(&corpus), absolute(&index));
    let watched_index = index.clone();
    let tell = move |events: DebounceEventResult| {
        let events = match events {
            Ok(events) => events,
            Err(error) => {
                tracing::warn!(kb, %error, "watching for changes failed");
                return;
            }
        };
        // In the index folder only the pointer matters, which a build changes last.
        let matters = |path: &Path| {
            !path.starts_with(&watched_index) || path == jida::index::pointer_file(&watched_index)
        };
        if events.iter().any(|event| matters(&event.path)) {
            // A full queue will look at the corpus anyway.
            let _ = orders.try_send(ReloadOrder::of(Some(kb.clone())));
        }
    };
    let mut watcher = new_debouncer(DEBOUNCE, tell)?;
    watcher.watcher().watch(&corpus, RecursiveMode::Recursive)?;
    watcher
        .watcher()
        .watch(&index, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

fn absolute(path: &Path) -> std::path::PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
