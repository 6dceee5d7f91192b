//! What ranking reads of an entry: its texts in the analyzer's spelling, prepared at build time.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::corpus::Entry;
use crate::text::{Analysis, Analyzer, Token};

/// An entry's texts, normalised and taken apart, so that no text is analysed twice for a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryText {
    /// The question, then the variants.
    pub questions: Vec<QuestionText>,
    /// The category path as facets show it, see [`category_path`].
    pub category: String,
    /// The same, normalised.
    pub heading: String,
    /// The answer's plain text, normalised.
    pub answer: String,
    /// Bytes of `answer` for each of the entry's passages, in the same order.
    pub passages: Vec<Range<usize>>,
}

impl EntryText {
    /// Whether another entry has the same question and the same answer.
    pub fn says_the_same(&self, other: &EntryText) -> bool {
        self.questions[0].text == other.questions[0].text && self.answer == other.answer
    }
}

/// One phrasing of an entry's question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionText {
    /// Normalised.
    pub text: String,
    /// Its tokens; ranges are bytes of `text`. Bigrams that are words stand here once, as words.
    pub tokens: Vec<Token>,
}

impl QuestionText {
    /// Takes a question's analysis.
    pub fn new(analysis: &Analysis) -> QuestionText {
        let tokens = distinct_ranges(&analysis.tokens).cloned().collect();
        QuestionText {
            text: analysis.normalized.as_str().to_owned(),
            tokens,
        }
    }

    /// The text of a token.
    pub fn term(&self, token: &Token) -> &str {
        &self.text[token.range.clone()]
    }
}

/// The tokens without bigrams and characters that are words already: terms are one name space, in
/// which a text is counted once however it was found.
pub fn distinct_ranges(tokens: &[Token]) -> impl Iterator<Item = &Token> {
    tokens.iter().enumerate().filter_map(move |(at, token)| {
        let again = tokens[..at]
            .iter()
            .rev()
            .take_while(|earlier| earlier.range.start == token.range.start)
            .any(|earlier| earlier.range == token.range);
        (!again).then_some(token)
    })
}

/// All terms of one entry, for the engine's fields.
#[derive(Debug)]
pub(super) struct AnalyzedEntry {
    /// For ranking.
    pub(super) text: EntryText,
    /// Terms of the question, with repetitions, a space between them. No term holds a space.
    pub(super) question_terms: String,
    /// The same of the variants.
    pub(super) variant_terms: String,
    /// The same of heading and answer.
    pub(super) answer_terms: String,
    /// Analyses of question and variants, for the vocabulary.
    pub(super) asked: Vec<Analysis>,
    /// Analysis of the heading.
    pub(super) heading: Analysis,
    /// Analysis of the answer.
    pub(super) answer: Analysis,
}

impl AnalyzedEntry {
    /// Analyses all texts of an entry.
    pub(super) fn new(entry: &Entry, analyzer: &Analyzer) -> AnalyzedEntry {
        let (mut question_terms, mut variant_terms) = (String::new(), String::new());
        let question = analyzer.analyze(&entry.question);
        collect_terms(&question, &mut question_terms);
        let mut asked = vec![question];
        for text in &entry.variants {
            let variant = analyzer.analyze(text);
            collect_terms(&variant, &mut variant_terms);
            asked.push(variant);
        }
        let mut answer_terms = String::new();
        let category = category_path(&entry.category);
        let heading = analyzer.analyze(&category);
        collect_terms(&heading, &mut answer_terms);
        let answer = analyzer.analyze(&entry.answer.text);
        collect_terms(&answer, &mut answer_terms);
        let passages = entry
            .answer
            .passages
            .iter()
            .map(|passage| answer.normalized.from_original(passage.text.clone()))
            .collect();
        AnalyzedEntry {
            text: EntryText {
                questions: asked.iter().map(QuestionText::new).collect(),
                category,
                heading: heading.normalized.as_str().to_owned(),
                answer: answer.normalized.as_str().to_owned(),
                passages,
            },
            question_terms,
            variant_terms,
            answer_terms,
            asked,
            heading,
            answer,
        }
    }
}

fn collect_terms(analysis: &Analysis, out: &mut String) {
    for token in distinct_ranges(&analysis.tokens) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(analysis.term(token));
    }
}

/// A longer level of a category path is cut: engines drop terms of many kilobytes without a word.
const MAX_LEVEL_CHARS: usize = 120;

/// A category path as one text: what facets show and filters take. A `/` inside a level is written
/// full width, so that the levels can be told apart.
pub fn category_path(levels: &[String]) -> String {
    let levels: Vec<String> = levels
        .iter()
        .map(|level| {
            level
                .replace('/', "／")
                .chars()
                .take(MAX_LEVEL_CHARS)
                .collect()
        })
        .collect();
    levels.join("/")
}
