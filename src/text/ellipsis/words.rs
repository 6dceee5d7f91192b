//! The words of a question, and what each does in it.

use std::collections::HashMap;
use std::ops::Range;

use crate::text::conditions::Condition;
use crate::text::dictionary::Cutter;
use crate::text::{Analyzer, ConditionSort};

/// A line is a role and its words; `#` begins a comment.
pub(in crate::text) const WORDS: &str = include_str!("words.txt");

/// The longest entry of our lists, in words of the dictionary.
const MAX_WORDS: usize = 4;

/// Knows the words of [`WORDS`].
#[derive(Debug)]
pub(in crate::text) struct Ellipsis {
    listed: HashMap<&'static str, Role>,
}

/// What a word does in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Names what the question is about.
    Noun,
    /// Says what happens.
    Verb,
    /// Tells one case from another and is no verb: 企业, 香港.
    Case,
    /// Negates what stands behind it.
    Negation,
    /// Asks: 多久, 什么.
    Asking,
    /// Makes a question of what stands before it: 吗.
    Particle,
    /// Opens a follow-up: 那, 如果是.
    Lead,
    /// Stands for what was said before.
    Pronoun,
    /// Ends a clause.
    Stop,
    /// All else.
    Light,
}

/// A word, or several that our lists take for one.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) range: Range<usize>,
    pub(super) role: Role,
    /// The case that it names; a verb can name one too (变更).
    pub(super) case: Option<Condition>,
    /// Whether it is the name of a place.
    pub(super) is_place: bool,
}

impl Word {
    pub(super) fn is(&self, roles: &[Role]) -> bool {
        roles.contains(&self.role)
    }

    pub(super) fn is_content(&self) -> bool {
        self.is(&[Role::Noun, Role::Verb, Role::Case])
    }

    /// Whether both name a case of one group: 个人 and 企业.
    pub(super) fn is_beside(&self, other: &Word) -> bool {
        let group = |word: &Word| word.case.map(|case| case.group);
        group(self).is_some() && group(self) == group(other)
    }
}

/// A normalised text and its words.
pub(super) struct Phrase<'a> {
    pub(super) text: &'a str,
    pub(super) words: Vec<Word>,
}

impl Ellipsis {
    pub(in crate::text) fn new() -> Ellipsis {
        let mut listed = HashMap::new();
        for line in WORDS.lines().filter(|line| !line.starts_with('#')) {
            let (name, words) = line.split_once(' ').unwrap_or_default();
            let role = match name {
                "lead" => Role::Lead,
                "pronoun" => Role::Pronoun,
                "asking" => Role::Asking,
                "particle" => Role::Particle,
                "noun" => Role::Noun,
                _ => Role::Light,
            };
            listed.extend(words.split_whitespace().map(|word| (word, role)));
        }
        Ellipsis { listed }
    }
}

impl Analyzer {
    /// Tells the words of a normalised text.
    pub(super) fn phrase<'a>(&self, text: &'a str) -> Phrase<'a> {
        let mut bounds = vec![0];
        Cutter::new(&self.dictionary).words(text, |word| bounds.push(word.range.end));
        let count = bounds.len() - 1;
        let mut words: Vec<Word> = Vec::with_capacity(count);
        let mut at = 0;
        while at < count {
            // Our lists cut some words otherwise than the dictionary: 多少钱 is one.
            let longest = MAX_WORDS.min(count - at);
            let listed = (1..=longest).rev().find_map(|length| {
                let word = &text[bounds[at]..bounds[at + length]];
                let role = self.ellipsis.listed.get(word).copied();
                let condition = self.conditions.exactly(word);
                (role.is_some() || condition.is_some()).then_some((length, role, condition))
            });
            let (length, role, condition) = listed.unwrap_or((1, None, None));
            let range = bounds[at]..bounds[at + length];
            let tag = match length {
                1 => self.dictionary.tag(&text[range.clone()]),
                _ => "",
            };
            words.push(Word {
                role: role_of(&text[range.clone()], tag, role, condition),
                case: condition.filter(|named| named.sort == ConditionSort::Case),
                is_place: tag == "ns",
                range,
            });
            at += length;
        }
        Phrase { text, words }
    }
}

/// What a word does, by our lists and else by the dictionary's part of speech. What is unknown counts as a
/// noun: better to take a follow-up for a question that stands alone than the other way round.
fn role_of(word: &str, tag: &str, listed: Option<Role>, condition: Option<Condition>) -> Role {
    let is_long = word.chars().nth(1).is_some();
    if let Some(role) = listed {
        return role;
    }
    if ["不", "没", "未", "非", "无"].contains(&word) {
        return Role::Negation;
    }
    if let Some(condition) = condition {
        return match condition.sort {
            // 失败, 支持: verbs say more than how is asked.
            _ if is_long && tag.starts_with('v') && tag != "vn" => Role::Verb,
            ConditionSort::Asked => Role::Asking,
            ConditionSort::Case => Role::Case,
        };
    }
    if !word.contains(char::is_alphanumeric) {
        let is_space = word.chars().all(char::is_whitespace);
        return if is_space { Role::Light } else { Role::Stop };
    }
    if word.contains(|c: char| c.is_ascii_alphanumeric()) {
        return Role::Noun;
    }
    match tag.as_bytes() {
        b"vn" => Role::Noun,
        // A time (过期, 当天) says as much as a verb; 通过 is in the dictionary as a preposition.
        [b'v' | b'a' | b't', ..] => Role::Verb,
        [b'p', ..] if is_long => Role::Verb,
        [
            b'c' | b'd' | b'e' | b'f' | b'm' | b'o' | b'p' | b'q' | b'r' | b'u' | b'y',
            ..,
        ] => Role::Light,
        _ => Role::Noun,
    }
}
