//! The question letter by letter, held beside an entry's: what both have, and in which order.

use crate::rank::matching::Slots;
use crate::rank::model::MAX_ORDERED;

/// A text's letters, digits and ideographs, prepared to be compared with many others.
pub(super) struct Letters {
    /// All of them.
    all: Vec<u32>,
    /// Slots of the first [`MAX_ORDERED`].
    slots: Slots,
    ordered: Vec<u16>,
    /// For each slot what its letter weighs, and a bit for each of its positions.
    weights: Vec<f64>,
    positions: Vec<u128>,
}

/// Buffers for [`Letters::in_order`].
#[derive(Default)]
pub(super) struct Rows {
    shared: Vec<u16>,
    row: Vec<f64>,
}

impl Letters {
    /// Takes the letters of a text; `weight` tells what each weighs.
    pub(super) fn new(text: &str, weight: impl Fn(char) -> f64) -> Letters {
        let letters = || text.chars().filter(|c| c.is_alphanumeric());
        let mut slots = Slots::new(MAX_ORDERED);
        let (mut weights, mut positions) = (Vec::new(), Vec::new());
        let mut ordered = Vec::new();
        for (at, letter) in letters().take(MAX_ORDERED).enumerate() {
            let slot = slots.insert(letter.into());
            if usize::from(slot) == weights.len() {
                weights.push(weight(letter));
                positions.push(0);
            }
            positions[usize::from(slot)] |= 1 << at;
            ordered.push(slot);
        }
        Letters {
            all: letters().map(u32::from).collect(),
            slots,
            ordered,
            weights,
            positions,
        }
    }

    /// How many are compared.
    pub(super) fn len(&self) -> usize {
        self.ordered.len()
    }

    /// What all that are compared weigh together.
    pub(super) fn weight(&self) -> f64 {
        let weights = self.ordered.iter();
        weights.map(|&slot| self.weights[usize::from(slot)]).sum()
    }

    /// Whether another text has the same letters, and there are any.
    pub(super) fn same(&self, other: impl ExactSizeIterator<Item = u32>) -> bool {
        !self.all.is_empty()
            && other.len() == self.all.len()
            && other.zip(&self.all).all(|(a, &b)| a == b)
    }

    /// Length of the longest common subsequence by the longer text's length, and the weight of the heaviest.
    pub(super) fn in_order(
        &self,
        other: impl ExactSizeIterator<Item = u32>,
        rows: &mut Rows,
    ) -> (f64, f64) {
        let longer = self.len().max(other.len().min(MAX_ORDERED));
        let shared = other.take(MAX_ORDERED);
        rows.shared.clear();
        rows.shared
            .extend(shared.filter_map(|letter| self.slots.get(letter)));
        if rows.shared.is_empty() {
            return (0.0, 0.0);
        }
        let length = self.longest(&rows.shared);
        (f64::from(length) / longer as f64, self.heaviest(rows))
    }

    /// Length of the longest common subsequence, all positions of the question at once (Hyyrö 2004).
    fn longest(&self, shared: &[u16]) -> u32 {
        let mut open = u128::MAX;
        for &slot in shared {
            let met = open & self.positions[usize::from(slot)];
            open = open.wrapping_add(met) | (open - met);
        }
        let beyond = u128::MAX << self.len();
        (open | beyond).count_zeros()
    }

    /// Total weight of the common subsequence that weighs most (Wagner and Fischer 1974, one row kept). Letters
    /// that only one of the two has can't be part of it.
    fn heaviest(&self, rows: &mut Rows) -> f64 {
        let Rows { shared, row } = rows;
        let there = shared.iter().fold(0u128, |there, &slot| there | 1 << slot);
        row.clear();
        row.resize(shared.len() + 1, 0.0);
        let both = self.ordered.iter().filter(|&&slot| there >> slot & 1 == 1);
        for &x in both {
            let weight = self.weights[usize::from(x)];
            let (mut diagonal, mut left) = (0.0, 0.0);
            for (cell, &y) in row[1..].iter_mut().zip(&*shared) {
                let above = *cell;
                let skipped = f64::max(above, left);
                left = if x == y {
                    skipped.max(diagonal + weight)
                } else {
                    skipped
                };
                *cell = left;
                diagonal = above;
            }
        }
        row.last().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_letters_count_in_order_and_by_weight() {
        let weight = |c: char| if c == '案' { 2.0 } else { 1.0 };
        for (text, other, order, heaviest) in [
            ("备案授权码", "备案授权码", 1.0, 6.0),
            ("备案授权码", "授权码备案", 3.0 / 5.0, 3.0),
            ("案授权", "授权案", 2.0 / 3.0, 2.0),
            ("备案备案", "案备", 2.0 / 4.0, 3.0),
            ("备案", "域名", 0.0, 0.0),
            ("？", "备案", 0.0, 0.0),
        ] {
            let letters = Letters::new(text, weight);
            let other: Vec<u32> = other.chars().map(u32::from).collect();
            let found = letters.in_order(other.iter().copied(), &mut Rows::default());
            assert_eq!(found, (order, heaviest), "{text}");
            let same = letters.same(other.into_iter());
            assert_eq!(same, order == 1.0, "{text}");
        }
    }

    #[test]
    fn only_the_beginning_of_a_long_text_is_compared() {
        let long = "备".repeat(500);
        let letters = Letters::new(&long, |_| 1.0);
        let other = vec![u32::from('备'); 500];
        let found = letters.in_order(other.into_iter(), &mut Rows::default());
        assert_eq!(found, (1.0, MAX_ORDERED as f64));
    }
}
