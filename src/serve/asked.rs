//! Questions that are kept, where the owner asked for it.

use std::sync::Arc;

use crate::search::{AskReply, Decision, Question, SearchReply};
use crate::serve::State;
use crate::store::{self, Store};

/// A question that is being answered, to be kept with what came of it. Holds nothing unless questions are
/// kept.
#[derive(Debug)]
pub(super) struct Asking(Option<(Arc<Store>, String)>);

impl State {
    /// Remembers a question until it has a reply.
    pub(super) fn asking(&self, question: &Question) -> Asking {
        let store = self.store.as_ref().filter(|store| store.logs_questions());
        Asking(store.map(|store| (store.clone(), question.to_string())))
    }
}

impl Asking {
    /// A decision came of it.
    pub(super) fn decided(self, reply: &AskReply) {
        let Some((store, question)) = self.0 else {
            return;
        };
        let first = reply.candidates.first();
        store.log(store::Question {
            query_id: reply.query_id.clone(),
            question,
            interpreted: reply.interpreted.clone(),
            decision: Some(name(reply.decision).to_owned()),
            entry_id: first.map(|first| first.id.clone()),
            confidence: first.map(|first| first.confidence),
        });
    }

    /// A ranked list came of it.
    pub(super) fn listed(self, reply: &SearchReply) {
        let Some((store, question)) = self.0 else {
            return;
        };
        let first = reply.hits.first();
        store.log(store::Question {
            query_id: reply.query_id.clone(),
            question,
            interpreted: None,
            decision: None,
            entry_id: first.map(|first| first.id.clone()),
            confidence: first.map(|first| first.confidence),
        });
    }
}

/// As replies spell it.
fn name(decision: Decision) -> &'static str {
    match decision {
        Decision::Answered => "answered",
        Decision::Clarify => "clarify",
        Decision::NoAnswer => "no_answer",
    }
}
