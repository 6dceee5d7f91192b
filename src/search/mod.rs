//! The conductor: a question in, a reply out.
//!
//! One journey serves everything: analyse the question, retrieve candidates, weigh and rank them,
//! fetch only the entries that are shown, and assemble the reply.

mod assemble;
mod error;
mod explain;
mod highlight;
mod html;
mod reply;
mod request;
mod suggest;

use std::sync::Arc;
use std::time::Instant;

use uuid::Uuid;

use crate::corpus::Entry;
use crate::index::{Candidate, EntryKey, Index, Scope, is_within};
use crate::locale::Locale;
use crate::rank::decide::{Verdict, decide};
use crate::rank::{Query, Ranked, decide, model, rank};
use crate::text::{Analysis, Analyzer};

pub use error::SearchError;
pub use reply::*;
pub use request::*;

use assemble::rounded;
use highlight::Highlighter;

/// How many related questions stand beside an answer.
const RELATED: usize = 3;

/// What the owner may set.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The knowledge base's name, as callers give it in `kb`.
    pub kb: String,
    /// The language of messages in replies.
    pub locale: Locale,
    /// Thresholds instead of the built-in ones: answer, clarify.
    pub thresholds: Option<(f64, f64)>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            kb: "default".to_owned(),
            locale: Locale::Zh,
            thresholds: None,
        }
    }
}

/// Answers questions from one opened index. Cheap to share: wrap it in an `Arc`.
#[derive(Debug)]
pub struct Searcher {
    index: Index,
    analyzer: Arc<Analyzer>,
    settings: Settings,
    version: String,
}

/// A question on its way: what every reply about it is made from.
struct Journey {
    started: Instant,
    analysis: Analysis,
    query: Query,
    candidates: Vec<Candidate>,
    ranked: Vec<Ranked>,
}

impl Searcher {
    /// Joins an index, the analyzer it was built with, and settings.
    pub fn new(index: Index, analyzer: Arc<Analyzer>, settings: Settings) -> Searcher {
        let mut hasher = blake3::Hasher::new();
        hasher.update(index.version().as_bytes());
        hasher.update(model::fingerprint().as_bytes());
        hasher.update(format!("{:?} {:?}", settings.locale, settings.thresholds).as_bytes());
        let version = hasher.finalize().to_hex()[..16].to_owned();
        Searcher {
            index,
            analyzer,
            settings,
            version,
        }
    }

