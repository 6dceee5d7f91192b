//! The way of every question: analyse, retrieve, weigh, rank.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use crate::index::{Candidate, EntryKey, Fetched, Retrieval, Scope};
use crate::rank::decide::{MAX_CHOICES, Verdict, clarify, decide};
use crate::rank::model::{self, Evidence};
use crate::rank::{Ranked, Readings, Signal, Tools, rank};
use crate::search::Searcher;
use crate::search::error::SearchError;
use crate::search::request::{Filter, Question};
use crate::search::shown::Shown;
use crate::search::stages::{Stages, Watch, micros};
use crate::text::Analysis;

/// A question on its way: what every reply about it is made from.
pub(super) struct Journey<'i> {
    pub(super) started: Instant,
    pub(super) analysis: Analysis,
    pub(super) readings: Readings,
    pub(super) candidates: Vec<Candidate<'i>>,
    pub(super) evidence: Evidence,
    pub(super) ranked: Vec<Ranked>,
    pub(super) stages: Stages,
    /// Whether the encoder failed on the way.
    pub(super) misses_vectors: bool,
}

/// What there is to order for a question.
pub(super) struct Found<'i> {
    pub(super) readings: Readings,
    pub(super) retrieval: Retrieval,
    pub(super) candidates: Vec<Candidate<'i>>,
    pub(super) evidence: Evidence,
    pub(super) stages: Stages,
    /// Whether the encoder failed.
    pub(super) misses_vectors: bool,
}

impl Journey<'_> {
    /// Microseconds since it began.
    pub(super) fn took_us(&self) -> u64 {
        micros(self.started.elapsed())
    }
}

