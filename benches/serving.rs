//! What a request costs the server, beside a server that only says hello. Linux only.
//!
//! ```text
//! cargo bench --bench serving -- --corpus DIR --queries FILE.jsonl [--seconds 4] [--rounds 3] [--encoder KIND]
//!     [--cluster URL,URL,…]
//! ```
//!
//! Starts `jida serve --quiet` (no line a request) and an axum server with one JSON route, sends questions
//! over eight kept-alive connections, and reads the servers' CPU time from `/proc`. The clients' time does
//! not count. A line of the queries is a JSON object with a `query`. With the addresses of an OpenSearch cluster, the
//! same questions are sent to a server whose index is there, and the CPU time of all its nodes is told beside.

mod process;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;

const CONNECTIONS: usize = 8;
/// Tells this program to be the server that only says hello.
const HELLO: &str = "--hello-server";

#[derive(Deserialize)]
struct Line {
    query: String,
}

struct Arguments {
    corpus: PathBuf,
    queries: PathBuf,
    encoder: Option<String>,
    cluster: Option<String>,
    time: Duration,
    rounds: usize,
}

fn main() -> Result<()> {
    if std::env::args().any(|argument| argument == HELLO) {
        return say_hello();
    }
    let arguments = arguments()?;
    let file = std::fs::File::open(&arguments.queries)?;
    let questions = BufReader::new(file)
        .lines()
        .map(|line| Ok(encoded(&serde_json::from_str::<Line>(&line?)?.query)))
        .collect::<Result<Vec<String>>>()?;
    let asking = |path: &str| questions.iter().map(|q| format!("{path}?q={q}")).collect();
    let hello = Server::hello()?;
    let index = tempfile::tempdir()?;
    let here = ["--index".as_ref(), index.path().as_os_str()];
    let jida = Server::jida(&arguments, here, 0)?;
    let keeping = Server::jida(&arguments, here, 64 << 20)?;
    let mut measured: Vec<(&str, &Server, Vec<String>)> = vec![
        ("axum, hello", &hello, vec!["/".to_owned()]),
        ("/healthz", &jida, vec!["/healthz".to_owned()]),
        ("/v1/search", &jida, asking("/v1/search")),
        ("/v1/ask", &jida, asking("/v1/ask")),
        ("/v1/search, kept", &keeping, asking("/v1/search")),
        ("/v1/ask, kept", &keeping, asking("/v1/ask")),
    ];
    let cluster = arguments.cluster.as_deref();
    let remote = cluster
        .map(|urls| Server::jida(&arguments, ["--opensearch-url", urls].map(OsStr::new), 0))
        .transpose()?;
    if let Some(remote) = &remote {
        measured.push(("/v1/search, cluster", remote, asking("/v1/search")));
        measured.push(("/v1/ask, cluster", remote, asking("/v1/ask")));
    }
    let mut costs = vec![(Vec::new(), Vec::new(), Vec::new()); measured.len()];
    for _ in 0..arguments.rounds {
        for ((_, server, paths), (cpu, nodes, times)) in measured.iter().zip(&mut costs) {
            let process = server.process.id().to_string();
            let begin = (process::cpu(&process)?, cluster_cpu(cluster)?);
            let mut took = server.load(paths, arguments.time)?;
            let count = u32::try_from(took.len())?;
            cpu.push((process::cpu(&process)? - begin.0) / count);
            nodes.push((cluster_cpu(cluster)? - begin.1) / count);
            times.append(&mut took);
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<20} {:>9} {:>8} {:>8} {:>11} {:>12}",
        "CPU µs/request", "requests", "server", "ratio", "all nodes", "median wait µs"
    )?;
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let mut hello = None;
    for ((name, ..), (cpu, nodes, times)) in measured.iter().zip(costs) {
        let (count, cpu) = (times.len(), micros(process::median(cpu)));
        let ratio = cpu / *hello.get_or_insert(cpu);
        let nodes = match name.ends_with("cluster") {
            true => format!("{:.1}", micros(process::median(nodes))),
            false => "-".to_owned(),
        };
        let wait = micros(process::median(times));
        writeln!(
            out,
            "{name:<20} {count:>9} {cpu:>8.1} {ratio:>8.1} {nodes:>11} {wait:>12.0}"
        )?;
    }
    Ok(())
}

/// The CPU time so far of all nodes of a cluster, as it tells itself.
fn cluster_cpu(urls: Option<&str>) -> Result<Duration> {
    let Some(url) = urls.and_then(|urls| urls.split(',').next()) else {
        return Ok(Duration::ZERO);
    };
    let mut reply = ureq::get(format!("{url}/_nodes/stats/process")).call()?;
    let stats: Value = serde_json::from_str(&reply.body_mut().read_to_string()?)?;
    let nodes = stats["nodes"].as_object().context("nodes")?.values();
    let millis = nodes.filter_map(|node| node["process"]["cpu"]["total_in_millis"].as_u64());
    Ok(Duration::from_millis(millis.sum()))
}

