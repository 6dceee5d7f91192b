//! Order and confidence, computed from the candidates' own texts: no engine's score takes part.

pub mod decide;
mod matching;
mod measure;
pub mod model;
mod query;
pub mod signals;

use crate::index::{Candidate, Statistics};

pub use matching::{Matcher, Occurrence};
pub use query::{Query, QueryTerm};
pub use signals::{Signal, Signals};

/// Which of an entry's texts fits best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matched {
    /// Its question.
    Question,
    /// The variant of this index.
    Variant(usize),
    /// Its answer.
    Answer,
}

/// One candidate in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Index in the candidates given.
    pub candidate: usize,
    /// 0 to 1.
    pub confidence: f64,
    /// What it is made of, for the phrasing that fits best.
    pub signals: Signals,
    /// Which text fits best.
    pub matched: Matched,
    /// Index of the best passage, where the answer holds any of the query.
    pub passage: Option<usize>,
}

/// Orders candidates, most confident first; ties by key.
///
/// `query` must have been weighed; `asking` counts the entries that ask with a term.
pub fn rank(
    query: &Query,
    candidates: &[Candidate],
    statistics: &Statistics,
    asking: &dyn Fn(&str) -> u32,
) -> Vec<Ranked> {
    let scale = measure::Scale::new(query, statistics, asking);
    let mut ranked: Vec<Ranked> = candidates
        .iter()
        .enumerate()
        .filter_map(|(candidate, found)| {
            let measured = scale.measure(&found.text);
            let scored = measured
                .by_question
                .iter()
                .map(|phrasing| &phrasing.signals);
            let scored = scored.map(model::confidence).enumerate();
            let (at, confidence) = scored.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
            Some(Ranked {
                candidate,
                confidence,
                signals: measured.by_question[at].signals,
                matched: matched(at, measured.by_question[at].share, measured.passage),
                passage: measured.passage.map(|best| best.index),
            })
        })
        .collect();
    ranked.sort_by(|a, b| {
        let by_key = candidates[a.candidate]
            .key
            .cmp(&candidates[b.candidate].key);
        b.confidence.total_cmp(&a.confidence).then(by_key)
    });
    ranked
}

/// The answer counts as what matched where one passage of it holds clearly more of the query than the
/// question does.
fn matched(phrasing: usize, asked: f64, passage: Option<measure::PassageMatch>) -> Matched {
    match (phrasing, passage) {
        (_, Some(best)) if best.share > asked + model::ANSWER_LEAD => Matched::Answer,
        (0, _) => Matched::Question,
        (variant, _) => Matched::Variant(variant - 1),
    }
}
