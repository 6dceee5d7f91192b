//! `context` of `POST /v1/ask` and `/v1/explain`: what was said before.

use serde_json::{Value, json};

use super::server::{KNOWN_QUESTION, Server, UNKNOWN_QUESTION, stable};

/// The body of a reply to `question` in `context`.
async fn asked(server: &Server, path: &str, question: &str, context: Value) -> Value {
    let body = json!({"q": question, "context": context, "top": 3});
    let reply = server.post(path, body.to_string()).await;
    assert_eq!(reply.status, 200, "{question}: {}", reply.text);
    reply.json()
}

/// The id of the entry that answers `question`.
async fn answering(server: &Server, question: &str) -> String {
    let reply = asked(server, "/v1/ask", question, Value::Null).await;
    let id = reply["answer"]["id"].as_str();
    id.unwrap_or_else(|| panic!("{question} has no answer: {reply}"))
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_up_finds_what_the_whole_question_would() {
    let server = Server::of("tests/fixtures/filing").await;
    for (previous, question, interpreted, answer) in [
        (
            "个人备案需要什么材料",
            "那企业呢？",
            "企业备案需要什么材料",
            "企业备案需要什么材料？",
        ),
        (
            "企业备案需要什么材料",
            "个人的呢",
            "个人备案需要什么材料",
            "个人备案需要什么材料？",
        ),
        ("备案需要什么材料", "要多久", "备案要多久", "备案要多久？"),
        (
            "备案需要什么材料",
            "在哪里弄",
            "备案在哪里弄",
            "备案在哪里办理？",
        ),
        (
            "备案要多久",
            "不通过怎么办",
            "备案不通过怎么办",
            "备案不通过怎么办？",
        ),
        (
            "域名实名认证要多久",
            "不通过怎么办",
            "域名实名认证不通过怎么办",
            "域名实名认证不通过怎么办？",
        ),
        ("域名转入要多久", "那备案呢", "备案要多久", "备案要多久？"),
    ] {
        let context = json!({"previous_question": previous});
        let reply = asked(&server, "/v1/ask", question, context.clone()).await;
        assert_eq!(
            reply["interpreted"], interpreted,
            "{previous} {question}: {reply}"
        );
        assert_eq!(
            reply["candidates"][0]["question"], answer,
            "{previous} {question}: {reply}"
        );
        let explained = asked(&server, "/v1/explain", question, context).await;
        assert_eq!(explained["query"], question);
        assert_eq!(explained["interpreted"], interpreted);
        assert_eq!(explained["hits"][0]["question"], answer);
        assert_eq!(explained["decision"], reply["decision"]);
        // The completed question is answered as if it had been typed.
        let whole = asked(&server, "/v1/ask", interpreted, Value::Null).await;
        assert_eq!(whole["answer"], reply["answer"]);
        assert_eq!(whole["candidates"], reply["candidates"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_entry_that_was_shown_is_context_enough() {
    let server = Server::of("tests/fixtures/filing").await;
    let shown = answering(&server, "个人备案需要什么材料").await;
    for context in [
        json!({"previous_entry_id": shown}),
        json!({"previous_entry_id": shown, "previous_question": ""}),
        // A follow-up to a follow-up: what was shown last says what it is about.
        json!({"previous_entry_id": shown, "previous_question": "那个人的呢"}),
    ] {
        let reply = asked(&server, "/v1/ask", "那企业呢？", context.clone()).await;
        assert_eq!(
            reply["answer"]["question"], "企业备案需要什么材料？",
            "{context}: {reply}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_stands_alone_is_answered_as_without_context() {
    for (server, questions) in [
        (
            Server::start().await,
            [
                KNOWN_QUESTION,
                UNKNOWN_QUESTION,
                "身份证地址变了怎么办",
                "备案",
            ],
        ),
        (
            Server::of("tests/fixtures/filing").await,
            [
                "域名多少钱",
                "怎么申请退款",
                "企业备案需要什么材料",
                "怎么退款",
            ],
        ),
    ] {
        for path in ["/v1/ask", "/v1/explain"] {
            for question in questions {
                let alone = asked(&server, path, question, Value::Null).await;
                let context = json!({"previous_question": "个人备案需要什么材料"});
                let reply = asked(&server, path, question, context).await;
                assert_eq!(stable(reply), stable(alone), "{path} {question}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_that_says_nothing_is_ignored() {
    let server = Server::of("tests/fixtures/filing").await;
    let alone = stable(asked(&server, "/v1/ask", "要多久", Value::Null).await);
    for context in [
        json!({}),
        json!({"previous_entry_id": null, "previous_question": null}),
        json!({"previous_entry_id": "no-such-entry"}),
        json!({"previous_question": " "}),
        json!({"previous_question": "谢谢"}),
        json!({"previous_question": "案".repeat(513)}),
    ] {
        let reply = asked(&server, "/v1/ask", "要多久", context.clone()).await;
        assert_eq!(stable(reply), alone, "{context}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_corpus_that_ships_is_asked_on() {
    let server = Server::start().await;
    let shown = answering(&server, "备案需要提供什么资料").await;
    let context = json!({"previous_entry_id": shown});
    let reply = asked(&server, "/v1/ask", "那企业呢", context).await;
    assert_eq!(reply["interpreted"], "企业备案需要提供什么资料");
    assert_eq!(reply["candidates"][0]["id"], shown.as_str(), "{reply}");
}
