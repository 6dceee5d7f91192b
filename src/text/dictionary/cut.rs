//! The likeliest words of a text, as jieba finds them.

use std::ops::Range;

use crate::text::dictionary::{Dictionary, NO_ENTRY};

/// Cuts texts one after the other, in memory of its own.
#[derive(Debug)]
pub(in crate::text) struct Cutter<'d> {
    dictionary: &'d Dictionary,
    steps: Vec<Step>,
}

/// A character, and the likeliest words from it to the end of its block.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// The logarithm of their probability.
    weight: f64,
    /// Characters of the first of them.
    length: u32,
    /// Bit n: a word of n + 1 characters begins here.
    lengths: u32,
    /// Bytes in the text.
    at: u32,
    code: u16,
}

/// A word in its text.
#[derive(Debug)]
pub(in crate::text) struct Word<'c> {
    /// Bytes.
    pub(in crate::text) range: Range<usize>,
    /// Its characters; none of what stands between blocks.
    steps: &'c [Step],
}

impl Word<'_> {
    /// Dictionary words of two and three characters within a longer one, in bytes of the text, ascending.
    pub(in crate::text) fn parts(&self) -> impl Iterator<Item = Range<usize>> {
        let count = self.steps.len();
        (0..count).flat_map(move |from| {
            let step = self.steps[from];
            let longest = (count - 1).min(count - from).min(3);
            let lengths = (2..=longest).filter(move |length| step.lengths & 1 << (length - 1) != 0);
            lengths.map(move |length| {
                let behind = self.steps.get(from + length);
                step.at as usize..behind.map_or(self.range.end, |step| step.at as usize)
            })
        })
    }

    /// Whether it has two characters or more.
    pub(in crate::text) fn is_long(&self) -> bool {
        self.steps.len() > 1
    }
}

impl<'d> Cutter<'d> {
    pub(in crate::text) fn new(dictionary: &'d Dictionary) -> Cutter<'d> {
        Cutter {
            dictionary,
            steps: Vec::new(),
        }
    }

    /// Calls `each` with the words of `text` in order, which leave nothing out. What stands in no word falls to
    /// single characters, but for letters and digits, which stay together.
    pub(in crate::text) fn words(&mut self, text: &str, mut each: impl FnMut(Word<'_>)) {
        let mut at = 0;
        while let Some(first) = text[at..].chars().next() {
            if is_in_block(first) {
                let end = self.block(text, at);
                self.find_likeliest();
                self.emit(text, end, &mut each);
                at = end;
            } else {
                let is_line_end = text[at..].starts_with("\r\n");
                let end = at + if is_line_end { 2 } else { first.len_utf8() };
                each(Word {
                    range: at..end,
                    steps: &[],
                });
                at = end;
            }
        }
    }

    /// Takes up the block that begins at `start`, and returns its end.
    fn block(&mut self, text: &str, start: usize) -> usize {
        self.steps.clear();
        for (offset, c) in text[start..].char_indices() {
            let at = start + offset;
            if !is_in_block(c) {
                return at;
            }
            self.steps.push(Step {
                weight: 0.0,
                length: 1,
                lengths: 0,
                at: at as u32,
                code: self.dictionary.code(c),
            });
        }
        text.len()
    }

    /// From the end to the start: which word to take from each character. The sums are made in jieba's order
    /// and ties fall to the longer word, as there, so that both agree to the last bit.
    fn find_likeliest(&mut self) {
        let Cutter { dictionary, steps } = self;
        for here in (0..steps.len()).rev() {
            let behind = |length: usize| steps.get(here + length).map_or(0.0, |step| step.weight);
            let (mut best, mut lengths) = (None, 0);
            dictionary.words(
                steps[here..].iter().map(|step| step.code),
                |length, entry| {
                    lengths |= 1 << (length - 1);
                    let weight = dictionary.weight(entry) + behind(length);
                    if best.is_none_or(|(best, _)| weight >= best) {
                        best = Some((weight, length));
                    }
                },
            );
            let unknown = || (dictionary.weight(NO_ENTRY) + behind(1), 1);
            let (weight, length) = best.unwrap_or_else(unknown);
            let step = &mut steps[here];
            (step.weight, step.length, step.lengths) = (weight, length as u32, lengths);
        }
    }

    /// Tells the words of a block that ends at `end`.
    fn emit(&self, text: &str, end: usize, each: &mut impl FnMut(Word<'_>)) {
        let mut tell = |from: usize, to: usize| {
            let start = self.steps[from].at as usize;
            let end = self.steps.get(to).map_or(end, |step| step.at as usize);
            each(Word {
                range: start..end,
                steps: &self.steps[from..to],
            });
        };
        // Where single letters or digits that have not been told begin.
        let mut letters = None;
        let mut from = 0;
        while let Some(step) = self.steps.get(from) {
            let to = from + step.length as usize;
            if step.length == 1 && text.as_bytes()[step.at as usize].is_ascii_alphanumeric() {
                letters.get_or_insert(from);
            } else {
                if let Some(first) = letters.take() {
                    tell(first, from);
                }
                tell(from, to);
            }
            from = to;
        }
        if let Some(first) = letters {
            tell(first, from);
        }
    }
}

/// Whether words go across `c`: jieba looks for them in ideographs, letters, digits and what joins those.
fn is_in_block(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}'
        | 'a'..='z' | 'A'..='Z' | '0'..='9' | '+' | '#' | '&' | '.' | '_' | '%' | '-'
        | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2a6df}'
        | '\u{2a700}'..='\u{2b73f}' | '\u{2b740}'..='\u{2b81f}' | '\u{2b820}'..='\u{2ceaf}'
        | '\u{2ceb0}'..='\u{2ebef}' | '\u{2f800}'..='\u{2fa1f}')
}
