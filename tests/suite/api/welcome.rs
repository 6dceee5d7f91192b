//! `GET /v1/welcome`: which questions a reader begins with.

use jida::store;
use serde_json::Value;

use super::server::{KNOWN_QUESTION, Server};

fn questions(reply: &Value) -> Vec<&str> {
    let questions = reply["questions"].as_array().expect("questions").iter();
    let texts = questions.map(|question| question["question"].as_str().expect("a text"));
    texts.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_choice_each_category_has_its_turn() {
    let server = Server::start().await;
    let reply = server.get("/v1/welcome").await.json();
    assert!(reply["message"].is_null(), "{reply}");
    assert_eq!(
        reply["index_version"],
        server.get("/readyz").await.json()["index_version"]
    );
    insta::assert_debug_snapshot!(questions(&reply), @r#"
    [
        "什么情况下需要进行接入备案？",
        "备案需要提供什么资料？",
        "一键接入备案与接入备案有什么区别？",
        "我刚提交了一个备案还没通过，还能再提交一个吗？",
    ]
    "#);
    for question in reply["questions"].as_array().expect("questions") {
        let id = question["id"].as_str().expect("an id");
        let entry = server.get(&format!("/v1/entries/{id}")).await.json();
        assert_eq!(entry["question"], question["question"]);
    }
    assert_eq!(
        server.get("/v1/welcome").await.json(),
        reply,
        "it is deterministic"
    );
    for (limit, expected) in [("1", 1), ("7", 7), ("100", 23)] {
        let reply = server
            .query("/v1/welcome", &[("limit", limit)])
            .await
            .json();
        assert_eq!(questions(&reply).len(), expected, "{reply}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_can_be_asked_for_wrongly() {
    let server = Server::start().await;
    for (query, status, code) in [
        ("limit=0", 400, "invalid_parameter"),
        ("limit=101", 400, "invalid_parameter"),
        ("limit=x", 400, "invalid_parameter"),
        ("kb=nope", 404, "unknown_kb"),
    ] {
        let reply = server.get(&format!("/v1/welcome?{query}")).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (status, code),
            "{query}"
        );
    }
    let starting = Server::starting().await;
    assert_eq!(starting.get("/v1/welcome").await.code(), "not_ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_questions_are_kept_those_asked_most_come_first() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let logging = store::Settings {
        log_questions: true,
        ..store::Settings::default()
    };
    let rare = "备案被驳回了我在哪里操作修改？";
    let first = Server::keeping(data.path(), &logging).await;
    for question in [rare, KNOWN_QUESTION, KNOWN_QUESTION] {
        let reply = first.query("/v1/ask", &[("q", question)]).await.json();
        assert_eq!(reply["decision"], "answered", "{reply}");
    }
    // A vote is written after what was asked before it.
    let vote = r#"{"query_id":"0123456789abcdef0123456789abcdef","value":"up"}"#;
    assert_eq!(first.post("/v1/feedback", vote).await.status, 204);

    let reply = first.get("/v1/welcome").await.json();
    assert_eq!(questions(&reply), [KNOWN_QUESTION, rare]);
    // Without the log, they count no more.
    let without = Server::keeping(data.path(), &store::Settings::default()).await;
    let reply = without.get("/v1/welcome").await.json();
    assert_eq!(questions(&reply).len(), 4);
}
