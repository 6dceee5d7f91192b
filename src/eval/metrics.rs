//! Where the first right entry stands: recall at a rank, and the mean reciprocal rank.

use serde::{Deserialize, Serialize};

/// Ranks of the first right entry, summed up. Shares are of `n`, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Recall {
    /// Queries that the FAQ answers.
    pub n: usize,
    /// A right entry is first.
    pub recall_1: f64,
    /// A right entry is among the first three.
    pub recall_3: f64,
    /// A right entry is among the first ten.
    pub recall_10: f64,
    /// Mean of 1 / rank, 0 beyond the tenth (Voorhees 1999).
    pub mrr_10: f64,
    /// A right entry is among the candidates that were ranked.
    pub recall_candidates: f64,
}

impl Recall {
    /// Sums up the ranks of the first right entries, from 1; `None` where none was found.
    pub fn of(ranks: impl IntoIterator<Item = Option<usize>>) -> Recall {
        let ranks: Vec<Option<usize>> = ranks.into_iter().collect();
        let n = ranks.len();
        let within = |limit: usize| {
            let count = ranks
                .iter()
                .flatten()
                .filter(|&&rank| rank <= limit)
                .count();
            share(count, n)
        };
        let reciprocal: f64 = ranks.iter().map(|&rank| reciprocal(rank)).sum();
        Recall {
            n,
            recall_1: within(1),
            recall_3: within(3),
            recall_10: within(10),
            mrr_10: if n == 0 { 0.0 } else { reciprocal / n as f64 },
            recall_candidates: within(usize::MAX),
        }
    }
}

/// 1 / rank, 0 beyond the tenth.
pub fn reciprocal(rank: Option<usize>) -> f64 {
    rank.filter(|&rank| rank <= 10)
        .map_or(0.0, |rank| 1.0 / rank as f64)
}

/// A part of a whole; 0 of nothing.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// The rank of the first right one in a list of confidence and rightness, best first. Of equal
/// confidences the wrong ones count as first: an order that chance made earns nothing.
pub fn worst_rank(ranked: &[(f64, bool)]) -> Option<usize> {
    let &(confidence, _) = ranked.iter().find(|&&(_, right)| right)?;
    let ahead = |&&(other, right): &&(f64, bool)| !right && other >= confidence;
    Some(1 + ranked.iter().filter(ahead).count())
}

/// The value below or at which a share of all values lie (nearest rank); `None` of nothing.
pub fn percentile(values: &mut [u64], share: f64) -> Option<u64> {
    values.sort_unstable();
    let rank = (share * values.len() as f64).ceil() as usize;
    values.get(rank.clamp(1, values.len().max(1)) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recall_counts_ranks() {
        let recall = Recall::of([Some(1), Some(2), Some(4), Some(11), None]);
        let expected = Recall {
            n: 5,
            recall_1: 0.2,
            recall_3: 0.4,
            recall_10: 0.6,
            mrr_10: (1.0 + 0.5 + 0.25) / 5.0,
            recall_candidates: 0.8,
        };
        assert_eq!(recall, expected);
        assert_eq!(Recall::of([]), Recall::default());
    }

    #[test]
    fn ties_take_the_worst_rank() {
        for (ranked, expected) in [
            (&[][..], None),
            (&[(0.9, false)], None),
            (&[(0.9, true), (0.8, false)], Some(1)),
            // The right one happens to be listed first, but nothing sets it apart.
            (&[(0.9, true), (0.9, false)], Some(2)),
            (
                &[(0.9, true), (0.9, false), (0.9, false), (0.1, false)],
                Some(3),
            ),
            // Another right one is no rival.
            (&[(0.9, true), (0.9, true)], Some(1)),
            (
                &[(0.9, false), (0.5, true), (0.5, true), (0.5, false)],
                Some(3),
            ),
        ] {
            assert_eq!(worst_rank(ranked), expected, "{ranked:?}");
        }
    }

    #[test]
    fn a_percentile_is_a_value_that_occurred() {
        for (values, share, expected) in [
            (vec![], 0.5, None),
            (vec![7], 0.5, Some(7)),
            (vec![7], 0.99, Some(7)),
            (vec![4, 1, 3, 2], 0.5, Some(2)),
            ((1..=100).rev().collect(), 0.99, Some(99)),
            ((1..=200).collect(), 0.99, Some(198)),
        ] {
            let mut values: Vec<u64> = values;
            assert_eq!(
                percentile(&mut values, share),
                expected,
                "{values:?} {share}"
            );
        }
    }
}
