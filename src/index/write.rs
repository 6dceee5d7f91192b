//! Builds a generation: analyses on all cores, keeps what every engine knows, and hands entries to the engine in
//! corpus order.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use rayon::prelude::*;

use crate::corpus::Entry;
use crate::index::BuildEvent;
use crate::index::analyzed::AnalyzedEntry;
use crate::index::embedded::EmbeddedWriter;
use crate::index::encode::TextEncoder;
use crate::index::error::IndexError;
use crate::index::knowledge::KnowledgeWriter;
use crate::index::manifest::{self, Fingerprints, Manifest, Statistics};
use crate::index::opensearch::{ClusterWriter, Sent};
use crate::index::unchanged::Unchanged;
use crate::index::welcome::OwnWords;
use crate::semantic::Language;
use crate::text::Analyzer;
use crate::text::lexicon::Lexicon;

/// In a larger corpus only questions have vectors: encoding a megabyte of answers costs a minute or two.
const MAX_BYTES_WITH_PARTS: u64 = 1 << 20;
/// Entries analysed at once: enough to keep the cores busy, few enough to hold in memory.
const BATCH: usize = 512;

/// Whom a build tells how far it is.
type Progress<'p> = &'p mut dyn FnMut(BuildEvent<'_>);

/// Writes one generation: what every engine knows into a folder, the entries to the engine.
pub(super) struct GenerationWriter<'a> {
    folder: &'a Path,
    analyzer: &'a Analyzer,
    knowledge: KnowledgeWriter,
    vectors: Option<TextEncoder<'a>>,
    engine: EngineWriter,
    waiting: Vec<Entry>,
}

/// Where entries go.
pub(super) enum EngineWriter {
    Embedded(Box<EmbeddedWriter>),
    Cluster(Box<ClusterWriter>),
}

impl EngineWriter {
    /// Whether the engine has each of the next entries as it is. Nothing is said of those behind.
    fn kept(&self) -> &[bool] {
        match self {
            EngineWriter::Embedded(_) => &[],
            EngineWriter::Cluster(engine) => engine.kept(),
        }
    }
}

/// Whether answers have vectors in a corpus of so many bytes, beside questions.
pub(super) fn has_answer_vectors(language: &Language, corpus_bytes: u64) -> bool {
    language.encoder.is_some() && corpus_bytes <= MAX_BYTES_WITH_PARTS
}

impl<'a> GenerationWriter<'a> {
    pub(super) fn create(
        folder: &'a Path,
        language: &'a Language,
        corpus_bytes: u64,
        unchanged: Unchanged,
        engine: EngineWriter,
    ) -> Self {
        let answers = has_answer_vectors(language, corpus_bytes);
        let encoder = language.encoder.as_deref();
        let vectors = encoder.map(|encoder| TextEncoder::new(encoder, answers, unchanged));
        GenerationWriter {
            folder,
            analyzer: &language.analyzer,
            knowledge: KnowledgeWriter::default(),
            vectors,
            engine,
            waiting: Vec::with_capacity(BATCH),
        }
    }

    /// Adds the owner's words.
    pub(super) fn add_lexicon(&mut self, lexicon: Lexicon) {
        self.knowledge.add_lexicon(lexicon);
    }

    /// Adds what the owner says to readers.
    pub(super) fn add_words(&mut self, words: OwnWords) {
        self.knowledge.add_words(words);
    }

    /// Adds one entry. Entries are numbered in the order in which they come.
    pub(super) fn add(&mut self, entry: Entry, progress: Progress<'_>) -> Result<(), IndexError> {
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
        let vectors = self.vectors.as_mut();
        let kept = self.engine.kept();
        let encoded = vectors
            .map(|vectors| vectors.encode(&analyzed, kept, progress))
            .transpose()?;
        let (knowledge, engine) = (&mut self.knowledge, &mut self.engine);
        let learn = || {
            for (entry, analyzed) in waiting.iter().zip(&analyzed) {
                knowledge.add(entry, analyzed, analyzer);
            }
        };
        let write = || match engine {
            EngineWriter::Embedded(engine) => engine.push(&waiting, &analyzed, encoded.as_ref()),
            EngineWriter::Cluster(engine) => engine.push(&waiting, &analyzed, encoded.as_ref()),
        };
        rayon::join(write, learn).0
    }

    /// Analyses and encodes what is left: nothing more is added. Returns how many texts were encoded, and
    /// how many had a vector in the generation before.
    pub(super) fn complete(
        &mut self,
        progress: Progress<'_>,
    ) -> Result<(usize, usize), IndexError> {
        self.write_waiting(progress)?;
        let vectors = self.vectors.as_ref();
        Ok(vectors.map_or((0, 0), TextEncoder::counts))
    }

    /// Ends the engine's work, and describes everything in the manifest. `None` if the engine could not make it of the
    /// generation before.
    pub(super) fn finish(
        self,
        fingerprints: Fingerprints,
    ) -> Result<Option<(Manifest, Sent)>, IndexError> {
        let folder = self.folder;
        let (engine, knowledge) = (self.engine, self.knowledge);
        let write = || match engine {
            EngineWriter::Embedded(engine) => engine.finish().map(|()| Some(Sent::default())),
            EngineWriter::Cluster(engine) => engine.finish(),
        };
        let (written, known) = rayon::join(write, || knowledge.finish(folder));
        let Some(sent) = written? else {
            return Ok(None);
        };
        let statistics = Statistics {
            answer_vectors: self.vectors.as_ref().is_some_and(TextEncoder::has_answers),
            ..known?
        };
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let mut manifest = Manifest {
            format: manifest::FORMAT,
            built: now.map_or(0, |since| since.as_secs()),
            fingerprints,
            statistics,
            files: BTreeMap::new(),
        };
        let names = file_names(folder).map_err(IndexError::read(folder))?;
        manifest.add_all(folder, names)?;
        manifest.write(folder)?;
        share_alike(folder, &manifest).map_err(IndexError::write(folder))?;
        Ok(Some((manifest, sent)))
    }
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

/// Every file in `folder` and in its folders, by relative path. tantivy's own lock files come and go and are no
/// part of a generation.
fn file_names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let mut below = vec![String::new()];
    while let Some(place) = below.pop() {
        for entry in fs::read_dir(folder.join(&place))? {
            let entry = entry?;
            let name = entry.file_name().into_string();
            let name = name.map_err(|_| io::Error::from(io::ErrorKind::InvalidFilename))?;
            let name = format!("{place}{name}");
            if entry.file_type()?.is_dir() {
                below.push(name + "/");
            } else if !name.ends_with(".lock") {
                names.push(name);
            }
        }
    }
    Ok(names)
}
