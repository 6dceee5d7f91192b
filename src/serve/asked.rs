//! Questions that are kept, where the owner asked for it.

use std::sync::Arc;

use crate::search::{AskReply, Decision, Question, SearchReply};
use crate::serve::base::State;
use crate::store::{self, Store};

/// A question that is being answered, to be kept with what came of it. Holds nothing unless questions are
/// kept.
#[derive(Debug)]
pub(super) struct Asking(Option<(Arc<Store>, String, String)>);

/// What came of a question, as far as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    interpreted: Option<String>,
    decision: Option<Decision>,
    entry_id: Option<String>,
    confidence: Option<f64>,
}

impl Outcome {
    /// A decision came of it.
    pub(super) fn of_decision(reply: &AskReply) -> Outcome {
        let first = reply.candidates.first();
        Outcome {
            interpreted: reply.interpreted.clone(),
            decision: Some(reply.decision),
            entry_id: first.map(|first| first.id.clone()),
            confidence: first.map(|first| first.confidence),
        }
    }

    /// A ranked list came of it.
    pub(super) fn of_list(reply: &SearchReply) -> Outcome {
        let first = reply.hits.first();
        Outcome {
            interpreted: None,
            decision: None,
            entry_id: first.map(|first| first.id.clone()),
            confidence: first.map(|first| first.confidence),
        }
    }

    /// The decision, where one was made.
    pub(super) fn decision(&self) -> Option<Decision> {
        self.decision
    }
}

impl State {
    /// Remembers a question to a knowledge base until it has a reply.
    pub(super) fn asking(&self, kb: Option<&str>, question: &Question) -> Asking {
        let store = self.store().filter(|store| store.logs_questions());
        let kept = store.and_then(|store| {
            let kb = self.base(kb).ok()?.name().to_owned();
            Some((store.clone(), kb, question.to_string()))
        });
        Asking(kept)
    }
}

impl Asking {
    /// This came of it, in the reply of this name.
    pub(super) fn became(self, query_id: &str, outcome: &Outcome) {
        let Some((store, kb, question)) = self.0 else {
            return;
        };
        store.log(store::Question {
            query_id: query_id.to_owned(),
            kb,
            question,
            interpreted: outcome.interpreted.clone(),
            decision: outcome.decision.map(|decision| name(decision).to_owned()),
            entry_id: outcome.entry_id.clone(),
            confidence: outcome.confidence,
        });
    }
}

/// As replies spell it.
pub(super) fn name(decision: Decision) -> &'static str {
    match decision {
        Decision::Answered => "answered",
        Decision::Clarify => "clarify",
        Decision::NoAnswer => "no_answer",
    }
}
