//! Builds a generation: analyse on all cores, write in corpus order, publish at the end.
//!
//! Analysis costs far more than writing postings, so entries reach tantivy's writer as one string of
//! ready-made terms, which it only cuts at the spaces. Up to 10,000 entries wait in its queue: a string
//! for each term would cost ten times the memory there.
//!
//! One writer thread and one final merge in order make document numbers equal to corpus order, so
//! that two builds of the same corpus break ties alike.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use rayon::prelude::*;
use tantivy::directory::MmapDirectory;
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::indexer::NoMergePolicy;
use tantivy::tokenizer::WhitespaceTokenizer;
use tantivy::{IndexSettings, IndexWriter, TantivyDocument, TantivyError};

use crate::corpus::Entry;
use crate::index::BuildEvent;
use crate::index::analyzed::AnalyzedEntry;
use crate::index::catalog::{Catalog, CatalogBuilder};
use crate::index::embedded::names;
use crate::index::embedded::records::RecordWriter;
use crate::index::embedded::schema::{Fields, TOKENIZER, schema};
use crate::index::embedded::vector_writer::{Known, VectorWriter};
use crate::index::embedded::vectors::{Vectors, is_of_vectors};
use crate::index::entry_text::{EntryText, category_path};
use crate::index::error::IndexError;
use crate::index::manifest::{self, Fingerprints, Manifest, Statistics};
use crate::index::rarity::RarityBuilder;
use crate::index::synonyms::{Census, Found};
use crate::index::welcome::OwnWords;
use crate::semantic::Language;
use crate::text::Analyzer;
use crate::text::aliases::AliasBuilder;
use crate::text::lexicon::Lexicon;
use crate::text::respell::VocabularyBuilder;

/// tantivy's budget before it writes a segment, bytes; the most that postings hold in memory.
const WRITER_BYTES: usize = 64 << 20;
/// In a larger corpus only questions have vectors: encoding a megabyte of answers costs a minute or two.
const MAX_BYTES_WITH_PARTS: u64 = 1 << 20;
/// Entries analysed at once: enough to keep the cores busy, few enough to hold in memory.
const BATCH: usize = 512;

/// Whom a build tells how far it is.
type Progress<'p> = &'p mut dyn FnMut(BuildEvent<'_>);

/// What a new generation can take over from the one before.
#[derive(Debug, Default)]
pub(in crate::index) struct Unchanged(Known);

impl Unchanged {
    /// The vectors of a generation; nothing if they can't be read, or are not what was written: what is taken
    /// over gets a new seal.
    pub(in crate::index) fn of(generation: &Path, manifest: &Manifest) -> Unchanged {
        if !manifest.damages(generation, is_of_vectors).is_empty() {
            return Unchanged::default();
        }
        let vectors = Vectors::open(generation, manifest.statistics.entries);
        Unchanged(vectors.ok().flatten().map(Known::of).unwrap_or_default())
    }
}

/// Writes the files of one generation into a folder.
pub(in crate::index) struct GenerationWriter<'a> {
    folder: &'a Path,
    analyzer: &'a Analyzer,
    fields: Fields,
    tantivy: IndexWriter,
    entries: RecordWriter<Entry>,
    texts: RecordWriter<EntryText<'static>>,
    vectors: Option<VectorWriter<'a>>,
    vocabulary: VocabularyBuilder,
    words: OwnWords,
    synonyms: Census,
    aliases: AliasBuilder,
    rarity: RarityBuilder,
    catalog: CatalogBuilder,
    waiting: Vec<Entry>,
    written: u64,
    question_chars: u64,
    answer_chars: u64,
}

