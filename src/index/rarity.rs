//! How many entries ask with a term: the weight of words that the user did *not* use.
//!
//! Ranking wants to know how much of an entry's question is left unsaid by the user, hence the rarity of
//! terms that are not in the query. Asking an engine for each would cost a round trip; a small table
//! of 64-bit term hashes, part of the generation, answers in memory. Single characters, of which ranking asks
//! for hundreds, have a table of their own, to be read as a whole.

use std::collections::BTreeMap;
use std::ops::Deref;

use rustc_hash::FxHashMap;

/// Bytes of one row: hash and count.
const ROW: usize = 8 + 4;

/// Counts entries by question term while an index is built.
#[derive(Debug, Default)]
pub(super) struct RarityBuilder {
    counts: FxHashMap<u64, u32>,
    characters: BTreeMap<char, u32>,
}

impl RarityBuilder {
    /// Counts one entry's terms, each once.
    pub(super) fn add<'t>(&mut self, terms: impl Iterator<Item = &'t str>) {
        let (mut hashes, mut characters) = (Vec::new(), Vec::new());
        for term in terms {
            hashes.push(hash(term));
            let mut chars = term.chars();
            if let (Some(only), None) = (chars.next(), chars.next()) {
                characters.push(only);
            }
        }
        hashes.sort_unstable();
        hashes.dedup();
        for hash in hashes {
            *self.counts.entry(hash).or_default() += 1;
        }
        characters.sort_unstable();
        characters.dedup();
        for character in characters {
            *self.characters.entry(character).or_default() += 1;
        }
    }

    /// The characters' table: rows of code point and count (4 bytes each), little endian, ascending.
    pub(super) fn characters(&self) -> Vec<u8> {
        let rows = self.characters.iter();
        rows.flat_map(|(&character, count)| [u32::from(character), *count])
            .flat_map(u32::to_le_bytes)
            .collect()
    }

    /// The table: rows of hash (8 bytes) and count (4 bytes), little endian, ascending by hash.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut rows: Vec<(u64, u32)> = self.counts.into_iter().collect();
        rows.sort_unstable();
        let mut bytes = Vec::with_capacity(rows.len() * ROW);
        for (hash, count) in rows {
            bytes.extend(hash.to_le_bytes());
            bytes.extend(count.to_le_bytes());
        }
        bytes
    }
}

/// Reads a table as [`RarityBuilder::characters`] made it: in how many entries each character stands in the
/// question or a variant.
pub(super) fn characters(table: &[u8]) -> impl Iterator<Item = (char, u32)> {
    let rows = table.as_chunks().0.iter();
    rows.filter_map(|row: &[u8; 8]| {
        let [character, count] = *row.as_chunks().0 else {
            return None;
        };
        let character = char::from_u32(u32::from_le_bytes(character))?;
        Some((character, u32::from_le_bytes(count)))
    })
}

/// The table, read where it lies.
pub(super) struct Rarity<B> {
    bytes: B,
}

impl<B> std::fmt::Debug for Rarity<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rarity")
    }
}

impl<B: Deref<Target = [u8]>> Rarity<B> {
    /// Reads a table as [`RarityBuilder::finish`] made it; `None` if its length is not a whole number of rows.
    pub(super) fn new(bytes: B) -> Option<Rarity<B>> {
        bytes.len().is_multiple_of(ROW).then_some(Rarity { bytes })
    }

    /// In how many entries the term stands in the question or a variant.
    pub(super) fn entries_asking(&self, term: &str) -> u32 {
        let wanted = hash(term);
        let (mut low, mut high) = (0, self.bytes.len() / ROW);
        while low < high {
            let middle = (low + high) / 2;
            let row = &self.bytes[middle * ROW..][..ROW];
            let (key, count) = row.split_at(8);
            match u64::from_le_bytes(key.try_into().expect("8 bytes")).cmp(&wanted) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    return u32::from_le_bytes(count.try_into().expect("4 bytes"));
                }
            }
        }
        0
    }
}

/// 64-bit FNV-1a: tiny, and the same on every machine; constants from the FNV draft (RFC 9923).
fn hash(term: &str) -> u64 {
    term.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_counted_once_an_entry_and_unknown_terms_not_at_all() {
        let mut builder = RarityBuilder::default();
        builder.add(["备案", "备案", "域名"].into_iter());
        builder.add(["备案"].into_iter());
        builder.add(["备", "备", "a"].into_iter());
        builder.add(["备"].into_iter());
        let of_characters = builder.characters();
        let found: Vec<(char, u32)> = characters(&of_characters).collect();
        assert_eq!(found, [('a', 1), ('备', 2)]);
        let rarity = Rarity::new(builder.finish()).expect("whole rows");
        let counts = ["备案", "域名", "服务器"].map(|term| rarity.entries_asking(term));
        assert_eq!(counts, [2, 1, 0]);
        assert!(Rarity::new(vec![0u8; 13]).is_none());
    }
}
