//! What an error of a cluster means.

use serde::Deserialize;
use serde_json::Value;

use crate::index::opensearch::error::ClusterError;

/// Characters of a cluster's own words that are repeated.
const MAX_CHARS: usize = 300;

/// What a cluster says of an error; all parts of a reply have it in this form.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Reason {
    #[serde(rename = "type")]
    kind: Option<String>,
    reason: Option<String>,
    #[serde(default)]
    root_cause: Vec<Reason>,
}

impl Reason {
    /// The innermost words.
    pub(super) fn shown(&self) -> String {
        let innermost = self.root_cause.first().unwrap_or(self);
        let words = [innermost.kind.as_deref(), innermost.reason.as_deref()];
        let words: Vec<&str> = words.into_iter().flatten().collect();
        words.join(": ").chars().take(MAX_CHARS).collect()
    }

    /// Whether the index is missing.
    pub(super) fn is_missing_index(&self) -> bool {
        self.kind.as_deref() == Some("index_not_found_exception")
    }

    /// Whether the index is closed.
    fn is_closed_index(&self) -> bool {
        let mut kinds = self.root_cause.iter().chain([self]);
        kinds.any(|reason| reason.kind.as_deref() == Some("index_closed_exception"))
    }

    /// Whether shards are missing.
    pub(super) fn is_of_shards(&self) -> bool {
        let kinds = self.root_cause.iter().chain([self]);
        let mut kinds = kinds.filter_map(|reason| reason.kind.as_deref());
        kinds.any(|kind| {
            [
                "no_shard_available_action_exception",
                "unavailable_shards_exception",
                "cluster_block_exception",
                "cluster_manager_not_discovered_exception",
                "master_not_discovered_exception",
                "node_not_connected_exception",
                "search_phase_execution_exception",
            ]
            .contains(&kind)
        })
    }
}

/// The error of a reply with this status and body.
pub(super) fn error(at: &str, status: u16, body: &[u8]) -> ClusterError {
    #[derive(Deserialize)]
    struct Body {
        error: Value,
    }
    let body: Option<Body> = serde_json::from_slice(body).ok();
    let reason: Option<Reason> = body
        .as_ref()
        .and_then(|body| serde_json::from_value(body.error.clone()).ok());
    let words = match (&reason, body) {
        (Some(reason), _) => reason.shown(),
        (None, Some(body)) => body.error.to_string(),
        (None, None) => String::new(),
    };
    of(at, status, reason.as_ref(), words)
}

/// The error of a part of a reply.
pub(super) fn of_part(at: &str, status: u16, reason: &Reason) -> ClusterError {
    of(at, status, Some(reason), reason.shown())
}

fn of(at: &str, status: u16, reason: Option<&Reason>, words: String) -> ClusterError {
    let at = at.to_owned();
    let of_shards = reason.is_some_and(Reason::is_of_shards);
    let is_closed = reason.is_some_and(Reason::is_closed_index);
    let reason = words;
    match status {
        401 => ClusterError::Credentials { at },
        403 if !of_shards => ClusterError::Forbidden { at, reason },
        429 => ClusterError::Busy { at, reason },
        502..=504 => ClusterError::Red { at, reason },
        500 if of_shards => ClusterError::Red { at, reason },
        // Whoever closed it may open it again.
        _ if is_closed => ClusterError::Red { at, reason },
        _ => ClusterError::Refused { at, status, reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_named_by_what_can_be_done_about_it() {
        let shards = br#"{"error":{"root_cause":[{"type":"no_shard_available_action_exception","reason":"none"}],
            "type":"search_phase_execution_exception","reason":"all shards failed"},"status":503}"#;
        let full = br#"{"error":{"type":"circuit_breaking_exception","reason":"data too large"}}"#;
        for (status, body, expected) in [
            (401, &b"Unauthorized"[..], "refuses the user"),
            (
                403,
                br#"{"error":{"type":"security_exception","reason":"no permissions"}}"#,
                "forbids",
            ),
            (
                429,
                full,
                "too busy: circuit_breaking_exception: data too large",
            ),
            (
                503,
                shards,
                "can't serve the index: no_shard_available_action_exception: none",
            ),
            (
                400,
                br#"{"error":"no handler"}"#,
                "replied 400: \"no handler\"",
            ),
            (502, b"<html>", "can't serve"),
            (
                400,
                br#"{"error":{"type":"index_closed_exception","reason":"closed"}}"#,
                "can't serve the index: index_closed_exception: closed",
            ),
        ] {
            let found = error("node", status, body).to_string();
            assert!(found.contains(expected), "{status}: {found}");
        }
    }
}
