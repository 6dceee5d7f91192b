//! Reading without a question: all entries, one entry, and what stands near it.

use crate::corpus::Entry;
use crate::index::{EntryKey, Fetched, Retrieval, is_within};
use crate::rank::Readings;
use crate::search::error::SearchError;
use crate::search::reply::{EntriesReply, EntryReply, RelatedEntry, RelatedReply};
use crate::search::request::{Filter, Page};
use crate::search::shown::Shown;
use crate::search::{Searcher, assemble};

/// How many related questions stand beside an answer.
const RELATED: usize = 3;

/// Candidates for what stands beside an entry, by its words and as many by its meaning, where only a few are shown.
const RELATED_CANDIDATES: usize = 16;

impl Searcher {
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
        let (_, entry) = self.find(id).await?;
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
        let (key, entry) = self.find(id).await?;
        let related = self.related_to(key, &entry, limit).await?;
        Ok(RelatedReply {
            index_version: self.version.clone(),
            related,
        })
    }

    async fn find(&self, id: &str) -> Result<(EntryKey, Entry), SearchError> {
        let unknown = || SearchError::UnknownEntry(id.to_owned());
        let key = self.index.find(id).await?.ok_or_else(unknown)?;
        let entry = self.index.entries(&[key]).await?.pop();
        Ok((key, entry.ok_or_else(unknown)?))
    }

    /// What stands beside an answer, found once for each entry that is kept as it is shown.
    pub(super) async fn related_to_shown(
        &self,
        shown: &Shown,
    ) -> Result<Vec<RelatedEntry>, SearchError> {
        if let Some(related) = shown.related.get() {
            return Ok(related.clone());
        }
        let related = self.related_to(shown.key, &shown.entry, RELATED).await?;
        Ok(shown.related.get_or_init(|| related).clone())
    }

    /// The author's own choice, then the nearest by question; never the entry itself, no question twice.
    pub(super) async fn related_to(
        &self,
        key: EntryKey,
        entry: &Entry,
        limit: usize,
    ) -> Result<Vec<RelatedEntry>, SearchError> {
        let mut chosen = Vec::new();
        for id in &entry.related {
            chosen.extend(self.index.find(id.as_str()).await?);
        }
        let mut related: Vec<RelatedEntry> = Vec::new();
        self.add_related(&mut related, entry, &chosen, limit)
            .await?;
        if related.len() >= limit {
            return Ok(related);
        }
        let analysis = self.language.analyzer.analyze(&entry.question);
        let readings = Readings::new(&analysis);
        // Twice as many again leave room for the entry itself and for repeated questions.
        let most = RELATED_CANDIDATES.max(limit.saturating_mul(2) + 2);
        let retrieval = Retrieval {
            // An entry says what it means, and its encoding is in the index.
            encoding: self.index.encoding(key).await?,
            limit: most,
            neighbours: most,
            ..readings.retrieval()
        };
        let fetched = Fetched::default();
        let found = self.retrieve(readings, retrieval, &fetched).await?;
        let ranked = self.order(&found, &found.candidates);
        let near = ranked.iter().take(most);
        let near = near.map(|hit| found.candidates[hit.candidate].key);
        let near: Vec<EntryKey> = near.filter(|&near| near != key).collect();
        self.add_related(&mut related, entry, &near, limit).await?;
        Ok(related)
    }

    /// Adds entries to those that stand beside another, as long as there is room, if their questions are not there yet.
    async fn add_related(
        &self,
        related: &mut Vec<RelatedEntry>,
        beside: &Entry,
        mut keys: &[EntryKey],
        limit: usize,
    ) -> Result<(), SearchError> {
        while related.len() < limit && !keys.is_empty() {
            // As many as there is room for: each look may be a journey over a network.
            let (next, rest) = keys.split_at(keys.len().min(limit - related.len()));
            keys = rest;
            for near in self.index.entries(next).await? {
                let again = near.id == beside.id
                    || near.question == beside.question
                    || related.iter().any(|known| known.question == near.question);
                if !again {
                    related.push(RelatedEntry {
                        id: near.id.to_string(),
                        question: near.question,
                    });
                }
            }
        }
        Ok(())
    }
}
