//! All numbers of a run: what `jida eval --json` prints and `--save` keeps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::eval::calibration::{Reliability, auroc};
use crate::eval::decisions::Decisions;
use crate::eval::metrics::{Recall, percentile};
use crate::eval::robustness::{FLIPPED, Polarity};
use crate::eval::run::{Asked, Judged};

/// The note of a query that the FAQ does not answer, but something near it.
const NEAR_MISS: &str = "near-miss";

/// A run in numbers. Fields may be added; what stands here keeps its name and meaning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Content hash of everything that can change an answer.
    pub index_version: String,
    /// Entries of the index.
    pub entries: usize,
    /// Queries asked.
    pub queries: usize,
    /// Queries left out, because no entry of the index is what their labels name.
    pub left_out: usize,
    /// All numbers but the times.
    #[serde(flatten)]
    pub numbers: Numbers,
    /// Times of the decisions, measured while all cores were at it; null without a query.
    pub took_us: Option<Took>,
    /// What became of questions turned into their opposite, where a run of spoilt spellings asked them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub polarity: Option<Polarity>,
    /// Every query, in the order of the file.
    pub results: Vec<Judged>,
}

/// What the results come to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Numbers {
    /// Ranks of all queries that the FAQ answers.
    pub overall: Recall,
    /// The same by kind.
    pub kinds: BTreeMap<String, Recall>,
    /// What was decided.
    pub decisions: Decisions,
    /// How well confidence tells one thing from another.
    pub auroc: Auroc,
    /// Whether confidence means what it says.
    pub calibration: Calibration,
}

/// Areas under ROC curves of the first entry's confidence; null where one side is empty.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Auroc {
    /// Queries that the FAQ answers against those that it does not.
    pub answerable: Option<f64>,
    /// The same against near misses alone.
    pub answerable_near_miss: Option<f64>,
    /// Queries whose first entry is right against all others.
    pub right_first: Option<f64>,
}

/// Reliability curves of the first entry's confidence against “the first entry is right”.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Calibration {
    /// Of all queries; where the FAQ has no answer the first entry is wrong.
    pub all: Reliability,
    /// Of queries that the FAQ answers.
    pub in_scope: Reliability,
}

/// Microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Took {
    /// Half take no longer.
    pub p50: u64,
    /// Of a hundred, 99 take no longer.
    pub p99: u64,
}

impl Report {
    /// Sums a run up.
    pub fn new(index_version: &str, entries: usize, left_out: usize, asked: Vec<Asked>) -> Report {
        let mut times: Vec<u64> = asked.iter().map(|asked| asked.took_us).collect();
        let p50 = percentile(&mut times, 0.5);
        let took_us = p50.zip(percentile(&mut times, 0.99));
        let judged = asked.into_iter().map(|asked| asked.judged);
        let (flipped, results): (Vec<Judged>, Vec<Judged>) =
            judged.partition(|judged| judged.kind == FLIPPED);
        Report {
            index_version: index_version.to_owned(),
            entries,
            queries: results.len(),
            left_out,
            numbers: Numbers::of(&results.iter().collect::<Vec<_>>()),
            took_us: took_us.map(|(p50, p99)| Took { p50, p99 }),
            polarity: (!flipped.is_empty()).then(|| Polarity::of(flipped)),
            results,
        }
    }
}

impl Numbers {
    /// Sums judged queries up.
    pub fn of(results: &[&Judged]) -> Numbers {
        let in_scope = || results.iter().filter(|judged| judged.in_scope);
        let mut by_kind: BTreeMap<&str, Vec<Option<usize>>> = BTreeMap::new();
        for judged in in_scope() {
            by_kind.entry(&judged.kind).or_default().push(judged.rank);
        }
        let confidences = |wanted: &dyn Fn(&Judged) -> bool| -> Vec<f64> {
            let wanted = results.iter().filter(|judged| wanted(judged));
            wanted.map(|judged| judged.confidence).collect()
        };
        let answerable = confidences(&|judged| judged.in_scope);
        let near_miss = |judged: &Judged| judged.note.as_deref() == Some(NEAR_MISS);
        let reliability = |wanted: &dyn Fn(&Judged) -> bool| {
            let wanted = results.iter().filter(|judged| wanted(judged));
            let pairs = wanted.map(|judged| (judged.confidence, judged.right_first));
            Reliability::of(&pairs.collect::<Vec<_>>())
        };
        Numbers {
            overall: Recall::of(in_scope().map(|judged| judged.rank)),
            kinds: by_kind
                .into_iter()
                .map(|(kind, ranks)| (kind.to_owned(), Recall::of(ranks)))
                .collect(),
            decisions: Decisions::of(results.iter().map(|judged| {
                let sort = match judged.in_scope {
                    true => Some(judged.kind.as_str()),
                    false => judged.note.as_deref(),
                };
                (judged.outcome, judged.in_scope, sort)
            })),
            auroc: Auroc {
                answerable: auroc(&answerable, &confidences(&|judged| !judged.in_scope)),
                answerable_near_miss: auroc(
                    &answerable,
                    &confidences(&|judged| !judged.in_scope && near_miss(judged)),
                ),
                right_first: auroc(
                    &confidences(&|judged| judged.right_first),
                    &confidences(&|judged| !judged.right_first),
                ),
            },
            calibration: Calibration {
                all: reliability(&|_| true),
                in_scope: reliability(&|judged| judged.in_scope),
            },
        }
    }
}
