//! Names for entries: derived where the author gave none, unique over the whole corpus.

use std::collections::HashSet;

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

/// The ids given so far; keeps 8 bytes an entry, not the ids.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: HashSet<u64>,
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
            let base = candidate.clone();
            let mut number = 2u32;
            while (candidate == wanted) || !self.take(&candidate) {
                candidate = EntryId::new(format!("{base}-{number}"));
                number += 1;
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

    fn take(&mut self, id: &EntryId) -> bool {
        let hash = blake3::hash(id.as_str().as_bytes());
        let mut short = [0u8; 8];
        short.copy_from_slice(&hash.as_bytes()[..8]);
        self.taken.insert(u64::from_le_bytes(short))
    }
}