/// A child process that listens, ended when dropped.
struct Server {
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn hello() -> Result<Server> {
        let mut command = Command::new(std::env::current_exe()?);
        Server::start(command.arg(HELLO).stdout(Stdio::piped()), |process| {
            let stdout = process.stdout.take().context("its output")?;
            let mut address = String::new();
            BufReader::new(stdout).read_line(&mut address)?;
            Ok(address.trim().to_owned())
        })
    }

    /// A server whose index is `place`, by an option and its value, and that keeps so many bytes of replies.
    fn jida(arguments: &Arguments, place: [&OsStr; 2], cache_bytes: usize) -> Result<Server> {
        // Free a moment ago; nobody else asks for one here.
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        drop(listener);
        let mut command = Command::new(env!("CARGO_BIN_EXE_jida"));
        command
            .arg("--quiet")
            .arg("serve")
            .arg("--addr")
            .arg(&address);
        command.arg("--corpus").arg(&arguments.corpus).args(place);
        command.env("JIDA_CACHE_BYTES", cache_bytes.to_string());
        if let Some(kind) = &arguments.encoder {
            command.arg("--encoder").arg(kind);
        }
        Server::start(&mut command, |_| Ok(address))
    }

    fn start(
        command: &mut Command,
        address: impl FnOnce(&mut Child) -> Result<String>,
    ) -> Result<Server> {
        let process = command.stderr(Stdio::null()).spawn()?;
        let mut server = Server {
            process,
            address: String::new(),
        };
        server.address = address(&mut server.process)?;
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(300) {
            if server.load(&["/readyz".to_owned()], Duration::ZERO).is_ok() {
                return Ok(server);
            }
            ensure!(server.process.try_wait()?.is_none(), "a server ended");
            thread::sleep(Duration::from_millis(50));
        }
        bail!("a server did not start")
    }

    /// Asks for `paths` in turn on all connections for as long as `time`; how long each reply took.
    fn load(&self, paths: &[String], time: Duration) -> Result<Vec<Duration>> {
        let (begin, next) = (Instant::now(), AtomicUsize::new(0));
        let client = || -> Result<Vec<Duration>> {
            let mut connection = Connection::open(&self.address)?;
            let mut took = Vec::new();
            loop {
                let path = &paths[next.fetch_add(1, Ordering::Relaxed) % paths.len()];
                let asked = Instant::now();
                connection.get(path)?;
                took.push(asked.elapsed());
                if begin.elapsed() >= time {
                    return Ok(took);
                }
            }
        };
        thread::scope(|scope| {
            let clients: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(client)).collect();
            let mut took = Vec::new();
            for client in clients {
                match client.join() {
                    Ok(client) => took.append(&mut client?),
                    Err(_) => bail!("a client panicked"),
                }
            }
            Ok(took)
        })
    }
}

/// A kept-alive connection; as little client as possible, for it shares the machine with the server.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    fn open(address: &str) -> Result<Connection> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Connection {
            stream,
            buffer: Vec::new(),
        })
    }

    /// Sends a request and reads the whole reply, which must be a 200 of known length.
    fn get(&mut self, path: &str) -> Result<()> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        self.stream.write_all(request.as_bytes())?;
        self.buffer.clear();
        let head = loop {
            self.read_more()?;
            let end = self.buffer.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                break end + 4;
            }
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        ensure!(text.starts_with("http/1.1 200"), "{path}: {text}");
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.context("a content-length")?.trim().parse()?;
        while self.buffer.len() < head + length {
            self.read_more()?;
        }
        Ok(())
    }

    fn read_more(&mut self) -> Result<()> {
        let mut chunk = [0; 1 << 16];
        let read = self.stream.read(&mut chunk)?;
        ensure!(read > 0, "the server closed the connection");
        self.buffer.extend_from_slice(&chunk[..read]);
        Ok(())
    }
}

#[tokio::main]
async fn say_hello() -> Result<()> {
    let hello = || async { Json(serde_json::json!({"message": "hello"})) };
    let routes = Router::new()
        .route("/", get(hello))
        .route("/readyz", get(hello));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    Ok(axum::serve(listener, routes).await?)
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

fn arguments() -> Result<Arguments> {
    let (mut corpus, mut queries, mut encoder, mut cluster) = (None, None, None, None);
    let (mut seconds, mut rounds) = (4, 3);
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let mut value = || {
            given
                .next()
                .with_context(|| format!("{name} needs a value"))
        };
        match name.as_str() {
            "--corpus" => corpus = Some(PathBuf::from(value()?)),
            "--queries" => queries = Some(PathBuf::from(value()?)),
            "--encoder" => encoder = Some(value()?),
            "--cluster" => cluster = Some(value()?),
            "--seconds" => seconds = value()?.parse()?,
            "--rounds" => rounds = value()?.parse()?,
            // What cargo adds.
            "--bench" => {}
            other => bail!("unknown argument {other}"),
        }
    }
    match (corpus, queries) {
        (Some(corpus), Some(queries)) if rounds > 0 => Ok(Arguments {
            corpus,
            queries,
            encoder,
            cluster,
            time: Duration::from_secs(seconds),
            rounds,
        }),
        _ => bail!("--corpus DIR and --queries FILE are needed, and a round"),
    }
}
