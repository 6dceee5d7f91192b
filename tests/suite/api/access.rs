//! Who may call: keys and what they open, who counts as the operator, who may frame.

use std::num::NonZeroU32;

use jida::locale::Locale;
use jida::serve::{Key, PublicKey, Settings, State};

use super::bases::{CLINIC, SHOP, searcher_of};
use super::server::{Reply, Server};

const SITE: &str = "https://www.example.com";

fn key(secret: &str) -> PublicKey {
    PublicKey {
        name: secret.to_owned(),
        key: Key::new(secret),
        origins: Vec::new(),
        kbs: Vec::new(),
        per_minute: None,
    }
}

/// A server of two knowledge bases with keys: for all, for one site, for the clinic, for few requests.
pub(super) async fn guarded() -> Server {
    let settings = Settings {
        admin_key: Some(Key::new("admin")),
        keys: vec![
            key("all"),
            PublicKey {
                // As an owner may write it: browsers send it in small letters and without the usual port.
                origins: vec!["https://WWW.Example.com:443".to_owned()],
                ..key("site")
            },
            PublicKey {
                kbs: vec!["clinic".to_owned()],
                ..key("clinic")
            },
            PublicKey {
                kbs: vec!["clinic".to_owned(), "shop".to_owned()],
                ..key("clinic-first")
            },
            PublicKey {
                per_minute: NonZeroU32::new(2),
                ..key("few")
            },
        ],
        ..Settings::default()
    };
    with(settings).await
}

pub(super) async fn with(settings: Settings) -> Server {
    let state = State::starting(Locale::En, "shop", &["clinic".to_owned()]);
    state.replace(searcher_of("shop", SHOP));
    state.replace(searcher_of("clinic", CLINIC));
    Server::over(state, settings).await
}

