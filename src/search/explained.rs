//! Why this order, as it is told: a question, its candidates and its time taken apart.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::search::reply::{Decision, Matched, Thresholds};
use crate::search::stages::StageTimes;

/// Why this order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExplainReply {
    /// A random name for this reply.
    pub query_id: String,
    /// Content hash of everything that can change an answer.
    pub index_version: String,
    /// Time spent, in microseconds.
    pub took_us: u64,
    /// The question as understood: trimmed.
    pub query: String,
    /// A follow-up as it was understood by its context, in full; absent where the question was taken as it
    /// stands. What follows is then about this instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreted: Option<String>,
    /// The decision that `/v1/ask` gives.
    pub decision: Decision,
    /// What the decision was made by.
    pub thresholds: Thresholds,
    /// The details.
    #[serde(flatten)]
    pub explanation: Explanation,
}

/// Tokens, signals and weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// The question after width, case and script were unified.
    pub normalized: String,
    /// What the question was also read as: respelled, if it holds pinyin, a slip or English, and with words put
    /// otherwise that mean the same.
    pub readings: Vec<String>,
    /// What was looked for.
    pub tokens: Vec<ExplainedToken>,
    /// How many candidates the engine found.
    pub retrieved: usize,
    /// The best entries, best first.
    pub hits: Vec<ExplainedHit>,
    /// Why the first stands before the second, in a sentence.
    pub verdict: Option<String>,
    /// How long each stage took.
    #[serde(default)]
    pub stages: StageTimes,
}

/// One thing that was looked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExplainedToken {
    /// The normalised term.
    pub term: String,
    /// `word`, `bigram` or `character`.
    pub kind: String,
    /// First code point of it in the question, or in `interpreted`.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Entries of the knowledge base that hold it.
    pub entries: u64,
    /// Its share in the score: rarity, less for filler words.
    pub weight: f64,
}

/// One entry's score taken apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExplainedHit {
    /// The entry's id.
    pub id: String,
    /// The entry's question.
    pub question: String,
    /// Which text matched.
    pub matched: Matched,
    /// How sure we are, 0 to 1.
    pub confidence: f64,
    /// The engine's own score, which only chose the candidates.
    pub engine_score: f64,
    /// The reading of the question that fits best.
    pub reading: String,
    /// What the order is by: the sum of the signals' contributions.
    pub score: f64,
    /// What the score is made of.
    pub signals: Vec<ExplainedSignal>,
    /// What the confidence is judged by. The contributions add up to its log-odds, unless an entry before
    /// this one is less sure.
    pub judged_by: Vec<ExplainedSignal>,
}

/// One part of a score or of a confidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExplainedSignal {
    /// The signal's name.
    pub name: String,
    /// Its value; 0 to 1 in a score.
    pub value: f64,
    /// Its weight.
    pub weight: f64,
    /// Weight times value.
    pub contribution: f64,
}
