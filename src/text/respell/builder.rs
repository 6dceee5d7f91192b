//! Collects a vocabulary from what a knowledge base says.

use rustc_hash::FxHashMap;

use crate::text::respell::mine::{Phrases, Units};
use crate::text::respell::pairs::PairCounts;
use crate::text::respell::vocabulary::{Cost, MAX_WORD_CHARS, Vocabulary};
use crate::text::{Analysis, TokenKind, is_ideograph};

/// Common words with counts, a pair a line; `#` begins a comment.
pub(in crate::text) const COMMON_WORDS: &str = include_str!("common_words.txt");

/// What a word in a question counts, compared with one in an answer: users ask like questions.
const QUESTION_WEIGHT: u32 = 4;

/// The common words count together like this many words of the corpus, and like a share of a large one.
const COMMON_WORDS_WEIGHT: f64 = 20_000.0;
const COMMON_WORDS_SHARE: f64 = 0.125;

/// At most this many words come from the corpus, the most frequent ones.
const MAX_WORDS: usize = 40_000;

/// Longer Latin words are codes and addresses.
const MAX_LATIN_BYTES: usize = 24;

/// Once so many words are counted, the rarest are forgotten: memory stays bounded in any corpus.
const MAX_COUNTED: usize = 1 << 20;

/// Answers are searched for words that the dictionary lacks until so many characters are seen; questions
/// are all searched.
const MAX_MINED_CHARS: usize = 1 << 19;

/// What a word of the owner's list counts at least.
const LISTED_WORD_COUNT: u32 = 20;

/// Counts words, to be told every text of a knowledge base in corpus order.
#[derive(Debug, Default)]
pub struct VocabularyBuilder {
    counts: FxHashMap<Box<str>, u32>,
    total: u64,
    phrases: Phrases,
    pairs: PairCounts,
    mined_chars: usize,
}

impl VocabularyBuilder {
    /// Counts the words of a question, a variant or a heading.
    pub fn add_question(&mut self, analysis: &Analysis) {
        self.add(analysis, QUESTION_WEIGHT);
    }

    /// Counts the words of an answer.
    pub fn add_answer(&mut self, analysis: &Analysis) {
        self.add(analysis, 1);
    }

    /// Makes sure that a normalised word of the owner's list is known.
    pub fn add_listed(&mut self, word: &str) {
        let count = self.counts.entry(word.into()).or_default();
        *count = (*count).max(LISTED_WORD_COUNT);
    }

    fn add(&mut self, analysis: &Analysis, weight: u32) {
        for token in &analysis.tokens {
            if token.kind == TokenKind::Word && self.is_countable(analysis.term(token)) {
                self.count(analysis.term(token), weight);
            }
        }
        for run in Units::of(analysis).runs() {
            self.total += run.len() as u64 * u64::from(weight);
            for unit in run {
                let mut chars = unit.chars();
                if chars.next().is_some_and(is_ideograph) && chars.next().is_none() {
                    self.count(unit, weight);
                }
            }
            if self.mined_chars < MAX_MINED_CHARS || weight > 1 {
                self.mined_chars += run.iter().map(|unit| unit.chars().count()).sum::<usize>();
                self.phrases.add(run, weight);
                self.pairs.add(run, weight);
            }
        }
        if self.counts.len() > MAX_COUNTED {
            let mut least = QUESTION_WEIGHT;
            // Half of the room, so that it is not soon full again.
            while self.counts.len() > MAX_COUNTED / 2 {
                self.counts.retain(|_, count| *count > least);
                least = least.saturating_mul(2);
            }
        }
    }

    fn is_countable(&self, term: &str) -> bool {
        let first = term.chars().next();
        if first.is_some_and(is_ideograph) {
            term.chars().count() <= MAX_WORD_CHARS
        } else {
            term.len() <= MAX_LATIN_BYTES && term.chars().any(char::is_alphabetic)
        }
    }

    fn count(&mut self, word: &str, weight: u32) {
        match self.counts.get_mut(word) {
            Some(count) => *count = count.saturating_add(weight),
            None => {
                self.counts.insert(word.into(), weight);
            }
        }
    }

    /// The vocabulary: words of the corpus, words mined from it, and the common words of Chinese.
    pub fn finish(mut self) -> Vocabulary {
        let mined = self.phrases.words(&self.counts, self.total);
        for (word, count) in mined {
            let known = self.counts.entry(word).or_default();
            *known = (*known).max(count);
        }
        let mut counts: Vec<(Box<str>, u32)> = self.counts.into_iter().collect();
        counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.truncate(MAX_WORDS);

        let common: Vec<(&str, f64)> = common_words().collect();
        let all_common: f64 = common.iter().map(|(_, count)| count).sum();
        let total = self.total as f64;
        let weight = COMMON_WORDS_WEIGHT + COMMON_WORDS_SHARE * total;
        let mut shares: FxHashMap<&str, f64> = FxHashMap::default();
        for (word, count) in &common {
            shares.insert(word, weight * count / all_common);
        }
        for (word, count) in &counts {
            *shares.entry(word).or_default() += f64::from(*count);
        }
        let cost = |share: f64| (-(share / (total + weight)).ln() * 100.0).round() as Cost;
        Vocabulary::new(
            shares
                .into_iter()
                .map(|(word, share)| (word.to_owned(), cost(share)))
                .collect(),
            self.pairs.finish(),
        )
    }
}

fn common_words() -> impl Iterator<Item = (&'static str, f64)> {
    COMMON_WORDS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (word, count) = line.split_once(' ')?;
            Some((word, count.parse().ok()?))
        })
}
