//! Entries whose author has not written an answer yet: they may be seen, but answer nothing.

use super::server::Server;

const FAQ: &str = "\
## 怎么申请退款？

在订单页点击“申请退款”，三个工作日内到账。

## 多久发货？

## 门店在哪里？

![门店地图](https://example.com/map.png)

## 说明书在哪里下载？

<https://example.com/manual.pdf>

## 保修多久？

<!-- 还没有写 -->

## 能用优惠券吗？

## 能用优惠券吗？

能，一单一张。
";

#[tokio::test(flavor = "multi_thread")]
async fn only_what_says_or_shows_something_answers() {
    let server = Server::reading(FAQ).await;
    for (question, decision) in [
        ("怎么申请退款？", "answered"),
        ("多久发货？", "no_answer"),
        ("保修多久？", "no_answer"),
        ("门店在哪里？", "answered"),
        ("说明书在哪里下载？", "answered"),
    ] {
        let reply = server.query("/v1/ask", &[("q", question)]).await.json();
        assert_eq!(reply["decision"], decision, "{reply}");
        let html = reply["answer"]["answer"]["html"].as_str();
        assert_eq!(
            html.is_some_and(|html| !html.is_empty()),
            decision == "answered",
            "{reply}"
        );
        assert_eq!(
            reply["message"].is_string(),
            decision == "no_answer",
            "{reply}"
        );
        // It is still what comes nearest, which is how its owner learns that it is asked for.
        assert_eq!(reply["candidates"][0]["question"], question, "{reply}");
        let explained = server.query("/v1/explain", &[("q", question)]).await.json();
        assert_eq!(explained["decision"], decision, "{explained}");
        let html = server.query("/", &[("q", question)]).await.text;
        let is_marked = html.contains("这个问题还没有写答案。");
        assert!(decision == "answered" || is_marked, "{html}");
        assert_eq!(
            html.contains("class=\"badge\""),
            decision == "answered",
            "{html}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_answer_is_no_choice() {
    let server = Server::reading(FAQ).await;
    // Another entry asks the same, and answers it.
    let reply = server
        .query("/v1/ask", &[("q", "能用优惠券吗？")])
        .await
        .json();
    assert_eq!(
        reply["answer"]["answer"]["text"], "能，一单一张。",
        "{reply}"
    );
    for candidate in reply["candidates"].as_array().expect("candidates") {
        let path = format!("/v1/entries/{}", candidate["id"].as_str().expect("an id"));
        let entry = server.get(&path).await.json();
        assert_ne!(entry["answer"]["html"], "", "{entry}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_list_it_say_so_and_tell_search_engines_nothing() {
    let server = Server::reading(FAQ).await;
    let all = server.get("/v1/entries").await.json();
    let entry = all["entries"].as_array().into_iter().flatten();
    let entry = entry
        .clone()
        .find(|entry| entry["question"] == "多久发货？");
    let id = entry.expect("the entry is listed")["id"].clone();
    let path = format!("/entries/{}", id.as_str().expect("an id"));
    let html = server.get(&path).await.text;
    assert!(html.contains("这个问题还没有写答案。"), "{html}");
    assert!(!html.contains("application/ld+json"), "{html}");
    let html = server.get("/entries").await.text;
    assert!(html.contains(">多久发货？</summary>"), "{html}");
    let data = html
        .split("application/ld+json")
        .nth(1)
        .expect("structured data");
    assert!(
        data.contains("怎么申请退款？")
            && !data
                .split("</script>")
                .next()
                .is_some_and(|data| data.contains("多久发货？")),
        "{data}"
    );
}
