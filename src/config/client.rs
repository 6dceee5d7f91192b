//! How the command line asks: a server instead of an index here, and what the prompt remembers.

use std::time::Duration;

use super::encoder::ApiKey;

/// Settings of those who ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    /// The server's address; without one, an index here answers.
    pub(crate) server: Option<String>,
    /// What the server asks of its callers, if it does.
    pub(crate) key: Option<ApiKey>,
    /// How long to wait for a reply.
    pub(crate) timeout: Duration,
    /// How long to wait for a connection.
    pub(crate) connect_timeout: Duration,
    /// Whether the prompt remembers what was asked.
    pub(crate) history: bool,
}

impl Default for Client {
    fn default() -> Self {
        Client {
            server: None,
            key: None,
            // Longer than a server takes to give up by itself.
            timeout: Duration::from_secs(15),
            connect_timeout: Duration::from_secs(3),
            history: true,
        }
    }
}
