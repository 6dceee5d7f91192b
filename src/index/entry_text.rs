//! What ranking reads of an entry: its texts taken apart into atoms when the index is built, read where they lie.
//!
//! A record, all numbers little endian:
//!
//! ```text
//! 16 bytes   a hash of question and answer
//! 6 × u32    how many: bytes of the category, atoms of heading and answer, bytes of the answer, passages,
//!            bytes of the answer's places
//! the same in this order: category; heading; answer (u32 an atom); passages (3 × u32: first atom, one past the
//!            last, bytes); places
//! then each phrasing of the question:
//! 5 × u32    how many: bytes of the text, atoms, letters, ideographs, bytes of the places
//! 2 × u8     how many sides of cases it names; whether it negates
//! the same in this order: text; atoms (u32); letters (u32 a code point); ideographs (u32 a code point, with
//!            `FILLER` where it is courtesy only); places; sides (u8 and u32 each)
//! ```

use crate::text::{AtomId, Side};

/// Marks ideographs of courtesy and empty frames.
pub(super) const FILLER: u32 = 1 << 31;

/// An entry's texts as ranking reads them, without a copy.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryText<'i> {
    says: [u8; SAYS],
    /// The category path as facets show it, see [`category_path`].
    pub category: &'i str,
    /// The same, normalised.
    pub heading: Atoms<'i>,
    /// The answer's plain text, normalised.
    pub answer: Atoms<'i>,
    /// The bytes of that text.
    pub answer_bytes: usize,
    passages: &'i [[u8; PASSAGE]],
    /// Where the answer's atoms stand.
    pub places: Places<'i>,
    /// The question.
    pub question: QuestionText<'i>,
    /// Its other phrasings.
    pub variants: Vec<QuestionText<'i>>,
}

/// One phrasing of an entry's question.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionText<'i> {
    /// Normalised.
    pub text: &'i str,
    /// The same as atoms.
    pub atoms: Atoms<'i>,
    letters: &'i [[u8; 4]],
    ideographs: &'i [[u8; 4]],
    /// Where its atoms stand.
    pub places: Places<'i>,
    sides: &'i [[u8; 5]],
    /// Whether it negates something.
    pub negated: bool,
}

/// The atoms of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Atoms<'i>(&'i [[u8; 4]]);

impl<'i> Atoms<'i> {
    /// Takes atoms as a record holds them.
    pub fn new(bytes: &'i [[u8; 4]]) -> Atoms<'i> {
        Atoms(bytes)
    }

    /// One after the other.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = AtomId> {
        self.0.iter().map(|&atom| AtomId::from_le_bytes(atom))
    }
}

/// A part of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassageText {
    /// Its first atom.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// How long it is.
    pub bytes: u32,
}

/// Where the atoms of a text stand in the original, in code points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Places<'i>(&'i [u8]);

/// Says that a place is written in full.
pub(super) const FAR: u8 = u8::MAX;

impl Places<'_> {
    /// Start and end of each atom, in order.
    pub fn iter(&self) -> impl Iterator<Item = [usize; 2]> {
        let (mut rest, mut last) = (self.0, 0);
        std::iter::from_fn(move || {
            let place = match *rest {
                [FAR, ref far @ ..] => {
                    let (numbers, behind) = far.split_first_chunk::<8>()?;
                    let [start, end] = *numbers.as_chunks().0 else {
                        return None;
                    };
                    rest = behind;
                    [start, end].map(|number| u32::from_le_bytes(number) as usize)
                }
                [on, length, ref behind @ ..] => {
                    rest = behind;
                    let start = last + usize::from(on);
                    [start, start + usize::from(length)]
                }
                _ => return None,
            };
            last = place[0];
            Some(place)
        })
    }
}

impl<'i> EntryText<'i> {
    /// Whether another entry has the same question and the same answer.
    pub fn says_the_same(&self, other: &EntryText<'_>) -> bool {
        self.says == other.says
    }

