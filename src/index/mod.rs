//! The seam between search and its engine: build, open, retrieve.
//!
//! An engine only finds candidates and returns what is stored; order and confidence are computed above
//! from the candidates' own texts, so that two engines give the same replies. The functions that a remote engine would answer
//! over a network are `async`; the embedded engine answers at once. Engines are variants of a private
//! enum, and every one must pass the suite in `contract`.

mod analyzed;
mod build;
mod catalog;
mod embedded;
mod encode;
mod entry_record;
mod entry_text;
mod error;
mod fetched;
mod generation;
mod knowledge;
mod location;
mod manifest;
mod opening;
mod opensearch;
mod pointer;
mod rarity;
mod rollback;
mod sealed;
mod synonyms;
mod unchanged;
mod welcome;
mod write;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod going_back;
#[cfg(test)]
mod lifecycle;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::corpus::{Entry, OwnText};
use crate::semantic::{Encoding, TokenNearness};
use crate::text::respell::Vocabulary;

pub use analyzed::distinct_ranges;
pub use build::{BuildEvent, BuildReport, Judge, build, build_and_fit, is_fresh};
pub use catalog::{Catalog, is_within};
pub use entry_text::{Atoms, EntryText, PassageText, Places, QuestionText, category_path};
pub use error::{Damage, IndexError};
pub use fetched::Fetched;
pub use location::IndexLocation;
pub use manifest::{Fingerprints, Statistics};
pub use opening::{Standing, current_name};
pub use opensearch::{ClusterError, ClusterIndex, ClusterSettings, remove_fetched};
pub use pointer::{Held, pointer_file};
pub use rollback::{Generation, Rollback, generations, roll_back};
pub use synonyms::Synonyms;

use embedded::Embedded;
use knowledge::Knowledge;
use opening::fitted_in;
use opensearch::OpenSearch;

/// An entry's number in its generation, in corpus order. Means nothing to another generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryKey(u64);

impl EntryKey {
    /// The entry's place in corpus order, from 0.
    pub fn number(self) -> usize {
        self.0 as usize
    }
}

/// One term to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct RetrievalTerm {
    /// As the analyzer spells it.
    pub term: String,
    /// Weight of a match in question or variants; 0 leaves the field out.
    pub question_boost: f32,
    /// Weight of a match anywhere in the entry; 0 leaves the field out.
    pub answer_boost: f32,
}

/// Part of a knowledge base. All that is set must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// A category path (levels joined by `/`); entries in it and below it.
    pub category: Option<String>,
    /// A tag.
    pub tag: Option<String>,
}

impl Scope {
    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        self.category.is_none() && self.tag.is_none()
    }
}

/// What the engine is asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Retrieval {
    /// Any of these.
    pub terms: Vec<RetrievalTerm>,
    /// The question's vectors, if there is an encoder.
    pub encoding: Option<Encoding>,
    /// In this part.
    pub scope: Scope,
    /// At most this many candidates by terms.
    pub limit: usize,
    /// At most this many more by nearness of their vectors, which are of questions and of parts of answers.
    pub neighbours: usize,
}

/// An entry that may answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate<'i> {
    /// Its number, to fetch it by.
    pub key: EntryKey,
    /// The engine's own score, which only chose the candidates.
    pub engine_score: f32,
    /// What ranking reads.
    pub text: EntryText<'i>,
    /// How near its vectors are to the question's.
    pub similarity: Similarity,
}

/// How near an entry is to a question in meaning, each from -1 to 1; empty and 0 without an encoder.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Similarity {
    /// Cosines of whole texts, one for each of the entry's phrasings.
    pub questions: Vec<f32>,
    /// The greatest among the parts of the answer.
    pub parts: f32,
    /// How near each phrasing's tokens come to the question's. Empty if the encoder gives no tokens.
    pub question_tokens: Vec<TokenNearness>,
    /// The same for the tokens of all phrasings and of the answer together.
    pub entry_tokens: Option<TokenNearness>,
}

/// What the engine found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Retrieved<'i> {
    /// Best engine score first; ties in corpus order.
    pub candidates: Vec<Candidate<'i>>,
    /// For each term of the retrieval, how many entries of the whole index hold it anywhere.
    pub entries_with: Vec<u64>,
}

#[derive(Debug)]
enum Engine {
    Embedded(Box<Embedded>),
    OpenSearch(Box<OpenSearch>),
}

/// An opened generation. It never changes; a newer one is another `Index`.
#[derive(Debug)]
pub struct Index {
    name: String,
    folder: PathBuf,
    version: String,
    held: Option<Held>,
    fitted: Option<Vec<u8>>,
    knowledge: Knowledge,
    engine: Engine,
}

/// What was fitted to a generation before it served, in its folder.
const FITTED: &str = "fitted.json";

impl Index {
    /// The generation's content hash.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What [`build_and_fit`] was given to keep with this generation.
    pub fn fitted(&self) -> Option<&[u8]> {
        self.fitted.as_deref()
    }

    /// How many entries it holds.
    pub fn len(&self) -> usize {
        self.statistics().entries as usize
    }

