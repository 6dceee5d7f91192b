//! `GET` and `POST /v1/ask`: one decision, for a chat.

use axum::Json;

use crate::search::{AskReply, AskRequest};
use crate::serve::error::Problem;
use crate::serve::input::{AskBody, AskParams, Body, Params};
use crate::serve::openapi::FilteredQuestion;
use crate::serve::openapi::PostedQuestion;
use crate::serve::worker::Worker;

/// Ask a question
///
/// One decision for a chat: `answered` with the answer, `clarify` with candidates to choose from, or
/// `no_answer`. A question without an answer is 200, never an error.
#[utoipa::path(
    get, path = "/v1/ask", operation_id = "ask", tag = "questions", params(AskParams),
    responses((status = 200, description = "The decision", body = AskReply), FilteredQuestion)
)]
pub(super) async fn get(
    Params(params): Params<AskParams>,
    worker: Worker,
) -> Result<Json<AskReply>, Problem> {
    let (kb, request) = params.into_request()?;
    reply(worker, kb, request).await
}

/// Ask a question, with context
///
/// Like `GET`, with room for what was said before.
#[utoipa::path(
    post, path = "/v1/ask", operation_id = "ask_in_context", tag = "questions", request_body = AskBody,
    responses((status = 200, description = "The decision", body = AskReply), PostedQuestion)
)]
pub(super) async fn post(
    worker: Worker,
    Body(body): Body<AskBody>,
) -> Result<Json<AskReply>, Problem> {
    let (kb, request) = body.into_request()?;
    reply(worker, kb, request).await
}

async fn reply(
    worker: Worker,
    kb: Option<String>,
    request: AskRequest,
) -> Result<Json<AskReply>, Problem> {
    worker
        .run(move |searcher| async move {
            searcher.check_kb(kb.as_deref())?;
            searcher.ask(&request).await
        })
        .await
        .map(Json)
}
