//! Questions to the cluster: which candidates, how many entries hold a term, and the stored bytes of entries.

use std::borrow::Cow;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::index::knowledge::Knowledge;
use crate::index::opensearch::client::{Client, Request};
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::layout::{from_base64, name};
use crate::index::opensearch::refusal::{self, Reason};
use crate::index::{RetrievalTerm, Scope};

/// Asks a node for the copies of shards that it holds itself, where it does.
const LOCAL: &str = "_local";

/// Clauses that a cluster takes in one query unless it is set up otherwise, less some for the scope.
pub(super) const MAX_CLAUSES: usize = 1000;
/// How long to wait before a reply with errors of the passing kind in it is asked for once more.
const PAUSE: Duration = Duration::from_millis(100);

/// One search among several.
#[derive(Debug)]
pub(super) struct Search {
    /// Whether the rarity of terms is taken over all shards first.
    pub(super) dfs: bool,
    pub(super) body: Value,
}

/// How a term's clauses are weighed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Boosts {
    /// What the variants' score must be multiplied with to be what the embedded engine has.
    pub(super) variants: f32,
}

/// A term, and in how many entries it stands anywhere, where that is known.
pub(super) type Counted<'t> = (&'t RetrievalTerm, Option<u64>);

/// What one clause each is for: the fields in which a term may be found. What stands nowhere needs none, and what no
/// question says none for questions.
pub(super) fn clauses(term: &Counted<'_>, knowledge: &Knowledge, boosts: Boosts) -> Vec<Value> {
    let (term, count) = term;
    if *count == Some(0) {
        return Vec::new();
    }
    let clause = |field: &str, boost: f32| {
        let by = json!({"value": term.term, "boost": boost});
        json!({"term": {field: by}})
    };
    let mut clauses = Vec::with_capacity(3);
    if term.question_boost > 0.0 && knowledge.entries_asking(&term.term) > 0 {
        clauses.push(clause("question", term.question_boost));
        clauses.push(clause("variants", term.question_boost * boosts.variants));
    }
    if term.answer_boost > 0.0 {
        clauses.push(clause("all", term.answer_boost));
    }
    clauses
}

/// The best entries for any of the clauses in a scope, best first, ties in corpus order; only their keys.
pub(super) fn lexical(
    clauses: Vec<Value>,
    scope: &Scope,
    limit: usize,
    patience: Duration,
) -> Search {
    let category = scope.category.as_ref();
    let category = category.map(|category| json!({"term": {"category": name(category)}}));
    let tag = scope.tag.as_ref();
    let tag = tag.map(|tag| json!({"term": {"tag": name(tag)}}));
    let filter: Vec<Value> = category.into_iter().chain(tag).collect();
    Search {
        dfs: true,
        body: json!({
            "size": limit,
            "stored_fields": "_none_",
            "track_total_hits": false,
            "timeout": format!("{}ms", patience.as_millis()),
            "sort": ["_score", {"key": "asc"}],
            "query": {"bool": {"filter": filter, "should": clauses, "minimum_should_match": 1}},
        }),
    }
}

/// In how many entries a term stands anywhere.
pub(super) fn counting(term: &str) -> Search {
    Search {
        dfs: false,
        body: json!({
            "size": 0,
            "track_total_hits": true,
            "query": {"term": {"all": term}},
        }),
    }
}

/// The first entry with this id.
pub(super) fn by_id(id: &str) -> Search {
    Search {
        dfs: false,
        body: json!({
            "size": 1,
            "stored_fields": "_none_",
            "track_total_hits": false,
            "sort": ["_score", {"key": "asc"}],
            "query": {"constant_score": {"filter": {"term": {"id": name(id)}}}},
        }),
    }
}

/// Anything at all: answered only if all shards are there.
pub(super) fn anything() -> Search {
    Search {
        dfs: false,
        body: json!({"size": 0, "track_total_hits": false, "query": {"match_all": {}}}),
    }
}

/// What one search found.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Found {
    #[serde(default)]
    pub(super) hits: Hits,
    #[serde(default)]
    timed_out: bool,
    #[serde(default)]
    status: u16,
    error: Option<Reason>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Hits {
    /// Score and key of each.
    #[serde(default)]
    pub(super) hits: Vec<Hit>,
    #[serde(default)]
    pub(super) total: Total,
}

