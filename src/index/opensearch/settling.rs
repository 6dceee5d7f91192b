//! A filled index becomes one that can be searched.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::index::opensearch::client::{Answer, Client, Request};
use crate::index::opensearch::error::ClusterError;

/// How long a shard may take to be there again.
const SECONDS: u64 = 60;

/// Scores repeated terms of variants by `wanted`, which is known only when all are in, instead of `now`; returns what
/// they are scored by. The index has to be closed for that. Where that is forbidden, they stay as they are.
pub(super) async fn score_variants(
    client: &Client,
    index: &str,
    now: f32,
    wanted: f32,
) -> Result<f32, ClusterError> {
    if (wanted - now).abs() < 1e-6 {
        return Ok(now);
    }
    let close = Request::post(format!("{index}/_close?wait_for_active_shards=0"));
    match client.write(close).await {
        Ok(answer) if !answer.is_missing() => {}
        Ok(answer) => return Err(answer.refused()),
        Err(ClusterError::Forbidden { .. } | ClusterError::Refused { .. }) => {
            tracing::info!(
                index,
                "the cluster closes no index: variants are scored by the number from before"
            );
            return Ok(now);
        }
        Err(error) => return Err(error),
    }
    let settings =
        json!({"index": {"similarity": {"variants": {"type": "BM25", "k1": wanted, "b": 0.0}}}});
    let set = Request::put(format!("{index}/_settings")).json(&settings);
    let outcome = client.write(set).await;
    let open = Request::post(format!("{index}/_open?wait_for_active_shards=1"));
    client.write(open).await?;
    wait_for(client, index, "yellow", SECONDS).await?;
    match outcome {
        Ok(_) => Ok(wanted),
        Err(ClusterError::Forbidden { .. } | ClusterError::Refused { .. }) => Ok(now),
        Err(error) => Err(error),
    }
}

/// Makes all entries visible, and counts them.
///
/// # Errors
/// [`ClusterError::Red`] if some are missing.
pub(super) async fn make_visible(
    client: &Client,
    index: &str,
    entries: u64,
) -> Result<(), ClusterError> {
    client
        .write(Request::post(format!("{index}/_refresh")))
        .await?;
    let found = count(client, index).await?;
    if found == entries {
        return Ok(());
    }
    Err(ClusterError::Red {
        at: client.shown(),
        reason: format!("{index} holds {found} of {entries} entries"),
    })
}

/// How many entries an index holds.
pub(super) async fn count(client: &Client, index: &str) -> Result<u64, ClusterError> {
    #[derive(Deserialize)]
    struct Count {
        count: u64,
    }
    let answer = client.read(Request::get(format!("{index}/_count"))).await?;
    if answer.is_missing() {
        return Err(answer.refused());
    }
    answer.read().map(|Count { count }| count)
}

/// How many documents of an index were removed or replaced and still count in its statistics.
pub(super) async fn deleted(client: &Client, index: &str) -> Result<u64, ClusterError> {
    let path = format!("{index}/_stats/docs?filter_path=_all.primaries.docs.deleted");
    let answer = client.read(Request::get(path)).await?;
    number(&answer, "/_all/primaries/docs/deleted")
}

/// Into how many shards an index is divided.
pub(super) async fn shards(client: &Client, index: &str) -> Result<u32, ClusterError> {
    let path = format!("{index}/_settings/index.number_of_shards?flat_settings=true");
    let answer = client.read(Request::get(path)).await?;
    let place = format!("/{index}/settings/index.number_of_shards");
    number(&answer, &place).map(|shards| u32::try_from(shards).unwrap_or(u32::MAX))
}

/// A number in a reply, which settings have in quotes.
fn number(answer: &Answer, place: &str) -> Result<u64, ClusterError> {
    if answer.is_missing() {
        return Err(answer.refused());
    }
    let found: Value = answer.read()?;
    let found = found.pointer(place).unwrap_or(&Value::Null);
    let quoted = found.as_str().and_then(|text| text.parse().ok());
    found.as_u64().or(quoted).ok_or_else(|| answer.unfit(place))
}

/// Gives an index its copies, and lets nobody write to it any more. Whether all are there after a while; they come later otherwise, and until then the
/// loss of a node may cost a shard.
pub(super) async fn copy(client: &Client, indexes: &[&str]) -> Result<bool, ClusterError> {
    let replicas = client.settings().replicas;
    for index in indexes {
        let settings = json!({"index": {"number_of_replicas": replicas, "blocks.write": true}});
        let set = Request::put(format!("{index}/_settings")).json(&settings);
        client.write(set).await?;
    }
    if replicas == 0 {
        return Ok(true);
    }
    let seconds = client.settings().write_timeout.as_secs().min(SECONDS);
    wait_for(client, &indexes.join(","), "green", seconds).await
}

/// Waits until indexes are in this state; whether they are.
async fn wait_for(
    client: &Client,
    indexes: &str,
    state: &str,
    seconds: u64,
) -> Result<bool, ClusterError> {
    #[derive(Deserialize)]
    struct Health {
        timed_out: bool,
    }
    let path = format!("_cluster/health/{indexes}?wait_for_status={state}&timeout={seconds}s");
    let request = Request::get(path).within(Duration::from_secs(seconds + 5));
    // It answers 408 if the time is over.
    match client.write(request).await {
        Ok(answer) => answer.read().map(|health: Health| !health.timed_out),
        Err(ClusterError::Refused { status: 408, .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
