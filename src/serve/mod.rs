//! HTTP: the API and the search page.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;

use crate::locale::{Locale, Localized};
use crate::search::Searcher;

/// How the service behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where to listen.
    pub addr: SocketAddr,
    /// Sites whose pages may call the API.
    pub cors_origins: Vec<String>,
    /// A slower request is given up.
    pub request_timeout: Duration,
    /// A slower body.
    pub body_timeout: Duration,
    /// Time to finish.
    pub drain_timeout: Duration,
    /// A larger body is refused.
    pub max_body_bytes: usize,
    /// A longer URI.
    pub max_uri_bytes: usize,
    /// Larger headers.
    pub max_header_bytes: usize,
    /// More at once are refused.
    pub max_concurrent_requests: usize,
    /// More at once wait.
    pub max_concurrent_searches: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            addr: SocketAddr::from(([127, 0, 0, 1], 8080)),
            cors_origins: Vec::new(),
            request_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(5),
            drain_timeout: Duration::from_secs(20),
            max_body_bytes: 64 << 10,
            max_uri_bytes: 16 << 10,
            max_header_bytes: 32 << 10,
            max_concurrent_requests: 512,
            max_concurrent_searches: 2,
        }
    }
}

/// What the server answers from.
#[derive(Debug, Clone)]
pub struct State {}

impl State {
    /// Not ready.
    pub fn starting(_locale: Locale) -> State {
        State {}
    }
    /// Ready.
    pub fn replace(&self, _searcher: Arc<Searcher>) {}
}

/// Why the server can't start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Taken.
    #[error("{0} is in use by another program")]
    PortInUse(SocketAddr),
}

impl Localized for ServeError {
    fn message(&self, _locale: Locale) -> String {
        self.to_string()
    }
    fn hint(&self, _locale: Locale) -> Option<String> {
        None
    }
}

/// Routes.
pub fn router(_state: State, _settings: Settings) -> Router {
    Router::new()
}

/// Binds.
///
/// # Errors
/// In use.
pub async fn bind(addr: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(addr)
        .await
        .map_err(|_| ServeError::PortInUse(addr))
}

/// Runs.
///
/// # Errors
/// The listener's.
pub async fn run(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
    _settings: &Settings,
) -> std::io::Result<()> {
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown)
        .await
}
