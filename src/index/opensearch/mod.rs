//! An engine outside the binary: a cluster of OpenSearch nodes.
//!
//! It finds candidates by their terms and keeps all bytes of entries; what is small is kept by every replica of jida
//! itself: the knowledge of a generation, and the vectors that neighbours are found by.

#[cfg(test)]
mod alike;
mod bulk;
mod changes;
mod client;
mod clone;
mod connection;
mod draft;
mod error;
mod folder;
#[cfg(test)]
mod incremental;
mod keeping;
mod known;
mod layout;
#[cfg(test)]
mod lifecycle;
mod local;
mod nodes;
mod order;
mod pieces;
mod place;
mod probe;
mod record;
mod refusal;
mod room;
mod rows;
mod search;
mod settings;
mod settling;
#[cfg(test)]
mod testing;
mod thread;
mod tokens;
mod write;

use std::sync::Arc;

use quick_cache::sync::Cache;
use tempfile::TempDir;

use crate::corpus::Entry;
use crate::index::embedded::Asked;
use crate::index::entry_text::EntryText;
use crate::index::error::{Damage, IndexError};
use crate::index::fetched::Fetched;
use crate::index::knowledge::Knowledge;
use crate::index::opensearch::client::Client;
use crate::index::opensearch::layout::K1;
use crate::index::opensearch::local::Local;
use crate::index::opensearch::record::{InBytes, Record};
use crate::index::opensearch::search::{Boosts, Counted, MAX_CLAUSES, Search};
use crate::index::{Candidate, EntryKey, Retrieval, Retrieved, Scope};
use crate::semantic::{Encoding, unit_vector};

pub use error::ClusterError;
pub use folder::remove_fetched;
pub use place::ClusterIndex;
pub(super) use place::Opened;
pub use settings::ClusterSettings;

pub(super) use changes::Changes;
pub(super) use draft::ClusterDraft;
pub(super) use known::Known;
#[cfg(test)]
pub(super) use testing::{OwnCluster, is_there};
pub(super) use write::{ClusterWriter, Sent};

/// Terms of which it is remembered how many entries hold them.
const COUNTS: usize = 1 << 18;
/// A guess from which the cache sizes its tables: they grow.
const EXPECTED_RECORDS: usize = 1024;

/// What finds and reads the entries of one opened generation.
#[derive(Debug)]
pub(super) struct OpenSearch {
    client: Client,
    index: String,
    local: Local,
    boosts: Boosts,
    /// A generation never changes, so what was counted or fetched once holds.
    counts: Cache<Box<str>, u64>,
    records: Cache<EntryKey, Arc<Record>, InBytes>,
    /// Where the files lie that are mapped.
    folder: Arc<TempDir>,
}

impl OpenSearch {
    /// Opens the index called `index`, whose knowledge lies in `folder`.
    fn open(
        client: &Client,
        index: String,
        folder: Arc<TempDir>,
        entries: u64,
    ) -> Result<OpenSearch, IndexError> {
        let local = Local::open(folder.path(), entries)?;
        let asked = client.clone();
        let multiplies = thread::wait(async move { search::multiplies(&asked).await })?;
        let variants = local.kept.variants;
        Ok(OpenSearch {
            boosts: Boosts {
                variants: search::variants_boost(variants.wanted, variants.given, K1, multiplies),
            },
            counts: Cache::new(COUNTS),
            records: Cache::with_weighter(EXPECTED_RECORDS, client.settings().cache_bytes, InBytes),
            client: client.clone(),
            index,
            local,
            folder,
        })
    }

    fn local(&self) -> &Local {
        &self.local
    }

