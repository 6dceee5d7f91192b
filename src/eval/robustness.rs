//! A corpus's own questions in spoilt spellings: whoever mistypes must still get the answer.
//!
//! Everything follows from the questions and a fixed seed: the same corpus gives the same variants, and a
//! question more or less changes those of no other.

mod piece;
mod polarity;
mod sounds;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use crate::eval::own;
use crate::eval::roster::{Listed, Roster};
use crate::eval::truth::Labelled;
use crate::text::Analyzer;

pub use polarity::{FLIPPED, Polarity};

use piece::Pieces;
use sounds::{Sounds, syllable};

/// Questions that variants are made of, unless told otherwise.
pub const SAMPLE: usize = 300;

/// Changes what chance picks.
const SEED: &str = "jida robustness 1";

/// Fewer ideographs than this bear no more harm.
const ENOUGH: usize = 4;

/// What people put around a question; `{}` is its place.
const COURTESIES: &[&str] = &[
    "你好，请问{}",
    "麻烦问一下，{}谢谢",
    "您好，我想咨询一下{}",
    "{}在线等，挺急的",
    "请教各位，{}多谢",
];

/// One way of spoiling a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spoiling {
    Homophone,
    NearHomophone,
    Dropped,
    Doubled,
    Pinyin,
    PinyinByWord,
    PinyinInPart,
    TraditionalTaiwan,
    TraditionalHongKong,
    WordOrder,
    Courtesy,
    /// The meaning is turned around: this is no harmless variant.
    Flipped,
}

/// Each with the kind under which its queries are counted.
const SPOILINGS: &[(Spoiling, &str)] = &[
    (Spoiling::Homophone, "homophone"),
    (Spoiling::NearHomophone, "near-homophone"),
    (Spoiling::Dropped, "dropped-character"),
    (Spoiling::Doubled, "doubled-character"),
    (Spoiling::Pinyin, "pinyin"),
    (Spoiling::PinyinByWord, "pinyin-by-word"),
    (Spoiling::PinyinInPart, "pinyin-in-part"),
    (Spoiling::TraditionalTaiwan, "traditional-taiwan"),
    (Spoiling::TraditionalHongKong, "traditional-hong-kong"),
    (Spoiling::WordOrder, "word-order"),
    (Spoiling::Courtesy, "courtesy"),
    (Spoiling::Flipped, FLIPPED),
];

/// Variants of at most `sample` questions of the index, the questions as written among them.
///
/// Only what no other entry asks is varied, and a variant that happens to be another entry's question is
/// left out. Where there are more questions than wanted, their hashes choose.
pub fn queries(roster: &Roster, analyzer: &Analyzer, sample: usize) -> Vec<Labelled> {
    let spoiler = Spoiler::new();
    let mut queries = Vec::new();
    for entry in sampled(own::unique(roster), sample) {
        let pieces = Pieces::of(&entry.question, analyzer);
        queries.extend(own::query_for(entry, &entry.question, own::AS_WRITTEN));
        for &(spoiling, kind) in SPOILINGS {
            let mut chance = Chance::new(kind, &entry.question);
            let variant = spoiler.spoil(spoiling, &entry.question, &pieces, &mut chance);
            let variant = variant.filter(|text| roster.asking(text).next().is_none());
            queries.extend(variant.and_then(|text| own::query_for(entry, &text, kind)));
        }
    }
    queries
}

/// The entries whose questions have the lowest hashes, in their order.
fn sampled(mut entries: Vec<&Listed>, most: usize) -> Vec<&Listed> {
    if entries.len() > most {
        let mut hashes: Vec<u64> = entries
            .iter()
            .map(|e| hash("sample", &e.question))
            .collect();
        let kept = hashes.clone();
        hashes.sort_unstable();
        let limit = hashes[most];
        let mut kept = kept.into_iter().map(|hash| hash < limit);
        entries.retain(|_| kept.next().unwrap_or_default());
    }
    entries
}

struct Spoiler {
    sounds: Sounds,
    taiwan: OpenCC,
    hong_kong: OpenCC,
}

impl Spoiler {
    fn new() -> Spoiler {
        let opencc = |config| OpenCC::from_config(config).expect("the dictionaries are built in");
        Spoiler {
            sounds: Sounds::new(),
            taiwan: opencc(BuiltinConfig::S2tw),
            hong_kong: opencc(BuiltinConfig::S2hk),
        }
    }

    /// The question spoilt; `None` where it cannot be.
    fn spoil(
        &self,
        spoiling: Spoiling,
        question: &str,
        pieces: &Pieces,
        chance: &mut Chance,
    ) -> Option<String> {
        let spoilt = match spoiling {
            Spoiling::Homophone => mistyped(pieces, chance, |c| self.sounds.homophones(c))?,
            Spoiling::NearHomophone => {
                mistyped(pieces, chance, |c| self.sounds.near_homophones(c))?
            }
            Spoiling::Dropped => {
                let at = *chance.pick(&pieces.content(ENOUGH))?;
                pieces.with(at..at + 1, "")
            }
            Spoiling::Doubled => {
                let at = *chance.pick(&pieces.content(1))?;
                pieces.with(at..at, &pieces.chars[at].to_string())
            }
            Spoiling::Pinyin => pieces.in_pinyin(ENOUGH, "")?,
            Spoiling::PinyinByWord => pieces.in_pinyin(ENOUGH, " ")?,
            Spoiling::PinyinInPart => {
                let word = chance.pick(&pieces.content_words())?.clone();
                let sounds: Option<String> = pieces.chars[word.clone()]
                    .iter()
                    .map(|&c| syllable(c))
                    .collect();
                pieces.with(word, &sounds?)
            }
            Spoiling::TraditionalTaiwan => self.taiwan.convert(question),
            Spoiling::TraditionalHongKong => self.hong_kong.convert(question),
            Spoiling::WordOrder => pieces.turned(chance)?,
            Spoiling::Courtesy => chance.pick(COURTESIES)?.replace("{}", question),
            Spoiling::Flipped => polarity::flipped(pieces)?,
        };
        (spoilt != question).then_some(spoilt)
    }
}

/// One character exchanged for another; `None` where none can be.
fn mistyped(
    pieces: &Pieces,
    chance: &mut Chance,
    others: impl Fn(char) -> Vec<char>,
) -> Option<String> {
    let mut places = pieces.content(1);
    places.retain(|&at| !others(pieces.chars[at]).is_empty());
    let at = *chance.pick(&places)?;
    let other = *chance.pick(&others(pieces.chars[at]))?;
    Some(pieces.with(at..at + 1, other.encode_utf8(&mut [0; 4])))
}

/// Numbers that look like chance and are the same on every run (SplitMix64; Steele, Lea and Flood 2014).
struct Chance(u64);

impl Chance {
    fn new(kind: &str, question: &str) -> Chance {
        Chance(hash(kind, question))
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(from.len()).ok().filter(|&count| count > 0)?;
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        from.get(usize::try_from(mixed % count).ok()?)
    }
}

fn hash(purpose: &str, question: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in [SEED, purpose, question] {
        hasher.update(part.as_bytes()).update(&[0]);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(first)
}

#[cfg(test)]
mod tests;
