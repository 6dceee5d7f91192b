//! Exchanging the index of a running server: `/v1/admin/…`, and what requests notice of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jida::locale::Locale;
use jida::serve::{Key, Outcome, ReloadOrder, Reloaded, Settings, State};
use tokio::sync::mpsc;

use super::bases::searcher_of;
use super::server::Server;

const OLD: &str = "### 收费吗？ {#fee}\n旧答案：不收费。\n";
const NEW: &str = "### 收费吗？ {#fee}\n新答案：收费。\n\n### 多久？\n二十天。\n";

fn outcome(kb: &str, outcome: Outcome, detail: Option<&str>) -> Reloaded {
    Reloaded {
        kb: kb.to_owned(),
        outcome,
        index_version: None,
        entries: 0,
        problems: Some(0),
        detail: detail.map(str::to_owned),
        hint: None,
        at: "2026-11-22T08:00:00Z".to_owned(),
        took_ms: 1,
    }
}

/// A server whose orders the test takes.
async fn server(settings: Settings) -> (State, Server, mpsc::Receiver<ReloadOrder>) {
    let (orders, queue) = mpsc::channel(2);
    let state = State::starting(Locale::En, "default", &[]).with_orders(orders);
    state.replace(searcher_of("default", OLD));
    let server = Server::over(state.clone(), settings).await;
    (state, server, queue)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_replies_with_what_came_of_it() {
    let (_state, server, mut queue) = server(Settings::default()).await;
    for (came, status, code) in [
        (outcome("default", Outcome::Swapped, None), 200, None),
        (outcome("default", Outcome::Unchanged, None), 200, None),
        (
            outcome("default", Outcome::Failed, Some("there is no folder faq")),
            500,
            Some("reload_failed"),
        ),
    ] {
        let expected = came.clone();
        let (reply, _) = tokio::join!(server.post("/v1/admin/reload", ""), async {
            let order = queue.recv().await.expect("an order");
            assert!(order.is_for("default"));
            order.done(&[came]);
        });
        assert_eq!(reply.status, status, "{}", reply.text);
        match code {
            Some(code) => {
                assert_eq!(reply.code(), code);
                assert_eq!(
                    reply.json()["detail"],
                    "knowledge base “default”: there is no folder faq"
                );
            }
            None => {
                let told = serde_json::to_value(&expected).expect("JSON");
                assert_eq!(reply.json()["knowledge_bases"][0], told);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_reload_goes_on_after_its_request() {
    let settings = Settings {
        request_timeout: Duration::from_millis(700),
        ..Settings::default()
    };
    let (state, server, mut queue) = server(settings).await;
    state.begin("default");
    let reply = server.post("/v1/admin/reload", "").await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    assert_eq!(reply.json()["building"], true);
    let status = server.get("/v1/admin/status").await.json();
    assert_eq!(status["knowledge_bases"][0]["building"], true);
    queue.recv().await.expect("an order").done(&[]);
    state.end(outcome("default", Outcome::Swapped, None));
    let status = server.get("/v1/admin/status").await.json();
    assert_eq!(status["knowledge_bases"][0]["building"], false);
    assert_eq!(status["knowledge_bases"][0]["last"]["outcome"], "swapped");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_orders_than_can_wait_and_a_server_without_a_keeper_say_so() {
    let settings = Settings {
        request_timeout: Duration::from_millis(600),
        ..Settings::default()
    };
    let (_state, crowded, _queue) = server(settings).await;
    for status in [202, 202, 503] {
        let reply = crowded.post("/v1/admin/reload", "").await;
        assert_eq!(reply.status, status, "{}", reply.text);
    }
    let lonely = Server::start().await;
    let reply = lonely.post("/v1/admin/reload", "").await;
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (503, "reload_unavailable")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_operator_may_give_orders() {
    let with_key = Settings {
        admin_key: Some(Key::new("correct horse")),
        ..Settings::default()
    };
    let public = Settings {
        addr: ([0, 0, 0, 0], 8080).into(),
        ..Settings::default()
    };
    let bearer = |key: &str| vec![("authorization", format!("Bearer {key}"))];
    for (settings, headers, allowed) in [
        (with_key.clone(), bearer("correct horse"), true),
        (with_key.clone(), bearer("correct horsf"), false),
        (with_key.clone(), bearer(""), false),
        (with_key, vec![], false),
        (Settings::default(), vec![], true),
        (public, vec![], false),
        (
            Settings::default(),
            vec![("x-forwarded-for", "203.0.113.7".to_owned())],
            false,
        ),
        (
            Settings::default(),
            vec![("origin", "https://evil.example".to_owned())],
            false,
        ),
    ] {
        let (_state, server, _queue) = server(settings).await;
        let mut request = server.client.get(server.url("/v1/admin/status"));
        for (name, value) in &headers {
            request = request.header(*name, value);
        }
        let status = request.send().await.expect("a reply").status();
        let expected = if allowed { 200 } else { 403 };
        assert_eq!(status, expected, "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_under_load_loses_no_request_and_mixes_nothing() {
    let (state, server, _queue) = server(Settings::default()).await;
    let (old, new) = (searcher_of("default", OLD), searcher_of("default", NEW));
    let stop = Arc::new(AtomicBool::new(false));
    let mut clients = Vec::new();
    for client in 0..4 {
        let (stop, http) = (stop.clone(), server.client.clone());
        // Asked differently each time, so that most are not from the cache.
        let url = server.url(&format!(
            "/v1/search?limit={}&q=%E6%94%B6%E8%B4%B9%E5%90%97",
            client + 1
        ));
        let versions = [old.version().to_owned(), new.version().to_owned()];
        clients.push(tokio::spawn(async move {
            let mut seen = [0, 0];
            while !stop.load(Ordering::Relaxed) {
                let reply = http.get(&url).send().await.expect("a reply");
                assert_eq!(reply.status(), 200);
                let text = reply.text().await.expect("a body");
                let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                let at = versions
                    .iter()
                    .position(|version| *version == json["index_version"]);
                let at = at.expect("one of the two");
                let answer = ["旧答案", "新答案"];
                assert!(
                    text.contains(answer[at]) && !text.contains(answer[1 - at]),
                    "{text}"
                );
                seen[at] += 1;
            }
            seen
        }));
    }
    for round in 0..40 {
        state.replace(if round % 2 == 0 {
            new.clone()
        } else {
            old.clone()
        });
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        let seen = client.await.expect("no request was lost");
        assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_goes_with_its_index() {
    let (state, server, _queue) = server(Settings::default()).await;
    let ask = || server.get("/v1/ask?q=%E6%94%B6%E8%B4%B9%E5%90%97");
    let (first, again) = (ask().await.json(), ask().await.json());
    assert_ne!(first["query_id"], again["query_id"]);
    let without_name = |mut reply: serde_json::Value| {
        reply["query_id"] = "".into();
        reply["took_us"] = 0.into();
        reply
    };
    assert_eq!(without_name(first), without_name(again));
    state.replace(searcher_of("default", NEW));
    assert!(ask().await.text.contains("新答案"));
}
