//! `GET /widget.js` and what it loads: for any site, kept by browsers, one module a language.

use jida::serve::Settings;

use super::server::Server;

/// The address of the module of a language, as the loader has it.
fn module_in(loader: &str, language: &str) -> String {
    let start = format!("assets/widget-{language}-");
    let at = loader.find(&start).expect("the language's module");
    let address = loader[at..].split('"').next();
    format!("/{}", address.expect("an address"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loader_is_asked_for_again_after_minutes_and_then_mostly_unchanged() {
    let server = Server::start().await;
    let loader = server.get("/widget.js").await;
    assert_eq!(loader.status, 200);
    assert_eq!(
        loader.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(loader.header("cache-control"), "public, max-age=300");
    let tag = loader.header("etag").to_owned();
    for (known, status) in [(tag.as_str(), 304), ("W/\"other\"", 200)] {
        let request = server.client.get(server.url("/widget.js"));
        let reply = server.send(request.header("if-none-match", known)).await;
        assert_eq!(reply.status, status, "{known}");
        assert_eq!(reply.header("etag"), tag, "{known}");
        assert_eq!(reply.text.is_empty(), status == 304, "{known}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_language_has_a_module_that_may_be_kept_forever_and_holds_its_words_only() {
    let server = Server::start().await;
    let loader = server.get("/widget.js").await.text;
    let words = [
        ("zh-CN", "没有找到有把握的答案"),
        ("zh-TW", "沒有找到有把握的答案"),
        ("en", "No answer that we are confident about"),
    ];
    for (language, own) in words {
        let module = server.get(&module_in(&loader, language)).await;
        assert_eq!(module.status, 200, "{language}");
        assert_eq!(
            module.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        for (_, said) in words {
            assert_eq!(module.text.contains(said), said == own, "{language}");
        }
        // What the server fills in is filled in.
        assert!(!module.text.contains("JIDA_WORDS"), "{language}");
    }
    assert!(!loader.contains("JIDA_MODULES"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_may_load_it_whether_or_not_it_may_call_the_api() {
    for cors_origins in [vec![], vec!["https://www.example.com".to_owned()]] {
        let server = Server::with(Settings {
            cors_origins,
            ..Settings::default()
        })
        .await;
        let module = module_in(&server.get("/widget.js").await.text, "en");
        for origin in ["https://www.example.com", "https://other.example.com"] {
            for path in ["/widget.js", &module] {
                let request = server.client.get(server.url(path));
                let reply = server.send(request.header("origin", origin)).await;
                let allowed = reply.header("access-control-allow-origin");
                // A plain script needs no permission, a module does.
                let is_allowed = allowed == "*" || allowed == origin;
                assert!(is_allowed || path == "/widget.js", "{path} {origin}");
                assert_eq!(
                    reply.header("cross-origin-resource-policy"),
                    "cross-origin",
                    "{path}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loader_of_an_older_version_still_gets_a_module() {
    let server = Server::start().await;
    let present = module_in(&server.get("/widget.js").await.text, "zh-TW");
    let reply = server.get("/assets/widget-zh-TW-000000000000.js").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("cache-control"), "no-store");
    // Not `assert_eq`: nobody wants to read them.
    assert!(reply.text == server.get(&present).await.text);
    for unknown in ["/assets/widget-fr-000000000000.js", "/assets/widget-"] {
        assert_eq!(server.get(unknown).await.code(), "unknown_path");
    }
}
