//! What a single client can't exceed: sizes, time, and the number of requests, in a minute and at once.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::OwnedSemaphorePermit;

use crate::serve::App;
use crate::serve::client::{Client, Peer};
use crate::serve::error::Problem;
use crate::serve::rate;

/// The right to be in flight. Clones keep the place; it is free when the last one is gone.
#[derive(Debug, Clone)]
pub(super) struct Ticket {
    _permit: Arc<OwnedSemaphorePermit>,
}

/// Turns away what is too large, too many or too slow. The health endpoints answer even under overload,
/// or else an orchestrator would kill a server for being busy.
pub(super) async fn guard(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let settings = &app.settings;
    let uri_bytes = request
        .uri()
        .path_and_query()
        .map_or(0, |path_and_query| path_and_query.as_str().len());
    if uri_bytes > settings.max_uri_bytes {
        return Problem::UriTooLong(settings.max_uri_bytes).into_response();
    }
    if header_bytes(request.headers()) > settings.max_header_bytes {
        return Problem::HeadersTooLarge(settings.max_header_bytes).into_response();
    }
    let path = request.uri().path();
    let is_health = matches!(path, "/healthz" | "/readyz");
    // What a page is made of costs next to nothing, and browsers keep it.
    if let Some(limit) = app
        .by_client
        .as_ref()
        .filter(|_| !is_health && !path.starts_with("/assets/"))
    {
        let peer = request.extensions().get::<Peer>();
        let client =
            peer.and_then(|peer| Client::of(peer.0, request.headers(), &settings.trusted_proxies));
        if let Some(Err(problem)) = client.map(|client| limit.check(client)) {
            rate::note("client");
            return problem.into_response();
        }
    }
    if !is_health {
        let Ok(permit) = app.tickets.clone().try_acquire_owned() else {
            return Problem::Overloaded.into_response();
        };
        request.extensions_mut().insert(Ticket {
            _permit: Arc::new(permit),
        });
    }
    match tokio::time::timeout(settings.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::TimedOut.into_response(),
    }
}

/// The size of the headers as they stood on the wire, about.
fn header_bytes(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
        .sum()
}
