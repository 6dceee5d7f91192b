//! Many at once: the same bytes, a bounded load, and an orderly end.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use jida::serve::Settings;

use super::server::{KNOWN_QUESTION, Server, UNKNOWN_QUESTION, rest, stable};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_question_gives_the_same_bytes_to_everyone() {
    let server = Server::start().await;
    let paths = [
        ("/v1/search", KNOWN_QUESTION),
        ("/v1/search", "备案要多久"),
        ("/v1/ask", KNOWN_QUESTION),
        ("/v1/ask", UNKNOWN_QUESTION),
        ("/v1/suggest", "备"),
        ("/v1/explain", "个人备案资料"),
    ];
    for (path, question) in paths {
        let first = server.query(path, &[("q", question)]).await.json();
        let expected = stable(first).to_string();
        let clients: Vec<_> = (0..4)
            .map(|_| {
                let request = server
                    .client
                    .get(server.url(path))
                    .query(&[("q", question)]);
                tokio::spawn(async move {
                    let mut replies = Vec::new();
                    for _ in 0..25 {
                        let request = request.try_clone().expect("no body");
                        let text = request.send().await.expect("a reply").text().await;
                        replies.push(text.expect("a text"));
                    }
                    replies
                })
            })
            .collect();
        for client in clients {
            for reply in client.await.expect("the client ends") {
                let reply = serde_json::from_str(&reply).expect("JSON");
                assert_eq!(stable(reply).to_string(), expected);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_beyond_the_limit_are_shed() {
    let server = Server::with(Settings {
        max_concurrent_requests: 1,
        ..Settings::default()
    })
    .await;
    let body = r#"{"q":"备案"}"#;
    let mut in_flight = server.begin_ask(body);
    let shed = server.query("/v1/search", &[("q", "备案")]).await;
    assert_eq!((shed.status, shed.code().as_str()), (503, "overloaded"));
    assert_eq!(shed.header("retry-after"), "1");
    assert_eq!(server.get("/healthz").await.status, 200);
    assert_eq!(server.get("/readyz").await.status, 200);
    in_flight
        .write_all(body.as_bytes())
        .expect("the body is sent");
    assert!(rest(&mut in_flight).starts_with("HTTP/1.1 200"));
    assert_eq!(
        server.query("/v1/search", &[("q", "备案")]).await.status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_say_nothing_are_closed_and_make_room() {
    let server = Server::with(Settings {
        header_timeout: Duration::from_millis(50),
        max_connections: 1,
        ..Settings::default()
    })
    .await;
    for head in [
        "",
        "GET /healthz HT",
        "GET /healthz HTTP/1.1\r\nhost: jida\r\n",
    ] {
        let reply = server.raw(head.as_bytes());
        assert!(!reply.starts_with("HTTP/1.1 200"), "{head:?}: {reply}");
    }
    assert_eq!(server.get("/healthz").await.status, 200);
}

/// Opens connections that say nothing, and tells how many of them are left open.
fn silent(server: &Server, count: usize) -> (usize, Vec<TcpStream>) {
    let opened: Vec<TcpStream> = (0..count)
        .map(|_| TcpStream::connect(server.addr).expect("a connection"))
        .collect();
    let is_open = |mut stream: &TcpStream| {
        let wait = Some(Duration::from_millis(200));
        stream.set_read_timeout(wait).expect("a timeout");
        let outcome = stream.read(&mut [0]);
        matches!(outcome, Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
    };
    (
        opened.iter().filter(|stream| is_open(stream)).count(),
        opened,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_cannot_take_all_connections_but_a_proxy_may() {
    let settings = Settings {
        max_connections_per_client: 2,
        ..Settings::default()
    };
    let behind_a_proxy = Server::with(settings.clone()).await;
    assert_eq!(silent(&behind_a_proxy, 4).0, 4);
    let server = Server::with(Settings {
        trusted_proxies: Vec::new(),
        ..settings
    })
    .await;
    let (open, connections) = silent(&server, 4);
    assert_eq!(open, 2);
    drop(connections);
    // Until the server has noticed that they are gone.
    while silent(&server, 1).0 == 0 {}
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_never_arrives_is_given_up() {
    let server = Server::with(Settings {
        body_timeout: Duration::from_millis(50),
        ..Settings::default()
    })
    .await;
    let mut stalled = server.begin_ask(r#"{"q":"备案"}"#);
    let reply = rest(&mut stalled);
    assert!(reply.starts_with("HTTP/1.1 408"), "{reply}");
    assert!(reply.contains("body_too_slow"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_too_long_is_given_up() {
    let server = Server::with(Settings {
        request_timeout: Duration::from_millis(50),
        body_timeout: Duration::from_secs(60),
        ..Settings::default()
    })
    .await;
    let mut stalled = server.begin_ask(r#"{"q":"备案"}"#);
    let reply = rest(&mut stalled);
    assert!(reply.starts_with("HTTP/1.1 504"), "{reply}");
    assert!(reply.contains("timed_out"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_lets_requests_in_flight_finish() {
    let mut server = Server::start().await;
    let body = r#"{"q":"备案"}"#;
    let mut in_flight = server.begin_ask(body);
    let stop = server.stop.take().expect("not stopped yet");
    stop.send(()).expect("the server listens");
    // New connections are refused from some moment on; the old request is served all the same.
    while std::net::TcpStream::connect(server.addr).is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!server.task.is_finished());
    in_flight
        .write_all(body.as_bytes())
        .expect("the body is sent");
    assert!(rest(&mut in_flight).starts_with("HTTP/1.1 200"));
    server.task.await.expect("no panic").expect("no error");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_does_not_wait_for_ever() {
    let mut server = Server::with(Settings {
        drain_timeout: Duration::from_millis(50),
        body_timeout: Duration::from_secs(600),
        request_timeout: Duration::from_secs(600),
        ..Settings::default()
    })
    .await;
    let _never_finished = server.begin_ask(r#"{"q":"备案"}"#);
    let stop = server.stop.take().expect("not stopped yet");
    stop.send(()).expect("the server listens");
    server.task.await.expect("no panic").expect("no error");
}
