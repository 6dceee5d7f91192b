//! The conductor: a question in, a reply out.
//!
//! One journey serves everything: analyse the question, retrieve candidates, weigh and rank them,
//! fetch only the entries that are shown, and assemble the reply.

mod assemble;
mod browse;
mod context;
mod error;
mod explain;
mod explained;
mod highlight;
mod html;
mod journey;
mod reading;
mod reply;
mod request;
mod shown;
mod silent;
mod stages;
mod suggest;
mod thresholds;
mod welcome;

use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use crate::index::{Fetched, Index};
use crate::locale::Locale;
use crate::rank::decide::{self, Verdict};
use crate::rank::{Characters, Ranked, model};
use crate::semantic::{Encoder, Language};
use crate::text::question_lists;

pub use error::SearchError;
pub use explained::*;
pub use html::answer_events;
pub use reply::*;
pub use request::*;
pub use stages::{StageTimes, Stages};
pub use thresholds::FittedThresholds;
pub use welcome::WelcomeReply;

use assemble::rounded;
use highlight::Highlighter;
use journey::Journey;
use shown::{Shown, ShownEntries};
use stages::Watch;

/// What the owner may set.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The knowledge base's name, as callers give it in `kb`.
    pub kb: String,
    /// The language of messages in replies.
    pub locale: Locale,
    /// Thresholds instead of the fitted or the built-in ones: answer, clarify.
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
    language: Language,
    settings: Settings,
    fitted: Option<FittedThresholds>,
    characters: OnceLock<Characters>,
    shown: ShownEntries,
    version: String,
}

impl Searcher {
    /// Joins an index, what it was built with, and settings.
    pub fn new(index: Index, language: Language, settings: Settings) -> Searcher {
        let mut hasher = blake3::Hasher::new();
        hasher.update(index.version().as_bytes());
        hasher.update(model::fingerprint().as_bytes());
        for list in question_lists() {
            hasher.update(list.as_bytes());
        }
        hasher.update(index.fitted().unwrap_or_default());
        hasher.update(format!("{:?} {:?}", settings.locale, settings.thresholds).as_bytes());
        let version = hasher.finalize().to_hex()[..16].to_owned();
        Searcher {
            fitted: index.fitted().and_then(FittedThresholds::from_bytes),
            characters: OnceLock::new(),
            shown: ShownEntries::default(),
            index,
            language,
            settings,
            version,
        }
    }

    /// The index it answers from.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Whether questions are matched by their words alone because the encoder fails.
    pub fn misses_vectors(&self) -> bool {
        let encoder = self.language.encoder.as_deref();
        encoder.is_some_and(Encoder::is_failing)
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Content hash of everything that can change an answer: corpus, analysis, weights, thresholds.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// A ranked list.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn search(&self, request: &SearchRequest) -> Result<SearchReply, SearchError> {
        let fetched = Fetched::default();
        let travel = self.travel(&request.question, &request.filter, &fetched);
        let journey = travel.await?;
        let mut watch = Watch::start();
        let page = journey.ranked.iter().skip(request.page.offset);
        let page: Vec<&Ranked> = page.take(request.page.limit).collect();
        let highlighter = Highlighter::new(journey.readings.meant());
        let entries = self.fetch(&page, &journey.candidates).await?;
        let hits = page.iter().zip(&entries).map(|(ranked, shown)| {
            let text = &journey.candidates[ranked.candidate].text;
            assemble::hit(shown, text, ranked, &highlighter)
        });
        let hits = hits.collect();
        let facets = assemble::candidate_facets(&journey.candidates);
        let render = watch.lap();
        Ok(SearchReply {
            hits,
            facets,
            query_id: query_id(),
            index_version: self.version.clone(),
            query: request.question.to_string(),
            total: journey.ranked.len(),
            took_us: journey.took_us(),
            stages: Stages {
                render,
                ..journey.stages
            },
        })
    }

