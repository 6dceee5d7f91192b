//! What speaks for a candidate, each signal from 0 to 1 whatever the corpus: a share of what was
//! attainable.

use crate::index::{EntryText, QuestionText, Statistics};
use crate::rank::matching::{Matcher, Occurrence};
use crate::rank::query::{Query, idf};
use crate::text::TokenKind;

/// The signals, in the order in which they stand in [`Signals`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "NAMES and the functions below say what each is"
)]
pub enum Signal {
    QuestionWords,
    QuestionBigrams,
    QuestionCharacters,
    SaidWords,
    SaidBigrams,
    SaidCharacters,
    Order,
    Same,
    EntryWords,
    EntryBigrams,
    EntryFrequency,
    PassageWords,
    PassageBigrams,
    Heading,
    Known,
}

/// How many signals there are.
pub const COUNT: usize = Signal::Known as usize + 1;

/// What each signal is called in explanations.
pub const NAMES: [&str; COUNT] = [
    "question_words",
    "question_bigrams",
    "question_characters",
    "said_words",
    "said_bigrams",
    "said_characters",
    "order",
    "same",
    "entry_words",
    "entry_bigrams",
    "entry_frequency",
    "passage_words",
    "passage_bigrams",
    "heading",
    "known",
];

/// The values of all signals for one question and one phrasing of an entry.
pub type Signals = [f64; COUNT];

/// Saturation of repeated terms and correction for length, BM25's usual k1 and b (Robertson and
/// Zaragoza 2009, section 3.5 give 1.2 to 2 and 0.5 to 0.8).
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// What stays the same for all candidates of one question.
pub(super) struct Scale<'a> {
    pub(super) query: &'a Query,
    pub(super) matcher: &'a Matcher,
    pub(super) statistics: &'a Statistics,
    pub(super) asking: &'a dyn Fn(&str) -> u32,
}

/// Signals of a candidate for each of its phrasings, and the passage that fits best.
pub(super) struct Measured {
    /// As many as the entry has phrasings.
    pub(super) by_question: Vec<Signals>,
    /// Index in [`EntryText::passages`], with its share of the query's words and bigrams.
    pub(super) passage: Option<(usize, f64)>,
}

