//! Words that mean the same: those that the owner lists, and abbreviations that the texts explain.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Serialize};

use crate::text::aliases::Aliases;
use crate::text::runs_on;

/// What stands in the file `lexicon` of a generation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Found {
    /// The owner's groups: words, and the number of entries that say each.
    pub(super) groups: Vec<Vec<(String, u32)>>,
    /// Abbreviations with what they stand for.
    pub(super) aliases: Aliases,
}

/// Counts the entries that say each of the owner's words.
#[derive(Debug)]
pub(super) struct Census {
    groups: Vec<Vec<(String, u32)>>,
    /// Where the word of each of the finder's patterns stands.
    places: Vec<(usize, usize)>,
    finder: Option<AhoCorasick>,
}

impl Census {
    /// Of these groups.
    pub(super) fn new(groups: Vec<Vec<String>>) -> Census {
        let places = groups.iter().enumerate();
        let places = places.flat_map(|(at, group)| (0..group.len()).map(move |word| (at, word)));
        Census {
            places: places.collect(),
            // Even for no word it would go through every text.
            finder: match groups.is_empty() {
                true => None,
                false => AhoCorasick::new(groups.iter().flatten()).ok(),
            },
            groups: groups
                .into_iter()
                .map(|group| group.into_iter().map(|word| (word, 0)).collect())
                .collect(),
        }
    }

    /// Counts the normalised texts of one more entry.
    pub(super) fn add<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        let Some(finder) = &self.finder else { return };
        let mut said: Vec<usize> = Vec::new();
        for text in texts {
            let found = finder.find_overlapping_iter(text);
            let found = found.filter(|found| stands_alone(text, found.range()));
            said.extend(found.map(|found| found.pattern().as_usize()));
        }
        said.sort_unstable();
        said.dedup();
        for pattern in said {
            let (group, word) = self.places[pattern];
            self.groups[group][word].1 += 1;
        }
    }

    pub(super) fn finish(self) -> Vec<Vec<(String, u32)>> {
        self.groups
    }
}

/// Which words mean the same, all in the analyzer's spelling.
#[derive(Debug, Default)]
pub struct Synonyms {
    /// Ascending.
    words: Vec<String>,
    /// For each of `words` the others that some entry says: the owner's before those from the texts, the most
    /// said first.
    others: Vec<Vec<String>>,
    /// Those of `words` that no entry says, ascending.
    unsaid: Vec<String>,
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
        let mut unsaid = Vec::new();
        for group in &found.groups {
            let mut said: Vec<&(String, u32)> = group.iter().filter(|(_, in_)| *in_ > 0).collect();
            said.sort_by_key(|(_, entries)| Reverse(*entries));
            for (word, entries) in group {
                // The word itself has a place even if no other is said.
                add(word, word);
                said.iter().for_each(|(other, _)| add(word, other));
                if *entries == 0 {
                    unsaid.push(word.clone());
                }
            }
        }
        unsaid.sort_unstable();
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
            unsaid,
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

    /// Whether some entry says one of the listed words.
    pub fn is_said(&self, word: &str) -> bool {
        let same = |unsaid: &String| unsaid.as_str().cmp(word);
        self.unsaid.binary_search_by(same).is_err()
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
    let (before, word, after) = (
        &text[..range.start],
        &text[range.clone()],
        &text[range.end..],
    );
    !runs_on(before.chars().next_back(), word.chars().next())
        && !runs_on(word.chars().next_back(), after.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn synonyms() -> Synonyms {
        let group = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        let mut census = Census::new(vec![
            group(&["云服务器", "cvm", "云主机", "小鸡"]),
            group(&["域名", "网域"]),
        ]);
        census.add(["云服务器和云主机", "cvms的域名"].into_iter());
        census.add(["买云主机", "网域"].into_iter());
        census.add(["升级cvm", "cvm 云主机"].into_iter());
        Synonyms::new(Found {
            groups: census.finish(),
            aliases: Aliases::default(),
        })
    }

    #[test]
    fn a_word_has_the_others_of_its_group() {
        let synonyms = synonyms();
        let same = |term| synonyms.same_as(term).collect::<Vec<_>>();
        assert_eq!(same("cvm"), ["云主机", "云服务器"]);
        assert_eq!(
            same("小鸡"),
            ["云主机", "云服务器", "cvm"],
            "no entry says 小鸡"
        );
        assert!(!synonyms.is_said("小鸡") && synonyms.is_said("cvm"));
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
