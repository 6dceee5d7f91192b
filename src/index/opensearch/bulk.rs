//! One bulk request, sent until every document of it is in.

use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::index::opensearch::client::{Client, Request};
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::layout;
use crate::index::opensearch::refusal::{self, Reason};

/// How long one request may take.
const ONE_REQUEST: Duration = Duration::from_secs(30);
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

    /// The first documents, of so many bytes together that they fit, one at least; and the others.
    fn cut(self, bytes: usize) -> (Lines, Lines) {
        let fits = self.ends.partition_point(|&end| end <= bytes).max(1);
        let numbers: Vec<usize> = (0..self.ends.len()).collect();
        let (first, rest) = numbers.split_at(fits.min(numbers.len()));
        (self.only(first), self.only(rest))
    }

    /// These, then others.
    fn with(mut self, others: Lines) -> Lines {
        let behind = self.bytes.len();
        self.bytes.extend(others.bytes);
        self.ends.extend(others.ends.iter().map(|end| behind + end));
        self
    }

    /// What the first document is called, for a person: the id of an entry, or its name in the index.
    fn first_name(&self) -> String {
        #[derive(Deserialize)]
        struct Named {
            id: String,
        }
        #[derive(Deserialize)]
        struct Action {
            index: Name,
        }
        #[derive(Deserialize)]
        struct Name {
            #[serde(rename = "_id")]
            id: String,
        }
        let mut lines = self.bytes.split(|&byte| byte == b'\n');
        let action = lines.next().unwrap_or_default();
        let document = lines.next().unwrap_or_default();
        let named = serde_json::from_slice(document).map(|Named { id }| id);
        let named =
            named.or_else(|_| serde_json::from_slice(action).map(|action: Action| action.index.id));
        named.unwrap_or_default()
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
/// at the moment is sent again after a pause, in smaller requests if it refused a whole one; documents have names, so
/// that one sent twice is there once.
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
    let room = client.room();
    while !lines.is_empty() {
        let (mut part, rest) = lines.cut(room.bytes());
        lines = rest;
        let began = Instant::now();
        let mut pause = PAUSE;
        loop {
            let (bytes, is_one) = (part.len(), part.ends.len() == 1);
            let request = Request::post(&path).lines(part.bytes.clone());
            // A node that hangs is given up in time to ask another.
            let request = request.within(ONE_REQUEST.min(patience));
            let busy = match attempt(&client, request, &part).await {
                Ok(None) => {
                    room.taken(bytes);
                    break;
                }
                Ok(Some((again, busy))) => {
                    part = again;
                    busy
                }
                Err(ClusterError::Refused { status: 413, .. }) if is_one => {
                    return Err(ClusterError::TooLarge {
                        at: client.shown(),
                        bytes,
                        name: part.first_name(),
                    });
                }
                Err(ClusterError::Refused { status: 413, .. }) => {
                    room.refused(bytes);
                    lines = part.with(lines);
                    break;
                }
                Err(error) => {
                    if let ClusterError::Busy { .. } | ClusterError::Timeout { .. } = error {
                        room.crowded(bytes);
                    }
                    if !error.is_passing() {
                        return Err(error);
                    }
                    error
                }
            };
            if began.elapsed() + pause > patience {
                return Err(busy);
            }
            tracing::debug!(%busy, documents = part.ends.len(), "sending documents again");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            if part.len() > room.bytes() {
                let (first, others) = part.cut(room.bytes());
                part = first;
                lines = others.with(lines);
            }
        }
    }
    Ok(())
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
    if reply.items.len() != lines.ends.len() {
        let reason = "it answered for more or fewer documents than were sent".to_owned();
        return Err(ClusterError::Reply { at, reason });
    }
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
        let (first, rest) = lines.cut(12);
        assert_eq!(
            (&first.bytes[..], &rest.bytes[..]),
            (&b"one\nsecond\n"[..], &b"3\n"[..])
        );
        let (first, rest) = first.with(rest).cut(1);
        assert_eq!(
            (first.ends, rest.ends),
            (vec![4], vec![7, 9]),
            "one at least"
        );
    }

    #[test]
    fn a_document_is_called_by_its_entrys_id() {
        let name = |text: &str| {
            let mut lines = Lines::default();
            lines.bytes().extend(text.bytes());
            lines.end();
            lines.first_name()
        };
        let entry = "{\"index\":{\"_id\":\"7\"}}\n{\"key\":7,\"id\":\"refund\"}\n";
        assert_eq!(name(entry), "refund");
        let piece = "{\"index\":{\"_id\":\"vectors/0\"}}\n{\"bytes\":\"\"}\n";
        assert_eq!(name(piece), "vectors/0");
    }
}
