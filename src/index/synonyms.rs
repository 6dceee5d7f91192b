//! Words that mean the same: those that the owner lists, and abbreviations that the texts explain.

use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Serialize};

use crate::text::aliases::Aliases;

/// What stands in the file `lexicon` of a generation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Found {
    /// The owner's groups.
    pub(super) groups: Vec<Vec<String>>,
    /// Abbreviations with what they stand for.
    pub(super) aliases: Aliases,
}

/// Which words mean the same, all in the analyzer's spelling.
#[derive(Debug, Default)]
pub struct Synonyms {
    /// Ascending.
    words: Vec<String>,
    /// For each of `words` the others, the owner's before those from the texts.
    others: Vec<Vec<String>>,
    finder: Option<AhoCorasick>,
}

impl Synonyms {
    /// Orders what was found by its words.
    pub(super) fn new(found: Found) -> Synonyms {
        let mut same: HashMap<String, Vec<String>> = HashMap::new();
        let mut add = |word: &str, other: &str| {
            let others = same.entry(word.to_owned()).or_default();
            if word != other && !others.iter().any(|known| known == other) {
                others.push(other.to_owned());
            }
        };
        for group in &found.groups {
            for word in group {
                group.iter().for_each(|other| add(word, other));
            }
        }
        for alias in found.aliases.iter() {
            add(&alias.short, &alias.long);
            add(&alias.long, &alias.short);
        }
        let mut same: Vec<(String, Vec<String>)> = same.into_iter().collect();
        same.sort_unstable();
        let (words, others): (Vec<String>, Vec<Vec<String>>) = same.into_iter().unzip();
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&words);
        Synonyms {
            finder: finder.ok(),
            words,
            others,
        }
    }

    /// The other words for a term. A word means the same as those of its group and of its abbreviation, and
    /// not what those mean in turn.
    pub fn same_as(&self, term: &str) -> impl Iterator<Item = &str> {
        let at = self
            .words
            .binary_search_by(|word| word.as_str().cmp(term))
            .ok();
        self.at(at)
    }

    /// Where words that have others stand in a normalised text, the longest ones, and the others for each:
    /// such a word may be several terms.
    pub fn found_in<'a>(
        &'a self,
        text: &'a str,
    ) -> impl Iterator<Item = (Range<usize>, impl Iterator<Item = &'a str>)> {
        let found = self
            .finder
            .iter()
            .flat_map(move |finder| finder.find_iter(text));
        found
            .filter(move |found| stands_alone(text, found.range()))
            .map(move |found| (found.range(), self.at(Some(found.pattern().as_usize()))))
    }

    fn at(&self, at: Option<usize>) -> impl Iterator<Item = &str> {
        let others = at.and_then(|at| self.others.get(at));
        others.into_iter().flatten().map(String::as_str)
    }
}

/// Ideographs always do; a Latin word must not go on as one.
fn stands_alone(text: &str, range: Range<usize>) -> bool {
    let goes_on = |one: Option<char>, other: Option<char>| {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        latin(one) && latin(other)
    };
    let (before, word, after) = (
        &text[..range.start],
        &text[range.clone()],
        &text[range.end..],
    );
    !goes_on(before.chars().next_back(), word.chars().next())
        && !goes_on(word.chars().next_back(), after.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn synonyms() -> Synonyms {
        let group = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        Synonyms::new(Found {
            groups: vec![
                group(&["云服务器", "cvm", "云主机"]),
                group(&["域名", "网域"]),
            ],
            aliases: Aliases::default(),
        })
    }

    #[test]
    fn a_word_has_the_others_of_its_group() {
        let synonyms = synonyms();
        let same = |term| synonyms.same_as(term).collect::<Vec<_>>();
        assert_eq!(same("cvm"), ["云服务器", "云主机"]);
        assert_eq!(same("网域"), ["域名"]);
        assert_eq!(same("服务器"), Vec::<&str>::new());
        assert_eq!(Synonyms::default().same_as("域名").count(), 0);
    }

    #[test]
    fn words_are_found_in_a_text_where_latin_ones_stand_alone() {
        let synonyms = synonyms();
        let text = "cvm和云服务器的cvms域名";
        let found = synonyms.found_in(text);
        let found: Vec<(&str, usize)> = found
            .map(|(range, others)| (&text[range], others.count()))
            .collect();
        assert_eq!(found, [("cvm", 2), ("云服务器", 2), ("域名", 1)]);
    }
}
