//! What counts as better, worse and too much worse.

use super::*;
use crate::eval::decisions::Outcome;
use crate::search::Decision;

fn judged(id: &str, kind: &str, rank: Option<usize>, outcome: Outcome) -> Judged {
    Judged {
        id: id.to_owned(),
        query: format!("问 {id}"),
        kind: kind.to_owned(),
        note: None,
        in_scope: kind != "out-of-scope",
        rank,
        confidence: 0.5,
        right_first: rank == Some(1),
        decision: Decision::Clarify,
        outcome,
        got: None,
        wanted: None,
    }
}

fn report(results: Vec<Judged>) -> Report {
    Report {
        index_version: String::new(),
        entries: 0,
        queries: results.len(),
        left_out: 0,
        numbers: Numbers::of(&results.iter().collect::<Vec<_>>()),
        took_us: None,
        polarity: None,
        results,
    }
}

/// So many queries of a kind, the first `right` of them at rank 1 and the others nowhere.
fn kind(kind: &str, n: usize, right: usize) -> Vec<Judged> {
    let one = |at: usize| {
        let rank = (at < right).then_some(1);
        judged(&format!("{kind}{at}"), kind, rank, Outcome::Declined)
    };
    (0..n).map(one).collect()
}

fn names(comparison: &Comparison) -> Vec<String> {
    let names = comparison.regressions.iter();
    names.map(|r| format!("{} {}", r.name, r.lost)).collect()
}

#[test]
fn a_loss_beyond_the_tolerance_is_a_regression() {
    let before = report([kind("a", 10, 8), kind("b", 9, 9), kind("c", 10, 0)].concat());
    for (after, tolerance, expected) in [
        (
            [kind("a", 10, 8), kind("b", 9, 9), kind("c", 10, 0)],
            0,
            vec![],
        ),
        // One query may be lost by default, wherever it stands.
        (
            [kind("a", 10, 7), kind("b", 9, 9), kind("c", 10, 0)],
            TOLERANCE,
            vec![],
        ),
        (
            [kind("a", 10, 7), kind("b", 9, 9), kind("c", 10, 0)],
            0,
            vec![
                "overall.recall_1 1",
                "overall.recall_3 1",
                "overall.mrr_10 1",
                "kinds.a.recall_1 1",
                "kinds.a.recall_3 1",
                "kinds.a.mrr_10 1",
            ],
        ),
        // What one kind gains does not make up for another's loss, unless that kind is small.
        (
            [kind("a", 10, 5), kind("b", 9, 9), kind("c", 10, 9)],
            TOLERANCE,
            vec![
                "kinds.a.recall_1 3",
                "kinds.a.recall_3 3",
                "kinds.a.mrr_10 3",
            ],
        ),
        (
            [kind("a", 10, 8), kind("b", 9, 0), kind("c", 10, 9)],
            TOLERANCE,
            vec![],
        ),
    ] {
        let comparison = Comparison::new(&before, &report(after.concat()), tolerance);
        assert_eq!(names(&comparison), expected);
    }
}

#[test]
fn one_more_wrong_answer_is_a_regression_whatever_the_tolerance() {
    let before = vec![
        judged("a", "x", Some(2), Outcome::ClarifiedWith),
        judged("b", "out-of-scope", None, Outcome::Declined),
    ];
    for (at, outcome) in [(0, Outcome::AnsweredWrong), (1, Outcome::AnsweredWrong)] {
        let mut after = before.clone();
        after[at].outcome = outcome;
        let comparison = Comparison::new(&report(before.clone()), &report(after), 100);
        assert_eq!(names(&comparison), ["wrong_answers 1"]);
        assert_eq!(comparison.worse.len(), 1);
    }
}

#[test]
fn better_and_worse_are_told_by_rank_and_outcome() {
    let of = |rank, outcome| judged("a", "x", rank, outcome);
    for (was, now, better, worse) in [
        (
            of(Some(2), Outcome::Declined),
            of(Some(1), Outcome::Declined),
            1,
            0,
        ),
        (
            of(Some(1), Outcome::Declined),
            of(Some(2), Outcome::Declined),
            0,
            1,
        ),
        (
            of(None, Outcome::Declined),
            of(Some(40), Outcome::Declined),
            0,
            0,
        ),
        (
            of(Some(1), Outcome::Declined),
            of(Some(1), Outcome::AnsweredRight),
            1,
            0,
        ),
        (
            of(Some(3), Outcome::ClarifiedWith),
            of(Some(2), Outcome::AnsweredWrong),
            0,
            1,
        ),
    ] {
        let comparison = Comparison::new(&report(vec![was]), &report(vec![now]), 1);
        let found = (comparison.better.len(), comparison.worse.len());
        assert_eq!(found, (better, worse), "{comparison:?}");
    }
}

#[test]
fn only_the_same_queries_are_compared() {
    let a = judged("a", "x", Some(1), Outcome::Declined);
    let reworded = Judged {
        query: "另一种问法".to_owned(),
        ..judged("b", "x", Some(1), Outcome::Declined)
    };
    let before = report(vec![a.clone(), judged("b", "x", None, Outcome::Declined)]);
    let after = report(vec![reworded, a, judged("c", "x", None, Outcome::Declined)]);
    let comparison = Comparison::new(&before, &after, 0);
    let counts = (
        comparison.common,
        comparison.only_before,
        comparison.only_after,
    );
    assert_eq!(counts, (1, 1, 2));
    assert_eq!(comparison.measures, []);
}

#[test]
fn numbers_that_changed_are_told_by_their_place() {
    let before = report(vec![judged("a", "x", Some(2), Outcome::ClarifiedWith)]);
    let after = report(vec![judged("a", "x", Some(1), Outcome::AnsweredRight)]);
    let comparison = Comparison::new(&before, &after, 0);
    let shown: Vec<String> = comparison
        .measures
        .iter()
        .map(|m| format!("{} {:?} {:?}", m.name, m.before, m.after))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    decisions.answered.coverage Some(0.0) Some(1.0)
    decisions.answered.n Some(0.0) Some(1.0)
    decisions.answered.precision None Some(1.0)
    decisions.answered.right Some(0.0) Some(1.0)
    decisions.in_scope.answered_right Some(0.0) Some(1.0)
    decisions.in_scope.clarified_with Some(1.0) Some(0.0)
    decisions.in_scope_by_kind.x.answered_right Some(0.0) Some(1.0)
    decisions.in_scope_by_kind.x.clarified_with Some(1.0) Some(0.0)
    kinds.x.mrr_10 Some(0.5) Some(1.0)
    kinds.x.recall_1 Some(0.0) Some(1.0)
    overall.mrr_10 Some(0.5) Some(1.0)
    overall.recall_1 Some(0.0) Some(1.0)
    ");
}
