//! `/` and `/entries/{id}`: the pages as they leave the server.

use std::collections::BTreeSet;

use super::server::{KNOWN_QUESTION, Reply, Server, UNKNOWN_QUESTION};

async fn page(server: &Server, parameters: &[(&str, &str)]) -> Reply {
    let reply = server.query("/", parameters).await;
    assert_eq!(
        reply.header("content-type"),
        "text/html; charset=utf-8",
        "{}",
        reply.text
    );
    reply
}

/// The targets of all links and resources that the page names on this server.
fn links(html: &str) -> BTreeSet<String> {
    ["href=\"", "src=\"", "action=\""]
        .into_iter()
        .flat_map(|attribute| html.split(attribute).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| link.starts_with('/'))
        .map(|link| link.replace("&#38;", "&").replace("&amp;", "&"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_shows_its_answer_first() {
    let server = Server::start().await;
    let reply = page(&server, &[("q", KNOWN_QUESTION)]).await;
    assert_eq!(reply.status, 200);
    let html = &reply.text;
    assert!(
        html.contains(&format!("<title>{KNOWN_QUESTION} · 即答</title>")),
        "{html}"
    );
    assert!(html.contains(r#"<html lang="zh-CN">"#));
    let first = html.split("<article").nth(1).expect("a hit");
    assert!(first.starts_with(" class=\"hit answers\""), "{first}");
    assert!(first.contains("<mark>"), "{first}");
    assert!(first.contains("备案.md:27"), "{first}");
    assert!(first.contains('%') && first.contains("把握较大"), "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_without_an_answer_is_told_so() {
    let server = Server::start().await;
    let reply = page(&server, &[("q", UNKNOWN_QUESTION)]).await;
    assert_eq!(reply.status, 200);
    assert!(reply.text.contains("verdict no-answer"), "{}", reply.text);
    assert!(!reply.text.contains("hit answers"));
    // Not a dead end: there is something to read.
    assert!(reply.text.contains("href=\"/entries/"), "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_and_the_api_decide_alike() {
    let server = Server::start().await;
    for question in [
        KNOWN_QUESTION,
        UNKNOWN_QUESTION,
        "备案",
        "个人备案资料",
        "怎么办",
    ] {
        let asked = server.query("/v1/ask", &[("q", question)]).await.json();
        let html = page(&server, &[("q", question)]).await.text;
        let (level, sure) = match asked["decision"].as_str() {
            Some("answered") => ("verdict answered", true),
            Some("clarify") => ("verdict clarify", false),
            _ => ("verdict no-answer", false),
        };
        assert!(html.contains(level), "{question}: {html}");
        assert_eq!(html.contains("把握较大"), sure, "{question}: {html}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_start_page_shows_what_there_is() {
    let server = Server::start().await;
    for path in ["/", "/?q=", "/?q=+"] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, 200);
        assert!(reply.text.contains("href=\"/entries/"), "{}", reply.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_visitor_types_stays_text() {
    let server = Server::start().await;
    let attack = r#""><script>alert(1)</script><img src=x onerror=alert(1)>'"#;
    for parameters in [
        vec![("q", attack)],
        vec![("q", "备案"), ("category", attack)],
        vec![("q", "备案"), ("tag", attack)],
        vec![("q", "备案"), ("kb", attack)],
        vec![("q", "备案"), ("lang", attack)],
        vec![("q", "备案"), ("page", attack)],
        vec![("category", attack)],
    ] {
        let html = page(&server, &parameters).await.text;
        assert!(!html.contains("<script"), "{parameters:?}: {html}");
        assert!(!html.contains("<img src=x"), "{parameters:?}: {html}");
        assert!(!html.contains("style="), "{parameters:?}: {html}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_friendly_pages_with_the_right_status() {
    let server = Server::start().await;
    let long = "案".repeat(513);
    for (parameters, status, words) in [
        (
            vec![("q", long.as_str())],
            400,
            "问题有 513 个字符，最多 512 个",
        ),
        (vec![("q", "备案"), ("category", "没有")], 422, "没有分类"),
        (vec![("q", "备案"), ("page", "0")], 400, "应为 1 到"),
        (vec![("q", "备案"), ("kb", "没有")], 404, "没有知识库"),
    ] {
        let reply = page(&server, &parameters).await;
        assert_eq!(reply.status, status, "{parameters:?}");
        assert!(reply.text.contains(words), "{}", reply.text);
        // The question stays in its box, to be mended.
        assert!(
            reply
                .text
                .contains(&format!("value=\"{}\"", parameters[0].1))
        );
    }
    for path in ["/entries/nope", "/entries/%ff", "/?q=%ff"] {
        let reply = server.get(path).await;
        assert!(
            reply.status >= 400 && reply.text.starts_with("<!doctype html>"),
            "{path}"
        );
    }
    let browser = server
        .client
        .get(server.url("//evil.example/nope"))
        .header("accept", "text/html");
    let reply = server.send(browser).await;
    assert_eq!(reply.status, 404);
    assert!(!reply.text.contains("evil.example"), "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_follows_the_url_then_the_browser() {
    let server = Server::start().await;
    for (path, header, lang) in [
        ("/", "", "zh-CN"),
        ("/", "en-US,en;q=0.9", "en"),
        ("/?lang=zh-CN", "en", "zh-CN"),
        ("/?lang=en", "zh", "en"),
        ("/?lang=fr", "en", "en"),
        ("/nope?lang=en", "zh", "en"),
    ] {
        let request = server
            .client
            .get(server.url(path))
            .header("accept", "text/html")
            .header("accept-language", header);
        let reply = server.send(request).await;
        assert!(
            reply.text.contains(&format!("<html lang=\"{lang}\">")),
            "{path} {header}"
        );
        assert_eq!(reply.header("content-language"), lang);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_leads_somewhere() {
    let server = Server::start().await;
    let mut todo = BTreeSet::from(["/".to_owned(), "/?q=%E5%A4%87%E6%A1%88".to_owned()]);
    let mut done = BTreeSet::new();
    while let Some(path) = todo.pop_first() {
        if done.len() > 200 || !done.insert(path.clone()) {
            continue;
        }
        let reply = server.get(&path).await;
        assert_eq!(reply.status, 200, "{path}");
        if reply.text.starts_with("<!doctype html>") {
            todo.extend(links(&reply.text));
        }
    }
    assert!(done.len() > 20, "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_are_cached_under_their_version() {
    let server = Server::start().await;
    let html = server.get("/").await.text;
    let assets: Vec<String> = links(&html)
        .into_iter()
        .filter(|link| link.starts_with("/assets/"))
        .collect();
    assert_eq!(assets.len(), 2, "{assets:?}");
    for asset in assets {
        let reply = server.get(&asset).await;
        assert_eq!(
            reply.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert!(!reply.text.is_empty());
    }
}
