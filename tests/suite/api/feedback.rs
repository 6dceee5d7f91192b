//! `POST /v1/feedback`: what is kept of votes and questions, and what never is.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use jida::search::{Searcher, Settings as SearchSettings};
use jida::serve::{Settings, State};
use jida::store::{self, FeedbackRecord, Store, StoreError};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::server::{KNOWN_QUESTION, Reply, Server, UNKNOWN_QUESTION, searcher};

/// Words that stand in no entry and no code.
const SECRET: &str = "紫色长颈鹿";

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn logging() -> store::Settings {
    store::Settings {
        log_questions: true,
        ..store::Settings::default()
    }
}

async fn vote(server: &Server, vote: Value) -> Reply {
    server.post("/v1/feedback", vote.to_string()).await
}

async fn query_id(server: &Server, path: &str, question: &str) -> String {
    let reply = server.query(path, &[("q", question)]).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let id = &reply.json()["query_id"];
    id.as_str().expect("a query_id").to_owned()
}

fn exported(folder: &Path) -> Vec<FeedbackRecord> {
    let mut records = Vec::new();
    store::export(folder, &Default::default(), |record| {
        records.push(record);
        Ok::<(), StoreError>(())
    })
    .expect("an export");
    records
}

/// Everything that lies in the folder, byte by byte.
fn bytes(folder: &Path) -> Vec<u8> {
    let files = fs::read_dir(folder).expect("a folder").flatten();
    let read = files.flat_map(|file| fs::read(file.path()).expect("a file"));
    read.collect()
}

