//! `/v1/search`

use serde_json::Value;

use super::server::{KNOWN_QUESTION, Server};

#[tokio::test(flavor = "multi_thread")]
async fn the_entry_asked_for_comes_first() {
    let server = Server::start().await;
    let reply = server.query("/v1/search", &[("q", KNOWN_QUESTION)]).await;
    assert_eq!(reply.status, 200);
    let body = reply.json();
    assert_eq!(body["query"], KNOWN_QUESTION);
    let first = &body["hits"][0];
    assert_eq!(first["question"], KNOWN_QUESTION);
    assert_eq!(first["matched"]["kind"], "question");
    insta::assert_json_snapshot!(first["source"], @r#"
    {
      "file": "备案.md",
      "line": 27,
      "url": null
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_join_into_the_whole_list() {
    let server = Server::start().await;
    let whole = ids(&server
        .get("/v1/search?q=%E5%A4%87%E6%A1%88&limit=100")
        .await
        .json());
    assert!(whole.len() > 4, "{whole:?}");
    let mut joined = Vec::new();
    for offset in (0..whole.len()).step_by(2) {
        let page = server
            .get(&format!(
                "/v1/search?q=%E5%A4%87%E6%A1%88&limit=2&offset={offset}"
            ))
            .await
            .json();
        assert_eq!(page["total"], whole.len());
        joined.extend(ids(&page));
    }
    assert_eq!(joined, whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn past_the_end_is_an_empty_page() {
    let server = Server::start().await;
    for offset in ["100", "1000000", "4294967295"] {
        let reply = server
            .query("/v1/search", &[("q", "备案"), ("offset", offset)])
            .await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(ids(&reply.json()), Vec::<String>::new());
        assert_ne!(reply.json()["total"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn highlights_lie_inside_their_texts() {
    let server = Server::start().await;
    let body = server
        .query("/v1/search", &[("q", "备案授权码"), ("limit", "100")])
        .await
        .json();
    for hit in body["hits"].as_array().expect("hits") {
        for (text, marks) in [
            (&hit["question"], &hit["highlights"]["question"]),
            (&hit["answer"]["text"], &hit["highlights"]["answer"]),
        ] {
            let length = text.as_str().expect("a text").chars().count() as u64;
            let mut last = 0;
            for mark in marks.as_array().expect("marks") {
                let (from, to) = (mark[0].as_u64(), mark[1].as_u64());
                let (from, to) = (from.expect("start"), to.expect("end"));
                assert!(last <= from && from < to && to <= length, "{hit}");
                last = to;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_questions_are_still_questions() {
    let server = Server::start().await;
    for question in [
        "😀备案",
        "备\u{0}案",
        "备\u{7}案\u{1b}[31m",
        "备案\u{301}\u{301}\u{301}",
        "備案",
        "ＢＡ１２３",
        "\u{feff}备案\u{200b}",
        "'; DROP TABLE entries; --",
        "<script>alert(1)</script>",
        "备案 AND (域名 OR *) -\"服务器\"~2 ^3 [a TO b]",
        "\u{202e}备案",
    ] {
        let reply = server.query("/v1/search", &[("q", question)]).await;
        assert_eq!(reply.status, 200, "{question:?}: {}", reply.text);
    }
}

fn ids(reply: &Value) -> Vec<String> {
    let hits = reply["hits"].as_array().expect("hits").iter();
    hits.map(|hit| hit["id"].as_str().expect("an id").to_owned())
        .collect()
}
