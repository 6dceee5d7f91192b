//! The way of every question: analyse, retrieve, weigh, rank.

use std::collections::HashSet;
use std::time::Instant;

use crate::corpus::Entry;
use crate::index::{Candidate, EntryKey, Scope};
use crate::rank::decide::{MAX_CHOICES, Verdict, decide};
use crate::rank::model::{self, Evidence};
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
        let mut retrieval = readings.retrieval(vector, Scope::default());
        let mut retrieved = self.index.retrieve(&retrieval).await?;
        let everywhere = retrieved.candidates.len();
        let mut kept: Option<HashSet<EntryKey>> = None;
        if !scope.is_everything() {
            // How sure we are of an entry must not depend on what else is left out: everything is ranked
            // as without a filter, and then what only the filter lets in.
            retrieval.scope = scope;
            let within = self.index.retrieve(&retrieval).await?.candidates;
            let known: HashSet<EntryKey> = keys(&retrieved.candidates);
            kept = Some(keys(&within));
            let more = within
                .into_iter()
                .filter(|found| !known.contains(&found.key));
            retrieved.candidates.extend(more);
        }
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
        let order = |candidates| rank(&readings, candidates, evidence, statistics, tools);
        let mut ranked = order(&retrieved.candidates[..everywhere]);
        if let Some(kept) = kept {
            let is_kept = |hit: &Ranked| kept.contains(&retrieved.candidates[hit.candidate].key);
            ranked.retain(is_kept);
            let most = ranked.last().map_or(1.0, |last| last.confidence);
            let mut more = order(&retrieved.candidates);
            more.retain(|hit| hit.candidate >= everywhere);
            for hit in &mut more {
                hit.confidence = hit.confidence.min(most);
            }
            ranked.extend(more);
        }
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
        match decide(&confidences, self.thresholds()) {
            Verdict::Answered => match self.twins(journey) {
                0 => Verdict::Answered,
                twins => Verdict::Clarify(1 + twins),
            },
            verdict => verdict,
        }
    }

    /// How many entries right behind the first ask the very same and answer otherwise.
    fn twins(&self, journey: &Journey) -> usize {
        let Some((best, others)) = journey.ranked.split_first() else {
            return 0;
        };
        let text = |hit: &Ranked| &journey.candidates[hit.candidate].text;
        let first = text(best);
        let twin = |hit: &&Ranked| {
            best.score - hit.score < model::TWIN_LEAD
                && text(hit).questions[0].text == first.questions[0].text
                && !text(hit).says_the_same(first)
        };
        others.iter().take(MAX_CHOICES - 1).take_while(twin).count()
    }
}

fn keys(candidates: &[Candidate]) -> HashSet<EntryKey> {
    candidates.iter().map(|found| found.key).collect()
}
