//! What a corpus consists of: entries, their passages, and where each stands in its file.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A name for an entry that survives a re-index: an explicit anchor, else derived from file and question.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(String);

impl EntryId {
    /// Takes an id as it stands.
    pub fn new(id: impl Into<String>) -> Self {
        EntryId(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for EntryId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// One question with its answer: what a search returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Unique in its knowledge base.
    pub id: EntryId,
    /// The question as a reader sees it: inline Markdown, ordinals, `Q：` and anchors removed.
    pub question: String,
    /// Other phrasings of the question, written by its author.
    pub variants: Vec<String>,
    /// The answer.
    pub answer: Answer,
    /// What stands above the entry, outermost first: folders, the file's name, headings.
    ///
    /// The file's name counts because an FAQ is mostly filed by it (`备案授权码.md`). It is left out
    /// where it says nothing (`faq`, `README`, `常见问题`, a hash), repeats its folder, or is the
    /// entry's own question; front matter's `title` stands for it, `category` for folders and name.
    pub category: Vec<String>,
    /// The author's labels, without duplicates, in their order.
    pub tags: Vec<String>,
    /// Entries that the author says belong to this one.
    pub related: Vec<EntryId>,
    /// Where it stands.
    pub source: Source,
}

/// An answer, as written and as read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answer {
    /// A verbatim slice of the source file; may be empty.
    pub markdown: String,
    /// The same without markup, one line per block; what offsets and highlights refer to.
    pub text: String,
    /// Parts of the answer that can stand for it, in reading order; they may nest.
    pub passages: Vec<Passage>,
}

/// A slice of an answer: a sub-heading's part, a list item, a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// What it is.
    pub kind: PassageKind,
    /// For a section, its heading's text; for anything inside one, that section's.
    pub heading: Option<String>,
    /// Byte range in [`Answer::text`]; always on character boundaries, never empty.
    pub text: Range<usize>,
    /// Byte range in [`Answer::markdown`]; always on character boundaries, never empty.
    pub markdown: Range<usize>,
}

/// The shapes of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassageKind {
    /// A sub-heading and all below it, up to the next heading of its level.
    Section,
    /// One list item with what is nested in it.
    Item,
    /// A paragraph, call-out, code block or HTML block outside lists.
    Paragraph,
    /// One row of a table.
    Row,
}

/// Where an entry stands in the corpus.
///
/// Byte offsets count in the file's text as [`decode`](fn@super::decode) gives it: for a UTF-8 file they are
/// the file's own offsets (a byte-order mark included), for GB18030, UTF-16 and damaged files those of
/// the conversion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Relative to the knowledge base's folder, with `/` between parts.
    pub file: String,
    /// Line of the question, from 1. For a file that is one question by its name: the first line.
    pub line: u32,
    /// Bytes of the question in its file, markup included; empty when the question is the file's name.
    pub question: Range<usize>,
    /// Line on which the answer begins, from 1.
    pub answer_line: u32,
    /// Bytes of the answer in its file.
    pub answer: Range<usize>,
    /// Where readers find the page, if front matter says so.
    pub url: Option<String>,
}
