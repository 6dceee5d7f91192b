//! How a cluster is reached, and how indexes are laid out there.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How a cluster is reached, and how indexes are laid out there.
#[derive(Clone, PartialEq, Eq)]
pub struct ClusterSettings {
    /// Addresses of its nodes, `http` or `https`; any of them may be asked anything. A user and a password in an
    /// address hold for all.
    pub urls: Vec<String>,
    /// What the names of all our indexes and aliases begin with.
    pub prefix: String,
    /// The user to ask as, if the cluster knows users.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// A file of certificates in PEM that the nodes' own may be signed by, instead of those that the world trusts.
    pub ca: Option<PathBuf>,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long to wait for an answer to a question, on all nodes together.
    pub timeout: Duration,
    /// After how long another node is asked the same, too.
    pub hedge_after: Duration,
    /// How long to wait for a write, and how long a bulk request that the cluster is too busy for is tried again.
    pub write_timeout: Duration,
    /// Into how many shards the entries of a generation are divided.
    pub shards: u32,
    /// How many copies of each shard there are beside it: so many nodes may be lost.
    pub replicas: u32,
    /// How many earlier generations are kept.
    pub spares: usize,
    /// How long a generation is kept at least that was replaced, for those who serve it and are opening the next.
    pub grace: Duration,
    /// Memory for what ranking reads of the entries found last, bytes.
    pub cache_bytes: u64,
}

impl Default for ClusterSettings {
    fn default() -> ClusterSettings {
        ClusterSettings {
            urls: vec!["http://127.0.0.1:9200".to_owned()],
            prefix: "jida".to_owned(),
            user: None,
            password: None,
            ca: None,
            connect_timeout: Duration::from_secs(2),
            timeout: Duration::from_secs(5),
            hedge_after: Duration::from_millis(300),
            write_timeout: Duration::from_secs(120),
            shards: 1,
            replicas: 1,
            spares: 1,
            grace: Duration::from_secs(600),
            cache_bytes: 256 << 20,
        }
    }
}

impl fmt::Debug for ClusterSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the password nor an address, which may hold one.
        f.debug_struct("ClusterSettings")
            .field("prefix", &self.prefix)
            .field("user", &self.user)
            .field("shards", &self.shards)
            .field("replicas", &self.replicas)
            .finish_non_exhaustive()
    }
}
