//! `jida serve`: listens at once, answers when the index is ready, and leaves when asked to.

use std::sync::Arc;

use jida::locale::Localized;
use jida::serve::{self, ReloadOrder, State};
use jida::store::Store;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use super::failure::{CommandError, Failure, chain};
use super::interrupt::Signals;
use super::keeper::Keeper;
use super::terminal::Terminal;
use super::{Exit, logging};
use crate::config::Config;

/// Orders to reload that may wait; one more look at the corpus meets them all.
const ORDERS: usize = 64;

pub(super) fn run(config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    // Written to the end before the process goes.
    let _lines = logging::install_for_service(&config.log, terminal.color);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Whoever waits for an engine elsewhere keeps a thread, and must not keep those who compute from getting one.
        .max_blocking_threads(config.serve.max_concurrent_requests.saturating_add(64))
        .build()
        .map_err(CommandError::Runtime)?;
    config.serve.check()?;
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
    let (orders, queue) = mpsc::channel(ORDERS);
    let mut names = config.each().into_iter().map(|base| base.search.kb);
    let first = names.next().unwrap_or_default();
    let others: Vec<String> = names.collect();
    let mut state = State::starting(config.search.locale, &first, &others)
        .with_orders(orders.clone())
        .with_cache(config.serve.cache_bytes);
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
    let mut prepared = keep(config, state, terminal, orders, queue);
    let mut is_prepared = false;
    let outcome = loop {
        tokio::select! {
            exit = signals.next() => break Ok(exit),
            served = &mut server => return served.map(|()| Exit::Done).map_err(|error| CommandError::Serve(error).into()),
            result = &mut prepared, if !is_prepared => match result {
                Ok(Ok(())) => is_prepared = true,
                Ok(Err(failure)) => break Err(failure),
                Err(_) => break Err(CommandError::KeeperGone.into()),
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

/// Lets a thread of its own look after the indexes; tells when what can answer does.
fn keep(
    config: &Config,
    state: State,
    terminal: Terminal,
    orders: mpsc::Sender<ReloadOrder>,
    queue: mpsc::Receiver<ReloadOrder>,
) -> oneshot::Receiver<Result<(), Failure>> {
    let (tell, prepared) = oneshot::channel();
    let config = config.clone();
    tokio::task::spawn_blocking(move || {
        let keeper = match Keeper::new(&config, state, terminal) {
            Ok(keeper) => keeper,
            Err(failure) => return drop(tell.send(Err(failure))),
        };
        let watching = config.watch.then(|| keeper.watch(&orders));
        let outcome = keeper.prepare();
        let can_answer = outcome.is_ok();
        // Nobody listens to a server that is being stopped.
        let _ = tell.send(outcome);
        if can_answer {
            if let Some(watching) = watching {
                watching.go_on();
            }
            keeper.follow(&orders);
            drop(orders);
            keeper.take_orders(queue);
        }
    });
    prepared
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
