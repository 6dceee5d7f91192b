//! HTTP to a cluster: any node may be asked, another one if it fails or dawdles.
//!
//! All of it runs on a thread of its own, see `thread`.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use tokio::task::JoinSet;

use crate::index::opensearch::connection::{address, tls, unfit};
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::nodes::Nodes;
use crate::index::opensearch::refusal;
use crate::index::opensearch::settings::ClusterSettings;
use crate::index::opensearch::thread::on_own_thread;

/// What is asked of a cluster.
#[derive(Debug, Clone)]
pub(super) struct Request {
    method: Method,
    path: String,
    body: Option<Vec<u8>>,
    lines: bool,
    patience: Option<Duration>,
}

impl Request {
    pub(super) fn new(method: Method, path: impl Into<String>) -> Request {
        Request {
            method,
            path: path.into(),
            body: None,
            lines: false,
            patience: None,
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
            body: Some(body.to_string().into_bytes()),
            ..self
        }
    }

    /// With a body of lines of JSON.
    pub(super) fn lines(self, body: Vec<u8>) -> Request {
        Request {
            body: Some(body),
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
    http: reqwest::Client,
    nodes: Nodes,
    settings: ClusterSettings,
    user: Option<(String, Option<String>)>,
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
        let mut urls = Vec::new();
        for written in &settings.urls {
            let (url, its_user) = address(written)?;
            user = user.or(its_user);
            urls.push(url);
        }
        if urls.is_empty() {
            return Err(unfit("", "no address is given"));
        }
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(settings)?)
            .connect_timeout(settings.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("jida/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| unfit(&settings.urls.join(", "), error))?;
        Ok(Client {
            shared: Arc::new(Shared {
                http,
                nodes: Nodes::new(urls),
                settings: settings.clone(),
                user,
            }),
        })
    }

    pub(super) fn settings(&self) -> &ClusterSettings {
        &self.shared.settings
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
        let patience = request.patience.unwrap_or(shared.settings.timeout);
        on_own_thread(async move {
            let read = shared.clone().hedged(request);
            let outcome = tokio::time::timeout(patience, read).await;
            outcome.unwrap_or_else(|_| Err(late(&shared.nodes.shown(), patience)))
        })
        .await
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
                let attempt = shared.attempt(node, &request, patience).await;
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
    /// Asks one node, and after a while or a failure the next; the first answer counts.
    async fn hedged(self: Arc<Self>, request: Request) -> Result<Answer, ClusterError> {
        let request = Arc::new(request);
        let patience = request.patience.unwrap_or(self.settings.timeout);
        let mut order = self.nodes.order().into_iter();
        let mut running = JoinSet::new();
        let mut last = self.all_left_alone();
        loop {
            if let Some(node) = order.next() {
                let (shared, request) = (self.clone(), request.clone());
                running.spawn(async move { shared.attempt(node, &request, patience).await });
            }
            let another = tokio::time::sleep(self.settings.hedge_after);
            tokio::select! {
                done = running.join_next() => match done {
                    None => return Err(last),
                    Some(Ok(Ok(answer))) => return Ok(answer),
                    Some(Ok(Err(Failure { error, .. }))) if may_differ_elsewhere(&error) => {
                        last = error;
                    }
                    Some(Ok(Err(Failure { error, .. }))) => return Err(error),
                    Some(Err(_)) => {}
                },
                () = another, if order.len() > 0 => {}
            }
        }
    }

    async fn attempt(
        &self,
        node: usize,
        request: &Request,
        patience: Duration,
    ) -> Result<Answer, Failure> {
        let url = self.nodes.url(node);
        let at = url.as_str().trim_end_matches('/').to_owned();
        let whole = url.join(&request.path).map_err(|error| Failure {
            error: unfit(&request.path, error),
            unsent: true,
        })?;
        let mut asked = self.http.request(request.method.clone(), whole);
        if let Some((user, password)) = &self.user {
            asked = asked.basic_auth(user, password.as_ref());
        }
        if let Some(body) = &request.body {
            let kind = match request.lines {
                true => "application/x-ndjson",
                false => "application/json",
            };
            asked = asked.header(CONTENT_TYPE, kind).body(body.clone());
        }
        let answered = async {
            let response = asked.timeout(patience).send().await?;
            let status = response.status().as_u16();
            Ok((status, response.bytes().await?.to_vec()))
        };
        match answered.await {
            Ok((status, body)) => {
                self.nodes.answered(node);
                if (200..300).contains(&status) || status == 404 {
                    return Ok(Answer { status, at, body });
                }
                Err(Failure {
                    error: refusal::error(&at, status, &body),
                    unsent: false,
                })
            }
            Err(error) => {
                self.nodes.failed(node);
                Err(refused_connection(at, &error, patience))
            }
        }
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

fn refused_connection(at: String, error: &reqwest::Error, patience: Duration) -> Failure {
    let mut reasons = Vec::new();
    let mut distrusted = None;
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        reasons.push(error.to_string());
        let inner = error.downcast_ref::<io::Error>();
        let inner = inner.and_then(|error| error.get_ref()?.downcast_ref::<rustls::Error>());
        if let Some(error) = inner.or(error.downcast_ref()) {
            distrusted = Some(error.to_string());
        }
        cause = error.source();
    }
    let error_of = match distrusted {
        Some(reason) => ClusterError::Certificate { at, reason },
        None if error.is_timeout() && !error.is_connect() => late(&at, patience),
        None => ClusterError::Unreachable {
            at,
            // The first names the address once more.
            reason: reasons.split_off(1.min(reasons.len() - 1)).join(": "),
        },
    };
    Failure {
        error: error_of,
        unsent: error.is_connect(),
    }
}

fn late(at: &str, patience: Duration) -> ClusterError {
    ClusterError::Timeout {
        at: at.to_owned(),
        seconds: patience.as_secs_f64().to_string(),
    }
}
