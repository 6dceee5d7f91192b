//! The weights of the order: the right candidates of a query should have most of its softmax.
//!
//! Cao and others (2007) call it ListNet with the top one; with several right candidates it is enough that
//! one is first, so their shares are summed before the logarithm is taken.

use crate::eval::fit::Example;
use crate::eval::fit::descent::{Local, minimum};
use crate::eval::truth::FULL;
use crate::rank::signals::{COUNT, Signal, Signals};

/// What a squared weight costs beside the mean loss of a query.
///
/// Two signals that mostly say the same share their weight, and one that says nothing gets none. Tried on
/// FAQs that were left out, ten times as much costs one point of R@1, and a hundred times as much three.
const PENALTY: f64 = 3e-5;

/// The weight of each signal that minimises the loss.
pub(super) fn fit(examples: &[Example]) -> [f64; COUNT] {
    let examples: Vec<Example> = examples
        .iter()
        .filter(|example| example.teaches_order())
        .cloned()
        .map(without_apart)
        .collect();
    minimum(|weights| loss(&examples, weights))
}

/// What the order leaves out: what agrees letter by letter, which the model weighs itself, and how evenly
/// words are met, which tells whether the first is right but, tried on FAQs that were left out, not which
/// is first.
const APART: [Signal; 3] = [Signal::Same, Signal::TokenSpread, Signal::EntryTokenSpread];

fn without_apart(mut example: Example) -> Example {
    for (signals, _) in &mut example.candidates {
        for signal in APART {
            signals[signal as usize] = 0.0;
        }
    }
    example
}

/// Minus the mean logarithm of the share that right candidates have, and the penalty.
fn loss(examples: &[Example], weights: &[f64; COUNT]) -> Local<COUNT> {
    let mut sum = Local::zero();
    let total: f64 = examples.iter().map(|example| example.weight).sum();
    for Example {
        candidates, weight, ..
    } in examples
    {
        let each = weight / total;
        let score = |signals: &Signals| -> f64 {
            let parts = signals.iter().zip(weights);
            parts.map(|(signal, weight)| signal * weight).sum()
        };
        let scores: Vec<f64> = candidates.iter().map(|(of, _)| score(of)).collect();
        let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<f64> = scores.iter().map(|score| (score - most).exp()).collect();
        let worth = |grade: u8| f64::from(grade) / f64::from(FULL);
        let graded = candidates.iter().zip(&powers);
        let right: f64 = graded
            .map(|((_, grade), power)| worth(*grade) * power)
            .sum();
        let all: f64 = powers.iter().sum();
        sum.value -= each * (right / all).ln();
        let mut mean = [0.0; COUNT];
        for ((signals, grade), power) in candidates.iter().zip(&powers) {
            let share = power / all;
            let pull = share - worth(*grade) * power / right;
            for (at, signal) in signals.iter().enumerate() {
                sum.gradient[at] += each * pull * signal;
                mean[at] += share * signal;
            }
            // Who has so little does not bend anything.
            if share > 1e-6 {
                sum.bend(each * share, signals);
            }
        }
        // The variance of the signals under the softmax. That among the right ones, which the true
        // curvature is less by, is left out: so it stays positive, and the loss above stays below.
        sum.bend(-each, &mean);
    }
    for (at, &weight) in weights.iter().enumerate() {
        sum.penalize(at, weight, PENALTY);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::fit::descent::assert_slope;
    use crate::eval::fit::tests::examples;

    #[test]
    fn the_gradient_is_the_slope() {
        let mut examples = examples(20);
        examples.retain(Example::teaches_order);
        for scale in [0.0, 1.0, 5.0] {
            let at = std::array::from_fn(|at| scale * ((at * 7 % 11) as f64 / 5.0 - 1.0));
            assert_slope(|weights| loss(&examples, weights), &at);
        }
    }

    #[test]
    fn the_signal_that_tells_gets_the_weight() {
        let weights = fit(&examples(60));
        let telling = weights[Signal::Said as usize];
        assert!(telling > 2.0, "{weights:?}");
        for (at, weight) in weights.iter().enumerate() {
            let telling = telling / 2.0;
            assert!(
                at == Signal::Said as usize || weight.abs() < telling,
                "{weights:?}"
            );
        }
        for signal in APART {
            assert_eq!(weights[signal as usize], 0.0);
        }
        // Alike in all candidates.
        let alike = weights[Signal::Length as usize];
        assert!(alike.abs() < 1e-4, "{alike}");
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert_eq!(fit(&[]), [0.0; COUNT]);
    }
}
