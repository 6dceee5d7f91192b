//! Measures the signals of a candidate.

use std::collections::HashMap;

use crate::index::{EntryText, QuestionText, Statistics};
use crate::rank::matching::{Matcher, Occurrence};
use crate::rank::model::{B, FILLER_SHARE, K1, MAX_ORDERED};
use crate::rank::query::{Query, QueryTerm, idf};
use crate::rank::signals::{COUNT, Signal, Signals};
use crate::text::TokenKind::{Character, Word};

/// What stays the same for all candidates of one question.
pub(super) struct Scale<'a> {
    query: &'a Query,
    matcher: Matcher,
    statistics: &'a Statistics,
    asking: &'a dyn Fn(&str) -> u32,
    letters: Vec<char>,
    /// Rarity of each of the query's characters among questions.
    rarity: HashMap<char, f64>,
}

/// Signals of a candidate for each of its phrasings, and the passage that fits best.
pub(super) struct Measured {
    /// As many as the entry has phrasings.
    pub(super) by_question: Vec<Phrasing>,
    /// The best passage, if any holds any of the query's terms.
    pub(super) passage: Option<PassageMatch>,
}

/// One phrasing of an entry's question, measured.
pub(super) struct Phrasing {
    /// Its signals.
    pub(super) signals: Signals,
    /// Its own share of the query's words and bigrams.
    pub(super) share: f64,
}

/// One passage of an answer, measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct PassageMatch {
    /// Index in [`EntryText::passages`].
    pub(super) index: usize,
    /// Its share of the query's words and bigrams.
    pub(super) share: f64,
    words: f64,
    bytes: usize,
}

impl<'a> Scale<'a> {
    /// Prepares a weighed query.
    pub(super) fn new(
        query: &'a Query,
        statistics: &'a Statistics,
        asking: &'a dyn Fn(&str) -> u32,
    ) -> Self {
        let characters = query.terms.iter().filter(|term| term.kind == Character);
        Scale {
            matcher: Matcher::new(query),
            statistics,
            asking,
            letters: letters(&query.text),
            rarity: characters
                .filter_map(|term| Some((term.term.chars().next()?, term.question_weight)))
                .collect(),
            query,
        }
    }

    /// Measures one candidate.
    pub(super) fn measure(&self, entry: &EntryText) -> Measured {
        let in_answer = self.matcher.find(&entry.answer);
        let answer = self.counts(&in_answer);
        let heading = self.counts(&self.matcher.find(&entry.heading));
        let passage = self.best_passage(entry, in_answer);
        let phrasings = entry.questions.iter().map(|question| {
            let asked = self.counts(&self.matcher.find(&question.text));
            let text: Vec<u32> = asked.iter().zip(&answer).map(|(a, b)| a + b).collect();
            let anywhere: Vec<u32> = text.iter().zip(&heading).map(|(a, b)| a + b).collect();
            let mut signals = [0.0; COUNT];
            let mut set = |signal: Signal, value: f64| signals[signal as usize] = value;
            let letters = letters(&question.text);
            set(Signal::Same, if self.same(question) { 1.0 } else { 0.0 });
            set(Signal::Order, order(&self.letters, &letters));
            set(Signal::RareOrder, self.rare_order(&letters));
            set(Signal::Said, self.said(question));
            set(Signal::EntryTerms, self.share(&anywhere, is_term));
            set(
                Signal::EntryUnits,
                self.share(&anywhere, QueryTerm::is_unit),
            );
            set(
                Signal::EntryFrequency,
                self.frequency(entry, question, &text),
            );
            set(Signal::PassageWords, passage.map_or(0.0, |best| best.words));
            set(Signal::Heading, self.share(&heading, is_term));
            Phrasing {
                signals,
                share: self.share(&asked, is_term),
            }
        });
        Measured {
            by_question: phrasings.collect(),
            passage,
        }
    }

