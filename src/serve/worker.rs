//! Where searching happens: off the async workers, a bounded number at a time.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tracing::Span;

use crate::search::{SearchError, Searcher};
use crate::serve::App;
use crate::serve::base::State;
use crate::serve::error::Problem;
use crate::serve::limits::Ticket;
use crate::serve::replies::{Asked, Made, Named, Origin};

/// The right to search.
#[derive(Debug)]
pub(super) struct Worker {
    state: State,
    slots: Arc<Semaphore>,
    ticket: Option<Ticket>,
}

impl FromRequestParts<Arc<App>> for Worker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Worker {
            state: app.state.clone(),
            slots: app.slots.clone(),
            ticket: parts.extensions.get::<Ticket>().cloned(),
        })
    }
}

impl Worker {
    /// Runs `job` with what answers for the knowledge base called `kb`, which it keeps to its end. On the
    /// blocking pool: ranking is CPU work, and would hold up every other connection of
    /// its async worker. The job can't be cancelled, so it holds its permits itself: a caller who gave up
    /// doesn't free the place of work that still runs.
    pub(super) async fn run<T, Job, Reply>(self, kb: Option<&str>, job: Job) -> Result<T, Problem>
    where
        T: Send + 'static,
        Job: FnOnce(Arc<Searcher>) -> Reply + Send + 'static,
        Reply: Future<Output = Result<T, SearchError>>,
    {
        let searcher = self.state.answering(kb)?.searcher.clone();
        self.run_with(searcher, job).await
    }

    /// The reply to `asked`, a kept one or that which `job` makes; named anew.
    pub(super) async fn reply<Job, Reply>(
        self,
        kb: Option<&str>,
        asked: Asked,
        job: Job,
    ) -> Result<Named, Problem>
    where
        Job: FnOnce(Arc<Searcher>) -> Reply + Send + 'static,
        Reply: Future<Output = Result<Made, SearchError>>,
    {
        let began = Instant::now();
        let state = self.state.clone();
        let present = state.answering(kb)?;
        let searcher = present.searcher.clone();
        let make = async move {
            let made = self.run_with(searcher, job).await?;
            made.map_err(Problem::internal)
        };
        let (kept, origin) = present.replies.get(asked, make).await?;
        let kb = state.base(kb)?.name();
        let decision = kept.outcome.decision();
        state.metrics().answered(kb, decision, origin);
        if origin == Origin::Made {
            state.metrics().made(&kept.stages);
        }
        Ok(Named::new(kept, began))
    }

    async fn run_with<T, Job, Reply>(self, searcher: Arc<Searcher>, job: Job) -> Result<T, Problem>
    where
        T: Send + 'static,
        Job: FnOnce(Arc<Searcher>) -> Reply + Send + 'static,
        Reply: Future<Output = Result<T, SearchError>>,
    {
        let slot = self
            .slots
            .acquire_owned()
            .await
            .map_err(Problem::internal)?;
        let held = (slot, self.ticket);
        let runtime = Handle::current();
        let span = Span::current();
        tokio::task::spawn_blocking(move || {
            let _held = held;
            span.in_scope(|| runtime.block_on(job(searcher)))
        })
        .await
        .map_err(Problem::internal)?
        .map_err(Problem::from)
    }
}