fn holds(folder: &Path, text: &str) -> bool {
    let text = text.as_bytes();
    bytes(folder).windows(text.len()).any(|part| part == text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_is_kept_and_a_later_one_takes_its_place() {
    let data = folder();
    let server = Server::keeping(data.path(), &store::Settings::default()).await;
    let id = query_id(&server, "/v1/ask", KNOWN_QUESTION).await;
    let other = query_id(&server, "/v1/search", KNOWN_QUESTION).await;
    let up = vote(&server, json!({"query_id": id, "value": "up"})).await;
    assert_eq!((up.status, up.text.as_str()), (204, ""));
    let other_vote = json!({"query_id": other, "value": "up", "entry_id": "个人-备案_1"});
    assert_eq!(vote(&server, other_vote).await.status, 204);
    let changed = json!({"query_id": id.to_uppercase(), "entry_id": "abc", "value": "down",
        "reason": "  电话\n过时了 "});
    assert_eq!(vote(&server, changed).await.status, 204);

    let kept = exported(data.path());
    assert_eq!(kept.len(), 2, "one vote for each reply: {kept:?}");
    let first = &kept[0];
    assert_eq!(first.query_id, id);
    assert_eq!(first.entry_id.as_deref(), Some("abc"));
    assert_eq!(first.value, "down");
    assert_eq!(first.reason.as_deref(), Some("电话 过时了"));
    assert_eq!(first.asked, None);
    assert_eq!(kept[1].entry_id.as_deref(), Some("个人-备案_1"));
    assert_eq!((kept[1].value.as_str(), &kept[1].reason), ("up", &None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_vote_is_refused() {
    let data = folder();
    let server = Server::keeping(data.path(), &store::Settings::default()).await;
    let id = "0123456789abcdef0123456789abcdef";
    let full = "很".repeat(500);
    for (body, status, code) in [
        (json!({"query_id": id, "value": "up"}), 204, ""),
        (
            json!({"query_id": id, "value": "up", "reason": full}),
            204,
            "",
        ),
        (
            json!({"query_id": id, "value": "up", "kb": "default"}),
            204,
            "",
        ),
        (
            json!({"query_id": id, "value": "up", "reason": null, "entry_id": ""}),
            204,
            "",
        ),
        (json!({"query_id": id}), 400, "invalid_body"),
        (json!({"value": "up"}), 400, "invalid_body"),
        (
            json!({"query_id": id, "value": "good"}),
            400,
            "invalid_body",
        ),
        (
            json!({"query_id": id, "value": "up", "user": "x"}),
            400,
            "invalid_body",
        ),
        (
            json!({"query_id": "", "value": "up"}),
            400,
            "invalid_parameter",
        ),
        (
            json!({"query_id": &id[1..], "value": "up"}),
            400,
            "invalid_parameter",
        ),
        (
            json!({"query_id": id.replace('0', "g"), "value": "up"}),
            400,
            "invalid_parameter",
        ),
        (
            json!({"query_id": id, "value": "up", "entry_id": "a long story"}),
            400,
            "invalid_parameter",
        ),
        (
            json!({"query_id": id, "value": "up", "entry_id": "a".repeat(129)}),
            400,
            "invalid_parameter",
        ),
        (
            json!({"query_id": id, "value": "up", "reason": "很".repeat(501)}),
            400,
            "invalid_parameter",
        ),
        (
            json!({"query_id": id, "value": "up", "kb": "x"}),
            404,
            "unknown_kb",
        ),
    ] {
        let reply = vote(&server, body.clone()).await;
        assert_eq!(reply.status, status, "{body}: {}", reply.text);
        if status != 204 {
            assert_eq!(reply.code(), code, "{body}");
        }
    }
    let wrong = server
        .send(server.client.get(server.url("/v1/feedback")))
        .await;
    assert_eq!((wrong.status, wrong.header("allow")), (405, "POST"));
    let request = server.client.post(server.url("/v1/feedback")).body("{}");
    assert_eq!(server.send(request).await.status, 415);

    let request = server
        .client
        .post(server.url("/v1/feedback"))
        .header("accept-language", "en")
        .header("content-type", "application/json")
        .body(json!({"query_id": "42", "value": "up"}).to_string());
    insta::assert_json_snapshot!(server.send(request).await.json(), @r#"
    {
      "code": "invalid_parameter",
      "detail": "`query_id` must be a reply's query_id, 32 hexadecimal digits, not \"42\"",
      "status": 400,
      "title": "Invalid parameter",
      "type": "urn:jida:problem:invalid_parameter"
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_store_answers_and_says_so_to_votes_only() {
    let server = Server::start().await;
    let id = query_id(&server, "/v1/ask", KNOWN_QUESTION).await;
    let reply = vote(&server, json!({"query_id": id, "value": "up"})).await;
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (503, "feedback_unavailable")
    );
    // A mistake is told as such all the same.
    let reply = vote(&server, json!({"query_id": "x", "value": "up"})).await;
    assert_eq!(reply.code(), "invalid_parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_are_taken_while_the_index_is_not_ready() {
    let data = folder();
    let store = Store::open(data.path(), &store::Settings::default()).expect("a store");
    let state = State::starting(Default::default(), "default", &[]).with_store(Arc::new(store));
    let server = Server::over(state, Settings::default()).await;
    let id = "0123456789abcdef0123456789abcdef";
    assert_eq!(
        vote(&server, json!({"query_id": id, "value": "up"}))
            .await
            .status,
        204
    );
    let of = |kb: &str| json!({"query_id": id, "value": "up", "kb": kb});
    assert_eq!(vote(&server, of("default")).await.status, 204);
    assert_eq!(vote(&server, of("other")).await.code(), "unknown_kb");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_leaves_no_trace_unless_the_owner_asked_for_it() {
    let data = folder();
    let server = Server::keeping(data.path(), &store::Settings::default()).await;
    for path in ["/v1/ask", "/v1/search", "/v1/suggest", "/v1/explain", "/"] {
        server.query(path, &[("q", SECRET)]).await;
    }
    let id = query_id(&server, "/v1/ask", SECRET).await;
    let posted = json!({"q": SECRET, "context": {"previous_question": SECRET}});
    server.post("/v1/ask", posted.to_string()).await;
    assert_eq!(
        vote(&server, json!({"query_id": id, "value": "down"}))
            .await
            .status,
        204
    );
    assert!(holds(data.path(), &id), "the vote is in the file");
    assert!(!holds(data.path(), SECRET), "the question is not");
    assert_eq!(exported(data.path())[0].asked, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_questions_are_kept_a_vote_comes_with_its_question() {
    let data = folder();
    let server = Server::keeping(data.path(), &logging()).await;
    let asked = server
        .query("/v1/ask", &[("q", KNOWN_QUESTION)])
        .await
        .json();
    let with_phone = format!("{UNKNOWN_QUESTION}，电话13812345678，zhang@example.com");
    let declined = server.query("/v1/ask", &[("q", &with_phone)]).await.json();
    let listed = query_id(&server, "/v1/search", KNOWN_QUESTION).await;
    let second = server
        .query("/v1/search", &[("q", KNOWN_QUESTION), ("offset", "3")])
        .await
        .json();
    let followed =
        json!({"q": "那企业呢？", "context": {"previous_question": "个人备案需要什么材料"}});
    let followed = server.post("/v1/ask", followed.to_string()).await.json();
    for id in [
        &asked["query_id"],
        &declined["query_id"],
        &json!(listed),
        &second["query_id"],
        &followed["query_id"],
    ] {
        assert_eq!(
            vote(&server, json!({"query_id": id, "value": "up"}))
                .await
                .status,
            204
        );
    }

    let kept: Vec<_> = exported(data.path())
        .into_iter()
        .map(|vote| vote.asked)
        .collect();
    let [answered, personal, list, next_page, follow_up] = kept.as_slice() else {
        panic!("five votes: {kept:?}");
    };
    let answered = answered.as_ref().expect("the question is kept");
    assert_eq!(answered.question, KNOWN_QUESTION);
    assert_eq!(answered.decision.as_deref(), Some("answered"));
    assert_eq!(json!(answered.entry_id), asked["answer"]["id"]);
    assert_eq!(json!(answered.confidence), asked["answer"]["confidence"]);
    let personal = personal.as_ref().expect("the question is kept");
    assert_eq!(
        personal.question,
        format!("{UNKNOWN_QUESTION}，电话[phone]，[email]")
    );
    assert_eq!(json!(personal.decision), declined["decision"]);
    let list = list.as_ref().expect("the question is kept");
    assert_eq!(
        (&list.question, &list.decision),
        (&KNOWN_QUESTION.to_owned(), &None)
    );
    assert_eq!(list.entry_id, answered.entry_id);
    assert_eq!(*next_page, None, "further pages are the same question");
    let follow_up = follow_up.as_ref().expect("the question is kept");
    assert_eq!(follow_up.question, "那企业呢？");
    assert_eq!(json!(follow_up.interpreted), followed["interpreted"]);
    assert!(
        !holds(data.path(), "13812345678"),
        "nor is it anywhere in the file"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_page_counts_as_asking() {
    let data = folder();
    let server = Server::keeping(data.path(), &logging()).await;
    assert_eq!(server.query("/", &[("q", SECRET)]).await.status, 200);
    assert_eq!(
        server
            .query("/", &[("q", SECRET), ("page", "2")])
            .await
            .status,
        200
    );
    // A vote is written after what was asked before it.
    let id = "0123456789abcdef0123456789abcdef";
    assert_eq!(
        vote(&server, json!({"query_id": id, "value": "up"}))
            .await
            .status,
        204
    );
    let all = bytes(data.path());
    let found = all
        .windows(SECRET.len())
        .filter(|part| *part == SECRET.as_bytes());
    assert_eq!(found.count(), 1, "one row, in the log or in the table");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_database_keep_every_vote() {
    let data = folder();
    let few = store::Settings::default();
    let servers = [
        Server::keeping(data.path(), &few).await,
        Server::keeping(data.path(), &few).await,
    ];
    let servers = Arc::new(servers);
    let mut votes = tokio::task::JoinSet::new();
    for number in 0..64_u32 {
        let servers = servers.clone();
        votes.spawn(async move {
            let body = json!({"query_id": format!("{number:032x}"), "value": "up"});
            vote(&servers[number as usize % 2], body).await.status
        });
    }
    assert_eq!(votes.join_all().await, [204; 64]);
    assert_eq!(exported(data.path()).len(), 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_does_not_wait_for_the_disk() {
    let data = folder();
    let server = Server::keeping(data.path(), &logging()).await;
    let blocker = rusqlite::Connection::open(data.path().join("jida.sqlite3"));
    let blocker = blocker.expect("the database opens");
    blocker
        .execute_batch("BEGIN IMMEDIATE")
        .expect("nobody else is writing");
    let began = std::time::Instant::now();
    for _ in 0..20 {
        query_id(&server, "/v1/ask", KNOWN_QUESTION).await;
    }
    // The writer waits three seconds for its turn.
    assert!(began.elapsed().as_millis() < 2500, "{:?}", began.elapsed());
    let id = "0123456789abcdef0123456789abcdef";
    let reply = vote(&server, json!({"query_id": id, "value": "up"})).await;
    assert_eq!(reply.code(), "feedback_unavailable");
    blocker.execute_batch("COMMIT").expect("the end");
    assert_eq!(
        vote(&server, json!({"query_id": id, "value": "up"}))
            .await
            .status,
        204
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shared_searcher_is_what_the_settings_say() {
    // The tests above rely on it.
    let searcher: Arc<Searcher> = searcher();
    assert_eq!(searcher.settings(), &SearchSettings::default());
}
