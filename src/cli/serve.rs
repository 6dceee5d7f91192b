//! `jida serve`: listens at once, answers when the index is ready, and leaves when asked to.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jida::corpus::Corpus;
use jida::index::{Index, IndexError, Standing};
use jida::locale::Localized;
use jida::search::Searcher;
use jida::semantic::Language;
use jida::serve::{self, State};
use jida::store::Store;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::failure::{CommandError, Failure, Told, chain};
use super::interrupt::Signals;
use super::terminal::Terminal;
use super::{Exit, logging, open, origin};
use crate::config::Config;

pub(super) fn run(config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    logging::install(&config.log, terminal.color);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CommandError::Runtime)?;
    let outcome = runtime.block_on(async {
        let listener = serve::bind(config.serve.addr).await?;
        announce(&listener, config, terminal);
        let store = open_store(config, terminal);
        let outcome = serve_until_told(listener, config, terminal, store.clone()).await;
        Ok::<_, Failure>((outcome, store))
    });
    let outcome = outcome.and_then(|(outcome, store)| {
        // What has been said is written before the process goes.
        if let Some(store) = store {
            store.close();
        }
        outcome
    });
    // A build that is under way can't be stopped, and what it writes is not used until complete.
    runtime.shutdown_background();
    outcome
}

/// The port is open while the index is being built: whoever asks gets "not ready" instead of nothing.
async fn serve_until_told(
    listener: TcpListener,
    config: &Config,
    terminal: Terminal,
    store: Option<Arc<Store>>,
) -> Result<Exit, Failure> {
    let mut signals = Signals::listen();
    let mut state = State::starting(config.search.locale);
    if let Some(store) = store {
        state = state.with_store(store);
    }
    let router = serve::router(state.clone(), config.serve.clone());
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        // A dropped sender means the same as a message.
        let _ = stopped.await;
    };
    let mut server = Box::pin(serve::run(listener, router, shutdown, &config.serve));
    let for_preparing = config.clone();
    let for_meanwhile = state.clone();
    let mut preparing = tokio::task::spawn_blocking(move || {
        let meanwhile = |searcher: Searcher| for_meanwhile.replace(Arc::new(searcher));
        prepare(&for_preparing, terminal, &meanwhile)
    });
    let mut ready = false;
    let outcome = loop {
        tokio::select! {
            exit = signals.next() => break Ok(exit),
            served = &mut server => return served.map(|()| Exit::Done).map_err(|error| CommandError::Serve(error).into()),
            prepared = &mut preparing, if !ready => match prepared {
                Ok(Ok(searcher)) => {
                    ready = true;
                    tracing::info!(
                        entries = searcher.index().len(),
                        index_version = searcher.version(),
                        "ready"
                    );
                    state.replace(Arc::new(searcher));
                }
                Ok(Err(failure)) => break Err(failure),
                Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
            },
        }
    };
    drop(stop);
    tokio::select! {
        _ = &mut server => outcome,
        // Asked again while requests in flight are still being finished: now really.
        exit = signals.next() => Ok(exit),
    }
}

/// The store, if it can be opened: a disk that can't be written is no reason not to answer.
fn open_store(config: &Config, terminal: Terminal) -> Option<Arc<Store>> {
    match Store::open(&config.data_folder(), &config.store) {
        Ok(store) => Some(Arc::new(store)),
        Err(error) => {
            let hint = error.hint(terminal.locale);
            let error = chain(&error, terminal.locale);
            let message = terminal.locale.pick(
                "不收反馈，提问照常回答",
                "feedback is turned away; questions are answered all the same",
            );
            tracing::warn!(error, hint, "{message}");
            None
        }
    }
}

/// How often to look whether another process has finished its build.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Opens the index; builds it first if it is missing, stale or damaged. Of a damaged one the generation before
/// answers `meanwhile`, and so does what there is while another process builds.
fn prepare(
    config: &Config,
    terminal: Terminal,
    meanwhile: &dyn Fn(Searcher),
) -> Result<Searcher, Failure> {
    let folder = origin::corpus_folder(config);
    let language = open::language(config)?;
    let searcher = |opened| Searcher::new(opened, language.clone(), config.search.clone());
    let mut waited = false;
    loop {
        let corpus = Corpus::open(&folder, config.corpus_limits.clone())?;
        let opened = Index::open_whole(&config.index, &language);
        let opened = match opened {
            Ok(opened) => match open::standing(&opened, &corpus, &language) {
                Standing::Fresh => return Ok(searcher(opened)),
                Standing::Held => {
                    warn(&held_back(config, &folder), terminal);
                    return Ok(searcher(opened));
                }
                Standing::Behind => Some(opened),
            },
            Err(IndexError::Missing { .. }) => None,
            Err(error) if !waited => {
                warn(&error, terminal);
                if let Some(spare) = Index::open_spare(&config.index, &language) {
                    let generation = spare.name();
                    tracing::warn!(
                        generation,
                        "an earlier generation answers while the index is built"
                    );
                    meanwhile(searcher(spare));
                }
                None
            }
            Err(_) => None,
        };
        tracing::info!(corpus = %folder.display(), "building the index");
        match super::index::build(&corpus, config, &language, terminal) {
            Ok(report) => {
                origin::remember(&folder, config);
                for problem in &report.problems {
                    let line = problem.line.unwrap_or(0);
                    let message = problem.message(terminal.locale);
                    tracing::warn!(file = problem.file, line, "{message}");
                }
                return Ok(searcher(Index::open(&config.index, &language)?));
            }
            Err(failure) if failure.is_locked() => {
                if !waited {
                    tracing::warn!("another process is building this index; waiting for it");
                    opened
                        .into_iter()
                        .for_each(|opened| meanwhile(searcher(opened)));
                }
                waited = true;
                std::thread::sleep(LOOK_AGAIN);
            }
            Err(failure) => return from_before(failure, config, &language, terminal).map(searcher),
        }
    }
}

fn held_back(config: &Config, corpus: &Path) -> CommandError {
    CommandError::HeldBack {
        index: config.index.clone(),
        corpus: corpus.to_owned(),
    }
}

/// Logs what goes on all the same, with the next step.
fn warn(what: &dyn Told, terminal: Terminal) {
    let hint = what.hint(terminal.locale);
    tracing::warn!(hint, "{}", chain(what, terminal.locale));
}

/// The index from before, where a new one can't be built: an answer of yesterday is better than none.
fn from_before(
    failure: Failure,
    config: &Config,
    language: &Language,
    terminal: Terminal,
) -> Result<Index, Failure> {
    let opened = Index::open_whole(&config.index, language).ok();
    let opened = opened.or_else(|| Index::open_spare(&config.index, language));
    match (opened, &failure) {
        (Some(opened), Failure::Told(error)) => {
            let generation = opened.name();
            let hint = error.hint(terminal.locale);
            let error = chain(error.as_ref(), terminal.locale);
            tracing::warn!(
                error,
                hint,
                generation,
                "the build failed; the index from before answers"
            );
            Ok(opened)
        }
        _ => Err(failure),
    }
}

fn announce(listener: &TcpListener, config: &Config, terminal: Terminal) {
    let addr = listener.local_addr().unwrap_or(config.serve.addr);
    if logging::is_text(&config.log) {
        terminal.note(&terminal.locale.pick(
            format!("正在监听 http://{addr}，按 Ctrl-C 停止\n"),
            format!("listening on http://{addr}, press Ctrl-C to stop\n"),
        ));
    } else {
        tracing::info!(url = format!("http://{addr}"), "listening");
    }
}
