//! A filled index becomes one that can be searched.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::index::opensearch::client::{Client, Request};
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::layout::K1;

/// How long a shard may take to be there again.
const SECONDS: u64 = 60;

/// Scores repeated terms of variants by `wanted`, which is known only when all are in; returns what they are scored
/// by. The index has to be closed for that. Where that is forbidden, they stay as they are.
pub(super) async fn score_variants(
    client: &Client,
    index: &str,
    wanted: f32,
) -> Result<f32, ClusterError> {
    if (wanted - K1).abs() < 1e-6 {
        return Ok(K1);
    }
    let close = Request::post(format!("{index}/_close?wait_for_active_shards=0"));
    match client.write(close).await {
        Ok(answer) if !answer.is_missing() => {}
        Ok(answer) => return Err(answer.refused()),
        Err(ClusterError::Forbidden { .. } | ClusterError::Refused { .. }) => {
            tracing::info!(
                index,
                "the cluster closes no index: variants are scored by the usual number"
            );
            return Ok(K1);
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
        Err(ClusterError::Forbidden { .. } | ClusterError::Refused { .. }) => Ok(K1),
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

/// Gives an index its copies. Whether all are there after a while; they come later otherwise, and until then the
/// loss of a node may cost a shard.
pub(super) async fn copy(client: &Client, indexes: &[&str]) -> Result<bool, ClusterError> {
    let replicas = client.settings().replicas;
    for index in indexes {
        let settings = json!({"index": {"number_of_replicas": replicas}});
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
