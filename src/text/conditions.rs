//! Words that tell one case from another: 个人 from 企业, before from after, how from how much.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// A line is a group: its sort, then its sides parted by `|`, the words of a side by spaces.
pub(super) const GROUPS: &str = include_str!("conditions.txt");

/// Words that negate.
const NEGATIONS: [&str; 9] = ["不", "没", "未", "无法", "勿", "别", "非", "无", "否"];

/// What a group is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionSort {
    /// The case: who, where, when, at which stage.
    Case,
    /// What somebody wants to know: how, why, how long.
    Asked,
}

/// Finds the conditions that a text names.
#[derive(Debug)]
pub struct Conditions {
    words: AhoCorasick,
    /// Groups and sides of each word.
    places: Vec<Vec<(usize, u32)>>,
    sorts: Vec<ConditionSort>,
}

/// A word of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) group: usize,
    pub(super) sort: ConditionSort,
}

/// A group that a text names, and a bit for each of its sides.
pub type Side = (u8, u32);

/// The conditions that one text names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// The groups of which it names a side, ascending.
    pub sides: Vec<Side>,
    /// Whether it negates something (是不是, 能不能 and the like do not).
    pub negated: bool,
}

/// How two texts' conditions go together, for one sort of group.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Agreement {
    /// Of the groups that the first names, the share in which the second names a side of it too.
    pub agreed: f64,
    /// Of the groups that both name, the share in which they name different sides.
    pub opposed: f64,
    /// Of the groups that the second names, the share that the first does not.
    pub unasked: f64,
}

impl Conditions {
    /// Reads the built-in groups.
    pub fn new() -> Conditions {
        let mut sorts: Vec<ConditionSort> = Vec::new();
        let mut listed: BTreeMap<&str, Vec<(usize, u32)>> = BTreeMap::new();
        let mut ways_of_asking = 0;
        let lines = GROUPS.lines().filter(|line| !line.starts_with('#'));
        let mut single: Option<usize> = None;
        for line in lines {
            let Some((sort, sides)) = line.split_once(' ') else {
                continue;
            };
            let asked = sort == "asked";
            // Every way of asking is a side of one and the same group.
            let group = match (asked, single) {
                (true, Some(group)) => group,
                _ => {
                    sorts.push(if asked {
                        ConditionSort::Asked
                    } else {
                        ConditionSort::Case
                    });
                    sorts.len() - 1
                }
            };
            let first = if asked { ways_of_asking } else { 0 };
            if asked {
                single = Some(group);
                ways_of_asking += 1;
            }
            for (side, list) in (first..).zip(sides.split('|')) {
                for word in list.split_whitespace() {
                    listed.entry(word).or_default().push((group, side));
                }
            }
        }
        let (words, places): (Vec<&str>, Vec<_>) = listed.into_iter().unzip();
        let words = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(words)
            .expect("the built-in list is small");
        Conditions {
            words,
            places,
            sorts,
        }
    }

    /// What `text`, in the analyzer's spelling, names.
    pub fn named(&self, text: &str) -> Named {
        let mut sides: BTreeMap<u8, u32> = BTreeMap::new();
        for found in self.words.find_iter(text) {
            for &(group, side) in &self.places[found.pattern()] {
                *sides.entry(group as u8).or_default() |= 1 << side;
            }
        }
        Named {
            sides: sides.into_iter().collect(),
            negated: is_negated(text),
        }
    }

    /// What `word` names as a whole; of several groups the first.
    pub(super) fn exactly(&self, word: &str) -> Option<Condition> {
        let found = self
            .words
            .find(word)
            .filter(|found| found.range() == (0..word.len()))?;
        let &(group, _) = self.places[found.pattern()].first()?;
        let sort = self.sorts[group];
        Some(Condition { group, sort })
    }

    /// Compares the sides that a question names with those that an entry names, for the groups of one sort.
    pub fn compare(
        &self,
        question: &[Side],
        entry: impl Iterator<Item = Side> + Clone,
        sort: ConditionSort,
    ) -> Agreement {
        // A group of the case counts once; of the ways of asking each counts.
        let share = |bits: u32| match sort {
            ConditionSort::Case => bits.min(1),
            ConditionSort::Asked => bits.count_ones(),
        };
        let of_sort = |&(group, _): &Side| self.sorts[usize::from(group)] == sort;
        let asked = question.iter().copied().filter(of_sort);
        let first: u32 = asked.clone().map(|(_, bits)| share(bits)).sum();
        let (mut second, mut both) = (0, 0);
        let (mut agreed, mut opposed, mut unasked) = (0, 0, 0);
        for (group, b) in entry.filter(of_sort) {
            let named = asked.clone().find(|&(asked, _)| asked == group);
            let a = named.map_or(0, |(_, bits)| bits);
            second += share(b);
            agreed += share(a & b);
            if a != 0 {
                both += 1;
                opposed += u32::from(a & b == 0);
            }
            unasked += match sort {
                ConditionSort::Case if a != 0 => 0,
                ConditionSort::Case => share(b),
                ConditionSort::Asked => share(b & !a),
            };
        }
        let ratio = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
        Agreement {
            agreed: ratio(agreed, first),
            opposed: ratio(opposed, both),
            unasked: ratio(unasked, second),
        }
    }
}

impl Default for Conditions {
    fn default() -> Self {
        Conditions::new()
    }
}

/// Whether `text` negates something. 是不是 and 有没有 ask, they don't.
fn is_negated(text: &str) -> bool {
    NEGATIONS.iter().any(|negation| {
        text.match_indices(negation).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + negation.len()..].chars().next();
            before.is_none() || before != after
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_of_one_group_agree_or_oppose() {
        let conditions = Conditions::new();
        let named = |text| conditions.named(text);
        for (question, entry, agreed, opposed) in [
            ("个人要什么", "个人如何办理", 1.0, 0.0),
            ("公司怎么办", "个人如何办理", 0.0, 1.0),
            ("怎么办", "个人如何办理", 0.0, 0.0),
        ] {
            let (question_sides, sides) = (named(question).sides, named(entry).sides);
            let sides = sides.iter().copied();
            let found = conditions.compare(&question_sides, sides, ConditionSort::Case);
            assert_eq!(
                (found.agreed, found.opposed),
                (agreed, opposed),
                "{question}"
            );
        }
        let (asked, named) = (named("要多久").sides, named("办理时限").sides);
        let named = named.iter().copied();
        let asked = conditions.compare(&asked, named, ConditionSort::Asked);
        assert_eq!((asked.agreed, asked.opposed), (1.0, 0.0));
    }

    #[test]
    fn a_question_with_a_choice_is_no_negation() {
        let conditions = Conditions::new();
        for (text, negated) in [
            ("还没通过", true),
            ("是不是要备案", false),
            ("有没有入口", false),
            ("不能登录", true),
            ("怎么登录", false),
        ] {
            assert_eq!(conditions.named(text).negated, negated, "{text}");
        }
    }
}
