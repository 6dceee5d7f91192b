//! Which encoder turns texts into vectors, and how one that runs elsewhere is called.

use std::fmt;
use std::time::Duration;

use jida::semantic::Api;

/// Settings of the encoder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Encoder {
    /// Which.
    pub(crate) kind: EncoderKind,
    /// Where an endpoint is; checked to be there if one is chosen.
    pub(crate) url: Option<String>,
    /// The endpoint's model; empty if it needs no name.
    pub(crate) model: String,
    /// The endpoint's key.
    pub(crate) api_key: Option<ApiKey>,
    /// How long a question waits for its vector.
    pub(crate) timeout: Duration,
    /// How long to wait for a connection.
    pub(crate) connect_timeout: Duration,
    /// Texts in one request.
    pub(crate) batch: usize,
}

/// Which encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EncoderKind {
    /// The one inside this program.
    BuiltIn,
    /// One that is called over HTTP.
    Endpoint(Api),
    /// None: texts match by their words alone.
    None,
}

/// What `encoder.kind` may be.
pub(super) const KINDS: &[(&str, EncoderKind)] = &[
    ("built-in", EncoderKind::BuiltIn),
    ("openai", EncoderKind::Endpoint(Api::OpenAi)),
    ("tei", EncoderKind::Endpoint(Api::Tei)),
    ("none", EncoderKind::None),
];

impl EncoderKind {
    /// How it is written.
    pub(super) fn name(self) -> &'static str {
        let found = KINDS.iter().find(|(_, kind)| *kind == self);
        found.map_or("", |(name, _)| name)
    }
}

/// A key, which nothing prints.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ApiKey(pub(crate) String);

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Encoder {
            kind: EncoderKind::BuiltIn,
            url: None,
            model: String::new(),
            api_key: None,
            timeout: Duration::from_secs(3),
            connect_timeout: Duration::from_secs(1),
            batch: 32,
        }
    }
}
