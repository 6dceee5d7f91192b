//! `/openapi.json`: the API described, generated from the types and the error mapping.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{RefOr, Response as Documented};
use utoipa::{IntoResponses, Modify, OpenApi};

use crate::search::SearchError;
use crate::serve::App;
use crate::serve::access::KEY_HEADER;
use crate::serve::allowed::Allowed;
use crate::serve::code::Code;
use crate::serve::error::Problem;
use crate::serve::problem::{self, ProblemDocument};
use crate::serve::reload::{Outcome, Reloaded};

/// What stands in the document besides the operations.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "jida 即答",
        description = "Answers natural-language Chinese questions from an FAQ written in Markdown.\n\n\
            All offsets count Unicode code points, half open. The same question and index give the same \
            bytes, but for `query_id`, `took_us` and an explanation's `stages`. `Accept-Language` picks the language of messages: \
            `zh-CN` or `en`.

\
            Where the owner has set keys, what stands below `/v1/` takes one, in `x-jida-key` or as \
            `Authorization: Bearer …`."
    ),
    modifiers(&Keys),
    security((), ("key" = []), ("bearer" = [])),
    components(schemas(ProblemDocument, Code)),
    tags(
        (name = "questions", description = "Asking and searching"),
        (name = "entries", description = "Browsing and deep links"),
        (name = "feedback", description = "What people say about the answers"),
        (name = "administration", description = "For whoever runs the server: with the admin key, as `Authorization: Bearer …`; without one set, from this machine only"),
        (name = "operations", description = "Health and description")
    )
)]
pub(super) struct Document;

/// How a key is sent.
struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let header = ApiKeyValue::new(KEY_HEADER.as_str());
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("key", SecurityScheme::ApiKey(ApiKey::Header(header)));
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

/// The finished document. It can't fail: everything in it came from derived code.
pub(super) fn to_bytes(document: &utoipa::openapi::OpenApi) -> Bytes {
    document
        .to_json()
        .map(Bytes::from)
        .unwrap_or_else(|_| Bytes::from_static(b"{}"))
}

/// This document
///
/// The API in OpenAPI 3.1.
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "openapi", tag = "operations",
    responses((status = 200, description = "The document", body = serde_json::Value), Static)
)]
pub(super) async fn get(State(app): State<Arc<App>>) -> Response {
    let document = app.openapi.get().cloned().unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], document).into_response()
}

/// Declares the error replies that a group of operations shares.
macro_rules! error_replies {
    ($(#[$doc:meta])* $name:ident: $problems:expr) => {
        error_replies!($(#[$doc])* $name, $problems, true);
    };
    ($(#[$doc:meta])* $name:ident without key: $problems:expr) => {
        error_replies!($(#[$doc])* $name, $problems, false);
    };
    ($(#[$doc:meta])* $name:ident, $problems:expr, $takes_key:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Documented>> {
                problem::responses(&$problems, $takes_key).build().into()
            }
        }
    };
}

error_replies! {
    /// Of operations that take nothing.
    Static without key: []
}
error_replies! {
    /// Of operations that need an index.
    Readiness without key: [Problem::NotReady, Problem::EngineAway(None)]
}
error_replies! {
    /// Of operations that take a question in the query string.
    PlainQuestion: [
        Problem::EmptyQuestion, Problem::QuestionTooLong(513), bad_limit(), Problem::InvalidQueryString,
        unknown_kb(), Problem::NotReady,
        Problem::EngineAway(None),
    ]
}
error_replies! {
    /// Of operations that take a question and a filter in the query string.
    FilteredQuestion: [
        Problem::EmptyQuestion, Problem::QuestionTooLong(513), bad_limit(), Problem::InvalidQueryString,
        unknown_kb(), unknown_category(), unknown_tag(), Problem::NotReady,
        Problem::EngineAway(None),
    ]
}
error_replies! {
    /// Of operations that take a question in the body.
    PostedQuestion: [
        Problem::EmptyQuestion, Problem::QuestionTooLong(513), bad_limit(),
        Problem::InvalidJson("expected `,` or `}` at line 1 column 9".to_owned()),
        Problem::InvalidBody("missing field `q` at line 1 column 2".to_owned()),
        unknown_kb(), Problem::BodyTooSlow, Problem::BodyTooLarge(64 << 10),
        Problem::UnsupportedMediaType, unknown_category(), unknown_tag(), Problem::NotReady,
        Problem::EngineAway(None),
    ]
}
error_replies! {
    /// Of looking at what only the operator may see.
    Readable without key: [Problem::AdminOnly]
}
error_replies! {
    /// Of orders that only the operator may give.
    Administration without key: [
        Problem::InvalidQueryString, Problem::AdminOnly, unknown_kb(), failed_reload(), Problem::NoReload,
    ]
}
error_replies! {
    /// Of lists with a filter.
    FilteredList: [
        bad_limit(), Problem::InvalidQueryString, unknown_kb(), unknown_category(), unknown_tag(),
        Problem::NotReady,
        Problem::EngineAway(None),
    ]
}
error_replies! {
    /// Of feedback.
    Feedback: [
        Problem::InvalidJson("expected `,` or `}` at line 1 column 9".to_owned()),
        Problem::InvalidBody("unknown variant `good`, expected `up` or `down` at line 1 column 70".to_owned()),
        bad_query_id(), unknown_kb(), Problem::BodyTooSlow, Problem::BodyTooLarge(64 << 10),
        Problem::UnsupportedMediaType, Problem::FeedbackUnavailable(None), Problem::NotReady,
        Problem::EngineAway(None),
    ]
}
error_replies! {
    /// Of lists of the whole knowledge base.
    PlainList: [bad_limit(), Problem::InvalidQueryString, unknown_kb(), Problem::NotReady]
}
error_replies! {
    /// Of operations on one entry.
    NamedEntry: [Problem::InvalidQueryString, unknown_kb(), unknown_entry(), Problem::NotReady]
}
error_replies! {
    /// Of lists that belong to one entry.
    NamedEntryList: [
        bad_limit(), Problem::InvalidQueryString, unknown_kb(), unknown_entry(), Problem::NotReady,
        Problem::EngineAway(None),
    ]
}

fn bad_limit() -> Problem {
    Problem::InvalidParameter {
        name: "limit",
        allowed: Allowed::Numbers(1, 100),
        given: "0".to_owned(),
    }
}

fn bad_query_id() -> Problem {
    Problem::InvalidParameter {
        name: "query_id",
        allowed: Allowed::QueryId,
        given: "42".to_owned(),
    }
}

fn unknown_kb() -> Problem {
    Problem::Search(SearchError::UnknownKb {
        name: "icp".to_owned(),
        known: vec!["default".to_owned()],
    })
}

fn failed_reload() -> Problem {
    Problem::ReloadFailed(Box::new(Reloaded {
        kb: "default".to_owned(),
        outcome: Outcome::Failed,
        index_version: Some("7b88159e4e3ecd22".to_owned()),
        entries: 87,
        problems: None,
        detail: Some("there is no folder faq".to_owned()),
        hint: Some("name another with --corpus".to_owned()),
        at: "2026-11-22T08:00:00Z".to_owned(),
        took_ms: 3,
    }))
}

fn unknown_entry() -> Problem {
    Problem::Search(SearchError::UnknownEntry("备案-7f3a".to_owned()))
}

fn unknown_category() -> Problem {
    Problem::Search(SearchError::UnknownCategory("域名".to_owned()))
}

fn unknown_tag() -> Problem {
    Problem::Search(SearchError::UnknownTag("新手".to_owned()))
}
