//! Knowledge bases side by side: each has a name, and a searcher that can be exchanged while requests run.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use tokio::sync::mpsc::{self, error::TrySendError};

use crate::locale::Locale;
use crate::search::{SearchError, Searcher};
use crate::serve::error::Problem;
use crate::serve::metrics::Metrics;
use crate::serve::reload::{ReloadOrder, Reloaded};
use crate::serve::replies::Replies;
use crate::serve::settings::DEFAULT_CACHE_BYTES;
use crate::store::Store;

/// What answers, and the replies that it has made.
#[derive(Debug)]
pub(super) struct Present {
    pub(super) searcher: Arc<Searcher>,
    pub(super) replies: Replies,
}

/// A knowledge base by its name, and what answers from it at present; nothing while it is being built.
#[derive(Debug)]
pub(super) struct Base {
    name: String,
    present: ArcSwapOption<Present>,
    building: AtomicBool,
    /// Whether its engine was out of reach when that was last tried.
    is_away: AtomicBool,
    last: Mutex<Option<Reloaded>>,
}

impl Base {
    /// As callers give it in `kb`.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What answers now. A request keeps what it began with.
    pub(super) fn present(&self) -> Option<Arc<Present>> {
        self.present.load_full()
    }

    /// Whether it is being brought up to date.
    pub(super) fn is_building(&self) -> bool {
        self.building.load(Ordering::Relaxed)
    }

    /// Whether what answers can't be asked at present.
    pub(super) fn is_away(&self) -> bool {
        self.is_away.load(Ordering::Relaxed)
    }

    /// What came of the last time.
    pub(super) fn last(&self) -> Option<Reloaded> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }
}

/// What the server answers from. Clones share it, so that the binary can keep one and exchange searchers
/// while requests run; a request keeps the searcher it began with.
#[derive(Debug, Clone)]
pub struct State {
    /// Never empty; the first answers where no name is given.
    bases: Arc<[Arc<Base>]>,
    locale: Locale,
    store: Option<Arc<Store>>,
    orders: Option<mpsc::Sender<ReloadOrder>>,
    cache_bytes: usize,
    metrics: Arc<Metrics>,
}

impl State {
    /// One knowledge base, ready from the start.
    pub fn new(searcher: Arc<Searcher>) -> State {
        let state = State::starting(searcher.settings().locale, &searcher.settings().kb, &[]);
        state.replace(searcher);
        state
    }

    /// Not ready: everything but `/healthz` replies 503 until [`State::replace`]. `kb` answers where no name
    /// is given, `others` by their names only.
    pub fn starting(locale: Locale, kb: &str, others: &[String]) -> State {
        let names = std::iter::once(kb).chain(others.iter().map(String::as_str));
        let bases = names.map(|name| {
            Arc::new(Base {
                name: name.to_owned(),
                present: ArcSwapOption::empty(),
                building: AtomicBool::new(false),
                is_away: AtomicBool::new(false),
                last: Mutex::default(),
            })
        });
        State {
            bases: bases.collect(),
            locale,
            store: None,
            orders: None,
            cache_bytes: DEFAULT_CACHE_BYTES,
            metrics: Arc::default(),
        }
    }

    /// Keeps feedback in `store`. Without one, feedback is turned away.
    pub fn with_store(self, store: Arc<Store>) -> State {
        State {
            store: Some(store),
            ..self
        }
    }

    /// Keeps replies of so many bytes in all for each knowledge base; none if 0.
    pub fn with_cache(self, cache_bytes: usize) -> State {
        State {
            cache_bytes,
            ..self
        }
    }

    /// Sends orders to reload to whoever keeps the indexes. Without one, they are turned away.
    pub fn with_orders(self, orders: mpsc::Sender<ReloadOrder>) -> State {
        State {
            orders: Some(orders),
            ..self
        }
    }