#[derive(Debug, Deserialize)]
pub(super) struct Hit {
    pub(super) sort: (f32, u64),
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Total {
    pub(super) value: u64,
}

/// Asks all at once. `None` if the index is gone.
pub(super) async fn all(
    client: &Client,
    index: &str,
    searches: &[Search],
) -> Result<Option<Vec<Found>>, ClusterError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default)]
        responses: Vec<Found>,
    }
    let lines = |preference: Option<&str>| {
        let mut lines = Vec::new();
        for search in searches {
            let kind = match search.dfs {
                true => "dfs_query_then_fetch",
                false => "query_then_fetch",
            };
            // A shard that is missing is an error: half of the candidates would be another answer.
            let mut header = json!({
                "index": index,
                "search_type": kind,
                "allow_partial_search_results": false,
            });
            if let Some(preference) = preference {
                header["preference"] = preference.into();
            }
            for line in [&header, &search.body] {
                lines.extend(line.to_string().bytes());
                lines.push(b'\n');
            }
        }
        lines
    };
    let path = "_msearch?filter_path=responses.hits.hits.sort,responses.hits.total.value,\
                responses.timed_out,responses.status,responses.error";
    let mut again = true;
    loop {
        let answer = client
            .read(
                Request::post(path)
                    .lines(lines(None))
                    .or_nearby(Request::post(path).lines(lines(Some(LOCAL)))),
            )
            .await?;
        let reply: Reply = answer.read()?;
        let error = reply.responses.iter().find_map(|found| {
            let at = client.shown();
            match &found.error {
                Some(reason) => Some(refusal::of_part(&at, found.status, reason)),
                None if found.timed_out => Some(ClusterError::Timeout {
                    at,
                    seconds: client.settings().timeout.as_secs_f64().to_string(),
                }),
                None => None,
            }
        });
        match error {
            None if reply.responses.len() == searches.len() => return Ok(Some(reply.responses)),
            None => {
                return Err(ClusterError::Reply {
                    at: client.shown(),
                    reason: "it answered fewer searches than were asked".to_owned(),
                });
            }
            Some(ClusterError::Refused { status: 404, .. }) => return Ok(None),
            Some(error) if error.is_passing() && again => {
                again = false;
                tokio::time::sleep(PAUSE).await;
            }
            Some(error) => return Err(error),
        }
    }
}

/// Fields of entries as they were stored, in the order asked for; an entry's is `None` if it is not there, and a
/// field's if it has none. `None` if the index is gone.
pub(super) async fn stored<const N: usize>(
    client: &Client,
    index: &str,
    keys: &[u64],
    fields: [&str; N],
) -> Result<Option<Vec<Option<[Option<Vec<u8>>; N]>>>, ClusterError> {
    #[derive(Deserialize)]
    struct Reply<'a> {
        #[serde(borrow, default)]
        docs: Vec<Document<'a>>,
    }
    #[derive(Deserialize)]
    struct Document<'a> {
        #[serde(default)]
        found: bool,
        #[serde(borrow, default)]
        fields: std::collections::HashMap<Cow<'a, str>, Vec<Cow<'a, str>>>,
        error: Option<Reason>,
    }
    let ids: Vec<String> = keys.iter().map(u64::to_string).collect();
    let path = format!(
        "{index}/_mget?realtime=false&stored_fields={}&filter_path=docs.found,docs.fields,docs.error,error",
        fields.join(",")
    );
    let mut again = true;
    loop {
        let ask = |path: String| Request::post(path).json(&json!({"ids": ids}));
        let request = ask(path.clone()).or_nearby(ask(format!("{path}&preference={LOCAL}")));
        let answer = client.read(request).await?;
        if answer.is_missing() {
            return Ok(None);
        }
        let reply: Reply<'_> = answer.read()?;
        let error = reply.docs.iter().find_map(|document| {
            let reason = document.error.as_ref()?;
            let status = if reason.is_missing_index() { 404 } else { 503 };
            Some(refusal::of_part(&client.shown(), status, reason))
        });
        match error {
            None if reply.docs.len() != keys.len() => {
                return Err(ClusterError::Reply {
                    at: client.shown(),
                    reason: "it answered for fewer documents than were asked for".to_owned(),
                });
            }
            None => {
                let documents = reply.docs.iter().map(|document| {
                    let bytes = |field: &str| {
                        let values = document.fields.get(field)?;
                        from_base64(values.first()?)
                    };
                    document.found.then(|| fields.map(bytes))
                });
                return Ok(Some(documents.collect()));
            }
            Some(ClusterError::Refused { status: 404, .. }) => return Ok(None),
            Some(_) if again => {
                again = false;
                tokio::time::sleep(PAUSE).await;
            }
            Some(error) => return Err(error),
        }
    }
}

/// What a score must be multiplied with: how the embedded engine scores repeated terms of variants, over what this
/// index was given. Lucene before 10 multiplies each field's scores with one more than its number, too.
pub(super) fn variants_boost(wanted: f32, given: f32, usual: f32, multiplies: bool) -> f32 {
    let share = (1.0 + given) / (1.0 + wanted);
    match multiplies {
        true => share * (1.0 + usual) / (1.0 + given),
        false => share,
    }
}

/// Whether the server multiplies each field's scores with one more than its saturation number: all before
/// OpenSearch 3 do.
pub(super) async fn multiplies(client: &Client) -> Result<bool, ClusterError> {
    #[derive(Deserialize)]
    struct Server {
        version: Version,
    }
    #[derive(Deserialize)]
    struct Version {
        number: String,
        distribution: Option<String>,
    }
    let server: Server = client.read(Request::get("")).await?.read()?;
    let major = server.version.number.split('.').next();
    let major: Option<u32> = major.and_then(|major| major.parse().ok());
    let is_opensearch = server.version.distribution.as_deref() == Some("opensearch");
    Ok(!(is_opensearch && major.is_some_and(|major| major >= 3)))
}
