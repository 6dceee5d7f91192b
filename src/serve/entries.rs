//! `GET /v1/entries`, `/v1/entries/{id}` and `/v1/entries/{id}/related`: browsing and deep links.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::search::{EntriesReply, EntryReply, RelatedReply};
use crate::serve::error::Problem;
use crate::serve::input::{self, Params};
use crate::serve::openapi::{FilteredList, NamedEntry, NamedEntryList};
use crate::serve::worker::Worker;

/// The parameters of `GET /v1/entries`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EntriesParams {
    /// The knowledge base; the only one unless given.
    kb: Option<String>,
    /// How many entries a page has at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 10, example = 10)]
    limit: Option<String>,
    /// How many entries to skip. Past the end gives an empty page.
    #[param(value_type = Option<u32>, minimum = 0, maximum = 4_294_967_295u32, default = 0, example = 0)]
    offset: Option<String>,
    /// Only entries in this category or below it, levels joined by `/`.
    category: Option<String>,
    /// Only entries with this tag.
    tag: Option<String>,
}

/// List entries
///
/// All entries, or those a filter leaves, in the order of their files.
#[utoipa::path(
    get, path = "/v1/entries", operation_id = "entries", tag = "entries", params(EntriesParams),
    responses((status = 200, description = "A page of entries", body = EntriesReply), FilteredList)
)]
pub(super) async fn list(
    Params(params): Params<EntriesParams>,
    worker: Worker,
) -> Result<Json<EntriesReply>, Problem> {
    let filter = input::filter(params.category, params.tag);
    let page = input::page(params.limit.as_deref(), params.offset.as_deref())?;
    worker
        .run(params.kb.as_deref(), move |searcher| async move {
            searcher.entries(&filter, page).await
        })
        .await
        .map(Json)
}

/// The parameters of `GET /v1/entries/{id}`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EntryParams {
    /// The knowledge base; the only one unless given.
    kb: Option<String>,
}

/// Read an entry
///
/// One entry whole. Ids survive a re-index.
#[utoipa::path(
    get, path = "/v1/entries/{id}", operation_id = "entry", tag = "entries",
    params(("id" = String, Path, description = "The entry's id"), EntryParams),
    responses((status = 200, description = "The entry", body = EntryReply), NamedEntry)
)]
pub(super) async fn one(
    id: Result<Path<String>, PathRejection>,
    Params(params): Params<EntryParams>,
    worker: Worker,
) -> Result<Json<EntryReply>, Problem> {
    let Path(id) = id.map_err(|_| Problem::InvalidRequest)?;
    worker
        .run(params.kb.as_deref(), move |searcher| async move {
            searcher.entry(&id).await
        })
        .await
        .map(Json)
}

/// The parameters of `GET /v1/entries/{id}/related`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RelatedParams {
    /// The knowledge base; the only one unless given.
    kb: Option<String>,
    /// How many entries at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 10, example = 5)]
    limit: Option<String>,
}

/// List related entries
///
/// The author's own choice first, then the nearest by text.
#[utoipa::path(
    get, path = "/v1/entries/{id}/related", operation_id = "related", tag = "entries",
    params(("id" = String, Path, description = "The entry's id"), RelatedParams),
    responses((status = 200, description = "Related entries", body = RelatedReply), NamedEntryList)
)]
pub(super) async fn related(
    id: Result<Path<String>, PathRejection>,
    Params(params): Params<RelatedParams>,
    worker: Worker,
) -> Result<Json<RelatedReply>, Problem> {
    let Path(id) = id.map_err(|_| Problem::InvalidRequest)?;
    let limit = input::limit(params.limit.as_deref())?;
    worker
        .run(params.kb.as_deref(), move |searcher| async move {
            searcher.related(&id, limit).await
        })
        .await
        .map(Json)
}