    /// The index it answers from.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Content hash of everything that can change an answer: corpus, analysis, weights, thresholds.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether `kb` (if given) names this knowledge base.
    ///
    /// # Errors
    /// [`SearchError::UnknownKb`] if not.
    pub fn check_kb(&self, kb: Option<&str>) -> Result<(), SearchError> {
        match kb {
            Some(name) if name != self.settings.kb => Err(SearchError::UnknownKb {
                name: name.to_owned(),
                known: self.settings.kb.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// A ranked list.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn search(&self, request: &SearchRequest) -> Result<SearchReply, SearchError> {
        let journey = self.travel(&request.question, &request.filter).await?;
        let page: Vec<&Ranked> = journey
            .ranked
            .iter()
            .skip(request.page.offset)
            .take(request.page.limit)
            .collect();
        let highlighter = Highlighter::new(&self.analyzer, &journey.query);
        let entries = self.fetch(&page, &journey.candidates).await?;
        let hits = page
            .iter()
            .zip(entries)
            .map(|(ranked, entry)| assemble::hit(entry, ranked, &highlighter));
        Ok(SearchReply {
            hits: hits.collect(),
            query_id: query_id(),
            index_version: self.version.clone(),
            query: request.question.to_string(),
            total: journey.ranked.len(),
            facets: assemble::candidate_facets(&journey.candidates),
            took_us: journey.took_us(),
        })
    }

    /// One decision.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn ask(&self, request: &AskRequest) -> Result<AskReply, SearchError> {
        let journey = self.travel(&request.question, &request.filter).await?;
        let verdict = self.verdict(&journey);
        let shown = match verdict {
            Verdict::Clarify(choices) => choices,
            Verdict::Answered | Verdict::NoAnswer => request.top,
        };
        let best: Vec<&Ranked> = journey.ranked.iter().take(shown.max(1)).collect();
        let mut entries = self.fetch(&best, &journey.candidates).await?;
        let candidates = best.iter().zip(&entries).take(shown.min(request.top));
        let candidates = candidates.map(|(ranked, entry)| AskCandidate {
            id: entry.id.to_string(),
            question: entry.question.clone(),
            confidence: rounded(ranked.confidence),
        });
        let candidates = candidates.collect();
        let explanation = if request.explain {
            Some(
                self.explanation(&request.question, &journey, request.top)
                    .await?,
            )
        } else {
            None
        };
        let answer = if verdict == Verdict::Answered && !entries.is_empty() {
            let entry = entries.swap_remove(0);
            let related = self.related_to(&entry, RELATED).await?;
            let highlighter = Highlighter::new(&self.analyzer, &journey.query);
            let hit = assemble::hit(entry, best[0], &highlighter);
            Some(AnsweredHit { hit, related })
        } else {
            None
        };
        Ok(AskReply {
            query_id: query_id(),
            index_version: self.version.clone(),
            decision: decision(verdict),
            answer,
            candidates,
            message: self.message(verdict),
            thresholds: self.reported_thresholds(),
            explanation,
            took_us: journey.took_us(),
        })
    }

    /// Completions of what is being typed, at most `limit`.
    ///
    /// # Errors
    /// [`SearchError`] for a failing engine.
    pub async fn suggest(
        &self,
        typed: &Question,
        limit: usize,
    ) -> Result<SuggestReply, SearchError> {
        let started = Instant::now();
        let (query, candidates) =
            suggest::candidates(&self.index, &self.analyzer, typed.as_str()).await?;
        let completions = suggest::order(&query, &candidates, limit);
        let keys: Vec<EntryKey> = completions
            .iter()
            .map(|found| candidates[found.candidate].key)
            .collect();
        let entries = self.index.entries(&keys).await?;
        let highlighter = Highlighter::new(&self.analyzer, &query);
        let suggestions = completions.iter().zip(entries).map(|(found, entry)| {
            let variant = found
                .phrasing
                .checked_sub(1)
                .and_then(|at| entry.variants.get(at));
            let text = variant.unwrap_or(&entry.question).clone();
            Suggestion {
                highlights: highlighter.ranges(&text),
                text,
                id: entry.id.to_string(),
            }
        });
        Ok(SuggestReply {
            suggestions: suggestions.collect(),
            query_id: query_id(),
            index_version: self.version.clone(),
            query: typed.to_string(),
            took_us: micros(started),
        })
    }

    /// All entries, or those a filter leaves, in corpus order.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn entries(&self, filter: &Filter, page: Page) -> Result<EntriesReply, SearchError> {
        let scope = self.scope(filter)?;
        let (total, keys) = self.index.list(&scope, page.offset, page.limit).await?;
        let entries = self.index.entries(&keys).await?;
        let within = |path: &str| {
            scope
                .category
                .as_deref()
                .is_none_or(|outer| is_within(path, outer))
        };
        Ok(EntriesReply {
            index_version: self.version.clone(),
            total,
            entries: entries.into_iter().map(assemble::summary).collect(),
            facets: assemble::catalog_facets(self.index.catalog(), within),
        })
    }

    /// One entry.
    ///
    /// # Errors
    /// [`SearchError::UnknownEntry`], or a failing engine.
    pub async fn entry(&self, id: &str) -> Result<EntryReply, SearchError> {
        let entry = self.find(id).await?;
        let passages = 0..entry.answer.passages.len();
        Ok(EntryReply {
            index_version: self.version.clone(),
            id: entry.id.to_string(),
            source: assemble::source(&entry),
            passages: passages
                .filter_map(|index| assemble::passage_span(&entry.answer, index))
                .collect(),
            question: entry.question,
            variants: entry.variants,
            answer: assemble::body(entry.answer),
            category: entry.category,
            tags: entry.tags,
        })
    }

    /// Entries near one entry: the author's own choice first, then the nearest by question.
    ///
    /// # Errors
    /// [`SearchError::UnknownEntry`], or a failing engine.
    pub async fn related(&self, id: &str, limit: usize) -> Result<RelatedReply, SearchError> {
        let entry = self.find(id).await?;
        let related = self.related_to(&entry, limit).await?;
        Ok(RelatedReply {
            index_version: self.version.clone(),
            related,
        })
    }

    /// Why this order: the best `top` entries taken apart.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn explain(&self, request: &AskRequest) -> Result<ExplainReply, SearchError> {
        let journey = self.travel(&request.question, &request.filter).await?;
        Ok(ExplainReply {
            query_id: query_id(),
            index_version: self.version.clone(),
            query: request.question.to_string(),
            decision: decision(self.verdict(&journey)),
            thresholds: self.reported_thresholds(),
            explanation: self
                .explanation(&request.question, &journey, request.top)
                .await?,
            took_us: journey.took_us(),
        })
    }

    async fn travel(&self, question: &Question, filter: &Filter) -> Result<Journey, SearchError> {
        let started = Instant::now();
        let scope = self.scope(filter)?;
        let analysis = self.analyzer.analyze(question.as_str());
        let (query, candidates) = self.candidates(&analysis, scope).await?;
        let asking = |term: &str| self.index.entries_asking(term);
        let ranked = rank(&query, &candidates, self.index.statistics(), &asking);
        Ok(Journey {
            started,
            analysis,
            query,
            candidates,
            ranked,
        })
    }

