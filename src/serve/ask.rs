//! `GET` and `POST /v1/ask`: one decision, for a chat.

use std::sync::Arc;

use axum::extract::State;

use crate::search::{AskReply, AskRequest, Context};
use crate::serve::App;
use crate::serve::error::Problem;
use crate::serve::input::{AskBody, AskParams, Body, Params};
use crate::serve::openapi::FilteredQuestion;
use crate::serve::openapi::PostedQuestion;
use crate::serve::reader::{Reader, Told};
use crate::serve::replies::{Asked, Kept, Named};
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
    State(app): State<Arc<App>>,
    reader: Reader,
    Params(params): Params<AskParams>,
    worker: Worker,
) -> Result<Told<Named>, Problem> {
    let (kb, request) = params.into_request()?;
    reply(&app, reader, worker, kb, Context::default(), request).await
}

/// Ask a question, with context
///
/// Like `GET`, with room for what was said before: a follow-up such as 那企业呢 or 要多久 is understood by it,
/// and `interpreted` tells how.
#[utoipa::path(
    post, path = "/v1/ask", operation_id = "ask_in_context", tag = "questions", request_body = AskBody,
    responses((status = 200, description = "The decision", body = AskReply), PostedQuestion)
)]
pub(super) async fn post(
    State(app): State<Arc<App>>,
    reader: Reader,
    worker: Worker,
    Body(body): Body<AskBody>,
) -> Result<Told<Named>, Problem> {
    let (kb, context, request) = body.into_request()?;
    reply(&app, reader, worker, kb, context, request).await
}

async fn reply(
    app: &App,
    reader: Reader,
    worker: Worker,
    kb: Option<String>,
    context: Context,
    mut request: AskRequest,
) -> Result<Told<Named>, Problem> {
    request.locale = Some(reader.locale);
    let asking = app.state.asking(kb.as_deref(), &request.question);
    let asked = Asked::Ask(context.clone(), request.clone());
    let reply = worker
        .reply(kb.as_deref(), asked, move |searcher| async move {
            searcher
                .ask_in(&context, &request)
                .await
                .map(Kept::decision)
        })
        .await?;
    Ok(reader.told(reply.tell(asking)))
}
