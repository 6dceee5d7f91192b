//! `/v1/admin/…`: what only whoever runs the server may ask for.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::serve::App;
use crate::serve::base::Base;
use crate::serve::error::Problem;
use crate::serve::input::Params;
use crate::serve::openapi::{Administration, Readable};
use crate::serve::operator::Operator;
use crate::serve::reload::{Outcome, ReloadOrder, Reloaded};

/// What is left of a request's time when it has waited for a reload: enough to say that it goes on.
const LEAVE: Duration = Duration::from_millis(500);

/// The parameters of `POST /v1/admin/reload`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ReloadParams {
    /// The knowledge base; all unless given.
    kb: Option<String>,
}

/// What came of a reload.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ReloadReply {
    /// Whether it goes on; then `/v1/admin/status` tells the outcome.
    building: bool,
    /// Each knowledge base that was meant; empty while it goes on.
    knowledge_bases: Vec<Reloaded>,
}

/// Reload
///
/// Looks at the corpus again, builds an index beside the present one if anything changed, and answers from it from
/// then on. Requests in flight keep what they began with. If the build fails, the index from before goes on
/// answering. Replies when done, or with 202 if that takes longer than a request may.
#[utoipa::path(
    post, path = "/v1/admin/reload", operation_id = "reload", tag = "administration", params(ReloadParams),
    responses(
        (status = 200, description = "Done", body = ReloadReply),
        (status = 202, description = "Begun, and not yet done", body = ReloadReply),
        Administration
    )
)]
pub(super) async fn reload(
    State(app): State<Arc<App>>,
    _operator: Operator,
    Params(params): Params<ReloadParams>,
) -> Result<Response, Problem> {
    if params.kb.is_some() {
        app.state.base(params.kb.as_deref())?;
    }
    let (order, outcome) = ReloadOrder::awaited(params.kb);
    app.state.order(order)?;
    let patience = app.settings.request_timeout.saturating_sub(LEAVE);
    let Ok(outcomes) = tokio::time::timeout(patience, outcome).await else {
        let going_on = ReloadReply {
            building: true,
            knowledge_bases: Vec::new(),
        };
        return Ok((StatusCode::ACCEPTED, Json(going_on)).into_response());
    };
    let knowledge_bases = outcomes.map_err(Problem::internal)?;
    let failed = knowledge_bases
        .iter()
        .find(|reloaded| reloaded.outcome == Outcome::Failed);
    match failed {
        Some(reloaded) => Err(Problem::ReloadFailed(Box::new(reloaded.clone()))),
        None => Ok(Json(ReloadReply {
            building: false,
            knowledge_bases,
        })
        .into_response()),
    }
}

/// How a server stands.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct StatusReply {
    /// Each knowledge base, the one first that answers where `kb` is not given.
    knowledge_bases: Vec<BaseStatus>,
}

/// How a knowledge base stands.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct BaseStatus {
    /// Its name.
    kb: String,
    /// Whether it is being brought up to date.
    building: bool,
    /// What answers; null if nothing does yet.
    index_version: Option<String>,
    /// The generation's name, as `jida index` prints it.
    generation: Option<String>,
    /// Entries that answer.
    entries: usize,
    /// What came of the last look at the corpus; null before the first.
    last: Option<Reloaded>,
}

/// Status
///
/// Which index each knowledge base answers from, and what came of the last reload.
#[utoipa::path(
    get, path = "/v1/admin/status", operation_id = "status", tag = "administration",
    responses((status = 200, description = "How each knowledge base stands", body = StatusReply), Readable)
)]
pub(super) async fn status(State(app): State<Arc<App>>, _operator: Operator) -> Json<StatusReply> {
    let status = |base: &Arc<Base>| {
        let searcher = base.present().map(|present| present.searcher.clone());
        BaseStatus {
            kb: base.name().to_owned(),
            building: base.is_building(),
            index_version: searcher.as_ref().map(|it| it.version().to_owned()),
            generation: searcher.as_ref().map(|it| it.index().name().to_owned()),
            entries: searcher.as_ref().map_or(0, |it| it.index().len()),
            last: base.last(),
        }
    };
    Json(StatusReply {
        knowledge_bases: app.state.bases().iter().map(status).collect(),
    })
}
