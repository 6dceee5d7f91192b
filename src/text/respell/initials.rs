//! Words typed by the first letters of their syllables, as people abbreviate: `bah` is 备案号.

use std::ops::Range;

use crate::text::character::{MappedChar, is_ideograph};
use crate::text::english;
use crate::text::pinyin::{self, Syllable};
use crate::text::respell::lattice::{Arc, Typed, What, is_latin, letters};
use crate::text::respell::noise;
use crate::text::respell::vocabulary::{Cost, Sounding, Vocabulary};

/// A longer run of letters abbreviates no word.
const MAX_LETTERS: usize = 10;

/// Marks that hold addresses, paths, options and names in code together: with a Latin character on their
/// other side, or alone.
const CODE_MARKS: &str = ".:=&%+*'’";
const CODE_PREFIXES: &str = "-/\\@#$~_<";

/// What stands for one syllable: its first letter, and perhaps the h of zh, ch and sh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Initial {
    letter: u8,
    retroflex: bool,
}

impl Initial {
    pub(super) fn letter(self) -> u8 {
        self.letter
    }

    /// Whether `syllable` begins so.
    pub(super) fn begins(self, syllable: Syllable) -> bool {
        match syllable.as_str().as_bytes() {
            [first, rest @ ..] => {
                *first == self.letter && (!self.retroflex || rest.first() == Some(&b'h'))
            }
            [] => false,
        }
    }
}

/// The ways to cut letters into initials: the h of `sh` may belong to the s or be one of its own.
pub(super) fn cuts(letters: &[u8]) -> Vec<Vec<Initial>> {
    let mut cuts: Vec<Vec<Initial>> = vec![Vec::new()];
    for (at, &letter) in letters.iter().enumerate() {
        let joins = letter == b'h' && at > 0 && b"zcs".contains(&letters[at - 1]);
        for cut in 0..cuts.len() {
            if joins
                && let [before @ .., last] = cuts[cut].as_slice()
                && !last.retroflex
            {
                let mut joined = before.to_vec();
                joined.push(Initial {
                    retroflex: true,
                    ..*last
                });
                cuts.push(joined);
            }
            cuts[cut].push(Initial {
                letter,
                retroflex: false,
            });
        }
    }
    cuts
}

/// The runs of letters in a text that may be initials.
pub(super) struct Abbreviations<'t, 'v> {
    chars: &'t [MappedChar],
    vocabulary: &'v Vocabulary,
    /// Ascending.
    runs: Vec<Range<usize>>,
}

impl<'t, 'v> Abbreviations<'t, 'v> {
    pub(super) fn new(chars: &'t [MappedChar], vocabulary: &'v Vocabulary) -> Self {
        let mut runs = Vec::new();
        if !chars.iter().any(|c| c.char.is_ascii_lowercase()) {
            return Abbreviations {
                chars,
                vocabulary,
                runs,
            };
        }
        let (mut english, mut chinese) = (false, false);
        let mut start = 0;
        for run in chars.chunk_by(|a, b| is_latin(a.char) == is_latin(b.char)) {
            let end = start + run.len();
            chinese |= run.iter().any(|c| is_ideograph(c.char));
            if run.iter().all(|c| c.char.is_ascii_lowercase()) {
                let word: String = run.iter().map(|c| c.char).collect();
                let common = is_english(&word);
                english |= common && !pinyin::is_spelled(word.as_bytes());
                if (2..=MAX_LETTERS).contains(&word.len())
                    && !common
                    && !noise::is_abbreviation(&word)
                    && !vocabulary.contains(&word)
                    && !is_code(chars, &(start..end))
                {
                    runs.push(start..end);
                }
            }
            start = end;
        }
        // Among English words, letters that are no word are a name or a slip.
        if english && !chinese {
            runs.clear();
        }
        Abbreviations {
            chars,
            vocabulary,
            runs,
        }
    }

    /// Where the run of letters ends that begins at `at`, if it may be initials.
    pub(super) fn until(&self, at: usize) -> Option<usize> {
        let run = self.runs.binary_search_by_key(&at, |run| run.start).ok()?;
        Some(self.runs[run].end)
    }

