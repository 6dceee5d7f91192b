//! `GET` and `POST /v1/explain`: why this order.

use axum::Json;

use crate::search::{AskRequest, Context, ExplainReply};
use crate::serve::error::Problem;
use crate::serve::input::{AskBody, AskParams, Body, Params};
use crate::serve::openapi::FilteredQuestion;
use crate::serve::openapi::PostedQuestion;
use crate::serve::worker::Worker;

/// Explain an order
///
/// The decision of `/v1/ask` taken apart: tokens, signals, weights and thresholds.
#[utoipa::path(
    get, path = "/v1/explain", operation_id = "explain", tag = "questions", params(AskParams),
    responses((status = 200, description = "The explanation", body = ExplainReply), FilteredQuestion)
)]
pub(super) async fn get(
    Params(params): Params<AskParams>,
    worker: Worker,
) -> Result<Json<ExplainReply>, Problem> {
    let (kb, request) = params.into_request()?;
    reply(worker, kb, Context::default(), request).await
}

/// Explain an order, with context
///
/// Takes the body of `POST /v1/ask`.
#[utoipa::path(
    post, path = "/v1/explain", operation_id = "explain_in_context", tag = "questions", request_body = AskBody,
    responses((status = 200, description = "The explanation", body = ExplainReply), PostedQuestion)
)]
pub(super) async fn post(
    worker: Worker,
    Body(body): Body<AskBody>,
) -> Result<Json<ExplainReply>, Problem> {
    let (kb, context, request) = body.into_request()?;
    reply(worker, kb, context, request).await
}

async fn reply(
    worker: Worker,
    kb: Option<String>,
    context: Context,
    request: AskRequest,
) -> Result<Json<ExplainReply>, Problem> {
    worker
        .run(kb.as_deref(), move |searcher| async move {
            searcher.explain_in(&context, &request).await
        })
        .await
        .map(Json)
}
