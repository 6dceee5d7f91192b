//! Words of which one character was left out or typed twice: 备案授码 and 备备案号.
//!
//! One that was left out is looked for only where the cheapest reading is left with a stray, a character
//! that is no word of its own: so a question that was typed right is seldom looked at twice.

use std::ops::Range;

use crate::text::character::{MappedChar, is_ideograph};
use crate::text::respell::lattice::{Arc, Typed, What};
use crate::text::respell::noise;
use crate::text::respell::path::{Path, Step};
use crate::text::respell::vocabulary::{Cost, MAX_WORD_CHARS, Vocabulary};

/// Shorter words leave too little to know them by.
const MIN_WORD_CHARS: usize = 3;

/// Finds words around the strays of a path.
struct Omissions<'t, 'v> {
    chars: &'t [MappedChar],
    vocabulary: &'v Vocabulary,
    /// What the text costs up to each place as it was typed.
    typed: &'t [Cost],
    found: Vec<(usize, Arc<'v>)>,
}

/// Words with where each begins, that are likelier meant than what was typed at the strays of `path`.
pub(super) fn arcs<'v>(
    path: &Path<'_>,
    chars: &[MappedChar],
    vocabulary: &'v Vocabulary,
) -> Vec<(usize, Arc<'v>)> {
    let mut omissions = Omissions {
        chars,
        vocabulary,
        typed: &path.typed,
        found: Vec::new(),
    };
    // A word begins where one of the words does that it was taken for.
    let starts = |at: usize| {
        let behind = path.steps.partition_point(|(range, _)| range.start <= at);
        let steps = path.steps[..behind].iter().rev();
        steps
            .map(|(range, _)| range.start)
            .take_while(move |&from| at + 2 - from <= MAX_WORD_CHARS)
            .take_while(|&from| is_ideograph(chars[from].char))
    };
    for (range, step) in &path.steps {
        for at in strays(range, step, chars) {
            omissions.first_left_out(at);
            for from in starts(at) {
                for gap in [at, at + 1].into_iter().filter(|&gap| gap > from) {
                    omissions.left_out(from, gap, at);
                }
            }
        }
    }
    for (at, pair) in chars.windows(2).enumerate() {
        if pair[0].char == pair[1].char && is_ideograph(pair[0].char) {
            for from in starts(at) {
                omissions.typed_twice(from, at);
            }
        }
    }
    omissions.found
}

/// The characters of a step that no word explains as they were typed.
fn strays(range: &Range<usize>, step: &Step<'_>, chars: &[MappedChar]) -> Range<usize> {
    let is_stray = match step {
        Step::Keep => range.len() == 1 && is_ideograph(chars[range.start].char),
        Step::Read(arc) => {
            let characters = arc
                .typed
                .iter()
                .all(|typed| matches!(typed.what, What::Character(_)));
            let rare = range.len() == 1 && arc.cost >= noise::RARE_CHARACTER;
            characters && (rare || arc.noise > 0)
        }
    };
    if is_stray { range.clone() } else { 0..0 }
}

