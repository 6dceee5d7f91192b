//! Where the terms of a question stand in a candidate's text.
//!
//! Terms are looked for as sequences of atoms in the candidate's text, not as tokens: 备案 is found in 未备案
//! however the dictionary cut it. Latin terms must stand alone (ip is not in script), for a stretch of letters is
//! one atom.

use std::ops::Range;

use crate::index::Atoms;
use crate::rank::query::Query;
use crate::text::{AtomId, atoms};

/// One occurrence of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Index in [`Query::terms`].
    pub term: usize,
    /// Its first atom.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// Finds all terms of one query in one pass over a text.
pub struct Matcher {
    slots: Slots,
    /// For each slot the terms that begin with its atom, as a range of `terms`.
    beginning: Vec<Range<usize>>,
    /// Each term, and the slots of its other atoms as a range of `rests`.
    terms: Vec<(usize, Range<usize>)>,
    rests: Vec<u16>,
}

/// Atoms of a text that a query holds too, where they stand and their slots: a buffer for [`Matcher::find`].
pub type Hits = Vec<(u32, u16)>;

impl Matcher {
    /// Prepares the terms of a query.
    pub fn new(query: &Query) -> Matcher {
        let parts = query.terms.iter().map(|term| atoms(&term.term));
        let parts: Vec<Vec<AtomId>> = parts
            .map(|atoms| atoms.into_iter().map(|(atom, _)| atom).collect())
            .collect();
        let mut slots = Slots::new(parts.iter().map(Vec::len).sum());
        let mut rests = Vec::new();
        let mut terms: Vec<(u16, usize, Range<usize>)> = Vec::with_capacity(parts.len());
        for (term, atoms) in parts.iter().enumerate() {
            let mut numbers = atoms.iter().map(|&atom| slots.insert(atom));
            let Some(first) = numbers.next() else {
                continue;
            };
            let begin = rests.len();
            rests.extend(numbers);
            terms.push((first, term, begin..rests.len()));
        }
        terms.sort_by_key(|&(first, ..)| first);
        let beginning = (0..slots.len()).map(|slot| {
            let from = terms.partition_point(|&(first, ..)| usize::from(first) < slot);
            let to = terms.partition_point(|&(first, ..)| usize::from(first) <= slot);
            from..to
        });
        Matcher {
            beginning: beginning.collect(),
            terms: terms
                .into_iter()
                .map(|(_, term, rest)| (term, rest))
                .collect(),
            slots,
            rests,
        }
    }

    /// Tells `found` all occurrences, ascending by start.
    pub fn find(&self, atoms: Atoms<'_>, hits: &mut Hits, mut found: impl FnMut(Occurrence)) {
        hits.clear();
        for (at, atom) in (0..).zip(atoms.iter()) {
            if let Some(slot) = self.slots.get(atom) {
                hits.push((at, slot));
            }
        }
        for (number, &(at, slot)) in hits.iter().enumerate() {
            let behind = &hits[number + 1..];
            for (term, rest) in &self.terms[self.beginning[usize::from(slot)].clone()] {
                let rest = &self.rests[rest.clone()];
                let mut next = (at + 1..).zip(rest).map(|(at, &slot)| (at, slot));
                if rest.len() <= behind.len()
                    && behind[..rest.len()]
                        .iter()
                        .all(|&hit| next.next() == Some(hit))
                {
                    let start = at as usize;
                    found(Occurrence {
                        term: *term,
                        start,
                        end: start + 1 + rest.len(),
                    });
                }
            }
        }
    }
}

/// Small numbers for a query's atoms or characters: an open-addressed table at most a quarter full, for most of
/// what is looked up is not in it.
pub(super) struct Slots {
    /// A slot plus one, 0 for none.
    cells: Vec<u16>,
    keys: Vec<u32>,
}

/// Fewest cells of a table: half of what the first-level cache of today's processors holds is left to the text.
const MIN_CELLS: usize = 2048;

impl Slots {
    /// For at most so many keys.
    pub(super) fn new(keys: usize) -> Slots {
        // More than a slot can number no question has, which ends after 512 characters.
        let cells = keys.saturating_mul(4).next_power_of_two().max(MIN_CELLS);
        Slots {
            cells: vec![0; cells],
            keys: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The key's slot, given now if it has none yet.
    pub(super) fn insert(&mut self, key: u32) -> u16 {
        if let Some(slot) = self.get(key) {
            return slot;
        }
        let slot = self.keys.len() as u16;
        self.keys.push(key);
        let mut cell = self.cell(key);
        while self.cells[cell] != 0 {
            cell = (cell + 1) & (self.cells.len() - 1);
        }
        self.cells[cell] = slot + 1;
        slot
    }

    /// The key's slot.
    #[inline]
    pub(super) fn get(&self, key: u32) -> Option<u16> {
        let mut cell = self.cell(key);
        loop {
            let slot = self.cells[cell].checked_sub(1)?;
            if self.keys[usize::from(slot)] == key {
                return Some(slot);
            }
            cell = (cell + 1) & (self.cells.len() - 1);
        }
    }

    fn cell(&self, key: u32) -> usize {
        key as usize & (self.cells.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Analyzer;

    #[test]
    fn latin_terms_stand_alone_and_ideographs_anywhere() {
        let analyzer = Analyzer::new();
        for (query, text, expected) in [
            ("ip", "ip 与 ipv6、script、ip", vec!["ip", "ip"]),
            ("да", "да когда", vec!["да"]),
            ("7", "centos7 17 7", vec!["7", "7"]),
            (
                "centos7",
                "centos7 centos 7",
                vec!["7", "7", "centos", "centos", "centos7"],
            ),
            ("备案", "未备案域名", vec!["备", "备案", "案"]),
            ("备案", "备 案", vec!["备", "案"]),
        ] {
            let query = Query::new(&analyzer.analyze(query));
            let parts = atoms(text);
            let bytes: Vec<[u8; 4]> = parts.iter().map(|(atom, _)| atom.to_le_bytes()).collect();
            let mut found = Vec::new();
            Matcher::new(&query).find(Atoms::new(&bytes), &mut Vec::new(), |at| {
                found.push(&text[parts[at.start].1.start..parts[at.end - 1].1.end]);
            });
            found.sort();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn keys_that_meet_in_a_cell_are_told_apart() {
        let mut slots = Slots::new(3);
        let keys = [7, 7 + MIN_CELLS as u32, 7 + 2 * MIN_CELLS as u32];
        let given = keys.map(|key| slots.insert(key));
        assert_eq!(given, [0, 1, 2]);
        assert_eq!(keys.map(|key| slots.get(key)), given.map(Some));
        assert_eq!(slots.get(7 + 3 * MIN_CELLS as u32), None);
    }
}