    async fn candidates(
        &self,
        analysis: &Analysis,
        scope: Scope,
    ) -> Result<(Query, Vec<Candidate>), SearchError> {
        let mut query = Query::new(analysis);
        let retrieved = self
            .index
            .retrieve(&query.retrieval(scope, model::CANDIDATES))
            .await?;
        let entries = self.index.statistics().entries;
        query.weigh(&retrieved, entries, |term| self.index.entries_asking(term));
        Ok((query, retrieved.candidates))
    }

    fn scope(&self, filter: &Filter) -> Result<Scope, SearchError> {
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

    async fn fetch(
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

    async fn find(&self, id: &str) -> Result<Entry, SearchError> {
        let unknown = || SearchError::UnknownEntry(id.to_owned());
        let key = self.index.find(id).await?.ok_or_else(unknown)?;
        self.index.entries(&[key]).await?.pop().ok_or_else(unknown)
    }

    async fn related_to(
        &self,
        entry: &Entry,
        limit: usize,
    ) -> Result<Vec<RelatedEntry>, SearchError> {
        let mut related: Vec<RelatedEntry> = Vec::new();
        let mut add = |near: Entry| {
            let again = near.id == entry.id
                || near.question == entry.question
                || related.iter().any(|known| known.question == near.question);
            if !again && related.len() < limit {
                related.push(RelatedEntry {
                    id: near.id.to_string(),
                    question: near.question,
                });
            }
        };
        for id in &entry.related {
            if let Some(key) = self.index.find(id.as_str()).await? {
                self.index
                    .entries(&[key])
                    .await?
                    .into_iter()
                    .for_each(&mut add);
            }
        }
        let analysis = self.analyzer.analyze(&entry.question);
        let (query, candidates) = self.candidates(&analysis, Scope::default()).await?;
        let asking = |term: &str| self.index.entries_asking(term);
        let ranked = rank(&query, &candidates, self.index.statistics(), &asking);
        // Twice as many again leave room for the entry itself and for repeated questions.
        let near: Vec<&Ranked> = ranked.iter().take(limit.saturating_mul(2) + 2).collect();
        self.fetch(&near, &candidates)
            .await?
            .into_iter()
            .for_each(&mut add);
        Ok(related)
    }

    async fn explanation(
        &self,
        question: &Question,
        journey: &Journey,
        top: usize,
    ) -> Result<Explanation, SearchError> {
        let best: Vec<&Ranked> = journey.ranked.iter().take(top).collect();
        let entries = self.fetch(&best, &journey.candidates).await?;
        let best: Vec<(&Ranked, Entry)> = best.into_iter().zip(entries).collect();
        Ok(explain::explanation(
            question.as_str(),
            &journey.analysis,
            &journey.query,
            &journey.candidates,
            &best,
            self.settings.locale,
        ))
    }

    fn verdict(&self, journey: &Journey) -> Verdict {
        let Some(best) = journey.ranked.first() else {
            return Verdict::NoAnswer;
        };
        let question =
            |ranked: &Ranked| &journey.candidates[ranked.candidate].text.questions[0].text;
        let compared = journey.ranked.iter().take(decide::MAX_CHOICES + 1);
        let compared: Vec<(f64, bool)> = compared
            .map(|ranked| (ranked.confidence, question(ranked) == question(best)))
            .collect();
        decide(&compared, self.thresholds(), model::MARGIN)
    }

    fn thresholds(&self) -> decide::Thresholds {
        self.settings
            .thresholds
            .map_or(model::THRESHOLDS, |(answer, clarify)| decide::Thresholds {
                answer,
                clarify,
            })
    }

    fn reported_thresholds(&self) -> Thresholds {
        let decide::Thresholds { answer, clarify } = self.thresholds();
        let origin = if self.settings.thresholds.is_some() {
            "config"
        } else {
            "default"
        };
        Thresholds {
            answer,
            clarify,
            origin: origin.to_owned(),
        }
    }

    fn message(&self, verdict: Verdict) -> Option<String> {
        let locale = self.settings.locale;
        match verdict {
            Verdict::Answered => None,
            Verdict::Clarify(_) => {
                Some(locale.pick("您想问的是哪一个？", "Which of these do you mean?"))
            }
            Verdict::NoAnswer => Some(locale.pick(
                "抱歉，常见问题里没有找到这个问题的答案。换个说法试试，或联系人工客服。",
                "Sorry, the FAQ has no answer to this. Try other words, or contact support.",
            )),
        }
        .map(str::to_owned)
    }
}

impl Journey {
    fn took_us(&self) -> u64 {
        micros(self.started)
    }
}

fn micros(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}

fn query_id() -> String {
    Uuid::new_v4().simple().to_string()
}

fn decision(verdict: Verdict) -> Decision {
    match verdict {
        Verdict::Answered => Decision::Answered,
        Verdict::Clarify(_) => Decision::Clarify,
        Verdict::NoAnswer => Decision::NoAnswer,
    }
}