    /// The same for all entries with this question and answer, and for no other.
    pub fn says(&self) -> u128 {
        u128::from_le_bytes(self.says)
    }

    /// The question, then its variants.
    pub fn questions(&self) -> impl Iterator<Item = &QuestionText<'i>> {
        std::iter::once(&self.question).chain(&self.variants)
    }

    /// The answer's passages, in the order in which the entry has them.
    pub fn passages(&self) -> impl Iterator<Item = PassageText> {
        self.passages.iter().map(|bytes| {
            let number = |at: usize| bytes[at * 4..].first_chunk().copied().unwrap_or_default();
            let [start, end, bytes] = [0, 1, 2].map(|at| u32::from_le_bytes(number(at)));
            PassageText { start, end, bytes }
        })
    }

    /// Reads a record; `None` if it is none.
    pub(super) fn read(record: &'i [u8]) -> Option<EntryText<'i>> {
        let mut rest = Rest(record);
        let says = *rest.bytes(SAYS)?.first_chunk()?;
        let [category, heading, answer, answer_bytes, passages, places] = rest.counts()?;
        Some(EntryText {
            says,
            category: rest.text(category)?,
            heading: Atoms(rest.chunks(heading)?),
            answer: Atoms(rest.chunks(answer)?),
            answer_bytes,
            passages: rest.chunks(passages)?,
            places: Places(rest.bytes(places)?),
            question: rest.question()?,
            variants: {
                let mut variants = Vec::new();
                while !rest.0.is_empty() {
                    variants.push(rest.question()?);
                }
                variants
            },
        })
    }
}

impl QuestionText<'_> {
    /// Its letters, digits and ideographs, in order.
    pub fn letters(&self) -> impl ExactSizeIterator<Item = u32> {
        self.letters
            .iter()
            .map(|&letter| u32::from_le_bytes(letter))
    }

    /// Code points of its ideographs, in order, and whether each is courtesy only.
    pub fn ideographs(&self) -> impl Iterator<Item = (u32, bool)> {
        let ideographs = self.ideographs.iter();
        ideographs.map(|&bytes| {
            let ideograph = u32::from_le_bytes(bytes);
            (ideograph & !FILLER, ideograph & FILLER != 0)
        })
    }

    /// The sides of cases that it names.
    pub fn sides(&self) -> impl Iterator<Item = Side> + Clone {
        self.sides.iter().map(|&[group, ref bits @ ..]| {
            let bits = u32::from_le_bytes(*bits);
            (group, bits)
        })
    }
}

/// Bytes of the hash of question and answer.
pub(super) const SAYS: usize = 16;
/// Bytes of a passage.
const PASSAGE: usize = 12;

/// What is left of a record.
struct Rest<'i>(&'i [u8]);

impl<'i> Rest<'i> {
    fn bytes(&mut self, count: usize) -> Option<&'i [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn chunks<const N: usize>(&mut self, count: usize) -> Option<&'i [[u8; N]]> {
        Some(self.bytes(count.checked_mul(N)?)?.as_chunks().0)
    }

    fn counts<const N: usize>(&mut self) -> Option<[usize; N]> {
        let counts: &[[u8; 4]; N] = self.chunks(N)?.first_chunk()?;
        Some(counts.map(|count| u32::from_le_bytes(count) as usize))
    }

    fn text(&mut self, bytes: usize) -> Option<&'i str> {
        std::str::from_utf8(self.bytes(bytes)?).ok()
    }

    fn question(&mut self) -> Option<QuestionText<'i>> {
        let [text, atoms, letters, ideographs, places] = self.counts()?;
        let [sides, negated] = *self.bytes(2)?.first_chunk()?;
        Some(QuestionText {
            text: self.text(text)?,
            atoms: Atoms(self.chunks(atoms)?),
            letters: self.chunks(letters)?,
            ideographs: self.chunks(ideographs)?,
            places: Places(self.bytes(places)?),
            sides: self.chunks(usize::from(sides))?,
            negated: negated != 0,
        })
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
