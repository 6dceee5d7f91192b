//! A folder of Markdown becomes entries with exact source spans, plus the problems met on the way.

mod entry;
mod problem;

use std::path::{Path, PathBuf};

pub use entry::{Answer, Entry, EntryId, Passage, PassageKind, Source};
pub use problem::{Problem, ProblemKind};

/// How a corpus is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// A larger file is reported and left out, bytes.
    pub max_file_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            max_file_bytes: 16 << 20,
        }
    }
}

/// What one file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParsedFile {
    /// Relative to the knowledge base's folder, with `/` between parts.
    pub file: String,
    /// In reading order.
    pub entries: Vec<Entry>,
    /// In reading order.
    pub problems: Vec<Problem>,
    /// Byte ranges of the file's text that belong to no entry: category headings.
    pub headings: Vec<std::ops::Range<usize>>,
    /// Byte ranges of the file's text that belong to no entry: introductions, front matter, remarks.
    pub prefaces: Vec<std::ops::Range<usize>>,
}

/// Why a corpus can't be read at all.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// There is no such folder.
    #[error("there is no corpus folder {path}")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
}

/// An opened corpus: its files are listed, not yet read.
#[derive(Debug)]
pub struct Corpus {}

impl Corpus {
    /// Lists the files below `root`, in a fixed order.
    ///
    /// # Errors
    /// [`CorpusError`] if the folder can't be read.
    pub fn open(root: &Path, settings: Settings) -> Result<Corpus, CorpusError> {
        let _ = settings;
        Err(CorpusError::Missing {
            path: root.to_owned(),
        })
    }

    /// How many files there are to read.
    pub fn file_count(&self) -> usize {
        0
    }

    /// A hash of every file's name and content, which changes exactly when a re-index could differ.
    pub fn fingerprint(&self) -> String {
        String::new()
    }

    /// Reads the files in order, a bounded number at a time on all cores; ids are unique over all of them.
    pub fn parsed_files(&self) -> impl Iterator<Item = ParsedFile> + '_ {
        std::iter::empty()
    }
}
