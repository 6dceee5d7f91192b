//! The endpoint encoder against a real server on this machine.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::locale::{Locale, Localized};
use crate::semantic::{Api, EncodeError, Encoder, Encoding, EndpointSettings, Outage};

const TEI: &str = r#"[[3.0,4.0]]"#;

/// Answers each request with the next reply, then no more; tells what it was asked.
fn server(replies: &[&str]) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let replies: Vec<String> = replies.iter().map(|&reply| reply.to_owned()).collect();
    let (heard, requests) = channel();
    thread::spawn(move || {
        for reply in replies {
            let (mut stream, _) = listener.accept().expect("a connection");
            heard.send(request(&mut stream)).expect("the test listens");
            stream
                .write_all(reply.as_bytes())
                .expect("the client reads");
        }
    });
    (format!("http://{address}"), requests)
}

fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                let named = name.eq_ignore_ascii_case("content-length");
                named.then(|| value.trim().parse::<usize>().ok())?
            });
            if body.len() >= length.unwrap_or(0)
                && (length.is_some() || body.ends_with("0\r\n\r\n"))
            {
                return text;
            }
        }
        let read = stream.read(&mut buffer).expect("the client writes");
        assert!(read > 0, "the client closed early: {text}");
        bytes.extend(&buffer[..read]);
    }
}

