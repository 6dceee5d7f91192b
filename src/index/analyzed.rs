//! An entry taken apart for an engine that is being built: terms for its fields, and the record that ranking reads.

use crate::corpus::Entry;
use crate::index::entry_record::{Written, record};
use crate::index::entry_text::category_path;
use crate::text::{Analysis, Analyzer, Token};

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
    /// For ranking: bytes that [`EntryText`](super::EntryText) reads.
    pub(super) record: Vec<u8>,
    /// Terms of the question, with repetitions, a space between them. No term holds a space.
    pub(super) question_terms: String,
    /// The same of the variants.
    pub(super) variant_terms: String,
    /// The same of heading and answer.
    pub(super) answer_terms: String,
    /// Analyses of question and variants.
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
        let passages = entry.answer.passages.iter();
        let passages: Vec<_> = passages
            .map(|passage| answer.normalized.from_original(passage.text.clone()))
            .collect();
        let phrasings = std::iter::once(&entry.question).chain(&entry.variants);
        let phrasings: Vec<Written> = phrasings
            .zip(&asked)
            .map(|(original, analysis)| Written { original, analysis })
            .collect();
        let written = Written {
            original: &entry.answer.text,
            analysis: &answer,
        };
        AnalyzedEntry {
            record: record(
                &category, &heading, &written, &passages, &phrasings, analyzer,
            ),
            question_terms,
            variant_terms,
            answer_terms,
            asked,
            heading,
            answer,
        }
    }

    /// The texts of question and variants, normalised.
    pub(super) fn questions(&self) -> impl Iterator<Item = &str> {
        self.asked.iter().map(|asked| asked.normalized.as_str())
    }
}

fn collect_terms(analysis: &Analysis, out: &mut String) {
    out.reserve(
        analysis
            .tokens
            .iter()
            .map(|token| token.range.len() + 1)
            .sum(),
    );
    for token in distinct_ranges(&analysis.tokens) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(analysis.term(token));
    }
}
