//! The engine inside the binary: tantivy for finding, memory-mapped records for reading.

mod known;
mod query;
mod read_only;
mod records;
mod scan;
mod schema;
mod vector_writer;
mod vectors;
mod write;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use tantivy::collector::{Count, DocSetCollector};
use tantivy::columnar::Column;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, ReloadPolicy, Score, Searcher, Term};

use crate::corpus::Entry;
use crate::index::embedded::read_only::ReadOnly;
use crate::index::embedded::records::Records;
use crate::index::embedded::scan::Scan;
use crate::index::embedded::schema::{Fields, schema};
use crate::index::embedded::vectors::{Asked, Vectors};
use crate::index::entry_text::EntryText;
use crate::index::error::IndexError;
use crate::index::{Candidate, EntryKey, Retrieval, Retrieved, Scope};
use crate::semantic::Encoding;

pub(super) use known::Known;
pub(super) use records::map_file;
pub(super) use write::EmbeddedWriter;

/// A file mapped into memory.
pub(super) type Mapped = tantivy::directory::OwnedBytes;

/// Names of the files in a generation.
mod names {
    pub(super) const SEGMENTS: &str = "segments";
    pub(super) const ENTRIES: &str = "entries";
    pub(super) const TEXTS: &str = "texts";
}

/// What finds and reads the entries of one opened generation. All its files are open or mapped: it goes on working
/// if they are deleted.
#[derive(Debug)]
pub(super) struct Embedded {
    searcher: Searcher,
    scan: Scan,
    /// For each segment the numbers of its documents; finding a column by name costs more than reading it.
    ordinals: Vec<Column<u64>>,
    fields: Fields,
    entries: Records<Entry>,
    texts: Records<EntryText<'static>>,
    vectors: Option<Vectors>,
}

impl Embedded {
    /// Opens the files in a generation's folder, which must hold so many entries.
    pub(super) fn open(generation: &Path, entries: u64) -> Result<Embedded, IndexError> {
        let segments = generation.join(names::SEGMENTS);
        let damaged = |error: tantivy::TantivyError| IndexError::damaged(&segments, error);
        let directory = ReadOnly::open(&segments).map_err(|error| damaged(error.into()))?;
        let index = tantivy::Index::open(directory).map_err(damaged)?;
        let (expected, fields) = schema();
        if index.schema() != expected {
            return Err(IndexError::damaged(&segments, "its fields are not ours"));
        }
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(damaged)?;
        let searcher = reader.searcher();
        let segment_readers = searcher.segment_readers().iter();
        let ordinals = segment_readers.map(|segment| segment.fast_fields().u64("ordinal"));
        let opened = Embedded {
            ordinals: ordinals.collect::<tantivy::Result<_>>().map_err(damaged)?,
            scan: Scan::open(&searcher, &fields).map_err(damaged)?,
            searcher,
            fields,
            entries: Records::open(generation, names::ENTRIES)?,
            texts: Records::open(generation, names::TEXTS)?,
            vectors: Vectors::open(generation, entries)?,
        };
        let counts = [
            opened.entries.len(),
            opened.texts.len(),
            opened.searcher.num_docs() as usize,
        ];
        if counts.iter().any(|&count| count as u64 != entries) {
            return Err(IndexError::damaged(
                generation,
                "its parts differ in their number of entries",
            ));
        }
        Ok(opened)
    }

