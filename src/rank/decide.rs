//! Confidence becomes a decision: answer, ask back, or say that there is none.

/// The limits between the decisions, on the confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// At or above this the best entry may be shown.
    pub answer: f64,
    /// At or above this, all choices together, it is worth asking back.
    pub clarify: f64,
}

/// What to do with a ranked list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Show the best entry.
    Answered,
    /// Let the person choose among the first entries, this many.
    Clarify(usize),
    /// Say that there is no answer.
    NoAnswer,
}

/// At most this many entries are offered to choose from.
pub const MAX_CHOICES: usize = 5;

/// Decides by the confidences of a ranked list, best first.
///
/// A confidence already knows of its rivals. Where several share what there is, their sum tells whether
/// one of them is the answer; only those with a fair part of it are worth offering.
pub fn decide(confidences: &[f64], thresholds: Thresholds) -> Verdict {
    let best = confidences.first().copied().unwrap_or(0.0);
    if best > 0.0 && best >= thresholds.answer {
        return Verdict::Answered;
    }
    let first = confidences.iter().take(MAX_CHOICES);
    let sum: f64 = first.sum();
    if best == 0.0 || sum < thresholds.clarify {
        return Verdict::NoAnswer;
    }
    clarify(confidences)
}

/// Offers those of a ranked list that are worth it.
pub fn clarify(confidences: &[f64]) -> Verdict {
    let best = confidences.first().copied().unwrap_or(0.0);
    let first = confidences.iter().take(MAX_CHOICES);
    let choices = first.filter(|&&confidence| confidence >= FAIR_SHARE * best);
    Verdict::Clarify(choices.count())
}

/// An entry is worth offering if its confidence is this share of the best one's.
const FAIR_SHARE: f64 = 0.25;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decision_follows_from_the_confidences() {
        let thresholds = Thresholds {
            answer: 0.8,
            clarify: 0.5,
        };
        for (confidences, expected) in [
            (vec![], Verdict::NoAnswer),
            (vec![0.0], Verdict::NoAnswer),
            (vec![0.4, 0.05], Verdict::NoAnswer),
            (vec![0.9, 0.05], Verdict::Answered),
            (vec![0.45, 0.4, 0.05], Verdict::Clarify(2)),
            (vec![0.6, 0.01], Verdict::Clarify(1)),
        ] {
            assert_eq!(
                decide(&confidences, thresholds),
                expected,
                "{confidences:?}"
            );
        }
    }
}
