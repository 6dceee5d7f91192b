//! Fits the weights of order and confidence to labelled queries.
//!
//! `order` learns what puts a right candidate first, `confidence` how sure to be of the candidate that
//! came first so. All sums are taken in a fixed order: the same queries give the same numbers.

mod confidence;
mod descent;
mod order;

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::eval::calibration::auroc;
use crate::eval::metrics::{Recall, worst_rank};
use crate::eval::run::Asked;
use crate::rank::model::{Evidence, Model, Weights};
use crate::rank::signals::{MEANINGS, Signal, Signals};

/// One query, as a fit sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Whether the FAQ answers it.
    pub in_scope: bool,
    /// How much it counts beside others.
    pub weight: f64,
    /// What was found: signals, and the grade of the answer, 0 of a wrong one.
    pub candidates: Vec<(Signals, u8)>,
}

impl From<&Asked> for Example {
    fn from(asked: &Asked) -> Example {
        let candidates = asked.candidates.iter();
        Example {
            in_scope: asked.judged.in_scope,
            weight: 1.0,
            candidates: candidates
                .map(|candidate| (candidate.signals, candidate.grade))
                .collect(),
        }
    }
}

impl Example {
    /// Whether there is something to put first.
    pub fn teaches_order(&self) -> bool {
        self.in_scope && self.candidates.iter().any(|&(_, grade)| grade > 0)
    }

    fn limited(&self, evidence: Evidence) -> Example {
        let candidates = self.candidates.iter();
        Example {
            candidates: candidates
                .map(|(signals, grade)| (evidence.limited(signals), *grade))
                .collect(),
            ..*self
        }
    }
}

/// One FAQ with its queries.
#[derive(Debug, Clone, PartialEq)]
pub struct Folder {
    /// What it is called.
    pub name: String,
    /// Its queries.
    pub examples: Vec<Example>,
}

impl Folder {
    /// Whether its index gave this evidence: the signals of a large corpus say nothing of answers' parts.
    pub fn has(&self, evidence: Evidence) -> bool {
        let said = |signal: Signal| {
            let mut candidates = self.examples.iter().flat_map(|example| &example.candidates);
            candidates.any(|(signals, _)| signals[signal as usize] > 0.0)
        };
        let mut given = MEANINGS.iter().map(|&(signal, _)| signal);
        given.all(|signal| !evidence.gives(signal) || said(signal))
    }

    /// Its queries with no more than this evidence, all together as heavy as those of any other folder: a
    /// long list of queries tells about one FAQ all the same.
    fn limited(&self, evidence: Evidence) -> impl Iterator<Item = Example> {
        let share = 1.0 / self.examples.len().max(1) as f64;
        let examples = self.examples.iter();
        examples.map(move |example| Example {
            weight: example.weight * share,
            ..example.limited(evidence)
        })
    }
}

/// How well a model does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// Ranks of the queries that the FAQ answers.
    pub recall: Recall,
    /// How well confidence tells a right first candidate from a wrong one, over all queries.
    pub auroc: Option<f64>,
}

/// What a fit does for one FAQ, or for all together.
#[derive(Debug, Clone, PartialEq)]
pub struct Gain {
    /// The FAQ's name; none for all together.
    pub folder: Option<String>,
    /// Under the model in use.
    pub before: Trial,
    /// Under the model fitted to it and all others.
    pub after: Trial,
    /// Under the model fitted to the others alone, which is what a new FAQ may expect. None if there is
    /// no other.
    pub held_out: Option<Trial>,
}

/// A fitted model and what it is good for.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The model.
    pub model: Model,
    /// By what there is to judge by: every folder, then all together.
    pub gains: Vec<(Evidence, Vec<Gain>)>,
}