impl<'a> GenerationWriter<'a> {
    pub(in crate::index) fn create(
        folder: &'a Path,
        language: &'a Language,
        corpus_bytes: u64,
        unchanged: Unchanged,
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
        let records = |name| RecordWriter::create(folder, name).map_err(IndexError::write(folder));
        Ok(GenerationWriter {
            folder,
            analyzer: &language.analyzer,
            fields,
            tantivy: writer,
            entries: records(names::ENTRIES)?,
            texts: RecordWriter::create(folder, names::TEXTS).map_err(IndexError::write(folder))?,
            vectors: language
                .encoder
                .as_deref()
                .map(|encoder| {
                    let answers = corpus_bytes <= MAX_BYTES_WITH_PARTS;
                    VectorWriter::create(folder, encoder, answers, unchanged.0)
                })
                .transpose()
                .map_err(IndexError::write(folder))?,
            vocabulary: VocabularyBuilder::default(),
            words: OwnWords::default(),
            synonyms: Census::new(Vec::new()),
            aliases: AliasBuilder::default(),
            rarity: RarityBuilder::default(),
            catalog: CatalogBuilder::default(),
            waiting: Vec::with_capacity(BATCH),
            written: 0,
            question_chars: 0,
            answer_chars: 0,
        })
    }

    /// Adds the owner's words.
    pub(in crate::index) fn add_lexicon(&mut self, lexicon: Lexicon) {
        for word in &lexicon.words {
            self.vocabulary.add_listed(word);
        }
        self.synonyms = Census::new(lexicon.synonyms);
    }

    /// Adds what the owner says to readers.
    pub(in crate::index) fn add_words(&mut self, words: OwnWords) {
        self.words = words;
    }

    /// Adds one entry. Entries are numbered in the order in which they come.
    pub(in crate::index) fn add(
        &mut self,
        entry: Entry,
        progress: Progress<'_>,
    ) -> Result<(), IndexError> {
        self.waiting.push(entry);
        if self.waiting.len() >= BATCH {
            self.write_waiting(progress)
        } else {
            Ok(())
        }
    }

    fn write_waiting(&mut self, progress: Progress<'_>) -> Result<(), IndexError> {
        let waiting = std::mem::take(&mut self.waiting);
        let analyzer = self.analyzer;
        let analyzed: Vec<AnalyzedEntry> = waiting
            .par_iter()
            .map(|entry| AnalyzedEntry::new(entry, analyzer))
            .collect();
        if let Some(vectors) = &mut self.vectors {
            vectors.push(&analyzed, self.folder, progress)?;
        }
        for (entry, analyzed) in waiting.iter().zip(analyzed) {
            self.write(entry, analyzed)?;
        }
        Ok(())
    }

    fn write(&mut self, entry: &Entry, analyzed: AnalyzedEntry) -> Result<(), IndexError> {
        let answer = entry.answer.text.as_str();
        let phrasings = analyzed.asked.iter();
        phrasings
            .chain([&analyzed.heading])
            .for_each(|analysis| self.vocabulary.add_question(analysis));
        self.vocabulary.add_answer(&analyzed.answer);
        let normalized = [&analyzed.answer, &analyzed.heading];
        let normalized = normalized.map(|analysis| analysis.normalized.as_str());
        self.synonyms.add(analyzed.questions().chain(normalized));
        let written = std::iter::once(entry.question.as_str());
        let written = written.chain(entry.variants.iter().map(String::as_str));
        for text in written.chain([answer]) {
            self.aliases.add(text, self.analyzer);
        }
        let terms = [&analyzed.question_terms, &analyzed.variant_terms].into_iter();
        self.rarity
            .add(terms.flat_map(|terms| terms.split_ascii_whitespace()));
        self.catalog.add(entry);
        let chars = |text: &str| text.chars().count() as u64;
        self.question_chars += analyzed.questions().next().map_or(0, chars);
        self.answer_chars += chars(analyzed.answer.normalized.as_str());
        self.entries
            .push(entry)
            .map_err(IndexError::write(self.folder))?;
        self.texts
            .push_bytes(&analyzed.record)
            .map_err(IndexError::write(self.folder))?;
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
        document.add_text(self.fields.question, &question_terms);
        document.add_text(self.fields.variants, &variant_terms);
        for terms in [question_terms, variant_terms, answer_terms] {
            document.add_text(self.fields.all, terms);
        }
        self.tantivy
            .add_document(document)
            .map_err(engine(self.folder))?;
        self.written += 1;
        Ok(())
    }

