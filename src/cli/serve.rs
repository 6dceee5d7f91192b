//! `jida serve`: listens at once, answers when the index is ready, and leaves when asked to.

use std::sync::Arc;

use jida::corpus::Corpus;
use jida::index::Index;
use jida::locale::Localized;
use jida::search::Searcher;
use jida::semantic::Language;
use jida::serve::{self, State};
use jida::store::Store;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::failure::{CommandError, Failure, chain};
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
    let mut preparing = tokio::task::spawn_blocking(move || prepare(&for_preparing, terminal));
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

/// Builds the index if it is missing, stale or unreadable, and opens it.
fn prepare(config: &Config, terminal: Terminal) -> Result<Searcher, Failure> {
    let folder = origin::corpus_folder(config);
    let corpus = Corpus::open(&folder, config.corpus_limits.clone())?;
    let language = open::language(config)?;
    let opened = match open::is_fresh(&corpus, config, &language) {
        true => Some(Index::open(&config.index, &language)?),
        false => None,
    };
    let opened = match opened {
        Some(opened) => opened,
        None => {
            tracing::info!(corpus = %folder.display(), "building the index");
            match super::index::build(&corpus, config, &language, terminal) {
                Ok(report) => {
                    origin::remember(&folder, config);
                    for problem in &report.problems {
                        let line = problem.line.unwrap_or(0);
                        let message = problem.message(terminal.locale);
                        tracing::warn!(file = problem.file, line, "{message}");
                    }
                    Index::open(&config.index, &language)?
                }
                Err(failure) => from_before(failure, config, &language, terminal)?,
            }
        }
    };
    Ok(Searcher::new(opened, language, config.search.clone()))
}

/// The index from before, where a new one can't be built: an answer of yesterday is better than none.
fn from_before(
    failure: Failure,
    config: &Config,
    language: &Language,
    terminal: Terminal,
) -> Result<Index, Failure> {
    match (Index::open(&config.index, language), &failure) {
        (Ok(opened), Failure::Told(error)) => {
            let error = chain(error.as_ref(), terminal.locale);
            tracing::warn!(error, "the build failed; the index from before answers");
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
