//! The ways to read a question: as typed, as it was perhaps meant, and in the words of the knowledge base.

use std::ops::Range;

use crate::rank::Readings;
use crate::search::Searcher;
use crate::text::Analysis;
use crate::text::gloss::gloss;
use crate::text::respell::respell;
use crate::text::reword;

/// Readings by words that mean the same: each costs a pass over the candidates.
const MAX_REWORDED: usize = 2;

impl Searcher {
    /// Reads a question in every way.
    pub(super) fn readings(&self, typed: &Analysis) -> Readings {
        let mut readings = Readings::new(typed);
        let mut meant: Option<Analysis> = None;
        if let Some(respelling) = respell(typed, self.index.vocabulary()) {
            let changed = f64::from(respelling.changed() + respelling.read());
            let chars = respelling.text.as_str().chars().count().max(1);
            let respelled = self.language.analyzer.segment(respelling.text);
            readings.add_meant(&respelled, (changed / chars as f64).min(1.0));
            meant = Some(respelled);
        }
        if let Some(gloss) = gloss(meant.as_ref().unwrap_or(typed), self.index.vocabulary()) {
            let chars = gloss.text.as_str().chars().count().max(1);
            let changed = f64::from(gloss.changed) / chars as f64;
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
        let mut unheard = false;
        let mut found: Vec<(Range<usize>, Vec<&str>)> = Vec::new();
        for (range, others) in synonyms.found_in(text) {
            let others: Vec<&str> = others.collect();
            if !others.is_empty() {
                unheard |= !synonyms.is_said(&text[range.clone()]);
                found.push((range, others));
            }
        }
        let most = found.iter().map(|(_, others)| others.len()).max();
        let respelled = readings.meant().respelled;
        for number in 0..most.unwrap_or(0).min(MAX_REWORDED) {
            let words: Vec<(Range<usize>, &str)> = found
                .iter()
                .map(|(range, others)| (range.clone(), others[number.min(others.len() - 1)]))
                .collect();
            let reworded = reword(&meant.normalized, &words);
            let reworded = self.language.analyzer.segment(reworded);
            if number == 0 && unheard {
                readings.add_meant(&reworded, respelled);
            } else {
                readings.add(&reworded, respelled);
            }
        }
    }
}
