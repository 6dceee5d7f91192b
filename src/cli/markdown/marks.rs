//! What of an answer's plain text is marked, found again in its Markdown.

use anstyle::Style;

use crate::cli::layout::{MARK, STRONG};

/// A run of text that is not met within so many bytes stands elsewhere, or only in the Markdown.
const REACH: usize = 64;

/// The plain text with its marks, and how far it has been read.
#[derive(Debug, Default)]
pub(in crate::cli) struct Marks<'a> {
    text: &'a str,
    passage: Option<[usize; 2]>,
    highlights: &'a [[usize; 2]],
    /// Bytes and code points read.
    at: (usize, usize),
}

impl<'a> Marks<'a> {
    /// Offsets count code points of `text`.
    pub(in crate::cli) fn new(
        text: &'a str,
        passage: Option<[usize; 2]>,
        highlights: &'a [[usize; 2]],
    ) -> Marks<'a> {
        Marks {
            text,
            passage,
            highlights,
            at: (0, 0),
        }
    }

    /// Where the next run of text stands, in code points; `None` if nobody knows.
    pub(super) fn locate(&mut self, run: &str) -> Option<usize> {
        let lead = run.len() - run.trim_start().len();
        let blanks = run[..lead].chars().count();
        let run = run.trim();
        let rest = self.text.get(self.at.0..)?;
        let found = rest
            .find(run)
            .filter(|&found| found <= REACH && !run.is_empty())?;
        let start = self.at.1 + rest[..found].chars().count();
        self.at = (self.at.0 + found + run.len(), start + run.chars().count());
        start.checked_sub(blanks)
    }

    /// How the code point at `at` stands out.
    pub(super) fn style(&self, at: usize) -> Option<Style> {
        let holds = |range: &[usize; 2]| (range[0]..range[1]).contains(&at);
        if self.highlights.iter().any(holds) {
            return Some(MARK);
        }
        self.passage.as_ref().is_some_and(holds).then_some(STRONG)
    }
}