    /// Analyses and encodes what is left: nothing more is added. Returns how many texts were encoded, and
    /// how many had a vector in the generation before.
    pub(in crate::index) fn complete(
        &mut self,
        progress: Progress<'_>,
    ) -> Result<(usize, usize), IndexError> {
        self.write_waiting(progress)?;
        let vectors = self.vectors.as_ref();
        Ok(vectors.map_or((0, 0), VectorWriter::counts))
    }

    /// Merges, and describes everything in the manifest.
    pub(in crate::index) fn finish(
        mut self,
        fingerprints: Fingerprints,
    ) -> Result<Manifest, IndexError> {
        let folder = self.folder;
        self.tantivy.commit().map_err(engine(folder))?;
        merge_in_order(&mut self.tantivy).map_err(engine(folder))?;
        self.tantivy
            .wait_merging_threads()
            .map_err(engine(folder))?;
        self.entries.finish().map_err(IndexError::write(folder))?;
        self.texts.finish().map_err(IndexError::write(folder))?;
        let answer_vectors = self.vectors.as_ref().is_some_and(VectorWriter::has_answers);
        if let Some(vectors) = self.vectors {
            vectors.finish().map_err(IndexError::write(folder))?;
        }
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            fs::write(&path, bytes).map_err(IndexError::write(&path))
        };
        write(names::CHARACTERS, &self.rarity.characters())?;
        write(names::RARITY, &self.rarity.finish())?;
        let vocabulary = self.vocabulary.finish();
        let lexicon = Found {
            groups: self.synonyms.finish(),
            aliases: self.aliases.finish(&vocabulary),
        };
        write(names::VOCABULARY, &compact(&vocabulary)?)?;
        write(names::LEXICON, &compact(&lexicon)?)?;
        write(names::MESSAGES, &json(&self.words)?)?;
        let catalog: Catalog = self.catalog.finish();
        write(names::CATALOG, &json(&catalog)?)?;
        let mean = |total: u64| total as f64 / self.written.max(1) as f64;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let mut manifest = Manifest {
            format: manifest::FORMAT,
            built: now.map_or(0, |since| since.as_secs()),
            fingerprints,
            statistics: Statistics {
                entries: self.written,
                mean_question_chars: mean(self.question_chars),
                mean_answer_chars: mean(self.answer_chars),
                answer_vectors,
            },
            files: BTreeMap::new(),
        };
        let names = file_names(folder).map_err(IndexError::read(folder))?;
        manifest.add_all(folder, names)?;
        manifest.write(folder)?;
        share_alike(folder, &manifest).map_err(IndexError::write(folder))?;
        Ok(manifest)
    }
}

fn compact(value: &impl serde::Serialize) -> Result<Vec<u8>, IndexError> {
    postcard::to_stdvec(value).map_err(|error| IndexError::Engine(error.to_string()))
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, IndexError> {
    serde_json::to_vec_pretty(value).map_err(|error| IndexError::Engine(error.to_string()))
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

/// Gives every file the permissions of the manifest, which are what the user's settings make them:
/// tantivy writes some of its own for one pair of eyes only, and a service often runs as another user.
fn share_alike(folder: &Path, manifest: &Manifest) -> io::Result<()> {
    let permissions = fs::metadata(folder.join(manifest::FILE))?.permissions();
    for name in manifest.files.keys() {
        fs::set_permissions(folder.join(name), permissions.clone())?;
    }
    Ok(())
}

/// Every file below `folder` by relative path. tantivy's own lock files come and go and are no part of a
/// generation.
fn file_names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for sub in [None, Some(names::SEGMENTS)] {
        let place = sub.map_or_else(|| folder.to_owned(), |sub| folder.join(sub));
        for entry in fs::read_dir(place)? {
            let entry = entry?;
            let name = entry.file_name().into_string();
            let name = name.map_err(|_| io::Error::from(io::ErrorKind::InvalidFilename))?;
            if entry.metadata()?.is_file() && !name.ends_with(".lock") {
                names.push(sub.map_or(name.clone(), |sub| format!("{sub}/{name}")));
            }
        }
    }
    Ok(names)
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
