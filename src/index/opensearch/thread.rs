//! A thread of its own for everything that waits for a cluster: callers may wait for it from any runtime, or from
//! none, and connections outlive whoever opened them.

use std::future::Future;
use std::sync::{OnceLock, mpsc};

use tokio::runtime::Runtime;

use crate::index::opensearch::connection::unfit;
use crate::index::opensearch::error::ClusterError;

/// The thread on which all connections to clusters live.
fn own_thread() -> Result<&'static Runtime, ClusterError> {
    static THREAD: OnceLock<Result<Runtime, String>> = OnceLock::new();
    let runtime = THREAD.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("jida-cluster")
            .enable_all()
            .build()
            .map_err(|error| error.to_string())
    });
    runtime.as_ref().map_err(|reason| unfit("", reason))
}

/// Runs something on the cluster's thread.
pub(super) async fn on_own_thread<T: Send + 'static>(
    work: impl Future<Output = Result<T, ClusterError>> + Send + 'static,
) -> Result<T, ClusterError> {
    let done = own_thread()?.spawn(work).await;
    done.unwrap_or_else(|error| Err(unfit("", error)))
}

/// Begins something on the cluster's thread; its outcome comes through what is returned, which any thread may
/// wait at.
pub(super) fn begin<T: Send + 'static>(
    work: impl Future<Output = Result<T, ClusterError>> + Send + 'static,
) -> Result<mpsc::Receiver<Result<T, ClusterError>>, ClusterError> {
    let (tell, told) = mpsc::sync_channel(1);
    own_thread()?.spawn(async move {
        // Nobody waits any more if a build was given up.
        let _ = tell.send(work.await);
    });
    Ok(told)
}

/// Waits for something that runs on the cluster's thread. Blocks: not to be called from async code.
pub(super) fn wait<T: Send + 'static>(
    work: impl Future<Output = Result<T, ClusterError>> + Send + 'static,
) -> Result<T, ClusterError> {
    let gone = |_| Err(unfit("", "its thread is gone"));
    begin(work)?.recv().unwrap_or_else(gone)
}
