//! `GET /v1/search`: a ranked list, for a search page.

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::search::{SearchReply, SearchRequest};
use crate::serve::App;
use crate::serve::error::Problem;
use crate::serve::input::{self, Params};
use crate::serve::openapi::FilteredQuestion;
use crate::serve::replies::{Asked, Kept, Named};
use crate::serve::worker::Worker;

/// The parameters of `GET /v1/search`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParams {
    /// The question, in words. The limit counts Unicode code points.
    #[param(value_type = String, required = true, min_length = 1, max_length = 512, example = "备案授权码")]
    q: Option<String>,
    /// The knowledge base; the only one unless given.
    kb: Option<String>,
    /// How many hits a page has at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 10, example = 10)]
    limit: Option<String>,
    /// How many hits to skip. Past the end gives an empty page.
    #[param(value_type = Option<u32>, minimum = 0, maximum = 4_294_967_295u32, default = 0, example = 0)]
    offset: Option<String>,
    /// Only entries in this category or below it, levels joined by `/`.
    category: Option<String>,
    /// Only entries with this tag.
    tag: Option<String>,
}

/// Search
///
/// A ranked list with confidence, highlights, facets and paging.
#[utoipa::path(
    get, path = "/v1/search", operation_id = "search", tag = "questions", params(SearchParams),
    responses((status = 200, description = "The ranked list", body = SearchReply), FilteredQuestion)
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Params(params): Params<SearchParams>,
    worker: Worker,
) -> Result<Named, Problem> {
    let request = SearchRequest {
        question: input::question(params.q.as_deref())?,
        filter: input::filter(params.category, params.tag),
        page: input::page(params.limit.as_deref(), params.offset.as_deref())?,
    };
    // Further pages are the same question.
    let kb = params.kb.as_deref();
    let asking = (request.page.offset == 0).then(|| app.state.asking(kb, &request.question));
    let asked = Asked::Search(request.clone());
    let reply = worker
        .reply(kb, asked, move |searcher| async move {
            searcher.search(&request).await.map(Kept::list)
        })
        .await?;
    Ok(match asking {
        Some(asking) => reply.tell(asking),
        None => reply,
    })
}