    /// The same, as if there were no other knowledge bases than those called so, in the order of `names`; nothing
    /// if there are none.
    pub(super) fn narrowed(&self, names: &[String]) -> Option<State> {
        let place = |base: &Base| names.iter().position(|name| *name == base.name);
        let mut bases: Vec<_> = self
            .bases
            .iter()
            .filter(|base| place(base).is_some())
            .collect();
        bases.sort_by_key(|base| place(base));
        let bases: Arc<[Arc<Base>]> = bases.into_iter().cloned().collect();
        (!bases.is_empty()).then(|| State {
            bases,
            ..self.clone()
        })
    }

    /// Tells that the knowledge base called `kb` is being brought up to date.
    pub fn begin(&self, kb: &str) {
        if let Some(base) = self.bases.iter().find(|base| base.name == kb) {
            base.building.store(true, Ordering::Relaxed);
        }
    }

    /// Tells whether the engine of the knowledge base called `kb` can be reached. Returns whether that is news.
    pub fn reaches(&self, kb: &str, reaches: bool) -> bool {
        let base = self.bases.iter().find(|base| base.name == kb);
        base.is_some_and(|base| base.is_away.swap(!reaches, Ordering::Relaxed) == reaches)
    }

    /// Tells what came of it.
    pub fn end(&self, reloaded: Reloaded) {
        self.metrics.reloaded(&reloaded);
        if let Some(base) = self.bases.iter().find(|base| base.name == reloaded.kb) {
            let mut last = base.last.lock().unwrap_or_else(PoisonError::into_inner);
            *last = Some(reloaded);
            base.building.store(false, Ordering::Relaxed);
        }
    }

    /// What answers for the knowledge base called `kb`, if anything does.
    pub fn present(&self, kb: &str) -> Option<Arc<Searcher>> {
        let base = self.bases.iter().find(|base| base.name == kb)?;
        base.present().map(|present| present.searcher.clone())
    }

    /// Answers from `searcher` from now on, where its knowledge base is meant. One of a knowledge base that
    /// was not announced is not used.
    pub fn replace(&self, searcher: Arc<Searcher>) {
        let kb = &searcher.settings().kb;
        let base = self.bases.iter().find(|base| base.name == *kb);
        if let Some(base) = base {
            let replies = Replies::new(self.cache_bytes);
            let present = Present { searcher, replies };
            base.present.store(Some(Arc::new(present)));
        }
    }

    /// All knowledge bases, the one first that answers where no name is given.
    pub(super) fn bases(&self) -> &[Arc<Base>] {
        &self.bases
    }

    /// The knowledge base called `kb`; unless given, the first.
    ///
    /// # Errors
    /// [`SearchError::UnknownKb`] if there is none.
    pub(super) fn base(&self, kb: Option<&str>) -> Result<&Base, SearchError> {
        let Some(name) = kb else {
            return Ok(&self.bases[0]);
        };
        let found = self.bases.iter().find(|base| base.name == name);
        found
            .map(Arc::as_ref)
            .ok_or_else(|| SearchError::UnknownKb {
                name: name.to_owned(),
                known: self.bases.iter().map(|base| base.name.clone()).collect(),
            })
    }

    /// What answers for the knowledge base called `kb`; unless given, for the first.
    ///
    /// # Errors
    /// A problem if there is none of this name, or it is not ready.
    pub(super) fn answering(&self, kb: Option<&str>) -> Result<Arc<Present>, Problem> {
        self.base(kb)?.present().ok_or(Problem::NotReady)
    }

    /// Passes an order on.
    ///
    /// # Errors
    /// A problem if too many are waiting, or nobody takes them.
    pub(super) fn order(&self, order: ReloadOrder) -> Result<(), Problem> {
        let orders = self.orders.as_ref().ok_or(Problem::NoReload)?;
        orders.try_send(order).map_err(|error| match error {
            TrySendError::Full(_) => Problem::Overloaded,
            TrySendError::Closed(_) => Problem::NoReload,
        })
    }

    /// What is counted.
    pub(super) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Where feedback is kept.
    pub(super) fn store(&self) -> Option<&Arc<Store>> {
        self.store.as_ref()
    }

    /// The language for callers who state none.
    pub(super) fn locale(&self) -> Locale {
        self.locale
    }
}
