//! What the server writes about requests, and what it must not.

use std::io::Write;
use std::sync::{Arc, Mutex};

use super::server::Server;

/// A log that tests can read.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_leaves_one_line_without_its_question() {
    let log = Log::default();
    let writer = log.clone();
    // For the whole process, because what one thread alone would see depends on the other tests; their
    // requests have other ids.
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();

    let server = Server::start().await;
    let request = server
        .client
        .get(server.url("/v1/search?q=secret-question&limit=0"))
        .header("x-request-id", "trace-of-the-log-test")
        .header(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        );
    assert_eq!(server.send(request).await.status, 400);

    let written = String::from_utf8(log.0.lock().expect("not poisoned").clone());
    let written = written.expect("UTF-8");
    let lines: Vec<&str> = written
        .lines()
        .filter(|line| line.contains("trace-of-the-log-test"))
        .collect();
    assert_eq!(lines.len(), 1, "{written}");
    for part in [
        "method=GET",
        "path=\"/v1/search\"",
        "status=400",
        "latency_us=",
        "trace_id=\"4bf92f3577b34da6a3ce929d0e0e4736\"",
    ] {
        assert!(lines[0].contains(part), "{part}: {written}");
    }
    assert!(!written.contains("secret-question"), "{written}");
}
