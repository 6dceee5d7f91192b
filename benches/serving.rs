//! What a request costs the server, beside a server that only says hello. Linux only.
//!
//! ```text
//! cargo bench --bench serving -- --corpus DIR --queries FILE.jsonl [--seconds 4] [--rounds 3] [--encoder KIND]
//! ```
//!
//! Starts `jida serve --quiet` (no line a request) and an axum server with one JSON route, sends questions
//! over eight kept-alive connections, and reads the servers' CPU time from `/proc`. The clients' time does
//! not count. A line of the queries is a JSON object with a `query`.

mod process;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;

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
    let jida = Server::jida(&arguments, index.path())?;
    let measured: [(&str, &Server, Vec<String>); 4] = [
        ("axum, hello", &hello, vec!["/".to_owned()]),
        ("/healthz", &jida, vec!["/healthz".to_owned()]),
        ("/v1/search", &jida, asking("/v1/search")),
        ("/v1/ask", &jida, asking("/v1/ask")),
    ];
    let mut costs = measured.each_ref().map(|_| Vec::new());
    let mut counts = [0; 4];
    for _ in 0..arguments.rounds {
        for (at, (_, server, paths)) in measured.iter().enumerate() {
            let begin = process::cpu(&server.process.id().to_string())?;
            let count = server.load(paths, arguments.time)?;
            let spent = process::cpu(&server.process.id().to_string())? - begin;
            costs[at].push(spent / u32::try_from(count)?);
            counts[at] += count;
        }
    }
    let costs = costs.map(process::median);
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<12} {:>9} {:>15} {:>8}",
        "", "requests", "CPU µs/request", "ratio"
    )?;
    for (((name, ..), cost), count) in measured.iter().zip(costs).zip(counts) {
        let micros = cost.as_secs_f64() * 1e6;
        let ratio = cost.as_secs_f64() / costs[0].as_secs_f64();
        writeln!(out, "{name:<12} {count:>9} {micros:>15.1} {ratio:>8.1}")?;
    }
    Ok(())
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

    fn jida(arguments: &Arguments, index: &Path) -> Result<Server> {
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
        command
            .arg("--corpus")
            .arg(&arguments.corpus)
            .arg("--index")
            .arg(index);
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

    /// Asks for `paths` in turn on all connections for as long as `time`; how many were answered.
    fn load(&self, paths: &[String], time: Duration) -> Result<usize> {
        let (begin, next) = (Instant::now(), AtomicUsize::new(0));
        let client = || -> Result<usize> {
            let mut connection = Connection::open(&self.address)?;
            let mut count = 0;
            loop {
                let path = &paths[next.fetch_add(1, Ordering::Relaxed) % paths.len()];
                connection.get(path)?;
                count += 1;
                if begin.elapsed() >= time {
                    return Ok(count);
                }
            }
        };
        thread::scope(|scope| {
            let clients: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(client)).collect();
            let counts = clients.into_iter().map(|client| match client.join() {
                Ok(count) => count,
                Err(_) => bail!("a client panicked"),
            });
            counts.sum()
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
    let (mut corpus, mut queries, mut encoder) = (None, None, None);
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
            time: Duration::from_secs(seconds),
            rounds,
        }),
        _ => bail!("--corpus DIR and --queries FILE are needed, and a round"),
    }
}
