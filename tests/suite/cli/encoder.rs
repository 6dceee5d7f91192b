//! An encoder that runs elsewhere: an index built with it, and what happens when it is gone.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{Desk, Run};

/// An endpoint as text-embeddings-inference would be; its vectors count characters.
pub(super) struct Endpoint {
    pub(super) url: String,
    works: Arc<AtomicBool>,
    /// Nothing is answered while a test holds this.
    pub(super) gate: Arc<Mutex<()>>,
}

impl Endpoint {
    pub(super) fn start() -> Endpoint {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("it is bound");
        let works = Arc::new(AtomicBool::new(true));
        let gate = Arc::new(Mutex::new(()));
        let shared = (works.clone(), gate.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (works, gate) = shared.clone();
                thread::spawn(move || {
                    drop(gate.lock());
                    answer(&stream, works.load(Ordering::SeqCst));
                });
            }
        });
        Endpoint {
            url: format!("http://{addr}"),
            works,
            gate,
        }
    }

    fn command(&self, desk: &Desk, arguments: &[&str]) -> Command {
        let mut command = desk.command(arguments);
        command
            .env("JIDA_ENCODER", "tei")
            .env("JIDA_ENCODER_URL", &self.url);
        command
    }

    pub(super) fn run(&self, desk: &Desk, arguments: &[&str]) -> Run {
        Run::of(self.command(desk, arguments).output())
    }
}

fn answer(mut stream: &TcpStream, works: bool) {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a head");
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a number");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let asked: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    let texts = asked["inputs"].as_array().expect("texts");
    let vectors: Vec<Vec<f32>> = texts
        .iter()
        .map(|text| {
            let mut vector = vec![0.1; 16];
            for c in text.as_str().expect("a text").chars() {
                vector[c as usize % 16] += 1.0;
            }
            vector
        })
        .collect();
    let status = if works { "200 OK" } else { "500 Oops" };
    let body = serde_json::to_string(&vectors).expect("numbers");
    let length = body.len();
    let reply =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    // Whoever asked may have given up.
    let _ = stream.write_all(reply.as_bytes());
}

#[test]
fn an_endpoint_that_is_gone_costs_quality_and_no_reply() {
    let endpoint = Endpoint::start();
    let desk = Desk::with_corpus();
    let built = endpoint.run(&desk, &["index"]);
    assert_eq!(built.code, 0, "{built:?}");
    // Two questions and two answers.
    assert!(
        built.stdout.contains("\nvectors: 4 encoded, 0 reused\n"),
        "{built:?}"
    );
    let run = endpoint.run(&desk, &["ask", "怎么申请退款？"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");

    endpoint.works.store(false, Ordering::SeqCst);
    let run = endpoint.run(&desk, &["ask", "怎么申请退款？"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        run.stderr,
        "warning: the encoder does not answer; searching by words alone\nhint: -v tells why\n"
    );

    desk.write("corpus/新.md", "## 怎么换货？\n\n联系客服。\n");
    let run = endpoint.run(&desk, &["index"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stderr
            .starts_with("error: cannot encode the questions: the encoder at "),
        "{run:?}"
    );
    let run = endpoint.run(&desk, &["ask", "怎么申请退款？", "--quiet"]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn texts_that_did_not_change_keep_their_vectors() {
    let endpoint = Endpoint::start();
    let desk = Desk::with_corpus();
    assert_eq!(endpoint.run(&desk, &["index"]).code, 0);
    desk.write("corpus/新.md", "## 怎么换货？\n\n联系客服。\n");
    let run = endpoint.run(&desk, &["index"]);
    assert!(
        run.stdout.contains("\nvectors: 2 encoded, 4 reused\n"),
        "{run:?}"
    );
    let report = endpoint.run(&desk, &["index", "--json"]).json();
    assert_eq!(report["unchanged"], true);
    assert_eq!(
        (&report["encoded"], &report["reused"]),
        (&0.into(), &0.into())
    );
}

#[cfg(unix)]
#[test]
fn a_service_starts_with_the_index_from_before_while_the_endpoint_fails() {
    let endpoint = Endpoint::start();
    let desk = Desk::with_corpus();
    desk.write(
        "jida.toml",
        &format!("[encoder]\nurl = '{}'\n", endpoint.url),
    );
    assert_eq!(desk.run(&["index", "--encoder", "tei"]).code, 0);
    endpoint.works.store(false, Ordering::SeqCst);
    desk.write("corpus/新.md", "## 怎么换货？\n\n联系客服。\n");
    let service = super::serve::Service::start(&desk, &["--encoder", "tei"]);
    service.wait_until_ready();
    let (status, body) =
        service.get("/v1/ask?q=%E6%80%8E%E4%B9%88%E7%94%B3%E8%AF%B7%E9%80%80%E6%AC%BE");
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("answered"), "{body}");
}

#[cfg(unix)]
#[test]
fn what_was_answered_by_words_alone_has_no_tag_and_is_not_kept() {
    let endpoint = Endpoint::start();
    let desk = Desk::with_corpus();
    desk.write(
        "jida.toml",
        &format!("[encoder]\nurl = '{}'\n", endpoint.url),
    );
    assert_eq!(desk.run(&["index", "--encoder", "tei"]).code, 0);
    let service = super::serve::Service::start(&desk, &["--encoder", "tei"]);
    service.wait_until_ready();
    let paths = ["/v1/ask?q=tuikuan", "/v1/search?q=tuikuan"];
    endpoint.works.store(false, Ordering::SeqCst);
    for path in paths {
        assert_eq!(service.tag(path), None, "{path}");
    }
    assert!(service.tag("/v1/entries").is_some(), "no question");
    endpoint.works.store(true, Ordering::SeqCst);
    // After a failure the endpoint is left alone for a while.
    let recovers = |_| {
        thread::sleep(std::time::Duration::from_millis(100));
        paths.iter().all(|path| service.tag(path).is_some())
    };
    assert!((0..200).any(recovers));
}
