//! Text analysis: one [`Analyzer`] turns entries and questions into the same tokens.
//!
//! A text is normalised first (width, case, Traditional → Simplified), then segmented: only so does
//! 備案授權碼 become the words of 备案授权码. Every token is a slice of the normalised text and can be
//! mapped back to the bytes of the original.

pub mod aliases;
mod atoms;
mod character;
mod conditions;
mod dictionary;
mod ellipsis;
mod english;
mod filler;
pub mod gloss;
pub mod lexicon;
mod normalize;
pub mod pinyin;
pub mod respell;
mod reword;
mod script;
mod segment;

use std::ops::Range;

use dictionary::Dictionary;

pub use atoms::{AtomId, GAP, atoms};
pub use character::{is_ideograph, is_invisible, runs_on};
pub use conditions::{Agreement, ConditionSort, Conditions, Named, Side};
pub use ellipsis::Completion;
pub use normalize::Normalized;
pub use reword::reword;

/// Raised whenever the rules of analysis change in a way that the word lists and dictionaries do not
/// show, so that an index built by the older rules is known to be stale.
const RULES_VERSION: u32 = 2;

/// What a token is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum TokenKind {
    /// A dictionary word of two or more ideographs, or a Latin word or number.
    Word,
    /// Two neighbouring ideographs, whether a word or not.
    Bigram,
    /// A single ideograph.
    Character,
}

/// Something to look for: a slice of the normalised text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Bytes in [`Normalized::as_str`], on character boundaries, never empty.
    pub range: Range<usize>,
    /// Whether it lies within courtesy or an empty question frame (请问, 怎么办).
    pub filler: bool,
}

/// A text taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Analysis {
    /// The text in one spelling.
    pub normalized: Normalized,
    /// Ascending by start, then end, then kind.
    pub tokens: Vec<Token>,
}

impl Analysis {
    /// The text of a token.
    pub fn term(&self, token: &Token) -> &str {
        &self.normalized.as_str()[token.range.clone()]
    }

    /// Bytes of the original text from which a token was made.
    pub fn span(&self, token: &Token) -> Range<usize> {
        self.normalized.to_original(token.range.clone())
    }
}

/// Turns text into tokens, the same way at index and at query time. Costs some milliseconds to make,
/// nothing to share.
pub struct Analyzer {
    dictionary: Dictionary,
    converter: script::ScriptConverter,
    filler: filler::Filler,
    conditions: Conditions,
    ellipsis: ellipsis::Ellipsis,
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer")
            .field("fingerprint", &self.fingerprint())
            .finish()
    }
}

impl Default for Analyzer {
    fn default() -> Self {
        Analyzer::new()
    }
}

impl Analyzer {
    /// Loads the built-in dictionaries.
    pub fn new() -> Analyzer {
        Analyzer {
            dictionary: Dictionary::built_in(),
            converter: script::ScriptConverter::new(),
            filler: filler::Filler::new(),
            conditions: Conditions::new(),
            ellipsis: ellipsis::Ellipsis::new(),
        }
    }

    /// Tells one case from another in texts of this analyzer's spelling.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Only the first step: one spelling, no tokens.
    pub fn normalize(&self, text: &str) -> Normalized {
        Normalized::new(text, &self.converter)
    }

    /// Normalises and segments `text`. Total: every input has an analysis, possibly without tokens.
    pub fn analyze(&self, text: &str) -> Analysis {
        self.segment(self.normalize(text))
    }

    /// Segments a text that has been normalised already.
    pub fn segment(&self, normalized: Normalized) -> Analysis {
        let (mut tokens, mut boundaries) = segment::segment(&self.dictionary, &normalized);
        boundaries.push(normalized.as_str().len());
        boundaries.sort_unstable();
        boundaries.dedup();
        let filler = self.filler.find(normalized.as_str(), &boundaries);
        let mut at = 0;
        for token in &mut tokens {
            while filler
                .get(at)
                .is_some_and(|range| range.end <= token.range.start)
            {
                at += 1;
            }
            token.filler = filler.get(at).is_some_and(|range| {
                range.start <= token.range.start && token.range.end <= range.end
            });
        }
        Analysis { normalized, tokens }
    }

    /// Names everything that decides how a text is cut: an index made under another fingerprint must
    /// be rebuilt.
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&RULES_VERSION.to_le_bytes());
        let lists = [
            filler::WORDS,
            conditions::GROUPS,
            script::VOCABULARY,
            script::SPELLINGS,
            pinyin::POLYPHONES,
            respell::COMMON_WORDS,
            respell::ABBREVIATIONS,
            respell::ENGLISH,
            respell::LOOKALIKES,
            respell::SLIPS,
            DICTIONARY_VERSIONS,
        ];
        for list in lists {
            hasher.update(&(list.len() as u64).to_le_bytes());
            hasher.update(list.as_bytes());
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }
}

/// The word lists by which questions alone are read: no index depends on them, and replies do.
pub fn question_lists() -> [&'static str; 2] {
    [english::WORDS, ellipsis::WORDS]
}

/// The crates whose dictionaries we use; a tidy test holds this line to `Cargo.lock`.
const DICTIONARY_VERSIONS: &str = "jieba-rs 0.11.0, ferrous-opencc 0.4.0, pinyin 0.11.0";

#[cfg(test)]
mod tests;
