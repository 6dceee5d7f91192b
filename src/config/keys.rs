//! Every setting, once: its name in the file, its variable, and what it changes.

use super::encoder::{ApiKey, KINDS};
use super::engine::{ENGINES, PASSWORD};
use super::serving::{ADMIN_KEY, PUBLIC_KEYS, SERVING};
use super::value::{Expected, Given};
use super::{Config, LogFormat};

/// Chooses the encoder, which may need other settings.
pub(super) const ENCODER: &str = "encoder.kind";
/// A table with a table for each knowledge base; `file` reads it.
pub(super) const BASES: &str = "knowledge_bases";
/// Asks elsewhere instead of here.
pub(super) const SERVER: &str = "client.server";
const API_KEY: &str = "encoder.api_key";
const CLIENT_KEY: &str = "client.key";
/// Their values are never printed.
pub(super) const SECRETS: [&str; 5] = [API_KEY, CLIENT_KEY, PASSWORD, ADMIN_KEY, PUBLIC_KEYS];

/// More rows than these are work for another kind of database.
const MAX_ROWS: u64 = 10_000_000;

/// One setting.
#[derive(Debug)]
pub(super) struct Key {
    /// Its path in the file: `serve.addr` is `addr` in `[serve]`.
    pub(super) path: &'static str,
    /// The variable that sets it.
    pub(super) variable: &'static str,
    /// Writes a value into the configuration, or says what would have been allowed.
    pub(super) set: fn(&mut Config, &Given<'_>) -> Result<(), Expected>,
}

/// The settings, in the order of `jida.example.toml`.
pub(super) fn all() -> impl Iterator<Item = &'static Key> {
    [ASKING, ENGINES, SERVING, KEEPING].into_iter().flatten()
}

/// Before those of `serving`.
const ASKING: &[Key] = &[
    Key {
        path: "corpus",
        variable: "JIDA_CORPUS",
        set: |config, given| {
            given.path().map(|path| {
                config.corpus = path;
                config.corpus_is_chosen = true;
            })
        },
    },
    Key {
        path: "index",
        variable: "JIDA_INDEX",
        set: |config, given| {
            given.path().map(|path| {
                config.index = path;
                config.index_is_chosen = true;
            })
        },
    },
    Key {
        path: "data",
        variable: "JIDA_DATA",
        set: |config, given| given.path().map(|path| config.data = Some(path)),
    },
    Key {
        path: "kb",
        variable: "JIDA_KB",
        set: |config, given| given.name().map(|name| config.search.kb = name),
    },
    Key {
        path: BASES,
        variable: "JIDA_KNOWLEDGE_BASES",
        set: |config, given| given.bases().map(|bases| config.bases = bases),
    },
    Key {
        path: "lang",
        variable: "JIDA_LANG",
        set: |config, given| given.locale().map(|locale| config.lang = Some(locale)),
    },
    Key {
        path: "color",
        variable: "JIDA_COLOR",
        set: |config, given| {
            use anstream::ColorChoice::{Always, Auto, Never};
            given
                .one_of(&[("auto", Auto), ("always", Always), ("never", Never)])
                .map(|choice| config.color = choice)
        },
    },
    Key {
        path: "corpus_limits.max_file_bytes",
        variable: "JIDA_CORPUS_MAX_FILE_BYTES",
        set: |config, given| {
            given
                .integer(1, u64::MAX >> 1)
                .map(|bytes| config.corpus_limits.max_file_bytes = bytes)
        },
    },
    Key {
        path: ENCODER,
        variable: "JIDA_ENCODER",
        set: |config, given| given.one_of(KINDS).map(|kind| config.encoder.kind = kind),
    },
    Key {
        path: "encoder.url",
        variable: "JIDA_ENCODER_URL",
        set: |config, given| given.url().map(|url| config.encoder.url = Some(url)),
    },
    Key {
        path: "encoder.model",
        variable: "JIDA_ENCODER_MODEL",
        set: |config, given| given.name().map(|name| config.encoder.model = name),
    },
    Key {
        path: API_KEY,
        variable: "JIDA_ENCODER_API_KEY",
        set: |config, given| {
            given
                .api_key()
                .map(|key| config.encoder.api_key = Some(ApiKey(key)))
        },
    },
    Key {
        path: "encoder.timeout_ms",
        variable: "JIDA_ENCODER_TIMEOUT_MS",
        set: |config, given| {
            given
                .milliseconds()
                .map(|time| config.encoder.timeout = time)
        },
    },
    Key {
        path: "encoder.connect_timeout_ms",
        variable: "JIDA_ENCODER_CONNECT_TIMEOUT_MS",
        set: |config, given| {
            given
                .milliseconds()
                .map(|time| config.encoder.connect_timeout = time)
        },
    },
    Key {
        path: "encoder.batch",
        variable: "JIDA_ENCODER_BATCH",
        set: |config, given| given.count(256).map(|count| config.encoder.batch = count),
    },
    Key {
        path: "search.thresholds.answer",
        variable: "JIDA_THRESHOLD_ANSWER",
        set: |config, given| {
            given
                .fraction()
                .map(|fraction| config.thresholds[0] = Some(fraction))
        },
    },
    Key {
        path: "search.thresholds.clarify",
        variable: "JIDA_THRESHOLD_CLARIFY",
        set: |config, given| {
            given
                .fraction()
                .map(|fraction| config.thresholds[1] = Some(fraction))
        },
    },
    Key {
        path: SERVER,
        variable: "JIDA_SERVER",
        set: |config, given| given.url().map(|url| config.client.server = Some(url)),
    },
    Key {
        path: CLIENT_KEY,
        variable: "JIDA_KEY",
        set: |config, given| {
            given
                .api_key()
                .map(|key| config.client.key = Some(ApiKey(key)))
        },
    },
    Key {
        path: "client.timeout_ms",
        variable: "JIDA_CLIENT_TIMEOUT_MS",
        set: |config, given| {
            given
                .milliseconds()
                .map(|time| config.client.timeout = time)
        },
    },
    Key {
        path: "client.connect_timeout_ms",
        variable: "JIDA_CLIENT_CONNECT_TIMEOUT_MS",
        set: |config, given| {
            given
                .milliseconds()
                .map(|time| config.client.connect_timeout = time)
        },
    },
    Key {
        path: "client.history",
        variable: "JIDA_HISTORY",
        set: |config, given| given.switch().map(|on| config.client.history = on),
    },
];

