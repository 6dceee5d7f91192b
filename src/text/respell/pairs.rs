//! Which characters stand beside each other more often than by chance: 怎么填 more likely than 怎么天.

use rustc_hash::FxHashMap;

use serde::{Deserialize, Serialize};

use crate::text::is_ideograph;
use crate::text::respell::vocabulary::Cost;

/// A pair that was met less often proves nothing; a question counts as in a vocabulary.
const MIN_COUNT: u32 = 4;

/// Pairs that stand together less than so many times more often than by chance are left out.
const MIN_RATIO: f64 = 3.0;

/// However rare its characters, a pair is worth no more than this.
const MAX_WORTH: Cost = 500;

/// At most this many pairs are kept, those met most often.
const MAX_PAIRS: usize = 50_000;

/// Pairs of characters and how much likelier each makes the other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Pairs {
    /// Ascending.
    keys: Vec<u32>,
    /// Logarithm of the ratio to chance, in hundredths.
    worths: Vec<u16>,
}

impl Pairs {
    /// How much less a text costs in which `before` and `behind` are neighbours.
    pub(super) fn worth(&self, before: char, behind: char) -> Cost {
        let worth = key(before, behind)
            .and_then(|key| self.keys.binary_search(&key).ok())
            .and_then(|at| self.worths.get(at));
        worth.map_or(0, |&worth| Cost::from(worth))
    }
}

/// Both characters in one number; those beyond the basic plane are too rare to matter.
fn key(before: char, behind: char) -> Option<u32> {
    let (before, behind) = (u32::from(before), u32::from(behind));
    (before <= 0xffff && behind <= 0xffff).then_some(before << 16 | behind)
}

/// Counts pairs.
#[derive(Debug, Default)]
pub(super) struct PairCounts {
    pairs: FxHashMap<u32, u32>,
    before: FxHashMap<char, u64>,
    behind: FxHashMap<char, u64>,
    total: u64,
}

impl PairCounts {
    /// Counts the neighbours in a run of ideographs.
    pub(super) fn add(&mut self, run: &[&str], weight: u32) {
        let mut previous: Option<char> = None;
        for c in run.iter().flat_map(|unit| unit.chars()) {
            if let Some(before) = previous
                && let Some(key) = key(before, c)
            {
                *self.pairs.entry(key).or_default() += weight;
                *self.before.entry(before).or_default() += u64::from(weight);
                *self.behind.entry(c).or_default() += u64::from(weight);
                self.total += u64::from(weight);
            }
            previous = is_ideograph(c).then_some(c);
        }
    }

    /// The pairs that say something.
    pub(super) fn finish(self) -> Pairs {
        let count = |counts: &FxHashMap<char, u64>, code: u32| {
            let c = char::from_u32(code).unwrap_or_default();
            counts.get(&c).copied().unwrap_or(1) as f64
        };
        let mut kept: Vec<(u32, u32, u16)> = self
            .pairs
            .iter()
            .filter(|(_, met)| **met >= MIN_COUNT)
            .filter_map(|(&key, &met)| {
                let chance = count(&self.before, key >> 16) * count(&self.behind, key & 0xffff);
                let ratio = f64::from(met) * self.total as f64 / chance;
                let worth = (ratio.ln() * 100.0).round().min(f64::from(MAX_WORTH));
                (ratio >= MIN_RATIO).then_some((met, key, worth as u16))
            })
            .collect();
        kept.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        kept.truncate(MAX_PAIRS);
        kept.sort_unstable_by_key(|&(_, key, _)| key);
        Pairs {
            keys: kept.iter().map(|&(_, key, _)| key).collect(),
            worths: kept.iter().map(|&(_, _, worth)| worth).collect(),
        }
    }
}
