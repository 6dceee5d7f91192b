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

#[tokio::test(flavor = "multi_thread")]
async fn pinyin_and_initials_are_completed_like_the_words_that_they_stand_for() {
    let server = Server::start().await;
    for (typed, expected) in [
        ("beian shou", "备案授权码"),
        ("beia", "备案"),
        ("ba", "备案"),
        ("sqm", "授权码"),
        ("被案授权吗", "备案授权码"),
    ] {
        let reply = server.query("/v1/suggest", &[("q", typed)]).await;
        let body = reply.json();
        let suggestions = body["suggestions"].as_array().expect("suggestions");
        let texts = suggestions
            .iter()
            .filter_map(|found| found["text"].as_str());
        let texts: Vec<&str> = texts.collect();
        assert!(
            texts.iter().any(|text| text.contains(expected)),
            "{typed}: {texts:?}"
        );
        let marked = suggestions[0]["highlights"].as_array();
        assert!(
            marked.is_some_and(|marks| !marks.is_empty()),
            "{typed}: {body}"
        );
    }
}
