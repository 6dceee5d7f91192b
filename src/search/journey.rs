//! The way of every question: analyse, retrieve, weigh, rank.

use std::time::Instant;

use crate::corpus::Entry;
use crate::index::{Candidate, EntryKey, Scope};
use crate::rank::decide::{Verdict, decide};
use crate::rank::model::Evidence;
use crate::rank::{Ranked, Readings, Tools, rank};
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
    pub(super) evidence: Evidence,
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
        let (readings, candidates, evidence, ranked) = self.ranked(&analysis, scope).await?;
        Ok(Journey {
            started,
            analysis,
            readings,
            candidates,
            evidence,
            ranked,
        })
    }

    /// Reads a question in every way, finds candidates, and orders them.
    pub(super) async fn ranked(
        &self,
        analysis: &Analysis,
        scope: Scope,
    ) -> Result<(Readings, Vec<Candidate>, Evidence, Vec<Ranked>), SearchError> {
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
        let evidence = match (&retrieval.vector, statistics.answer_vectors) {
            (None, _) => Evidence::Words,
            (Some(_), false) => Evidence::Questions,
            (Some(_), true) => Evidence::Answers,
        };
        let candidates = &retrieved.candidates;
        let ranked = rank(&readings, candidates, evidence, statistics, tools);
        Ok((readings, retrieved.candidates, evidence, ranked))
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
        let confidences: Vec<f64> = journey.ranked.iter().map(|hit| hit.confidence).collect();
        decide(&confidences, self.thresholds())
    }
}
