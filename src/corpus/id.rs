//! Names for entries: derived where the author gave none, unique over the whole corpus.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::ParsedFile;
use super::entry::EntryId;
use super::problem::{Problem, ProblemKind};

/// An id from file and question: 12 hexadecimal digits, equal on every machine and run.
pub(super) fn derive(file: &str, question: &str) -> EntryId {
    EntryId::new(&hash(file, question)[..12])
}

fn hash(file: &str, question: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(file.as_bytes());
    hasher.update(b"\0");
    hasher.update(question.as_bytes());
    hasher.finalize().to_hex().to_string()
}

/// The ids given so far: hashes, not the ids, so that a million of them take a few megabytes.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Hash of an id, and the number that the next entry of the same name gets.
    taken: HashMap<u64, u32>,
}

impl Names {
    /// Makes the ids of `parsed` differ from all before: the later one gets a suffix made of its file and
    /// question, so that it keeps it however many others come to share the name.
    pub(super) fn settle(&mut self, parsed: &mut ParsedFile) {
        for entry in &mut parsed.entries {
            if self.take(&entry.id) {
                continue;
            }
            let hash = hash(&parsed.file, &entry.question);
            let wanted = entry.id.clone();
            let explicit = wanted.as_str() != &hash[..12];
            let mut candidate = if explicit {
                EntryId::new(format!("{wanted}-{}", &hash[..6]))
            } else {
                wanted.clone()
            };
            if candidate == wanted || !self.take(&candidate) {
                let base = candidate;
                candidate = loop {
                    let numbered = EntryId::new(format!("{base}-{}", self.number(&base)));
                    if self.take(&numbered) {
                        break numbered;
                    }
                };
            }
            if explicit {
                parsed.problems.push(Problem {
                    file: parsed.file.clone(),
                    line: Some(entry.source.line),
                    kind: ProblemKind::DuplicateId {
                        id: wanted.to_string(),
                        used: candidate.to_string(),
                    },
                });
            }
            entry.id = candidate;
        }
        parsed.problems.sort_by_key(|p| p.line);
    }

    /// Takes an id; `false` if it is taken already.
    fn take(&mut self, id: &EntryId) -> bool {
        match self.taken.entry(short(id)) {
            Entry::Occupied(_) => false,
            Entry::Vacant(slot) => {
                slot.insert(2);
                true
            }
        }
    }

    /// The next number for an id that is taken.
    fn number(&mut self, id: &EntryId) -> u32 {
        let next = self.taken.entry(short(id)).or_insert(2);
        *next = next.saturating_add(1);
        *next - 1
    }
}

fn short(id: &EntryId) -> u64 {
    let hash = blake3::hash(id.as_str().as_bytes());
    let mut short = [0u8; 8];
    short.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(short)
}
