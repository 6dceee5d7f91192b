//! `/` and `/entries/{id}`: pages for people, whole without any script.

mod answer;
mod browse;
pub(super) mod docs;
mod head;
pub(super) mod link;
mod marks;
mod template;
mod texts;
mod view;

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{Html, IntoResponse, Response};

use crate::locale::{Locale, Localized};
use crate::search::{
    AskRequest, DEFAULT_LIMIT, Filter, Page, Question, RelatedEntry, SearchRequest,
};
use crate::serve::App;
use crate::serve::asked::{Asking, Outcome};
use crate::serve::code::Code;
use crate::serve::error::Problem;
use crate::serve::input::{self, Params};
use crate::serve::page::head::Head;
use crate::serve::page::link::PageQuery;
use crate::serve::page::template::{EntryPage, ErrorPage, Frame, Languages, ResultsPage};
use crate::serve::page::texts::Texts;
use crate::serve::page::view::{EntryView, Link, Verdict};
use crate::serve::problem::locale_of;
use crate::serve::worker::Worker;

/// Related questions below an entry.
const RELATED_LIMIT: usize = 5;

/// The search page: results for a question, the entries of a category, or a start.
pub(super) async fn search(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Params(query): Params<PageQuery>,
    worker: Worker,
) -> Result<Response, Problem> {
    let languages = languages(&app, &headers, &query);
    let number = input::number("page", query.page.as_deref(), 1..=1_000_000, 1)?;
    let filter = input::filter(query.category.clone(), query.tag.clone());
    if !query.question().is_empty() {
        let question = Question::new(query.question())?;
        // Further pages are the same question, and what is still being typed, or gone back to, is none.
        let was_sent = headers.get(CAUSE).is_none_or(|cause| cause == "sent");
        let asking = (number == 1 && was_sent).then(|| {
            let kb = query.kb.as_deref();
            app.state.asking(kb, &question)
        });
        let mut page =
            results_page(worker, question, filter, number, languages, query, asking).await?;
        let example = example(&app, page.frame.query.kb.as_deref()).await;
        page.frame.suggest(example);
        return html(&page, languages.page);
    }
    if filter != Filter::default() {
        let mut page = browse::list(worker, filter, number, languages, query).await?;
        let example = example(&app, page.frame.query.kb.as_deref()).await;
        page.frame.suggest(example);
        return html(&page, languages.page);
    }
    let kb = query.kb.clone();
    let overview = worker
        .run(kb.as_deref(), move |searcher| async move {
            browse::start(&searcher).await
        })
        .await?;
    let mut page = browse::home_page(&overview, languages, query);
    let example = example(&app, page.frame.query.kb.as_deref()).await;
    page.frame.suggest(example);
    html(&page, languages.page)
}

/// What made the pages' script ask for a page: `typed`, `sent`, or `travelled` back and forward.
const CAUSE: &str = "x-jida-cause";

/// All entries.
pub(super) async fn entries(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Params(query): Params<PageQuery>,
    worker: Worker,
) -> Result<Response, Problem> {
    let languages = languages(&app, &headers, &query);
    let number = input::number("page", query.page.as_deref(), 1..=1_000_000, 1)?;
    let query = PageQuery {
        q: None,
        all: true,
        ..query
    };
    let filter = input::filter(query.category.clone(), query.tag.clone());
    let mut page = browse::list(worker, filter, number, languages, query).await?;
    let example = example(&app, page.frame.query.kb.as_deref()).await;
    page.frame.suggest(example);
    html(&page, languages.page)
}

fn languages(app: &App, headers: &HeaderMap, query: &PageQuery) -> Languages {
    let corpus = app.state.locale();
    Languages {
        page: query.locale().unwrap_or_else(|| locale_of(headers, corpus)),
        corpus,
    }
}

/// A question that may be asked here; `None` while nothing is ready. It is one small read, and an ornament:
/// no page waits or fails for it.
async fn example(app: &App, kb: Option<&str>) -> Option<String> {
    let present = app.state.answering(kb).ok()?;
    present.searcher.example().await.ok().flatten()
}

fn page_of(number: usize, limit: usize) -> Page {
    Page {
        limit,
        offset: (number - 1) * limit,
    }
}

