//! `GET /v1/welcome`: what to greet a reader with.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::search::{MAX_LIMIT, WelcomeReply};
use crate::serve::App;
use crate::serve::error::Problem;
use crate::serve::input::{self, Params};
use crate::serve::openapi::PlainList;
use crate::serve::reader::{Reader, Told};
use crate::serve::worker::Worker;

/// Questions that a reader can take in at a glance.
const DEFAULT_QUESTIONS: usize = 4;

/// The parameters of `GET /v1/welcome`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WelcomeParams {
    /// The knowledge base; the only one unless given.
    kb: Option<String>,
    /// How many questions at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 4, example = 4)]
    limit: Option<String>,
}

/// Welcome a reader
///
/// The owner's words of welcome and questions to begin with: those that the owner chose, then, where questions
/// are kept, those asked most. If there are none of either, the first of each category.
#[utoipa::path(
    get, path = "/v1/welcome", operation_id = "welcome", tag = "questions", params(WelcomeParams),
    responses((status = 200, description = "The welcome", body = WelcomeReply), PlainList)
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: Reader,
    Params(params): Params<WelcomeParams>,
    worker: Worker,
) -> Result<Told<Json<WelcomeReply>>, Problem> {
    let limit = input::number(
        "limit",
        params.limit.as_deref(),
        1..=MAX_LIMIT as u64,
        DEFAULT_QUESTIONS,
    )?;
    let store = app.state.store().cloned();
    let kb = app.state.base(params.kb.as_deref())?.name().to_owned();
    worker
        .run(params.kb.as_deref(), move |searcher| async move {
            let asked = store.map(|store| store.most_asked(&kb)).transpose();
            // A welcome without them is better than none.
            let asked = asked.unwrap_or_else(|error| {
                tracing::warn!(%error, "can't tell which questions are asked most");
                None
            });
            searcher
                .welcome(&asked.unwrap_or_default(), limit, reader.locale)
                .await
        })
        .await
        .map(|reply| reader.told(Json(reply)))
}
