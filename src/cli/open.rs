//! From settings to something that answers.

use std::path::Path;
use std::sync::Arc;

use jida::corpus::Corpus;
use jida::index::{self, Index};
use jida::search::Searcher;
use jida::text::Analyzer;

use super::failure::{CommandError, Failure};
use super::origin;
use crate::config::Config;

/// The index that `config` names, ready to answer.
///
/// An index of another state of its corpus is refused, because it would answer from text that is gone.
/// Where the corpus is out of reach, the index is taken as it is: a machine that only answers needs no more.
pub(super) fn searcher(
    config: &Config,
    settings: jida::search::Settings,
) -> Result<Searcher, Failure> {
    let analyzer = Arc::new(Analyzer::new());
    let opened = Index::open(&config.index, &analyzer)?;
    let folder = match config.corpus_is_chosen {
        true => Some(config.corpus.clone()),
        false => origin::recall(config),
    };
    if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
        let corpus = Corpus::open(&folder, config.corpus_limits.clone())?;
        if !index::is_fresh(&corpus, &config.index, &analyzer) {
            return Err(stale(&config.index, &folder));
        }
    }
    Ok(Searcher::new(opened, analyzer, settings))
}

fn stale(index: &Path, corpus: &Path) -> Failure {
    CommandError::StaleIndex {
        index: index.to_owned(),
        corpus: corpus.to_owned(),
    }
    .into()
}

/// What runs the library's asynchronous calls for a single caller.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::Runtime(error).into())
}
