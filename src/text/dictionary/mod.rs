//! jieba's dictionary and its way of cutting, read where the words lie: nothing is loaded.
//!
//! `dictionary/jieba.bin` holds every word of jieba-rs's dictionary with its weight and part of speech as a
//! trie over characters. It gives the words and tags that jieba-rs gives without its hidden Markov
//! model; the tests hold both side by side.

mod cut;
#[cfg(test)]
mod pack;
#[cfg(test)]
mod tests;

pub(super) use cut::Cutter;

static BYTES: &[u8] = include_bytes!("../../../dictionary/jieba.bin");

/// What precedes the sections: how many units, entries and guesses there are.
const HEADER: usize = 3 * 4;
/// Every character of the dictionary is below this.
const CHARACTERS: usize = 1 << 16;

/// The code of a character that is in no word.
const UNKNOWN: u16 = 0;
/// The entry of what is no word.
const NO_ENTRY: u16 = 0;

/// Words with their weights and parts of speech.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dictionary {
    /// The trie, breadth first: behind the root its children by all codes, then theirs. One more than nodes, so
    /// that every node has a next one.
    units: &'static [[u8; 8]],
    /// The code of each character, the frequent ones first.
    codes: &'static [[u8; 2]],
    /// ln(frequency ÷ sum of all), of each entry; the first is of a character that no word begins with.
    weights: &'static [[u8; 8]],
    /// Which tag each entry has.
    entry_tags: &'static [u8],
    /// Characters that are no words and whose part of speech jieba guesses, ascending; then its tags.
    guesses: &'static [[u8; 2]],
    guess_tags: &'static [u8],
    /// The names of the tags, a line each.
    tags: &'static str,
}

/// A node of the trie: from the lowest bit, 16 of its code, 16 of its entry, 12 of its children's sorts, 20 of
/// where they begin. They end where those of the next node begin.
#[derive(Clone, Copy)]
struct Unit(u64);

/// Where the bits of a unit begin.
const ENTRY_BIT: u32 = 16;
const SORTS_BIT: u32 = 32;
const CHILDREN_BIT: u32 = 44;

impl Unit {
    /// The code of the character that leads here.
    fn code(self) -> u16 {
        self.0 as u16
    }

    fn entry(self) -> u16 {
        (self.0 >> ENTRY_BIT) as u16
    }

    /// Whether a child by `code` is possible: most that are not there need not be looked for.
    fn may_have(self, code: u16) -> bool {
        (self.0 >> SORTS_BIT) & sort_bit(code) != 0
    }

    fn children(self) -> usize {
        (self.0 >> CHILDREN_BIT) as usize
    }
}

fn sort_bit(code: u16) -> u64 {
    1 << (code % 12)
}

impl Dictionary {
    /// The built-in one.
    pub(super) fn built_in() -> Dictionary {
        Dictionary::read(BYTES).expect("the dictionary that ships is whole")
    }

    fn read(bytes: &'static [u8]) -> Option<Dictionary> {
        let (header, mut rest) = bytes.split_at_checked(HEADER)?;
        let count = |at: usize| Some(u32::from_le_bytes(*header[at * 4..].first_chunk()?) as usize);
        let (units, entries, guesses) = (count(0)?, count(1)?, count(2)?);
        let mut section = |length: usize| {
            let (section, behind) = rest.split_at_checked(length)?;
            rest = behind;
            Some(section)
        };
        Some(Dictionary {
            units: section(units * 8)?.as_chunks().0,
            codes: section(CHARACTERS * 2)?.as_chunks().0,
            weights: section(entries * 8)?.as_chunks().0,
            entry_tags: section(entries)?,
            guesses: section(guesses * 2)?.as_chunks().0,
            guess_tags: section(guesses)?,
            tags: str::from_utf8(rest).ok()?,
        })
    }

    /// The part of speech of a word as [`Cutter::words`] gives it, by the names of jieba's dictionary.
    pub(super) fn tag(&self, word: &str) -> &'static str {
        if let Some(entry) = self.entry(word) {
            return self.tag_name(self.entry_tags[usize::from(entry)]);
        }
        let letters = word.bytes().filter(u8::is_ascii_alphanumeric).count();
        if letters > 0 {
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            return if letters == digits { "m" } else { "eng" };
        }
        let mut chars = word.chars();
        let guess = match (
            chars.next().map(|c| u16::try_from(u32::from(c))),
            chars.next(),
        ) {
            (Some(Ok(c)), None) => self
                .guesses
                .binary_search_by_key(&c, |&g| u16::from_le_bytes(g)),
            _ => return "x",
        };
        guess.map_or("x", |at| self.tag_name(self.guess_tags[at]))
    }

    fn tag_name(&self, number: u8) -> &'static str {
        self.tags.lines().nth(usize::from(number)).unwrap_or("x")
    }

    fn entry(&self, word: &str) -> Option<u16> {
        let length = word.chars().count();
        let mut entry = None;
        self.words(word.chars().map(|c| self.code(c)), |end, found| {
            entry = (end == length).then_some(found);
        });
        entry
    }

    fn code(&self, c: char) -> u16 {
        let code = self.codes.get(c as usize);
        code.map_or(UNKNOWN, |&code| u16::from_le_bytes(code))
    }

    fn weight(&self, entry: u16) -> f64 {
        f64::from_le_bytes(self.weights[usize::from(entry)])
    }

    fn unit(&self, at: usize) -> Unit {
        Unit(u64::from_le_bytes(self.units[at]))
    }

    /// Calls `found` with the length in characters and the entry of each word that `codes` begin with, the
    /// shortest first.
    #[inline]
    fn words(&self, mut codes: impl Iterator<Item = u16>, mut found: impl FnMut(usize, u16)) {
        let Some(first) = codes.next().filter(|&code| code != UNKNOWN) else {
            return;
        };
        let (mut at, mut length) = (usize::from(first), 1);
        loop {
            let node = self.unit(at);
            if node.entry() != NO_ENTRY {
                found(length, node.entry());
            }
            let Some(code) = codes.next().filter(|&code| node.may_have(code)) else {
                return;
            };
            let start = node.children();
            let children = &self.units[start..self.unit(at + 1).children()];
            let code_of = |&unit: &[u8; 8]| Unit(u64::from_le_bytes(unit)).code();
            let Ok(child) = children.binary_search_by_key(&code, code_of) else {
                return;
            };
            (at, length) = (start + child, length + 1);
        }
    }
}
