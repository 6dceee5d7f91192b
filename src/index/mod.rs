//! The seam between search and its engine: build, open, retrieve.

use std::path::Path;
use std::sync::Arc;

use crate::corpus::{Corpus, Problem};
use crate::text::Analyzer;

/// What a build tells while it runs.
#[derive(Debug, Clone, Copy)]
pub enum BuildEvent<'a> {
    /// This many files are to be read.
    Started {
        /// Number of files.
        files: usize,
    },
    /// A file has been added.
    File {
        /// Relative path.
        file: &'a str,
        /// Entries in it.
        entries: usize,
    },
    /// All files are in; the generation is being written out.
    Publishing,
}

/// What a build did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BuildReport {
    /// The generation that serves now.
    pub index_version: String,
    /// Files read.
    pub files: usize,
    /// Entries indexed.
    pub entries: usize,
    /// Everything odd, in corpus order.
    pub problems: Vec<Problem>,
    /// Whether an equal generation was there already and nothing was written.
    pub unchanged: bool,
}

/// Why an index can't be built or opened.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Nothing has been built here.
    #[error("there is no index in {path}")]
    Missing {
        /// The index directory.
        path: std::path::PathBuf,
    },
}

/// Builds a generation from `corpus` in `dir` and makes it the current one.
///
/// # Errors
/// [`IndexError`]; the generation that served before goes on serving.
pub fn build(
    _corpus: &Corpus,
    dir: &Path,
    _analyzer: &Arc<Analyzer>,
    _progress: &mut dyn FnMut(BuildEvent<'_>),
) -> Result<BuildReport, IndexError> {
    Err(IndexError::Missing {
        path: dir.to_owned(),
    })
}

/// Whether the current generation in `dir` is what a build of `corpus` would make; `false` if there is none.
///
/// # Errors
/// [`IndexError`] if the directory can't be read.
pub fn is_fresh(_corpus: &Corpus, _dir: &Path, _analyzer: &Analyzer) -> Result<bool, IndexError> {
    Ok(false)
}

/// An opened generation.
#[derive(Debug)]
pub struct Index {}

impl Index {
    /// Opens the current generation in `dir`.
    ///
    /// # Errors
    /// [`IndexError`] if there is none, it is damaged, or another version wrote it.
    pub fn open(dir: &Path, _analyzer: &Arc<Analyzer>) -> Result<Index, IndexError> {
        Err(IndexError::Missing {
            path: dir.to_owned(),
        })
    }

    /// How many entries it holds.
    pub fn len(&self) -> usize {
        0
    }

    /// Its content hash.
    pub fn version(&self) -> &str {
        ""
    }
}
