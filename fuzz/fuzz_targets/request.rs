//! Any bytes as a request: the server answers each, never with a failure of its own.
#![no_main]

use std::fs;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Uri};
use http_body_util::BodyExt;
use jida::corpus::Corpus;
use jida::index::Index;
use jida::search::Searcher;
use jida::semantic::Language;
use jida::serve::{Settings, State};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::Runtime;
use tower::ServiceExt;

static SERVER: LazyLock<(Runtime, Router)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let faq = "### 备案授权码怎么申请？\n在控制台申请。\n\n### 要多久？ {#long}\n- 二十天\n- 一个月\n";
    fs::write(folder.path().join("faq.md"), faq).expect("a file");
    let corpus = Corpus::open(folder.path(), Default::default()).expect("a corpus");
    let language = Language::lexical();
    let index = folder.path().join("index");
    jida::index::build(&corpus, &index, &language, &mut |_| {}).expect("an index");
    let index = Index::open(&index, &language).expect("an index");
    let searcher = Searcher::new(index, language, Default::default());
    let runtime = Runtime::new().expect("a runtime");
    let router = jida::serve::router(State::new(Arc::new(searcher)), Settings::default());
    (runtime, router)
});

const POSTED: [&str; 3] = ["/v1/ask", "/v1/explain", "/v1/feedback"];

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, bytes) = input;
    let request = match choice % 4 {
        0..3 => Request::post(POSTED[usize::from(choice % 4)])
            .header("content-type", "application/json")
            .body(Body::from(bytes.to_vec())),
        _ => {
            let Ok(uri) = Uri::try_from(bytes) else { return };
            Request::get(uri).body(Body::empty())
        }
    };
    let Ok(request) = request else { return };
    let (runtime, router) = &*SERVER;
    runtime.block_on(async {
        let Ok(reply) = router.clone().oneshot(request).await;
        let status = reply.status().as_u16();
        // A server without a store says 503 to votes, and one without a keeper to reloads.
        assert!(matches!(status, 200 | 204 | 303..=304 | 400..=499 | 503), "{status}");
        reply.into_body().collect().await.expect("a whole body");
    });
});
