//! `/v1/entries`, `/v1/entries/{id}`, `/v1/entries/{id}/related`

use super::server::{KNOWN_QUESTION, Server};

/// The id of an entry of the corpus.
async fn an_id(server: &Server) -> String {
    let reply = server.query("/v1/search", &[("q", KNOWN_QUESTION)]).await;
    let id = &reply.json()["hits"][0]["id"];
    id.as_str().expect("an id").to_owned()
}

/// A path with the id as one segment.
fn path(id: &str) -> String {
    let encoded: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/v1/entries/{encoded}")
}

#[tokio::test(flavor = "multi_thread")]
async fn all_entries_are_listed_in_corpus_order() {
    let server = Server::start().await;
    let body = server.get("/v1/entries?limit=100").await.json();
    let entries = body["entries"].as_array().expect("entries");
    assert_eq!(body["total"], entries.len());
    let lines: Vec<(String, u64)> = entries
        .iter()
        .map(|entry| {
            let source = &entry["source"];
            let file = source["file"].as_str().expect("a file").to_owned();
            (file, source["line"].as_u64().expect("a line"))
        })
        .collect();
    assert!(lines.is_sorted(), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_read_by_its_id() {
    let server = Server::start().await;
    let id = an_id(&server).await;
    let reply = server.get(&path(&id)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.json()["id"], id);
    assert_eq!(reply.json()["question"], KNOWN_QUESTION);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_not_related_to_itself() {
    let server = Server::start().await;
    let id = an_id(&server).await;
    let reply = server.get(&format!("{}/related?limit=3", path(&id))).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let body = reply.json();
    let related = body["related"].as_array().expect("a list");
    assert!(related.len() <= 3);
    assert!(related.iter().all(|entry| entry["id"] != id), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_id_is_404() {
    let server = Server::start().await;
    for path in [
        "/v1/entries/no-such-entry",
        "/v1/entries/no-such-entry/related",
        "/v1/entries/%00",
        "/v1/entries/..%2F..%2Fetc%2Fpasswd",
    ] {
        let reply = server.get(path).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (404, "unknown_entry"),
            "{path}"
        );
    }
}
