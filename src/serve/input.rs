//! From bytes on the wire to validated requests. Everything a caller can get wrong is found here.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::{IntoParams, ToSchema};

use crate::search::{
    AskRequest, Context, DEFAULT_LIMIT, DEFAULT_TOP, Filter, MAX_LIMIT, Page, Question,
};
use crate::serve::App;
use crate::serve::allowed::Allowed;
use crate::serve::error::Problem;
use crate::serve::object::{Object, Whole};

/// Far past any end, and far from overflow.
const MAX_OFFSET: u64 = u32::MAX as u64;

/// A body somewhat over the limit is read to its end all the same: a reply to a client that is still
/// sending is likely to be lost with the connection.
const READ_FACTOR: usize = 4;

/// Longest part of a caller's value that an error message repeats, in code points.
pub(super) const MAX_ECHO_CHARS: usize = 40;

/// An id as an author may write it, with what makes it unique behind it.
const MAX_ENTRY_ID_CHARS: usize = 128;

/// The query string as `T`. Unlike the framework's own extractor it refuses what is not UTF-8 instead of
/// guessing at it.
#[derive(Debug)]
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if !is_well_encoded(parts.uri.query().unwrap_or_default()) {
            return Err(Problem::InvalidQueryString);
        }
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(params)) => Ok(Params(params)),
            // Every parameter is taken as text, so that the only thing left to fail is a second one of
            // the same name; the message quotes it.
            Err(rejection) => Err(rejection
                .body_text()
                .split('`')
                .nth(1)
                .map_or(Problem::InvalidRequest, |name| {
                    Problem::RepeatedParameter(name.to_owned())
                })),
        }
    }
}

/// Whether every `%` starts an escape and the decoded text is UTF-8.
fn is_well_encoded(query: &str) -> bool {
    let mut decoded = Vec::with_capacity(query.len());
    let mut bytes = query.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digits = [bytes.next(), bytes.next()].map(|digit| char::from(digit?).to_digit(16));
        let [Some(high), Some(low)] = digits else {
            return false;
        };
        decoded.push((high * 16 + low) as u8);
    }
    std::str::from_utf8(&decoded).is_ok()
}

/// A JSON body as `T`, at most so large, in at most so much time.
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        if !is_json(request.headers()) || is_encoded(request.headers()) {
            return Err(Problem::UnsupportedMediaType);
        }
        let limit = app.settings.max_body_bytes;
        let announced = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        let readable = limit.saturating_mul(READ_FACTOR);
        if announced.is_some_and(|length| length > readable as u64) {
            return Err(Problem::BodyTooLarge(limit));
        }
        let reading = to_bytes(request.into_body(), readable);
        let bytes = tokio::time::timeout(app.settings.body_timeout, reading)
            .await
            .map_err(|_| Problem::BodyTooSlow)?
            .map_err(|error| unreadable(&error, limit))?;
        if bytes.len() > limit {
            return Err(Problem::BodyTooLarge(limit));
        }
        let object = serde_json::from_slice(&bytes);
        object.map(|Object(body)| Body(body)).map_err(|error| {
            let cause = echo(&error.to_string(), 4 * MAX_ECHO_CHARS);
            if error.is_data() {
                Problem::InvalidBody(cause)
            } else {
                Problem::InvalidJson(cause)
            }
        })
    }
}

/// A body over the limit, or one that broke off.
fn unreadable(error: &(dyn std::error::Error + 'static), limit: usize) -> Problem {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("length limit exceeded") {
            return Problem::BodyTooLarge(limit);
        }
        cause = error.source();
    }
    Problem::InvalidRequest
}

/// Whether it would have to be unpacked first. It is not: a few bytes can become very many.
fn is_encoded(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    encodings.any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// `application/json`, or a type built on it such as `application/ld+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let essence = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The parameters of `GET /v1/ask` and `GET /v1/explain`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AskParams {
    /// The question, in words. The limit counts Unicode code points.
    #[param(value_type = String, required = true, min_length = 1, max_length = 512, example = "备案需要什么资料")]
    q: Option<String>,
    /// The knowledge base; the only one unless given.
    kb: Option<String>,
    /// How many candidates to list at most; asking back never lists more than 5.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 5, example = 5)]
    top: Option<String>,
    /// Only entries in this category or below it, levels joined by `/`.
    category: Option<String>,
    /// Only entries with this tag.
    tag: Option<String>,
    /// Whether to add why the entries stand in this order.
    #[param(value_type = Option<bool>, default = false)]
    explain: Option<String>,
}

impl AskParams {
    /// The validated request, and the knowledge base it is for.
    pub(super) fn into_request(self) -> Result<(Option<String>, AskRequest), Problem> {
        let asked = AskRequest::new(question(self.q.as_deref())?);
        let request = AskRequest {
            filter: filter(self.category, self.tag),
            top: number(
                "top",
                self.top.as_deref(),
                1..=MAX_LIMIT as u64,
                DEFAULT_TOP,
            )?,
            explain: switch("explain", self.explain.as_deref())?,
            ..asked
        };
        Ok((self.kb, request))
    }
}

/// The body of `POST /v1/ask` and `POST /v1/explain`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AskRequest)]
pub(super) struct AskBody {
    /// The question, in words. The limit counts Unicode code points.
    #[schema(min_length = 1, max_length = 512, example = "备案需要什么资料")]
    q: String,
    /// The knowledge base; the only one unless given.
    #[serde(default)]
    kb: Option<String>,
    /// How many candidates to list at most; asking back never lists more than 5.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 100, default = 5)]
    top: Option<Whole>,
    /// What to search in.
    #[serde(default)]
    #[schema(value_type = Option<Filter>)]
    filter: Option<Object<Filter>>,
    /// What was said before, to understand a follow-up by.
    #[serde(default)]
    #[schema(value_type = Option<AskContext>)]
    context: Option<Object<AskContext>>,
    /// Whether to add why the entries stand in this order.
    #[serde(default)]
    explain: bool,
}

