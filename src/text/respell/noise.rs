//! What it costs to believe that something else was meant than was typed, in hundredths of a natural
//! logarithm, as words do: 460 is a hundred times less likely.
//!
//! Tuned so that the questions and labelled queries of three FAQs come out unchanged.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::text::pinyin::{Syllable, readings};
use crate::text::respell::vocabulary::Cost;

/// Groups of characters that look alike, a group a line; `#` begins a comment.
pub(in crate::text) const LOOKALIKES: &str = include_str!("lookalikes.txt");

/// What is typed and what is meant, a pair a line; `#` begins a comment.
pub(in crate::text) const SLIPS: &str = include_str!("slips.txt");

/// English words, separated by white space; `#` begins a comment.
pub(in crate::text) const ENGLISH: &str = include_str!("english.txt");

/// Latin words that initials are not read from, separated by white space; `#` begins a comment.
pub(in crate::text) const ABBREVIATIONS: &str = include_str!("abbreviations.txt");

/// Another character of the same sound.
const SAME_SOUND: Cost = 380;
/// Another character of nearly the same sound.
const NEAR_SOUND: Cost = 820;
/// Another character that looks alike.
const SAME_SHAPE: Cost = 550;
/// A word that is often written just so.
const SLIP: Cost = 150;
/// Another single character of the same sound, which its neighbours speak for.
pub(super) const SINGLE_CHARACTER: Cost = 450;
/// So much of its being more common counts for it.
pub(super) const MORE_COMMON: Cost = 400;
/// A respelling of characters must be likelier by so much than what was typed.
pub(super) const MIN_GAIN: Cost = 200;
/// None of a word's characters was typed as it is.
pub(super) const NOTHING_KEPT: Cost = 250;
/// A changed word of two characters says less about what was meant than a long one.
pub(super) const SHORT_WORD: Cost = 80;
/// Letters that spell nearly the syllable.
const NEAR_LETTERS: Cost = 450;
/// A word whose syllables were typed apart.
pub(super) const ACROSS_SPACE: Cost = 60;
/// Each further word of pinyin.
pub(super) const PINYIN_WORD: Cost = 20;
/// A lone syllable of letters in a text that is not typed in pinyin: more often an abbreviation.
pub(super) const LONE_SYLLABLE: Cost = 500;
/// A word typed by its initials alone.
pub(super) const INITIALS: Cost = 350;
/// Initials that could be syllables are more likely these in a text of pinyin.
pub(super) const INITIALS_LIKE_PINYIN: Cost = 400;
/// Two letters are the initials of too many words: only of one that costs no more than this.
pub(super) const FREQUENT_WORD: Cost = 650;
/// A word that is not finished may cost so much more than the letters as they stand.
pub(super) const UNFINISHED: Cost = 300;
/// A word of which one character was left out.
pub(super) const LEFT_OUT: Cost = 500;
/// A word of which the first or the last was: what is left is often a word too.
pub(super) const LEFT_OUT_AT_END: Cost = 800;
/// A word of which one character was typed twice.
pub(super) const TYPED_TWICE: Cost = 400;
/// A character that costs less is often a word of its own.
pub(super) const RARE_CHARACTER: Cost = 800;
/// Going over from pinyin to Latin words or initials, or back.
pub(super) const SWITCH: Cost = 250;
/// A Latin word of the English list.
pub(super) const ENGLISH_WORD: Cost = 700;
/// Any other Latin word.
const UNKNOWN_LATIN: Cost = 1000;
/// Each of its letters, and each that makes it longer than words are.
const UNKNOWN_LETTER: Cost = 100;
const FURTHER_LETTER: Cost = 300;
const USUAL_LETTERS: usize = 8;
/// A character that no word of the vocabulary is.
pub(super) const UNKNOWN_CHARACTER: Cost = 1200;
/// A word of the dictionary that the vocabulary lacks, and each of its characters.
pub(super) const DICTIONARY_WORD: Cost = 950;
pub(super) const DICTIONARY_CHARACTER: Cost = 100;

struct Lists {
    lookalikes: HashMap<char, Vec<char>>,
    slips: HashMap<&'static str, &'static str>,
    english: HashSet<&'static str>,
    abbreviations: HashSet<&'static str>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut lookalikes: HashMap<char, Vec<char>> = HashMap::new();
    for group in LOOKALIKES.lines().filter(|line| !line.starts_with('#')) {
        for c in group.chars() {
            let others = group.chars().filter(|&other| other != c);
            lookalikes.entry(c).or_default().extend(others);
        }
    }
    let words = |list: &'static str| {
        let lines = list.lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(str::split_ascii_whitespace).collect()
    };
    let slips = SLIPS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .collect();
    Lists {
        lookalikes,
        slips,
        english: words(ENGLISH),
        abbreviations: words(ABBREVIATIONS),
    }
});

/// The characters that look like `c`.
pub(super) fn lookalikes(c: char) -> &'static [char] {
    LISTS.lookalikes.get(&c).map_or(&[], Vec::as_slice)
}

pub(super) fn is_english(word: &str) -> bool {
    LISTS.english.contains(word)
}

/// Whether Latin letters stand for themselves though they could be initials.
pub(super) fn is_abbreviation(word: &str) -> bool {
    LISTS.abbreviations.contains(word)
}

/// Characters that turn a question around: none is taken for another character, nor another for one.
const NEGATIONS: [char; 8] = ['不', '没', '未', '无', '非', '勿', '别', '否'];

/// Characters that tell one of a series from another.
const NUMERALS: &str = "零一二三四五六七八九十百千万两半首末";

/// Whether a question says something else with `c` than without it.
pub(super) fn turns_around(c: char) -> bool {
    NEGATIONS.contains(&c) || NUMERALS.contains(c)
}

/// What it costs that `typed` stands for `meant`, read `syllable`; `None` if it can't.
pub(super) fn character(typed: char, meant: char, syllable: Syllable) -> Option<Cost> {
    if typed == meant {
        return Some(0);
    }
    if NEGATIONS.contains(&typed) || NEGATIONS.contains(&meant) {
        return None;
    }
    let shape = lookalikes(typed).contains(&meant).then_some(SAME_SHAPE);
    let sound = readings(typed)
        .iter()
        .filter_map(|reading| {
            if reading == syllable {
                Some(SAME_SOUND)
            } else {
                (reading.folded() == syllable.folded()).then_some(NEAR_SOUND)
            }
        })
        .min();
    match (shape, sound) {
        (Some(shape), Some(sound)) => Some(shape.min(sound)),
        (shape, sound) => shape.or(sound),
    }
}

/// What it costs that a whole word stands for another, if that is a common slip.
pub(super) fn slip(typed: &str, meant: &str) -> Option<Cost> {
    (LISTS.slips.get(typed) == Some(&meant)).then_some(SLIP)
}

/// What it costs that letters that spell `typed` stand for `meant`; `None` if they can't.
pub(super) fn letters(typed: Syllable, meant: Syllable) -> Option<Cost> {
    if typed == meant {
        Some(0)
    } else {
        (typed.folded() == meant.folded()).then_some(NEAR_LETTERS)
    }
}

/// What a Latin word of so many letters costs that stands in no list.
pub(super) fn unknown_latin(letters: usize) -> Cost {
    let usual = letters.min(USUAL_LETTERS) as Cost;
    UNKNOWN_LATIN + usual * UNKNOWN_LETTER + (letters as Cost - usual) * FURTHER_LETTER
}
