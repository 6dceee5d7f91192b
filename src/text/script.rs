//! Traditional characters and Taiwan and Hong Kong vocabulary become mainland Simplified.
//!
//! OpenCC's `tw2sp` does both, and knows 軟體 = 软件. A list of our own ([`VOCABULARY`]) adds words of
//! hosting and public administration that it lacks; they are replaced wherever they stand. OpenCC is
//! asked only about text with a Traditional character: in Simplified text 文件 (in Taiwan: document)
//! means what it says. A second list ([`SPELLINGS`]) makes one of two spellings of the same word.

use std::collections::HashMap;

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
    phrases: OpenCC,
    /// Ideographs whose Simplified form differs.
    simplified: HashMap<char, char>,
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
        let opencc = |config| OpenCC::from_config(config).expect("the dictionaries are built in");
        ScriptConverter {
            words,
            replacements: pairs.iter().map(|(_, to)| to.chars().collect()).collect(),
            simplified: simplified_forms(&opencc(BuiltinConfig::T2s)),
            phrases: opencc(BuiltinConfig::Tw2sp),
        }
    }

    /// Rewrites `chars` in place where they are Traditional, or a word of our list.
    pub(super) fn convert(&self, chars: &mut Vec<MappedChar>) {
        if !chars.iter().any(|c| self.is_traditional(c.char)) && !self.holds_word(chars) {
            return;
        }
        let mut converted = Vec::with_capacity(chars.len());
        for run in chars.chunk_by(|a, b| is_ideograph(a.char) == is_ideograph(b.char)) {
            if is_ideograph(run[0].char) {
                self.convert_run(run, &mut converted);
            } else {
                converted.extend_from_slice(run);
            }
        }
        *chars = converted;
    }

    /// Whether `c` is evidence of Traditional writing. Some characters that are simplified in one sense
    /// stay as they are in another (乾燥 but 乾隆, 看著 but 著名); those stand in the mainland's own
    /// character set and prove nothing.
    fn is_traditional(&self, c: char) -> bool {
        self.simplified.contains_key(&c) && !is_in_gb2312(c)
    }

    fn holds_word(&self, chars: &[MappedChar]) -> bool {
        let text: String = chars.iter().map(|c| c.char).collect();
        self.words.is_match(&text)
    }

    /// Converts ideographs between punctuation: words of our list, and what is between them by OpenCC if
    /// the run is Traditional.
    fn convert_run(&self, run: &[MappedChar], out: &mut Vec<MappedChar>) {
        let traditional = run.iter().any(|c| self.is_traditional(c.char));
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
            align(&run[start..end], replacement, &self.simplified, out);
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
        align(run, &target, &self.simplified, out);
    }
}

/// Whether the mainland's basic character set of 1980 holds `c`: in GBK its ideographs are those with
/// both bytes at or above A1.
fn is_in_gb2312(c: char) -> bool {
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = encoding_rs::GBK.encode(c.encode_utf8(&mut buffer));
    !unmappable && matches!(*bytes, [0xb0..=0xf7, 0xa1..=0xfe])
}

/// Maps `target` onto the characters of `source` it was made from: one to one where the lengths agree;
/// else what is equal from the left and from the right, and the middle as a whole.
fn align(
    source: &[MappedChar],
    target: &[char],
    simplified: &HashMap<char, char>,
    out: &mut Vec<MappedChar>,
) {
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
            || simplified
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

/// The Simplified form of every ideograph of the basic block that has another one.
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
