//! Which engine keeps the indexes, and how a cluster is reached.

use std::path::Path;

use super::Config;
use super::keys::Key;

/// Chooses the engine.
pub(super) const ENGINE: &str = "engine";
/// Where the cluster is; to name one is to choose it.
pub(super) const URLS: &str = "opensearch.urls";
const USER: &str = "opensearch.user";
/// Its value is never printed.
pub(super) const PASSWORD: &str = "opensearch.password";

/// More copies or shards than these are a mistake.
const MAX_PIECES: u32 = 1024;
/// More memory than this is a mistake.
const MAX_CACHE_BYTES: u64 = 1 << 36;

/// What keeps the indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EngineKind {
    /// This program, in a folder.
    Embedded,
    /// An OpenSearch cluster.
    OpenSearch,
}

/// What `engine` may be.
const KINDS: &[(&str, EngineKind)] = &[
    ("embedded", EngineKind::Embedded),
    ("opensearch", EngineKind::OpenSearch),
];

impl Config {
    /// Which engine keeps the indexes: the one that was chosen, else a cluster where one is named.
    pub(crate) fn engine(&self) -> EngineKind {
        let named = match self.cluster_is_named {
            true => EngineKind::OpenSearch,
            false => EngineKind::Embedded,
        };
        self.engine.unwrap_or(named)
    }

    /// Whether anyone said where the index is to be: whoever names a cluster means that one.
    pub(crate) fn index_is_chosen(&self) -> bool {
        self.index_is_chosen || self.engine() == EngineKind::OpenSearch
    }

    /// The same for another corpus, whose index has no place yet.
    pub(crate) fn of_corpus_alone(&self, corpus: &Path) -> Config {
        Config {
            engine: Some(EngineKind::Embedded),
            corpus: corpus.to_owned(),
            corpus_is_chosen: true,
            index_is_chosen: false,
            ..self.clone()
        }
    }

    /// The same, with its index in a folder that nobody knows of.
    pub(crate) fn aside(&self, folder: &Path) -> Config {
        Config {
            engine: Some(EngineKind::Embedded),
            index: folder.to_owned(),
            ..self.clone()
        }
    }
}

/// What `keys` lists after those of the encoder.
pub(super) const ENGINES: &[Key] = &[
    Key {
        path: ENGINE,
        variable: "JIDA_ENGINE",
        set: |config, given| given.one_of(KINDS).map(|kind| config.engine = Some(kind)),
    },
    Key {
        path: URLS,
        variable: "JIDA_OPENSEARCH_URL",
        set: |config, given| {
            given.urls().map(|urls| {
                config.cluster.urls = urls;
                config.cluster_is_named = true;
            })
        },
    },
    Key {
        path: "opensearch.prefix",
        variable: "JIDA_OPENSEARCH_PREFIX",
        set: |config, given| given.prefix().map(|prefix| config.cluster.prefix = prefix),
    },
    Key {
        path: USER,
        variable: "JIDA_OPENSEARCH_USER",
        set: |config, given| given.name().map(|user| config.cluster.user = Some(user)),
    },
    Key {
        path: PASSWORD,
        variable: "JIDA_OPENSEARCH_PASSWORD",
        set: |config, given| {
            given
                .password()
                .map(|password| config.cluster.password = Some(password))
        },
    },
    Key {
        path: "opensearch.ca",
        variable: "JIDA_OPENSEARCH_CA",
        set: |config, given| given.path().map(|path| config.cluster.ca = Some(path)),
    },
    Key {
        path: "opensearch.shards",
        variable: "JIDA_OPENSEARCH_SHARDS",
        set: |config, given| {
            given
                .number(1, MAX_PIECES)
                .map(|count| config.cluster.shards = count)
        },
    },
    Key {
        path: "opensearch.replicas",
        variable: "JIDA_OPENSEARCH_REPLICAS",
        set: |config, given| {
            given
                .number(0, MAX_PIECES)
                .map(|count| config.cluster.replicas = count)
        },
    },
    Key {
        path: "opensearch.spares",
        variable: "JIDA_OPENSEARCH_SPARES",
        set: |config, given| {
            given
                .number(0, 100)
                .map(|count| config.cluster.spares = count as usize)
        },
    },
    Key {
        path: "opensearch.connect_timeout_ms",
        variable: "JIDA_OPENSEARCH_CONNECT_TIMEOUT_MS",
        set: |config, given| {
            given
                .milliseconds()
                .map(|time| config.cluster.connect_timeout = time)
        },
    },
    Key {
        path: "opensearch.timeout_ms",
        variable: "JIDA_OPENSEARCH_TIMEOUT_MS",
        set: |config, given| {
            given
                .milliseconds()
                .map(|time| config.cluster.timeout = time)
        },
    },
    Key {
        path: "opensearch.hedge_after_ms",
        variable: "JIDA_OPENSEARCH_HEDGE_AFTER_MS",
        set: |config, given| {
            given
                .milliseconds()
                .map(|time| config.cluster.hedge_after = time)
        },
    },
    Key {
        path: "opensearch.write_timeout_ms",
        variable: "JIDA_OPENSEARCH_WRITE_TIMEOUT_MS",
        set: |config, given| {
            given
                .milliseconds()
                .map(|time| config.cluster.write_timeout = time)
        },
    },
    Key {
        path: "opensearch.cache_bytes",
        variable: "JIDA_OPENSEARCH_CACHE_BYTES",
        set: |config, given| {
            given
                .integer(0, MAX_CACHE_BYTES)
                .map(|bytes| config.cluster.cache_bytes = bytes)
        },
    },
];
