//! The way of every question: analyse, retrieve, weigh, rank.

use std::time::Instant;

use crate::corpus::Entry;
use crate::index::{Candidate, EntryKey, Scope};
use crate::rank::decide::{self, Verdict, decide};
use crate::rank::{Ranked, Readings, Tools, model, rank};
use crate::search::error::SearchError;
use crate::search::request::{Filter, Question};
use crate::search::{Searcher, micros};
use crate::text::Analysis;
use crate::text::gloss::gloss;
use crate::text::respell::respell;

/// A question on its way: what every reply about it is made from.
pub(super) struct Journey {
    pub(super) started: Instant,
    pub(super) analysis: Analysis,
    pub(super) readings: Readings,
    pub(super) candidates: Vec<Candidate>,
    pub(super) ranked: Vec<Ranked>,
}

impl Journey {
    /// Microseconds since it began.
    pub(super) fn took_us(&self) -> u64 {
        micros(self.started)
    }
}

impl Searcher {
    pub(super) async fn travel(
        &self,
        question: &Question,
        filter: &Filter,
    ) -> Result<Journey, SearchError> {
        let started = Instant::now();
        let scope = self.scope(filter)?;
        let analysis = self.language.analyzer.analyze(question.as_str());
        let (readings, candidates, ranked) = self.ranked(&analysis, scope).await?;
        Ok(Journey {
            started,
            analysis,
            readings,
            candidates,
            ranked,
        })
    }

    /// Reads a question in every way, finds candidates, and orders them.
    pub(super) async fn ranked(
        &self,
        analysis: &Analysis,
        scope: Scope,
    ) -> Result<(Readings, Vec<Candidate>, Vec<Ranked>), SearchError> {
        let mut readings = Readings::new(analysis);
        let mut respelled: Option<Analysis> = None;
        if let Some(respelling) = respell(analysis, self.index.vocabulary()) {
            let changed = f64::from(respelling.changed() + respelling.read());
            let chars = respelling.text.as_str().chars().count().max(1);
            let meant = self.language.analyzer.segment(respelling.text);
            readings.add(&meant, (changed / chars as f64).min(1.0));
            respelled = Some(meant);
        }
        let meant = respelled.as_ref().unwrap_or(analysis);
        if let Some(gloss) = gloss(meant, self.index.vocabulary()) {
            let chars = gloss.text.as_str().chars().count().max(1);
            let changed = f64::from(gloss.changed) / chars as f64;
            let glossed = self.language.analyzer.segment(gloss.text);
            let respelled = readings.meant().respelled;
            readings.add(&glossed, (respelled + changed).min(1.0));
        }
        // A failing encoder costs quality, never the reply.
        let vector = self.language.vector(&readings.meant().text);
        let retrieval = readings.retrieval(vector, scope);
        let retrieved = self.index.retrieve(&retrieval).await?;
        let statistics = self.index.statistics();
        let asking = |term: &str| self.index.entries_asking(term);
        readings.weigh(&retrieval, &retrieved, statistics.entries, &asking);
        let tools = Tools {
            asking: &asking,
            conditions: self.language.analyzer.conditions(),
        };
        let ranked = rank(&readings, &retrieved.candidates, statistics, tools);
        Ok((readings, retrieved.candidates, ranked))
    }

    pub(super) fn scope(&self, filter: &Filter) -> Result<Scope, SearchError> {
        let catalog = self.index.catalog();
        match (&filter.category, &filter.tag) {
            (Some(category), _) if !catalog.has_category(category) => {
                Err(SearchError::UnknownCategory(category.clone()))
            }
            (_, Some(tag)) if !catalog.has_tag(tag) => Err(SearchError::UnknownTag(tag.clone())),
            (category, tag) => Ok(Scope {
                category: category.clone(),
                tag: tag.clone(),
            }),
        }
    }

    pub(super) async fn fetch(
        &self,
        ranked: &[&Ranked],
        candidates: &[Candidate],
    ) -> Result<Vec<Entry>, SearchError> {
        let keys: Vec<EntryKey> = ranked
            .iter()
            .map(|ranked| candidates[ranked.candidate].key)
            .collect();
        Ok(self.index.entries(&keys).await?)
    }

    pub(super) fn verdict(&self, journey: &Journey) -> Verdict {
        let Some(best) = journey.ranked.first() else {
            return Verdict::NoAnswer;
        };
        let text = |ranked: &Ranked| &journey.candidates[ranked.candidate].text;
        let says_the_same = |ranked: &Ranked| {
            let (one, other) = (text(best), text(ranked));
            one.questions[0].text == other.questions[0].text && one.answer == other.answer
        };
        let compared = journey.ranked.iter().take(decide::MAX_CHOICES + 1);
        let compared: Vec<(f64, bool)> = compared
            .map(|ranked| (ranked.confidence, says_the_same(ranked)))
            .collect();
        decide(&compared, self.thresholds(), model::MARGIN)
    }
}
