//! Which of a query's terms a text holds, and what share of the query's weight that is.

use crate::rank::query::{Query, QueryTerm};
use crate::text::TokenKind::{Character, Word};

/// Terms found in a text, and how often each.
#[derive(Debug, Default, Clone)]
pub(super) struct Found {
    counts: Vec<u32>,
    /// A bit a term.
    bits: Vec<u64>,
}

impl Found {
    /// Nothing yet of so many terms.
    pub(super) fn clear(&mut self, terms: usize) {
        self.counts.clear();
        self.counts.resize(terms, 0);
        self.bits.clear();
        self.bits.resize(terms.div_ceil(64), 0);
    }

    pub(super) fn add(&mut self, term: usize) {
        self.counts[term] += 1;
        self.bits[term / 64] |= 1 << (term % 64);
    }
}

/// Some of a query's terms.
#[derive(Debug)]
pub(super) struct Part {
    bits: Vec<u64>,
    /// What they weigh together.
    most: f64,
}

/// What a query's terms weigh.
#[derive(Debug)]
pub(super) struct Weighed {
    weights: Vec<f64>,
    /// Words.
    pub(super) words: Part,
    /// Words and bigrams: everything that says more than a character does.
    pub(super) terms: Part,
    /// Single characters and Latin words, see [`QueryTerm::is_unit`].
    pub(super) units: Part,
}

impl Weighed {
    pub(super) fn new(query: &Query) -> Weighed {
        let part = |of: fn(&QueryTerm) -> bool| {
            let mut part = Part {
                bits: vec![0; query.terms.len().div_ceil(64)],
                most: 0.0,
            };
            for (at, term) in query.terms.iter().enumerate().filter(|(_, term)| of(term)) {
                part.bits[at / 64] |= 1 << (at % 64);
                part.most += term.weight;
            }
            part
        };
        Weighed {
            weights: query.terms.iter().map(|term| term.weight).collect(),
            words: part(|term| term.kind == Word),
            terms: part(|term| term.kind != Character),
            units: part(QueryTerm::is_unit),
        }
    }

    /// Share of a part's weight that any of the texts holds.
    pub(super) fn share<const N: usize>(&self, part: &Part, texts: [&Found; N]) -> f64 {
        let mut got = 0.0;
        each(part, texts, |term| got += self.weights[term]);
        portion(got, part.most)
    }

    /// BM25 of the units in two texts together, with the length part of the formula given, as a share of what the
    /// query could attain.
    pub(super) fn frequency<const N: usize>(&self, norm: f64, texts: [&Found; N]) -> f64 {
        let mut got = 0.0;
        each(&self.units, texts, |term| {
            let count: u32 = texts.iter().map(|text| text.counts[term]).sum();
            let count = f64::from(count);
            got += self.weights[term] * count / (count + norm);
        });
        portion(got, self.units.most)
    }
}

/// Calls `then` for each term of a part that any of the texts holds, ascending: sums come out alike for texts that
/// hold the same.
fn each<const N: usize>(part: &Part, texts: [&Found; N], mut then: impl FnMut(usize)) {
    for (at, &wanted) in part.bits.iter().enumerate() {
        let mut bits = wanted & texts.iter().fold(0, |bits, text| bits | text.bits[at]);
        while bits != 0 {
            then(at * 64 + bits.trailing_zeros() as usize);
            bits &= bits - 1;
        }
    }
}

/// A share, never above 1; 0 of nothing.
pub(super) fn portion(of: f64, whole: f64) -> f64 {
    if whole > 0.0 {
        (of / whole).min(1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Analyzer;

    #[test]
    fn shares_are_of_what_the_part_weighs() {
        let mut query = Query::new(&Analyzer::new().analyze("备案 icp"));
        for (term, weight) in query.terms.iter_mut().zip([1.0, 1.0, 4.0, 2.0]) {
            term.weight = weight;
        }
        let names: Vec<&str> = query.terms.iter().map(|term| &*term.term).collect();
        assert_eq!(names, ["备", "备案", "案", "icp"]);
        let weighed = Weighed::new(&query);
        let (mut one, mut other) = (Found::default(), Found::default());
        one.clear(4);
        other.clear(4);
        one.add(1);
        other.add(3);
        assert_eq!(weighed.share(&weighed.terms, [&one]), 1.0 / 3.0);
        assert_eq!(weighed.share(&weighed.words, [&one, &other]), 1.0);
        assert_eq!(weighed.share(&weighed.units, [&one, &other]), 2.0 / 7.0);
        assert_eq!(weighed.frequency(1.0, [&other, &one]), 2.0 * 0.5 / 7.0);
    }
}
