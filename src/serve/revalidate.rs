//! `ETag` and `If-None-Match`: whoever has a reply already is told so instead of being sent it again.
//!
//! A reply is made of its address, the reader's language, the index and this program; so its tag is a hash of these,
//! and is known before anything is searched. It is a weak one: replies differ in their name and time.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::serve::App;
use crate::serve::problem::locale_of;
use crate::serve::replies::Lasting;

/// Addresses whose replies change only with the index.
const OF_THE_INDEX: [&str; 4] = ["/v1/ask", "/v1/search", "/v1/suggest", "/v1/entries"];

/// The one parameter that matters here.
#[derive(Debug, Deserialize)]
struct Named {
    kb: Option<String>,
}

/// Answers 304 to who has the reply, and gives every other reply its tag, unless it may be better next time.
pub(super) async fn revalidate(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(tag) = tag(&app, &request) else {
        return next.run(request).await;
    };
    if has(request.headers(), &tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let is_question = matches!(request.uri().path(), "/v1/ask" | "/v1/search");
    let mut response = next.run(request).await;
    let passing = response.extensions().get() == Some(&Lasting::Passing);
    if response.status() == StatusCode::OK && !passing {
        let headers = response.headers_mut();
        headers.insert(header::ETAG, tag);
        if !is_question {
            // Browsers may keep it, and ask each time whether it still holds. What somebody asked they may not.
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
    }
    response
}

/// The tag of what `request` would get from the index that answers now.
fn tag(app: &App, request: &Request) -> Option<HeaderValue> {
    let uri = request.uri();
    if request.method() != Method::GET || !is_of_the_index(uri) {
        return None;
    }
    let kb = Query::<Named>::try_from_uri(uri).ok()?.0.kb;
    let present = app.state.answering(kb.as_deref()).ok()?;
    let mut hasher = blake3::Hasher::new();
    let locale = locale_of(request.headers(), app.state.locale());
    for part in [
        present.searcher.version(),
        env!("CARGO_PKG_VERSION"),
        locale.tag(),
        uri.path_and_query()?.as_str(),
    ] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    let hash = hasher.finalize().to_hex();
    HeaderValue::try_from(format!("W/\"{}\"", &hash[..16])).ok()
}

fn is_of_the_index(uri: &Uri) -> bool {
    OF_THE_INDEX.iter().any(|path| {
        let rest = uri.path().strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Whether the caller names this tag among those that it has.
fn has(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(tag) = tag.to_str().map(opaque) else {
        return false;
    };
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|given| opaque(given) == tag)
}
