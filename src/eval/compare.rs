//! Two runs side by side, on the queries that they have in common.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::Value;

use crate::eval::metrics::reciprocal;
use crate::eval::report::{Numbers, Report};
use crate::eval::run::Judged;

/// A kind with fewer queries is not judged alone: one query more or less says nothing there.
const ENOUGH: usize = 10;

/// How many queries' worth a measure may lose before it counts as a regression.
///
/// Runs repeat exactly, so this is no allowance for noise: a change that gains ten queries and loses one
/// of a kind is mostly a good one, and labels are seldom better than that.
pub const TOLERANCE: u32 = 1;

/// What changed from one run to another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Queries in both: all below is about these.
    pub common: usize,
    /// Queries of the earlier run alone.
    pub only_before: usize,
    /// Queries of the later run alone.
    pub only_after: usize,
    /// Every number that changed, by its place in the report.
    pub measures: Vec<Measure>,
    /// Queries that fare better now.
    pub better: Vec<Change>,
    /// Queries that fare worse now.
    pub worse: Vec<Change>,
    /// What must not have happened.
    pub regressions: Vec<Regression>,
}

/// One number in both runs; null where there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// Its place in the report: `overall.recall_1`.
    pub name: String,
    /// In the earlier run.
    pub before: Option<f64>,
    /// In the later run.
    pub after: Option<f64>,
}

/// One query in both runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// As it was.
    pub before: Judged,
    /// As it is.
    pub after: Judged,
}

/// A loss beyond the tolerance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Regression {
    /// Its place in the report.
    pub name: String,
    /// The loss in queries; for the mean reciprocal rank, its sum.
    pub lost: f64,
}

impl Comparison {
    /// Compares the queries with the same id, text and scope.
    pub fn new(before: &Report, after: &Report, tolerance: u32) -> Comparison {
        let earlier: HashMap<&str, &Judged> = before
            .results
            .iter()
            .map(|judged| (judged.id.as_str(), judged))
            .collect();
        let pairs: Vec<(&Judged, &Judged)> = after
            .results
            .iter()
            .filter_map(|now| Some((*earlier.get(now.id.as_str())?, now)))
            .filter(|(was, now)| was.query == now.query && was.in_scope == now.in_scope)
            .collect();
        let (was, now): (Vec<&Judged>, Vec<&Judged>) = pairs.iter().copied().unzip();
        let changed = |wanted: fn(&Judged, &Judged) -> bool| {
            let changed = pairs.iter().filter(|(was, now)| wanted(was, now));
            let change = |&(was, now): &(&Judged, &Judged)| Change {
                before: was.clone(),
                after: now.clone(),
            };
            changed.map(change).collect()
        };
        Comparison {
            common: pairs.len(),
            only_before: before.results.len() - pairs.len(),
            only_after: after.results.len() - pairs.len(),
            measures: measures(&Numbers::of(&was), &Numbers::of(&now)),
            better: changed(|was, now| fares_worse(now, was) && !fares_worse(was, now)),
            worse: changed(fares_worse),
            regressions: regressions(&pairs, tolerance),
        }
    }
}

/// Whether a query lost in rank, as far as people look, or in what was decided. Who gains in one and
/// loses in the other has lost.
fn fares_worse(was: &Judged, now: &Judged) -> bool {
    let in_rank = reciprocal(now.rank) < reciprocal(was.rank);
    in_rank || now.outcome.worth(now.in_scope) < was.outcome.worth(was.in_scope)
}

fn measures(before: &Numbers, after: &Numbers) -> Vec<Measure> {
    let mut both: BTreeMap<String, [Option<f64>; 2]> = BTreeMap::new();
    for (side, numbers) in [before, after].into_iter().enumerate() {
        let value = serde_json::to_value(numbers).unwrap_or_default();
        flatten(&value, String::new(), &mut |name, number| {
            both.entry(name).or_default()[side] = number;
        });
    }
    both.into_iter()
        .filter(|(_, [before, after])| before != after)
        .map(|(name, [before, after])| Measure {
            name,
            before,
            after,
        })
        .collect()
}

/// Every number by the path that leads to it. Lists are left out: those of a report are curves.
fn flatten(value: &Value, path: String, found: &mut impl FnMut(String, Option<f64>)) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let path = match path.as_str() {
                    "" => name.clone(),
                    path => format!("{path}.{name}"),
                };
                flatten(value, path, found);
            }
        }
        Value::Number(number) => found(path, number.as_f64()),
        Value::Null => found(path, None),
        _ => {}
    }
}

fn regressions(pairs: &[(&Judged, &Judged)], tolerance: u32) -> Vec<Regression> {
    let in_scope: Vec<(&Judged, &Judged)> = pairs
        .iter()
        .copied()
        .filter(|(was, _)| was.in_scope)
        .collect();
    let mut groups: BTreeMap<&str, Vec<(&Judged, &Judged)>> = BTreeMap::new();
    for pair in &in_scope {
        groups.entry(&pair.1.kind).or_default().push(*pair);
    }
    let groups = groups
        .into_iter()
        .filter(|(_, pairs)| pairs.len() >= ENOUGH)
        .map(|(kind, pairs)| (format!("kinds.{kind}"), pairs));
    let mut found = Vec::new();
    for (place, pairs) in std::iter::once(("overall".to_owned(), in_scope)).chain(groups) {
        for (name, worth) in [
            ("recall_1", within::<1> as fn(&Judged) -> f64),
            ("recall_3", within::<3>),
            ("mrr_10", |judged| reciprocal(judged.rank)),
        ] {
            let lost: f64 = pairs.iter().map(|(was, now)| worth(was) - worth(now)).sum();
            // Sums of thirds and sevenths are not exact.
            if lost > f64::from(tolerance) + 1e-9 {
                let name = format!("{place}.{name}");
                found.push(Regression { name, lost });
            }
        }
    }
    // No tolerance: a wrong answer is what an FAQ must not give.
    let more_wrong: f64 = pairs.iter().map(|(was, now)| wrong(now) - wrong(was)).sum();
    if more_wrong > 0.0 {
        found.push(Regression {
            name: "wrong_answers".to_owned(),
            lost: more_wrong,
        });
    }
    found
}

fn within<const RANK: usize>(judged: &Judged) -> f64 {
    f64::from(judged.rank.is_some_and(|rank| rank <= RANK))
}

fn wrong(judged: &Judged) -> f64 {
    f64::from(judged.outcome.is_wrong_answer())
}

#[cfg(test)]
mod tests;
