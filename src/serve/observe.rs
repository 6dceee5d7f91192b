//! A request's name and its line in the log.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

use crate::serve::App;

/// Names a request across logs and services.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// In which trace of the caller's a request stands.
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

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
        trace_id = tracing::field::Empty,
    );
    if let Some(trace_id) = trace_id(request.headers()) {
        span.record("trace_id", trace_id);
    }
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

/// The trace that a caller's `traceparent` names, so that traces of OpenTelemetry lead to our log.
/// [W3C Trace Context](https://www.w3.org/TR/trace-context/#traceparent-header): version, trace, parent and flags,
/// in small hexadecimal digits; a trace of zeros is none.
fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let mut parts = headers.get(TRACEPARENT)?.to_str().ok()?.split('-');
    let [version, trace, parent, flags] = [(); 4].map(|()| parts.next().unwrap_or_default());
    let is_hex = |part: &str, digits: usize| {
        let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        part.len() == digits && part.bytes().all(hex) && part.bytes().any(|byte| byte != b'0')
    };
    let whole = version.len() == 2 && version != "ff" && flags.len() == 2;
    (whole && is_hex(trace, 32) && is_hex(parent, 16)).then_some(trace)
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

    #[test]
    fn a_trace_is_named_by_a_whole_traceparent() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        for (value, expected) in [
            (format!("00-{trace}-00f067aa0ba902b7-01"), Some(trace)),
            (format!("01-{trace}-00f067aa0ba902b7-01-more"), Some(trace)),
            (format!("00-{trace}-0000000000000000-01"), None),
            (format!("ff-{trace}-00f067aa0ba902b7-01"), None),
            (
                format!("00-{}-00f067aa0ba902b7-01", trace.to_uppercase()),
                None,
            ),
            (format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)), None),
            (trace.to_owned(), None),
            (String::new(), None),
        ] {
            let value = HeaderValue::try_from(value).expect("a header");
            let headers = HeaderMap::from_iter([(TRACEPARENT, value)]);
            assert_eq!(trace_id(&headers), expected, "{headers:?}");
        }
    }
}