    /// The word that the letters from `at` on most likely abbreviate, in a text that may be typed in pinyin.
    pub(super) fn arc(&self, at: usize, in_pinyin: bool) -> Option<Arc<'v>> {
        let end = self.until(at)?;
        let letters = letters(&self.chars[at..end]);
        let mut best: Option<(Cost, Sounding<'v>, Vec<Initial>)> = None;
        for cut in cuts(&letters) {
            for sounding in self.vocabulary.abbreviated(&cut) {
                let cost = sounding.cost - self.spoken_for(at..end, sounding.word);
                let frequent = cut.len() > 2 || cost <= noise::FREQUENT_WORD;
                if frequent
                    && !self.repeats(at..end, sounding.word)
                    && best.as_ref().is_none_or(|(least, ..)| cost < *least)
                {
                    best = Some((cost, sounding, cut.clone()));
                }
            }
        }
        let (cost, sounding, cut) = best?;
        let mut noise = noise::INITIALS;
        if in_pinyin && pinyin::is_spelled(&letters) {
            noise += noise::INITIALS_LIKE_PINYIN;
        }
        Some(Arc {
            end,
            word: sounding.word,
            typed: typed(at, &cut),
            cost: cost + noise,
            noise,
        })
    }

    /// How much likelier the characters typed beside `range` make it that `word` stands there.
    pub(super) fn spoken_for(&self, range: Range<usize>, word: &str) -> Cost {
        let worth = |before: Option<char>, behind: Option<char>| match (before, behind) {
            (Some(before), Some(behind)) => self.vocabulary.worth(before, behind),
            _ => 0,
        };
        let (before, behind) = (self.before(range.start), self.behind(range.end));
        let before = worth(
            before.map(|at| self.chars[at - 1].char),
            word.chars().next(),
        );
        let behind = worth(
            word.chars().last(),
            behind.and_then(|at| self.chars.get(at)).map(|c| c.char),
        );
        before + behind
    }

    /// Whether `word` already stands beside `range`: nobody abbreviates what was just spelled out.
    fn repeats(&self, range: Range<usize>, word: &str) -> bool {
        let same = |from: usize| {
            let typed = self.chars[from..].iter().map(|c| c.char);
            typed.take(word.chars().count()).eq(word.chars())
        };
        let length = word.chars().count();
        let before = self.before(range.start);
        before
            .and_then(|at| at.checked_sub(length))
            .is_some_and(same)
            || self.behind(range.end).is_some_and(same)
    }

    /// Where the Chinese ends that stands before `at`, a space between them left out.
    fn before(&self, at: usize) -> Option<usize> {
        let space = at > 0 && self.chars[at - 1].char == ' ';
        let end = at - usize::from(space);
        (end > 0 && is_ideograph(self.chars[end - 1].char)).then_some(end)
    }

    /// Where the Chinese begins that stands behind `at`, a space between them left out.
    fn behind(&self, at: usize) -> Option<usize> {
        let space = self.chars.get(at).is_some_and(|c| c.char == ' ');
        let start = at + usize::from(space);
        let first = self.chars.get(start)?;
        is_ideograph(first.char).then_some(start)
    }
}

/// The letters of `cut`, which begin at `at`.
pub(super) fn typed(at: usize, cut: &[Initial]) -> Vec<Typed> {
    let mut end = at;
    cut.iter()
        .map(|&initial| {
            let start = end;
            end += 1 + usize::from(initial.retroflex);
            let what = What::Initial(initial);
            Typed { start, end, what }
        })
        .collect()
}

fn is_english(word: &str) -> bool {
    noise::is_english(word) || english::is_empty(word) || english::term(&[word]).is_some()
}

/// Whether a run of letters is part of an address, a path, an option or a name in code.
fn is_code(chars: &[MappedChar], run: &Range<usize>) -> bool {
    let at = |place: Option<usize>| place.and_then(|place| chars.get(place)).map(|c| c.char);
    let marked = |mark: Option<char>, beyond: Option<char>| {
        mark.is_some_and(|mark| {
            CODE_PREFIXES.contains(mark)
                || CODE_MARKS.contains(mark) && beyond.is_some_and(is_latin)
        })
    };
    let before = (run.start.checked_sub(1), run.start.checked_sub(2));
    marked(at(before.0), at(before.1)) || marked(at(Some(run.end)), at(Some(run.end + 1)))
}
