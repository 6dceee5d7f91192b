//! What strangers try: each attack on the real program over a real socket, what it gets, and that the next caller
//! notices nothing.
#![cfg(unix)]

mod cost;
mod table;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use self::table::{attacks, get};

/// How long a slow client is waited for, in milliseconds.
const PATIENCE: &str = "700";

/// A running program, and what it says.
struct Target {
    child: Child,
    addr: SocketAddr,
    log: PathBuf,
    _folder: TempDir,
}

impl Target {
    fn start() -> Target {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = folder.path().join("log");
        let stderr = File::create(&log).expect("a log");
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        let mut child = Command::new(env!("CARGO_BIN_EXE_jida"))
            .args([
                "serve",
                "--addr",
                "127.0.0.1:0",
                "--lang",
                "en",
                "--encoder",
                "none",
            ])
            .args([
                "--log-format",
                "json",
                "--index",
                "index",
                "--data",
                "data",
                "--corpus",
            ])
            .arg(&corpus)
            .current_dir(folder.path())
            .env_clear()
            .envs([
                ("JIDA_HEADER_TIMEOUT_MS", PATIENCE),
                ("JIDA_BODY_TIMEOUT_MS", PATIENCE),
            ])
            .stdin(Stdio::null())
            .stderr(stderr)
            .spawn()
            .expect("the binary runs");
        let addr = (0..600).find_map(|_| {
            std::thread::sleep(Duration::from_millis(50));
            let told = fs::read_to_string(&log).expect("the log is UTF-8");
            let (_, url) = told.split_once("\"url\":\"http://")?;
            told.contains("\"ready\"")
                .then(|| url.split('"').next()?.parse().ok())?
        });
        if addr.is_none() {
            child.kill().expect("it can be stopped");
        }
        Target {
            child,
            addr: addr.expect("it becomes ready"),
            log,
            _folder: folder,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.addr).expect("it listens");
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).expect("a timeout");
        stream
    }

    /// Everything that comes back for these bytes. A connection that is reset after the reply is no matter.
    fn send(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        let _ = stream.write_all(bytes);
        read(&mut stream)
    }

    /// Nothing has panicked, and the next caller is answered.
    fn is_well(&self, after: &str) {
        let reply = self.send(
            b"GET /v1/ask?q=%E5%A4%87%E6%A1%88 HTTP/1.1\r\nhost: jida\r\nconnection: close\r\n\r\n",
        );
        assert!(reply.starts_with("HTTP/1.1 200"), "after {after}: {reply}");
        let log = fs::read_to_string(&self.log).expect("the log is UTF-8");
        for sign in ["panicked", "\"ERROR\"", "overflow"] {
            assert!(!log.contains(sign), "after {after}: {log}");
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(stream: &mut TcpStream) -> String {
    let mut reply = Vec::new();
    let mut part = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut part) {
        reply.extend_from_slice(&part[..length]);
    }
    String::from_utf8_lossy(&reply).into_owned()
}

/// The statuses in the order of the replies. Bodies are JSON or HTML, in which no line begins so.
fn statuses(replies: &str) -> Vec<u16> {
    let lines = replies.split("HTTP/1.1 ").skip(1);
    lines
        .filter_map(|line| line.get(..3)?.parse().ok())
        .collect()
}

#[test]
fn each_gets_its_status_and_harms_nobody() {
    let target = Target::start();
    let mut tried = 0;
    let mut wrong = Vec::new();
    for (name, bytes, expected) in attacks() {
        let began = Instant::now();
        let reply = target.send(&bytes);
        if statuses(&reply) != expected {
            let shown: String = reply.chars().take(300).collect();
            wrong.push(format!(
                "{name}: expected {expected:?}, got {:?}: {shown}",
                statuses(&reply)
            ));
        }
        let head = reply.split("\r\n\r\n").next().unwrap_or_default();
        for forged in ["set-cookie", "root:x:", "evil.example"] {
            assert!(!head.to_lowercase().contains(forged), "{name}: {head}");
        }
        assert!(!reply.contains("root:x:"), "{name}");
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{name} took {:?}",
            began.elapsed()
        );
        target.is_well(name);
        tried += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(tried > 80, "only {tried}");
}

/// Sends `begin`, then `drip` over and over, until the server has had enough; its reply and how long it took.
fn dribble(target: &Target, begin: &[u8], drip: &[u8]) -> (String, Duration) {
    let began = Instant::now();
    let mut stream = target.connect();
    let mut reader = stream.try_clone().expect("a second handle");
    let reading = std::thread::spawn(move || read(&mut reader));
    stream.write_all(begin).expect("the beginning is sent");
    while !reading.is_finished() && began.elapsed() < Duration::from_secs(15) {
        let _ = stream.write_all(drip);
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(stream);
    (reading.join().expect("no panic"), began.elapsed())
}

#[test]
fn who_sends_in_drips_is_not_waited_for() {
    let target = Target::start();
    let body = b"POST /v1/ask HTTP/1.1\r\nhost: jida\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n{";
    let chunks = b"POST /v1/ask HTTP/1.1\r\nhost: jida\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    for (name, begin, drip, expected) in [
        ("a first line", &b"GET /v1/a"[..], &b"a"[..], &[][..]),
        (
            "a head",
            b"GET / HTTP/1.1\r\nhost: jida\r\n",
            b"x-a: 1\r\n",
            &[],
        ),
        ("empty lines", b"\r\n", b"\r\n", &[]),
        ("a body", body, b" ", &[408]),
        ("chunks", chunks, b"1\r\n \r\n", &[408]),
    ] {
        let (reply, took) = dribble(&target, begin, drip);
        assert_eq!(statuses(&reply), expected, "{name}: {reply}");
        assert!(
            took < Duration::from_secs(10),
            "{name} held on for {took:?}"
        );
        target.is_well(name);
    }
    let idle: Vec<TcpStream> = (0..200).map(|_| target.connect()).collect();
    target.is_well("two hundred who say nothing");
    for mut stream in idle {
        assert_eq!(read(&mut stream), "", "it is closed without a word");
    }
}

#[test]
fn nothing_that_a_reader_sends_becomes_markup() {
    let target = Target::start();
    let attacks = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'><svg/onload=alert(1)>",
        "</title><script>alert(1)</script>",
        "[a](javascript:alert(1))",
        "![a](javascript:alert(1))",
        "<a href=\"javascript:alert(1)\">备案</a>",
        "\u{202e}<script>alert(1)</script>",
        "{{7*7}}${7*7}{% include 'x' %}",
        "--><script>alert(1)</script>",
        "</script><script>alert(1)</script>",
    ];
    for attack in attacks {
        let encoded: String = attack.bytes().map(|byte| format!("%{byte:02x}")).collect();
        for path in [
            format!("/?q={encoded}"),
            format!("/?q={encoded}{}", "a".repeat(600)),
            format!("/?q=a&category={encoded}"),
            format!("/?q=a&tag={encoded}"),
            format!("/?q=a&kb={encoded}"),
            format!("/?q=a&lang={encoded}"),
            format!("/?q=a&page={encoded}"),
            format!("/?q=a&{encoded}={encoded}"),
            format!("/entries?category={encoded}"),
            format!("/entries/{encoded}"),
            format!("/{encoded}"),
            format!("/docs?lang={encoded}"),
            format!("/v1/ask?q=a&top={encoded}"),
            format!("/v1/ask?q=a&kb={encoded}"),
            format!("/v1/search?q=a&category={encoded}"),
            format!("/v1/entries/{encoded}"),
        ] {
            let request = format!(
                "GET {path} HTTP/1.1\r\nhost: jida\r\naccept: text/html\r\nconnection: close\r\n\r\n"
            );
            let reply = target.send(request.as_bytes());
            let (head, body) = reply.split_once("\r\n\r\n").expect("a reply");
            assert!(
                head.contains("x-content-type-options: nosniff"),
                "{path}: {head}"
            );
            if !head.contains("content-type: text/html") {
                assert!(head.contains("json"), "{path}: {head}");
                continue;
            }
            for live in [
                "<script>alert",
                "<img src=x",
                "<svg/onload",
                "javascript:alert(1)\"",
                "49$",
            ] {
                assert!(!body.contains(live), "{path}: {body}");
            }
        }
        target.is_well(attack);
    }
    assert!(target.send(&get("/")).starts_with("HTTP/1.1 200"));
}
