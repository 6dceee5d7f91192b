//! `jida serve`: from an empty index to a graceful end.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Desk, Run};

/// A running service; ended with the test, however that goes.
pub(crate) struct Service {
    child: Child,
    stderr: BufReader<ChildStderr>,
    addr: SocketAddr,
}

impl Service {
    pub(crate) fn start(desk: &Desk, arguments: &[&str]) -> Service {
        let mut all = vec!["serve", "--addr", "127.0.0.1:0"];
        all.extend(arguments);
        let mut child = desk
            .command(&all)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        let mut told = String::new();
        let addr = loop {
            let before = told.len();
            stderr.read_line(&mut told).expect("messages are UTF-8");
            assert!(told.len() > before, "it ended without listening: {told}");
            if let Some((_, rest)) = told.split_once("http://") {
                let end = rest.find([',', '"', '\n']).unwrap_or(rest.len());
                break rest[..end].parse().expect("an address");
            }
        };
        Service {
            child,
            stderr,
            addr,
        }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Status and body.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.send(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    /// The tag of the reply to a `GET`, if it has one.
    pub(super) fn tag(&self, path: &str) -> Option<String> {
        let reply = self.exchange(&format!("GET {path} HTTP/1.1\r\n"), "");
        let (head, _) = reply.split_once("\r\n\r\n").expect("a head and a body");
        let tag = head.lines().find_map(|line| line.strip_prefix("etag: "));
        tag.map(str::to_owned)
    }

    /// Status and body of a `POST` of JSON.
    pub(crate) fn post(&self, path: &str, body: &str) -> (u16, String) {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
        );
        self.send(&head, body)
    }

    fn send(&self, head: &str, body: &str) -> (u16, String) {
        let reply = self.exchange(head, body);
        let (head, body) = reply.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).and_then(|text| text.parse().ok());
        (status.expect("a status"), body.to_owned())
    }

    fn exchange(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.addr).expect("it listens");
        let request = format!("{head}Host: localhost\r\nConnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("it replies");
        reply
    }

