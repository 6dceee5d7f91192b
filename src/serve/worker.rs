//! Where searching happens: off the async workers, a bounded number at a time.

use std::future::Future;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tracing::Span;

use crate::search::{SearchError, Searcher};
use crate::serve::App;
use crate::serve::error::Problem;
use crate::serve::limits::Ticket;

/// The searcher a request began with, and the right to use it. Extracting it fails while no searcher is
/// there.
#[derive(Debug)]
pub(super) struct Worker {
    searcher: Arc<Searcher>,
    slots: Arc<Semaphore>,
    ticket: Option<Ticket>,
}

impl FromRequestParts<Arc<App>> for Worker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        Ok(Worker {
            searcher: app.state.searcher().ok_or(Problem::NotReady)?,
            slots: app.slots.clone(),
            ticket: parts.extensions.get::<Ticket>().cloned(),
        })
    }
}

impl Worker {
    /// Runs `job` on the blocking pool: ranking is CPU work, and would hold up every other connection of
    /// its async worker. The job can't be cancelled, so it holds its permits itself: a caller who gave up
    /// doesn't free the place of work that still runs.
    pub(super) async fn run<T, Job, Reply>(self, job: Job) -> Result<T, Problem>
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
        let searcher = self.searcher;
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