/// After those of `serving`.
const KEEPING: &[Key] = &[
    Key {
        path: "feedback.max_rows",
        variable: "JIDA_FEEDBACK_MAX_ROWS",
        set: |config, given| {
            given
                .integer(1, MAX_ROWS)
                .map(|rows| config.store.max_votes = rows)
        },
    },
    Key {
        path: "queries.log",
        variable: "JIDA_QUERIES_LOG",
        set: |config, given| given.switch().map(|on| config.store.log_questions = on),
    },
    Key {
        path: "queries.max_rows",
        variable: "JIDA_QUERIES_MAX_ROWS",
        set: |config, given| {
            given
                .integer(1, MAX_ROWS)
                .map(|rows| config.store.max_questions = rows)
        },
    },
    Key {
        path: "log.level",
        variable: "JIDA_LOG",
        set: |config, given| given.log_filter().map(|level| config.log.level = level),
    },
    Key {
        path: "log.format",
        variable: "JIDA_LOG_FORMAT",
        set: |config, given| {
            use LogFormat::{Auto, Json, Text};
            given
                .one_of(&[("auto", Auto), ("text", Text), ("json", Json)])
                .map(|format| config.log.format = format)
        },
    },
];

/// The setting at `path`.
pub(super) fn find(path: &str) -> Option<&'static Key> {
    all().find(|key| key.path == path)
}

/// The names that may stand in the table `prefix` (`""` for the top of the file), tables included.
pub(super) fn names_in(prefix: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for key in all() {
        let rest = match prefix {
            "" => Some(key.path),
            _ => key
                .path
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_prefix('.')),
        };
        let name = rest.and_then(|rest| rest.split('.').next());
        if let Some(name) = name.filter(|name| !names.contains(name)) {
            names.push(name);
        }
    }
    names
}
