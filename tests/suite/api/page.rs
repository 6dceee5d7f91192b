//! `/` and `/entries/{id}`: the pages as they leave the server.

use std::collections::BTreeSet;

use serde_json::Value;

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

/// Script elements that are neither our own module nor data.
fn foreign_scripts(html: &str) -> usize {
    let ours = [
        r#" type="module" src="/assets/script-"#,
        r#" type="application/ld+json">"#,
    ];
    html.split("<script")
        .skip(1)
        .filter(|rest| !ours.iter().any(|own| rest.starts_with(own)))
        .count()
}

/// What a page tells search engines: its structured data, read.
fn structured(html: &str) -> Option<Value> {
    let data = html
        .split(r#"<script type="application/ld+json">"#)
        .nth(1)?;
    let data = data.split("</script>").next()?;
    Some(serde_json::from_str(data).expect("structured data is JSON"))
}

/// The `content` of a `<meta>` of the head.
fn meta<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let rest = html
        .split(&format!("<meta name=\"{name}\" content=\""))
        .nth(1)?;
    rest.split('"').next()
}

fn canonical(html: &str) -> Option<&str> {
    let rest = html.split("<link rel=\"canonical\" href=\"").nth(1)?;
    rest.split('"').next()
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
    // Nothing found is in no category.
    assert!(
        !reply.text.contains("<nav class=\"categories\""),
        "{}",
        reply.text
    );
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
        assert_eq!(foreign_scripts(&html), 0, "{parameters:?}: {html}");
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
    // The style, the icon, the script and what it imports.
    assert_eq!(assets.len(), 10, "{assets:?}");
    let scripts = assets.iter().filter(|asset| asset.ends_with(".js"));
    assert_eq!(scripts.count(), 8, "{assets:?}");
    for asset in assets {
        let reply = server.get(&asset).await;
        if asset.ends_with(".js") {
            assert_eq!(
                reply.header("content-type"),
                "text/javascript; charset=utf-8"
            );
            // Whatever a module imports stands beside it.
            let folder = asset.rsplit_once('/').expect("a folder").0;
            for import in reply.text.split(" from './").skip(1) {
                let name = import.split('\'').next().expect("a name");
                let imported = server.get(&format!("{folder}/{name}")).await;
                assert_eq!(imported.status, 200, "{asset} imports {name}");
            }
        }
        assert_eq!(
            reply.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert!(!reply.text.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_of_another_version_is_unknown() {
    let server = Server::start().await;
    for path in [
        "/assets/script-000000000000/page.js",
        "/assets/script-000000000000/nope.js",
        "/assets/nope/page.js",
    ] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn search_engines_list_entries_and_categories_but_no_results() {
    let server = Server::start().await;
    let found = server.query("/v1/search", &[("q", KNOWN_QUESTION)]).await;
    let hit = found.json()["hits"][0].clone();
    let id = hit["id"].as_str().expect("an id");

    let entry = server.get(&format!("/entries/{id}?page=7")).await.text;
    assert_eq!(canonical(&entry), Some(format!("/entries/{id}").as_str()));
    assert_eq!(meta(&entry, "robots"), None);
    let answer = hit["answer"]["text"].as_str().expect("an answer");
    let description = meta(&entry, "description").expect("a description");
    assert!(answer.starts_with(&description[..30]), "{description}");

    for (path, address) in [
        ("/", "/"),
        ("/?utm_source=x", "/"),
        ("/?lang=en", "/?lang=en"),
        ("/?lang=fr", "/"),
        ("/entries", "/entries"),
        ("/entries?page=1", "/entries"),
        ("/entries?page=2&q=x", "/entries?page=2"),
        (
            "/?category=%E5%A4%87%E6%A1%88",
            "/?category=%E5%A4%87%E6%A1%88",
        ),
    ] {
        let html = server.get(path).await.text;
        assert_eq!(canonical(&html), Some(address), "{path}");
        assert_eq!(meta(&html, "robots"), None, "{path}");
        assert!(meta(&html, "description").is_some_and(|text| !text.is_empty()));
    }
    for path in [
        "/?q=%E5%A4%87%E6%A1%88",
        "/?q=zzzz",
        "/entries?page=99",
        "/entries/nope",
    ] {
        let html = server.get(path).await.text;
        assert_eq!(meta(&html, "robots"), Some("noindex, follow"), "{path}");
        assert_eq!(canonical(&html), None, "{path}");
        assert_eq!(structured(&html), None, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn structured_data_says_what_the_page_says() {
    let server = Server::start().await;
    let found = server.query("/v1/search", &[("q", KNOWN_QUESTION)]).await;
    let id = found.json()["hits"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let html = server.get(&format!("/entries/{id}")).await.text;
    let data = structured(&html).expect("structured data");
    assert_eq!(data["@type"], "FAQPage");
    assert_eq!(data["inLanguage"], "zh-CN");
    assert_eq!(data["mainEntity"].as_array().map(Vec::len), Some(1));
    assert_eq!(data["mainEntity"][0]["name"], KNOWN_QUESTION);
    let answer = &data["mainEntity"][0]["acceptedAnswer"]["text"];
    assert!(
        html.contains(answer.as_str().expect("an answer")),
        "{answer}"
    );

    let html = server.get("/entries").await.text;
    let data = structured(&html).expect("structured data");
    let questions = data["mainEntity"].as_array().expect("questions").clone();
    assert_eq!(questions.len(), 20);
    for question in questions {
        let name = question["name"].as_str().expect("a name");
        assert!(html.contains(&format!(">{name}</summary>")), "{name}");
    }
    let html = server.get("/").await.text;
    assert_eq!(structured(&html), None, "the start page shows no answers");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_entry_can_be_found_by_browsing() {
    let server = Server::start().await;
    let mut found = BTreeSet::new();
    for page in 1..=2 {
        let html = server.get(&format!("/entries?page={page}")).await.text;
        assert!(html.contains("<h1 id=\"results\">全部问题</h1>"), "{html}");
        found.extend(
            links(&html)
                .into_iter()
                .filter(|link| link.starts_with("/entries/")),
        );
    }
    let all = server.get("/v1/entries?limit=100").await.json();
    assert_eq!(found.len(), all["entries"].as_array().map_or(0, Vec::len));
    let home = server.get("/").await.text;
    assert!(
        home.contains("<a href=\"/entries\">浏览全部 23 个问题</a>"),
        "{home}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_category_is_one_click_away() {
    let server = Server::start().await;
    for parameters in [
        vec![("category", "备案")],
        vec![("q", KNOWN_QUESTION), ("category", "备案")],
    ] {
        let html = page(&server, &parameters).await.text;
        let categories = html.split("<nav class=\"categories\"").nth(1);
        let categories = categories.expect("categories");
        assert!(categories.contains("接入备案"), "{parameters:?}");
        assert!(
            categories.contains("aria-current=\"true\"><span>备案<"),
            "{parameters:?}"
        );
    }
}
