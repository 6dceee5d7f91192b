//! From settings to something that answers.

use std::sync::Arc;

use jida::corpus::Corpus;
use jida::index::{self, Index};
use jida::search::Searcher;
use jida::text::Analyzer;

use super::failure::{CommandError, Failure};
use super::origin;
use super::terminal::Terminal;
use crate::config::Config;

/// The index that `config` names, ready to answer.
///
/// It answers as it was built: whoever is writing on the corpus is told that the index is behind, but
/// gets an answer. A corpus that is out of reach is not missed.
pub(super) fn searcher(
    config: &Config,
    settings: jida::search::Settings,
    terminal: Terminal,
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
            terminal.warn(&CommandError::StaleIndex {
                index: config.index.clone(),
                corpus: folder,
            });
        }
    }
    Ok(Searcher::new(opened, analyzer, settings))
}

/// What runs the library's asynchronous calls for a single caller.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::Runtime(error).into())
}