async fn results_page(
    worker: Worker,
    question: Question,
    filter: Filter,
    number: usize,
    languages: Languages,
    query: PageQuery,
    asking: Option<Asking>,
) -> Result<ResultsPage, Problem> {
    let page = page_of(number, DEFAULT_LIMIT);
    let kb = query.kb.clone();
    let (found, asked, categories, overview, own_locale) = worker
        .run(kb.as_deref(), move |searcher| async move {
            let list = SearchRequest {
                question: question.clone(),
                filter: filter.clone(),
                page,
            };
            let decision = AskRequest {
                filter: filter.clone(),
                top: 1,
                locale: Some(languages.page),
                ..AskRequest::new(question.clone())
            };
            let found = searcher.search(&list).await?;
            let asked = searcher.ask(&decision).await?;
            // Other categories to go to, not only the chosen one.
            let categories = if filter.category.is_some() {
                let elsewhere = SearchRequest {
                    question,
                    filter: Filter {
                        category: None,
                        ..filter
                    },
                    page: page_of(1, 1),
                };
                searcher.search(&elsewhere).await?.facets.category
            } else if found.total > 0 {
                found.facets.category.clone()
            } else {
                // What came near but was not good enough is in none of them.
                Vec::new()
            };
            // Nothing found is no place to leave a reader at.
            let overview = match found.total {
                0 => Some(browse::start(&searcher).await?),
                _ => None,
            };
            let own_locale = searcher.settings().locale;
            Ok((found, asked, categories, overview, own_locale))
        })
        .await?;
    let locale = languages.page;
    if let Some(asking) = asking {
        asking.became(&asked.query_id, &Outcome::of_decision(&asked));
    }
    let texts = Texts::of(locale);
    let verdict =
        (number == 1).then(|| Verdict::new(&asked, locale == own_locale, found.total > 0, texts));
    let elsewhere = PageQuery {
        lang: query.lang.clone(),
        ..PageQuery::default()
    };
    let count = view::count(found.total, found.hits.len(), page.offset, locale);
    let head = Head {
        description: texts.promise.to_owned(),
        announcement: match &verdict {
            Some(verdict) => format!("{} · {count}", verdict.title),
            None => count.clone(),
        },
        title: Some(found.query.clone()),
        ..Head::default()
    };
    Ok(ResultsPage {
        groups: overview.map_or_else(Vec::new, |overview| browse::groups(&overview, &elsewhere)),
        verdict,
        count,
        start: page.offset + 1,
        hits: view::hits(&found, &asked, &query, texts),
        categories: view::categories(&categories, &query),
        paging: view::paging(found.total, page.limit, number, &query),
        frame: Frame::new(head, languages, query),
    })
}

/// One entry's page.
pub(super) async fn entry(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
    Params(query): Params<PageQuery>,
    worker: Worker,
) -> Result<Response, Problem> {
    let Path(id) = id.map_err(|_| Problem::InvalidRequest)?;
    let languages = languages(&app, &headers, &query);
    let (entry, related) = worker
        .run(query.kb.as_deref(), move |searcher| async move {
            let entry = searcher.entry(&id).await?;
            let related = searcher.related(&id, RELATED_LIMIT).await?.related;
            Ok((entry, related))
        })
        .await?;
    // Only these follow the reader from here to a search.
    let query = PageQuery {
        kb: query.kb,
        lang: query.lang,
        ..PageQuery::default()
    };
    let related = related.iter().map(|RelatedEntry { id, question }| Link {
        label: question.clone(),
        href: query.entry(id),
    });
    let any_language = PageQuery {
        lang: None,
        ..query.clone()
    };
    let path = any_language.entry(&entry.id);
    let text = head::description(&entry.answer.text);
    let entry = EntryView::new(entry, &query);
    let shown = [(entry.question.as_str(), entry.answer.as_str())];
    let head = Head {
        title: Some(entry.question.clone()),
        description: text,
        announcement: entry.question.clone(),
        structured: head::faq(shown.into_iter(), languages.corpus),
        listed: true,
    };
    let mut page = EntryPage {
        related: related.collect(),
        frame: Frame::at(&path, head, languages, query.clone()),
        entry,
    };
    let example = example(&app, page.frame.query.kb.as_deref()).await;
    page.frame.suggest(example);
    html(&page, languages.page)
}

/// A problem as a page; the question stays in its box, to be mended.
pub(super) fn error(problem: &Problem, uri: &Uri, locale: Locale) -> Response {
    let mut query: PageQuery =
        Query::try_from_uri(uri).map_or_else(|_| PageQuery::default(), |q| q.0);
    let locale = query.locale().unwrap_or(locale);
    let languages = Languages {
        page: locale,
        corpus: locale,
    };
    let code = problem.code();
    if code == Code::UnknownKb {
        query.kb = None;
    }
    let passing = matches!(
        code,
        Code::NotReady | Code::Overloaded | Code::TimedOut | Code::Internal
    );
    let detail = match code {
        Code::EmptyQuestion => Texts::of(locale).empty_question.to_owned(),
        _ => problem.message(locale),
    };
    // The other hints speak to programmers.
    let hint = passing || code == Code::QuestionTooLong;
    let head = Head {
        title: Some(code.title(locale).to_owned()),
        announcement: code.title(locale).to_owned(),
        ..Head::default()
    };
    let page = ErrorPage {
        status: code.status().as_u16(),
        heading: code.title(locale),
        detail,
        hint: problem.hint(locale).filter(|_| hint),
        unfiltered: matches!(
            code,
            Code::UnknownCategory | Code::UnknownTag | Code::UnknownKb
        )
        .then(|| query.unfiltered()),
        // The failing path may be anything, so only the search's own is linked to.
        again: (passing && uri.path() == "/").then(|| query.search()),
        frame: Frame::new(head, languages, query),
    };
    html(&page, locale).unwrap_or_else(IntoResponse::into_response)
}

fn html(page: &impl Template, locale: Locale) -> Result<Response, Problem> {
    let mut response = Html(page.render().map_err(Problem::internal)?).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(locale.tag()),
    );
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}
