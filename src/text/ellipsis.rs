//! Questions that lean on what was said before: after 个人备案需要什么材料, 那企业呢 asks 企业备案需要什么材料.
//!
//! A question that brings its own subject is left alone. What a word brings is told by its part of speech
//! and by the [`Conditions`](crate::text::Conditions): a noun is a subject, a case or a way of asking is none.

mod words;

use std::ops::Range;

use crate::text::{Analyzer, runs_on};

use words::{Phrase, Role, Word};

pub(in crate::text) use words::{Ellipsis, WORDS};

/// A longer question says what it is about.
const MAX_CHARS: usize = 12;

/// A predicate that leaves out its subject is short, and has at most so many verbs: 登录不了怎么办.
const MAX_PREDICATE_CHARS: usize = 8;
const MAX_VERBS: usize = 2;

/// What ends a question and says nothing.
const PARTICLES: [char; 4] = ['呢', '呀', '啊', '哦'];

/// A follow-up made whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The question as it would have been asked in full, in the analyzer's spelling.
    pub text: String,
    /// Whether the follow-up only names a case or a way of asking, so that nothing else can be meant.
    /// Otherwise it may also be meant as it stands.
    pub hollow: bool,
}

impl Analyzer {
    /// Whether `question` says what it is about, so that a follow-up can be understood by it.
    pub fn has_subject(&self, question: &str) -> bool {
        let normalized = self.normalize(question);
        let phrase = self.phrase(normalized.as_str());
        phrase.has(Role::Noun) && phrase.fragment().is_none()
    }

    /// Makes `question` whole by the one asked before it; `None` if it stands on its own, or if nothing
    /// can be made of the two.
    pub fn complete(&self, question: &str, previous: &str) -> Option<Completion> {
        let (question, previous) = (self.normalize(question), self.normalize(previous));
        if letters(question.as_str()) > MAX_CHARS {
            return None;
        }
        let question = self.phrase(question.as_str());
        let previous = self.phrase(previous.as_str());
        match question.fragment() {
            Some(fragment) => self.complete_fragment(&question, fragment, &previous),
            None => complete_asking(&question, &previous),
        }
    }

    /// 那企业呢: what it names takes the place of its like in the previous question.
    fn complete_fragment(
        &self,
        question: &Phrase<'_>,
        fragment: Range<usize>,
        previous: &Phrase<'_>,
    ) -> Option<Completion> {
        let words = &question.words[fragment];
        let said = question.slice(words);
        let hollow = is_only_case(words);
        let done = |text: String| Some(Completion { text, hollow });
        let is_beside = |word: &Word| words.iter().any(|own| own.is_beside(word));
        if let Some(at) = previous.words.iter().position(is_beside) {
            let replaced = if hollow { at..at + 1 } else { previous.run(at) };
            return done(previous.replace(replaced, said));
        }
        if hollow {
            // 变更 alone may be a new question, 变更呢 is none.
            let is_action = words.iter().any(|word| word.role == Role::Verb);
            let first = previous.words.iter().position(Word::is_content)?;
            return if is_action && !question.is_marked() {
                None
            } else {
                done(previous.replace(first..first, said))
            };
        }
        let is_action = |word: &Word| word.role == Role::Verb && word.case.is_none();
        if words.iter().any(is_action) || self.conditions.named(said).negated {
            // 没有营业执照呢: something that happens to the subject.
            return done(format!("{}{said}", previous.subject("", &[], false)?));
        }
        let nouns = |word: &&Word| word.role == Role::Noun;
        let head = words.iter().rfind(nouns)?;
        let named: Vec<usize> = (0..previous.words.len())
            .filter(|&at| previous.words[at].role == Role::Noun)
            .collect();
        let find = |like: &dyn Fn(&Word) -> bool| {
            let mut named = named.iter().copied();
            named.find(|&at| like(&previous.words[at]))
        };
        let last = question.last_char(head);
        let place = find(&|word| word.is_place && head.is_place);
        let replaced = if let Some(at) = place {
            at..at + 1
        } else if let Some(at) = find(&|word| previous.last_char(word) == last) {
            // The head of a Chinese word is its last character: 信用卡 takes the place of 借记卡.
            previous.run(at).start..at + 1
        } else {
            previous.run(*named.first()?)
        };
        done(previous.replace(replaced, said))
    }
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

fn is_only_case(words: &[Word]) -> bool {
    words
        .iter()
        .all(|word| word.case.is_some() || !word.is_content())
}

/// 要多久, 不通过怎么办: the subject of the previous question goes before.
fn complete_asking(question: &Phrase<'_>, previous: &Phrase<'_>) -> Option<Completion> {
    let count = |role: Role| {
        question
            .words
            .iter()
            .filter(|word| word.role == role)
            .count()
    };
    let verbs = count(Role::Verb);
    // 在吗 alone asks nothing.
    let asks = count(Role::Asking) > 0 || verbs > 0 && count(Role::Particle) > 0;
    let is_long = verbs > MAX_VERBS || letters(question.text) > MAX_PREDICATE_CHARS;
    if !asks || count(Role::Noun) > 0 || verbs > 0 && is_long {
        return None;
    }
    let opens = |word: &&Word| word.is(&[Role::Lead, Role::Pronoun, Role::Stop]);
    let opening = question.words.iter().take_while(opens).count();
    // 企业要多久: the case belongs to the subject.
    let rest = &question.words[opening..];
    let cases = rest
        .iter()
        .take_while(|word| word.role == Role::Case)
        .count();
    let (cases, rest) = rest.split_at(cases);
    let asked = question.slice(rest).trim_start_matches('的');
    let subject = previous.subject(question.text, cases, verbs > 0)?;
    Some(Completion {
        text: format!("{subject}{asked}"),
        hollow: verbs == 0,
    })
}

impl Phrase<'_> {
    fn has(&self, role: Role) -> bool {
        self.words.iter().any(|word| word.role == role)
    }

