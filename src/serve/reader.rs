//! Who asks: the language in which messages are to be.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{self, HeaderName};
use axum::http::request::Parts;

use crate::locale::Locale;
use crate::serve::App;
use crate::serve::problem::locale_of;

/// The reader of a reply.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader {
    /// As `Accept-Language` says, else the server's.
    pub(super) locale: Locale,
}

/// A reply whose words depend on the reader's language, and says so.
pub(super) type Told<T> = ([(HeaderName, &'static str); 1], T);

impl Reader {
    /// The reply to this reader.
    pub(super) fn told<T>(self, reply: T) -> Told<T> {
        ([(header::VARY, "accept-language")], reply)
    }
}

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Reader {
            locale: locale_of(&parts.headers, app.state.locale()),
        })
    }
}
