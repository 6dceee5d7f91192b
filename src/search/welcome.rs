//! What a reader is greeted with: the owner's words, and questions to begin with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::index::{EntryKey, Scope};
use crate::locale::Locale;
use crate::search::error::SearchError;
use crate::search::reply::RelatedEntry;
use crate::search::{Searcher, assemble};

/// What to greet a reader with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WelcomeReply {
    /// Content hash of everything that can change an answer.
    pub index_version: String,
    /// The owner's words of welcome, as plain text.
    pub message: Option<String>,
    /// Questions to begin with.
    pub questions: Vec<RelatedEntry>,
}

impl Searcher {
    /// The owner's welcome with at most `limit` questions: those that the owner chose, then the entries
    /// `asked`, which are the ids of those asked most. Where there are none of either, the first entry of each
    /// of the largest categories, then the second of each, and so on.
    ///
    /// # Errors
    /// [`SearchError`] for a failing engine.
    pub async fn welcome(
        &self,
        asked: &[String],
        limit: usize,
        locale: Locale,
    ) -> Result<WelcomeReply, SearchError> {
        let mut keys: Vec<EntryKey> = Vec::new();
        for &key in self.index.welcome_entries() {
            add(&mut keys, key, limit);
        }
        for id in asked {
            if keys.len() >= limit {
                break;
            }
            // An entry that was asked for may be gone.
            if let Some(key) = self.index.find(id).await? {
                add(&mut keys, key, limit);
            }
        }
        if keys.is_empty() {
            keys = self.first_of_categories(limit).await?;
        }
        let questions = self.index.entries(&keys).await?;
        let questions = questions.into_iter().map(|entry| RelatedEntry {
            id: entry.id.to_string(),
            question: entry.question,
        });
        let message = self.index.welcome_message().text(locale);
        Ok(WelcomeReply {
            index_version: self.version.clone(),
            message: message.map(str::to_owned),
            questions: questions.collect(),
        })
    }

    /// A question of this knowledge base, to show what may be asked: the first that readers are welcomed with,
    /// else the first of all; `None` if there is none.
    ///
    /// # Errors
    /// [`SearchError`] for a failing engine.
    pub async fn example(&self) -> Result<Option<String>, SearchError> {
        let first = match self.index.welcome_entries().first() {
            Some(&key) => Some(key),
            None => self.index.list(&Scope::default(), 0, 1).await?.1.pop(),
        };
        let entry = self.index.entries(first.as_slice()).await?.pop();
        Ok(entry.map(|entry| entry.question))
    }

    async fn first_of_categories(&self, limit: usize) -> Result<Vec<EntryKey>, SearchError> {
        let facets = assemble::catalog_facets(self.index.catalog(), |_| true);
        let mut columns = Vec::new();
        for facet in facets.category.into_iter().take(limit) {
            let scope = Scope {
                category: Some(facet.value),
                tag: None,
            };
            columns.push(self.index.list(&scope, 0, limit).await?.1);
        }
        let (_, everything) = self.index.list(&Scope::default(), 0, limit).await?;
        let mut keys = Vec::new();
        for row in 0..limit {
            for &key in columns.iter().filter_map(|column| column.get(row)) {
                add(&mut keys, key, limit);
            }
        }
        for key in everything {
            add(&mut keys, key, limit);
        }
        Ok(keys)
    }
}

/// Adds an entry that is not there yet, while there is room.
fn add(keys: &mut Vec<EntryKey>, key: EntryKey, limit: usize) {
    if keys.len() < limit && !keys.contains(&key) {
        keys.push(key);
    }
}
