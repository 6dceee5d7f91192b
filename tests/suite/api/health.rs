//! `/healthz`, `/readyz`, and what a server without an index says.

use std::net::SocketAddr;

use jida::locale::{Locale, Localized};
use jida::serve::{ServeError, Settings, State};

use super::server::{Server, searcher};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_an_index_is_ready() {
    let server = Server::start().await;
    assert_eq!(server.get("/healthz").await.text, r#"{"status":"ok"}"#);
    let ready = server.get("/readyz").await;
    assert_eq!(ready.status, 200);
    assert_eq!(ready.json()["kb"], "default");
    assert!(ready.json()["entries"].as_u64() > Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_an_index_is_alive_but_not_ready() {
    let server = Server::starting().await;
    assert_eq!(server.get("/healthz").await.status, 200);
    for path in ["/readyz", "/v1/search?q=a", "/v1/entries"] {
        let reply = server.get(path).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (503, "not_ready"),
            "{path}"
        );
        assert_eq!(reply.header("retry-after"), "3");
    }
    let page = server.get("/").await;
    assert_eq!(page.status, 503);
    assert!(page.text.contains("索引还在准备中"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_becomes_ready_when_it_gets_a_searcher() {
    let state = State::starting(Locale::Zh, "default", &[]);
    let server = Server::over(state.clone(), Settings::default()).await;
    assert_eq!(server.get("/readyz").await.status, 503);
    state.replace(searcher());
    assert_eq!(server.get("/readyz").await.status, 200);
    assert_eq!(server.get("/v1/entries").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_named_with_a_way_out() {
    let taken = jida::serve::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("a free port");
    let addr = taken.local_addr().expect("an address");
    let error = jida::serve::bind(addr)
        .await
        .expect_err("the port is taken");
    assert!(
        matches!(error, ServeError::PortInUse(at) if at == addr),
        "{error}"
    );
    for locale in [Locale::Zh, Locale::En] {
        assert!(error.message(locale).contains(&addr.to_string()));
        assert!(
            error
                .hint(locale)
                .is_some_and(|hint| hint.contains("--addr"))
        );
    }
}
