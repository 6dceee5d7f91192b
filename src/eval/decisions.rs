//! What became of each query: answered, asked back or declined, and whether that was right.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::eval::metrics::share;
use crate::eval::truth::{FULL, PARTIAL};
use crate::search::Decision;

/// A decision judged. For a query that the FAQ does not answer every answer is wrong, every choice is
/// without a right one, and to decline is what should be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Answered by an entry that answers fully.
    AnsweredRight,
    /// Answered by an entry that answers in part.
    AnsweredPartly,
    /// Answered by another entry.
    AnsweredWrong,
    /// Asked back, a right entry among the choices.
    ClarifiedWith,
    /// Asked back, no right entry among the choices.
    ClarifiedWithout,
    /// Said that there is no answer.
    Declined,
}

impl Outcome {
    /// Judges a decision by the grades of the entries shown, best first; 0 is the grade of a wrong one.
    pub fn of(decision: Decision, shown: &[u8]) -> Outcome {
        match (decision, shown.first()) {
            (Decision::Answered, Some(&FULL)) => Outcome::AnsweredRight,
            (Decision::Answered, Some(&PARTIAL)) => Outcome::AnsweredPartly,
            (Decision::Answered, _) => Outcome::AnsweredWrong,
            (Decision::Clarify, _) if shown.iter().any(|&grade| grade > 0) => {
                Outcome::ClarifiedWith
            }
            (Decision::Clarify, _) => Outcome::ClarifiedWithout,
            (Decision::NoAnswer, _) => Outcome::Declined,
        }
    }

    /// Whether an answer was given that should not have been.
    pub fn is_wrong_answer(self) -> bool {
        self == Outcome::AnsweredWrong
    }

    /// How good it is for the person who asked: a wrong answer is worse than none.
    pub fn worth(self, in_scope: bool) -> u8 {
        match self {
            Outcome::AnsweredRight => 5,
            Outcome::AnsweredPartly => 4,
            Outcome::ClarifiedWith => 3,
            Outcome::Declined if in_scope => 2,
            Outcome::Declined => 5,
            Outcome::ClarifiedWithout => 1,
            Outcome::AnsweredWrong => 0,
        }
    }
}

/// Decisions about queries that the FAQ answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InScope {
    /// All of them.
    pub n: usize,
    /// See [`Outcome::AnsweredRight`].
    pub answered_right: usize,
    /// See [`Outcome::AnsweredPartly`].
    pub answered_partly: usize,
    /// See [`Outcome::AnsweredWrong`].
    pub answered_wrong: usize,
    /// See [`Outcome::ClarifiedWith`].
    pub clarified_with: usize,
    /// See [`Outcome::ClarifiedWithout`].
    pub clarified_without: usize,
    /// See [`Outcome::Declined`].
    pub declined: usize,
}

/// Decisions about queries that the FAQ does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OutOfScope {
    /// All of them.
    pub n: usize,
    /// Answered all the same.
    pub answered: usize,
    /// Asked back.
    pub clarified: usize,
    /// Said that there is no answer.
    pub declined: usize,
}

/// What is answered, in scope or not.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Answered {
    /// Queries answered.
    pub n: usize,
    /// Of these, answered right or partly.
    pub right: usize,
    /// `right` by `n`; null if nothing is answered.
    pub precision: Option<f64>,
    /// Queries in scope that are answered right or partly, by all in scope; null without any.
    pub coverage: Option<f64>,
}

/// All decisions of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Decisions {
    /// About queries that the FAQ answers.
    pub in_scope: InScope,
    /// The same by kind.
    pub in_scope_by_kind: BTreeMap<String, InScope>,
    /// About the others.
    pub out_of_scope: OutOfScope,
    /// The others by note.
    pub out_of_scope_by_note: BTreeMap<String, OutOfScope>,
    /// What is answered.
    pub answered: Answered,
}

/// Of queries out of scope without a note.
const UNSORTED: &str = "unsorted";

impl Decisions {
    /// Adds up outcomes, each with whether the FAQ answers the query, and its kind or, if it does not,
    /// its note.
    pub fn of<'a>(outcomes: impl IntoIterator<Item = (Outcome, bool, Option<&'a str>)>) -> Self {
        let mut decisions = Decisions::default();
        for (outcome, in_scope, sort) in outcomes {
            let sort = sort.unwrap_or(UNSORTED).to_owned();
            if in_scope {
                decisions.in_scope.add(outcome);
                let by_kind = &mut decisions.in_scope_by_kind;
                by_kind.entry(sort).or_default().add(outcome);
            } else {
                decisions.out_of_scope.add(outcome);
                let by_note = &mut decisions.out_of_scope_by_note;
                by_note.entry(sort).or_default().add(outcome);
            }
        }
        let InScope {
            n: in_scope,
            answered_right,
            answered_partly,
            answered_wrong,
            ..
        } = decisions.in_scope;
        let right = answered_right + answered_partly;
        let n = right + answered_wrong + decisions.out_of_scope.answered;
        decisions.answered = Answered {
            n,
            right,
            precision: (n > 0).then(|| share(right, n)),
            coverage: (in_scope > 0).then(|| share(right, in_scope)),
        };
        decisions
    }
}