    /// Whether a word says that something was said before: 那…, …呢.
    fn is_marked(&self) -> bool {
        let end = self.text.trim_end_matches(|c: char| !c.is_alphanumeric());
        end.ends_with('呢') || self.has(Role::Lead)
    }

    /// What a question that asks nothing names, if that can't be all: 企业 in 那企业的呢.
    fn fragment(&self) -> Option<Range<usize>> {
        if self.has(Role::Asking) || self.has(Role::Particle) {
            return None;
        }
        let first = self
            .words
            .iter()
            .position(|word| word.is_content() || word.role == Role::Negation)?;
        let last = self.words.iter().rposition(Word::is_content)?;
        let words = self.words.get(first..last + 1)?;
        let is_one = !words.iter().any(|word| word.role == Role::Stop);
        (is_one && (self.is_marked() || is_only_case(words))).then_some(first..last + 1)
    }

    /// The text of some neighbouring words, without what ends a question.
    fn slice(&self, words: &[Word]) -> &str {
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return "";
        };
        let text = &self.text[first.range.start..last.range.end];
        text.trim_matches(|c: char| !c.is_alphanumeric() || PARTICLES.contains(&c))
    }

    fn last_char(&self, word: &Word) -> Option<char> {
        self.text[word.range.clone()].chars().next_back()
    }

    /// The words around `at` that together name one thing: 个人备案.
    fn run(&self, at: usize) -> Range<usize> {
        let names = |word: &&Word| word.role == Role::Noun || word.case.is_some();
        let before = self.words[..at].iter().rev().take_while(names).count();
        let behind = self.words[at + 1..].iter().take_while(names).count();
        at - before..at + 1 + behind
    }

    /// The text with other words in the place of some.
    fn replace(&self, words: Range<usize>, by: &str) -> String {
        let start = |at: usize| {
            self.words
                .get(at)
                .map_or(self.text.len(), |word| word.range.start)
        };
        let (before, behind) = (
            &self.text[..start(words.start)],
            &self.text[start(words.end)..],
        );
        let text = format!("{before}{by}{behind}");
        text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
    }

    /// What it is about: its first clause with a noun, less what asks. The `cases`, words of `text`, take
    /// the place of its own or go before. An action makes room for that of the follow-up.
    fn subject(&self, text: &str, cases: &[Word], has_predicate: bool) -> Option<String> {
        let mut clauses = self.words.split(|word| word.role == Role::Stop);
        let clause = clauses.find(|clause| clause.iter().any(|word| word.role == Role::Noun))?;
        let mut subject = String::new();
        let mut placed = vec![false; cases.len()];
        for (at, word) in clause.iter().enumerate() {
            if let Some(case) = cases.iter().position(|case| case.is_beside(word)) {
                if !placed[case] {
                    subject.push_str(&text[cases[case].range.clone()]);
                    placed[case] = true;
                }
                continue;
            }
            // Before a noun an action is part of what is named (绑定银行卡), as is 认证 in 实名认证; 申请 at the
            // end and 转 are not.
            let names = clause
                .get(at + 1)
                .is_some_and(|next| next.role == Role::Noun);
            let kept = match word.role {
                Role::Noun | Role::Case | Role::Negation => true,
                Role::Verb => {
                    let is_short = self.text[word.range.clone()].chars().nth(1).is_none();
                    names || !has_predicate || word.case.is_none() && !is_short
                }
                _ => false,
            };
            if kept {
                let word = &self.text[word.range.clone()];
                if runs_on(subject.chars().next_back(), word.chars().next()) {
                    subject.push(' ');
                }
                subject.push_str(word);
            }
        }
        let others = cases.iter().zip(placed).filter(|(_, placed)| !placed);
        let others: String = others.map(|(case, _)| &text[case.range.clone()]).collect();
        Some(format!("{others}{subject}"))
    }
}

#[cfg(test)]
mod tests;
