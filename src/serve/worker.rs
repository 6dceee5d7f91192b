//! Where searching happens: off the async workers, a bounded number at a time.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
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
        let slots = self.slots;
        let slot = slots.clone().acquire_owned().await;
        let slot = slot.map_err(Problem::internal)?;
        let ticket = self.ticket;
        let runtime = Handle::current();
        let span = Span::current();
        tokio::task::spawn_blocking(move || {
            let _ticket = ticket;
            span.in_scope(|| runtime.block_on(computing(job(searcher), slot, slots)))
        })
        .await
        .map_err(Problem::internal)?
        .map_err(Problem::from)
    }
}

/// Does `work` with a slot while it computes, and without one while it waits for an engine elsewhere: others may
/// compute meanwhile, and how many wait at once is no matter of cores.
async fn computing<T>(
    work: impl Future<Output = T>,
    slot: OwnedSemaphorePermit,
    slots: Arc<Semaphore>,
) -> T {
    let mut work = pin!(work);
    let mut slot = Some(slot);
    loop {
        let done = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await;
        if let Poll::Ready(done) = done {
            return done;
        }
        slot.take();
        // Goes on when it is woken, as `work` asked to be.
        let mut is_woken = false;
        poll_fn(|_| match std::mem::replace(&mut is_woken, true) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
        slot = slots.clone().acquire_owned().await.ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn whoever_waits_leaves_its_slot_to_others_and_computes_only_with_one() {
        let slots = Arc::new(Semaphore::new(1));
        let taken = || slots.clone().acquire_owned();
        let (tell, told) = tokio::sync::oneshot::channel();
        let counted = slots.clone();
        let waits = async move {
            let before = counted.available_permits();
            let word = told.await.expect("it is told");
            (before, word, counted.available_permits())
        };
        let slot = taken().await.expect("it is free");
        let waiting = tokio::spawn(computing(waits, slot, slots.clone()));
        let other = tokio::time::timeout(Duration::from_secs(10), taken()).await;
        let other = other.expect("it was left").expect("it is free");
        tell.send("word").expect("somebody waits");
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(!waiting.is_finished(), "it does not compute without a slot");
        drop(other);
        assert_eq!(waiting.await.expect("no panic"), (0, "word", 0));
        assert_eq!(slots.available_permits(), 1);
    }
}
