//! What the owner says to readers, and the entries that the owner names: those that readers are welcomed with,
//! and related ones.

use std::collections::HashMap;
use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use crate::corpus::{Entry, Mention, OwnText, ParsedFile, Problem, ProblemKind};
use crate::index::EntryKey;

/// The owner's words, as an index keeps them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct OwnWords {
    /// Where there is no answer.
    pub(super) no_answer: OwnText,
    /// To greet readers with.
    pub(super) welcome: OwnText,
    /// The entries to welcome readers with, in the owner's order.
    pub(super) welcome_entries: Vec<EntryKey>,
}

/// Finds the entries to welcome readers with, and names of related ones that lead nowhere, while files are read.
/// Any file may name any question, so that all are remembered, by hashes: a million of them take some tens of
/// megabytes.
#[derive(Debug, Default)]
pub(super) struct WelcomeBuilder {
    wishes: Vec<(String, Mention)>,
    related: Vec<(String, Mention)>,
    /// Of ids with `#`, and of questions. The first entry of a name counts.
    known: HashMap<u64, EntryKey, FxBuildHasher>,
    entries: u64,
}

impl WelcomeBuilder {
    /// Adds the next file.
    pub(super) fn add(&mut self, parsed: &ParsedFile) {
        let here = |mention: &Mention| (parsed.file.clone(), mention.clone());
        self.wishes.extend(parsed.welcome.iter().map(here));
        self.related.extend(parsed.related.iter().map(here));
        for Entry { id, question, .. } in &parsed.entries {
            let key = EntryKey(self.entries);
            self.entries += 1;
            for name in [named(id.as_str()), asked(question)] {
                self.known.entry(name).or_insert(key);
            }
        }
    }

    /// The entries in the order of the wishes, and what names no entry.
    pub(super) fn finish(self) -> (Vec<EntryKey>, Vec<Problem>) {
        let mut found = Vec::new();
        let mut problems = Vec::new();
        for (file, Mention { line, text }) in self.wishes {
            let known = |name| self.known.get(&name).copied();
            let entry = match text.strip_prefix('#') {
                Some(id) => known(named(id.trim())),
                None => known(asked(&text)).or_else(|| known(named(&text))),
            };
            match entry {
                Some(key) if found.contains(&key) => {}
                Some(key) => found.push(key),
                None => problems.push(Problem {
                    file,
                    line: Some(line),
                    kind: ProblemKind::UnknownWelcome { text },
                }),
            }
        }
        for (file, Mention { line, text: id }) in self.related {
            if !self.known.contains_key(&named(&id)) {
                problems.push(Problem {
                    file,
                    line: Some(line),
                    kind: ProblemKind::UnknownRelated { id },
                });
            }
        }
        (found, problems)
    }
}

fn named(id: &str) -> u64 {
    FxBuildHasher.hash_one((true, id))
}

/// Punctuation, blanks and case make no other question.
fn asked(question: &str) -> u64 {
    let said: String = question
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let mut name = (false, said);
    if name.1.is_empty() {
        name.1 = question.to_owned();
    }
    FxBuildHasher.hash_one(name)
}