/// What was said before. A question that stands on its own is answered as without it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AskContext {
    /// The entry that was shown last; an id that no entry has is ignored.
    #[serde(default)]
    previous_entry_id: Option<String>,
    /// The question before, best as `interpreted` gave it if it did. One that could not be asked itself,
    /// because it is empty or too long, is ignored.
    #[serde(default)]
    #[schema(example = "个人备案需要什么材料")]
    previous_question: Option<String>,
}

impl AskContext {
    fn into_context(self) -> Context {
        // A conversation must not end because what was understood of it grew too long.
        let previous = self.previous_question.as_deref().map(Question::new);
        Context {
            previous_question: previous.and_then(Result::ok),
            previous_entry_id: self.previous_entry_id.filter(|id| is_entry_id(id)),
        }
    }
}

impl AskBody {
    /// The validated request with its context, and the knowledge base it is for.
    pub(super) fn into_request(self) -> Result<(Option<String>, Context, AskRequest), Problem> {
        let context = self.context.unwrap_or_default().0.into_context();
        let top = self.top.map(|Whole(top)| top.to_string());
        let filter_given = self.filter.unwrap_or_default().0;
        let asked = AskRequest::new(question(Some(&self.q))?);
        let request = AskRequest {
            filter: filter(filter_given.category, filter_given.tag),
            top: number("top", top.as_deref(), 1..=MAX_LIMIT as u64, DEFAULT_TOP)?,
            explain: self.explain,
            ..asked
        };
        Ok((self.kb, context, request))
    }
}

/// Whether an entry could have this id. It may be gone by the time that somebody names it, but words have no place
/// there.
pub(super) fn is_entry_id(id: &str) -> bool {
    id.chars().count() <= MAX_ENTRY_ID_CHARS
        && id
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'))
}

/// A question, or what is wrong with it.
pub(super) fn question(text: Option<&str>) -> Result<Question, Problem> {
    Ok(Question::new(text.unwrap_or_default())?)
}

/// A filter; what an empty form field sends means no filter.
pub(super) fn filter(category: Option<String>, tag: Option<String>) -> Filter {
    Filter {
        category: category.filter(|value| !value.is_empty()),
        tag: tag.filter(|value| !value.is_empty()),
    }
}

/// A page of a list.
pub(super) fn page(limit: Option<&str>, offset: Option<&str>) -> Result<Page, Problem> {
    Ok(Page {
        limit: self::limit(limit)?,
        offset: number("offset", offset, 0..=MAX_OFFSET, 0)?,
    })
}

/// How many items a list may have.
pub(super) fn limit(given: Option<&str>) -> Result<usize, Problem> {
    number("limit", given, 1..=MAX_LIMIT as u64, DEFAULT_LIMIT)
}

/// A whole number in a range.
pub(super) fn number(
    name: &'static str,
    given: Option<&str>,
    range: std::ops::RangeInclusive<u64>,
    default: usize,
) -> Result<usize, Problem> {
    let Some(text) = given.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(default);
    };
    text.parse::<u64>()
        .ok()
        .filter(|number| range.contains(number))
        .and_then(|number| usize::try_from(number).ok())
        .ok_or_else(|| Problem::InvalidParameter {
            name,
            allowed: Allowed::Numbers(*range.start(), *range.end()),
            given: echo(text, MAX_ECHO_CHARS),
        })
}

fn switch(name: &'static str, given: Option<&str>) -> Result<bool, Problem> {
    match given.map(str::trim) {
        None | Some("" | "false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(text) => Err(Problem::InvalidParameter {
            name,
            allowed: Allowed::Switch,
            given: echo(text, MAX_ECHO_CHARS),
        }),
    }
}

/// A caller's text, short enough to repeat.
pub(super) fn echo(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_string_is_utf8_in_whole_escapes() {
        for (query, good) in [
            ("", true),
            ("q=%E5%A4%87%E6%A1%88&limit=3", true),
            ("q=a+b", true),
            ("q=%00", true),
            ("q=%E5%A4", false),
            ("q=%ff", false),
            ("q=100%", false),
            ("q=%zz", false),
            ("q=%+1", false),
        ] {
            assert_eq!(is_well_encoded(query), good, "{query:?}");
        }
    }

    #[test]
    fn an_id_that_no_entry_can_have_is_not_kept() {
        for (id, kept) in [("long", true), ("#七", false), (&"x".repeat(129), false)] {
            let body = serde_json::json!({"q": "要多久", "context": {"previous_entry_id": id}});
            let body: AskBody = serde_json::from_value(body).expect("a body");
            let (_, context, _) = body.into_request().expect("a request");
            assert_eq!(context.previous_entry_id.is_some(), kept, "{id}");
        }
    }

    #[test]
    fn a_number_outside_its_range_is_refused() {
        for (given, expected) in [
            (None, Some(10)),
            (Some(""), Some(10)),
            (Some("1"), Some(1)),
            (Some("100"), Some(100)),
            (Some("0"), None),
            (Some("101"), None),
            (Some("-1"), None),
            (Some("1.5"), None),
            (Some("1000000000"), None),
            (Some("99999999999999999999999999"), None),
            (Some("十"), None),
        ] {
            assert_eq!(limit(given).ok(), expected, "{given:?}");
        }
    }
}
