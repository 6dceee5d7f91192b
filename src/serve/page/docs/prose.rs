//! Running text of the document: paragraphs, with what stands in backticks as code.

use crate::locale::Locale;
use crate::serve::page::docs::words;

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) code: bool,
}

/// The pieces of a paragraph.
pub(super) type Paragraph = Vec<Span>;

/// A text of the document in one language.
pub(super) fn prose(english: &str, locale: Locale) -> Vec<Paragraph> {
    let paragraphs = english.split("\n\n").filter(|text| !text.trim().is_empty());
    let said = paragraphs.map(|text| spans(&words::said(text, locale)));
    said.collect()
}

fn spans(text: &str) -> Paragraph {
    let pieces = text.split('`').enumerate();
    let pieces = pieces.map(|(at, text)| Span {
        text: text.to_owned(),
        code: at % 2 == 1,
    });
    pieces.filter(|span| !span.text.is_empty()).collect()
}
