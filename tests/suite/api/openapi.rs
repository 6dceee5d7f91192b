//! `/openapi.json`: the description is held against what the server does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::server::{KNOWN_QUESTION, Reply, Server, UNKNOWN_QUESTION};

/// One request: method, documented path, real path, body.
type Call<'a> = (&'a str, &'a str, String, Option<&'a str>);

async fn send(server: &Server, call: &Call<'_>) -> Reply {
    let (method, _, path, body) = call;
    let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
    let mut request = server
        .client
        .request(method, server.url(path))
        .header("accept-language", "en");
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body((*body).to_owned());
    }
    server.send(request).await
}

/// Validates a reply against the schema documented for its method, path, status and media type.
fn check(document: &Value, call: &Call<'_>, reply: &Reply) {
    let (method, path, real, _) = call;
    let operation = &document["paths"][*path][method.to_lowercase()];
    let media_type = reply.header("content-type").split(';').next();
    let media_type = media_type.unwrap_or_default();
    if reply.status == 204 {
        let documented = &operation["responses"]["204"];
        assert!(documented["description"].is_string(), "{method} {real}");
        assert_eq!(reply.text, "", "{method} {real}");
        return;
    }
    let schema = &operation["responses"][reply.status.to_string()]["content"][media_type]["schema"];
    assert!(
        schema.is_object(),
        "{method} {real}: {} {media_type} is not documented",
        reply.status
    );
    let root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": document["components"],
        "allOf": [schema],
    });
    let validator = jsonschema::validator_for(&root).expect("the schema is valid");
    let body = match media_type.ends_with("json") {
        true => reply.json(),
        false => Value::String(reply.text.clone()),
    };
    let errors: Vec<String> = validator
        .iter_errors(&body)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{method} {real}: {errors:#?}\n{body:#}");
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reply_is_as_documented() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let server = Server::keeping(data.path(), &Default::default()).await;
    let document = server.get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let (known, unknown) = (encoded(KNOWN_QUESTION), encoded(UNKNOWN_QUESTION));
    let found = server.get(&format!("/v1/search?q={known}")).await.json();
    let id = encoded(found["hits"][0]["id"].as_str().expect("an id"));
    let long = "a".repeat(513);

    let (ask, search, suggest) = ("/v1/ask", "/v1/search", "/v1/suggest");
    let (entries, entry, related) = (
        "/v1/entries",
        "/v1/entries/{id}",
        "/v1/entries/{id}/related",
    );
    let explain = "/v1/explain";
    let (welcome, feedback) = ("/v1/welcome", "/v1/feedback");
    let (reload, status) = ("/v1/admin/reload", "/v1/admin/status");
    let vote = json!({"query_id": found["query_id"], "value": "down", "reason": "wrong"});
    let vote = vote.to_string();
    let calls: Vec<Call<'_>> = vec![
        ("GET", ask, format!("{ask}?q={known}&explain=true"), None),
        ("GET", ask, format!("{ask}?q={unknown}"), None),
        ("GET", ask, format!("{ask}?q=%E5%A4%87%E6%A1%88"), None),
        ("GET", ask, format!("{ask}?q={long}"), None),
        ("GET", ask, format!("{ask}?q=a&kb=x"), None),
        ("GET", ask, format!("{ask}?q=a&tag=x"), None),
        (
            "POST",
            ask,
            ask.to_owned(),
            Some(r#"{"q":"备案","explain":true}"#),
        ),
        ("POST", ask, ask.to_owned(), Some("{")),
        ("POST", ask, ask.to_owned(), Some("{}")),
        ("POST", ask, ask.to_owned(), None),
        ("GET", search, format!("{search}?q={known}"), None),
        (
            "GET",
            search,
            format!("{search}?q={unknown}&limit=100"),
            None,
        ),
        ("GET", search, format!("{search}?q=a&limit=0"), None),
        ("GET", search, format!("{search}?q=%ff"), None),
        ("GET", search, format!("{search}?q=a&category=x"), None),
        (
            "GET",
            search,
            format!("{search}?q={}", "a".repeat(20_000)),
            None,
        ),
        ("GET", suggest, format!("{suggest}?q=%E5%A4%87"), None),
        ("GET", suggest, suggest.to_owned(), None),
        ("GET", welcome, welcome.to_owned(), None),
        ("GET", welcome, format!("{welcome}?limit=0"), None),
        ("GET", welcome, format!("{welcome}?kb=x"), None),
        ("POST", feedback, feedback.to_owned(), Some(&vote)),
        (
            "POST",
            feedback,
            feedback.to_owned(),
            Some(r#"{"query_id":"1","value":"up"}"#),
        ),
        ("POST", feedback, feedback.to_owned(), Some("{}")),
        (
            "POST",
            feedback,
            feedback.to_owned(),
            Some(r#"{"query_id":"1","value":"up","kb":"x"}"#),
        ),
        ("GET", entries, format!("{entries}?limit=100"), None),
        ("GET", entries, format!("{entries}?tag=x"), None),
        ("GET", entry, format!("{entries}/{id}"), None),
        ("GET", entry, format!("{entries}/x"), None),
        ("GET", entry, format!("{entries}/%ff"), None),
        ("GET", related, format!("{entries}/{id}/related"), None),
        ("GET", related, format!("{entries}/x/related"), None),
        ("GET", explain, format!("{explain}?q={known}"), None),
        ("GET", explain, format!("{explain}?q="), None),
        (
            "POST",
            explain,
            explain.to_owned(),
            Some(r#"{"q":"个人备案"}"#),
        ),
        (
            "POST",
            explain,
            explain.to_owned(),
            Some(r#"{"q":"a","x":1}"#),
        ),
        ("POST", reload, reload.to_owned(), None),
        ("POST", reload, format!("{reload}?kb=x"), None),
        ("GET", status, status.to_owned(), None),
        ("GET", "/metrics", "/metrics".to_owned(), None),
        ("GET", "/healthz", "/healthz".to_owned(), None),
        ("GET", "/readyz", "/readyz".to_owned(), None),
        ("GET", "/openapi.json", "/openapi.json".to_owned(), None),
    ];
    for call in &calls {
        let reply = send(&server, call).await;
        check(&document, call, &reply);
    }
    let starting = Server::starting().await;
    for call in &calls {
        let reply = send(&starting, call).await;
        check(&document, call, &reply);
    }

    let called: BTreeSet<(String, String)> = calls
        .iter()
        .map(|(method, path, _, _)| (method.to_lowercase(), (*path).to_owned()))
        .collect();
    let documented: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, operations)| {
            let methods = operations.as_object().expect("operations").keys();
            methods.map(|method| (method.clone(), path.clone()))
        })
        .collect();
    assert_eq!(called, documented, "every documented operation is tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn documented_limits_are_enforced() {
    let server = Server::start().await;
    let document = server.get("/openapi.json").await.json();
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let parameters = operations["get"]["parameters"].as_array();
        for parameter in parameters.into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a name");
            let schema = &parameter["schema"];
            let real = path.replace("{id}", "x");
            let mut outside = Vec::new();
            if let Some(maximum) = schema["maximum"].as_f64() {
                outside.push((maximum + 1.0).to_string());
            }
            if let Some(minimum) = schema["minimum"].as_f64() {
                outside.push((minimum - 1.0).to_string());
            }
            if let Some(length) = schema["maxLength"].as_u64() {
                outside.push("案".repeat(length as usize + 1));
            }
            for value in outside {
                let mut query = vec![(name, value.as_str())];
                if name != "q" {
                    query.push(("q", "a"));
                }
                let reply = server.query(&real, &query).await;
                assert_eq!(reply.status, 400, "{path} {name}={value}: {}", reply.text);
                tried += 1;
            }
        }
    }
    assert!(tried > 15, "only {tried} limits are documented");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_parameter_and_field_is_described() {
    let server = Server::start().await;
    let document = server.get("/openapi.json").await.json();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            assert!(operation["summary"].is_string(), "{method} {path}");
            assert!(operation["operationId"].is_string(), "{method} {path}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].is_string(), "{path} {parameter}");
            }
        }
    }
    let schemas = document["components"]["schemas"].as_object();
    for (name, schema) in schemas.expect("schemas") {
        let fields = schema["properties"].as_object();
        for (field, schema) in fields.into_iter().flatten() {
            let described = schema["description"].is_string()
                || schema["$ref"].is_string()
                || schema["oneOf"].is_array();
            assert!(described, "{name}.{field}: {schema}");
        }
    }
}

#[test]
fn the_route_table_has_no_undocumented_api_path() {
    let table = include_str!("../../../src/serve/mod.rs");
    assert!(!table.contains(".route(\"/v1"), "use routes! for API paths");
}
