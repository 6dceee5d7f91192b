//! From settings to something that answers.

use jida::corpus::Corpus;
use jida::index::{ClusterIndex, Index, IndexError, IndexLocation, Standing};
use jida::search::{FittedThresholds, Searcher};
use jida::semantic::{Encoder, EndpointSettings, Language};

use super::failure::{CommandError, Failure};
use super::origin;
use super::terminal::Terminal;
use crate::config::{Config, EncoderKind, EngineKind};

/// What reads texts, as `config` has it. Calls no endpoint yet.
pub(super) fn language(config: &Config) -> Result<Language, Failure> {
    let settings = &config.encoder;
    Ok(match settings.kind {
        EncoderKind::BuiltIn => Language::built_in(),
        EncoderKind::None => Language::lexical(),
        EncoderKind::Endpoint(api) => Language::with(Encoder::endpoint(EndpointSettings {
            url: settings.url.clone().unwrap_or_default(),
            api,
            model: settings.model.clone(),
            api_key: settings.api_key.as_ref().map(|key| key.0.clone()),
            connect_timeout: settings.connect_timeout,
            timeout: settings.timeout,
            batch: settings.batch,
        })?),
    })
}

/// Where the index is that `config` names.
///
/// # Errors
/// The addresses or certificates of a cluster that can't be used.
pub(super) fn location(config: &Config) -> Result<IndexLocation, Failure> {
    Ok(match config.engine() {
        EngineKind::Embedded => IndexLocation::from(&config.index),
        EngineKind::OpenSearch => ClusterIndex::new(&config.cluster, &config.search.kb)?.into(),
    })
}

/// The index that `config` names, ready to answer.
///
/// It answers as it was built: whoever is writing on the corpus is told that the index is behind, but
/// gets an answer. A corpus that is out of reach is not missed.
pub(super) fn searcher(
    config: &Config,
    settings: jida::search::Settings,
    terminal: Terminal,
) -> Result<Searcher, Failure> {
    let language = language(config)?;
    let opened = Index::open(location(config)?, &language)?;
    told(opened, config, language, settings, terminal)
}

/// The same for those who ask many questions: a missing index is built first.
pub(super) fn built(config: &Config, terminal: Terminal) -> Result<Searcher, Failure> {
    let language = language(config)?;
    let location = &location(config)?;
    let opened = match Index::open(location, &language) {
        Err(IndexError::Missing { .. }) => {
            let folder = origin::corpus_folder(config);
            let corpus = Corpus::open(&folder, config.corpus_limits.clone())?;
            super::index::build(&corpus, location, &language, terminal)?;
            origin::remember(&folder, config);
            Index::open(location, &language)?
        }
        opened => opened?,
    };
    let mut settings = config.search.clone();
    settings.locale = terminal.locale;
    told(opened, config, language, settings, terminal)
}

/// Answers from `opened`, and tells if it is behind its corpus.
fn told(
    opened: Index,
    config: &Config,
    language: Language,
    settings: jida::search::Settings,
    terminal: Terminal,
) -> Result<Searcher, Failure> {
    let folder = match config.corpus_is_chosen {
        true => Some(config.corpus.clone()),
        false => origin::recall(config),
    };
    if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
        let corpus = Corpus::open(&folder, config.corpus_limits.clone())?;
        let index = location(config)?.shown();
        match standing(&opened, &corpus, &language) {
            Standing::Fresh => {}
            Standing::Held => terminal.warn(&CommandError::HeldBack {
                index,
                corpus: folder,
            }),
            Standing::Behind => terminal.warn(&CommandError::StaleIndex {
                index,
                corpus: folder,
            }),
        }
    }
    Ok(Searcher::new(opened, language, settings))
}

/// How an index stands to a corpus as that is now.
pub(super) fn standing(opened: &Index, corpus: &Corpus, language: &Language) -> Standing {
    opened.standing(corpus, language, &FittedThresholds::judge())
}

/// The corpus that `config` names, as it is now, ready to be measured.
///
/// An index that is missing or behind is built first. To measure must change no index that serves: where
/// only a corpus was chosen, or the corpus is held back, what must be built is built aside and thrown away.
pub(super) fn up_to_date(
    config: &Config,
    language: &Language,
    terminal: Terminal,
) -> Result<Searcher, Failure> {
    let folder = origin::corpus_folder(config);
    let corpus = Corpus::open(&folder, config.corpus_limits.clone())?;
    let there = &location(config)?;
    let opened = match Index::open(there, language) {
        Ok(opened) => Some(opened),
        Err(error) if error.is_passing() => return Err(error.into()),
        Err(_) => None,
    };
    let opened = opened.map(|opened| (standing(&opened, &corpus, language), opened));
    let is_held = matches!(opened, Some((Standing::Held, _)));
    let opened = if let Some((Standing::Fresh, opened)) = opened {
        opened
    } else if is_held || config.corpus_is_chosen && !config.index_is_chosen() {
        let aside = tempfile::tempdir().map_err(CommandError::Aside)?;
        let config = config.aside(aside.path());
        super::index::build(&corpus, &location(&config)?, language, terminal)?;
        // What is open stays readable when its folder is gone.
        Index::open(aside.path(), language)?
    } else {
        super::index::build(&corpus, there, language, terminal)?;
        origin::remember(&folder, config);
        Index::open(there, language)?
    };
    if opened.is_empty() {
        terminal.warn(&super::index::NothingToAnswer);
    }
    Ok(Searcher::new(
        opened,
        language.clone(),
        config.search.clone(),
    ))
}

/// What runs the library's asynchronous calls for a single caller.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::Runtime(error).into())
}
