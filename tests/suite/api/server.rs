//! A server on a free port over the repository's own corpus, indexed once for all tests.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use jida::corpus::Corpus;
use jida::index::Index;
use jida::locale::Locale;
use jida::search::Searcher;
use jida::semantic::Language;
use jida::serve::{Settings, State};
use jida::store::{self, Store};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The question of an entry of the corpus, word for word.
pub(super) const KNOWN_QUESTION: &str = "备案授权码怎么申请？";
/// Nothing in the corpus is about this.
pub(super) const UNKNOWN_QUESTION: &str = "梅西踢球厉害";

/// A running server; it stops when dropped.
pub(super) struct Server {
    pub(super) addr: SocketAddr,
    pub(super) client: reqwest::Client,
    pub(super) stop: Option<oneshot::Sender<()>>,
    pub(super) task: JoinHandle<std::io::Result<()>>,
}

/// A reply as tests look at it.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) text: String,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("header is ASCII"))
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("not JSON: {error}: {}", self.text))
    }

    /// The stable code of an error, after checking that it is a proper problem document.
    pub(super) fn code(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{problem}");
        let code = problem["code"].as_str().expect("a code").to_owned();
        assert_eq!(problem["type"], format!("urn:jida:problem:{code}"));
        code
    }
}

/// The searcher over the repository's corpus.
pub(super) fn searcher() -> Arc<Searcher> {
    static SHARED: OnceLock<(TempDir, Arc<Searcher>)> = OnceLock::new();
    let (_, searcher) = SHARED.get_or_init(|| built("corpus"));
    searcher.clone()
}

/// An index of a folder of the repository, which lives as long as its directory, and a searcher over it.
fn built(folder: &str) -> (TempDir, Arc<Searcher>) {
    let dir = TempDir::new().expect("a temporary directory");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let corpus = Corpus::open(&root, Default::default()).expect("the corpus opens");
    let language = Language::lexical();
    jida::index::build(&corpus, dir.path(), &language, &mut |_| {}).expect("the index builds");
    let index = Index::open(dir.path(), &language).expect("the index opens");
    let searcher = Searcher::new(index, language, Default::default());
    (dir, Arc::new(searcher))
}

impl Server {
    /// A ready server with default settings.
    pub(super) async fn start() -> Server {
        Server::with(Settings::default()).await
    }

    /// A ready server over another folder of the repository. An opened index survives its files.
    pub(super) async fn of(folder: &str) -> Server {
        let (_, searcher) = built(folder);
        Server::over(State::new(searcher), Settings::default()).await
    }

    /// A ready server over a corpus of one file.
    pub(super) async fn reading(markdown: &str) -> Server {
        let folder = TempDir::new().expect("a temporary directory");
        std::fs::write(folder.path().join("faq.md"), markdown).expect("a file can be written");
        let (_, searcher) = built(folder.path().to_str().expect("a path in UTF-8"));
        Server::over(State::new(searcher), Settings::default()).await
    }

    /// A ready server.
    pub(super) async fn with(settings: Settings) -> Server {
        Server::over(State::new(searcher()), settings).await
    }

    /// A ready server that keeps feedback in `folder`.
    pub(super) async fn keeping(folder: &Path, settings: &store::Settings) -> Server {
        let store = Store::open(folder, settings).expect("the store opens");
        let state = State::new(searcher()).with_store(Arc::new(store));
        Server::over(state, Settings::default()).await
    }

    /// A server that has no index yet.
    pub(super) async fn starting() -> Server {
        Server::over(
            State::starting(Locale::Zh, "default", &[]),
            Settings::default(),
        )
        .await
    }

    pub(super) async fn over(state: State, settings: Settings) -> Server {
        let listener = jida::serve::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let router = jida::serve::router(state, settings.clone());
        let task = tokio::spawn(async move {
            let shutdown = async {
                let _ = stopped.await;
            };
            jida::serve::run(listener, router, shutdown, &settings).await
        });
        Server {
            addr,
            client: reqwest::Client::new(),
            stop: Some(stop),
            task,
        }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// `GET` of a path that is already encoded.
    pub(super) async fn get(&self, path: &str) -> Reply {
        self.send(self.client.get(self.url(path))).await
    }

    /// `GET` with parameters.
    pub(super) async fn query(&self, path: &str, parameters: &[(&str, &str)]) -> Reply {
        self.send(self.client.get(self.url(path)).query(parameters))
            .await
    }

    /// `POST` of a JSON text.
    pub(super) async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Reply {
        let request = self
            .client
            .post(self.url(path))
            .header("content-type", "application/json")
            .body(body);
        self.send(request).await
    }

    pub(super) async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let response = request.send().await.expect("the server replies");
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.expect("a text"),
        }
    }

    /// Begins a `POST /v1/ask` and returns once its handler waits for the body: from then on the request
    /// is in flight.
    pub(super) fn begin_ask(&self, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.addr).expect("a connection");
        write!(
            stream,
            "POST /v1/ask HTTP/1.1\r\nhost: jida\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
            body.len()
        )
        .expect("the head is sent");
        let mut head = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
        stream
            .read_exact(&mut head)
            .expect("the server asks for the body");
        assert!(head.starts_with(b"HTTP/1.1 100"), "{head:?}");
        stream
    }

    /// Sends bytes as they are and returns everything that comes back.
    pub(super) fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.addr).expect("a connection");
        stream.write_all(bytes).expect("the request is sent");
        rest(&mut stream)
    }
}

/// What the server sends until it closes the connection.
pub(super) fn rest(stream: &mut TcpStream) -> String {
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).expect("the reply is read");
    String::from_utf8(reply).expect("the reply is UTF-8")
}

/// A reply without what differs from run to run.
pub(super) fn stable(mut reply: Value) -> Value {
    if let Some(fields) = reply.as_object_mut() {
        fields.remove("query_id");
        fields.remove("took_us");
        fields.remove("stages");
        if let Some(explanation) = fields.get_mut("explanation") {
            explanation["stages"] = Value::Null;
        }
    }
    reply
}
