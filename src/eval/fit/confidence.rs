//! The weights of the confidence: a logistic regression of “the first candidate is right”.

use crate::eval::fit::Example;
use crate::eval::fit::descent::{Local, minimum};
use crate::rank::model::{FEATURES, Weights};

/// As many as there are features.
const N: usize = FEATURES.len();

/// What a squared weight costs beside the loss of a single query: next to nothing, but two features that
/// nearly say the same, such as score and gap, do not drift apart without end.
const PENALTY: f64 = 1.0 / 6.0;

/// The weight of each feature, given the weights of the order.
pub(super) fn fit(examples: &[Example], weights: &Weights) -> [f64; N] {
    let judged = examples
        .iter()
        .filter_map(|example| judged(example, weights));
    let judged: Vec<([f64; N], bool)> = judged.collect();
    let weights: Vec<f64> = examples
        .iter()
        .filter(|example| !example.candidates.is_empty())
        .map(|example| example.weight)
        .collect();
    let mean = weights.iter().sum::<f64>() / weights.len().max(1) as f64;
    let each: Vec<f64> = weights.iter().map(|weight| weight / mean).collect();
    minimum(|weights| loss(&judged, &each, weights))
}

/// By what the first candidate is judged, and whether it is right; none if nothing was found.
pub(super) fn judged(example: &Example, weights: &Weights) -> Option<([f64; N], bool)> {
    let candidates = &example.candidates;
    let mut scores: Vec<f64> = candidates
        .iter()
        .map(|(signals, _)| weights.score(signals))
        .collect();
    let most = scores.iter().copied().max_by(f64::total_cmp)?;
    let first = scores.iter().position(|&score| score == most)?;
    let (signals, grade) = &candidates[first];
    scores.remove(first);
    let strongest = scores.iter().copied().max_by(f64::total_cmp);
    let others = scores.iter().map(|rival| (rival - most).exp()).sum();
    let features = Weights::features(most, signals, strongest, others);
    Some((features, example.in_scope && *grade > 0))
}

/// Minus the logarithm of the probability of what is the case, each as heavy as `each` says, and the
/// penalty; the bias is free.
fn loss(judged: &[([f64; N], bool)], each: &[f64], weights: &[f64; N]) -> Local<N> {
    let mut sum = Local::zero();
    for ((features, right), each) in judged.iter().zip(each) {
        let parts = features.iter().zip(weights);
        let log_odds: f64 = parts.map(|(feature, weight)| feature * weight).sum();
        let towards = if *right { log_odds } else { -log_odds };
        // ln(1 + exp(-towards)), without overflow.
        sum.value += each * ((-towards.abs()).exp().ln_1p() + (-towards).max(0.0));
        let probability = 1.0 / (1.0 + (-log_odds).exp());
        let pull = each * (probability - f64::from(*right));
        for (slope, feature) in sum.gradient.iter_mut().zip(features) {
            *slope += pull * feature;
        }
        sum.bend(each * probability * (1.0 - probability), features);
    }
    for (at, &weight) in weights.iter().enumerate().skip(1) {
        sum.penalize(at, weight, PENALTY);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::fit::descent::assert_slope;
    use crate::eval::fit::tests::examples;
    use crate::rank::signals::Signal;

    fn by_what_was_said() -> Weights {
        let mut weights = Weights::default();
        weights.order[Signal::Said as usize] = 4.0;
        weights
    }

    #[test]
    fn the_gradient_is_the_slope() {
        let weights = by_what_was_said();
        let judged: Vec<_> = examples(20)
            .iter()
            .filter_map(|example| judged(example, &weights))
            .collect();
        let each: Vec<f64> = (0..judged.len()).map(|at| 0.5 + at as f64 / 20.0).collect();
        for scale in [0.0, 0.5, 3.0] {
            let at = std::array::from_fn(|at| scale * (at as f64 / 4.0 - 1.0));
            assert_slope(|weights| loss(&judged, &each, weights), &at);
        }
    }

    #[test]
    fn who_is_far_ahead_is_trusted_more() {
        let weights = by_what_was_said();
        let confidence = fit(&examples(60), &weights);
        let weights = Weights {
            confidence,
            ..weights
        };
        let mut sure = Vec::new();
        for example in examples(60) {
            let (features, right) = judged(&example, &weights).expect("there are candidates");
            sure.push((weights.confidence(&features), right));
        }
        let mean = |of: bool| {
            let of: Vec<f64> = sure.iter().filter(|s| s.1 == of).map(|s| s.0).collect();
            of.iter().sum::<f64>() / of.len() as f64
        };
        assert!(mean(true) > mean(false) + 0.3, "{sure:?}");
        // A free bias makes the mean confidence the share of right ones.
        let all: f64 = sure.iter().map(|s| s.0).sum();
        let right = sure.iter().filter(|s| s.1).count() as f64;
        assert!((all - right).abs() < 1e-6, "{all} {right}");
    }

    #[test]
    fn a_query_that_finds_nothing_is_not_judged() {
        let empty = Example {
            weight: 1.0,
            in_scope: true,
            candidates: Vec::new(),
        };
        assert_eq!(judged(&empty, &Weights::default()), None);
        assert_eq!(fit(&[empty], &Weights::default()), [0.0; N]);
    }
}
