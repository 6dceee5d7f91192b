//! Asks every query, as `/v1/ask` does, and judges what comes back.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::eval::decisions::Outcome;
use crate::eval::metrics::worst_rank;
use crate::eval::truth::Labelled;
use crate::rank::signals;
use crate::search::{AskRequest, Decision, MAX_LIMIT, SearchError, Searcher};

/// As many choices as a chat offers.
const CHOICES: usize = 5;

/// One query judged: all that numbers are computed from, and what a person wants to see of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The query's id.
    pub id: String,
    /// Its text.
    pub query: String,
    /// Its sort.
    pub kind: String,
    /// Its author's remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether the FAQ answers it.
    pub in_scope: bool,
    /// Rank of the first entry that answers, fully or in part; ties take the worst. Null if none is
    /// among the candidates.
    pub rank: Option<usize>,
    /// Of the first entry; 0 if nothing was found.
    pub confidence: f64,
    /// Whether the first entry answers, fully or in part.
    pub right_first: bool,
    /// What was decided.
    pub decision: Decision,
    /// What that was worth.
    pub outcome: Outcome,
    /// The first entry's question.
    pub got: Option<String>,
    /// The question of the entry that answers best.
    pub wanted: Option<String>,
}

/// One query with all that was ranked for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The query judged.
    pub judged: Judged,
    /// The candidates, best first; empty unless they were to be kept.
    pub candidates: Vec<Candidate>,
    /// Time that the decision took, microseconds.
    pub took_us: u64,
}

/// A ranked candidate, as a fit of the weights needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The entry's id.
    pub id: String,
    /// How well it answers by the labels: 2, 1 or, unlabelled, 0.
    pub grade: u8,
    /// How sure jida is that it answers.
    pub confidence: f64,
    /// In the order of [`signals::NAMES`].
    pub signals: [f64; signals::COUNT],
}

/// Asks all queries on all cores. The result is in their order and, times aside, the same on every run.
///
/// # Errors
/// The first [`SearchError`]: without an engine there is nothing to measure.
pub async fn run(
    searcher: &Arc<Searcher>,
    queries: Vec<Labelled>,
    keep_candidates: bool,
) -> Result<Vec<Asked>, SearchError> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let queries = Arc::new(queries);
    let mut running = Vec::with_capacity(workers);
    for worker in 0..workers {
        let (searcher, queries) = (Arc::clone(searcher), Arc::clone(&queries));
        running.push(tokio::spawn(async move {
            let mut asked = Vec::new();
            // Whoever asks first pays for pages not yet in memory; that says nothing about the others.
            if let Some(first) = queries.get(worker) {
                ask(&searcher, first, false).await?;
            }
            for (at, query) in queries.iter().enumerate().skip(worker).step_by(workers) {
                asked.push((at, ask(&searcher, query, keep_candidates).await?));
            }
            Ok::<_, SearchError>(asked)
        }));
    }
    let mut all = Vec::with_capacity(queries.len());
    for worker in running {
        match worker.await {
            Ok(asked) => all.extend(asked?),
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }
    all.sort_by_key(|&(at, _)| at);
    Ok(all.into_iter().map(|(_, asked)| asked).collect())
}

async fn ask(
    searcher: &Searcher,
    query: &Labelled,
    keep_candidates: bool,
) -> Result<Asked, SearchError> {
    let request = |top: usize| AskRequest {
        top,
        ..AskRequest::new(query.query.clone())
    };
    let reply = searcher.ask(&request(CHOICES)).await?;
    let explained = searcher.explain(&request(MAX_LIMIT)).await?.explanation;
    let grade = |id: &str| query.grades.get(id).copied().unwrap_or_default();
    let hits = &explained.hits;
    let ranked: Vec<(f64, bool)> = hits
        .iter()
        .map(|hit| (hit.score, grade(&hit.id) > 0))
        .collect();
    let shown: Vec<u8> = match &reply.answer {
        Some(answer) => vec![grade(&answer.hit.id)],
        None => reply.candidates.iter().map(|hit| grade(&hit.id)).collect(),
    };
    let judged = Judged {
        id: query.id.clone(),
        query: query.query.to_string(),
        kind: query.kind.clone(),
        note: query.note.clone(),
        in_scope: !query.grades.is_empty(),
        rank: worst_rank(&ranked),
        confidence: hits.first().map_or(0.0, |first| first.confidence),
        right_first: ranked.first().is_some_and(|&(_, right)| right),
        decision: reply.decision,
        outcome: Outcome::of(reply.decision, &shown),
        got: hits.first().map(|hit| hit.question.clone()),
        wanted: query.wanted.clone(),
    };
    let candidates = hits.iter().map(|hit| Candidate {
        id: hit.id.clone(),
        grade: grade(&hit.id),
        confidence: hit.confidence,
        signals: std::array::from_fn(|at| hit.signals.get(at).map_or(0.0, |s| s.value)),
    });
    Ok(Asked {
        candidates: if keep_candidates {
            candidates.collect()
        } else {
            Vec::new()
        },
        judged,
        took_us: reply.took_us,
    })
}
