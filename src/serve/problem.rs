//! How an error looks from outside: a problem document (RFC 9457) for programs, a page for people.

use std::any::Any;
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::{Ref, ResponseBuilder, ResponsesBuilder};

use crate::locale::{Locale, Localized};
use crate::search::{InvalidQuestion, SearchError};
use crate::serve::App;
use crate::serve::code::Code;
use crate::serve::error::{Limited, Problem};
use crate::serve::headers::is_page;
use crate::serve::page;

/// The media type of every error that is not a page.
const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong (RFC 9457). Branch on `code`; show `detail` and `hint`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// `urn:jida:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:jida:problem:empty_question")]
    kind: String,
    /// The same for every problem of this code, in the caller's language.
    title: String,
    /// The reply's status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened this time, in the caller's language.
    detail: String,
    /// A stable name.
    code: Code,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    hint: Option<String>,
}

/// Why a question gets no reply, wherever it comes from.
#[derive(Debug)]
pub enum Unanswered {
    /// Its bytes are no text.
    NotUtf8,
    /// It is none.
    Question(InvalidQuestion),
    /// A name that nothing has, or a failing engine.
    Search(SearchError),
}

/// What the API says about it, for callers who do not come by HTTP.
pub fn problem_for(unanswered: Unanswered, locale: Locale) -> ProblemDocument {
    let problem = match unanswered {
        Unanswered::NotUtf8 => Problem::InvalidEncoding,
        Unanswered::Question(invalid) => invalid.into(),
        Unanswered::Search(error) => error.into(),
    };
    ProblemDocument::new(&problem, locale)
}

impl ProblemDocument {
    /// The same with other words: those for the API's callers keep our own failures to the log.
    pub fn told_as(self, detail: String, hint: Option<String>) -> ProblemDocument {
        ProblemDocument {
            detail,
            hint,
            ..self
        }
    }

    fn new(problem: &Problem, locale: Locale) -> ProblemDocument {
        let code = problem.code();
        ProblemDocument {
            kind: format!("urn:jida:problem:{}", name(code)),
            title: code.title(locale).to_owned(),
            status: code.status().as_u16(),
            detail: problem.message(locale),
            code,
            hint: problem.hint(locale),
        }
    }
}

/// A code as it stands in JSON.
fn name(code: Code) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The language a caller wants to be addressed in.
pub(super) fn locale_of(headers: &HeaderMap, default: Locale) -> Locale {
    headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(Locale::from_accept_language)
        .unwrap_or(default)
}

/// Gives every error its body, also those that the framework made; no bare text leaves the server. This
/// is the one place where internal errors are logged.
pub(super) async fn render(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let locale = locale_of(request.headers(), app.state.locale());
    let wanted = Wanted::by(&request);
    let uri = request.uri().clone();
    let mut response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || is_page(response.headers()) {
        // A handler has made an error page itself.
        return response;
    }
    let problem = response
        .extensions_mut()
        .remove::<Arc<Problem>>()
        .unwrap_or_else(|| Arc::new(of_status(status)));
    if let Some(cause) = problem.cause() {
        tracing::error!(cause = %with_sources(cause), "request failed");
    }
    let mut rendered = match wanted {
        Wanted::Page => page::error(&problem, &uri, locale),
        Wanted::Document => document(&problem, locale),
    };
    *rendered.status_mut() = problem.code().status();
    let headers = rendered.headers_mut();
    headers.insert(
        header::VARY,
        HeaderValue::from_static("accept, accept-language"),
    );
    if let Some(seconds) = problem.retry_after() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.code() == Code::KeyNeeded {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if problem.code() == Code::BodyTooLarge {
        // What is left of the body would be taken for the next request.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if let Some(methods) = response.headers_mut().remove(header::ALLOW) {
        headers.insert(header::ALLOW, methods);
    }
    rendered
}

fn document(problem: &Problem, locale: Locale) -> Response {
    let headers = [
        (header::CONTENT_TYPE, PROBLEM_JSON),
        (header::CONTENT_LANGUAGE, locale.tag()),
    ];
    (headers, axum::Json(ProblemDocument::new(problem, locale))).into_response()
}

/// What kind of error body fits a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Page,
    Document,
}

impl Wanted {
    /// Pages fail as pages, the API as documents; an unknown path as what the caller asked for.
    fn by(request: &Request) -> Wanted {
        let path = request.uri().path();
        let accepts_html = request
            .headers()
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
        if path == "/"
            || path == "/entries"
            || path.starts_with("/entries/")
            || (accepts_html && !path.starts_with("/v1/"))
        {
            Wanted::Page
        } else {
            Wanted::Document
        }
    }
}

/// What the framework means by a bare status.
fn of_status(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::UnknownPath,
        StatusCode::METHOD_NOT_ALLOWED => Problem::MethodNotAllowed,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::UnsupportedMediaType,
        status if status.is_client_error() => Problem::InvalidRequest,
        status => Problem::internal(format!("the framework replied {status}")),
    }
}

/// A panic is an internal error like any other.
pub(super) fn from_panic(payload: Box<dyn Any + Send + 'static>) -> Response {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    Problem::internal(format!("panicked: {text}")).into_response()
}

/// An error and what caused it, on one line.
fn with_sources(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// The error replies of an operation for the OpenAPI document, from the same mapping that makes them:
/// `examples`, what can happen to every request, and what to those that take a key where some are set.
pub(super) fn responses(examples: &[Problem], takes_key: bool) -> ResponsesBuilder {
    let of_keys: &[Problem] = match takes_key {
        true => &[Problem::KeyNeeded, Problem::KeyNotForThisOrigin],
        false => &[],
    };
    let common = [
        Problem::InvalidRequest,
        Problem::RateLimited {
            of: Limited::Client,
            seconds: 3,
        },
        Problem::UriTooLong(16 << 10),
        Problem::HeadersTooLarge(32 << 10),
        Problem::Internal("".into()),
        Problem::Overloaded,
        Problem::TimedOut,
    ];
    let mut by_status: BTreeMap<u16, Vec<&Problem>> = BTreeMap::new();
    for problem in examples.iter().chain(of_keys).chain(&common) {
        by_status
            .entry(problem.code().status().as_u16())
            .or_default()
            .push(problem);
    }
    let mut responses = ResponsesBuilder::new();
    for (status, problems) in by_status {
        let titles: Vec<&str> = problems
            .iter()
            .map(|p| p.code().title(Locale::En))
            .collect();
        let examples = problems.iter().map(|problem| {
            let example = ExampleBuilder::new()
                .summary(problem.code().title(Locale::En))
                .value(Some(json!(ProblemDocument::new(problem, Locale::En))));
            (name(problem.code()), example.build())
        });
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Problem")))
            .examples_from_iter(examples)
            .build();
        let response = ResponseBuilder::new()
            .description(titles.join(", "))
            .content(PROBLEM_JSON, content);
        responses = responses.response(status.to_string(), response.build());
    }
    responses
}
