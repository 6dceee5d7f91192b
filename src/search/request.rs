//! What can be asked: validated questions, filters and pages.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::locale::Locale;
use crate::text::is_invisible;

/// Longest question accepted, in Unicode code points after trimming.
pub const MAX_QUESTION_CHARS: usize = 512;
/// Largest page of results.
pub const MAX_LIMIT: usize = 100;
/// Hits on a page unless the caller says otherwise.
pub const DEFAULT_LIMIT: usize = 10;
/// Candidates of a decision unless the caller says otherwise.
pub const DEFAULT_TOP: usize = 5;

/// A question as it may enter the engine: trimmed, not empty, at most [`MAX_QUESTION_CHARS`] code points
/// and free of control characters, by construction. It may be punctuation alone: a reader who sends
/// only “？？？” gets a friendly no answer, not an error.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question(String);

/// Why a text is not a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidQuestion {
    /// Nothing but white space, controls or invisible characters.
    Empty,
    /// Too many code points; carries how many there were.
    TooLong(usize),
}

impl Question {
    /// Trims `text`, turns control characters into spaces, and checks its length.
    ///
    /// # Errors
    /// [`InvalidQuestion`] if nothing visible is left or more than [`MAX_QUESTION_CHARS`] are.
    pub fn new(text: &str) -> Result<Self, InvalidQuestion> {
        let cleaned: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let trimmed = cleaned.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
        let length = trimmed.chars().count();
        if length == 0 {
            Err(InvalidQuestion::Empty)
        } else if length > MAX_QUESTION_CHARS {
            Err(InvalidQuestion::TooLong(length))
        } else {
            Ok(Question(trimmed.to_owned()))
        }
    }

    /// The question's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Narrows a search to part of the knowledge base. All that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// A category path as the facets give it, its levels joined by `/`; entries in it and below it match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// A tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

/// A page of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Page {
    /// At most this many, 1 to [`MAX_LIMIT`].
    pub limit: usize,
    /// Skip this many first. Past the end gives an empty page.
    pub offset: usize,
}

impl Default for Page {
    fn default() -> Self {
        Page {
            limit: DEFAULT_LIMIT,
            offset: 0,
        }
    }
}

/// A ranked list is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SearchRequest {
    /// The question.
    pub question: Question,
    /// What to search in.
    pub filter: Filter,
    /// Which part of the list.
    pub page: Page,
}

/// One decision is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AskRequest {
    /// The question.
    pub question: Question,
    /// What to search in.
    pub filter: Filter,
    /// How many candidates to list at most (the reply of `clarify` never lists more than 5).
    pub top: usize,
    /// Whether to add the explanation.
    pub explain: bool,
    /// The reader's language, in which the message is; that of the settings unless given.
    pub locale: Option<Locale>,
}

impl AskRequest {
    /// A question asked of everything, with what callers get who say nothing else.
    pub fn new(question: Question) -> AskRequest {
        AskRequest {
            question,
            filter: Filter::default(),
            top: DEFAULT_TOP,
            explain: false,
            locale: None,
        }
    }
}

/// What was said before a question. It changes nothing about a question that stands on its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Context {
    /// The question before.
    pub previous_question: Option<Question>,
    /// The entry that was shown last; one that does not exist says nothing.
    pub previous_entry_id: Option<String>,
}
