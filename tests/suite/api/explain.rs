//! `/v1/explain`

use serde_json::json;

use super::server::{KNOWN_QUESTION, Server, stable};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_explained_by_get_and_post_alike() {
    let server = Server::start().await;
    let got = server
        .query("/v1/explain", &[("q", KNOWN_QUESTION), ("top", "2")])
        .await;
    assert_eq!(got.status, 200, "{}", got.text);
    let body = got.json();
    assert_eq!(body["query"], KNOWN_QUESTION);
    assert_eq!(body["hits"][0]["question"], KNOWN_QUESTION);
    assert!(!body["tokens"].as_array().expect("tokens").is_empty());
    let posted = server
        .post(
            "/v1/explain",
            json!({"q": KNOWN_QUESTION, "top": 2}).to_string(),
        )
        .await;
    assert_eq!(stable(posted.json()), stable(body));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_explained_decision_is_the_one_that_ask_makes() {
    let server = Server::start().await;
    for question in [KNOWN_QUESTION, "备案", "怎么办"] {
        let asked = server.query("/v1/ask", &[("q", question)]).await.json();
        let explained = server.query("/v1/explain", &[("q", question)]).await.json();
        assert_eq!(asked["decision"], explained["decision"], "{question}");
        assert_eq!(asked["thresholds"], explained["thresholds"]);
    }
}
