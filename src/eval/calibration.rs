//! Whether a confidence means what it says: does it tell right from wrong, and how often is 0.8 right?

use serde::{Deserialize, Serialize};

/// Bins of a reliability curve.
const BINS: usize = 10;

/// How often a positive stands above a negative, ties half: the area under the ROC curve (Hanley and
/// McNeil 1982). 0.5 is chance; `None` where one side is empty.
pub fn auroc(positive: &[f64], negative: &[f64]) -> Option<f64> {
    let pairs = positive.len() as f64 * negative.len() as f64;
    if pairs == 0.0 {
        return None;
    }
    let mut all: Vec<(f64, bool)> = positive
        .iter()
        .map(|&value| (value, true))
        .chain(negative.iter().map(|&value| (value, false)))
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut above, mut below) = (0.0, 0.0);
    for tied in all.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let positives = tied.iter().filter(|&&(_, positive)| positive).count() as f64;
        let negatives = tied.len() as f64 - positives;
        above += positives * (below + negatives / 2.0);
        below += negatives;
    }
    Some(above / pairs)
}

/// A reliability curve.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reliability {
    /// Queries.
    pub n: usize,
    /// Expected calibration error: the mean distance of a bin's confidence from its share of right ones
    /// (Naeini, Cooper and Hauskrecht 2015); null of nothing.
    pub expected_error: Option<f64>,
    /// Ten bins of equal width, those without a query left out.
    pub bins: Vec<Bin>,
}

/// Queries whose confidence is nearly the same.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Lowest confidence in it.
    pub from: f64,
    /// Where the next begins; 1 belongs to the last.
    pub to: f64,
    /// Queries.
    pub n: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share whose first entry is right.
    pub right: f64,
}

impl Reliability {
    /// Sorts confidences with whether they were right into bins.
    pub fn of(judged: &[(f64, bool)]) -> Reliability {
        let mut sums = [(0usize, 0.0f64, 0usize); BINS];
        for &(confidence, right) in judged {
            let bin = ((confidence * BINS as f64) as usize).min(BINS - 1);
            sums[bin].0 += 1;
            sums[bin].1 += confidence;
            sums[bin].2 += usize::from(right);
        }
        let edge = |bin: usize| bin as f64 / BINS as f64;
        let bins: Vec<Bin> = sums
            .iter()
            .enumerate()
            .filter(|(_, (n, _, _))| *n > 0)
            .map(|(at, &(n, confidence, right))| Bin {
                from: edge(at),
                to: edge(at + 1),
                n,
                confidence: confidence / n as f64,
                right: right as f64 / n as f64,
            })
            .collect();
        let distance: f64 = bins
            .iter()
            .map(|bin| bin.n as f64 * (bin.confidence - bin.right).abs())
            .sum();
        let n = judged.len();
        Reliability {
            n,
            expected_error: (n > 0).then(|| distance / n as f64),
            bins,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auroc_counts_pairs_and_ties_half() {
        for (positive, negative, expected) in [
            (&[][..], &[0.5][..], None),
            (&[0.5], &[], None),
            (&[0.9, 0.8], &[0.7, 0.1], Some(1.0)),
            (&[0.1], &[0.9], Some(0.0)),
            (&[0.5], &[0.5], Some(0.5)),
            // Pairs: 0.9 beats both, 0.5 ties one and beats the other.
            (&[0.9, 0.5], &[0.5, 0.2], Some(3.5 / 4.0)),
            (&[0.5, 0.5, 0.1], &[0.5, 0.5], Some(2.0 / 6.0)),
        ] {
            assert_eq!(
                auroc(positive, negative),
                expected,
                "{positive:?} {negative:?}"
            );
        }
    }

    #[test]
    fn the_expected_error_is_the_mean_distance_of_the_bins() {
        // 0.75 twice, once right: off by 0.25. 1.0 once, right: off by 0. 0.1 belongs to the second bin.
        let reliability =
            Reliability::of(&[(0.75, true), (0.75, false), (1.0, true), (0.1, false)]);
        let bins: Vec<(f64, usize, f64, f64)> = reliability
            .bins
            .iter()
            .map(|bin| (bin.from, bin.n, bin.confidence, bin.right))
            .collect();
        assert_eq!(
            bins,
            [(0.1, 1, 0.1, 0.0), (0.7, 2, 0.75, 0.5), (0.9, 1, 1.0, 1.0)]
        );
        let error = reliability.expected_error.expect("there are queries");
        assert!((error - (2.0 * 0.25 + 0.1) / 4.0).abs() < 1e-12, "{error}");
        assert_eq!(Reliability::of(&[]), Reliability::default());
    }
}
