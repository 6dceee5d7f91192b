//! The words that a knowledge base uses, by spelling and by sound, and how common each is.

use std::cmp::Ordering;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::text::pinyin::{Folded, Syllable, word_readings};
use crate::text::respell::pairs::Pairs;

/// Cost of a word: minus the natural logarithm of its share of all words, in hundredths.
pub(in crate::text) type Cost = i32;

/// Longer words are cut into others; the search keeps this many syllables in hand.
pub(super) const MAX_WORD_CHARS: usize = 8;

/// What a reading costs that is not the usual one of a character.
const UNUSUAL_READING: Cost = 150;

/// Words with costs, found by their text or by how they sound.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Vocabulary {
    /// All words, ascending, one behind the other.
    text: String,
    /// Where each word ends in `text`.
    ends: Vec<u32>,
    costs: Vec<u16>,
    /// Rows, one for each way of reading a word, ascending by folded sound, then cost.
    rows: Vec<Row>,
    /// The syllables of all rows, one behind the other.
    syllables: Vec<Syllable>,
    pairs: Pairs,
}

/// One way of reading a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    word: u32,
    /// Where its syllables end.
    end: u32,
    /// Cost of the word read so.
    cost: u16,
}

/// A word that sounds as was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sounding<'v> {
    pub(super) word: &'v str,
    pub(super) syllables: &'v [Syllable],
    pub(super) cost: Cost,
}

impl Vocabulary {
    /// Takes `words` with their costs. Order does not matter; a word that stands twice counts once,
    /// at its lower cost.
    pub(super) fn new(mut words: Vec<(String, Cost)>, pairs: Pairs) -> Vocabulary {
        words.sort_unstable();
        words.dedup_by(|later, earlier| later.0 == earlier.0);
        let mut vocabulary = Vocabulary {
            pairs,
            ..Vocabulary::default()
        };
        let mut rows: Vec<(Vec<Syllable>, u16, u32)> = Vec::with_capacity(words.len());
        for (at, (word, cost)) in words.iter().enumerate() {
            vocabulary.text.push_str(word);
            vocabulary.ends.push(vocabulary.text.len() as u32);
            let cost = clamp(*cost);
            vocabulary.costs.push(cost);
            for reading in word_readings(word) {
                let unusual = Cost::from(reading.unusual) * UNUSUAL_READING;
                let cost = clamp(Cost::from(cost) + unusual);
                rows.push((reading.syllables, cost, at as u32));
            }
        }
        rows.sort_by(|a, b| {
            by_folded(&a.0, &b.0).then_with(|| (a.1, a.2, &a.0).cmp(&(b.1, b.2, &b.0)))
        });
        for (syllables, cost, word) in rows {
            vocabulary.syllables.extend(syllables);
            let end = vocabulary.syllables.len() as u32;
            vocabulary.rows.push(Row { word, end, cost });
        }
        vocabulary
    }

    /// To be kept in an index.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("memory does not refuse bytes")
    }

    /// What [`Vocabulary::to_bytes`] made; `None` for anything else, so that a damaged file is found
    /// when it is opened and not by a question.
    pub fn from_bytes(bytes: &[u8]) -> Option<Vocabulary> {
        let vocabulary: Vocabulary = postcard::from_bytes(bytes).ok()?;
        vocabulary.is_sound().then_some(vocabulary)
    }

    fn is_sound(&self) -> bool {
        let words = self.ends.len();
        let ends_sound = self.ends.is_sorted()
            && self.ends.last().copied().unwrap_or_default() as usize == self.text.len()
            && self
                .ends
                .iter()
                .all(|&end| self.text.is_char_boundary(end as usize));
        let last_row = self.rows.last().map_or(0, |row| row.end as usize);
        ends_sound
            && self.costs.len() == words
            && self.rows.is_sorted_by_key(|row| row.end)
            && last_row == self.syllables.len()
            && self.rows.iter().all(|row| (row.word as usize) < words)
    }

    /// How many words it holds.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it holds no word.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All words, ascending.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|at| self.word(at))
    }

    /// Whether `word` is one of its words, as normalised.
    pub fn contains(&self, word: &str) -> bool {
        self.cost(word).is_some()
    }

    /// What `word` costs.
    pub(in crate::text) fn cost(&self, word: &str) -> Option<Cost> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = (low + high) / 2;
            match self.word(middle).cmp(word) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return self.costs.get(middle).map(|&cost| Cost::from(cost)),
            }
        }
        None
    }

    /// How much less a text costs in which `before` and `behind` are neighbours.
    pub(in crate::text) fn worth(&self, before: char, behind: char) -> Cost {
        self.pairs.worth(before, behind)
    }

    /// All rows, to be narrowed syllable by syllable.
    pub(super) fn all_rows(&self) -> Range<usize> {
        0..self.rows.len()
    }

    /// Those of `rows`, which agree in their first `depth` syllables, that go on with `next`.
    pub(super) fn narrow(&self, rows: Range<usize>, depth: usize, next: Folded) -> Range<usize> {
        let slice = &self.rows[rows.clone()];
        let folded = |at: usize| {
            let syllable = self.row_syllables(rows.start + at).get(depth);
            syllable.map(|syllable| syllable.folded())
        };
        let first = partition(slice.len(), |at| folded(at) < Some(next));
        let past = first + partition(slice.len() - first, |at| folded(first + at) <= Some(next));
        rows.start + first..rows.start + past
    }

    /// Those of `rows`, which agree in their first `depth` syllables, that have no more; cheapest first.
    pub(super) fn ending(
        &self,
        rows: Range<usize>,
        depth: usize,
    ) -> impl Iterator<Item = Sounding<'_>> {
        rows.map_while(move |at| {
            let syllables = self.row_syllables(at);
            (syllables.len() == depth).then(|| Sounding {
                word: self.word(self.rows[at].word as usize),
                syllables,
                cost: Cost::from(self.rows[at].cost),
            })
        })
    }

    fn word(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let range = start as usize..self.ends[at] as usize;
        self.text.get(range).unwrap_or_default()
    }

    fn row_syllables(&self, at: usize) -> &[Syllable] {
        let start = at.checked_sub(1).map_or(0, |before| self.rows[before].end);
        let range = start as usize..self.rows[at].end as usize;
        self.syllables.get(range).unwrap_or_default()
    }
}

fn clamp(cost: Cost) -> u16 {
    u16::try_from(cost.max(0)).unwrap_or(u16::MAX)
}

fn by_folded(a: &[Syllable], b: &[Syllable]) -> Ordering {
    let folded = |syllables: &[Syllable]| {
        syllables
            .iter()
            .map(|syllable| syllable.folded())
            .collect::<Vec<_>>()
    };
    folded(a).cmp(&folded(b))
}

/// How many of the first of `length` positions hold `before`, which holds for none behind one for which
/// it does not.
fn partition(length: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, length);
    while low < high {
        let middle = (low + high) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
