//! A cluster for tests: that which `TEST_OPENSEARCH_URL` names, its nodes' addresses with commas between.

use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::index::opensearch::client::{Client, Request};
use crate::index::opensearch::place::ClusterIndex;
use crate::index::opensearch::settings::ClusterSettings;
use crate::index::opensearch::thread;

/// Names the cluster. Its name begins with no `JIDA_`, which would make it one of the program's settings.
const URLS: &str = "TEST_OPENSEARCH_URL";

fn urls() -> Option<Vec<String>> {
    let urls = std::env::var(URLS).ok().filter(|urls| !urls.is_empty())?;
    Some(urls.split(',').map(str::to_owned).collect())
}

/// Whether there is a cluster for a test; if not, it is said that the test was left out.
pub(in crate::index) fn is_there(test: &str) -> bool {
    let is_there = urls().is_some();
    if !is_there {
        // Not by a macro, whose words the harness would keep to itself.
        let told = writeln!(std::io::stderr(), "LEFT OUT for want of {URLS}: {test}");
        told.expect("somebody reads this");
    }
    is_there
}

/// Indexes under a prefix that nobody else has; all are removed in the end.
pub(in crate::index) struct OwnCluster {
    settings: ClusterSettings,
}

impl OwnCluster {
    /// What is replaced is removed at once.
    pub(in crate::index) fn new() -> OwnCluster {
        OwnCluster::with_grace(Duration::ZERO)
    }

    pub(in crate::index) fn with_grace(grace: Duration) -> OwnCluster {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        OwnCluster {
            settings: ClusterSettings {
                urls: urls().expect("a cluster"),
                prefix: format!("test-{}-{number}", std::process::id()),
                timeout: Duration::from_secs(30),
                shards: 2,
                grace,
                ..ClusterSettings::default()
            },
        }
    }

    pub(in crate::index) fn settings(&self) -> &ClusterSettings {
        &self.settings
    }

    pub(in crate::index) fn index(&self) -> ClusterIndex {
        ClusterIndex::new(&self.settings, "faq").expect("an address")
    }
}

impl Drop for OwnCluster {
    fn drop(&mut self) {
        // What can't be removed is left to whoever ends the cluster.
        let Ok(client) = Client::new(&self.settings) else {
            return;
        };
        let path = format!(
            "_cat/indices/{}-*?h=index&format=json",
            self.settings.prefix
        );
        let _ = thread::wait(async move {
            let found: serde_json::Value = client.read(Request::get(path)).await?.read()?;
            for index in found.as_array().into_iter().flatten() {
                let name = index["index"].as_str().unwrap_or_default();
                client.write(Request::delete(name)).await?;
            }
            Ok(())
        });
    }
}
