//! Headers on every reply: request ids, security, cross-origin access, compression.

use std::io::Read;

use jida::serve::Settings;

use super::server::{Reply, Server};

async fn with_header(server: &Server, name: &str, value: &str) -> Reply {
    let request = server
        .client
        .get(server.url("/healthz"))
        .header(name, value);
    server.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sane_request_id_is_echoed_and_another_replaced() {
    let server = Server::start().await;
    let reply = with_header(&server, "x-request-id", "trace-42.a").await;
    assert_eq!(reply.header("x-request-id"), "trace-42.a");
    for insane in ["", "a b", "<script>", &"x".repeat(65)] {
        let reply = with_header(&server, "x-request-id", insane).await;
        assert_eq!(reply.header("x-request-id").len(), 36, "{insane:?}");
    }
    let (first, second) = (server.get("/healthz").await, server.get("/nope").await);
    assert_eq!(second.header("x-request-id").len(), 36);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reply_is_hardened() {
    let server = Server::start().await;
    for path in [
        "/",
        "/?q=a",
        "/entries/nope",
        "/v1/entries",
        "/v1/nope",
        "/healthz",
        "/openapi.json",
        "/docs",
    ] {
        let reply = server.get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(reply.header("x-frame-options"), "DENY", "{path}");
        let is_page = reply.header("content-type").starts_with("text/html");
        let opener = if is_page { "same-origin" } else { "" };
        assert_eq!(reply.header("cross-origin-opener-policy"), opener, "{path}");
        let devices = reply.header("permissions-policy");
        assert_eq!(devices.contains("camera=()"), is_page, "{path}: {devices}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_origins_are_shut_out_by_default() {
    let server = Server::start().await;
    let reply = with_header(&server, "origin", "https://example.com").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("access-control-allow-origin"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn configured_origins_may_read_replies_and_errors() {
    let server = Server::with(Settings {
        cors_origins: vec!["https://www.example.com".to_owned()],
        ..Settings::default()
    })
    .await;
    for path in ["/v1/entries", "/v1/nope", "/v1/search"] {
        let request = server.client.get(server.url(path));
        let reply = server
            .send(request.header("origin", "https://www.example.com"))
            .await;
        assert_eq!(
            reply.header("access-control-allow-origin"),
            "https://www.example.com",
            "{path}"
        );
        let request = server.client.get(server.url(path));
        let reply = server
            .send(request.header("origin", "https://evil.example"))
            .await;
        assert_eq!(reply.header("access-control-allow-origin"), "", "{path}");
    }
    let preflight = server
        .client
        .request(reqwest::Method::OPTIONS, server.url("/v1/ask"))
        .header("origin", "https://www.example.com")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type");
    let reply = server.send(preflight).await;
    assert_eq!(reply.status, 200);
    assert!(
        reply
            .header("access-control-allow-methods")
            .contains("POST")
    );
    assert!(
        reply
            .header("access-control-allow-headers")
            .contains("content-type")
    );
    assert_eq!(reply.header("access-control-allow-credentials"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_replies_are_compressed_for_those_who_can_read_it() {
    let server = Server::start().await;
    let request = server.client.get(server.url("/openapi.json"));
    let response = request
        .header("accept-encoding", "gzip")
        .send()
        .await
        .expect("a reply");
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(
        server.get("/openapi.json").await.header("content-encoding"),
        ""
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_pages_are_made_of_comes_packed_and_means_the_same() {
    let server = Server::start().await;
    let page = server.get("/").await.text;
    let mut assets = page.split('"').filter(|part| part.starts_with("/assets/"));
    let loader = server.get("/widget.js").await.text;
    let widget = loader.split('"').find(|part| part.starts_with("assets/"));
    let widget = format!("/{}", widget.expect("a module"));
    let style = assets.find(|url| url.ends_with(".css")).expect("a style");
    let script = assets.find(|url| url.ends_with(".js")).expect("a script");
    for url in [style, script, widget.as_str()] {
        let plain = server.get(url).await;
        assert_eq!((plain.status, plain.header("content-encoding")), (200, ""));
        assert_eq!(plain.header("vary"), "accept-encoding", "{url}");
        let request = server.client.get(server.url(url));
        let request = request.header("accept-encoding", "br, gzip");
        let response = request.send().await.expect("a reply");
        assert_eq!(response.headers()["content-encoding"], "gzip", "{url}");
        assert_eq!(response.headers()["vary"], "accept-encoding", "{url}");
        assert_eq!(
            response.headers()["content-type"],
            plain.header("content-type")
        );
        let packed = response.bytes().await.expect("a body");
        assert!(packed.len() < plain.text.len(), "{url}");
        let mut text = String::new();
        let mut unpacked = flate2::read::GzDecoder::new(&packed[..]);
        unpacked.read_to_string(&mut text).expect("gzip of a text");
        assert_eq!(text, plain.text, "{url}");
    }
}