impl<'v> Omissions<'_, 'v> {
    /// The words that begin at `from`, reach beyond `at`, and have one more character at `gap`.
    fn left_out(&mut self, from: usize, gap: usize, at: usize) {
        let longest = (from + MAX_WORD_CHARS - 1).min(self.chars.len());
        let behind = self.chars[at + 1..longest.max(at + 1)].iter();
        let end = at + 1 + behind.take_while(|c| is_ideograph(c.char)).count();
        // Nothing is so cheap that it could be meant instead of little.
        if end - from < MIN_WORD_CHARS - 1 || self.budget(from, end) < noise::LEFT_OUT {
            return;
        }
        let before: String = self.text(from..gap);
        let vocabulary = self.vocabulary;
        for (word, cost) in vocabulary.beginning_with(&before) {
            let rest = word[before.len()..].chars();
            let mut typed = self.chars[gap..end].iter().map(|c| c.char);
            let same = rest
                .skip(1)
                .take_while(|&c| typed.next() == Some(c))
                .count();
            let length = word.chars().count();
            let is_whole = gap - from + 1 + same == length;
            if is_whole && length >= MIN_WORD_CHARS && gap + same > at {
                self.put_in(from, gap + same, gap, word, cost);
            }
        }
    }

    /// The words that lack their first character, which stood before `from`.
    fn first_left_out(&mut self, from: usize) {
        let longest = (from + MAX_WORD_CHARS - 1).min(self.chars.len());
        let ideographs = self.chars[from..longest].iter();
        let last = from + ideographs.take_while(|c| is_ideograph(c.char)).count();
        for end in from + MIN_WORD_CHARS - 1..=last {
            if self.budget(from, end) >= noise::LEFT_OUT_AT_END {
                let rest = self.text(from..end);
                let vocabulary = self.vocabulary;
                for (word, cost) in vocabulary.ending_with(&rest) {
                    self.put_in(from, end, from, word, cost);
                }
            }
        }
    }

    /// Offers `word` for what was typed from `from` to `end`, its character at `gap` put in.
    fn put_in(&mut self, from: usize, end: usize, gap: usize, word: &'v str, cost: Cost) {
        let missing = word.chars().nth(gap - from);
        if !missing.is_some_and(|c| is_ideograph(c) && !noise::turns_around(c)) {
            return;
        }
        let mut typed = as_typed(self.chars, from..end);
        // It stands where its neighbour was typed: a token's span is never empty.
        let beside = gap.clamp(from + 1, end) - 1;
        let missing = Typed {
            start: beside,
            end: beside + 1,
            what: What::LeftOut,
        };
        typed.insert(gap - from, missing);
        let noise = if gap == from || gap == end {
            noise::LEFT_OUT_AT_END
        } else {
            noise::LEFT_OUT
        };
        self.offer(from, end, word, typed, cost, noise);
    }

    /// The words that begin at `from` if one of the two characters at `twice` is not meant.
    fn typed_twice(&mut self, from: usize, twice: usize) {
        let c = self.chars[twice].char;
        if noise::turns_around(c) {
            return;
        }
        let longest = (from + MAX_WORD_CHARS + 1).min(self.chars.len());
        for end in (from + MIN_WORD_CHARS + 1).max(twice + 2)..=longest {
            let mut typed = as_typed(self.chars, from..end);
            typed.remove(twice + 1 - from);
            typed[twice - from] = Typed {
                start: twice,
                end: twice + 2,
                what: What::Twice(c),
            };
            let meant = typed.iter().map(|typed| self.chars[typed.start].char);
            let meant: String = meant.collect();
            if let Some((word, cost)) = self.vocabulary.find(&meant) {
                self.offer(from, end, word, typed, cost, noise::TYPED_TWICE);
            }
        }
    }

    /// What may be paid to read a word from `from` to `end`.
    fn budget(&self, from: usize, end: usize) -> Cost {
        let as_typed = self.typed[end].saturating_sub(self.typed[from]);
        as_typed - noise::MIN_GAIN
    }

    fn text(&self, range: Range<usize>) -> String {
        self.chars[range].iter().map(|c| c.char).collect()
    }

    fn offer(
        &mut self,
        from: usize,
        end: usize,
        word: &'v str,
        typed: Vec<Typed>,
        cost: Cost,
        noise: Cost,
    ) {
        let cost = cost + noise;
        if cost <= self.budget(from, end) {
            let arc = Arc {
                end,
                word,
                typed,
                cost,
                noise,
            };
            self.found.push((from, arc));
        }
    }
}

fn as_typed(chars: &[MappedChar], range: Range<usize>) -> Vec<Typed> {
    let typed = |at: usize| Typed {
        start: at,
        end: at + 1,
        what: What::Character(chars[at].char),
    };
    range.map(typed).collect()
}
