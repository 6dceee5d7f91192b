//! Traditional characters and Taiwan and Hong Kong vocabulary become mainland Simplified.
//!
//! OpenCC's `tw2sp` does both, and knows 軟體 = 软件. A list of our own ([`VOCABULARY`]) adds words of
//! hosting and public administration that it lacks; they are replaced wherever they stand. OpenCC is
//! asked only about text with a Traditional character: in Simplified text 文件 (in Taiwan: document)
//! means what it says. A second list ([`SPELLINGS`]) makes one of two spellings of the same word.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use crate::text::character::{MappedChar, is_ideograph};

/// Lines of `Traditional Simplified`; `#` begins a comment.
pub(super) const VOCABULARY: &str = include_str!("vocabulary_tw_hk.txt");

/// Lines of two spellings, the usual one last; `#` begins a comment.
pub(super) const SPELLINGS: &str = include_str!("spellings.txt");

/// Converts runs of text, keeping track of where each character came from.
pub(super) struct ScriptConverter {
    words: AhoCorasick,
    replacements: Vec<Vec<char>>,
    /// For Traditional text alone, of which many a process sees none.
    phrases: LazyLock<OpenCC>,
}

/// Ideographs whose Simplified form differs. Asked only about characters beyond [`MAINLAND`].
static SIMPLIFIED: LazyLock<HashMap<char, char>> =
    LazyLock::new(|| simplified_forms(&opencc(BuiltinConfig::T2s)));

/// The ideographs of the mainland's basic character set of 1980, a bit each from U+4E00 on: in GBK those with
/// both bytes at or above A1.
static MAINLAND: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let codes = (0xb0..=0xf7u8).flat_map(|row| (0xa1..=0xfe).flat_map(move |cell| [row, cell]));
    let codes: Vec<u8> = codes.collect();
    let mut bits = vec![0; BASIC_BLOCK.len().div_ceil(64)];
    for c in encoding_rs::GBK
        .decode_without_bom_handling(&codes)
        .0
        .chars()
    {
        if let Some(at) = in_basic_block(c) {
            bits[at / 64] |= 1 << (at % 64);
        }
    }
    bits
});

/// The block in which the usual ideographs are.
const BASIC_BLOCK: std::ops::Range<usize> = 0x4e00..0xa000;

/// Where in the block `c` is.
fn in_basic_block(c: char) -> Option<usize> {
    let c = c as usize;
    BASIC_BLOCK.contains(&c).then(|| c - BASIC_BLOCK.start)
}

fn opencc(config: BuiltinConfig) -> OpenCC {
    OpenCC::from_config(config).expect("the dictionaries are built in")
}

impl std::fmt::Debug for ScriptConverter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScriptConverter")
            .field("words", &self.replacements.len())
            .finish()
    }
}

impl ScriptConverter {
    pub(super) fn new() -> ScriptConverter {
        let pairs: Vec<(&str, &str)> = [VOCABULARY, SPELLINGS]
            .into_iter()
            .flat_map(str::lines)
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(' '))
            .collect();
        let words = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(pairs.iter().map(|(from, _)| from))
            .expect("the built-in vocabulary is small");
        ScriptConverter {
            words,
            replacements: pairs.iter().map(|(_, to)| to.chars().collect()).collect(),
            phrases: LazyLock::new(|| opencc(BuiltinConfig::Tw2sp)),
        }
    }

    /// `chars`, which are `text`, anew if any are Traditional, or a word of our list.
    pub(super) fn convert(&self, chars: &[MappedChar], text: &str) -> Option<Vec<MappedChar>> {
        if !chars.iter().any(|c| is_traditional(c.char)) && !self.words.is_match(text) {
            return None;
        }
        let mut converted = Vec::with_capacity(chars.len());
        for run in chars.chunk_by(|a, b| is_ideograph(a.char) == is_ideograph(b.char)) {
            if is_ideograph(run[0].char) {
                self.convert_run(run, &mut converted);
            } else {
                converted.extend_from_slice(run);
            }
        }
        Some(converted)
    }

    /// Converts ideographs between punctuation: words of our list, and what is between them by OpenCC if
    /// the run is Traditional.
    fn convert_run(&self, run: &[MappedChar], out: &mut Vec<MappedChar>) {
        let traditional = run.iter().any(|c| is_traditional(c.char));
        let between = |part: &[MappedChar], out: &mut Vec<MappedChar>| {
            if traditional {
                self.convert_phrases(part, out);
            } else {
                out.extend_from_slice(part);
            }
        };
        let text: String = run.iter().map(|c| c.char).collect();
        let (mut done, mut done_bytes) = (0, 0);
        for found in self.words.find_iter(&text) {
            let start = done + text[done_bytes..found.start()].chars().count();
            let end = start + text[found.range()].chars().count();
            between(&run[done..start], out);
            let replacement = &self.replacements[found.pattern()];
            align(&run[start..end], replacement, out);
            (done, done_bytes) = (end, found.end());
        }
        between(&run[done..], out);
    }

    fn convert_phrases(&self, run: &[MappedChar], out: &mut Vec<MappedChar>) {
        if run.is_empty() {
            return;
        }
        let text: String = run.iter().map(|c| c.char).collect();
        let target: Vec<char> = self.phrases.convert(&text).chars().collect();
        align(run, &target, out);
    }
}

