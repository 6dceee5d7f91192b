//! How a corpus differs from the one before: which entries are the same and in the same order, so that their documents
//! can stay in the cluster as they are, and which must be sent.

use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use tempfile::TempDir;

use crate::index::opensearch::order;
use crate::index::opensearch::rows::EntryHash;

/// What is to be done to the index of a generation to make that of the next.
#[derive(Debug)]
pub(in crate::index) struct Changes {
    /// The index that it is made from.
    pub(super) from: String,
    /// Where its knowledge was fetched into.
    pub(super) folder: Arc<TempDir>,
    /// How variants are scored there.
    pub(super) scored: f32,
    /// The entries' keys, in corpus order.
    pub(super) keys: Vec<u64>,
    /// What they were when this was found out.
    pub(super) hashes: Vec<EntryHash>,
    /// Whether an entry's document is there already, under its key.
    pub(super) kept: Vec<bool>,
    /// Keys of documents that are not wanted any more.
    pub(super) removed: Vec<u64>,
}

impl Changes {
    /// What makes the entries `now` of those before, which have these keys.
    pub(super) fn between(
        from: String,
        folder: Arc<TempDir>,
        scored: f32,
        keys_before: &[u64],
        before: &[EntryHash],
        now: Vec<EntryHash>,
    ) -> Changes {
        let old = same(before, &now);
        let wanted: Vec<Option<u64>> = old
            .iter()
            .map(|old| old.map(|old| keys_before[old]))
            .collect();
        let keys = order::fill(&wanted);
        let kept: Vec<bool> = keys
            .iter()
            .zip(&wanted)
            .map(|(key, wanted)| *wanted == Some(*key))
            .collect();
        // Both ascend.
        let mut used = keys.iter().copied().peekable();
        let removed = keys_before.iter().copied().filter(|&key| {
            while used.next_if(|&other| other < key).is_some() {}
            used.peek() != Some(&key)
        });
        Changes {
            from,
            folder,
            scored,
            removed: removed.collect(),
            hashes: now,
            keys,
            kept,
        }
    }

    /// How many documents stay.
    pub(super) fn kept(&self) -> usize {
        self.kept.iter().filter(|&&kept| kept).count()
    }

    /// Whether so much is new or gone that it is better made from nothing.
    pub(super) fn are_most(&self) -> bool {
        let kept = self.kept();
        let before = kept + self.removed.len();
        kept * 2 < self.keys.len().max(before)
    }
}

/// For each entry the position that it had before: the most that can be said of without changing their order.
fn same(before: &[EntryHash], now: &[EntryHash]) -> Vec<Option<usize>> {
    let equal = before
        .iter()
        .zip(now)
        .take_while(|(one, other)| one == other);
    let head = equal.count();
    let (middle_before, middle_now) = (&before[head..], &now[head..]);
    let equal = middle_before.iter().rev().zip(middle_now.iter().rev());
    let tail = equal.take_while(|(one, other)| one == other).count();
    let middle_before = &middle_before[..middle_before.len() - tail];
    let middle_now = &middle_now[..middle_now.len() - tail];
    let middle = ascending(&known_again(middle_before, middle_now));
    let head_same = (0..head).map(Some);
    let middle_same = middle.into_iter().map(|old| old.map(|old| head + old));
    let tail_same = (before.len() - tail..before.len()).map(Some);
    head_same.chain(middle_same).chain(tail_same).collect()
}

/// For each entry the position that it had before; of equal ones the first is the first.
fn known_again(before: &[EntryHash], now: &[EntryHash]) -> Vec<Option<usize>> {
    // Of equal ones the position of the first, and for each the next.
    let mut first: HashMap<&EntryHash, usize, FxBuildHasher> = HashMap::default();
    let mut next: HashMap<usize, usize, FxBuildHasher> = HashMap::default();
    for (position, hash) in before.iter().enumerate().rev() {
        if let Some(later) = first.insert(hash, position) {
            next.insert(position, later);
        }
    }
    let found = now.iter().map(|hash| {
        let position = first.remove(hash)?;
        if let Some(&later) = next.get(&position) {
            first.insert(hash, later);
        }
        Some(position)
    });
    found.collect()
}

/// Leaves a longest ascending run of positions, and nothing for the others.
fn ascending(positions: &[Option<usize>]) -> Vec<Option<usize>> {
    // Where the best run of each length ends, and which entry is before each in its run.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; positions.len()];
    for (at, position) in positions.iter().enumerate() {
        if position.is_none() {
            continue;
        }
        let length = ends.partition_point(|&end| positions[end] < *position);
        before[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut left = vec![None; positions.len()];
    let mut run = ends.last().copied();
    while let Some(at) = run {
        left[at] = positions[at];
        run = before[at];
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::index::opensearch::order::key_at;

    /// A letter is an entry.
    fn hashes(corpus: &str) -> Vec<EntryHash> {
        let hash = |letter: char| {
            let mut hash = EntryHash::default();
            hash[..4].copy_from_slice(&u32::from(letter).to_le_bytes());
            hash
        };
        corpus.chars().map(hash).collect()
    }

    fn changes(before: &str, now: &str) -> Changes {
        let keys: Vec<u64> = (0..).map(key_at).take(before.len()).collect();
        let (before, now) = (hashes(before), hashes(now));
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        Changes::between(String::new(), folder, 1.2, &keys, &before, now)
    }

    #[test]
    fn only_what_changed_is_sent_and_what_is_gone_removed() {
        for (before, now, sent, removed) in [
            ("abcdef", "abcdef", "", 0),
            ("abcdef", "abcXdef", "X", 0),
            ("abcdef", "abcDef", "D", 1),
            ("abcdef", "abdef", "", 1),
            ("abcdef", "fabcde", "f", 1),
            ("abcdef", "bcdefa", "a", 1),
            ("abcdef", "Xabcdefg", "Xg", 0),
            ("abcdef", "adebcf", "de", 2),
            ("aabaab", "aabab", "", 1),
            ("aab", "aaab", "a", 0),
            ("", "ab", "ab", 0),
            ("ab", "", "", 2),
        ] {
            let found = changes(before, now);
            let letters = now.chars().zip(&found.kept);
            let letters = letters.filter(|(_, kept)| !**kept);
            let letters: String = letters.map(|(letter, _)| letter).collect();
            assert_eq!(letters, sent, "{before} {now}");
            assert!(found.keys.is_sorted(), "{before} {now}");
            // What is replaced under its key need not be removed.
            assert!(found.removed.len() <= removed, "{before} {now}");
            let there = before.len() - found.removed.len();
            let replaced = there - found.kept();
            assert_eq!(found.removed.len() + replaced, removed, "{before} {now}");
        }
    }

    #[test]
    fn where_most_is_new_or_gone_it_is_made_from_nothing() {
        for (before, now, most) in [
            ("abcd", "abcd", false),
            ("abcd", "abXY", false),
            ("abcd", "aXYZ", true),
            ("abcd", "a", true),
            ("ab", "abcde", true),
            ("", "ab", true),
            ("", "", false),
        ] {
            assert_eq!(changes(before, now).are_most(), most, "{before} {now}");
        }
    }
}
