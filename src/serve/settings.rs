//! What the owner may set about the server.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::http::HeaderValue;

use crate::serve::key::Key;
use crate::serve::listen::ServeError;

/// Replies kept for each knowledge base, in bytes, unless the owner says otherwise.
pub(super) const DEFAULT_CACHE_BYTES: usize = 16 << 20;

/// Limits and addresses. The defaults suit one machine behind a reverse proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where to listen.
    pub addr: SocketAddr,
    /// Origins whose scripts may call the API, such as `https://www.example.com`; `*` for any. Empty
    /// turns cross-origin access off.
    pub cors_origins: Vec<String>,
    /// What opens `/v1/admin/…`. Without one, only programs on this machine may ask there, and only where the
    /// server listens on a loopback address.
    pub admin_key: Option<Key>,
    /// A request that takes longer gets 504.
    pub request_timeout: Duration,
    /// A body that takes longer to arrive gets 408. Keep it below `request_timeout`.
    pub body_timeout: Duration,
    /// A connection on which no complete head of a request arrives for so long is closed.
    pub header_timeout: Duration,
    /// After a shutdown began, requests in flight get this long to finish.
    pub drain_timeout: Duration,
    /// Replies kept for each knowledge base, in bytes, so that a question asked again costs next to nothing.
    pub cache_bytes: usize,
    /// A longer body gets 413.
    pub max_body_bytes: usize,
    /// A longer path and query get 414. 512 code points percent-encoded fill about 6 KiB.
    pub max_uri_bytes: usize,
    /// Larger headers get 431.
    pub max_header_bytes: usize,
    /// More connections than these wait to be accepted.
    pub max_connections: usize,
    /// Requests beyond this many at once are shed with 503.
    pub max_concurrent_requests: usize,
    /// Requests that may compute at the same time; the others wait their turn. With the embedded
    /// engine more than the number of cores gains nothing.
    pub max_concurrent_searches: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Settings {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            cors_origins: Vec::new(),
            admin_key: None,
            request_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(5),
            header_timeout: Duration::from_secs(15),
            drain_timeout: Duration::from_secs(20),
            cache_bytes: DEFAULT_CACHE_BYTES,
            max_body_bytes: 64 << 10,
            max_uri_bytes: 16 << 10,
            max_header_bytes: 32 << 10,
            // Below the 1,024 open files that many systems allow a process.
            max_connections: 768,
            max_concurrent_requests: 512,
            max_concurrent_searches: cores,
        }
    }
}

impl Settings {
    /// Checks what can be wrong before anything is started.
    ///
    /// # Errors
    /// [`ServeError::BadOrigin`] for an origin no browser would send, [`ServeError::ZeroLimit`] for a
    /// limit that would refuse every request.
    pub fn check(&self) -> Result<(), ServeError> {
        for origin in &self.cors_origins {
            if !is_origin(origin) {
                return Err(ServeError::BadOrigin(origin.clone()));
            }
        }
        for (name, limit) in [
            ("max_body_bytes", self.max_body_bytes),
            ("max_uri_bytes", self.max_uri_bytes),
            ("max_header_bytes", self.max_header_bytes),
            ("max_connections", self.max_connections),
            ("max_concurrent_requests", self.max_concurrent_requests),
            ("max_concurrent_searches", self.max_concurrent_searches),
        ] {
            if limit == 0 {
                return Err(ServeError::ZeroLimit(name));
            }
        }
        Ok(())
    }
}

/// Whether a browser could send this as its `Origin`: scheme, host and port, nothing behind them.
fn is_origin(origin: &str) -> bool {
    let Some((scheme, host)) = origin.split_once("://") else {
        return origin == "*";
    };
    matches!(scheme, "http" | "https")
        && !host.is_empty()
        && !host.contains(['/', '?', '#', '@', ' ', '*'])
        && HeaderValue::from_str(origin).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for (origin, good) in [
            ("https://www.example.com", true),
            ("http://localhost:3000", true),
            ("*", true),
            ("https://www.example.com/", false),
            ("www.example.com", false),
            ("https://*.example.com", false),
            ("ftp://example.com", false),
            ("https://", false),
            ("", false),
        ] {
            let settings = Settings {
                cors_origins: vec![origin.to_owned()],
                ..Settings::default()
            };
            assert_eq!(settings.check().is_ok(), good, "{origin:?}");
        }
    }

    #[test]
    fn the_defaults_are_valid() {
        assert!(Settings::default().check().is_ok());
    }
}
