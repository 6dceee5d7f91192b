//! HTTP to a cluster: any node may be asked, another one if it fails or dawdles.
//!
//! All of it runs on a thread of its own, see `thread`.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::Method;
use hyper::body::Bytes;
use serde::Deserialize;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::index::opensearch::connection::{Connections, address, unfit};
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::nodes::Nodes;
use crate::index::opensearch::refusal;
use crate::index::opensearch::room::Room;
use crate::index::opensearch::settings::ClusterSettings;
use crate::index::opensearch::thread::on_own_thread;

/// What is asked of a cluster.
#[derive(Debug, Clone)]
pub(super) struct Request {
    method: Method,
    path: String,
    body: Option<Bytes>,
    lines: bool,
    patience: Option<Duration>,
    nearby: Option<Arc<Request>>,
}

impl Request {
    pub(super) fn new(method: Method, path: impl Into<String>) -> Request {
        Request {
            method,
            path: path.into(),
            body: None,
            lines: false,
            patience: None,
            nearby: None,
        }
    }

    /// What a further node is asked instead if the first one fails or says nothing: the same of the copies that it
    /// holds itself. A node that hangs holds up all who ask it for its share, until the cluster notices.
    pub(super) fn or_nearby(self, other: Request) -> Request {
        Request {
            nearby: Some(Arc::new(other)),
            ..self
        }
    }

    pub(super) fn get(path: impl Into<String>) -> Request {
        Request::new(Method::GET, path)
    }

    pub(super) fn post(path: impl Into<String>) -> Request {
        Request::new(Method::POST, path)
    }

    pub(super) fn put(path: impl Into<String>) -> Request {
        Request::new(Method::PUT, path)
    }

    pub(super) fn delete(path: impl Into<String>) -> Request {
        Request::new(Method::DELETE, path)
    }

    /// With a JSON body.
    pub(super) fn json(self, body: &serde_json::Value) -> Request {
        Request {
            body: Some(body.to_string().into()),
            ..self
        }
    }

    /// With a body of lines of JSON.
    pub(super) fn lines(self, body: Vec<u8>) -> Request {
        Request {
            body: Some(body.into()),
            lines: true,
            ..self
        }
    }

    /// Waiting longer or shorter than the settings have it.
    pub(super) fn within(self, patience: Duration) -> Request {
        Request {
            patience: Some(patience),
            ..self
        }
    }
}

/// What a cluster answered. A status of 404 is an answer, too.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    at: String,
    body: Vec<u8>,
}

impl Answer {
    /// Whether there is no such index, document or alias.
    pub(super) fn is_missing(&self) -> bool {
        self.status == 404
    }

    /// The body.
    ///
    /// # Errors
    /// [`ClusterError::Reply`] if it is something else.
    pub(super) fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ClusterError> {
        serde_json::from_slice(&self.body).map_err(|error| ClusterError::Reply {
            at: self.at.clone(),
            reason: error.to_string(),
        })
    }

    /// The error of a body that lacks something.
    pub(super) fn unfit(&self, lacking: &str) -> ClusterError {
        ClusterError::Reply {
            at: self.at.clone(),
            reason: format!("there is no {lacking} in its answer"),
        }
    }

    /// The error of a 404.
    pub(super) fn refused(&self) -> ClusterError {
        refusal::error(&self.at, self.status, &self.body)
    }
}

/// Reaches one cluster; clones share its connections.
#[derive(Debug, Clone)]
pub(super) struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    connections: Connections,
    nodes: Nodes,
    room: Room,
    settings: ClusterSettings,
    /// Bytes of all bodies.
    sent: AtomicU64,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nobody is told the password.
        f.debug_struct("Shared")
            .field("nodes", &self.nodes)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// Why one node gave no answer.
struct Failure {
    error: ClusterError,
    /// Whether another node may be asked the same, were it a write.
    unsent: bool,
}

impl Client {
    /// Reads the settings. No node is asked yet.
    ///
    /// # Errors
    /// [`ClusterError::Settings`].
    pub(super) fn new(settings: &ClusterSettings) -> Result<Client, ClusterError> {
        let mut user = settings
            .user
            .clone()
            .map(|user| (user, settings.password.clone()));
        let mut addresses = Vec::new();
        for written in &settings.urls {
            let (address, its_user) = address(written)?;
            user = user.or(its_user);
            addresses.push(address);
        }
        if addresses.is_empty() {
            return Err(unfit("", "no address is given"));
        }
        Ok(Client {
            shared: Arc::new(Shared {
                connections: Connections::new(settings, user)?,
                nodes: Nodes::new(addresses),
                room: Room::default(),
                settings: settings.clone(),
                sent: AtomicU64::new(0),
            }),
        })
    }

    pub(super) fn settings(&self) -> &ClusterSettings {
        &self.shared.settings
    }

