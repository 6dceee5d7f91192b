//! Who may ask for what only the server's operator should.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::serve::App;
use crate::serve::error::Problem;

/// Proof that a request comes from whoever runs the server: it has the admin key or, where none is set, it was
/// made on this machine by a program. Extracting it fails otherwise.
#[derive(Debug)]
pub(super) struct Operator;

/// What a proxy adds, and a browser. Where no key is set, neither is believed to speak for the operator: a proxy
/// on this machine passes on what strangers ask, and any page can make a browser ask something of this machine.
const NOT_BY_HAND: [&str; 5] = [
    "forwarded",
    "x-forwarded-for",
    "x-real-ip",
    "origin",
    "sec-fetch-site",
];

impl FromRequestParts<Arc<App>> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let allowed = match &app.settings.admin_key {
            Some(key) => key.matches(bearer(&parts.headers).unwrap_or_default()),
            None => {
                app.settings.addr.ip().is_loopback()
                    && NOT_BY_HAND
                        .iter()
                        .all(|name| !parts.headers.contains_key(*name))
            }
        };
        match allowed {
            true => Ok(Operator),
            false => Err(Problem::AdminOnly),
        }
    }
}

/// The key that a request carries.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| key.trim_start())
}
