//! Who may ask for what only the server's operator should.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Version, header};

use crate::serve::App;
use crate::serve::access::bearer;
use crate::serve::error::Problem;
use crate::serve::settings::Settings;

/// Proof that a request comes from whoever runs the server: it has the admin key or, where none is set, it was
/// made on this machine by a program. Extracting it fails otherwise.
#[derive(Debug)]
pub(super) struct Operator;

/// What a proxy adds, and a browser. Where no key is set, neither is believed to speak for the operator: a proxy
/// on this machine passes on what strangers ask, and any page can make a browser ask something of this machine.
/// A proxy that adds nothing can't be told from a program, unless it speaks HTTP/1.0, as programs don't: so
/// [`advise`] says what to do.
const NOT_BY_HAND: [&str; 6] = [
    "forwarded",
    "x-forwarded-for",
    "x-real-ip",
    "via",
    "origin",
    "sec-fetch-site",
];

impl FromRequestParts<Arc<App>> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let allowed = match &app.settings.admin_key {
            Some(key) => {
                let presented = bearer(&parts.headers).unwrap_or_default();
                let matches = key.matches(presented);
                if !matches && !presented.is_empty() {
                    tracing::warn!("a wrong admin key was sent");
                }
                matches
            }
            None => {
                app.settings.addr.ip().is_loopback()
                    && parts.version >= Version::HTTP_11
                    && is_addressed_to_this_machine(parts)
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

/// Tells the log what the owner should know about who is taken for the operator.
pub(super) fn advise(settings: &Settings) {
    match &settings.admin_key {
        Some(key) if key.is_short() => {
            tracing::warn!(
                "the admin key is short enough to be guessed; make one with `openssl rand -hex 16`"
            );
        }
        None if settings.addr.ip().is_loopback() => tracing::info!(
            "no admin key is set: programs on this machine count as the operator, and so does a proxy here that does not \
             say what it is; where one stands in front, set JIDA_ADMIN_KEY"
        ),
        _ => {}
    }
}

/// Whether the caller knows that it talks to this machine. A browser that was led here by a name which its owner
/// has pointed at this machine still sends that name, and says nothing of another origin.
fn is_addressed_to_this_machine(parts: &Parts) -> bool {
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let named = parts.uri.authority().is_none_or(is_loopback);
    let has_host = parts.headers.contains_key(header::HOST);
    let is_ours = |host: &HeaderValue| {
        let authority = Authority::try_from(host.as_bytes());
        authority.is_ok_and(|authority| is_loopback(&authority))
    };
    has_host && named && hosts.all(is_ours)
}

fn is_loopback(authority: &Authority) -> bool {
    let host = authority.host();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
