//! What is odd in a corpus: reported with file, line and next step, while the rest is indexed.

use std::fmt;

use serde::Serialize;

use crate::locale::{Locale, Localized};

/// One oddity and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Relative to the knowledge base's folder, with `/` between parts; empty for the folder itself.
    pub file: String,
    /// From 1; `None` when the whole file is meant.
    pub line: Option<u32>,
    /// What is odd.
    pub kind: ProblemKind,
}

/// The oddities, named by what an author can do about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ProblemKind {
    /// A question with nothing below it. It is still indexed.
    EmptyAnswer {
        /// The question.
        question: String,
    },
}

impl Localized for Problem {
    fn message(&self, locale: Locale) -> String {
        match &self.kind {
            ProblemKind::EmptyAnswer { question } => locale.pick(
                format!("「{question}」没有答案"),
                format!("“{question}” has no answer"),
            ),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        match &self.kind {
            ProblemKind::EmptyAnswer { .. } => Some(
                locale
                    .pick("在问题下面写上答案", "write the answer below it")
                    .to_owned(),
            ),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message(Locale::En))
    }
}
