//! What the owner says where the FAQ has no answer: `no_answer.md` at the top of the corpus folder, and
//! `no_answer.en.md` for those who read English.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::document::Document;
use super::fingerprint::{ContentHash, Fingerprint};
use super::problem::{Problem, ProblemKind};
use super::{Corpus, answer, content_hash, decode};
use crate::locale::Locale;

/// For everyone.
const NO_ANSWER: &str = "no_answer.md";
/// For those who read English.
const NO_ANSWER_EN: &str = "no_answer.en.md";
/// All of them, ascending.
pub(super) const FILES: [&str; 2] = [NO_ANSWER_EN, NO_ANSWER];

/// The owner's words for a question without an answer, as plain text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NoAnswer {
    any: Option<String>,
    english: Option<String>,
}

impl NoAnswer {
    /// What to say in `locale`; `None` if the owner says nothing.
    pub fn text(&self, locale: Locale) -> Option<&str> {
        let english = self.english.as_ref().filter(|_| locale == Locale::En);
        english.or(self.any.as_ref()).map(String::as_str)
    }
}

/// The owner's messages as they were read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Messages {
    /// What they say.
    pub no_answer: NoAnswer,
    /// What is odd about them.
    pub problems: Vec<Problem>,
    /// The files that were read.
    contents: Vec<(String, ContentHash)>,
}

impl Corpus {
    /// Reads the owner's messages. They take part in [`Corpus::fingerprint`].
    pub fn messages(&self) -> Messages {
        let mut messages = Messages::default();
        for listed in &self.messages {
            let mut odd = |kind: ProblemKind, line: Option<u32>| {
                messages.problems.push(Problem {
                    file: listed.file.clone(),
                    line,
                    kind,
                });
            };
            let bytes = match self.read(listed) {
                Ok(bytes) => bytes,
                Err(kind) => {
                    odd(kind, None);
                    continue;
                }
            };
            let decoded = decode(&bytes);
            if decoded.lost_line.is_some() {
                odd(ProblemKind::Undecodable, decoded.lost_line);
            }
            let text = plain(&decoded.text);
            if text.is_empty() {
                odd(ProblemKind::EmptyFile, None);
            }
            let said = Some(text).filter(|text| !text.is_empty());
            match listed.file.as_str() {
                NO_ANSWER_EN => messages.no_answer.english = said,
                _ => messages.no_answer.any = said,
            }
            let content = content_hash(&bytes);
            messages.contents.push((listed.file.clone(), content));
        }
        messages
    }
}

impl Fingerprint {
    /// Adds the messages as they were read; to be called before any file is added.
    pub fn add_messages(&mut self, messages: &Messages) {
        for (file, content) in &messages.contents {
            self.add_content(file, Some(*content));
        }
    }
}

/// Markdown as it is read aloud.
fn plain(markdown: &str) -> String {
    let markdown = markdown.strip_prefix('\u{feff}').unwrap_or(markdown);
    let whole: Range<usize> = 0..markdown.len();
    answer::read(markdown, &Document::parse(markdown, 0), &whole).text
}
