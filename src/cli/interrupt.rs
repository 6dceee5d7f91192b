//! Ctrl-C and the signals that ask a service to end.

use std::sync::atomic::{AtomicBool, Ordering};

use super::Exit;

/// Whether somebody else on the same terminal is meant by Ctrl-C: the pager.
static HANDED_OVER: AtomicBool = AtomicBool::new(false);

/// Leaves Ctrl-C to another program while `run` waits for it. It would be left with nobody to read from, and
/// the terminal in whatever state it is in.
pub(super) fn handed_over<T>(run: impl FnOnce() -> T) -> T {
    HANDED_OVER.store(true, Ordering::SeqCst);
    let result = run();
    HANDED_OVER.store(false, Ordering::SeqCst);
    result
}

/// Makes Ctrl-C end the process with our code for it. Of an index under construction nothing needs tidying up: it lies
/// beside the current one and is not used until it is complete.
pub(super) fn exit_at_once() {
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build();
        // Without a handler the system ends the process at Ctrl-C; shells report that as 130, too.
        let Ok(runtime) = runtime else { return };
        while runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            if !HANDED_OVER.load(Ordering::SeqCst) {
                jida::index::remove_fetched();
                std::process::exit(Exit::Interrupted as i32);
            }
        }
    });
}

/// The requests to end, as they come; none is lost between two calls of [`Signals::next`].
#[derive(Debug)]
pub(super) struct Signals {
    interrupt: Option<Stream>,
    #[cfg(unix)]
    terminate: Option<Stream>,
}

#[cfg(unix)]
type Stream = tokio::signal::unix::Signal;
#[cfg(windows)]
type Stream = tokio::signal::windows::CtrlC;

impl Signals {
    /// Listens from now on. Call it within a runtime. A signal that can't be listened to keeps the
    /// system's own effect: it ends the process.
    #[cfg(unix)]
    pub(super) fn listen() -> Signals {
        use tokio::signal::unix::{SignalKind, signal};

        Signals {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    /// Listens from now on. Call it within a runtime.
    #[cfg(windows)]
    pub(super) fn listen() -> Signals {
        Signals {
            interrupt: tokio::signal::windows::ctrl_c().ok(),
        }
    }

    /// Waits for the next one; what the process should exit with. A supervisor's request to end is an
    /// ordinary end.
    #[cfg(unix)]
    pub(super) async fn next(&mut self) -> Exit {
        tokio::select! {
            () = received(&mut self.interrupt) => Exit::Interrupted,
            () = received(&mut self.terminate) => Exit::Done,
        }
    }

    /// Waits for the next one; what the process should exit with.
    #[cfg(windows)]
    pub(super) async fn next(&mut self) -> Exit {
        received(&mut self.interrupt).await;
        Exit::Interrupted
    }
}

async fn received(stream: &mut Option<Stream>) {
    if let Some(stream) = stream
        && stream.recv().await.is_some()
    {
        return;
    }
    std::future::pending().await
}
