//! `/v1/suggest`

use super::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_beginning_is_completed() {
    let server = Server::start().await;
    let reply = server
        .query("/v1/suggest", &[("q", "备案授权"), ("limit", "3")])
        .await;
    assert_eq!(reply.status, 200);
    let body = reply.json();
    let suggestions = body["suggestions"].as_array().expect("suggestions");
    assert!((1..=3).contains(&suggestions.len()), "{body}");
    let first = suggestions[0]["text"].as_str().expect("a text");
    assert!(first.contains("备案授权码"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_typed_is_an_empty_question() {
    let server = Server::start().await;
    let reply = server.get("/v1/suggest").await;
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (400, "empty_question")
    );
}
