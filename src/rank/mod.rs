//! Order and confidence, computed from the candidates' own texts: no engine's score takes part.

mod characters;
pub mod decide;
mod found;
mod letters;
mod matching;
mod measure;
pub mod model;
mod query;
pub mod signals;

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use crate::index::{Candidate, Statistics};
use crate::rank::measure::{Best, Desk, Measured, Scale};
use crate::rank::model::{Evidence, FEATURES, Model, Weights};

pub use characters::Characters;
pub use matching::{Hits, Matcher, Occurrence};
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
    candidates: &[Candidate<'_>],
    evidence: Evidence,
    statistics: &Statistics,
    tools: Tools<'_>,
) -> Vec<Ranked> {
    let weights = Model::current().weights(evidence);
    let scales = readings
        .all()
        .iter()
        .map(|query| Scale::new(query, statistics, tools));
    let mut desk = Desk::default();
    let measured: Vec<Measured> = scales
        .map(|scale| scale.measure(candidates, &mut desk))
        .collect();
    let best = Best::of(&measured);
    let mut fitting: Vec<Fitting> = (0..candidates.len())
        .filter(|&candidate| is_candidate(&candidates[candidate]))
        .filter_map(|candidate| {
            let readings = measured.iter().enumerate();
            let scored = readings.flat_map(|(reading, of)| {
                let phrasings = of.phrasings(candidate).iter().enumerate();
                let best = &best;
                phrasings.map(move |(phrasing, measured)| Fitting {
                    candidate,
                    reading,
                    phrasing,
                    score: weights.score(&best.beside(&measured.signals)),
                })
            });
            scored.max_by(first_of_equals)
        })
        .collect();
    fitting.sort_unstable_by(|a, b| {
        let by_key = candidates[a.candidate]
            .key
            .cmp(&candidates[b.candidate].key);
        b.score.total_cmp(&a.score).then(by_key)
    });
    let ranked = fitting.into_iter().map(|fitting| {
        let Fitting {
            candidate,
            reading,
            phrasing,
            score,
        } = fitting;
        let passage = measured[reading].passage(candidate);
        let of = &measured[reading].phrasings(candidate)[phrasing];
        Ranked {
            candidate,
            score,
            confidence: 0.0,
            features: [0.0; FEATURES.len()],
            signals: best.beside(&of.signals),
            reading,
            matched: matched(phrasing, of.share, passage),
            passage: passage.map(|best| best.index),
        }
    });
    let mut ranked: Vec<Ranked> = ranked.collect();
    set_confidence(&mut ranked, candidates, weights);
    ranked
}

/// The reading and the phrasing by which a candidate scores most.
struct Fitting {
    candidate: usize,
    reading: usize,
    phrasing: usize,
    score: f64,
}

/// Fills in the confidences of an ordered list. What says the same as a candidate is no rival of it: one
/// entry kept in two files must not make us ask back. Nobody is surer than who stands before.
fn set_confidence(ranked: &mut [Ranked], candidates: &[Candidate<'_>], weights: &Weights) {
    let rivals: Vec<(u128, f64)> = ranked
        .iter()
        .map(|hit| (candidates[hit.candidate].text.says(), hit.score))
        .collect();
    let best = rivals.first().map_or(0.0, |&(_, score)| score);
    let mut all = 0.0;
    let mut alike: FxHashMap<u128, f64> = FxHashMap::default();
    for &(says, score) in &rivals {
        let odds = (score - best).exp();
        all += odds;
        *alike.entry(says).or_default() += odds;
    }
    let mut most = 1.0f64;
    for (hit, &(says, score)) in ranked.iter_mut().zip(&rivals) {
        // Best first: the first that says something else is the strongest rival.
        let strongest = rivals.iter().find(|&&(other, _)| other != says);
        let others = (all - alike[&says]).max(0.0) / (score - best).exp();
        hit.features = Weights::features(
            score,
            &hit.signals,
            strongest.map(|&(_, score)| score),
            others,
        );
        most = most.min(weights.confidence(&hit.features));
        hit.confidence = most;
    }
}

/// Whether an entry shares a term with the question or is near it in meaning.
fn is_candidate(found: &Candidate<'_>) -> bool {
    let similarity = &found.similarity;
    let nearest = similarity.questions.iter().copied();
    found.engine_score > 0.0 || nearest.fold(similarity.parts, f32::max) >= model::MIN_MEANING
}

/// By score; of equals the first is the greatest, for `max_by` takes the last.
fn first_of_equals(a: &Fitting, b: &Fitting) -> Ordering {
    let place = |of: &Fitting| (of.reading, of.phrasing);
    a.score
        .total_cmp(&b.score)
        .then_with(|| place(b).cmp(&place(a)))
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