fn reply(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn settings(url: &str, api: Api) -> EndpointSettings {
    EndpointSettings {
        url: url.to_owned(),
        api,
        model: "bge-m3".to_owned(),
        api_key: Some("secret".to_owned()),
        connect_timeout: Duration::from_secs(5),
        timeout: Duration::from_secs(20),
        batch: 2,
    }
}

fn encoder(settings: EndpointSettings) -> Encoder {
    Encoder::endpoint(settings).expect("good settings")
}

fn whole(vector: [f32; 2]) -> Encoding {
    Encoding::whole(vector.to_vec())
}

fn outcome(api: Api, replies: &[&str]) -> Result<Vec<Encoding>, EncodeError> {
    let (url, _requests) = server(replies);
    encoder(settings(&url, api)).encode(&["备案"])
}

#[test]
fn openai_is_asked_and_read_in_batches() {
    let two = r#"{"data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[3,4]}]}"#;
    let one = r#"{"data":[{"index":0,"embedding":[1,0]}]}"#;
    let (url, requests) = server(&[&reply("200 OK", two), &reply("200 OK", one)]);
    let encoder = encoder(settings(&format!("{url}/v1/"), Api::OpenAi));
    let vectors = encoder.encode(&["a", "b", "c"]).expect("good replies");
    let expected = [[0.6, 0.8], [0.0, 1.0], [1.0, 0.0]];
    assert_eq!(vectors, expected.map(whole));
    let first = requests.recv().expect("a request");
    assert!(
        first.starts_with("POST /v1/embeddings HTTP/1.1\r\n"),
        "{first}"
    );
    assert!(
        first
            .to_lowercase()
            .contains("authorization: bearer secret\r\n"),
        "{first}"
    );
    assert!(first.contains(r#"{"model":"bge-m3","input":["a","b"],"encoding_format":"float"}"#));
    assert_eq!(encoder.dimensions().expect("known by now"), 2);
    assert_eq!(encoder.fingerprint().expect("no call"), "endpoint/bge-m3");
}

#[test]
fn text_embeddings_inference_is_asked_at_its_own_path() {
    let (url, requests) = server(&[&reply("200 OK", TEI)]);
    let encoder = encoder(settings(&url, Api::Tei));
    assert_eq!(
        encoder.encode(&["备案"]).expect("a good reply"),
        [whole([0.6, 0.8])]
    );
    let request = requests.recv().expect("a request");
    assert!(request.starts_with("POST /embed HTTP/1.1\r\n"), "{request}");
    assert!(
        request.contains(r#"{"inputs":["备案"],"truncate":true}"#),
        "{request}"
    );
}

#[test]
fn a_busy_endpoint_gets_one_more_try() {
    let good = reply("200 OK", TEI);
    for status in [
        "429 Too Many Requests\r\nretry-after: 0",
        "503 Service Unavailable",
    ] {
        let vectors = outcome(Api::Tei, &[&reply(status, ""), &good]).expect("the second is good");
        assert_eq!(vectors, [whole([0.6, 0.8])]);
    }
    let busy = reply("500 Oops", "");
    let error = outcome(Api::Tei, &[&busy, &busy]).expect_err("busy twice");
    assert!(
        matches!(error, EncodeError::Busy { status: 500, .. }),
        "{error}"
    );
}

#[test]
fn a_connection_that_was_cut_gets_one_more_try() {
    let vectors = outcome(Api::Tei, &["", &reply("200 OK", TEI)]).expect("the second is good");
    assert_eq!(vectors, [whole([0.6, 0.8])]);
}

#[test]
fn a_wait_that_is_too_long_is_not_begun() {
    let busy = reply("429 Too Many Requests\r\nretry-after: 3600", "");
    let began = Instant::now();
    let error = outcome(Api::Tei, &[&busy]).expect_err("busy");
    assert!(
        matches!(error, EncodeError::Busy { status: 429, .. }),
        "{error}"
    );
    assert!(began.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_refusal_says_what_to_do() {
    let error = outcome(Api::Tei, &[&reply("401 No", "")]).expect_err("no right");
    assert!(
        matches!(error, EncodeError::Key { status: 401, .. }),
        "{error}"
    );
    assert!(
        error
            .hint(Locale::Zh)
            .is_some_and(|hint| hint.contains("密钥"))
    );
    let error = outcome(Api::Tei, &[&reply("404 No", "no such\n model")]).expect_err("no model");
    assert!(
        error.to_string().ends_with("(status 404): no such model"),
        "{error}"
    );
    let moved = reply("307 Away\r\nlocation: http://127.0.0.1:1/", "");
    let error = outcome(Api::Tei, &[&moved]).expect_err("a redirect");
    assert!(
        matches!(error, EncodeError::Refused { status: 307, .. }),
        "{error}"
    );
}

#[test]
fn a_reply_that_holds_no_such_vectors_is_told() {
    for (api, body) in [
        (Api::Tei, "<html>"),
        (Api::Tei, "[]"),
        (Api::Tei, "[[]]"),
        (Api::Tei, "[[1.0],[2.0]]"),
        (Api::Tei, "[[1e99]]"),
        (Api::OpenAi, TEI),
        (Api::OpenAi, r#"{"data":[{"index":7,"embedding":[1.0]}]}"#),
    ] {
        let error = outcome(api, &[&reply("200 OK", body)]).expect_err("not vectors");
        assert!(
            matches!(error, EncodeError::Reply { .. }),
            "{body}: {error}"
        );
    }
}

#[test]
fn silence_and_absence_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let mut quick = settings(&url, Api::Tei);
    quick.timeout = Duration::from_millis(100);
    let error = encoder(quick.clone())
        .encode(&["备案"])
        .expect_err("no answer");
    assert!(matches!(error, EncodeError::Timeout { .. }), "{error}");
    drop(listener);
    let error = encoder(settings(&url, Api::Tei))
        .encode(&["备案"])
        .expect_err("nobody there");
    assert!(matches!(error, EncodeError::Unreachable { .. }), "{error}");
}

#[test]
fn settings_are_checked_and_the_key_is_not_shown() {
    for (url, key) in [
        ("localhost", "k"),
        ("ftp://a", "k"),
        ("", "k"),
        ("http://", "k"),
        ("http://a/?b", "k"),
        ("http://a", "a\nb"),
    ] {
        let mut settings = settings(url, Api::Tei);
        settings.api_key = Some(key.to_owned());
        let error = Encoder::endpoint(settings).expect_err("bad settings");
        assert!(
            matches!(error, EncodeError::Address { .. }),
            "{url}: {error}"
        );
    }
    let encoder = encoder(settings("https://example.com", Api::Tei));
    assert!(!format!("{encoder:?}").contains("secret"));
}

#[test]
fn an_outage_is_logged_once_costs_one_wait_and_ends_by_itself() {
    let refused = reply("400 Bad Request", "bad input: 身份证地址");
    let (url, requests) = server(&[&refused, &reply("200 OK", TEI), &refused]);
    let mut encoder = encoder(settings(&url, Api::Tei));
    let pause = Duration::from_millis(300);
    encoder.outage = Outage::with_pause(pause);
    let log = Arc::new(Mutex::new(Vec::new()));
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(Log(log.clone()))
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        for _ in 0..10 {
            assert_eq!(encoder.question("身份证地址"), None);
        }
        assert_eq!(requests.try_iter().count(), 1, "one question waited");
        assert!(encoder.is_failing());
        thread::sleep(pause);
        assert_eq!(encoder.question("身份证地址"), Some(whole([0.6, 0.8])));
        assert!(!encoder.is_failing());
        assert_eq!(encoder.question("备案"), None);
        let kept = encoder.question("身份证地址");
        assert_eq!(
            kept,
            Some(whole([0.6, 0.8])),
            "an outage takes nothing away"
        );
    });
    let log = String::from_utf8(log.lock().expect("not poisoned").clone()).expect("UTF-8");
    let levels: Vec<&str> = log
        .lines()
        .filter_map(|line| {
            ["WARN", "INFO"]
                .into_iter()
                .find(|level| line.contains(level))
        })
        .collect();
    assert_eq!(levels, ["WARN", "INFO", "WARN"], "{log}");
    assert!(log.contains("refused the request (status 400)"), "{log}");
    assert!(!log.contains("身份证"), "{log}");
}

#[test]
fn a_question_that_was_asked_before_is_not_encoded_again() {
    let (url, requests) = server(&[&reply("200 OK", TEI), &reply("200 OK", "[[0.0,1.0]]")]);
    let encoder = encoder(settings(&url, Api::Tei));
    for _ in 0..3 {
        assert_eq!(encoder.question("备案"), Some(whole([0.6, 0.8])));
    }
    assert_eq!(encoder.question("域名"), Some(whole([0.0, 1.0])));
    assert_eq!(requests.try_iter().count(), 2);
}

/// A log that tests can read.
#[derive(Clone)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl tracing_subscriber::fmt::MakeWriter<'_> for Log {
    type Writer = Log;

    fn make_writer(&self) -> Log {
        self.clone()
    }
}
