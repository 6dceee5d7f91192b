//! A request's name and its line in the log.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

use crate::serve::App;

/// Names a request across logs and services.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What requests count as that are for no route of ours.
const OTHER: &str = "other";

/// Longest request id taken over from a caller.
const MAX_REQUEST_ID_BYTES: usize = 64;

/// Gives the request an id, echoes it, and logs how it went. The query string is never logged: questions
/// belong to those who asked them.
pub(super) async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request
        .headers()
        .get(&REQUEST_ID)
        .filter(|value| is_sane(value.as_bytes()))
        .cloned()
        .unwrap_or_else(generate);
    let route = request.extensions().get::<MatchedPath>().cloned();
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        path = request.uri().path(),
    );
    let mut response = next.run(request).instrument(span.clone()).await;
    response.headers_mut().insert(REQUEST_ID, id);
    let (status, took) = (response.status().as_u16(), began.elapsed());
    let route = route.as_ref().map_or(OTHER, MatchedPath::as_str);
    app.state.metrics().replied(route, status, took);
    span.in_scope(|| {
        tracing::info!(
            status,
            latency_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            "replied"
        );
    });
    response
}

/// Whether a caller's id can go into logs and headers as it is.
fn is_sane(id: &[u8]) -> bool {
    (1..=MAX_REQUEST_ID_BYTES).contains(&id.len())
        && id
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte))
}

fn generate() -> HeaderValue {
    HeaderValue::try_from(Uuid::new_v4().to_string())
        .unwrap_or_else(|_| HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_ids_are_taken_over() {
        let long = "a".repeat(MAX_REQUEST_ID_BYTES + 1);
        for (id, sane) in [
            ("req-1.2_3:4", true),
            ("", false),
            ("a b", false),
            ("a\"b", false),
            ("编号", false),
            (&long[1..], true),
            (&long[..], false),
        ] {
            assert_eq!(is_sane(id.as_bytes()), sane, "{id:?}");
        }
    }
}
