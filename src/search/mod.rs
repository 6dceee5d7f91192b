//! The conductor: a question in, a reply out.

mod reply;
mod request;

use std::sync::Arc;

use crate::index::{Index, IndexError};
use crate::locale::Locale;
use crate::text::Analyzer;

pub use reply::*;
pub use request::*;

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

/// Why a question gets no reply.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// No knowledge base of this name.
    #[error("there is no knowledge base {0:?}")]
    UnknownKb(String),
    /// No entry with this id.
    #[error("there is no entry {0:?}")]
    UnknownEntry(String),
    /// No entry is in this category.
    #[error("there is no category {0:?}")]
    UnknownCategory(String),
    /// No entry has this tag.
    #[error("there is no tag {0:?}")]
    UnknownTag(String),
    /// The engine failed.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// Answers questions from one opened index. Cheap to share: wrap it in an `Arc`.
#[derive(Debug)]
pub struct Searcher {
    index: Index,
    analyzer: Arc<Analyzer>,
    settings: Settings,
}

impl Searcher {
    /// Joins an index, the analyzer it was built with, and settings.
    pub fn new(index: Index, analyzer: Arc<Analyzer>, settings: Settings) -> Searcher {
        Searcher {
            index,
            analyzer,
            settings,
        }
    }

    /// The index it answers from.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        let _ = &self.analyzer;
        &self.settings
    }

    /// Whether `kb` (if given) names this knowledge base.
    ///
    /// # Errors
    /// [`SearchError::UnknownKb`] if not.
    pub fn check_kb(&self, kb: Option<&str>) -> Result<(), SearchError> {
        match kb {
            Some(name) if name != self.settings.kb => Err(SearchError::UnknownKb(name.to_owned())),
            _ => Ok(()),
        }
    }

    /// A ranked list.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn search(&self, _request: &SearchRequest) -> Result<SearchReply, SearchError> {
        Err(SearchError::UnknownKb(String::new()))
    }

    /// One decision.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn ask(&self, _request: &AskRequest) -> Result<AskReply, SearchError> {
        Err(SearchError::UnknownKb(String::new()))
    }

    /// Completions of what is being typed.
    ///
    /// # Errors
    /// [`SearchError`] for a failing engine.
    pub async fn suggest(
        &self,
        _typed: &Question,
        _limit: usize,
    ) -> Result<SuggestReply, SearchError> {
        Err(SearchError::UnknownKb(String::new()))
    }

    /// All entries, or those a filter leaves, in corpus order.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn entries(
        &self,
        _filter: &Filter,
        _page: Page,
    ) -> Result<EntriesReply, SearchError> {
        Err(SearchError::UnknownKb(String::new()))
    }

    /// One entry.
    ///
    /// # Errors
    /// [`SearchError::UnknownEntry`], or a failing engine.
    pub async fn entry(&self, id: &str) -> Result<EntryReply, SearchError> {
        Err(SearchError::UnknownEntry(id.to_owned()))
    }

    /// Entries near one entry.
    ///
    /// # Errors
    /// [`SearchError::UnknownEntry`], or a failing engine.
    pub async fn related(&self, id: &str, _limit: usize) -> Result<RelatedReply, SearchError> {
        Err(SearchError::UnknownEntry(id.to_owned()))
    }

    /// Why this order: the best `top` entries taken apart.
    ///
    /// # Errors
    /// [`SearchError`] for an unknown filter value or a failing engine.
    pub async fn explain(&self, _request: &AskRequest) -> Result<ExplainReply, SearchError> {
        Err(SearchError::UnknownKb(String::new()))
    }
}