    /// One decision.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn ask(&self, request: &AskRequest) -> Result<AskReply, SearchError> {
        self.ask_in(&Context::default(), request).await
    }

    /// One decision about a question that may lean on what was said before.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn ask_in(
        &self,
        context: &Context,
        request: &AskRequest,
    ) -> Result<AskReply, SearchError> {
        let fetched = Fetched::default();
        let (journey, interpreted) = self.travel_in(context, request, &fetched).await?;
        let mut watch = Watch::start();
        let (verdict, ranked) = self.decide(&journey).await?;
        let shown = match verdict {
            Verdict::Clarify(choices) => choices,
            Verdict::Answered | Verdict::NoAnswer => request.top,
        };
        let best: Vec<&Ranked> = ranked.into_iter().take(shown.max(1)).collect();
        let entries = self.fetch(&best, &journey.candidates).await?;
        let candidates = best.iter().zip(&entries).take(shown.min(request.top));
        let candidates = candidates.map(|(ranked, shown)| AskCandidate {
            id: shown.entry.id.to_string(),
            question: shown.entry.question.clone(),
            category: shown.entry.category.clone(),
            confidence: rounded(ranked.confidence),
        });
        let candidates = candidates.collect();
        let answer = match (verdict, best.first(), entries.first()) {
            (Verdict::Answered, Some(ranked), Some(shown)) => {
                let highlighter = Highlighter::new(journey.readings.meant());
                let text = &journey.candidates[ranked.candidate].text;
                Some(AnsweredHit {
                    hit: assemble::hit(shown, text, ranked, &highlighter),
                    related: self.related_to_shown(shown).await?,
                })
            }
            _ => None,
        };
        let stages = Stages {
            render: watch.lap(),
            ..journey.stages
        };
        let explanation = if request.explain {
            let question = interpreted.as_ref().unwrap_or(&request.question);
            let explanation = self.explanation(question, &journey, request.top).await?;
            Some(Explanation {
                stages: stages.into(),
                ..explanation
            })
        } else {
            None
        };
        Ok(AskReply {
            query_id: query_id(),
            index_version: self.version.clone(),
            interpreted: interpreted.map(|question| question.to_string()),
            decision: decision(verdict),
            answer,
            candidates,
            message: self.message(verdict, request.locale),
            thresholds: self.reported_thresholds(),
            explanation,
            took_us: journey.took_us(),
            stages,
        })
    }

    /// Why this order: the best `top` entries taken apart.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn explain(&self, request: &AskRequest) -> Result<ExplainReply, SearchError> {
        self.explain_in(&Context::default(), request).await
    }

    /// Why [`Searcher::ask_in`] orders so.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn explain_in(
        &self,
        context: &Context,
        request: &AskRequest,
    ) -> Result<ExplainReply, SearchError> {
        let fetched = Fetched::default();
        let (journey, interpreted) = self.travel_in(context, request, &fetched).await?;
        let question = interpreted.as_ref().unwrap_or(&request.question);
        Ok(ExplainReply {
            query_id: query_id(),
            index_version: self.version.clone(),
            query: request.question.to_string(),
            decision: decision(self.decide(&journey).await?.0),
            thresholds: self.reported_thresholds(),
            explanation: self.explanation(question, &journey, request.top).await?,
            took_us: journey.took_us(),
            interpreted: interpreted.map(|question| question.to_string()),
        })
    }

    async fn explanation(
        &self,
        question: &Question,
        journey: &Journey<'_>,
        top: usize,
    ) -> Result<Explanation, SearchError> {
        let mut watch = Watch::start();
        let best: Vec<&Ranked> = journey.ranked.iter().take(top).collect();
        let entries = self.fetch(&best, &journey.candidates).await?;
        let best: Vec<(&Ranked, Arc<Shown>)> = best.into_iter().zip(entries).collect();
        let explanation = explain::explanation(
            question.as_str(),
            &journey.analysis,
            &journey.readings,
            &journey.candidates,
            journey.evidence,
            &best,
            self.settings.locale,
        );
        let stages = Stages {
            render: watch.lap(),
            ..journey.stages
        };
        Ok(Explanation {
            stages: stages.into(),
            ..explanation
        })
    }

    /// What each character tells, read from the index when the first question comes.
    fn characters(&self) -> &Characters {
        let entries = self.index.statistics().entries;
        let read = || Characters::new(self.index.characters_asking(), entries);
        self.characters.get_or_init(read)
    }

    fn thresholds(&self) -> decide::Thresholds {
        let fitted = self.fitted.map(|fitted| (fitted.answer, fitted.clarify));
        let chosen = self.settings.thresholds.or(fitted);
        chosen.map_or(model::THRESHOLDS, |(answer, clarify)| decide::Thresholds {
            answer,
            clarify,
        })
    }

    fn reported_thresholds(&self) -> Thresholds {
        let decide::Thresholds { answer, clarify } = self.thresholds();
        let origin = if self.settings.thresholds.is_some() {
            "config"
        } else if self.fitted.is_some() {
            "fitted"
        } else {
            "default"
        };
        Thresholds {
            answer,
            clarify,
            origin: origin.to_owned(),
        }
    }

    fn message(&self, verdict: Verdict, locale: Option<Locale>) -> Option<String> {
        let locale = locale.unwrap_or(self.settings.locale);
        match verdict {
            Verdict::Answered => None,
            Verdict::Clarify(1) => {
                Some(locale.pick("您想问的是这个吗？", "Is this what you mean?"))
            }
            Verdict::Clarify(_) => {
                Some(locale.pick("您想问的是哪一个？", "Which of these do you mean?"))
            }
            Verdict::NoAnswer => Some(self.index.no_answer().text(locale).unwrap_or(locale.pick(
                "抱歉，常见问题里没有找到这个问题的答案。换个说法试试，或联系人工客服。",
                "Sorry, the FAQ has no answer to this. Try other words, or contact support.",
            ))),
        }
        .map(str::to_owned)
    }
}

/// A name for a reply, like no other.
pub(crate) fn query_id() -> String {
    Uuid::new_v4().simple().to_string()
}

fn decision(verdict: Verdict) -> Decision {
    match verdict {
        Verdict::Answered => Decision::Answered,
        Verdict::Clarify(_) => Decision::Clarify,
        Verdict::NoAnswer => Decision::NoAnswer,
    }
}
