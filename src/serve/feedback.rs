//! `POST /v1/feedback`: whether a reply helped.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::serve::App;
use crate::serve::allowed::Allowed;
use crate::serve::error::Problem;
use crate::serve::input::{Body, MAX_ECHO_CHARS, echo};
use crate::serve::openapi::Feedback;
use crate::store::{Vote, VoteValue};

/// Digits of a reply's name.
const QUERY_ID_CHARS: usize = 32;
/// An id as an author may write it, with what makes it unique behind it.
const MAX_ENTRY_ID_CHARS: usize = 128;
/// Longest reason, in code points.
const MAX_REASON_CHARS: usize = 500;

/// The body of `POST /v1/feedback`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FeedbackRequest)]
pub(super) struct FeedbackBody {
    /// The name of the reply that is meant.
    #[schema(
        pattern = "^[0-9a-fA-F]{32}$",
        example = "09afc130425f4554b147231edd6a174b"
    )]
    query_id: String,
    /// The entry that is meant, where the reply has several.
    #[serde(default)]
    #[schema(max_length = 128, example = "1b399078545d")]
    entry_id: Option<String>,
    /// Whether it helped.
    value: VoteValue,
    /// Why: `wrong`, `incomplete`, `outdated`, `unclear`, `other`, or in the reader's own words. The limit
    /// counts Unicode code points.
    #[serde(default)]
    #[schema(max_length = 500, example = "outdated")]
    reason: Option<String>,
    /// The knowledge base; the only one unless given.
    #[serde(default)]
    kb: Option<String>,
}

impl FeedbackBody {
    fn into_vote(self, kb: &str) -> Result<Vote, Problem> {
        let query_id = self.query_id.to_ascii_lowercase();
        let is_hex = |id: &str| id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if query_id.len() != QUERY_ID_CHARS || !is_hex(&query_id) {
            return Err(invalid("query_id", Allowed::QueryId, &self.query_id));
        }
        let entry_id = self.entry_id.filter(|id| !id.is_empty());
        if let Some(id) = entry_id.as_deref().filter(|id| !is_entry_id(id)) {
            return Err(invalid("entry_id", Allowed::EntryId, id));
        }
        let reason = self.reason.as_deref().map(cleaned);
        let reason = reason.filter(|reason| !reason.is_empty());
        if let Some(reason) = reason
            .as_deref()
            .filter(|reason| reason.chars().count() > MAX_REASON_CHARS)
        {
            return Err(invalid("reason", Allowed::Text(MAX_REASON_CHARS), reason));
        }
        Ok(Vote {
            query_id,
            kb: kb.to_owned(),
            entry_id,
            value: self.value,
            reason,
        })
    }
}

/// Whether an entry could have this id: an entry may be gone by the time somebody votes on it, but words have
/// no place here.
fn is_entry_id(id: &str) -> bool {
    id.chars().count() <= MAX_ENTRY_ID_CHARS
        && id
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'))
}

/// Without controls, and without blanks around it.
fn cleaned(reason: &str) -> String {
    let spaced: String = reason
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    spaced.trim().to_owned()
}

fn invalid(name: &'static str, allowed: Allowed, given: &str) -> Problem {
    Problem::InvalidParameter {
        name,
        allowed,
        given: echo(given, MAX_ECHO_CHARS),
    }
}

/// Say whether a reply helped
///
/// One vote for each reply; a later one takes the place of an earlier. It is kept when the reply comes.
#[utoipa::path(
    post, path = "/v1/feedback", operation_id = "feedback", tag = "feedback", request_body = FeedbackBody,
    responses((status = 204, description = "The vote is kept"), Feedback)
)]
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Body(body): Body<FeedbackBody>,
) -> Result<StatusCode, Problem> {
    let base = app.state.base(body.kb.as_deref())?;
    let vote = body.into_vote(base.name())?;
    let store = app.state.store();
    let store = store.ok_or(Problem::FeedbackUnavailable(None))?;
    store.vote(vote).await?;
    Ok(StatusCode::NO_CONTENT)
}
