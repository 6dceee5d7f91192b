//! `/metrics`, and replies that are not sent again.

use jida::serve::{Key, Settings};

use super::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_counted_and_never_quoted() {
    let server = Server::start().await;
    for _ in 0..3 {
        server.get("/v1/ask?q=%E5%A4%87%E6%A1%88%E6%8E%88%E6%9D%83%E7%A0%81%E6%80%8E%E4%B9%88%E7%94%B3%E8%AF%B7").await;
    }
    server.get("/v1/ask?q=zzqqzzqq").await;
    server.get("/v1/entries/secret-id").await;
    server.get("/secret-path").await;
    let metrics = server.get("/metrics").await;
    assert_eq!(metrics.status, 200);
    assert!(
        metrics
            .header("content-type")
            .starts_with("application/openmetrics-text")
    );
    for line in [
        "jida_requests_total{route=\"/v1/ask\",status=\"200\"} 4",
        "jida_requests_total{route=\"/v1/entries/{id}\",status=\"404\"} 1",
        "jida_requests_total{route=\"other\",status=\"404\"} 1",
        "jida_decisions_total{kb=\"default\",decision=\"answered\"} 3",
        "jida_decisions_total{kb=\"default\",decision=\"no_answer\"} 1",
        "jida_replies_total{kb=\"default\",origin=\"kept\"} 2",
        "jida_replies_total{kb=\"default\",origin=\"made\"} 2",
        "jida_stage_duration_seconds_count{stage=\"rank\"} 2",
        "# EOF",
    ] {
        assert!(metrics.text.contains(line), "no {line} in {}", metrics.text);
    }
    assert!(!metrics.text.contains("secret") && !metrics.text.contains("zzqq"));
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_the_operators() {
    let server = Server::with(Settings {
        admin_key: Some(Key::new("k")),
        ..Settings::default()
    })
    .await;
    let refused = server.get("/metrics").await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "admin_only")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_reply_is_told_that_it_holds() {
    let server = Server::start().await;
    for path in [
        "/v1/ask?q=%E5%A4%87%E6%A1%88",
        "/v1/search?q=%E5%A4%87%E6%A1%88&limit=3",
        "/v1/suggest?q=%E5%A4%87%E6%A1%88",
        "/v1/entries",
    ] {
        let first = server.get(path).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{path}: {tag:?}");
        for (given, status) in [
            (tag.clone(), 304),
            (format!("\"other\", {tag}"), 304),
            (tag.trim_start_matches("W/").to_owned(), 304),
            ("W/\"0123456789abcdef\"".to_owned(), 200),
        ] {
            let request = server.client.get(server.url(path));
            let reply = server.send(request.header("if-none-match", &given)).await;
            assert_eq!(reply.status, status, "{path} {given}");
            assert_eq!(reply.text.is_empty(), status == 304, "{path} {given}");
        }
        let request = server
            .client
            .get(server.url(path))
            .header("if-none-match", &tag);
        let english = server.send(request.header("accept-language", "en")).await;
        assert_eq!(english.status, 200, "{path}: another language, other words");
    }
    let refused = server.get("/v1/ask?q=").await;
    assert_eq!((refused.status, refused.header("etag")), (400, ""));
}
