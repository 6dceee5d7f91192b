//! What the owner may set about the server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net};

use crate::serve::access::PublicKey;
use crate::serve::key::Key;
use crate::serve::listen::ServeError;
use crate::serve::site::browser_origin;

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
    /// Sites that may show the pages in a frame. Empty, none may.
    pub frame_origins: Vec<String>,
    /// Whether it may listen where other machines reach it though no admin key is set.
    pub public: bool,
    /// Whether there are pages for people besides the API.
    pub pages: bool,
    /// Keys for callers. Where there are some, `/v1/…` takes one.
    pub keys: Vec<PublicKey>,
    /// Requests of one client in a minute, and at once after a pause; more get 429. No limit without the first.
    pub rate_per_minute: Option<NonZeroU32>,
    /// See `rate_per_minute`.
    pub rate_burst: NonZeroU32,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Vec<IpNet>,
    /// What opens `/v1/admin/…`. Without one, only programs on this machine may ask there, and only where the
    /// server listens on a loopback address.
    pub admin_key: Option<Key>,
    /// A request that takes longer gets 504.
    pub request_timeout: Duration,
    /// A body that takes longer to arrive gets 408. Keep it below `request_timeout`.
    pub body_timeout: Duration,
    /// A connection on which no complete head of a request arrives for so long is closed.
    pub header_timeout: Duration,
    /// A connection that takes nothing of a reply for so long is closed.
    pub write_timeout: Duration,
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
    /// More connections of one client are closed at once. Trusted proxies may have any number.
    pub max_connections_per_client: usize,
    /// Requests beyond this many at once are shed with 503.
    pub max_concurrent_requests: usize,
    /// Requests that may compute at the same time; the others wait their turn. More than the number of cores gains
    /// nothing: a request that waits for an engine elsewhere is none of them meanwhile.
    pub max_concurrent_searches: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Settings {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            cors_origins: Vec::new(),
            frame_origins: Vec::new(),
            public: false,
            pages: true,
            keys: Vec::new(),
            // Somebody who types fast makes 10 requests a second for completions, and a whole office may stand
            // behind one address: a hundred people, a question a minute each, with eight completions on the way
            // there, make 900.
            rate_per_minute: NonZeroU32::new(1200),
            rate_burst: NonZeroU32::MIN.saturating_add(299),
            // Whoever is on this machine needs no such detour.
            trusted_proxies: vec![
                IpNet::from(Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8)),
                IpNet::from(IpAddr::from(Ipv6Addr::LOCALHOST)),
            ],
            admin_key: None,
            request_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(5),
            header_timeout: Duration::from_secs(15),
            write_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(20),
            cache_bytes: DEFAULT_CACHE_BYTES,
            max_body_bytes: 64 << 10,
            max_uri_bytes: 16 << 10,
            max_header_bytes: 32 << 10,
            // Below the 1,024 open files that many systems allow a process.
            max_connections: 768,
            // A browser opens six; this is an office of forty behind one address.
            max_connections_per_client: 256,
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
    /// limit that would refuse every request, [`ServeError::SameKey`] for keys that can't be told apart,
    /// [`ServeError::Public`] for an address that strangers reach without anybody having said so.
    pub fn check(&self) -> Result<(), ServeError> {
        if !(self.addr.ip().to_canonical().is_loopback() || self.public) && self.admin_key.is_none()
        {
            return Err(ServeError::Public(self.addr));
        }
        let mut known: Vec<(&str, &Key)> = Vec::new();
        known.extend(self.admin_key.as_ref().map(|key| ("admin_key", key)));
        for PublicKey { name, key, .. } in &self.keys {
            if let Some((other, _)) = known.iter().find(|(_, other)| *other == key) {
                return Err(ServeError::SameKey((*other).to_owned(), name.clone()));
            }
            known.push((name, key));
        }
        let of_keys = self.keys.iter().flat_map(|key| &key.origins);
        let framing = &self.frame_origins;
        for origin in self.cors_origins.iter().chain(framing).chain(of_keys) {
            if browser_origin(origin).is_none() {
                return Err(ServeError::BadOrigin(origin.clone()));
            }
        }
        for (name, limit) in [
            ("max_body_bytes", self.max_body_bytes),
            ("max_uri_bytes", self.max_uri_bytes),
            ("max_header_bytes", self.max_header_bytes),
            ("max_connections", self.max_connections),
            (
                "max_connections_per_client",
                self.max_connections_per_client,
            ),
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
            ("https://WWW.Example.com", true),
            ("https://shop.example.com:443", true),
            ("https://例子.中国", true),
            ("http://[::1]:8080", true),
            ("https://*.example.com", false),
            ("https://a.example:99999", false),
            ("https://user@a.example", false),
            ("https://a.example?q", false),
            ("https://a example", false),
            ("https:a.example", false),
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
    fn strangers_are_let_in_only_where_somebody_said_so() {
        for (addr, key, public, good) in [
            ("127.0.0.1:80", false, false, true),
            ("127.9.9.9:80", false, false, true),
            ("[::1]:80", false, false, true),
            ("[::ffff:127.0.0.1]:80", false, false, true),
            ("0.0.0.0:80", false, false, false),
            ("[::]:80", false, false, false),
            ("192.168.1.2:80", false, false, false),
            ("0.0.0.0:80", true, false, true),
            ("0.0.0.0:80", false, true, true),
        ] {
            let settings = Settings {
                addr: addr.parse().expect("an address"),
                admin_key: key.then(|| Key::new("k")),
                public,
                ..Settings::default()
            };
            assert_eq!(settings.check().is_ok(), good, "{addr} {key} {public}");
        }
    }

    #[test]
    fn no_key_opens_two_doors() {
        let public = |name: &str, secret: &str| PublicKey {
            name: name.to_owned(),
            key: Key::new(secret),
            origins: Vec::new(),
            kbs: Vec::new(),
            per_minute: None,
        };
        for (keys, good) in [
            (vec![public("keys.a", "a"), public("keys.b", "b")], true),
            (vec![public("keys.a", "a"), public("keys.b", "a")], false),
            (vec![public("keys.a", "admin")], false),
        ] {
            let settings = Settings {
                admin_key: Some(Key::new("admin")),
                keys,
                ..Settings::default()
            };
            assert_eq!(settings.check().is_ok(), good);
        }
    }

    #[test]
    fn the_defaults_are_valid() {
        assert!(Settings::default().check().is_ok());
    }
}
