//! Confidence becomes a decision: answer, ask back, or say that there is none.

/// The limits between the decisions, on the confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// At or above this the best entry may be shown.
    pub answer: f64,
    /// At or above this it is worth asking back.
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

/// Decides by the confidences of a ranked list, best first, each with whether it says the same as the
/// best (one entry kept in two files must not make us ask back).
///
/// `margin` is how far the best must stand above its rival, in log-odds: near 1 confidences crowd
/// together, and 0.999 beside 0.97 is as clear as 0.8 beside 0.15.
pub fn decide(ranked: &[(f64, bool)], thresholds: Thresholds, margin: f64) -> Verdict {
    let Some(&(best, _)) = ranked.first() else {
        return Verdict::NoAnswer;
    };
    if best < thresholds.clarify {
        return Verdict::NoAnswer;
    }
    let rival = ranked
        .iter()
        .skip(1)
        .find(|&&(_, same)| !same)
        .map_or(0.0, |&(rival, _)| rival);
    if best >= thresholds.answer && log_odds(best) - log_odds(rival) >= margin {
        return Verdict::Answered;
    }
    let choices = ranked.iter().take(MAX_CHOICES);
    let choices = choices
        .take_while(|&&(confidence, _)| confidence >= thresholds.clarify)
        .count();
    Verdict::Clarify(choices)
}

fn log_odds(confidence: f64) -> f64 {
    // Rounding can make a confidence 0 or 1; the bound keeps differences finite.
    let bounded = confidence.clamp(1e-9, 1.0 - 1e-9);
    (bounded / (1.0 - bounded)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decision_follows_from_the_best_and_its_rival() {
        let thresholds = Thresholds {
            answer: 0.8,
            clarify: 0.5,
        };
        for (ranked, expected) in [
            (vec![], Verdict::NoAnswer),
            (vec![(0.4, true)], Verdict::NoAnswer),
            (vec![(0.9, true)], Verdict::Answered),
            (vec![(0.9, true), (0.3, false)], Verdict::Answered),
            (vec![(0.9, true), (0.88, false)], Verdict::Clarify(2)),
            (vec![(0.999, true), (0.97, false)], Verdict::Answered),
            (vec![(1.0, true), (1.0, false)], Verdict::Clarify(2)),
            (
                vec![(0.9, true), (0.9, true), (0.2, false)],
                Verdict::Answered,
            ),
            (
                vec![(0.7, true), (0.6, false), (0.4, false)],
                Verdict::Clarify(2),
            ),
        ] {
            assert_eq!(decide(&ranked, thresholds, 0.4), expected, "{ranked:?}");
        }
    }
}
