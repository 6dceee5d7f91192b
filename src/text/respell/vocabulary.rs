//! The words that a knowledge base uses, by spelling and by sound, and how common each is.

use std::cmp::Ordering;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::text::is_ideograph;
use crate::text::pinyin::{Folded, Syllable, word_readings};
use crate::text::respell::initials::Initial;
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
    /// The rows of words of several characters, ascending by initials, then cost.
    by_initials: Vec<u32>,
    /// Words of three characters or more, ascending by all but the first of them.
    by_ending: Vec<u32>,
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
        vocabulary.by_initials = vocabulary.sorted_by_initials();
        vocabulary.by_ending = vocabulary.sorted_by_ending();
        vocabulary
    }

    fn sorted_by_initials(&self) -> Vec<u32> {
        let several = |row: &u32| self.row_syllables(*row as usize).len() > 1;
        let mut sorted: Vec<u32> = (0..self.rows.len() as u32).filter(several).collect();
        sorted.sort_by_cached_key(|&row| {
            let at = row as usize;
            let initials: Vec<u8> = self.row_initials(at).collect();
            (initials, self.rows[at].cost, row)
        });
        sorted
    }

    fn sorted_by_ending(&self) -> Vec<u32> {
        let long = |&at: &u32| {
            let mut chars = self.word(at as usize).chars();
            chars.next().is_some_and(is_ideograph) && chars.count() >= 2
        };
        let mut sorted: Vec<u32> = (0..self.len() as u32).filter(long).collect();
        sorted.sort_by_key(|&at| (ending(self.word(at as usize)), at));
        sorted
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
            && self
                .by_initials
                .iter()
                .all(|&row| (row as usize) < self.rows.len())
            && self.by_ending.iter().all(|&word| (word as usize) < words)
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
        self.find(word).map(|(_, cost)| cost)
    }

    /// `word` as it is kept here, and what it costs.
    pub(super) fn find(&self, word: &str) -> Option<(&str, Cost)> {
        let first = self.beginning_with(word).next();
        first.filter(|(found, _)| *found == word)
    }

    /// The words that begin with `before`, ascending, and what each costs.
    pub(super) fn beginning_with(&self, before: &str) -> impl Iterator<Item = (&str, Cost)> {
        let first = partition(self.len(), |at| self.word(at) < before);
        let words = (first..self.len()).map(|at| self.costed(at));
        words.take_while(move |(word, _)| word.starts_with(before))
    }

    /// The words that are one character longer than `rest`, of two characters or more, and end with it.
    pub(super) fn ending_with(&self, rest: &str) -> impl Iterator<Item = (&str, Cost)> {
        let word = |at: usize| self.costed(self.by_ending[at] as usize);
        let first = partition(self.by_ending.len(), |at| ending(word(at).0) < rest);
        let words = (first..self.by_ending.len()).map(word);
        words.take_while(move |(word, _)| ending(word) == rest)
    }

    /// The words of which each syllable begins with one of `initials`, cheapest first.
    pub(super) fn abbreviated(&self, initials: &[Initial]) -> impl Iterator<Item = Sounding<'_>> {
        self.abbreviated_from(initials)
            .take_while(|sounding| sounding.syllables.len() == initials.len())
    }

    /// The words of which the first syllables begin with `initials`, those that have no more first.
    pub(super) fn abbreviated_from(
        &self,
        initials: &[Initial],
    ) -> impl Iterator<Item = Sounding<'_>> {
        let row = |at: usize| self.by_initials[at] as usize;
        let letters = || initials.iter().map(|initial| initial.letter());
        let first = partition(self.by_initials.len(), |at| {
            self.row_initials(row(at)).lt(letters())
        });
        (first..self.by_initials.len())
            .map(move |at| self.sounding(row(at)))
            .take_while(move |sounding| {
                let meant = first_letters(sounding.syllables);
                meant.take(initials.len()).eq(letters())
            })
            .filter(move |sounding| {
                let mut pairs = initials.iter().zip(sounding.syllables);
                pairs.all(|(initial, &syllable)| initial.begins(syllable))
            })
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

    /// All of `rows`.
    pub(super) fn all_of(&self, rows: Range<usize>) -> impl Iterator<Item = Sounding<'_>> {
        rows.map(|at| self.sounding(at))
    }

    /// Those of `rows`, which agree in their first `depth` syllables, that have no more; cheapest first.
    pub(super) fn ending(
        &self,
        rows: Range<usize>,
        depth: usize,
    ) -> impl Iterator<Item = Sounding<'_>> {
        rows.map_while(move |at| {
            let syllables = self.row_syllables(at);
            (syllables.len() == depth).then(|| self.sounding(at))
        })
    }

    fn sounding(&self, row: usize) -> Sounding<'_> {
        Sounding {
            word: self.word(self.rows[row].word as usize),
            syllables: self.row_syllables(row),
            cost: Cost::from(self.rows[row].cost),
        }
    }

    fn row_initials(&self, row: usize) -> impl Iterator<Item = u8> {
        first_letters(self.row_syllables(row))
    }

    fn costed(&self, at: usize) -> (&str, Cost) {
        (self.word(at), Cost::from(self.costs[at]))
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

/// All but the first character of `word`.
fn ending(word: &str) -> &str {
    let mut chars = word.chars();
    chars.next();
    chars.as_str()
}

fn first_letters(syllables: &[Syllable]) -> impl Iterator<Item = u8> {
    let first = |syllable: &Syllable| syllable.as_str().as_bytes().first().copied();
    syllables
        .iter()
        .map(move |syllable| first(syllable).unwrap_or_default())
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
