//! Asking whoever keeps the indexes to look at the corpus again, and what came of it.

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use utoipa::ToSchema;

/// An order to bring one or all knowledge bases up to date.
#[derive(Debug)]
pub struct ReloadOrder {
    kb: Option<String>,
    done: Option<oneshot::Sender<Vec<Reloaded>>>,
    published: bool,
}

impl ReloadOrder {
    /// For the knowledge base called `kb`, unless given for all. Nobody waits for what comes of it.
    pub fn of(kb: Option<String>) -> ReloadOrder {
        ReloadOrder {
            kb,
            done: None,
            published: false,
        }
    }

    /// To open what somebody else has published, whatever the corpus here holds.
    pub fn published(kb: String) -> ReloadOrder {
        ReloadOrder {
            published: true,
            ..ReloadOrder::of(Some(kb))
        }
    }

    /// Whether only what was published is to be opened.
    pub fn is_published(&self) -> bool {
        self.published
    }

    /// The same, and where to wait for what comes of it.
    pub(super) fn awaited(kb: Option<String>) -> (ReloadOrder, oneshot::Receiver<Vec<Reloaded>>) {
        let (done, outcome) = oneshot::channel();
        let done = Some(done);
        let order = ReloadOrder {
            done,
            ..ReloadOrder::of(kb)
        };
        (order, outcome)
    }

    /// Whether the knowledge base called `kb` is meant.
    pub fn is_for(&self, kb: &str) -> bool {
        self.kb.as_deref().is_none_or(|name| name == kb)
    }

    /// Tells whoever waits what came of it.
    pub fn done(self, outcomes: &[Reloaded]) {
        if let Some(done) = self.done {
            let of_ours = outcomes
                .iter()
                .filter(|outcome| self.kb.as_deref().is_none_or(|name| name == outcome.kb));
            // Whoever asked may have left.
            let _ = done.send(of_ours.cloned().collect());
        }
    }
}

/// What looking at the corpus again came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Another generation answers now.
    Swapped,
    /// The generation that answers is the right one.
    Unchanged,
    /// The generation from before goes on answering, if there is one.
    Failed,
}

/// What came of bringing a knowledge base up to date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reloaded {
    /// The knowledge base.
    #[schema(example = "default")]
    pub kb: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What answers now; null if nothing does.
    pub index_version: Option<String>,
    /// Entries that answer now.
    pub entries: usize,
    /// Oddities that the build told of; `jida index` prints them. Null if nothing was built.
    pub problems: Option<usize>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub detail: Option<String>,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub hint: Option<String>,
    /// When, in UTC (RFC 3339).
    #[schema(format = DateTime, example = "2026-11-22T08:00:00Z")]
    pub at: String,
    /// How long it took.
    pub took_ms: u64,
}
