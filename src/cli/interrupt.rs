//! Ctrl-C and the signals that ask a service to end.

use super::Exit;

/// Makes Ctrl-C end the process with our code for it. Nothing needs tidying up: an index under
/// construction lies beside the current one and is not used until it is complete.
pub(super) fn exit_at_once() {
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build();
        // Without a handler the system ends the process at Ctrl-C; shells report that as 130, too.
        if let Ok(runtime) = runtime
            && runtime.block_on(tokio::signal::ctrl_c()).is_ok()
        {
            std::process::exit(Exit::Interrupted as i32);
        }
    });
}

/// The requests to end, as they come.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
}

impl Signals {
    /// Listens from now on. Call it within a runtime.
    pub(super) fn listen() -> Signals {
        Signals {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .ok(),
        }
    }

    /// Waits for the next one; what the process should exit with. A supervisor's request to end is an
    /// ordinary end.
    pub(super) async fn next(&mut self) -> Exit {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => Exit::Interrupted,
            () = self.terminated() => Exit::Done,
        }
    }

    #[cfg(unix)]
    async fn terminated(&mut self) {
        match &mut self.terminate {
            Some(signal) => {
                signal.recv().await;
            }
            None => std::future::pending().await,
        }
    }

    #[cfg(not(unix))]
    async fn terminated(&mut self) {
        std::future::pending().await
    }
}
