//! `GET /v1/suggest`: completions while typing.

use axum::Json;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::search::SuggestReply;
use crate::serve::error::Problem;
use crate::serve::input::{self, Params};
use crate::serve::openapi::PlainQuestion;
use crate::serve::worker::Worker;

/// The parameters of `GET /v1/suggest`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SuggestParams {
    /// What has been typed so far. The limit counts Unicode code points.
    #[param(value_type = String, required = true, min_length = 1, max_length = 512, example = "备案")]
    q: Option<String>,
    /// The knowledge base; the only one unless given.
    kb: Option<String>,
    /// How many completions at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 10, example = 8)]
    limit: Option<String>,
}

/// Complete a question
///
/// Questions that begin with or contain what has been typed, as it stands or read as pinyin or as initials.
#[utoipa::path(
    get, path = "/v1/suggest", operation_id = "suggest", tag = "questions", params(SuggestParams),
    responses((status = 200, description = "The completions", body = SuggestReply), PlainQuestion)
)]
pub(super) async fn get(
    Params(params): Params<SuggestParams>,
    worker: Worker,
) -> Result<Json<SuggestReply>, Problem> {
    let typed = input::question(params.q.as_deref())?;
    let limit = input::limit(params.limit.as_deref())?;
    worker
        .run(params.kb.as_deref(), move |searcher| async move {
            searcher.suggest(&typed, limit).await
        })
        .await
        .map(Json)
}
