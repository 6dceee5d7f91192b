//! Order and confidence, computed from the candidates' own texts: no engine's score takes part.

pub mod decide;
mod matching;
mod measure;
pub mod model;
mod query;
pub mod signals;

use std::cmp::Ordering;

use crate::index::{Candidate, Statistics};
use crate::rank::measure::{Best, Measured, Scale};
use crate::rank::model::{Evidence, FEATURES, Model, Weights};

pub use matching::{Matcher, Occurrence};
pub use measure::Tools;
pub use query::{Query, QueryTerm, Readings};
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
    /// What the order is by.
    pub score: f64,
    /// Probability that it answers the question, 0 to 1.
    pub confidence: f64,
    /// What the confidence is judged by.
    pub features: [f64; FEATURES.len()],
    /// What the score is made of, for the reading and the phrasing that fit best.
    pub signals: Signals,
    /// Which of the question's readings fits best.
    pub reading: usize,
    /// Which text fits best.
    pub matched: Matched,
    /// Index of the best passage, where the answer holds any of the query.
    pub passage: Option<usize>,
}

/// Orders candidates, most confident first; ties by key.
///
/// `readings` must have been weighed. An entry counts by the phrasing and the reading that fit best.
pub fn rank(
    readings: &Readings,
    candidates: &[Candidate],
    evidence: Evidence,
    statistics: &Statistics,
    tools: Tools<'_>,
) -> Vec<Ranked> {
    let weights = Model::current().weights(evidence);
    let scales = readings
        .all()
        .iter()
        .map(|query| Scale::new(query, statistics, tools));
    let measured: Vec<Vec<Measured>> = scales
        .map(|scale| {
            candidates
                .iter()
                .map(|found| scale.measure(found))
                .collect()
        })
        .collect();
    let best = Best::of(measured.iter().flatten());
    let mut ranked: Vec<Ranked> = (0..candidates.len())
        .filter(|&candidate| is_candidate(&candidates[candidate]))
        .filter_map(|candidate| {
            let readings = measured.iter().enumerate();
            let fitting = readings.filter_map(|(reading, of)| {
                let phrasings = of[candidate].by_question.iter().enumerate();
                let scored = phrasings.map(|(at, phrasing)| {
                    let signals = best.beside(&phrasing.signals);
                    (weights.score(&signals), signals, at, reading)
                });
                scored.max_by(first_of_equals)
            });
            let (score, signals, at, reading) = fitting.max_by(first_of_equals)?;
            let Measured {
                by_question,
                passage,
            } = &measured[reading][candidate];
            Some(Ranked {
                candidate,
                score,
                confidence: 0.0,
                features: [0.0; FEATURES.len()],
                signals,
                reading,
                matched: matched(at, by_question[at].share, *passage),
                passage: passage.map(|best| best.index),
            })
        })
        .collect();
    ranked.sort_by(|a, b| {
        let by_key = candidates[a.candidate]
            .key
            .cmp(&candidates[b.candidate].key);
        b.score.total_cmp(&a.score).then(by_key)
    });
    set_confidence(&mut ranked, candidates, weights);
    ranked
}

/// Fills in the confidences of an ordered list. What says the same as a candidate is no rival of it: one
/// entry kept in two files must not make us ask back. Nobody is surer than who stands before.
fn set_confidence(ranked: &mut [Ranked], candidates: &[Candidate], weights: &Weights) {
    let scores: Vec<f64> = ranked.iter().map(|hit| hit.score).collect();
    let text = |hit: &Ranked| &candidates[hit.candidate].text;
    let mut most = 1.0f64;
    for at in 0..ranked.len() {
        let rivals = ranked.iter().zip(&scores).enumerate();
        let rivals = rivals.filter(|&(other, (hit, _))| {
            other != at && !text(hit).says_the_same(text(&ranked[at]))
        });
        let rivals: Vec<f64> = rivals.map(|(_, (_, &score))| score).collect();
        let features = Weights::features(scores[at], &ranked[at].signals, &rivals);
        ranked[at].features = features;
        most = most.min(weights.confidence(&features));
        ranked[at].confidence = most;
    }
}

/// Whether an entry shares a term with the question or is near it in meaning.
fn is_candidate(found: &Candidate) -> bool {
    let similarity = &found.similarity;
    let nearest = similarity.questions.iter().copied();
    found.engine_score > 0.0 || nearest.fold(similarity.parts, f32::max) >= model::MIN_MEANING
}

/// By score; of equals the first is the greatest, for `max_by` takes the last.
fn first_of_equals<S>(a: &(f64, S, usize, usize), b: &(f64, S, usize, usize)) -> Ordering {
    a.0.total_cmp(&b.0).then(b.3.cmp(&a.3)).then(b.2.cmp(&a.2))
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
