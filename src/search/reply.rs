//! What is answered: the JSON of the API, the command line and the page's data.
//!
//! All offsets count Unicode code points, half open. Replies are the same bytes for the same question
//! and index, but for `query_id`, `took_us` and an explanation's `stages`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::search::explained::Explanation;
use crate::search::stages::Stages;

/// A ranked list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchReply {
    /// A random name for this reply.
    pub query_id: String,
    /// Content hash of everything that can change an answer.
    pub index_version: String,
    /// Time spent, in microseconds.
    pub took_us: u64,
    /// The question as understood: trimmed.
    pub query: String,
    /// How many entries were ranked, on all pages together: the best hundred at most.
    pub total: usize,
    /// This page's entries, best first.
    pub hits: Vec<Hit>,
    /// Counts over all ranked entries: a filter ranks the best hundred of its own part, which can be more.
    pub facets: Facets,
    /// How long each stage took, for who measures; no part of the JSON.
    #[serde(skip)]
    pub stages: Stages,
    /// Whether it was made by words alone because the encoder failed; no part of the JSON.
    #[serde(skip)]
    pub misses_vectors: bool,
}

/// One entry found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Hit {
    /// The entry's id.
    pub id: String,
    /// The entry's question.
    pub question: String,
    /// Which of the entry's texts matched best.
    pub matched: Matched,
    /// How sure we are that this entry answers the question, 0 to 1.
    pub confidence: f64,
    /// The answer.
    pub answer: AnswerBody,
    /// The part of the answer that fits best, where one stands out.
    pub passage: Option<PassageSpan>,
    /// What to mark.
    pub highlights: Highlights,
    /// Folders and headings above the entry, outermost first.
    pub category: Vec<String>,
    /// The author's labels.
    pub tags: Vec<String>,
    /// Where it was written.
    pub source: SourceRef,
}

/// The text that matched best.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Matched {
    /// The question's, variant's or passage's text.
    pub text: String,
    /// What kind of text it is.
    pub kind: MatchedKind,
}

/// Which of an entry's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchedKind {
    /// The entry's question.
    Question,
    /// Another phrasing by its author.
    Variant,
    /// The answer.
    Answer,
}

/// An answer in three forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AnswerBody {
    /// A verbatim slice of the source file.
    pub markdown: String,
    /// Without markup; what offsets refer to.
    pub text: String,
    /// Rendered and sanitised.
    pub html: String,
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PassageSpan {
    /// The part's text: `answer.text[start..end]`.
    pub text: String,
    /// First code point in `answer.text`.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// Ranges to mark, ascending and disjoint.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Highlights {
    /// In the hit's `question`.
    pub question: Vec<[usize; 2]>,
    /// In `answer.text`.
    pub answer: Vec<[usize; 2]>,
}

/// Where an entry was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourceRef {
    /// Relative to the knowledge base's folder.
    pub file: String,
    /// Line of the question, from 1.
    pub line: u32,
    /// Where readers find the page, if the author said so.
    pub url: Option<String>,
}

/// Counts by value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Facets {
    /// By category path, most first, ties by value.
    pub category: Vec<FacetCount>,
}

/// One facet value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FacetCount {
    /// What the `category` filter takes: levels joined by `/`.
    pub value: String,
    /// Ranked entries with it.
    pub count: usize,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AskReply {
    /// A random name for this reply.
    pub query_id: String,
    /// Content hash of everything that can change an answer.
    pub index_version: String,
    /// Time spent, in microseconds.
    pub took_us: u64,
    /// A follow-up as it was understood by its context, in full; absent where the question was taken as it
    /// stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreted: Option<String>,
    /// What a chat client should do.
    pub decision: Decision,
    /// The answer; null unless `answered`.
    pub answer: Option<AnsweredHit>,
    /// The best entries; when asking back, those to choose from.
    pub candidates: Vec<AskCandidate>,
    /// What to tell the person when there is no single answer.
    pub message: Option<String>,
    /// What the decision was made by.
    pub thresholds: Thresholds,
    /// Why this order; only when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// How long each stage took, for who measures; no part of the JSON.
    #[serde(skip)]
    pub stages: Stages,
    /// Whether it was made by words alone because the encoder failed; no part of the JSON.
    #[serde(skip)]
    pub misses_vectors: bool,
}

/// What a chat client should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Show the answer.
    Answered,
    /// Ask which of the candidates is meant.
    Clarify,
    /// Say that the FAQ does not answer this.
    NoAnswer,
}

/// The answer with its neighbours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnsweredHit {
    /// The entry.
    #[serde(flatten)]
    pub hit: Hit,
    /// Questions that people may ask next.
    pub related: Vec<RelatedEntry>,
}

/// An entry to choose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AskCandidate {
    /// The entry's id.
    pub id: String,
    /// The entry's question.
    pub question: String,
    /// Folders and headings above the entry: what tells the same question about two products apart.
    pub category: Vec<String>,
    /// How sure we are, 0 to 1.
    pub confidence: f64,
}

/// The limits between the decisions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Thresholds {
    /// At or above this the best entry may be shown.
    pub answer: f64,
    /// At or above this, the first five entries together, it is worth asking back.
    pub clarify: f64,
    /// Where they come from: `default`, `fitted` or `config`.
    pub origin: String,
}

/// An entry by name only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RelatedEntry {
    /// The entry's id.
    pub id: String,
    /// The entry's question.
    pub question: String,
}

/// Entries near one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RelatedReply {
    /// Content hash of everything that can change an answer.
    pub index_version: String,
    /// The author's own first, then the nearest by text.
    pub related: Vec<RelatedEntry>,
}

/// Completions while typing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SuggestReply {
    /// A random name for this reply.
    pub query_id: String,
    /// Content hash of everything that can change an answer.
    pub index_version: String,
    /// Time spent, in microseconds.
    pub took_us: u64,
    /// What was typed.
    pub query: String,
    /// Best first.
    pub suggestions: Vec<Suggestion>,
}

/// One completion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Suggestion {
    /// The entry it leads to.
    pub id: String,
    /// The question or variant to put into the box.
    pub text: String,
    /// Ranges of `text` to mark.
    pub highlights: Vec<[usize; 2]>,
}

/// A page of all entries, in corpus order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntriesReply {
    /// Content hash of everything that can change an answer.
    pub index_version: String,
    /// How many there are on all pages.
    pub total: usize,
    /// This page's.
    pub entries: Vec<EntrySummary>,
    /// Counts over all of them.
    pub facets: Facets,
}

/// An entry without its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntrySummary {
    /// The entry's id.
    pub id: String,
    /// The entry's question.
    pub question: String,
    /// Folders and headings above the entry, outermost first.
    pub category: Vec<String>,
    /// The author's labels.
    pub tags: Vec<String>,
    /// Where it was written.
    pub source: SourceRef,
}

/// One whole entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntryReply {
    /// Content hash of everything that can change an answer.
    pub index_version: String,
    /// The entry's id.
    pub id: String,
    /// The entry's question.
    pub question: String,
    /// Other phrasings by its author.
    pub variants: Vec<String>,
    /// The answer.
    pub answer: AnswerBody,
    /// Parts of the answer, in reading order.
    pub passages: Vec<PassageSpan>,
    /// Folders and headings above the entry, outermost first.
    pub category: Vec<String>,
    /// The author's labels.
    pub tags: Vec<String>,
    /// Where it was written.
    pub source: SourceRef,
}
