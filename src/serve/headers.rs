//! Headers on every reply, and who may call from another origin.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::serve::observe::REQUEST_ID;
use crate::serve::settings::Settings;

/// What a page may load: its own stylesheet and script, and pictures that answers refer to; the script may
/// ask this server and no other. Nothing inline, no frame around it.
pub(super) const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; \
    style-src 'self'; img-src 'self' https: data:; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// Data is never a document.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Adds the headers that keep browsers from guessing, framing and leaking; what a handler has set stays.
pub(super) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    keep(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    keep(headers, header::REFERRER_POLICY, "no-referrer");
    keep(headers, header::CONTENT_SECURITY_POLICY, DATA_POLICY);
    // Every reply has its own `query_id`, and a re-index may change it at any time.
    keep(headers, header::CACHE_CONTROL, "no-store");
    response
}

fn keep(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers
        .entry(name)
        .or_insert(HeaderValue::from_static(value));
}

/// Off unless origins are configured: then those may read replies, without cookies.
pub(super) fn cors(settings: &Settings) -> CorsLayer {
    let layer = CorsLayer::new();
    if settings.cors_origins.is_empty() {
        return layer;
    }
    let origins = if settings.cors_origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(
            settings
                .cors_origins
                .iter()
                .filter_map(|origin| HeaderValue::from_str(origin).ok()),
        )
    };
    layer
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::ACCEPT_LANGUAGE, REQUEST_ID])
        .expose_headers([REQUEST_ID, header::RETRY_AFTER])
        .max_age(std::time::Duration::from_secs(600))
}
