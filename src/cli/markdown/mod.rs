//! An answer's Markdown for a terminal.
//!
//! The events are those that the pages are made of, so both show the same. What a line may hold is decided by
//! [`flow`], by the Unicode rules for line breaks and East-Asian width. Nothing that the corpus says can
//! reach the terminal as a command: every character goes through [`visible`](super::layout::visible).

mod blocks;
mod flow;
mod inline;
mod marks;
mod sheet;
mod table;

use anstyle::Style;
use jida::locale::Locale;

pub(super) use marks::Marks;

/// What it is written on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// Columns to fill.
    pub(super) width: usize,
    /// Whether styles show. Without them, signs say what styles would.
    pub(super) color: bool,
    /// Whether the terminal knows hyperlinks.
    pub(super) links: bool,
    /// The reader's language.
    pub(super) locale: Locale,
}

impl Page {
    /// `text`, which is ours, in `style`.
    fn styled(self, text: &str, style: Style) -> String {
        match self.color && !text.is_empty() {
            true => format!("{style}{text}{style:#}"),
            false => text.to_owned(),
        }
    }
}

/// The lines of `markdown`, each ended.
pub(super) fn render(markdown: &str, marks: Marks<'_>, page: Page) -> String {
    let mut blocks = blocks::Blocks::new(marks, page);
    for event in jida::search::answer_events(markdown) {
        blocks.event(event);
    }
    blocks.finish()
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