    pub(super) async fn retrieve<'i>(
        &'i self,
        knowledge: &Knowledge,
        retrieval: &Retrieval,
        fetched: &'i Fetched,
    ) -> Result<Retrieved<'i>, IndexError> {
        let (mut found, entries_with) = self.lexical(knowledge, retrieval).await?;
        let vectors = self.local.vectors.as_ref();
        let vectors = vectors.zip(retrieval.encoding.as_ref());
        if let Some((vectors, encoding)) = vectors {
            let scope = self.local.entries_in(&retrieval.scope);
            let keep = |entry: usize| scope.as_ref().is_none_or(|scope| scope.contains(&entry));
            let near = vectors.nearest(&encoding.vector, retrieval.neighbours, keep);
            let known: Vec<EntryKey> = found.iter().map(|&(key, _)| key).collect();
            let near = near.into_iter().filter(|key| !known.contains(key));
            found.extend(near.map(|key| (key, 0.0)));
        }
        let keys: Vec<EntryKey> = found.iter().map(|&(key, _)| key).collect();
        let records = self.records(&keys).await?;
        let texts = records.iter().map(|record| record.text.clone());
        let texts = fetched.keep(texts.collect());
        let asked = vectors.map(|(vectors, encoding)| (vectors, Asked::new(encoding)));
        let mut candidates = Vec::with_capacity(found.len());
        for (((key, engine_score), text), record) in found.into_iter().zip(texts).zip(&records) {
            let text = EntryText::read(text).ok_or_else(|| self.damaged(key))?;
            let similarity = match &asked {
                None => Default::default(),
                Some((vectors, asked)) => {
                    let nearest = self.nearest_tokens(key, record, asked)?;
                    let phrasings = 1 + text.variants.len();
                    vectors.similarity_by(asked, key, phrasings, nearest)
                }
            };
            candidates.push(Candidate {
                key,
                engine_score,
                text,
                similarity,
            });
        }
        Ok(Retrieved {
            candidates,
            entries_with,
        })
    }

    /// The best entries by their terms, and how many hold each term.
    async fn lexical(
        &self,
        knowledge: &Knowledge,
        retrieval: &Retrieval,
    ) -> Result<(Vec<(EntryKey, f32)>, Vec<u64>), IndexError> {
        let terms = retrieval.terms.iter();
        let mut terms: Vec<Counted<'_>> = terms
            .map(|term| (term, self.counts.get(term.term.as_str())))
            .collect();
        let of = |term: &Counted<'_>| search::clauses(term, knowledge, self.boosts);
        let mut clauses: Vec<_> = terms.iter().flat_map(of).collect();
        if clauses.len() > MAX_CLAUSES {
            // Of a long question, what stands nowhere is left out, then what stands almost everywhere.
            self.search(None, &mut terms).await?;
            let mut rarest = terms.clone();
            rarest.sort_by_key(|&(_, count)| count);
            clauses.clear();
            for more in rarest.iter().map(of) {
                if clauses.len() + more.len() > MAX_CLAUSES {
                    break;
                }
                clauses.extend(more);
            }
        }
        let asked = (retrieval.limit > 0 && !clauses.is_empty()).then(|| {
            let patience = self.client.settings().timeout;
            search::lexical(clauses, &retrieval.scope, retrieval.limit, patience)
        });
        let found = self.search(asked, &mut terms).await?;
        let counts = terms.iter().map(|&(_, count)| count.unwrap_or_default());
        Ok((found, counts.collect()))
    }

    /// Searches, and counts at the same time the entries of all terms of which that is not known.
    async fn search(
        &self,
        asked: Option<Search>,
        terms: &mut [Counted<'_>],
    ) -> Result<Vec<(EntryKey, f32)>, IndexError> {
        let uncounted = terms.iter_mut().filter(|(_, count)| count.is_none());
        let uncounted: Vec<&mut Counted<'_>> = uncounted.collect();
        let is_asked = asked.is_some();
        let counting = uncounted
            .iter()
            .map(|(term, _)| search::counting(&term.term));
        let searches: Vec<Search> = asked.into_iter().chain(counting).collect();
        if searches.is_empty() {
            return Ok(Vec::new());
        }
        let mut replies = self
            .there(search::all(&self.client, &self.index, &searches).await?)?
            .into_iter();
        let found = is_asked.then(|| replies.next()).flatten();
        for (term, reply) in uncounted.into_iter().zip(replies) {
            let count = reply.hits.total.value;
            self.counts.insert(term.0.term.as_str().into(), count);
            term.1 = Some(count);
        }
        let hits = found.unwrap_or_default().hits.hits.into_iter();
        hits.map(|hit| Ok((self.entry_at(hit.sort.1)?, hit.sort.0)))
            .collect()
    }

    /// What ranking reads of these entries, in this order; what is not here is sent for.
    async fn records(&self, keys: &[EntryKey]) -> Result<Vec<Arc<Record>>, IndexError> {
        let mut records: Vec<Option<Arc<Record>>> =
            keys.iter().map(|key| self.records.get(key)).collect();
        let missing = keys.iter().zip(&mut records);
        let missing: Vec<_> = missing.filter(|(_, record)| record.is_none()).collect();
        if !missing.is_empty() {
            let wanted = self.documents(missing.iter().map(|(key, _)| **key))?;
            let stored =
                search::stored(&self.client, &self.index, &wanted, ["record", "tokens"]).await?;
            let mut stored = self.there(stored)?.into_iter();
            for (key, record) in missing {
                let [text, tokens] = stored.next().flatten().ok_or_else(|| self.damaged(*key))?;
                let found = Arc::new(Record {
                    text: text.ok_or_else(|| self.damaged(*key))?.into(),
                    tokens: tokens.unwrap_or_default(),
                });
                self.records.insert(*key, found.clone());
                *record = Some(found);
            }
        }
        Ok(records.into_iter().flatten().collect())
    }

    pub(super) async fn entries(&self, keys: &[EntryKey]) -> Result<Vec<Entry>, IndexError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = self.documents(keys.iter().copied())?;
        let stored = search::stored(&self.client, &self.index, &wanted, ["entry"]).await?;
        let stored = keys.iter().zip(self.there(stored)?);
        let entries = stored.map(|(&key, found)| {
            let bytes = found.and_then(|[entry]| entry);
            let entry = bytes.and_then(|bytes| postcard::from_bytes(&bytes).ok());
            let mut entry: Entry = entry.ok_or_else(|| self.damaged(key))?;
            let place = self.local.rows.place(key.number());
            place.restore(&mut entry.source);
            Ok(entry)
        });
        entries.collect()
    }

    pub(super) async fn encoding(&self, key: EntryKey) -> Result<Option<Encoding>, IndexError> {
        let Some(vectors) = &self.local.vectors else {
            return Ok(None);
        };
        let (vector, _) = vectors.row(vectors.texts_of(key).start);
        let records = self.records(&[key]).await?;
        let record = records.first().ok_or_else(|| self.damaged(key))?;
        let (counts, rows) = self.tokens(key, record)?;
        let question = counts.first().copied().unwrap_or_default();
        let tokens = rows.chunks_exact(self.token_bytes()).take(question);
        Ok(Some(Encoding {
            vector: unit_vector(vector),
            weights: vec![1.0 / question.max(1) as f32; question],
            tokens: tokens.flat_map(unit_vector).collect(),
        }))
    }

    pub(super) async fn find(&self, id: &str) -> Result<Option<EntryKey>, IndexError> {
        let found = search::all(&self.client, &self.index, &[search::by_id(id)]).await?;
        let found = self.there(found)?.pop().unwrap_or_default();
        let first = found.hits.hits.first();
        first.map(|hit| self.entry_at(hit.sort.1)).transpose()
    }

    pub(super) fn list(
        &self,
        scope: &Scope,
        offset: usize,
        limit: usize,
    ) -> (usize, Vec<EntryKey>) {
        self.local.list(scope, offset, limit)
    }

    pub(super) fn complete(&self, prefix: &str, limit: usize) -> Vec<String> {
        self.local.complete(prefix, limit)
    }

    /// The keys under which the cluster has entries.
    fn documents(&self, keys: impl Iterator<Item = EntryKey>) -> Result<Vec<u64>, IndexError> {
        let rows = &self.local.rows;
        let documents = keys.map(|key| {
            let document = rows.key(key.number());
            document.ok_or_else(|| self.damaged(key))
        });
        documents.collect()
    }

    /// The entry that the cluster has under a key.
    fn entry_at(&self, document: u64) -> Result<EntryKey, IndexError> {
        let position = self.local.rows.position(document);
        let unknown = || self.damaged(EntryKey(document));
        position
            .map(|position| EntryKey(position as u64))
            .ok_or_else(unknown)
    }

    /// What the cluster said, unless the generation was removed since it was opened.
    fn there<T>(&self, found: Option<T>) -> Result<T, IndexError> {
        found.ok_or_else(|| IndexError::damage(&self.shown(), Damage::NoGeneration))
    }

    fn damaged(&self, key: EntryKey) -> IndexError {
        let reason = format!("entry {} cannot be read", key.0);
        IndexError::damaged(&self.shown(), reason)
    }

    fn shown(&self) -> std::path::PathBuf {
        place::shown(&self.client, &self.index)
    }
}
