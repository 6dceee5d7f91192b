//! One bulk request, sent until every document of it is in.

use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::index::opensearch::client::{Client, Request};
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::layout;
use crate::index::opensearch::refusal::{self, Reason};

/// How long to wait before the first further attempt; twice as long before each next.
const PAUSE: Duration = Duration::from_millis(200);
/// No longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Documents with the lines that say where they go.
#[derive(Debug, Default)]
pub(super) struct Lines {
    bytes: Vec<u8>,
    /// Where each document ends.
    ends: Vec<usize>,
}

impl Lines {
    /// To append a document to, which [`Lines::end`] ends.
    pub(super) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    pub(super) fn end(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// Bytes.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Only the documents of these numbers, ascending.
    fn only(&self, numbers: &[usize]) -> Lines {
        let mut lines = Lines::default();
        for &number in numbers {
            let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
            lines.bytes.extend(&self.bytes[start..self.ends[number]]);
            lines.end();
        }
        lines
    }
}

#[derive(Deserialize)]
struct Reply {
    errors: bool,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(alias = "delete")]
    index: Outcome,
}

#[derive(Deserialize)]
struct Outcome {
    status: u16,
    error: Option<Reason>,
}

/// Sends documents to an index that is being filled, and removals, until all are in. What the cluster has no room for
/// at the moment is sent again after a pause; documents have names, so that one sent twice is there once.
///
/// # Errors
/// [`ClusterError`] if a document is refused, or the time that the settings give for writing is over.
pub(super) async fn send(
    client: Client,
    index: String,
    mut lines: Lines,
) -> Result<(), ClusterError> {
    let path = format!(
        // A shard that is nowhere is told soon, and asked for again by us.
        "{}/_bulk?require_alias=true&timeout=10s&filter_path=errors,items.*.status,items.*.error",
        layout::filling(&index)
    );
    let patience = client.settings().write_timeout;
    let began = Instant::now();
    let mut pause = PAUSE;
    loop {
        let request = Request::post(&path).lines(lines.bytes.clone());
        let busy = match attempt(&client, request, &lines).await {
            Ok(None) => return Ok(()),
            Ok(Some((again, busy))) => {
                lines = again;
                busy
            }
            Err(error) if error.is_passing() => error,
            Err(error) => return Err(error),
        };
        if began.elapsed() + pause > patience {
            return Err(busy);
        }
        tracing::debug!(%busy, documents = lines.ends.len(), "sending documents again");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Sends once; what must be sent again, and why.
async fn attempt(
    client: &Client,
    request: Request,
    lines: &Lines,
) -> Result<Option<(Lines, ClusterError)>, ClusterError> {
    let answer = client.write(request).await?;
    if answer.is_missing() {
        return Err(answer.refused());
    }
    let reply: Reply = answer.read()?;
    if !reply.errors {
        return Ok(None);
    }
    let at = client.shown();
    let mut again = Vec::new();
    let mut why = None;
    for (number, Item { index }) in reply.items.iter().enumerate() {
        let Some(reason) = &index.error else {
            continue;
        };
        let error = refusal::of_part(&at, index.status, reason);
        if !error.is_passing() {
            return Err(error);
        }
        again.push(number);
        why = Some(error);
    }
    Ok(why.map(|why| (lines.only(&again), why)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_turned_away_is_sent_again() {
        let mut lines = Lines::default();
        for document in ["one\n", "second\n", "3\n"] {
            lines.bytes().extend(document.bytes());
            lines.end();
        }
        let again = lines.only(&[0, 2]);
        assert_eq!(again.bytes, b"one\n3\n");
        assert_eq!(again.only(&[1]).bytes, b"3\n");
    }
}
