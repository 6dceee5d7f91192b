//! A question taken apart, so that it can be put together wrongly.

use std::ops::Range;

use super::Chance;
use super::sounds::syllable;
use crate::text::{Analyzer, TokenKind, is_ideograph};

/// A question's characters and words.
pub(super) struct Pieces {
    /// All of them.
    pub(super) chars: Vec<char>,
    /// Ranges of characters, one after the other without a gap: the longest words, and what is between.
    words: Vec<Range<usize>>,
    /// By character: whether it is an ideograph that says something.
    content: Vec<bool>,
}

impl Pieces {
    pub(super) fn of(question: &str, analyzer: &Analyzer) -> Pieces {
        let analysis = analyzer.analyze(question);
        let chars: Vec<char> = question.chars().collect();
        let starts: Vec<usize> = question.char_indices().map(|(at, _)| at).collect();
        let char_at = |byte: usize| starts.partition_point(|&start| start < byte);
        let mut content: Vec<bool> = chars.iter().map(|&c| is_ideograph(c)).collect();
        // By start: where the longest word that begins there ends.
        let mut ends: Vec<usize> = (1..=chars.len()).collect();
        for token in &analysis.tokens {
            let span = analysis.span(token);
            let span = char_at(span.start)..char_at(span.end);
            if token.filler {
                content[span.clone()].fill(false);
            }
            if token.kind == TokenKind::Word {
                ends[span.start] = ends[span.start].max(span.end);
            }
        }
        let mut words = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            words.push(at..ends[at]);
            at = ends[at];
        }
        Pieces {
            chars,
            words,
            content,
        }
    }

    /// The words as text, each with its range.
    pub(super) fn words(&self) -> impl Iterator<Item = (String, Range<usize>)> {
        let words = self.words.iter();
        words.map(|range| (self.chars[range.clone()].iter().collect(), range.clone()))
    }

    /// Where the ideographs that say something are; nothing if there are fewer than `least`.
    pub(super) fn content(&self, least: usize) -> Vec<usize> {
        let places = (0..self.chars.len()).filter(|&at| self.content[at]);
        let places: Vec<usize> = places.collect();
        if places.len() < least {
            Vec::new()
        } else {
            places
        }
    }

    /// Words of several ideographs that say something.
    pub(super) fn content_words(&self) -> Vec<Range<usize>> {
        let says = |word: &&Range<usize>| {
            word.len() > 1 && self.content[(*word).clone()].iter().all(|&says| says)
        };
        self.words.iter().filter(says).cloned().collect()
    }

    /// The question with a part replaced.
    pub(super) fn with(&self, part: Range<usize>, by: &str) -> String {
        let (before, after) = (&self.chars[..part.start], &self.chars[part.end..]);
        let before: String = before.iter().collect();
        before + by + &String::from_iter(after)
    }

    /// All ideographs by their sounds, `between` between words, punctuation left out; `None` with fewer
    /// than `least` ideographs.
    pub(super) fn in_pinyin(&self, least: usize, between: &str) -> Option<String> {
        let spoken = |c: &&char| syllable(**c).is_some();
        if self.chars.iter().filter(spoken).count() < least {
            return None;
        }
        let mut out = String::new();
        let mut latin_before = false;
        for (word, _) in self.words() {
            let mut spelt = String::new();
            let mut latin = false;
            for c in word.chars() {
                match syllable(c) {
                    Some(syllable) => spelt.push_str(&syllable),
                    None if c.is_alphanumeric() => {
                        latin = true;
                        spelt.push(c);
                    }
                    None => {}
                }
            }
            if spelt.is_empty() {
                continue;
            }
            // What was Latin before stays a word of its own.
            if !out.is_empty() {
                out.push_str(if latin || latin_before { " " } else { between });
            }
            out.push_str(&spelt);
            latin_before = latin;
        }
        Some(out)
    }

    /// The end put before the beginning: at a comma if there is one, else between two words.
    pub(super) fn turned(&self, chance: &mut Chance) -> Option<String> {
        let is_mark = |c: char| !c.is_alphanumeric();
        let end = self.chars.iter().rposition(|&c| !is_mark(c))? + 1;
        let is_comma = |at: &usize| matches!(self.chars[*at], '，' | ',' | '；' | ';' | '。');
        if let Some(comma) = (0..end).find(is_comma) {
            let first: String = self.chars[..comma].iter().collect();
            let rest: String = self.chars[comma + 1..end].iter().collect();
            return Some(format!("{rest}，{first}"));
        }
        let inner = |start: &usize| (1..end).contains(start);
        let cuts: Vec<usize> = self
            .words
            .iter()
            .map(|word| word.start)
            .filter(inner)
            .collect();
        // Two words turned around are mostly another question.
        if cuts.len() < 2 {
            return None;
        }
        let cut = *chance.pick(&cuts)?;
        let first: String = self.chars[..cut].iter().collect();
        let rest: String = self.chars[cut..end].iter().collect();
        Some(rest + &first)
    }
}
