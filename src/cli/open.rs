//! From settings to something that answers.

use std::path::Path;
use std::sync::Arc;

use jida::corpus::Corpus;
use jida::index::{self, Index};
use jida::search::Searcher;
use jida::text::Analyzer;

use super::failure::{CommandError, Failure};
use crate::config::Config;

/// The index that `config` names, ready to answer.
///
/// Without its corpus an index is taken as it is: a machine that only answers needs no more. With it, an
/// index of another state of the corpus is refused, because it would answer from text that is gone.
pub(super) fn searcher(
    config: &Config,
    settings: jida::search::Settings,
) -> Result<Searcher, Failure> {
    let analyzer = Arc::new(Analyzer::new());
    let opened = Index::open(&config.index, &analyzer)?;
    if config.corpus.is_dir() {
        let corpus = Corpus::open(&config.corpus, config.corpus_limits.clone())?;
        if !index::is_fresh(&corpus, &config.index, &analyzer) {
            return Err(stale(&config.index, &config.corpus));
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
