//! Several knowledge bases in one server: each answers by its name, and the first where none is given.

use std::fs;
use std::sync::Arc;

use jida::corpus::Corpus;
use jida::index::Index;
use jida::locale::Locale;
use jida::search::{Searcher, Settings as SearchSettings};
use jida::semantic::Language;
use jida::serve::{Settings, State};

use super::server::Server;

/// A searcher over one small file.
pub(super) fn searcher_of(kb: &str, markdown: &str) -> Arc<Searcher> {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = folder.path().join("corpus");
    fs::create_dir(&corpus).expect("a folder");
    fs::write(corpus.join("faq.md"), markdown).expect("a file");
    let corpus = Corpus::open(&corpus, Default::default()).expect("a corpus");
    let index = folder.path().join("index");
    let language = Language::lexical();
    jida::index::build(&corpus, &index, &language, &mut |_| {}).expect("the index builds");
    let index = Index::open(&index, &language).expect("the index opens");
    let settings = SearchSettings {
        kb: kb.to_owned(),
        ..Default::default()
    };
    Arc::new(Searcher::new(index, language, settings))
}

pub(super) const SHOP: &str =
    "### 怎么退货？ {#return}\n七天内可以退货。\n\n### 多久发货？\n当天发货。\n";
pub(super) const CLINIC: &str =
    "### 怎么挂号？ {#register}\n在小程序里挂号。\n\n### 几点开门？\n八点。\n";

async fn two() -> (State, Server) {
    let state = State::starting(Locale::Zh, "shop", &["clinic".to_owned()]);
    let server = Server::over(state.clone(), Settings::default()).await;
    (state, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answers_by_its_name_and_the_first_where_none_is_given() {
    let (state, server) = two().await;
    state.replace(searcher_of("shop", SHOP));
    state.replace(searcher_of("clinic", CLINIC));
    for (path, status, found) in [
        (
            "/v1/ask?q=%E6%80%8E%E4%B9%88%E9%80%80%E8%B4%A7",
            200,
            "七天内可以退货",
        ),
        (
            "/v1/ask?kb=shop&q=%E6%80%8E%E4%B9%88%E9%80%80%E8%B4%A7",
            200,
            "七天内可以退货",
        ),
        (
            "/v1/ask?kb=clinic&q=%E6%80%8E%E4%B9%88%E6%8C%82%E5%8F%B7",
            200,
            "在小程序里挂号",
        ),
        ("/v1/entries/return", 200, "七天内可以退货"),
        ("/v1/entries/return?kb=clinic", 404, "unknown_entry"),
        ("/v1/entries/register?kb=clinic", 200, "在小程序里挂号"),
        ("/v1/entries?kb=bank", 404, "unknown_kb"),
        ("/entries/register?kb=clinic", 200, "在小程序里挂号"),
    ] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text);
        assert!(reply.text.contains(found), "{path}: {}", reply.text);
    }
    let unknown = server.get("/v1/entries?kb=bank").await.json();
    let hint = unknown["hint"].as_str().expect("a hint");
    assert!(hint.contains("shop") && hint.contains("clinic"), "{hint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_stay_with_their_knowledge_base() {
    let (state, server) = two().await;
    state.replace(searcher_of("shop", SHOP));
    state.replace(searcher_of("clinic", CLINIC));
    let list = server.get("/entries?kb=clinic").await.text;
    assert!(list.contains("/entries/register?kb=clinic"), "{list}");
    assert!(list.contains("name=\"kb\" value=\"clinic\""), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_not_ready_keeps_no_other_from_answering() {
    let (state, server) = two().await;
    state.replace(searcher_of("clinic", CLINIC));
    assert_eq!(server.get("/v1/entries?kb=clinic").await.status, 200);
    let shop = server.get("/v1/entries").await;
    assert_eq!((shop.status, shop.code().as_str()), (503, "not_ready"));
    assert_eq!(server.get("/readyz").await.status, 503);
    state.replace(searcher_of("shop", SHOP));
    let ready = server.get("/readyz").await.json();
    assert_eq!(ready["kb"], "shop");
    assert_eq!(ready["knowledge_bases"][1]["kb"], "clinic");
    assert_eq!(ready["knowledge_bases"][1]["entries"], 2);
}