impl Fitted {
    /// Fits a model to all folders, and to all but each of them, and tries them.
    pub fn to(folders: &[Folder], in_use: &Model) -> Fitted {
        // The last leaves nothing out.
        let mut models: Vec<Model> = (0..=folders.len())
            .into_par_iter()
            .map(|left_out| {
                let others = folders.iter().enumerate();
                let others = others.filter(|&(at, _)| at != left_out);
                fit(&others.map(|(_, folder)| folder).collect::<Vec<_>>())
            })
            .collect();
        let model = models.pop().unwrap_or_default();
        let gains = Evidence::ALL.map(|evidence| {
            let folders: Vec<(usize, &Folder)> = folders
                .iter()
                .enumerate()
                .filter(|(_, folder)| folder.has(evidence))
                .collect();
            let tried = |by: &dyn Fn(usize) -> Weights| -> Vec<Vec<Found>> {
                let folders = folders.iter();
                folders
                    .map(|&(at, folder)| found(&folder.examples, evidence, &by(at)))
                    .collect()
            };
            let before = tried(&|_| in_use.weights(evidence).clone());
            let after = tried(&|_| model.weights(evidence).clone());
            let held_out = tried(&|at| models[at].weights(evidence).clone());
            let gain = |folder: Option<String>, sides: [&[Found]; 3]| Gain {
                folder,
                before: Trial::of(sides[0]),
                after: Trial::of(sides[1]),
                held_out: (folders.len() > 1).then(|| Trial::of(sides[2])),
            };
            let mut gains: Vec<Gain> = (0..folders.len())
                .map(|at| {
                    let sides = [&before[at][..], &after[at], &held_out[at]];
                    gain(Some(folders[at].1.name.clone()), sides)
                })
                .collect();
            let [before, after, held_out] =
                [before, after, held_out].map(|folders| folders.concat());
            gains.push(gain(None, [&before, &after, &held_out]));
            (evidence, gains)
        });
        Fitted {
            model,
            gains: gains.into(),
        }
    }
}

/// Fits a model; its numbers have as many decimals as its file.
pub fn fit(folders: &[&Folder]) -> Model {
    let weights = Evidence::ALL.map(|evidence| {
        let able = folders.iter().filter(|folder| folder.has(evidence));
        let limited: Vec<Example> = able.flat_map(|folder| folder.limited(evidence)).collect();
        let mut weights = Weights {
            order: order::fit(&limited).map(rounded),
            ..Weights::default()
        };
        weights.confidence = confidence::fit(&limited, &weights).map(rounded);
        (evidence, weights)
    });
    Model::new(BTreeMap::from(weights))
}

fn rounded(weight: f64) -> f64 {
    // The sum makes -0 a 0.
    (weight * 1e3).round() / 1e3 + 0.0
}

/// What became of one query.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Found {
    in_scope: bool,
    rank: Option<usize>,
    /// In the first candidate.
    confidence: f64,
    right_first: bool,
}

fn found(examples: &[Example], evidence: Evidence, weights: &Weights) -> Vec<Found> {
    let found = examples.iter().map(|example| {
        let example = example.limited(evidence);
        let scored = example.candidates.iter();
        let mut ranked: Vec<(f64, bool)> = scored
            .map(|(signals, grade)| (weights.score(signals), *grade > 0))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let judged = confidence::judged(&example, weights);
        Found {
            in_scope: example.in_scope,
            rank: worst_rank(&ranked),
            confidence: judged.map_or(0.0, |(features, _)| weights.confidence(&features)),
            right_first: judged.is_some_and(|(_, right)| right),
        }
    });
    found.collect()
}

impl Trial {
    fn of(found: &[Found]) -> Trial {
        let in_scope = found.iter().filter(|found| found.in_scope);
        let confidences = |right: bool| -> Vec<f64> {
            let wanted = found.iter().filter(|found| found.right_first == right);
            wanted.map(|found| found.confidence).collect()
        };
        Trial {
            recall: Recall::of(in_scope.map(|found| found.rank)),
            auroc: auroc(&confidences(true), &confidences(false)),
        }
    }
}

#[cfg(test)]
mod tests;
