//! The embedded engine's part of a generation: postings, records, vectors.
//!
//! Analysis costs far more than writing postings, so entries reach tantivy's writer as one string of
//! ready-made terms, which it only cuts at the spaces. Up to 10,000 entries wait in its queue: a string
//! for each term would cost ten times the memory there.
//!
//! One writer thread and one final merge in order make document numbers equal to corpus order, so
//! that two builds of the same corpus break ties alike.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tantivy::directory::MmapDirectory;
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::indexer::NoMergePolicy;
use tantivy::tokenizer::WhitespaceTokenizer;
use tantivy::{IndexSettings, IndexWriter, TantivyDocument, TantivyError};

use crate::corpus::Entry;
use crate::index::analyzed::AnalyzedEntry;
use crate::index::embedded::names;
use crate::index::embedded::records::RecordWriter;
use crate::index::embedded::schema::{Fields, TOKENIZER, schema};
use crate::index::embedded::vector_writer::VectorWriter;
use crate::index::encode::EncodedBatch;
use crate::index::entry_text::{EntryText, category_path};
use crate::index::error::IndexError;

/// tantivy's budget before it writes a segment, bytes; the most that postings hold in memory.
const WRITER_BYTES: usize = 64 << 20;

/// Writes what the embedded engine finds and reads, into a generation's folder.
pub(in crate::index) struct EmbeddedWriter {
    folder: PathBuf,
    fields: Fields,
    tantivy: IndexWriter,
    entries: RecordWriter<Entry>,
    texts: RecordWriter<EntryText<'static>>,
    vectors: Option<VectorWriter>,
    written: u64,
}

impl EmbeddedWriter {
    /// Begins to write. `token_dimensions` are those of the encoder, if there is one.
    pub(in crate::index) fn create(
        folder: &Path,
        token_dimensions: Option<usize>,
    ) -> Result<Self, IndexError> {
        let segments = folder.join(names::SEGMENTS);
        fs::create_dir(&segments).map_err(IndexError::write(&segments))?;
        let directory = MmapDirectory::open(&segments).map_err(engine(&segments))?;
        let (schema, fields) = schema();
        let index = tantivy::Index::create(directory, schema, IndexSettings::default())
            .map_err(engine(&segments))?;
        index
            .tokenizers()
            .register(TOKENIZER, WhitespaceTokenizer::default());
        let writer: IndexWriter = index
            .writer_with_num_threads(1, WRITER_BYTES)
            .map_err(engine(&segments))?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let create = || -> io::Result<_> {
            let vectors = token_dimensions.map(|each| VectorWriter::create(folder, Some(each)));
            Ok((
                RecordWriter::create(folder, names::ENTRIES)?,
                RecordWriter::create(folder, names::TEXTS)?,
                vectors.transpose()?,
            ))
        };
        let (entries, texts, vectors) = create().map_err(IndexError::write(folder))?;
        Ok(EmbeddedWriter {
            folder: folder.to_owned(),
            fields,
            tantivy: writer,
            entries,
            texts,
            vectors,
            written: 0,
        })
    }

    /// Writes the next entries.
    pub(in crate::index) fn push(
        &mut self,
        entries: &[Entry],
        analyzed: &[AnalyzedEntry],
        encoded: Option<&EncodedBatch<'_>>,
    ) -> Result<(), IndexError> {
        if let (Some(vectors), Some(encoded)) = (&mut self.vectors, encoded) {
            let written = vectors.push(encoded);
            written.map_err(IndexError::write(&self.folder))?;
        }
        for (entry, analyzed) in entries.iter().zip(analyzed) {
            self.write(entry, analyzed)?;
        }
        Ok(())
    }

    fn write(&mut self, entry: &Entry, analyzed: &AnalyzedEntry) -> Result<(), IndexError> {
        let records = self.entries.push(entry);
        let records = records.and_then(|()| self.texts.push_bytes(&analyzed.record));
        records.map_err(IndexError::write(&self.folder))?;
        let AnalyzedEntry {
            question_terms,
            variant_terms,
            answer_terms,
            ..
        } = analyzed;

        let mut document = TantivyDocument::default();
        document.add_text(self.fields.id, entry.id.as_str());
        document.add_u64(self.fields.ordinal, self.written);
        for depth in 1..=entry.category.len() {
            document.add_text(
                self.fields.category,
                category_path(&entry.category[..depth]),
            );
        }
        for tag in &entry.tags {
            document.add_text(self.fields.tag, tag);
        }
        document.add_text(self.fields.question, question_terms);
        document.add_text(self.fields.variants, variant_terms);
        for terms in [question_terms, variant_terms, answer_terms] {
            document.add_text(self.fields.all, terms);
        }
        self.tantivy
            .add_document(document)
            .map_err(engine(&self.folder))?;
        self.written += 1;
        Ok(())
    }

    /// Merges; all files are complete.
    pub(in crate::index) fn finish(mut self) -> Result<(), IndexError> {
        let folder = self.folder.as_path();
        self.tantivy.commit().map_err(engine(folder))?;
        merge_in_order(&mut self.tantivy).map_err(engine(folder))?;
        self.tantivy
            .wait_merging_threads()
            .map_err(engine(folder))?;
        let records = self.entries.finish();
        let records = records.and_then(|()| self.texts.finish());
        let vectors = self.vectors.map_or(Ok(()), VectorWriter::finish);
        records.and(vectors).map_err(IndexError::write(folder))
    }
}

/// Joins all segments into one, earlier documents first.
fn merge_in_order(writer: &mut IndexWriter) -> tantivy::Result<()> {
    let reader = writer.index().reader()?;
    let searcher = reader.searcher();
    let mut segments = Vec::new();
    for segment in searcher.segment_readers() {
        let first = segment
            .fast_fields()
            .u64("ordinal")?
            .first(0)
            .unwrap_or(u64::MAX);
        segments.push((first, segment.segment_id()));
    }
    segments.sort_unstable_by_key(|&(first, _)| first);
    if segments.len() > 1 {
        let ids: Vec<_> = segments.into_iter().map(|(_, id)| id).collect();
        writer.merge(&ids).wait()?;
        writer.garbage_collect_files().wait()?;
    }
    Ok(())
}

/// tantivy's errors while writing: those of the file system by name, the rest as the engine's.
fn engine<E: Into<tantivy::TantivyError>>(folder: &Path) -> impl FnOnce(E) -> IndexError + '_ {
    move |error| {
        let error = error.into();
        let of_disk = match &error {
            TantivyError::IoError(error) => Some(error),
            TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. })
            | TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. })
            | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. })
            | TantivyError::LockFailure(LockError::IoError(io_error), _) => Some(io_error),
            _ => None,
        };
        let source = match of_disk {
            Some(error) => io::Error::new(error.kind(), error.to_string()),
            // Whatever tantivy makes of that its files are gone.
            None if !folder.is_dir() => io::Error::from(io::ErrorKind::NotFound),
            None => return IndexError::Engine(error.to_string()),
        };
        IndexError::Write {
            path: folder.to_owned(),
            source,
        }
    }
}