pub(super) async fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request = server.client.get(server.url(path));
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    server.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_takes_a_key_where_some_are_set() {
    let server = guarded().await;
    let asks = "/v1/ask?q=a";
    for (path, headers, status, code) in [
        (asks, &[][..], 401, "key_needed"),
        (asks, &[("x-jida-key", "")], 401, "key_needed"),
        (asks, &[("x-jida-key", "wrong")], 401, "key_needed"),
        (
            asks,
            &[("authorization", "Bearer wrong")],
            401,
            "key_needed",
        ),
        (asks, &[("authorization", "Basic all")], 401, "key_needed"),
        ("/v1/ask?q=a&key=all", &[], 401, "key_needed"),
        ("/v1/nope", &[], 401, "key_needed"),
        ("/v1/feedback", &[], 401, "key_needed"),
        (
            "/v1/suggest",
            &[("x-jida-key", "site"), ("origin", "https://evil.example")],
            403,
            "key_not_for_this_origin",
        ),
        (
            asks,
            &[("x-jida-key", "site"), ("origin", "https://evil.example")],
            403,
            "key_not_for_this_origin",
        ),
        (
            asks,
            &[("x-jida-key", "site"), ("origin", "null")],
            403,
            "key_not_for_this_origin",
        ),
        ("/v1/admin/status", &[], 403, "admin_only"),
        (
            "/v1/admin/status",
            &[("authorization", "Bearer all")],
            403,
            "admin_only",
        ),
        (
            "/v1/admin/status",
            &[("x-jida-key", "admin")],
            403,
            "admin_only",
        ),
        ("/metrics", &[("x-jida-key", "all")], 403, "admin_only"),
    ] {
        let reply = get(&server, path, headers).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (status, code),
            "{path} {headers:?}"
        );
        let challenge = if status == 401 { "Bearer" } else { "" };
        assert_eq!(reply.header("www-authenticate"), challenge);
    }
    for (path, headers) in [
        (asks, &[("x-jida-key", "all")][..]),
        (asks, &[("authorization", "Bearer all")]),
        (asks, &[("authorization", "bearer  admin")]),
        (asks, &[("x-jida-key", "admin")]),
        (
            asks,
            &[("x-jida-key", "wrong"), ("authorization", "Bearer all")],
        ),
        (asks, &[("x-jida-key", "site"), ("origin", SITE)]),
        (asks, &[("x-jida-key", "site")]),
        (
            asks,
            &[("x-jida-key", "all"), ("origin", "https://any.example")],
        ),
        ("/v1/entries/return", &[("x-jida-key", "all")]),
        ("/v1/admin/status", &[("authorization", "Bearer admin")]),
        // What people, browsers and orchestrators get, and what the pages' script asks.
        ("/healthz", &[]),
        ("/readyz", &[]),
        ("/openapi.json", &[]),
        ("/widget.js", &[]),
        ("/docs", &[]),
        ("/?q=a", &[]),
        ("/entries/return", &[]),
        ("/v1/suggest?q=a", &[]),
    ] {
        let reply = get(&server, path, headers).await;
        assert_eq!(reply.status, 200, "{path} {headers:?}: {}", reply.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_for_one_knowledge_base_knows_no_other() {
    let server = guarded().await;
    let clinic = &[("x-jida-key", "clinic")][..];
    for (path, status, found) in [
        ("/v1/entries", 200, "怎么挂号"),
        ("/v1/entries?kb=clinic", 200, "怎么挂号"),
        ("/v1/entries/register", 200, "在小程序里挂号"),
        ("/v1/entries/register/related", 200, "related"),
        ("/v1/entries/return", 404, "unknown_entry"),
        (
            "/v1/ask?q=%E6%80%8E%E4%B9%88%E6%8C%82%E5%8F%B7",
            200,
            "在小程序里挂号",
        ),
    ] {
        let reply = get(&server, path, clinic).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text);
        assert!(reply.text.contains(found), "{path}: {}", reply.text);
    }
    let both = &[("x-jida-key", "clinic-first")][..];
    let first = get(&server, "/v1/entries", both).await;
    assert!(first.text.contains("怎么挂号"), "its own first answers");
    let named = get(&server, "/v1/entries?kb=shop", both).await;
    assert_eq!(named.status, 200, "{}", named.text);
    for path in [
        "/v1/ask?q=a&kb=shop",
        "/v1/search?q=a&kb=shop",
        "/v1/suggest?q=a&kb=shop",
        "/v1/explain?q=a&kb=shop",
        "/v1/welcome?kb=shop",
        "/v1/entries?kb=shop",
        "/v1/entries/return?kb=shop",
    ] {
        let reply = get(&server, path, clinic).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (404, "unknown_kb"),
            "{path}"
        );
        let hint = reply.json()["hint"].to_string();
        assert!(hint.contains("clinic") && !hint.contains("shop"), "{hint}");
    }
    let shop = get(&server, "/v1/entries?kb=shop", &[("x-jida-key", "all")]).await;
    let known = [clinic[0], ("if-none-match", shop.header("etag"))];
    let reply = get(&server, "/v1/entries?kb=shop", &known).await;
    assert_eq!(reply.status, 404, "a tag of it opens nothing either");
    for body in [r#"{"q":"怎么退货","kb":"shop"}"#, r#"{"q":"怎么挂号"}"#] {
        let request = server.client.post(server.url("/v1/ask")).body(body);
        let request = request.header("content-type", "application/json");
        let reply = server.send(request.header("x-jida-key", "clinic")).await;
        let expected = if body.contains("shop") { 404 } else { 200 };
        assert_eq!(reply.status, expected, "{body}: {}", reply.text);
    }
    let figures = get(&server, "/metrics", &[("authorization", "Bearer admin")]).await;
    assert!(
        figures.text.contains("route=\"/v1/entries/{id}\""),
        "{}",
        figures.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_pages_nothing_of_them_is_left() {
    let server = with(Settings {
        pages: false,
        keys: vec![key("all")],
        ..Settings::default()
    })
    .await;
    for (path, status) in [
        ("/", 404),
        ("/entries", 404),
        ("/entries/return", 404),
        ("/v1/suggest?q=a", 401),
        ("/widget.js", 200),
        ("/docs", 200),
    ] {
        assert_eq!(server.get(path).await.status, status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sites_of_keys_may_read_replies() {
    let server = guarded().await;
    let preflight = server
        .client
        .request(reqwest::Method::OPTIONS, server.url("/v1/ask"))
        .header("origin", SITE)
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "x-jida-key,authorization");
    let reply = server.send(preflight).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("access-control-allow-origin"), SITE);
    let allowed = reply.header("access-control-allow-headers");
    assert!(
        allowed.contains("x-jida-key") && allowed.contains("authorization"),
        "{allowed}"
    );
    for (origin, expected) in [(SITE, SITE), ("https://evil.example", "")] {
        let reply = get(
            &server,
            "/v1/ask?q=a",
            &[("x-jida-key", "site"), ("origin", origin)],
        )
        .await;
        assert_eq!(reply.header("access-control-allow-origin"), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_the_operator_is_who_speaks_to_this_machine_by_hand() {
    let server = Server::start().await;
    let port = server.addr.port();
    for (host, status) in [
        (format!("127.0.0.1:{port}"), 200),
        (format!("localhost:{port}"), 200),
        ("LOCALHOST".to_owned(), 200),
        ("[::1]:8080".to_owned(), 200),
        // A name that its owner has pointed at this machine, in a browser here.
        (format!("evil.example:{port}"), 403),
        ("localhost.evil.example".to_owned(), 403),
        ("127.0.0.1.evil.example".to_owned(), 403),
        ("evil@localhost.example".to_owned(), 403),
        ("192.0.2.1".to_owned(), 403),
        (String::new(), 403),
    ] {
        let reply = server.raw(
            format!("GET /v1/admin/status HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")
                .as_bytes(),
        );
        assert!(
            reply.starts_with(&format!("HTTP/1.1 {status} ")),
            "{host}: {reply}"
        );
    }
    for head in [
        "GET /v1/admin/status HTTP/1.1\r\n",
        "GET http://evil.example/v1/admin/status HTTP/1.1\r\nhost: localhost\r\n",
        "GET /v1/admin/status HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n",
        "GET /v1/admin/status HTTP/1.1\r\nhost: localhost\r\nvia: 1.1 proxy\r\n",
        // As many a proxy asks that does not say what it is.
        "GET /v1/admin/status HTTP/1.0\r\nhost: localhost\r\n",
    ] {
        let reply = server.raw(format!("{head}connection: close\r\n\r\n").as_bytes());
        assert!(!reply.starts_with("HTTP/1.1 200"), "{head}: {reply}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_framed_by_whom_the_owner_names() {
    let server = with(Settings {
        frame_origins: vec![
            "https://WWW.Example.com:443".to_owned(),
            "https://intranet.example:8443".to_owned(),
        ],
        cors_origins: vec!["https://other.example".to_owned()],
        ..Settings::default()
    })
    .await;
    for path in ["/", "/entries/return", "/docs", "/entries/nope"] {
        let reply = server.get(path).await;
        let policy = reply.header("content-security-policy");
        let framed = format!("frame-ancestors {SITE} https://intranet.example:8443");
        assert!(policy.ends_with(&framed), "{path}: {policy}");
        assert_eq!(reply.header("x-frame-options"), "", "{path}");
    }
    let reply = server.get("/v1/entries").await;
    assert_eq!(
        reply.header("content-security-policy"),
        "default-src 'none'; frame-ancestors 'none'"
    );
    assert_eq!(reply.header("x-frame-options"), "DENY");
}
