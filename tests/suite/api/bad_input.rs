//! Everything a caller can get wrong, and what it is told.

use serde_json::json;

use super::server::{Reply, Server};

/// `GET` of each path gives the status and code.
async fn check(cases: &[(&str, u16, &str)]) {
    let server = Server::start().await;
    for &(path, status, code) in cases {
        let reply = server.get(path).await;
        let shown = path.get(..80).unwrap_or(path);
        assert_eq!(reply.status, status, "{shown}: {}", reply.text);
        assert_eq!(reply.code(), code, "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_questions() {
    let too_long = format!("/v1/search?q={}", "a".repeat(513));
    let too_long_chinese = format!("/v1/ask?q={}", "%E6%A1%88".repeat(513));
    let too_long_emoji = format!("/v1/explain?q={}", "%F0%9F%98%80".repeat(513));
    let far_too_long = format!("/v1/search?q={}", "a".repeat(20_000));
    check(&[
        ("/v1/search", 400, "empty_question"),
        ("/v1/search?q=", 400, "empty_question"),
        ("/v1/search?q=%20%09+%E3%80%80", 400, "empty_question"),
        ("/v1/search?q=%E2%80%8B%EF%BB%BF", 400, "empty_question"),
        ("/v1/search?q=%00", 400, "empty_question"),
        ("/v1/ask", 400, "empty_question"),
        ("/v1/explain?q=", 400, "empty_question"),
        (&too_long, 400, "question_too_long"),
        (&too_long_chinese, 400, "question_too_long"),
        (&too_long_emoji, 400, "question_too_long"),
        (&far_too_long, 414, "uri_too_long"),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn punctuation_alone_finds_nothing() {
    let server = Server::start().await;
    // Refusing it as empty would be as good; finding something would not.
    for question in ["？！...", "——", "( )"] {
        let reply = server.query("/v1/search", &[("q", question)]).await;
        if reply.status == 400 {
            assert_eq!(reply.code(), "empty_question");
        } else {
            assert_eq!((reply.status, &reply.json()["total"]), (200, &json!(0)));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_parameters() {
    check(&[
        ("/v1/search?q=a&limit=0", 400, "invalid_parameter"),
        ("/v1/search?q=a&limit=101", 400, "invalid_parameter"),
        ("/v1/search?q=a&limit=1000000000", 400, "invalid_parameter"),
        ("/v1/search?q=a&limit=-1", 400, "invalid_parameter"),
        ("/v1/search?q=a&limit=ten", 400, "invalid_parameter"),
        ("/v1/search?q=a&offset=-1", 400, "invalid_parameter"),
        (
            "/v1/search?q=a&offset=99999999999999999999",
            400,
            "invalid_parameter",
        ),
        ("/v1/search?q=a&q=b", 400, "invalid_parameter"),
        ("/v1/ask?q=a&top=0", 400, "invalid_parameter"),
        ("/v1/ask?q=a&explain=maybe", 400, "invalid_parameter"),
        ("/v1/suggest?q=a&limit=0", 400, "invalid_parameter"),
        ("/v1/entries?limit=1000", 400, "invalid_parameter"),
        ("/v1/search?q=%ff", 400, "invalid_query_string"),
        ("/v1/search?q=%E5%A4", 400, "invalid_query_string"),
        ("/v1/search?q=100%", 400, "invalid_query_string"),
        ("/v1/search?q=%zz", 400, "invalid_query_string"),
        ("/v1/entries/%ff", 400, "invalid_request"),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_names() {
    check(&[
        ("/v1/search?q=a&kb=nope", 404, "unknown_kb"),
        ("/v1/ask?q=a&kb=nope", 404, "unknown_kb"),
        ("/v1/suggest?q=a&kb=nope", 404, "unknown_kb"),
        ("/v1/entries?kb=nope", 404, "unknown_kb"),
        ("/v1/search?q=a&category=nope", 422, "unknown_category"),
        ("/v1/ask?q=a&category=nope", 422, "unknown_category"),
        ("/v1/search?q=a&tag=nope", 422, "unknown_tag"),
        ("/v1/explain?q=a&tag=nope", 422, "unknown_tag"),
        ("/v1/entries?category=nope", 422, "unknown_category"),
        ("/v1/entries?tag=nope", 422, "unknown_tag"),
        ("/nope", 404, "unknown_path"),
        ("/v1/nope", 404, "unknown_path"),
        ("/v1", 404, "unknown_path"),
        ("/assets/style-000000000000.css", 404, "unknown_path"),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_bodies() {
    let server = Server::start().await;
    let too_long = json!({"q": "案".repeat(513)}).to_string();
    let huge = json!({"q": "a".repeat(100_000)}).to_string();
    let deep = format!("{{\"filter\":{{\"x\":{}", "[".repeat(10_000));
    let cases: [(&[u8], u16, &str); 24] = [
        (b"", 400, "invalid_json"),
        (b"{", 400, "invalid_json"),
        (b"{\"q\":\"a\"} x", 400, "invalid_json"),
        (br#"{"q":"\ud800"}"#, 400, "invalid_json"),
        (br#"{"q":"\udc00a"}"#, 400, "invalid_json"),
        (b"{\"q\":\"\xff\"}", 400, "invalid_json"),
        (b"{\"q\":\"a\nb\"}", 400, "invalid_json"),
        (deep.as_bytes(), 400, "invalid_body"),
        (b"{}", 400, "invalid_body"),
        (b"[]", 400, "invalid_body"),
        (b"null", 400, "invalid_body"),
        (br#"{"q":1}"#, 400, "invalid_body"),
        (br#"["a"]"#, 400, "invalid_body"),
        (br#"{"q":"a","filter":[null]}"#, 400, "invalid_body"),
        (br#"{"q":"a","context":["a"]}"#, 400, "invalid_body"),
        (br#"{"q":"a","top":1.5}"#, 400, "invalid_body"),
        (br#"{"q":"a","top":-1}"#, 400, "invalid_body"),
        (
            br#"{"q":"a","filter":{"kategorie":"x"}}"#,
            400,
            "invalid_body",
        ),
        (br#"{"q":"a","q":"b"}"#, 400, "invalid_body"),
        (br#"{"q":"  "}"#, 400, "empty_question"),
        (br#"{"q":"a","top":1000000000}"#, 400, "invalid_parameter"),
        (too_long.as_bytes(), 400, "question_too_long"),
        (
            br#"{"q":"a","context":{"previous":"b"}}"#,
            400,
            "invalid_body",
        ),
        (huge.as_bytes(), 413, "body_too_large"),
    ];
    for path in ["/v1/ask", "/v1/explain"] {
        for (body, status, code) in cases {
            let reply = server.post(path, body.to_vec()).await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]);
            assert_eq!(reply.status, status, "{shown}: {}", reply.text);
            assert_eq!(reply.code(), code, "{shown}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_body_of_unknown_length_is_cut_off() {
    let server = Server::start().await;
    let chunk = format!("{:x}\r\n{}\r\n", 40_000, "a".repeat(40_000));
    let reply = server.raw(
        format!(
            "POST /v1/ask HTTP/1.1\r\nhost: jida\r\ncontent-type: application/json\r\n\
             transfer-encoding: chunked\r\nconnection: close\r\n\r\n{chunk}{chunk}0\r\n\r\n"
        )
        .as_bytes(),
    );
    assert!(reply.starts_with("HTTP/1.1 413"), "{reply}");
    assert!(reply.contains("body_too_large"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announced_huge_body_is_refused_before_it_is_sent() {
    let server = Server::start().await;
    let reply = server.raw(
        b"POST /v1/ask HTTP/1.1\r\nhost: jida\r\ncontent-type: application/json\r\n\
          content-length: 1000000000\r\n\r\n",
    );
    assert!(reply.starts_with("HTTP/1.1 413"), "{reply}");
    assert!(reply.contains("connection: close"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_json_is_taken() {
    let server = Server::start().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "",
    ] {
        let request = server
            .client
            .post(server.url("/v1/ask"))
            .header("content-type", kind)
            .body(r#"{"q":"备案"}"#);
        let reply = server.send(request).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (415, "unsupported_media_type"),
            "{kind:?}"
        );
    }
    for kind in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/ld+json",
    ] {
        let request = server
            .client
            .post(server.url("/v1/ask"))
            .header("content-type", kind)
            .body(r#"{"q":"备案"}"#);
        assert_eq!(server.send(request).await.status, 200, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_is_told_the_right_ones() {
    let server = Server::start().await;
    for (path, allowed) in [
        ("/v1/ask", "GET,HEAD,POST"),
        ("/v1/search", "GET,HEAD"),
        ("/healthz", "GET,HEAD"),
    ] {
        let reply = server.send(server.client.delete(server.url(path))).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (405, "method_not_allowed")
        );
        assert_eq!(reply.header("allow"), allowed, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_have_a_limit() {
    let server = Server::start().await;
    let request = server
        .client
        .get(server.url("/healthz"))
        .header("x-large", "a".repeat(40 << 10));
    let reply = server.send(request).await;
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (431, "headers_too_large")
    );
}

/// An error in one language.
async fn told(server: &Server, path: &str, language: &str) -> Reply {
    let request = server
        .client
        .get(server.url(path))
        .header("accept-language", language);
    server.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_speak_the_callers_language() {
    let server = Server::start().await;
    let path = format!("/v1/search?q={}", "a".repeat(513));
    let zh = told(&server, &path, "fr, zh-TW;q=0.9").await;
    assert_eq!(zh.header("content-language"), "zh-CN");
    insta::assert_json_snapshot!(zh.json(), @r#"
    {
      "code": "question_too_long",
      "detail": "问题有 513 个字符，最多 512 个字符（按 Unicode 码点计）",
      "hint": "只保留问题本身，去掉背景叙述",
      "status": 400,
      "title": "问题过长",
      "type": "urn:jida:problem:question_too_long"
    }
    "#);
    let en = told(&server, &path, "en-GB").await;
    assert_eq!(en.header("content-language"), "en");
    insta::assert_json_snapshot!(en.json(), @r#"
    {
      "code": "question_too_long",
      "detail": "the question has 513 characters, the limit is 512 (Unicode code points)",
      "hint": "keep the question itself and leave out the background",
      "status": 400,
      "title": "Question too long",
      "type": "urn:jida:problem:question_too_long"
    }
    "#);
    let limit = told(&server, "/v1/search?q=a&limit=0", "en").await;
    insta::assert_json_snapshot!(limit.json(), @r#"
    {
      "code": "invalid_parameter",
      "detail": "`limit` must be a whole number from 1 to 100, not \"0\"",
      "status": 400,
      "title": "Invalid parameter",
      "type": "urn:jida:problem:invalid_parameter"
    }
    "#);
    let filter = told(&server, "/v1/search?q=a&category=x", "zh").await;
    insta::assert_json_snapshot!(filter.json(), @r#"
    {
      "code": "unknown_category",
      "detail": "没有分类“x”",
      "hint": "分类是 facets 里的 value，各级用 / 连接",
      "status": 422,
      "title": "没有这个分类",
      "type": "urn:jida:problem:unknown_category"
    }
    "#);
}
