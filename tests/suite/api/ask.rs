//! `/v1/ask`

use serde_json::{Value, json};

use super::server::{KNOWN_QUESTION, Server, UNKNOWN_QUESTION, stable};

#[tokio::test(flavor = "multi_thread")]
async fn a_known_question_is_answered() {
    let server = Server::start().await;
    let reply = server.query("/v1/ask", &[("q", KNOWN_QUESTION)]).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "application/json");
    let body = reply.json();
    assert_eq!(body["decision"], "answered", "{body}");
    assert_eq!(body["answer"]["question"], KNOWN_QUESTION);
    assert_eq!(body["answer"]["source"]["file"], "备案.md");
    assert!(body["answer"]["related"].is_array());
    assert_eq!(body.get("explanation"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_without_an_answer_is_no_error() {
    let server = Server::start().await;
    let reply = server.query("/v1/ask", &[("q", UNKNOWN_QUESTION)]).await;
    assert_eq!(reply.status, 200);
    let body = reply.json();
    assert_eq!(body["decision"], "no_answer", "{body}");
    assert_eq!(body["answer"], Value::Null);
    assert!(
        body["message"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn get_and_post_reply_the_same() {
    let server = Server::start().await;
    let asked = server
        .query(
            "/v1/ask",
            &[("q", KNOWN_QUESTION), ("top", "3"), ("explain", "true")],
        )
        .await;
    let body = json!({
        "q": KNOWN_QUESTION, "kb": "default", "top": 3, "filter": {"category": null},
        "context": {"previous_entry_id": "x"}, "explain": true,
    });
    let posted = server.post("/v1/ask", body.to_string()).await;
    assert_eq!(posted.status, 200, "{}", posted.text);
    assert_eq!(stable(asked.json()), stable(posted.json()));
    assert!(posted.json()["explanation"].is_object());
}

#[tokio::test(flavor = "multi_thread")]
async fn top_bounds_the_candidates() {
    let server = Server::start().await;
    let reply = server
        .query("/v1/ask", &[("q", "备案"), ("top", "2")])
        .await
        .json();
    let candidates = reply["candidates"].as_array().expect("candidates");
    assert!(candidates.len() <= 2, "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_do_not_exist_are_named() {
    let server = Server::start().await;
    let reply = server.post("/v1/ask", r#"{"q":"备案","limit":3}"#).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "invalid_body"));
    let detail = reply.json()["detail"].to_string();
    assert!(
        detail.contains("`limit`") && detail.contains("`top`"),
        "{detail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_of_exactly_512_code_points_is_taken() {
    let server = Server::start().await;
    for unit in ["案", "😀", "é"] {
        let question = format!("{}{}", "备案", unit.repeat(510 / unit.chars().count()));
        assert!(question.chars().count() == 512);
        let reply = server.query("/v1/ask", &[("q", &question)]).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let body = json!({ "q": question }).to_string();
        assert_eq!(server.post("/v1/ask", body).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_number_may_be_written_with_a_fraction() {
    let server = Server::start().await;
    let body = |top: &str| format!(r#"{{"q":"{KNOWN_QUESTION}","top":{top}}}"#);
    let plain = server.post("/v1/ask", body("2")).await.json();
    for top in ["2.0", "2e0", "0.2e1"] {
        let reply = server.post("/v1/ask", body(top)).await;
        assert_eq!(stable(reply.json()), stable(plain.clone()), "{top}");
    }
}