    /// Whether it holds no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sizes that scores are normalised by.
    pub fn statistics(&self) -> &Statistics {
        &self.knowledge.manifest.statistics
    }

    /// All categories and tags.
    pub fn catalog(&self) -> &Catalog {
        &self.knowledge.catalog
    }

    /// The words of the knowledge base, by which a question may be respelled.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.knowledge.vocabulary
    }

    /// Which words mean the same: the owner's, and abbreviations that the texts explain.
    pub fn synonyms(&self) -> &Synonyms {
        &self.knowledge.synonyms
    }

    /// What the owner says where there is no answer.
    pub fn no_answer(&self) -> &OwnText {
        &self.knowledge.words.no_answer
    }

    /// What the owner greets readers with.
    pub fn welcome_message(&self) -> &OwnText {
        &self.knowledge.words.welcome
    }

    /// The entries that the owner welcomes readers with, in the owner's order.
    pub fn welcome_entries(&self) -> &[EntryKey] {
        &self.knowledge.words.welcome_entries
    }

    /// In how many entries a term stands in the question or a variant. From memory: no engine is asked.
    pub fn entries_asking(&self, term: &str) -> u32 {
        self.knowledge.entries_asking(term)
    }

    /// The same for every single character that any question or variant holds, ascending.
    pub fn characters_asking(&self) -> impl Iterator<Item = (char, u32)> {
        self.knowledge.characters_asking()
    }

    /// Finds candidates. What the engine has to send for lies in `fetched` as long as they are needed.
    ///
    /// # Errors
    /// [`IndexError`] if the engine fails.
    pub async fn retrieve<'i>(
        &'i self,
        retrieval: &Retrieval,
        fetched: &'i Fetched,
    ) -> Result<Retrieved<'i>, IndexError> {
        match &self.engine {
            Engine::Embedded(engine) => guarded(&self.folder, || engine.retrieve(retrieval)),
            Engine::OpenSearch(engine) => {
                engine.retrieve(&self.knowledge, retrieval, fetched).await
            }
        }
    }

    /// Fetches entries, in the order asked for.
    ///
    /// # Errors
    /// [`IndexError`] if the engine fails.
    pub async fn entries(&self, keys: &[EntryKey]) -> Result<Vec<Entry>, IndexError> {
        match &self.engine {
            Engine::Embedded(engine) => guarded(&self.folder, || {
                keys.iter().map(|&key| engine.entry(key)).collect()
            }),
            Engine::OpenSearch(engine) => engine.entries(keys).await,
        }
    }

    /// The encoding of an entry's question as the index keeps it, all tokens alike; `None` if it was built
    /// without an encoder.
    ///
    /// # Errors
    /// [`IndexError`] if the engine fails.
    pub async fn encoding(&self, key: EntryKey) -> Result<Option<Encoding>, IndexError> {
        match &self.engine {
            Engine::Embedded(engine) => guarded(&self.folder, || Ok(engine.encoding(key))),
            Engine::OpenSearch(engine) => engine.encoding(key).await,
        }
    }

    /// The key of the entry with this id, if there is one.
    ///
    /// # Errors
    /// [`IndexError`] if the engine fails.
    pub async fn find(&self, id: &str) -> Result<Option<EntryKey>, IndexError> {
        match &self.engine {
            Engine::Embedded(engine) => guarded(&self.folder, || engine.find(id)),
            Engine::OpenSearch(engine) => engine.find(id).await,
        }
    }

    /// A page of the entries in a scope, in corpus order, and how many there are on all pages.
    ///
    /// # Errors
    /// [`IndexError`] if the engine fails.
    pub async fn list(
        &self,
        scope: &Scope,
        offset: usize,
        limit: usize,
    ) -> Result<(usize, Vec<EntryKey>), IndexError> {
        match &self.engine {
            Engine::Embedded(engine) => guarded(&self.folder, || engine.list(scope, offset, limit)),
            Engine::OpenSearch(engine) => Ok(engine.list(scope, offset, limit)),
        }
    }

    /// Terms of questions and variants that begin with `prefix`, most used first. A remote engine knows those that
    /// begin with a Latin letter or a digit.
    ///
    /// # Errors
    /// [`IndexError`] if the engine fails.
    pub async fn complete(&self, prefix: &str, limit: usize) -> Result<Vec<String>, IndexError> {
        match &self.engine {
            Engine::Embedded(engine) => guarded(&self.folder, || engine.complete(prefix, limit)),
            Engine::OpenSearch(engine) => Ok(engine.complete(prefix, limit)),
        }
    }
}

thread_local! {
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is reading a generation: a panic now is caught, and told as damage. For a panic hook, which
/// need not tell it once more.
pub fn is_reading() -> bool {
    READING.get()
}

/// Runs what reads a generation's files. tantivy trusts them: what a quick look at a large one let pass may make it
/// panic, and is told as what it is.
fn guarded<T>(
    generation: &Path,
    read: impl FnOnce() -> Result<T, IndexError>,
) -> Result<T, IndexError> {
    let outer = READING.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(read));
    READING.set(outer);
    outcome.unwrap_or_else(|_| Err(IndexError::damage(generation, Damage::Unreadable)))
}
