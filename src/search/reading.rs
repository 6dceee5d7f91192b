//! The ways to read a question: as typed, as it was perhaps meant, and in the words of the knowledge base.

use std::ops::Range;

use crate::rank::{Query, Readings};
use crate::search::Searcher;
use crate::text::gloss::gloss;
use crate::text::respell::respell;
use crate::text::reword;
use crate::text::{Analysis, Normalized};

/// Readings by words that mean the same: each costs a pass over the candidates.
const MAX_REWORDED: usize = 2;

impl Searcher {
    /// Reads a question in every way.
    pub(super) fn readings(&self, typed: &Analysis) -> Readings {
        let mut readings = Readings::new(typed);
        let mut meant: Option<Analysis> = None;
        if let Some(respelling) = respell(typed, self.index.vocabulary()) {
            let changed = share(respelling.changed() + respelling.read(), &respelling.text);
            let respelled = self.language.analyzer.segment(respelling.text);
            readings.add_meant(&respelled, changed.min(1.0));
            meant = Some(respelled);
        }
        if let Some(gloss) = gloss(meant.as_ref().unwrap_or(typed), self.index.vocabulary()) {
            let changed = share(gloss.changed, &gloss.text);
            let glossed = self.language.analyzer.segment(gloss.text);
            let respelled = readings.meant().respelled;
            readings.add_meant(&glossed, (respelled + changed).min(1.0));
            meant = Some(glossed);
        }
        self.reword(meant.as_ref().unwrap_or(typed), &mut readings);
        readings
    }

    /// Adds readings in words that mean the same. What the knowledge base never says is better put so;
    /// what it says, some entries may put otherwise.
    fn reword(&self, meant: &Analysis, readings: &mut Readings) {
        let synonyms = self.index.synonyms();
        let text = meant.normalized.as_str();
        let found: Vec<(Range<usize>, Vec<&str>)> = synonyms
            .found_in(text)
            .map(|(range, others)| (range, others.collect()))
            .filter(|(_, others): &(_, Vec<&str>)| !others.is_empty())
            .collect();
        let respelled = readings.meant().respelled;
        let said = |range: &Range<usize>| synonyms.is_said(&text[range.clone()]);
        let put = |number: usize, which: &dyn Fn(&Range<usize>) -> bool| {
            let words = found.iter().filter(|(range, _)| which(range));
            let words: Vec<(Range<usize>, &str)> = words
                .map(|(range, others)| (range.clone(), others[number.min(others.len() - 1)]))
                .collect();
            let reworded = reword(&meant.normalized, &words);
            self.language.analyzer.segment(reworded)
        };
        if found.iter().any(|(range, _)| !said(range)) {
            readings.add_meant(&put(0, &|range| !said(range)), respelled);
        }
        let most = found.iter().map(|(_, others)| others.len()).max();
        for number in 0..most.unwrap_or(0).min(MAX_REWORDED) {
            let reworded = put(number, &|_| true);
            let again = |known: &Query| known.text == reworded.normalized.as_str();
            if !readings.all().iter().any(again) {
                readings.add(&reworded, respelled);
            }
        }
    }
}

/// What share of a text's characters so many are.
fn share(characters: u32, text: &Normalized) -> f64 {
    f64::from(characters) / text.as_str().chars().count().max(1) as f64
}