impl Searcher {
    /// `fetched` keeps what the engine sends for.
    pub(super) async fn travel<'i>(
        &'i self,
        question: &Question,
        filter: &Filter,
        fetched: &'i Fetched,
    ) -> Result<Journey<'i>, SearchError> {
        let started = Instant::now();
        let scope = self.scope(filter)?;
        let analysis = self.language.analyzer.analyze(question.as_str());
        let analysed = started.elapsed();
        let (mut found, ranked) = self.ranked(&analysis, scope, fetched).await?;
        found.stages.analyse += analysed;
        Ok(Journey {
            stages: found.stages,
            misses_vectors: found.misses_vectors,
            started,
            analysis,
            readings: found.readings,
            candidates: found.candidates,
            evidence: found.evidence,
            ranked,
        })
    }

    /// Reads a question in every way, finds candidates, and orders them.
    async fn ranked<'i>(
        &'i self,
        analysis: &Analysis,
        scope: Scope,
        fetched: &'i Fetched,
    ) -> Result<(Found<'i>, Vec<Ranked>), SearchError> {
        let mut found = self.found(analysis, fetched).await?;
        let mut watch = Watch::start();
        if scope.is_everything() {
            let ranked = self.order(&found, &found.candidates);
            found.stages.rank += watch.lap();
            return Ok((found, ranked));
        }
        // How sure we are of an entry must not depend on what else is left out: everything is ranked as
        // without a filter, and then what only the filter lets in.
        let everywhere = found.candidates.len();
        found.retrieval.scope = scope;
        let within = self.index.retrieve(&found.retrieval, fetched).await?;
        let within = within.candidates;
        let kept = keys(&within);
        let known = keys(&found.candidates);
        let more = within.into_iter();
        let more = more.filter(|candidate| !known.contains(&candidate.key));
        found.candidates.extend(more);
        found.stages.retrieve += watch.lap();
        let mut ranked = self.order(&found, &found.candidates[..everywhere]);
        ranked.retain(|hit| kept.contains(&found.candidates[hit.candidate].key));
        let most = ranked.last().map_or(1.0, |last| last.confidence);
        let mut more = self.order(&found, &found.candidates);
        more.retain(|hit| hit.candidate >= everywhere);
        for hit in &mut more {
            hit.confidence = hit.confidence.min(most);
        }
        ranked.extend(more);
        found.stages.rank += watch.lap();
        Ok((found, ranked))
    }

    /// Reads a question in every way and finds candidates everywhere.
    pub(super) async fn found<'i>(
        &'i self,
        analysis: &Analysis,
        fetched: &'i Fetched,
    ) -> Result<Found<'i>, SearchError> {
        let mut watch = Watch::start();
        let readings = self.readings(analysis);
        let analyse = watch.lap();
        // A failing encoder costs quality, never the reply.
        let encoding = self.language.encoding(&readings.meant().text);
        let encode = watch.lap();
        let misses_vectors = encoding.is_none() && self.language.encoder.is_some();
        let retrieval = Retrieval {
            encoding,
            ..readings.retrieval()
        };
        let mut found = self.retrieve(readings, retrieval, fetched).await?;
        found.stages = Stages {
            analyse,
            encode,
            retrieve: watch.lap(),
            ..Stages::default()
        };
        found.misses_vectors = misses_vectors;
        Ok(found)
    }

    /// Finds candidates for a question that has been read, by a retrieval made from these readings.
    pub(super) async fn retrieve<'i>(
        &'i self,
        mut readings: Readings,
        retrieval: Retrieval,
        fetched: &'i Fetched,
    ) -> Result<Found<'i>, SearchError> {
        let retrieved = self.index.retrieve(&retrieval, fetched).await?;
        let statistics = self.index.statistics();
        let asking = |term: &str| self.index.entries_asking(term);
        readings.weigh(&retrieval, &retrieved, statistics.entries, &asking);
        let encoding = retrieval.encoding.as_ref();
        let evidence = Evidence::of(
            encoding.is_some(),
            statistics.answer_vectors,
            encoding.is_some_and(|encoding| !encoding.tokens.is_empty()),
        );
        Ok(Found {
            readings,
            retrieval,
            candidates: retrieved.candidates,
            evidence,
            stages: Stages::default(),
            misses_vectors: false,
        })
    }

    /// Orders candidates; those that are not among the found ones are as good.
    pub(super) fn order(&self, found: &Found<'_>, candidates: &[Candidate<'_>]) -> Vec<Ranked> {
        let tools = Tools {
            characters: self.characters(),
            conditions: self.language.analyzer.conditions(),
        };
        rank(
            &found.readings,
            candidates,
            found.evidence,
            self.index.statistics(),
            tools,
        )
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
        candidates: &[Candidate<'_>],
    ) -> Result<Vec<Arc<Shown>>, SearchError> {
        let keys = ranked.iter().map(|hit| candidates[hit.candidate].key);
        let mut all: Vec<(EntryKey, Option<Arc<Shown>>)> =
            keys.map(|key| (key, self.shown.get(key))).collect();
        // All that is missing at once: it may come over a network.
        let missing = all.iter().filter(|(_, shown)| shown.is_none());
        let missing: Vec<EntryKey> = missing.map(|&(key, _)| key).collect();
        let mut entries = self.index.entries(&missing).await?.into_iter();
        for (key, shown) in all.iter_mut().filter(|(_, shown)| shown.is_none()) {
            *shown = entries.next().map(|entry| {
                let shown = Arc::new(Shown::new(*key, entry));
                self.shown.keep(*key, &shown);
                shown
            });
        }
        let unknown = || SearchError::UnknownEntry(String::new());
        let all = all.into_iter().map(|(_, shown)| shown.ok_or_else(unknown));
        all.collect()
    }

    pub(super) fn verdict(&self, journey: &Journey<'_>, ranked: &[&Ranked]) -> Verdict {
        let confidences: Vec<f64> = ranked.iter().map(|hit| hit.confidence).collect();
        match decide(&confidences, self.thresholds()) {
            Verdict::Answered => match self.twins(journey, ranked) {
                // 备案 alone, asked of an FAQ about 备案, may mean any of it.
                0 if self.names_only_the_subject(journey) => clarify(&confidences),
                0 => Verdict::Answered,
                twins => Verdict::Clarify(1 + twins),
            },
            verdict => verdict,
        }
    }

    /// Whether nothing was asked but what many entries say, and no entry asks just that.
    fn names_only_the_subject(&self, journey: &Journey<'_>) -> bool {
        let asked = journey.readings.meant();
        let is_asked = |hit: &Ranked| hit.signals[Signal::Same as usize] > 0.0;
        asked.names_only_the_subject(self.index.statistics().entries)
            && !journey.ranked.first().is_some_and(is_asked)
    }

    /// How many entries right behind the first ask the very same and answer otherwise.
    fn twins(&self, journey: &Journey<'_>, ranked: &[&Ranked]) -> usize {
        let Some((best, others)) = ranked.split_first() else {
            return 0;
        };
        let text = |hit: &Ranked| &journey.candidates[hit.candidate].text;
        let first = text(best);
        let twin = |hit: &&&Ranked| {
            best.score - hit.score < model::TWIN_LEAD
                && text(hit).question.text == first.question.text
                && !text(hit).says_the_same(first)
        };
        others.iter().take(MAX_CHOICES - 1).take_while(twin).count()
    }
}

fn keys(candidates: &[Candidate<'_>]) -> HashSet<EntryKey> {
    candidates.iter().map(|found| found.key).collect()
}