impl InScope {
    fn add(&mut self, outcome: Outcome) {
        self.n += 1;
        *match outcome {
            Outcome::AnsweredRight => &mut self.answered_right,
            Outcome::AnsweredPartly => &mut self.answered_partly,
            Outcome::AnsweredWrong => &mut self.answered_wrong,
            Outcome::ClarifiedWith => &mut self.clarified_with,
            Outcome::ClarifiedWithout => &mut self.clarified_without,
            Outcome::Declined => &mut self.declined,
        } += 1;
    }
}

impl OutOfScope {
    fn add(&mut self, outcome: Outcome) {
        self.n += 1;
        *match outcome {
            Outcome::AnsweredRight | Outcome::AnsweredPartly | Outcome::AnsweredWrong => {
                &mut self.answered
            }
            Outcome::ClarifiedWith | Outcome::ClarifiedWithout => &mut self.clarified,
            Outcome::Declined => &mut self.declined,
        } += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_judged_by_what_is_shown() {
        use Decision::{Answered, Clarify, NoAnswer};
        for (decision, shown, expected) in [
            (Answered, &[2, 0][..], Outcome::AnsweredRight),
            (Answered, &[1, 2], Outcome::AnsweredPartly),
            (Answered, &[0, 2], Outcome::AnsweredWrong),
            (Clarify, &[0, 1], Outcome::ClarifiedWith),
            (Clarify, &[0, 0], Outcome::ClarifiedWithout),
            (Clarify, &[], Outcome::ClarifiedWithout),
            (NoAnswer, &[2], Outcome::Declined),
        ] {
            assert_eq!(
                Outcome::of(decision, shown),
                expected,
                "{decision:?} {shown:?}"
            );
        }
    }

    #[test]
    fn outcomes_add_up() {
        use Outcome::{
            AnsweredPartly, AnsweredRight, AnsweredWrong, ClarifiedWith, ClarifiedWithout, Declined,
        };
        let decisions = Decisions::of([
            (AnsweredRight, true, None),
            (AnsweredRight, true, Some("typo")),
            (AnsweredPartly, true, None),
            (AnsweredWrong, true, None),
            (ClarifiedWith, true, None),
            (Declined, true, None),
            (AnsweredWrong, false, Some("near-miss")),
            (Declined, false, Some("near-miss")),
            (ClarifiedWithout, false, None),
        ]);
        let in_scope = InScope {
            n: 6,
            answered_right: 2,
            answered_partly: 1,
            answered_wrong: 1,
            clarified_with: 1,
            clarified_without: 0,
            declined: 1,
        };
        assert_eq!(decisions.in_scope, in_scope);
        let typo = InScope {
            n: 1,
            answered_right: 1,
            ..InScope::default()
        };
        assert_eq!(decisions.in_scope_by_kind.get("typo"), Some(&typo));
        let out_of_scope = |n, answered, clarified, declined| OutOfScope {
            n,
            answered,
            clarified,
            declined,
        };
        assert_eq!(decisions.out_of_scope, out_of_scope(3, 1, 1, 1));
        let notes: Vec<_> = decisions.out_of_scope_by_note.iter().collect();
        assert_eq!(
            notes,
            [
                (&"near-miss".to_owned(), &out_of_scope(2, 1, 0, 1)),
                (&"unsorted".to_owned(), &out_of_scope(1, 0, 1, 0)),
            ]
        );
        let answered = Answered {
            n: 5,
            right: 3,
            precision: Some(0.6),
            coverage: Some(0.5),
        };
        assert_eq!(decisions.answered, answered);
        assert_eq!(Decisions::of([]).answered, Answered::default());
    }

    #[test]
    fn to_decline_is_right_only_out_of_scope() {
        assert!(Outcome::Declined.worth(false) > Outcome::ClarifiedWithout.worth(false));
        assert!(Outcome::Declined.worth(true) < Outcome::ClarifiedWith.worth(true));
        assert!(Outcome::AnsweredWrong.worth(true) < Outcome::Declined.worth(true));
    }
}
