//! The owner's own messages at the top of the corpus folder: `no_answer.md` for where the FAQ has no answer,
//! `welcome.md` to greet readers with. `no_answer.en.md` and `welcome.en.md` are for those who read English.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::document::Document;
use super::fingerprint::{ContentHash, Fingerprint};
use super::problem::{Problem, ProblemKind};
use super::{Corpus, answer, content_hash, decode};
use crate::locale::Locale;

const NO_ANSWER: &str = "no_answer.md";
const NO_ANSWER_EN: &str = "no_answer.en.md";
const WELCOME: &str = "welcome.md";
const WELCOME_EN: &str = "welcome.en.md";
/// All of them, ascending.
pub(super) const FILES: [&str; 4] = [NO_ANSWER_EN, NO_ANSWER, WELCOME_EN, WELCOME];

/// A message of the owner's, as plain text: for everyone, and for those who read English.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OwnText {
    any: Option<String>,
    english: Option<String>,
}

impl OwnText {
    /// What to say in `locale`; `None` if the owner says nothing.
    pub fn text(&self, locale: Locale) -> Option<&str> {
        let english = self.english.as_ref().filter(|_| locale == Locale::En);
        english.or(self.any.as_ref()).map(String::as_str)
    }
}

/// The owner's messages as they were read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Messages {
    /// What to say where there is no answer.
    pub no_answer: OwnText,
    /// What to greet readers with.
    pub welcome: OwnText,
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
                NO_ANSWER => messages.no_answer.any = said,
                WELCOME_EN => messages.welcome.english = said,
                _ => messages.welcome.any = said,
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
