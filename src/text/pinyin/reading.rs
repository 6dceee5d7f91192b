//! How characters and words are read.

use std::collections::HashMap;
use std::sync::LazyLock;

use pinyin::ToPinyin;

use crate::text::pinyin::syllable::Syllable;

/// Characters with several readings, and words in which they are not read as usual.
pub(in crate::text) const POLYPHONES: &str = include_str!("polyphones.txt");

/// A word is given no more readings than this.
const MAX_WORD_READINGS: usize = 4;

struct Polyphones {
    characters: HashMap<char, Vec<Syllable>>,
    words: HashMap<&'static str, Vec<Syllable>>,
    longest_word: usize,
}

static TABLE: LazyLock<Polyphones> = LazyLock::new(|| {
    let mut table = Polyphones {
        characters: HashMap::new(),
        words: HashMap::new(),
        longest_word: 0,
    };
    for line in POLYPHONES.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split_ascii_whitespace();
        let Some(word) = parts.next() else { continue };
        let syllables = parts.filter_map(Syllable::parse).collect();
        let mut chars = word.chars();
        match (chars.next(), chars.next()) {
            (Some(only), None) => {
                table.characters.insert(only, syllables);
            }
            _ => {
                table.longest_word = table.longest_word.max(word.chars().count());
                table.words.insert(word, syllables);
            }
        }
    }
    table
});

/// The common readings of a character, the usual one first; none for what is no Chinese character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readings {
    usual: Option<Syllable>,
    several: &'static [Syllable],
}

impl Readings {
    /// The usual one.
    pub fn usual(&self) -> Option<Syllable> {
        self.usual
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Syllable> + use<> {
        let only = self.usual.filter(|_| self.several.is_empty());
        only.into_iter().chain(self.several.iter().copied())
    }
}

/// How `c` is read.
pub fn readings(c: char) -> Readings {
    if c.is_ascii() {
        return Readings {
            usual: None,
            several: &[],
        };
    }
    if let Some(several) = TABLE.characters.get(&c) {
        return Readings {
            usual: several.first().copied(),
            several,
        };
    }
    let plain = c.to_pinyin().map(|pinyin| pinyin.plain());
    let usual = plain.and_then(|plain| {
        if plain.is_ascii() {
            Syllable::parse(plain)
        } else {
            Syllable::parse(&plain.replace('ü', "v"))
        }
    });
    Readings {
        usual,
        several: &[],
    }
}

/// One way of reading a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// One for each character.
    pub syllables: Vec<Syllable>,
    /// How many of them are not the character's usual reading, nor known of a word.
    pub unusual: u8,
}

/// How `word` can be read, the usual way first; nothing unless every character has a reading.
///
/// Characters inside a known word (重 in 重置密码) have that word's reading only.
pub fn word_readings(word: &str) -> Vec<Reading> {
    let chars: Vec<char> = word.chars().collect();
    let fixed = known_readings(&chars);
    let mut found = vec![Reading {
        syllables: Vec::with_capacity(chars.len()),
        unusual: 0,
    }];
    for (&c, fixed) in chars.iter().zip(fixed) {
        let options: Vec<Syllable> = match fixed {
            Some(syllable) => vec![syllable],
            None => readings(c).iter().collect(),
        };
        let Some((&usual, others)) = options.split_first() else {
            return Vec::new();
        };
        for at in 0..found.len() {
            for &other in others {
                if found.len() < MAX_WORD_READINGS {
                    let mut again = found[at].clone();
                    again.syllables.push(other);
                    again.unusual += 1;
                    found.push(again);
                }
            }
            found[at].syllables.push(usual);
        }
    }
    found.retain(|reading| !reading.syllables.is_empty());
    found
}

/// For each character its reading as part of a word of the list, longer words first.
fn known_readings(chars: &[char]) -> Vec<Option<Syllable>> {
    let mut known = vec![None; chars.len()];
    if !chars.iter().any(|c| TABLE.characters.contains_key(c)) {
        return known;
    }
    for length in (2..=TABLE.longest_word.min(chars.len())).rev() {
        for (at, part) in chars.windows(length).enumerate() {
            let word: String = part.iter().collect();
            if let Some(syllables) = TABLE.words.get(word.as_str()) {
                for (slot, &syllable) in known[at..].iter_mut().zip(syllables) {
                    slot.get_or_insert(syllable);
                }
            }
        }
    }
    known
}

/// The usual reading of every character of `text` that has one, words taken into account: what a
/// completion by pinyin is matched against.
pub fn sounds(text: &str) -> Vec<Syllable> {
    let chars: Vec<char> = text.chars().collect();
    let known = known_readings(&chars);
    chars
        .iter()
        .zip(known)
        .filter_map(|(&c, known)| known.or_else(|| readings(c).usual()))
        .collect()
}
