//! Headers on every reply, and who may call from another origin.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::serve::access::KEY_HEADER;
use crate::serve::observe::REQUEST_ID;
use crate::serve::settings::Settings;
use crate::serve::site::browser_origin;

/// What a page may load: its own stylesheet and script, and pictures that answers refer to; the script may
/// ask this server and no other. Nothing inline.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; \
    style-src 'self'; img-src 'self' https: data:; form-action 'self'; base-uri 'none'; \
    frame-ancestors ";

/// Data is never a document.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// What a page never asks a reader for.
const NO_DEVICES: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// What is the same for all pages of a server.
#[derive(Debug)]
pub(super) struct Pages {
    policy: HeaderValue,
    can_be_framed: bool,
}

impl Pages {
    /// Framed by the sites that the owner names; by none unless there are some.
    pub(super) fn new(settings: &Settings) -> Pages {
        let sites = settings.frame_origins.iter();
        let sites: Vec<String> = sites.filter_map(|site| browser_origin(site)).collect();
        let sites = sites.join(" ");
        let framed = HeaderValue::try_from(format!("{PAGE_POLICY}{sites}")).ok();
        let framed = framed.filter(|_| !sites.is_empty());
        Pages {
            can_be_framed: framed.is_some(),
            policy: framed.unwrap_or_else(|| {
                HeaderValue::try_from(format!("{PAGE_POLICY}'none'"))
                    .unwrap_or(HeaderValue::from_static(DATA_POLICY))
            }),
        }
    }
}

/// Adds the headers that keep browsers from guessing, framing and leaking; what a handler has set stays.
pub(super) async fn secure(
    State(pages): State<Arc<Pages>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    keep(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    keep(headers, header::REFERRER_POLICY, "no-referrer");
    if is_page(headers) {
        headers.insert(header::CONTENT_SECURITY_POLICY, pages.policy.clone());
        headers.insert(
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static(NO_DEVICES),
        );
        // A window that opens a page, or is opened by one, gets no hold of it.
        headers.insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
    keep(headers, header::CONTENT_SECURITY_POLICY, DATA_POLICY);
    if !(pages.can_be_framed && is_page(headers)) {
        // For browsers that don't know `frame-ancestors`.
        keep(headers, header::X_FRAME_OPTIONS, "DENY");
    }
    // Every reply has its own `query_id`, and a re-index may change it at any time.
    keep(headers, header::CACHE_CONTROL, "no-store");
    response
}

/// Whether it is one of our pages. Nothing else is HTML.
pub(super) fn is_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn keep(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers
        .entry(name)
        .or_insert(HeaderValue::from_static(value));
}

/// Off unless origins are configured, for all or for a key: then those may read replies, without cookies.
pub(super) fn cors(settings: &Settings) -> CorsLayer {
    let layer = CorsLayer::new();
    let of_keys = settings.keys.iter().flat_map(|key| &key.origins);
    let origins: Vec<&String> = settings.cors_origins.iter().chain(of_keys).collect();
    if origins.is_empty() {
        return layer;
    }
    let origins = if origins.iter().any(|origin| *origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(
            origins
                .into_iter()
                .filter_map(|origin| HeaderValue::try_from(browser_origin(origin)?).ok()),
        )
    };
    layer
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::CONTENT_TYPE,
            header::ACCEPT_LANGUAGE,
            header::AUTHORIZATION,
            KEY_HEADER,
            REQUEST_ID,
        ])
        .expose_headers([REQUEST_ID, header::RETRY_AFTER])
        .max_age(std::time::Duration::from_secs(600))
}
