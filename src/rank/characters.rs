//! What each character tells by its rarity among questions, looked up for every character of every candidate.

use crate::rank::query::idf;

/// Code points a page holds.
const PAGE: usize = 256;

/// The rarity of every character that any question holds: pages of code points, of which most are missing.
#[derive(Debug)]
pub struct Characters {
    /// For each page of code points which of `pages` it is; of 0 nothing is known.
    numbers: Vec<u16>,
    pages: Vec<[f64; PAGE]>,
}

impl Characters {
    /// Takes in how many of the `entries` ask with each character.
    pub fn new(asking: impl Iterator<Item = (char, u32)>, entries: u64) -> Characters {
        let unknown = [idf(0, entries); PAGE];
        let mut characters = Characters {
            numbers: vec![0; char::MAX as usize / PAGE + 1],
            pages: vec![unknown],
        };
        for (character, count) in asking {
            let point = character as usize;
            let number = &mut characters.numbers[point / PAGE];
            if *number == 0 {
                *number = characters.pages.len() as u16;
                characters.pages.push(unknown);
            }
            let page = &mut characters.pages[usize::from(*number)];
            page[point % PAGE] = idf(u64::from(count), entries);
        }
        characters
    }

    /// The rarity of a code point.
    pub(super) fn rarity(&self, point: u32) -> f64 {
        let point = point as usize;
        let number = self.numbers.get(point / PAGE).copied().unwrap_or_default();
        self.pages[usize::from(number)][point % PAGE]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_asks_with_is_rarest() {
        let characters = Characters::new([('备', 9), ('龘', 1)].into_iter(), 10);
        let rarity = |c: char| characters.rarity(c.into());
        assert_eq!(rarity('备'), idf(9, 10));
        assert_eq!(rarity('龘'), idf(1, 10));
        for unknown in ['案', 'x', '😀'] {
            assert_eq!(rarity(unknown), idf(0, 10), "{unknown}");
        }
    }
}