    pub(crate) fn wait_until_ready(&self) {
        for _ in 0..600 {
            if self.get("/readyz").0 == 200 {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it never became ready");
    }

    /// The next line of what it tells.
    fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.stderr.read_line(&mut line);
        assert!(read.expect("messages are UTF-8") > 0, "it ended");
        line
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status();
        assert!(sent.expect("there is a kill command").success());
    }

    /// Sends a signal and reads nothing of what it tells; the exit code, `None` if it does not end in time.
    fn end_unread(mut self, signal: &str, patience: Duration) -> Option<i32> {
        self.signal(signal);
        let begun = Instant::now();
        while begun.elapsed() < patience {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }

    /// Sends a signal; the exit code, and the rest of what was told.
    pub(crate) fn end_with(mut self, signal: &str) -> (Option<i32>, String) {
        self.signal(signal);
        let mut told = String::new();
        self.stderr
            .read_to_string(&mut told)
            .expect("messages are UTF-8");
        (self.child.wait().expect("it ends").code(), told)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_missing_index_is_built_and_questions_are_answered() {
    let desk = Desk::with_corpus();
    let service = Service::start(&desk, &["--log-format", "text"]);
    service.wait_until_ready();
    let (status, body) =
        service.get("/v1/ask?q=%E6%80%8E%E4%B9%88%E7%94%B3%E8%AF%B7%E9%80%80%E6%AC%BE");
    assert_eq!(status, 200, "{body}");
    let served: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(served["answer"]["question"], "怎么申请退款？");

    let mut printed = desk.run(&["ask", "怎么申请退款", "--json"]).json();
    for volatile in ["query_id", "took_us"] {
        printed[volatile] = served[volatile].clone();
    }
    assert_eq!(printed, served, "both surfaces give the same reply");

    let (code, told) = service.end_with("-TERM");
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn a_bad_question_is_the_same_problem_on_both_surfaces() {
    let desk = Desk::indexed();
    let service = Service::start(&desk, &["--lang", "en"]);
    service.wait_until_ready();
    let long = "x".repeat(513);
    for (question, tag) in [("", ""), (long.as_str(), ""), ("x", "none")] {
        let mut path = format!("/v1/search?q={question}");
        let mut arguments = vec!["search", "-", "--jsonl", "--lang", "en"];
        if !tag.is_empty() {
            path.push_str(&format!("&tag={tag}"));
            arguments.extend(["--tag", tag]);
        }
        let (status, body) = service.get(&path);
        let served: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        let run = desk.run_with_input(&arguments, format!("{question}\n").as_bytes());
        let printed = run.json();
        assert_eq!(printed["status"], status);
        // The words differ: one speaks of a parameter, the other of a line.
        for field in ["type", "code", "status"] {
            assert_eq!(printed[field], served[field], "{question:?} {tag:?}");
        }
    }
}

#[test]
fn a_stale_index_is_built_anew() {
    let desk = Desk::indexed();
    desk.write("corpus/新.md", "# 新\n\n## 怎么换货？\n\n联系客服换货。\n");
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    let (_, body) = service.get("/v1/entries");
    assert!(body.contains("怎么换货？"), "{body}");
}

#[test]
fn a_damaged_index_is_built_anew() {
    let desk = Desk::indexed();
    desk.write("index/CURRENT", "nonsense");
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
}

#[test]
fn ctrl_c_ends_it_with_130() {
    let desk = Desk::indexed();
    let service = Service::start(&desk, &["--log-format", "text"]);
    service.wait_until_ready();
    let (code, told) = service.end_with("-INT");
    assert_eq!(code, Some(130), "{told}");
}

#[test]
fn away_from_a_terminal_every_line_of_the_log_is_json() {
    let desk = Desk::indexed();
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    let (_, told) = service.end_with("-TERM");
    assert!(!told.is_empty());
    for line in told.lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect(line);
        assert!(value["level"].is_string(), "{line}");
    }
}

/// Enough to fill the pipe, which holds some 200 lines, and what waits for it in the program.
const LINES: usize = 6000;

/// Has that many lines logged, in which nobody may be kept waiting.
fn log_unread_lines(service: &Service) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let client = reqwest::Client::new();
        let url = format!("{}/healthz", service.url());
        for asked in 0..LINES {
            let request = client.get(&url).timeout(Duration::from_secs(20)).send();
            let reply = request
                .await
                .unwrap_or_else(|error| panic!("request {asked}: {error}"));
            assert_eq!(reply.status(), 200);
        }
    });
}

#[test]
fn a_log_that_nobody_reads_stops_neither_answers_nor_the_end() {
    let desk = Desk::indexed();
    let service = Service::start(&desk, &["--encoder", "none"]);
    service.wait_until_ready();
    log_unread_lines(&service);
    let code = service.end_unread("-TERM", Duration::from_secs(20));
    assert_eq!(code, Some(0));
}

#[test]
fn lines_of_the_log_that_were_lost_are_told_once_it_is_read() {
    let desk = Desk::indexed();
    let mut service = Service::start(&desk, &["--encoder", "none"]);
    service.wait_until_ready();
    log_unread_lines(&service);
    let lost = loop {
        let line = service.line();
        let value: serde_json::Value = serde_json::from_str(&line).expect(&line);
        if let Some(lost) = value["lost"].as_u64() {
            assert_eq!(value["level"], "WARN", "{line}");
            break lost;
        }
    };
    assert!((1..=LINES as u64).contains(&lost), "{lost}");
    let (code, _) = service.end_with("-TERM");
    assert_eq!(code, Some(0));
}

#[test]
fn a_port_in_use_is_an_error_with_a_next_step() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = taken.local_addr().expect("it has an address").to_string();
    let desk = Desk::indexed();
    let run = desk.run(&["serve", "--addr", &addr]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.starts_with(&format!(
            "error: {addr} is in use by another program\nhint: "
        )),
        "{run:?}"
    );
}

#[test]
fn a_missing_corpus_ends_it() {
    let desk = Desk::empty();
    let mut command = desk.command(&["serve", "--addr", "127.0.0.1:0", "--quiet"]);
    let run = Run::of(command.output());
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("error: there is no corpus folder corpus\nhint: "),
        "{run:?}"
    );
}
