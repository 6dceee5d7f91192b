//! `/healthz` and `/readyz`: is the process alive, can it answer.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::serve::App;
use crate::serve::base::Base;
use crate::serve::error::Problem;
use crate::serve::openapi::{Readiness, Static};

/// The process runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct HealthReply {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: String,
}

/// The server can answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct ReadyReply {
    /// Always `ready`.
    #[schema(example = "ready")]
    status: String,
    #[serde(flatten)]
    first: ReadyBase,
    /// All knowledge bases, the one first that answers where `kb` is not given.
    knowledge_bases: Vec<ReadyBase>,
}

/// A knowledge base that can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct ReadyBase {
    /// Its name.
    kb: String,
    /// Content hash of everything that can change an answer.
    index_version: String,
    /// How many entries there are to find.
    entries: usize,
}

/// Alive?
///
/// 200 as long as the process serves requests at all, even under overload.
#[utoipa::path(
    get, path = "/healthz", operation_id = "health", tag = "operations",
    responses((status = 200, description = "Alive", body = HealthReply), Static)
)]
pub(super) async fn alive() -> Json<HealthReply> {
    Json(HealthReply {
        status: "ok".to_owned(),
    })
}

/// Ready?
///
/// 200 once every knowledge base has an index, 503 before, and while an engine elsewhere can't be reached.
#[utoipa::path(
    get, path = "/readyz", operation_id = "ready", tag = "operations",
    responses((status = 200, description = "Ready", body = ReadyReply), Readiness)
)]
pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<Json<ReadyReply>, Problem> {
    let ready = |base: &Arc<Base>| {
        let present = base.present().ok_or(Problem::NotReady)?;
        if base.is_away() {
            return Err(Problem::EngineAway(None));
        }
        let searcher = &present.searcher;
        Ok(ReadyBase {
            kb: base.name().to_owned(),
            index_version: searcher.version().to_owned(),
            entries: searcher.index().len(),
        })
    };
    let bases: Vec<ReadyBase> = app
        .state
        .bases()
        .iter()
        .map(ready)
        .collect::<Result<_, Problem>>()?;
    Ok(Json(ReadyReply {
        status: "ready".to_owned(),
        first: bases[0].clone(),
        knowledge_bases: bases,
    }))
}