    /// How many bytes were sent so far.
    pub(super) fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::Relaxed)
    }

    /// How large a request it takes.
    pub(super) fn room(&self) -> &Room {
        &self.shared.room
    }

    /// Where the cluster is, for a person.
    pub(super) fn shown(&self) -> String {
        self.shared.nodes.shown()
    }

    /// Asks what changes nothing: of several nodes if need be.
    ///
    /// # Errors
    /// [`ClusterError`] of the last node asked.
    pub(super) async fn read(&self, request: Request) -> Result<Answer, ClusterError> {
        let shared = self.shared.clone();
        on_own_thread(shared.hedged(request)).await
    }

    /// Has something changed: by another node only if the first took no connection.
    ///
    /// # Errors
    /// [`ClusterError`] of the last node asked. After [`ClusterError::Timeout`] it may have happened all the same.
    pub(super) async fn write(&self, request: Request) -> Result<Answer, ClusterError> {
        let shared = self.shared.clone();
        let patience = request.patience.unwrap_or(shared.settings.write_timeout);
        on_own_thread(async move {
            let mut last = shared.all_left_alone();
            for node in shared.nodes.order() {
                let attempt = shared.attempt(node, &request, patience, false).await;
                match attempt {
                    Ok(answer) => return Ok(answer),
                    Err(Failure { error, unsent }) => {
                        last = error;
                        if !unsent {
                            break;
                        }
                    }
                }
            }
            Err(last)
        })
        .await
    }
}

impl Shared {
    /// Asks one node, and after a while or a failure the next; the first answer counts. Who was asked before and said
    /// nothing counts as failing. Whoever was first may have waited for a copy that hangs, and is asked in the end for
    /// what it holds itself.
    async fn hedged(self: Arc<Self>, request: Request) -> Result<Answer, ClusterError> {
        let patience = request.patience.unwrap_or(self.settings.timeout);
        let deadline = Instant::now() + patience;
        // What takes long by its nature is not sent for twice because it does.
        let hedge_after = match request.patience {
            Some(patience) => patience,
            None => self.settings.hedge_after,
        };
        let mut request = Arc::new(request);
        let mut order = self.nodes.order();
        if request.nearby.is_some() {
            order.extend(order.first().copied());
        }
        let mut order = order.into_iter().enumerate();
        let (mut running, mut silent) = (JoinSet::new(), Vec::new());
        let mut last = self.all_left_alone();
        loop {
            if let Some((turn, node)) = order.next() {
                let (shared, asked) = (self.clone(), request.clone());
                silent.push((turn, node));
                running.spawn(async move {
                    // The deadline is everybody's.
                    let attempt = shared.attempt(node, &asked, patience * 2, true).await;
                    (turn, node, attempt)
                });
                request = request.nearby.clone().unwrap_or(request);
            }
            let another = tokio::time::sleep(hedge_after);
            tokio::select! {
                done = running.join_next() => match done {
                    None => return Err(last),
                    Some(Ok((turn, node, done))) => {
                        silent.retain(|&(other, _)| other != turn);
                        match done {
                            Err(Failure { error, .. }) if may_differ_elsewhere(&error) => last = error,
                            done => {
                                let outrun = |&&(other, slow): &&(usize, usize)| other < turn && slow != node;
                                silent.iter().filter(outrun).for_each(|&(_, slow)| self.nodes.failed(slow));
                                return done.map_err(|failure| failure.error);
                            }
                        }
                    }
                    Some(Err(_)) => {}
                },
                () = another, if order.len() > 0 => {}
                () = tokio::time::sleep_until(deadline) => {
                    let mut slow: Vec<usize> = silent.iter().map(|&(_, node)| node).collect();
                    slow.dedup();
                    slow.into_iter().for_each(|node| self.nodes.failed(node));
                    return Err(late(&self.nodes.shown(), patience));
                }
            }
        }
    }

    /// Asks one node, twice if its connection is cut off and it `may_repeat`.
    async fn attempt(
        &self,
        node: usize,
        request: &Request,
        patience: Duration,
        may_repeat: bool,
    ) -> Result<Answer, Failure> {
        let at = self.nodes.address(node);
        let kind = match request.lines {
            true => "application/x-ndjson",
            false => "application/json",
        };
        let content = request.body.clone().map(|body| (kind, body));
        let bytes = content.as_ref().map_or(0, |(_, body)| body.len());
        self.sent.fetch_add(bytes as u64, Ordering::Relaxed);
        let (method, path) = (request.method.clone(), &request.path);
        let asked = async {
            match may_repeat {
                true => self.connections.ask_surely(at, method, path, content).await,
                false => self.connections.ask(at, method, path, content).await,
            }
        };
        let answered = tokio::time::timeout(patience, asked).await;
        match &answered {
            Ok(Ok(_)) => self.nodes.answered(node),
            _ => self.nodes.failed(node),
        }
        let (error, unsent) = match answered {
            Ok(Ok((status, body))) => {
                let at = at.shown().to_owned();
                if (200..300).contains(&status) || status == 404 {
                    return Ok(Answer { status, at, body });
                }
                (refusal::error(&at, status, &body), false)
            }
            Ok(Err(broken)) => (broken.told(at), broken.is_unsent()),
            Err(_) => (late(at.shown(), patience), false),
        };
        Err(Failure { error, unsent })
    }

    fn all_left_alone(&self) -> ClusterError {
        ClusterError::Unreachable {
            at: self.nodes.shown(),
            reason: "all of them failed a moment ago".to_owned(),
        }
    }
}

/// Whether another node may say something else.
fn may_differ_elsewhere(error: &ClusterError) -> bool {
    error.is_passing() || matches!(error, ClusterError::Certificate { .. })
}

fn late(at: &str, patience: Duration) -> ClusterError {
    ClusterError::Timeout {
        at: at.to_owned(),
        seconds: patience.as_secs_f64().to_string(),
    }
}