/// Whether `c` is evidence of Traditional writing. Some characters that are simplified in one sense
/// stay as they are in another (乾燥 but 乾隆, 看著 but 著名); those stand in the mainland's own
/// character set and prove nothing.
fn is_traditional(c: char) -> bool {
    is_ideograph(c) && !is_in_gb2312(c) && SIMPLIFIED.contains_key(&c)
}

/// Whether the mainland's basic character set holds `c`.
fn is_in_gb2312(c: char) -> bool {
    in_basic_block(c).is_some_and(|at| MAINLAND[at / 64] & 1 << (at % 64) != 0)
}

/// Maps `target` onto the characters of `source` it was made from: one to one where the lengths agree;
/// else what is equal from the left and from the right, and the middle as a whole.
fn align(source: &[MappedChar], target: &[char], out: &mut Vec<MappedChar>) {
    if source.len() == target.len() {
        out.extend(
            source
                .iter()
                .zip(target)
                .map(|(from, &char)| MappedChar { char, ..*from }),
        );
        return;
    }
    let equal = |from: &MappedChar, to: char| {
        from.char == to
            || SIMPLIFIED
                .get(&from.char)
                .is_some_and(|&simple| simple == to)
    };
    let shorter = source.len().min(target.len());
    let left = (0..shorter)
        .take_while(|&i| equal(&source[i], target[i]))
        .count();
    let right = (0..shorter - left)
        .take_while(|&i| equal(&source[source.len() - 1 - i], target[target.len() - 1 - i]))
        .count();
    let keep = |from: &MappedChar, char: char| MappedChar { char, ..*from };
    out.extend((0..left).map(|i| keep(&source[i], target[i])));
    let middle = &source[left..source.len() - right];
    // With nothing left in the middle of the source, an added character belongs to its neighbour.
    let (start, end) = match middle {
        [] => {
            let at = source[left.min(source.len() - 1)];
            (at.start, at.end)
        }
        [first, ..] => (first.start, middle[middle.len() - 1].end),
    };
    out.extend(
        target[left..target.len() - right]
            .iter()
            .map(|&char| MappedChar {
                char,
                at: 0,
                start,
                end,
            }),
    );
    out.extend(
        (0..right)
            .rev()
            .map(|i| keep(&source[source.len() - 1 - i], target[target.len() - 1 - i])),
    );
}

/// The Simplified form of every ideograph of the basic block and its first extension that has another one.
fn simplified_forms(t2s: &OpenCC) -> HashMap<char, char> {
    let all: Vec<char> = ('\u{3400}'..='\u{9fff}').collect();
    // Spaces keep phrase entries from matching across neighbours.
    let spaced: String = all.iter().flat_map(|&c| [c, ' ']).collect();
    let converted = t2s.convert(&spaced);
    all.iter()
        .zip(converted.split(' '))
        .filter_map(|(&from, to)| {
            let to = to.chars().next()?;
            (from != to).then_some((from, to))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mainlands_characters_are_those_of_gb_2312() {
        for c in (0x3400..=0xffff).filter_map(char::from_u32) {
            let mut buffer = [0; 4];
            let (bytes, _, unmappable) = encoding_rs::GBK.encode(c.encode_utf8(&mut buffer));
            let expected = !unmappable && matches!(*bytes, [0xb0..=0xf7, 0xa1..=0xfe]);
            assert_eq!(is_in_gb2312(c), expected && is_ideograph(c), "{c}");
        }
    }

    #[test]
    fn only_what_the_mainland_lacks_is_evidence_of_traditional_writing() {
        for simplified in ["帐号怎么注销", "乾隆著名", "龠禾", "ａ1。"] {
            assert!(!simplified.chars().any(is_traditional), "{simplified}");
        }
        for traditional in ["備", "號", "嗎", "䊷"] {
            assert!(traditional.chars().any(is_traditional), "{traditional}");
        }
    }
}
