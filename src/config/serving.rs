//! The settings of the service.

use std::num::NonZeroU32;

use jida::serve::PublicKey;

use super::keys::Key;

/// Opens what only the operator may do.
pub(super) const ADMIN_KEY: &str = "serve.admin_key";
/// A table with a table for each key of callers; `file` reads it.
pub(super) const PUBLIC_KEYS: &str = "keys";

/// More memory than this is a mistake.
const MAX_CACHE_BYTES: u64 = 1 << 36;

/// More than this in a minute is no limit.
pub(super) const MAX_RATE: u32 = 1_000_000;

/// What `keys` lists between those of who asks and those of what is kept.
pub(super) const SERVING: &[Key] = &[
    Key {
        path: "serve.addr",
        variable: "JIDA_ADDR",
        set: |config, given| given.address().map(|addr| config.serve.addr = addr),
    },
    Key {
        path: "serve.public",
        variable: "JIDA_PUBLIC",
        set: |config, given| given.switch().map(|public| config.serve.public = public),
    },
    Key {
        path: "serve.watch",
        variable: "JIDA_WATCH",
        set: |config, given| given.switch().map(|watch| config.watch = watch),
    },
    Key {
        path: "serve.pages",
        variable: "JIDA_PAGES",
        set: |config, given| given.switch().map(|pages| config.serve.pages = pages),
    },
    Key {
        path: ADMIN_KEY,
        variable: "JIDA_ADMIN_KEY",
        set: |config, given| {
            given
                .api_key()
                .map(|key| config.serve.admin_key = Some(jida::serve::Key::new(&key)))
        },
    },
    Key {
        path: "serve.cors_origins",
        variable: "JIDA_CORS_ORIGINS",
        set: |config, given| {
            given
                .origins()
                .map(|origins| config.serve.cors_origins = origins)
        },
    },
    Key {
        path: "serve.frame_origins",
        variable: "JIDA_FRAME_ORIGINS",
        set: |config, given| {
            given
                .origins()
                .map(|origins| config.serve.frame_origins = origins)
        },
    },
    Key {
        path: "serve.trusted_proxies",
        variable: "JIDA_TRUSTED_PROXIES",
        set: |config, given| {
            given
                .networks()
                .map(|networks| config.serve.trusted_proxies = networks)
        },
    },
    Key {
        path: "serve.rate_per_minute",
        variable: "JIDA_RATE_PER_MINUTE",
        set: |config, given| {
            given
                .number(0, MAX_RATE)
                .map(|rate| config.serve.rate_per_minute = NonZeroU32::new(rate))
        },
    },
    Key {
        path: "serve.rate_burst",
        variable: "JIDA_RATE_BURST",
        set: |config, given| given.rate().map(|rate| config.serve.rate_burst = rate),
    },
    Key {
        path: "serve.header_timeout_ms",
        variable: "JIDA_HEADER_TIMEOUT_MS",
        set: |config, given| {
            given
                .milliseconds()
                .map(|time| config.serve.header_timeout = time)
        },
    },
    Key {
        path: "serve.request_timeout_ms",
        variable: "JIDA_REQUEST_TIMEOUT_MS",
        set: |config, given| {
            given
                .milliseconds()
                .map(|time| config.serve.request_timeout = time)
        },
    },
    Key {
        path: "serve.body_timeout_ms",
        variable: "JIDA_BODY_TIMEOUT_MS",
        set: |config, given| {
            given
                .milliseconds()
                .map(|time| config.serve.body_timeout = time)
        },
    },
    Key {
        path: "serve.drain_timeout_ms",
        variable: "JIDA_DRAIN_TIMEOUT_MS",
        set: |config, given| {
            given
                .milliseconds()
                .map(|time| config.serve.drain_timeout = time)
        },
    },
    Key {
        path: "serve.cache_bytes",
        variable: "JIDA_CACHE_BYTES",
        set: |config, given| {
            given.integer(0, MAX_CACHE_BYTES).map(|bytes| {
                config.serve.cache_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
            })
        },
    },
    Key {
        path: "serve.max_body_bytes",
        variable: "JIDA_MAX_BODY_BYTES",
        set: |config, given| {
            given
                .count(1 << 30)
                .map(|count| config.serve.max_body_bytes = count)
        },
    },
    Key {
        path: "serve.max_uri_bytes",
        variable: "JIDA_MAX_URI_BYTES",
        set: |config, given| {
            given
                .count(1 << 20)
                .map(|count| config.serve.max_uri_bytes = count)
        },
    },
    Key {
        path: "serve.max_header_bytes",
        variable: "JIDA_MAX_HEADER_BYTES",
        set: |config, given| {
            given
                .count(1 << 20)
                .map(|count| config.serve.max_header_bytes = count)
        },
    },
    Key {
        path: "serve.max_connections",
        variable: "JIDA_MAX_CONNECTIONS",
        set: |config, given| {
            given
                .count(1 << 20)
                .map(|count| config.serve.max_connections = count)
        },
    },
    Key {
        path: "serve.max_connections_per_client",
        variable: "JIDA_MAX_CONNECTIONS_PER_CLIENT",
        set: |config, given| {
            given
                .count(1 << 20)
                .map(|count| config.serve.max_connections_per_client = count)
        },
    },
    Key {
        path: "serve.max_concurrent_requests",
        variable: "JIDA_MAX_CONCURRENT_REQUESTS",
        set: |config, given| {
            given
                .count(1 << 20)
                .map(|count| config.serve.max_concurrent_requests = count)
        },
    },
    Key {
        path: "serve.max_concurrent_searches",
        variable: "JIDA_MAX_CONCURRENT_SEARCHES",
        set: |config, given| {
            given
                .count(1 << 12)
                .map(|count| config.serve.max_concurrent_searches = count)
        },
    },
    Key {
        path: PUBLIC_KEYS,
        variable: "JIDA_PUBLIC_KEY",
        set: |config, given| {
            given.public_key().map(|key| {
                config.serve.keys = vec![PublicKey {
                    name: "JIDA_PUBLIC_KEY".to_owned(),
                    key,
                    origins: Vec::new(),
                    kbs: Vec::new(),
                    per_minute: None,
                }];
            })
        },
    },
];
