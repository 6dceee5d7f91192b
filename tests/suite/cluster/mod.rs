//! What jida promises of an index in an OpenSearch cluster, tested against a real one.
//!
//! `TEST_OPENSEARCH_URL` names its nodes, with commas between; `tests/cluster/run` starts one and runs these. Where
//! `TEST_OPENSEARCH_FAULTS` is set, clusters are started to be broken.
#![cfg(unix)]

mod front;
mod full;
mod incremental;
mod load;
mod older;
mod outage;
mod parity;
mod program;
mod red;
mod refusals;
mod slow;

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};

use serde_json::Value;

use crate::cli::Desk;

const URLS: &str = "TEST_OPENSEARCH_URL";
const FAULTS: &str = "TEST_OPENSEARCH_FAULTS";

/// Indexes under a prefix that nobody else has, removed in the end.
struct Cluster {
    urls: Vec<String>,
    prefix: String,
    /// The port of the first node of a cluster that is ours alone, ended with the test.
    own: Option<u16>,
    nodes: usize,
}

/// Tells a person, whatever the harness keeps to itself.
fn tell(text: &str) {
    writeln!(std::io::stderr(), "{text}").expect("somebody reads this");
}

fn set(variable: &str, test: &str) -> Option<String> {
    let value = std::env::var(variable)
        .ok()
        .filter(|value| !value.is_empty());
    if value.is_none() {
        tell(&format!("LEFT OUT for want of {variable}: {test}"));
    }
    value
}

impl Cluster {
    /// The cluster for all tests; if there is none it is said that `test` was left out.
    fn shared(test: &str) -> Option<Cluster> {
        let urls = set(URLS, test)?;
        Some(Cluster::at(urls.split(',').map(str::to_owned).collect()))
    }

    /// A cluster of so many nodes that may be broken, with lines for each node's settings; where that is wanted.
    fn own(test: &str, nodes: usize, settings: &[&str]) -> Option<Cluster> {
        set(FAULTS, test)?;
        let port = free_port();
        let mut cluster = Cluster::at(Vec::new());
        cluster.nodes = nodes;
        // Set before it runs, so that half a cluster is ended, too.
        cluster.own = Some(port);
        let mut start = vec!["start"];
        start.extend(settings.iter().flat_map(|setting| ["--set", setting]));
        let told = cluster.script(&start);
        cluster.urls = told.lines().map(str::to_owned).collect();
        assert_eq!(cluster.urls.len(), nodes, "{told}");
        Some(cluster)
    }

    fn at(urls: Vec<String>) -> Cluster {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Cluster {
            urls,
            prefix: format!("suite-{}-{number}", std::process::id()),
            own: None,
            nodes: 0,
        }
    }

    /// Has `tests/cluster/cluster` do something with our own nodes.
    fn script(&self, arguments: &[&str]) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/cluster");
        let port = self.own.expect("a cluster of our own").to_string();
        let mut command = Command::new(script);
        command
            .args(arguments)
            .args(["--port", &port, "--nodes", &self.nodes.to_string()]);
        let output = command.output().expect("the script runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {told}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Asks the first node; the status and what it answered.
    fn call(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let url = format!("{}/{path}", self.urls[0]);
        let method = method.parse().expect("a method");
        wait(async move {
            let request = reqwest::Client::new()
                .request(method, url)
                .header("content-type", "application/json")
                .body(body.to_owned());
            let answer = request.send().await.expect("the node answers");
            let status = answer.status().as_u16();
            (status, answer.json().await.unwrap_or_default())
        })
    }

    fn alias(&self) -> String {
        format!("{}-default", self.prefix)
    }

    /// The index to which the alias leads.
    fn leads_to(&self) -> Option<String> {
        let (_, found) = self.call("GET", &format!("_alias/{}", self.alias()), "");
        let found = found.as_object()?;
        found
            .keys()
            .find(|key| *key != "error" && *key != "status")
            .cloned()
    }

    /// Lets `jida` in that folder keep its index here, asking the nodes at `urls`.
    fn serves_at(&self, desk: &Desk, urls: &[String], more: &str) {
        let prefix = &self.prefix;
        desk.write(
            "jida.toml",
            // Nobody reads the log of requests, and a pipe that is full holds a server up.
            &format!(
                "log.level = 'info,jida::serve=warn'\n[opensearch]\nurls = {urls:?}\nprefix = '{prefix}'\n{more}"
            ),
        );
    }

    fn serves(&self, desk: &Desk) {
        // A busy machine is no fault of the cluster's.
        self.serves_at(desk, &self.urls, "timeout_ms = 30000\n");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.own.is_some() {
            self.script(&["stop"]);
            return;
        }
        let (_, found) = self.call(
            "GET",
            &format!("_cat/indices/{}-*?h=index&format=json", self.prefix),
            "",
        );
        for index in found.as_array().into_iter().flatten() {
            let name = index["index"].as_str().unwrap_or_default();
            self.call("DELETE", name, "");
        }
    }
}

/// The first of three ports that are free, as are those between nodes, a hundred above. Each time others, for what
/// starts at the same time takes its ports later.
fn free_port() -> u16 {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let taken = TAKEN.fetch_add(1, Ordering::Relaxed) * 200;
    let is_free = |port: u16| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
    let number = u16::try_from(std::process::id() % 400).expect("it is small");
    let start = 21_000 + number * 10 + taken;
    let mut starts = (start..31_000).step_by(10);
    let free = starts.find(|&port| {
        let mut ports = (port..port + 3).chain(port + 100..port + 103);
        ports.all(is_free)
    });
    free.expect("six free ports")
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future)
}