    pub(super) fn retrieve(&self, retrieval: &Retrieval) -> Result<Retrieved<'_>, IndexError> {
        let scope = self.entries_in(&retrieval.scope)?;
        let keep = |entry: usize| scope.as_ref().is_none_or(|scope| scope.contains(&entry));
        let kept = |segment: usize, document: DocId| {
            let ordinal = || self.ordinals[segment].first(document);
            scope.is_none() || ordinal().is_some_and(|entry| keep(entry as usize))
        };
        let best = self.scan.best(&retrieval.terms, retrieval.limit, kept);
        let (best, entries_with) = best.map_err(engine)?;
        let mut found: Vec<(EntryKey, Score)> = Vec::with_capacity(best.len());
        for (segment, document, engine_score) in best {
            let address = DocAddress::new(segment as u32, document);
            found.push((self.key(address)?, engine_score));
        }
        let vectors = self.vectors.as_ref().zip(retrieval.encoding.as_ref());
        if let Some((vectors, encoding)) = vectors {
            let known: HashSet<EntryKey> = found.iter().map(|&(key, _)| key).collect();
            let near = vectors.nearest(&encoding.vector, retrieval.neighbours, keep);
            let near = near.into_iter().filter(|key| !known.contains(key));
            found.extend(near.map(|key| (key, 0.0)));
        }
        let asked = vectors.map(|(vectors, encoding)| (vectors, Asked::new(encoding)));
        let mut candidates = Vec::with_capacity(found.len());
        for (key, engine_score) in found {
            let text = self.texts.read(key.0 as usize, EntryText::read)?;
            let similarity = asked
                .as_ref()
                .map(|(vectors, asked)| vectors.similarity(asked, key, 1 + text.variants.len()));
            candidates.push(Candidate {
                key,
                engine_score,
                text,
                similarity: similarity.unwrap_or_default(),
            });
        }
        Ok(Retrieved {
            candidates,
            entries_with,
        })
    }

    /// The numbers of the entries in a scope; `None` for all.
    fn entries_in(&self, scope: &Scope) -> Result<Option<HashSet<usize>>, IndexError> {
        if scope.is_everything() {
            return Ok(None);
        }
        let (_, keys) = self.list(scope, 0, usize::MAX)?;
        Ok(Some(keys.into_iter().map(|key| key.0 as usize).collect()))
    }

    pub(super) fn entry(&self, key: EntryKey) -> Result<Entry, IndexError> {
        self.entries.get(key.0 as usize)
    }

    pub(super) fn encoding(&self, key: EntryKey) -> Option<Encoding> {
        Some(self.vectors.as_ref()?.encoding(key))
    }

    pub(super) fn find(&self, id: &str) -> Result<Option<EntryKey>, IndexError> {
        let term = Term::from_field_text(self.fields.id, id);
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let found = self
            .searcher
            .search(&query, &DocSetCollector)
            .map_err(engine)?;
        found
            .into_iter()
            .min()
            .map(|address| self.key(address))
            .transpose()
    }

    pub(super) fn list(
        &self,
        scope: &Scope,
        offset: usize,
        limit: usize,
    ) -> Result<(usize, Vec<EntryKey>), IndexError> {
        let query = query::listing(scope, &self.fields);
        if scope.is_everything() {
            let total = self.searcher.search(&query, &Count).map_err(engine)?;
            let keys = (offset.min(total)..offset.saturating_add(limit).min(total))
                .map(|number| EntryKey(number as u64));
            return Ok((total, keys.collect()));
        }
        let found = self
            .searcher
            .search(&query, &DocSetCollector)
            .map_err(engine)?;
        let mut keys = Vec::with_capacity(found.len());
        for address in found {
            keys.push(self.key(address)?);
        }
        keys.sort_unstable();
        Ok((
            keys.len(),
            keys.into_iter().skip(offset).take(limit).collect(),
        ))
    }

    pub(super) fn complete(&self, prefix: &str, limit: usize) -> Result<Vec<String>, IndexError> {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for segment in self.searcher.segment_readers() {
            for field in [self.fields.question, self.fields.variants] {
                let inverted = segment.inverted_index(field).map_err(engine)?;
                let terms = inverted.terms().range().ge(prefix.as_bytes());
                let mut stream = terms
                    .into_stream()
                    .map_err(|error| IndexError::Engine(error.to_string()))?;
                while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
                    if let Ok(term) = std::str::from_utf8(stream.key()) {
                        *counts.entry(term.to_owned()).or_default() += stream.value().doc_freq;
                    }
                }
            }
        }
        let mut found: Vec<(u32, String)> = counts
            .into_iter()
            .map(|(term, count)| (count, term))
            .collect();
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        found.truncate(limit);
        Ok(found.into_iter().map(|(_, term)| term).collect())
    }

    fn key(&self, address: tantivy::DocAddress) -> Result<EntryKey, IndexError> {
        let ordinals = &self.ordinals[address.segment_ord as usize];
        let ordinal = ordinals.first(address.doc_id);
        ordinal
            .map(EntryKey)
            .ok_or_else(|| IndexError::Engine("a document has no number".to_owned()))
    }
}

fn engine(error: tantivy::TantivyError) -> IndexError {
    IndexError::Engine(error.to_string())
}
