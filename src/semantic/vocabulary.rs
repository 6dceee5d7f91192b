//! Text to token ids: one token for each ideograph and punctuation mark, WordPiece for the rest.

use rustc_hash::FxHashMap;
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

/// Tokens of a text that are read, not counting the two around it.
pub(super) const LONGEST: usize = 126;

/// The tokens of a model and their ids.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Pieces that begin a word.
    heads: FxHashMap<&'static str, u32>,
    /// Pieces within a word, without their `##`.
    tails: FxHashMap<&'static str, u32>,
    longest_piece: usize,
    unknown: u32,
    begin: u32,
    end: u32,
}

impl Vocabulary {
    /// Reads one token a line; its line is its id. `None` if a token is missing that every text needs.
    pub(super) fn read(text: &'static str) -> Option<Vocabulary> {
        let (mut heads, mut tails) = (FxHashMap::default(), FxHashMap::default());
        for (id, token) in (0u32..).zip(text.lines()) {
            match token.strip_prefix("##") {
                Some(tail) if !tail.is_empty() => tails.insert(tail, id),
                _ => heads.insert(token, id),
            };
        }
        let pieces = heads.keys().chain(tails.keys());
        Some(Vocabulary {
            longest_piece: pieces.map(|piece| piece.len()).max()?,
            unknown: *heads.get("[UNK]")?,
            begin: *heads.get("[CLS]")?,
            end: *heads.get("[SEP]")?,
            heads,
            tails,
        })
    }

    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.heads.len() + self.tails.len()
    }

    /// The ids of a text: a beginning, at most [`LONGEST`] tokens, an end.
    pub(super) fn ids(&self, text: &str) -> Vec<u32> {
        let limit = 1 + LONGEST;
        let mut ids = vec![self.begin];
        let mut word = String::new();
        for c in text.to_lowercase().nfd() {
            if ids.len() >= limit {
                break;
            }
            match kind(c) {
                Kind::Letter => word.push(c),
                Kind::Nothing => {}
                Kind::Space => self.append_word(&mut word, &mut ids),
                Kind::Single => {
                    self.append_word(&mut word, &mut ids);
                    word.push(c);
                    self.append_word(&mut word, &mut ids);
                }
            }
        }
        self.append_word(&mut word, &mut ids);
        ids.truncate(limit);
        ids.push(self.end);
        ids
    }

    /// Appends the longest known pieces of a word, from its start on, and empties it.
    fn append_word(&self, word: &mut String, ids: &mut Vec<u32>) {
        let mut rest = word.as_str();
        let mut pieces = &self.heads;
        while let Some(first) = rest.chars().next() {
            let ends = (1..=rest.len().min(self.longest_piece)).rev();
            let found = ends
                .filter_map(|end| Some((end, *pieces.get(rest.get(..end)?)?)))
                .next();
            let (end, id) = found.unwrap_or((first.len_utf8(), self.unknown));
            ids.push(id);
            rest = &rest[end..];
            pieces = &self.tails;
        }
        word.clear();
    }
}

enum Kind {
    /// Part of a word.
    Letter,
    /// A token by itself.
    Single,
    /// Ends a word.
    Space,
    /// Left out: accents, control characters.
    Nothing,
}

fn kind(c: char) -> Kind {
    use GeneralCategory as Category;
    match c {
        '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{2CEAF}'
        | '\u{2F800}'..='\u{2FA1F}' => return Kind::Single,
        '\u{FFFD}' => return Kind::Nothing,
        _ if c.is_ascii_punctuation() => return Kind::Single,
        // Python's idea of a space, which the model's own tokenizer had.
        '\u{1C}'..='\u{1F}' => return Kind::Space,
        _ if c.is_whitespace() => return Kind::Space,
        _ => {}
    }
    match get_general_category(c) {
        Category::ConnectorPunctuation
        | Category::DashPunctuation
        | Category::OpenPunctuation
        | Category::ClosePunctuation
        | Category::InitialPunctuation
        | Category::FinalPunctuation
        | Category::OtherPunctuation => Kind::Single,
        Category::NonspacingMark | Category::Control | Category::Format => Kind::Nothing,
        _ => Kind::Letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "[UNK]\n[CLS]\n[SEP]\n备\n案\nicp\n##p\nic\ne\n##cd\n，\n-\n##";

    fn ids(text: &str) -> Vec<u32> {
        let vocabulary = Vocabulary::read(SMALL).expect("the three special tokens are there");
        vocabulary.ids(text)
    }

    #[test]
    fn text_is_cut_as_the_model_learnt_it() {
        for (text, expected) in [
            ("", &[][..]),
            ("备案", &[3, 4]),
            ("ICP备案", &[5, 3, 4]),
            ("icpp", &[5, 6]),
            ("Écd", &[8, 9]),
            ("e\u{200B}cd\u{0}", &[8, 9]),
            ("备，-案", &[3, 10, 11, 4]),
            ("e\u{3000}e\n", &[8, 8]),
            ("😀x", &[0, 0]),
            ("\u{301}\u{FFFD}", &[]),
        ] {
            let found = ids(text);
            assert_eq!(&found[1..found.len() - 1], expected, "{text:?}");
            assert_eq!((found[0], found[found.len() - 1]), (1, 2), "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_off() {
        for text in ["备".repeat(10_000), "e".repeat(10_000), "e,".repeat(5_000)] {
            assert_eq!(ids(&text).len(), LONGEST + 2);
        }
    }

    #[test]
    fn a_vocabulary_needs_its_special_tokens() {
        assert!(Vocabulary::read("a\nb").is_none());
        assert!(Vocabulary::read("").is_none());
    }
}