impl Scale<'_> {
    /// Measures one candidate.
    pub(super) fn measure(&self, entry: &EntryText) -> Measured {
        let in_answer = self.matcher.find(&entry.answer);
        let in_heading = self.presence(&self.matcher.find(&entry.heading));
        let answer_counts = self.counts(&in_answer);
        let passage = self.best_passage(entry, &in_answer);
        let by_question = entry
            .questions
            .iter()
            .map(|question| {
                let found = self.matcher.find(&question.text);
                let counts = self.counts(&found);
                let asked = self.presence(&found);
                let anywhere: Vec<bool> = (0..self.query.terms.len())
                    .map(|at| counts[at] + answer_counts[at] > 0 || in_heading[at])
                    .collect();
                let mut signals = [0.0; COUNT];
                let mut set = |signal: Signal, value: f64| signals[signal as usize] = value;
                use TokenKind::{Bigram, Character, Word};
                set(Signal::QuestionWords, self.question_share(&asked, &[Word]));
                set(
                    Signal::QuestionBigrams,
                    self.question_share(&asked, &[Word, Bigram]),
                );
                set(
                    Signal::QuestionCharacters,
                    self.question_share(&asked, &[Character]),
                );
                set(Signal::SaidWords, self.said_share(question, Word));
                set(Signal::SaidBigrams, self.said_share(question, Bigram));
                set(Signal::SaidCharacters, self.said_share(question, Character));
                set(Signal::Order, order(&self.query.text, &question.text));
                set(Signal::Same, same(&self.query.text, &question.text));
                set(Signal::EntryWords, self.share(&anywhere, &[Word]));
                set(Signal::EntryBigrams, self.share(&anywhere, &[Word, Bigram]));
                set(
                    Signal::EntryFrequency,
                    self.frequency(entry, &counts, &answer_counts),
                );
                if let Some((words, bigrams)) = passage.map(|best| (best.words, best.bigrams)) {
                    set(Signal::PassageWords, words);
                    set(Signal::PassageBigrams, bigrams);
                }
                set(Signal::Heading, self.share(&in_heading, &[Word, Bigram]));
                set(Signal::Known, self.known());
                signals
            })
            .collect();
        Measured {
            by_question,
            passage: passage.map(|best| (best.index, best.bigrams)),
        }
    }

    fn counts(&self, found: &[Occurrence]) -> Vec<u32> {
        let mut counts = vec![0; self.query.terms.len()];
        for occurrence in found {
            counts[occurrence.term] += 1;
        }
        counts
    }

    fn presence(&self, found: &[Occurrence]) -> Vec<bool> {
        let mut present = vec![false; self.query.terms.len()];
        for occurrence in found {
            present[occurrence.term] = true;
        }
        present
    }

    /// Share of the query's weight among questions that is present. Attainable is what some entry has.
    fn question_share(&self, present: &[bool], kinds: &[TokenKind]) -> f64 {
        let terms = self.query.terms.iter().zip(present);
        ratio(
            terms
                .filter(|(term, _)| kinds.contains(&term.kind) && term.entries > 0)
                .map(|(term, &present)| (term.question_weight, present)),
        )
    }

    /// Share of the query's weight among all texts that is present.
    fn share(&self, present: &[bool], kinds: &[TokenKind]) -> f64 {
        let terms = self.query.terms.iter().zip(present);
        ratio(
            terms
                .filter(|(term, _)| kinds.contains(&term.kind) && term.entries > 0)
                .map(|(term, &present)| (term.weight, present)),
        )
    }

    /// Share of the entry's question that the user said: its tokens, by rarity, found in the query.
    fn said_share(&self, question: &QuestionText, kind: TokenKind) -> f64 {
        let entries = self.statistics.entries;
        let tokens = question.tokens.iter().filter(|token| match kind {
            TokenKind::Bigram => token.kind != TokenKind::Character,
            kind => token.kind == kind,
        });
        ratio(tokens.map(|token| {
            let term = question.term(token);
            let share = if token.filler {
                crate::rank::model::FILLER_SHARE
            } else {
                1.0
            };
            let weight = share * idf(u64::from((self.asking)(term)), entries);
            (weight, self.query.text.contains(term))
        }))
    }

    /// BM25 of words and bigrams over question and answer, as a share of what the query could attain.
    fn frequency(&self, entry: &EntryText, question: &[u32], answer: &[u32]) -> f64 {
        let mean = self.statistics.mean_answer_chars + self.statistics.mean_question_chars;
        let length = (entry.answer.len() + entry.questions[0].text.len()) as f64 / 3.0;
        let norm = K1 * (1.0 - B + B * length / mean.max(1.0));
        let (mut got, mut most) = (0.0, 0.0);
        for (at, term) in self.query.terms.iter().enumerate() {
            if term.kind == TokenKind::Character || term.entries == 0 {
                continue;
            }
            let count = f64::from(question[at] + answer[at]);
            got += term.weight * count / (count + norm);
            most += term.weight;
        }
        if most > 0.0 { got / most } else { 0.0 }
    }

    /// Share of the query's weight that some entry holds at all: low for questions from elsewhere.
    fn known(&self) -> f64 {
        let terms = self
            .query
            .terms
            .iter()
            .filter(|term| term.kind != TokenKind::Character);
        ratio(terms.map(|term| (term.weight, term.entries > 0)))
    }

    fn best_passage(&self, entry: &EntryText, found: &[Occurrence]) -> Option<Passage> {
        let mut found = found.to_vec();
        found.sort_unstable_by_key(|occurrence| occurrence.start);
        let mut best: Option<Passage> = None;
        for (index, range) in entry.passages.iter().enumerate() {
            let first = found.partition_point(|occurrence| occurrence.start < range.start);
            let inside: Vec<Occurrence> = found[first..]
                .iter()
                .take_while(|occurrence| occurrence.start < range.end)
                .filter(|occurrence| occurrence.end <= range.end)
                .copied()
                .collect();
            if inside.is_empty() {
                continue;
            }
            let present = self.presence(&inside);
            let words = self.share(&present, &[TokenKind::Word]);
            let bigrams = self.share(&present, &[TokenKind::Word, TokenKind::Bigram]);
            // The shortest of equals says it most plainly.
            let better = best.is_none_or(|best| {
                (bigrams, words, best.bytes) > (best.bigrams, best.words, range.len())
            });
            if better {
                best = Some(Passage {
                    index,
                    bytes: range.len(),
                    words,
                    bigrams,
                });
            }
        }
        best
    }
}

#[derive(Clone, Copy)]
struct Passage {
    index: usize,
    bytes: usize,
    words: f64,
    bigrams: f64,
}

/// Weight present by weight in all; 0 where there is none.
fn ratio(weights: impl Iterator<Item = (f64, bool)>) -> f64 {
    let (mut got, mut most) = (0.0, 0.0);
    for (weight, present) in weights {
        most += weight;
        if present {
            got += weight;
        }
    }
    if most > 0.0 { got / most } else { 0.0 }
}

/// Length of the longest common subsequence by the longer text's length, letters and digits only: the
/// same words in the same order.
fn order(query: &str, question: &str) -> f64 {
    let (a, b) = (letters(query), letters(question));
    let longer = a.len().max(b.len());
    if longer == 0 {
        0.0
    } else {
        common_subsequence(&a, &b) as f64 / longer as f64
    }
}

/// 1 if the texts agree in all letters and digits.
fn same(query: &str, question: &str) -> f64 {
    let equal = query
        .chars()
        .filter(|c| c.is_alphanumeric())
        .eq(question.chars().filter(|c| c.is_alphanumeric()));
    if equal { 1.0 } else { 0.0 }
}

fn letters(text: &str) -> Vec<char> {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .take(MAX_ORDERED)
        .collect()
}

/// Longest text compared letter by letter; the work is quadratic.
const MAX_ORDERED: usize = 96;

fn common_subsequence(a: &[char], b: &[char]) -> usize {
    let mut row = vec![0usize; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (at, y) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if x == y {
                diagonal + 1
            } else {
                above.max(row[at])
            };
            diagonal = above;
        }
    }
    row[b.len()]
}
