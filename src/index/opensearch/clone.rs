//! An index that begins with the documents of another, which the nodes link on their disks instead of copying them; only
//! what differs is then sent.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::index::opensearch::client::{Client, Request};
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::layout::{self, Meta};
use crate::index::opensearch::settling;

/// How long the shards of a clone may take to be there.
const SECONDS: u64 = 60;
/// So often what was removed is merged away; once is enough unless the cluster is at something else.
const ATTEMPTS: u32 = 20;
/// How long to wait before the next time.
const PAUSE: Duration = Duration::from_secs(1);
/// How long one time may take: segments of some gigabytes are written anew.
const MERGE_WITHIN: Duration = Duration::from_secs(1800);

/// Makes the index of a generation of `from`, that of another; `false` if there is one of this name. What is there says
/// at first that it is `from`; see [`Meta::index`].
///
/// # Errors
/// [`ClusterError`]; there may be half of it.
pub(super) async fn make(client: &Client, from: &str, meta: &Meta) -> Result<bool, ClusterError> {
    let (found, wanted) = (
        settling::shards(client, from).await?,
        client.settings().shards,
    );
    if found != wanted {
        let reason = format!("{from} has {found} shards instead of {wanted}");
        return Err(refused(client, reason));
    }
    match made(client, from, &meta.index).await {
        Err(error) if error.is_taken() => return Ok(false),
        made => made?,
    }
    let named = json!({"_meta": {"jida": meta}});
    let mapping = Request::put(format!("{}/_mapping", meta.index)).json(&named);
    client.write(mapping).await?;
    Ok(true)
}

/// Makes the index of its knowledge, too.
pub(super) async fn make_knowledge(
    client: &Client,
    from: &str,
    index: &str,
) -> Result<(), ClusterError> {
    let [from, index] = [from, index].map(layout::knowledge_name);
    made(client, &from, &index).await
}

async fn made(client: &Client, from: &str, index: &str) -> Result<(), ClusterError> {
    #[derive(Deserialize)]
    struct Made {
        shards_acknowledged: bool,
    }
    let path = format!("{from}/_clone/{index}?wait_for_active_shards=1&timeout={SECONDS}s");
    let request = Request::put(path)
        .json(&layout::clone_of(index))
        .within(Duration::from_secs(2 * SECONDS));
    let answer = client.write(request).await?;
    if answer.is_missing() {
        return Err(answer.refused());
    }
    let made: Made = answer.read()?;
    match made.shards_acknowledged {
        true => Ok(()),
        false => Err(refused(
            client,
            format!("no node takes the shards of {index}"),
        )),
    }
}

fn refused(client: &Client, reason: String) -> ClusterError {
    ClusterError::Refused {
        at: client.shown(),
        status: 503,
        reason,
    }
}

/// Has the cluster merge away what was removed or replaced, which would count in the rarity of terms and the mean
/// length of texts otherwise. Whether it did. Of each document that was removed a mark may stay for a while, which has
/// no fields and counts in nothing.
pub(super) async fn expunge(
    client: &Client,
    index: &str,
    removed: usize,
) -> Result<bool, ClusterError> {
    let mut merged = false;
    for _ in 0..ATTEMPTS {
        let refresh = Request::post(format!("{index}/_refresh"));
        client.write(refresh).await?;
        let deleted = settling::deleted(client, index).await?;
        if deleted == 0 || merged && deleted <= removed as u64 {
            return Ok(true);
        }
        if merged {
            tokio::time::sleep(PAUSE).await;
        }
        let path = format!("{index}/_forcemerge?only_expunge_deletes=true");
        let merge = Request::post(path).within(MERGE_WITHIN);
        let answer = client.write(merge).await?;
        if answer.is_missing() {
            return Err(answer.refused());
        }
        merged = true;
    }
    Ok(false)
}
