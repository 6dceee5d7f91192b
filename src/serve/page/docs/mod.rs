//! `/docs`: the API described for people, made from the OpenAPI document itself. It needs no script: what a
//! `GET` gives can be tried with a form.

mod operation;
mod prose;
mod sample;
mod schema;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde_json::Value;

use crate::serve::App;
use crate::serve::assets;
use crate::serve::error::Problem;
use crate::serve::input::Params;
use crate::serve::page::head::Head;
use crate::serve::page::link::PageQuery;
use crate::serve::page::template::{Frame, Languages};
use crate::serve::page::{example, html, languages};

use operation::Operation;
use prose::{Paragraph, prose};
use schema::Schema;
use words::Words;

/// Where examples are sent if the caller doesn't say where it found us.
const DEFAULT_HOST: &str = "localhost:8080";

/// Operations that belong together.
struct Group {
    id: String,
    heading: Vec<Paragraph>,
    operations: Vec<Operation>,
}

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage {
    frame: Frame,
    words: &'static Words,
    style: &'static str,
    version: String,
    about: Vec<Paragraph>,
    groups: Vec<Group>,
    schemas: Vec<Schema>,
}

/// The API for people.
pub(in crate::serve) async fn get(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Params(query): Params<PageQuery>,
) -> Result<Response, Problem> {
    let languages = languages(&app, &headers, &query);
    let document = app.openapi.get().map_or(&b"{}"[..], |bytes| bytes);
    let mut document = serde_json::from_slice(document).map_err(Problem::internal)?;
    sample::speak_of(&mut document, example(&app, None).await.as_deref());
    let query = PageQuery {
        lang: query.lang,
        ..PageQuery::default()
    };
    let page = page(&document, host(&headers), languages, query);
    html(&page, languages.page)
}

fn page(document: &Value, host: &str, languages: Languages, query: PageQuery) -> DocsPage {
    let locale = languages.page;
    let words = Words::of(locale);
    let head = Head {
        title: Some(words.title.to_owned()),
        announcement: words.title.to_owned(),
        ..Head::default()
    };
    let groups = list(&document["tags"]).iter().map(|tag| {
        let id = text(&tag["name"]);
        Group {
            heading: prose(text(&tag["description"]), locale),
            operations: operation::of_tag(document, id, host, locale),
            id: id.to_owned(),
        }
    });
    DocsPage {
        frame: Frame::at("/docs", head, languages, query),
        style: &assets::DOCS_STYLE.url,
        version: text(&document["info"]["version"]).to_owned(),
        about: prose(text(&document["info"]["description"]), locale),
        groups: groups.collect(),
        schemas: schema::all(document, locale),
        words,
    }
}

/// The host under which the caller found us, if it looks like one.
fn host(headers: &HeaderMap) -> &str {
    headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .filter(|host| {
            !host.is_empty()
                && host
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c))
        })
        .unwrap_or(DEFAULT_HOST)
}

/// A value of the document as text; empty if it is none.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A value of the document as a list; empty if it is none.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A value of the document as pairs; none if it has none.
fn pairs(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
