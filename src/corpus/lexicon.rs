//! The owner's word lists, in the corpus folder's `lexicon`: which there are and what they hold. What the
//! words mean is not known here.

use super::fingerprint::{ContentHash, Fingerprint};
use super::problem::{Problem, ProblemKind};
use super::{Corpus, content_hash, decode};

/// Words of the domain, one a line.
pub const WORDS: &str = "lexicon/words.txt";

/// Words that mean the same, a group a line.
pub const SYNONYMS: &str = "lexicon/synonyms.txt";

/// A word list as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordList {
    /// [`WORDS`] or [`SYNONYMS`].
    pub file: String,
    /// Decoded.
    pub text: String,
    /// Of the bytes that were read.
    pub content: ContentHash,
}

/// All word lists and what is odd about them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lexicon {
    /// Ascending by file.
    pub lists: Vec<WordList>,
    /// Ascending by file.
    pub problems: Vec<Problem>,
}

impl Corpus {
    /// Reads the owner's word lists. They take part in [`Corpus::fingerprint`].
    pub fn lexicon(&self) -> Lexicon {
        let mut lexicon = Lexicon::default();
        for listed in &self.word_lists {
            let mut odd = |kind: ProblemKind, line: Option<u32>| {
                lexicon.problems.push(Problem {
                    file: listed.file.clone(),
                    line,
                    kind,
                });
            };
            if ![WORDS, SYNONYMS].contains(&listed.file.as_str()) {
                odd(ProblemKind::UnknownWordList, None);
                continue;
            }
            match self.read(listed) {
                Ok(bytes) => {
                    let decoded = decode(&bytes);
                    if decoded.lost_line.is_some() {
                        odd(ProblemKind::Undecodable, decoded.lost_line);
                    }
                    lexicon.lists.push(WordList {
                        file: listed.file.clone(),
                        content: content_hash(&bytes),
                        text: decoded.text.into_owned(),
                    });
                }
                Err(kind) => odd(kind, None),
            }
        }
        lexicon
    }
}

impl Fingerprint {
    /// Adds the word lists as they were read; to be called before any file is added.
    pub fn add_lexicon(&mut self, lexicon: &Lexicon) {
        for list in &lexicon.lists {
            self.add_content(&list.file, Some(list.content));
        }
    }
}