    /// How often each of the query's terms was found.
    fn counts<'b>(&self, found: impl IntoIterator<Item = &'b Occurrence>) -> Vec<u32> {
        let mut counts = vec![0; self.query.terms.len()];
        for occurrence in found {
            counts[occurrence.term] += 1;
        }
        counts
    }

    /// Share of the query's weight that was found.
    fn share(&self, counts: &[u32], of: fn(&QueryTerm) -> bool) -> f64 {
        let terms = self.query.terms.iter().zip(counts);
        let terms = terms.filter(|(term, _)| of(term));
        ratio(terms.map(|(term, &count)| (term.weight, count > 0)))
    }

    /// Share of the entry's question, by rarity of its characters, that stands in the user's.
    fn said(&self, question: &QuestionText) -> f64 {
        let characters = question.tokens.iter();
        let characters = characters.filter(|token| token.kind == Character);
        ratio(characters.map(|token| {
            let term = question.term(token);
            let share = if token.filler { FILLER_SHARE } else { 1.0 };
            let rarity = idf(u64::from((self.asking)(term)), self.statistics.entries);
            (share * rarity, self.query.text.contains(term))
        }))
    }

    /// BM25 of characters and Latin words over question and answer, as a share of what the query
    /// could attain.
    fn frequency(&self, entry: &EntryText, question: &QuestionText, counts: &[u32]) -> f64 {
        let mean = self.statistics.mean_answer_chars + self.statistics.mean_question_chars;
        // Most characters are ideographs of three bytes; the exact count is not worth a pass.
        let length = (entry.answer.len() + question.text.len()) as f64 / 3.0;
        let norm = K1 * (1.0 - B + B * length / mean.max(1.0));
        let (mut got, mut most) = (0.0, 0.0);
        for (term, &count) in self.query.terms.iter().zip(counts) {
            if term.is_unit() {
                let count = f64::from(count);
                got += term.weight * count / (count + norm);
                most += term.weight;
            }
        }
        if most > 0.0 { got / most } else { 0.0 }
    }

    fn same(&self, question: &QuestionText) -> bool {
        let only = |text: &'a str| text.chars().filter(|c| c.is_alphanumeric());
        !self.letters.is_empty()
            && only(&self.query.text).eq(question.text.chars().filter(|c| c.is_alphanumeric()))
    }

    /// Weight of the heaviest common subsequence, as a share of the query's weight. Letters and digits
    /// weigh 1; ideographs their rarity among questions.
    fn rare_order(&self, question: &[char]) -> f64 {
        let weight = |c: char| {
            self.rarity
                .get(&c)
                .copied()
                .unwrap_or(if c.is_ascii() { 1.0 } else { 0.0 })
        };
        let total: f64 = self.letters.iter().map(|&c| weight(c)).sum();
        if total > 0.0 {
            heaviest_common_subsequence(&self.letters, question, weight) / total
        } else {
            0.0
        }
    }

    fn best_passage(&self, entry: &EntryText, mut found: Vec<Occurrence>) -> Option<PassageMatch> {
        found.sort_unstable_by_key(|occurrence| occurrence.start);
        let mut best: Option<PassageMatch> = None;
        for (index, range) in entry.passages.iter().enumerate() {
            let first = found.partition_point(|occurrence| occurrence.start < range.start);
            let inside = found[first..]
                .iter()
                .take_while(|occurrence| occurrence.start < range.end)
                .filter(|occurrence| occurrence.end <= range.end);
            let counts = self.counts(inside);
            let share = self.share(&counts, is_term);
            if share == 0.0 {
                continue;
            }
            let words = self.share(&counts, |term| term.kind == Word);
            // The shortest of equals says it most plainly.
            let better = best.is_none_or(|best| {
                (share, words, best.bytes) > (best.share, best.words, range.len())
            });
            if better {
                best = Some(PassageMatch {
                    index,
                    share,
                    words,
                    bytes: range.len(),
                });
            }
        }
        best
    }
}

/// Words and bigrams: everything that says more than a character does.
fn is_term(term: &QueryTerm) -> bool {
    term.kind != Character
}

/// Weight found by weight in all; 0 where there is none.
fn ratio(weights: impl Iterator<Item = (f64, bool)>) -> f64 {
    let (mut got, mut most) = (0.0, 0.0);
    for (weight, found) in weights {
        most += weight;
        if found {
            got += weight;
        }
    }
    if most > 0.0 { got / most } else { 0.0 }
}

/// Length of the longest common subsequence by the longer text's length.
fn order(query: &[char], question: &[char]) -> f64 {
    let longer = query.len().max(question.len());
    if longer == 0 {
        0.0
    } else {
        heaviest_common_subsequence(query, question, |_| 1.0) / longer as f64
    }
}

fn letters(text: &str) -> Vec<char> {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .take(MAX_ORDERED)
        .collect()
}

/// Total weight of the common subsequence that weighs most (Wagner and Fischer 1974, one row kept).
fn heaviest_common_subsequence(a: &[char], b: &[char], weight: impl Fn(char) -> f64) -> f64 {
    let mut row = vec![0.0; b.len() + 1];
    for &x in a {
        let weight = weight(x);
        let mut diagonal = 0.0;
        for (at, &y) in b.iter().enumerate() {
            let above: f64 = row[at + 1];
            let skipped = above.max(row[at]);
            row[at + 1] = if x == y {
                skipped.max(diagonal + weight)
            } else {
                skipped
            };
            diagonal = above;
        }
    }
    row[b.len()]
}
