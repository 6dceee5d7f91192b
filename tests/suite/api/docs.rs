//! `/docs`: the API described for people, held against the document that programs get.

use std::collections::BTreeSet;

use super::server::{Reply, Server};

async fn docs(server: &Server, query: &str) -> Reply {
    let reply = server.get(&format!("/docs{query}")).await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, "text/html; charset=utf-8"),
        "{}",
        reply.text
    );
    reply
}

/// The values of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> BTreeSet<&'a str> {
    let begin = format!(" {attribute}=\"");
    let rests = html.split(begin.as_str()).skip(1);
    rests.filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_in_the_document_stands_on_the_page() {
    let server = Server::start().await;
    let document = server.get("/openapi.json").await.json();
    for query in ["?lang=zh-CN", "?lang=en"] {
        let html = docs(&server, query).await.text;
        let ids = values(&html, "id");
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                let id = operation["operationId"].as_str().expect("an id");
                let article = format!("<article id=\"{id}\">");
                let (_, article) = html.split_once(&article).expect(id);
                let article = article.split("</article>").next().expect("an end");
                assert!(article.contains(&method.to_uppercase()), "{id}");
                assert!(article.contains(&format!("<code>{path}</code>")), "{id}");
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let name = parameter["name"].as_str().expect("a name");
                    assert!(
                        article.contains(&format!("<code>{name}</code>")),
                        "{id} {name}"
                    );
                }
                for status in operation["responses"].as_object().expect("replies").keys() {
                    let row = format!("<th scope=\"row\">{status}</th>");
                    assert!(article.contains(&row), "{id} {status}");
                }
            }
        }
        for name in document["components"]["schemas"]
            .as_object()
            .expect("schemas")
            .keys()
        {
            assert!(ids.contains(format!("schema-{name}").as_str()), "{name}");
        }
        assert_eq!(html.matches(" id=\"").count(), ids.len(), "ids are unique");
        for link in values(&html, "href") {
            if let Some(id) = link.strip_prefix('#') {
                assert!(ids.contains(id), "{link} leads nowhere");
            } else {
                let reply = server.get(&link.replace("&#38;", "&")).await;
                assert_eq!(reply.status, 200, "{link}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_speaks_the_readers_language() {
    let server = Server::start().await;
    let chinese = docs(&server, "").await;
    assert!(chinese.text.contains(r#"<html lang="zh-CN">"#));
    assert!(chinese.text.contains("问题的文字。长度按 Unicode 码点计。"));
    assert!(
        !chinese.text.contains("The limit counts"),
        "{}",
        chinese.text
    );
    assert_eq!(chinese.header("vary"), "accept-language");
    let english = docs(&server, "?lang=en").await;
    assert!(english.text.contains(r#"<html lang="en">"#));
    assert!(
        english
            .text
            .contains("The limit counts Unicode code points.")
    );
    let request = server.client.get(server.url("/docs"));
    let asked = server
        .send(request.header("accept-language", "en-GB"))
        .await;
    assert_eq!(asked.text, english.text.replace("?lang=en", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_needs_no_script_and_nothing_from_elsewhere() {
    let server = Server::start().await;
    let reply = docs(&server, "").await;
    assert_eq!(
        reply.header("content-security-policy"),
        server.get("/").await.header("content-security-policy")
    );
    for part in ["<script", "javascript:", "style=\"", "https://", "//"] {
        let found = reply.text.replace("http://", "").contains(part);
        assert!(!found, "{part}");
    }
    let styles: Vec<_> = values(&reply.text, "href")
        .into_iter()
        .filter(|link| link.ends_with(".css"))
        .map(str::to_owned)
        .collect();
    assert_eq!(styles.len(), 2, "{styles:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_name_the_host_that_was_asked_unless_it_is_odd() {
    let server = Server::start().await;
    let html = docs(&server, "").await.text;
    let own = format!("curl -sG {}/v1/ask --data-urlencode &#39;q=", server.addr);
    assert!(html.contains(&own), "{html}");
    for (host, shown) in [
        (
            "faq.example.com:8443",
            "curl -s faq.example.com:8443/healthz",
        ),
        ("a\";<b>&c", "curl -s localhost:8080/healthz"),
        ("$(reboot)", "curl -s localhost:8080/healthz"),
    ] {
        let reply = server.raw(
            format!("GET /docs HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes(),
        );
        assert!(
            reply.contains(shown) || reply.starts_with("HTTP/1.1 400"),
            "{host}"
        );
        assert!(
            !reply.contains("reboot") && !reply.contains("<b>"),
            "{host}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_forms_send_is_taken() {
    let server = Server::start().await;
    let html = docs(&server, "?lang=en").await.text;
    let mut tried = 0;
    for form in html.split("<form action=\"").skip(1) {
        let form = form.split("</form>").next().expect("an end");
        let action = form.split('"').next().expect("an action");
        // As a browser sends it: every field, empty ones too.
        let fields: Vec<(&str, &str)> = form
            .split("<input ")
            .skip(1)
            .map(|input| {
                let of = |name: &str| {
                    let (_, rest) = input.split_once(&format!("{name}=\"")).expect(name);
                    rest.split('"').next().expect("an end")
                };
                (of(" name"), of("value"))
            })
            .collect();
        let reply = server.query(action, &fields).await;
        assert_eq!(reply.status, 200, "{action} {fields:?}: {}", reply.text);
        tried += 1;
    }
    assert!(tried >= 8, "{tried} forms");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_there_before_the_index_is() {
    let server = Server::starting().await;
    docs(&server, "").await;
}
