//! Keeps the knowledge bases of a running server up to date: builds what is missing or behind its corpus, opens it,
//! and lets it answer.

use std::sync::Arc;
use std::time::Instant;

use jida::index::IndexLocation;
use jida::search::Searcher;
use jida::semantic::Language;
use jida::serve::{Outcome, ReloadOrder, Reloaded, State};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::mpsc;

use super::failure::Failure;
use super::prepare::{BuildFailed, Prepared, prepare};
use super::terminal::Terminal;
use super::watch::Watching;
use super::{follow, open};
use crate::config::Config;

/// Looks after the indexes, one after another, so that builds don't take each other's cores.
#[derive(Debug)]
pub(super) struct Keeper {
    bases: Vec<Kept>,
    language: Language,
    state: State,
    terminal: Terminal,
}

/// A knowledge base, and where its index is.
#[derive(Debug)]
struct Kept {
    config: Config,
    location: IndexLocation,
}

impl Kept {
    fn new(config: Config) -> Result<Kept, Failure> {
        let location = open::location(&config)?;
        Ok(Kept { config, location })
    }

    fn kb(&self) -> &str {
        &self.config.search.kb
    }

    fn is_in_a_cluster(&self) -> bool {
        matches!(self.location, IndexLocation::Cluster(_))
    }
}

/// Why an index is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Occasion {
    /// The server begins.
    Start,
    /// Somebody published another generation.
    Published,
    /// Somebody wants it to be what the corpus holds.
    Asked,
}

impl Keeper {
    pub(super) fn new(
        config: &Config,
        state: State,
        terminal: Terminal,
    ) -> Result<Keeper, Failure> {
        Ok(Keeper {
            bases: config
                .each()
                .into_iter()
                .map(Kept::new)
                .collect::<Result<_, _>>()?,
            language: open::language(config)?,
            state,
            terminal,
        })
    }

    /// The first time: all that can answer does.
    ///
    /// # Errors
    /// The first failure, if nothing can answer at all. A cluster that does not answer is waited for: whoever follows
    /// it orders what it serves to be opened as soon as it is back.
    pub(super) fn prepare(&self) -> Result<(), Failure> {
        let mut failures = Vec::new();
        for base in &self.bases {
            match self.refresh(base, Occasion::Start).1 {
                Err(failure) if !failure.is_passing() => failures.push(failure),
                _ => {}
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
            let occasion = |base: &Kept| {
                let ours = waiting.iter().filter(|order| order.is_for(base.kb()));
                let occasion = |order: &ReloadOrder| match order.is_published() {
                    true => Occasion::Published,
                    false => Occasion::Asked,
                };
                ours.map(occasion).max()
            };
            let meant = self
                .bases
                .iter()
                .filter_map(|base| Some((base, occasion(base)?)))
                .filter(|(base, occasion)| {
                    *occasion != Occasion::Published || !self.is_served(base)
                });
            let outcomes: Vec<Reloaded> = meant
                .map(|(base, occasion)| self.refresh(base, occasion).0)
                .collect();
            for order in waiting {
                order.done(&outcomes);
            }
        }
    }

    /// Gives an order whenever a corpus changes, or somebody else publishes a generation. Begun before the first
    /// build, so that no change is lost which comes during that.
    pub(super) fn watch(&self, orders: &mpsc::Sender<ReloadOrder>) -> Watching {
        let bases = self.bases.iter();
        let bases = bases.map(|base| (&base.config, &base.location));
        Watching::begin(bases, &self.state, orders)
    }

    /// Lets whoever publishes into a cluster be followed.
    pub(super) fn follow(&self, orders: &mpsc::Sender<ReloadOrder>) {
        for base in self.bases.iter().filter(|base| base.is_in_a_cluster()) {
            let kb = base.kb().to_owned();
            let location = base.location.clone();
            let (state, locale) = (self.state.clone(), self.terminal.locale);
            follow::watch(kb, location, state, orders.clone(), locale);
        }
    }

    /// Whether what was published answers already: several orders may come of one.
    fn is_served(&self, base: &Kept) -> bool {
        let present = self.state.present(base.kb());
        let current = base.location.current_name();
        present.is_some_and(|present| current.is_ok_and(|name| present.index().name() == name))
    }

    /// What is to answer.
    fn open(
        &self,
        base: &Kept,
        occasion: Occasion,
        meanwhile: &dyn Fn(Searcher),
    ) -> Result<Prepared, Failure> {
        let Kept { config, location } = base;
        if base.is_in_a_cluster() && occasion != Occasion::Asked {
            let may_build = occasion == Occasion::Start;
            let (language, terminal) = (&self.language, self.terminal);
            let opened = follow::open(config, location, language, terminal, may_build)?;
            if let Some(opened) = opened {
                let (language, settings) = (self.language.clone(), config.search.clone());
                return Ok(Prepared {
                    searcher: Searcher::new(opened, language, settings),
                    problems: None,
                    failed: None,
                });
            }
        }
        prepare(config, location, &self.language, self.terminal, meanwhile)
    }

    /// Brings one up to date; what came of it is told to the log and to the server.
    fn refresh(&self, base: &Kept, occasion: Occasion) -> (Reloaded, Result<(), Failure>) {
        let kb = base.kb();
        self.state.begin(kb);
        let began = Instant::now();
        let meanwhile = |searcher| {
            self.swap(kb, searcher);
        };
        let opened = self.open(base, occasion, &meanwhile);
        let mut reloaded = Reloaded {
            kb: kb.to_owned(),
            outcome: Outcome::Failed,
            index_version: None,
            entries: 0,
            problems: None,
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
                if let Some(failed) = opened.failed {
                    reloaded.outcome = Outcome::Failed;
                    reloaded.detail = Some(failed.detail);
                    reloaded.hint = failed.hint;
                }
                Ok(())
            }
            Err(Failure::Told(error)) => {
                let failed = BuildFailed::of(error.as_ref(), self.terminal.locale);
                let (error_text, hint) = (&failed.detail, &failed.hint);
                let failure = Failure::Told(error);
                if failure.is_passing() {
                    tracing::warn!(kb, error = error_text, hint, "the cluster is waited for");
                } else {
                    tracing::error!(
                        kb,
                        error = error_text,
                        hint,
                        "can't bring the index up to date"
                    );
                }
                reloaded.detail = Some(failed.detail);
                reloaded.hint = failed.hint;
                Err(failure)
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
        // One that was built again in place of a damaged one has another name, and the same version.
        let is_same = |present: Arc<Searcher>| {
            present.version() == searcher.version()
                && present.index().name() == searcher.index().name()
        };
        if self.state.present(kb).is_some_and(is_same) {
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
