//! `/` and `/entries/{id}`: pages for people, whole without any script.

mod answer;
pub(super) mod docs;
mod link;
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
    AskRequest, DEFAULT_LIMIT, EntriesReply, EntrySummary, Filter, Page, Question, RelatedEntry,
    SearchError, SearchRequest, Searcher,
};
use crate::serve::App;
use crate::serve::asked::Asking;
use crate::serve::error::{Code, Problem};
use crate::serve::headers::PAGE_POLICY;
use crate::serve::input::{self, Params};
use crate::serve::page::link::PageQuery;
use crate::serve::page::template::{
    BrowsePage, EntryPage, ErrorPage, Frame, Group, HomePage, ResultsPage,
};
use crate::serve::page::texts::Texts;
use crate::serve::page::view::{EntryView, Link, Verdict};
use crate::serve::problem::locale_of;
use crate::serve::worker::Worker;

/// Entries on a page of a category.
const BROWSE_LIMIT: usize = 20;
/// Groups of entries on the start page, and entries in each.
const HOME_GROUPS: usize = 8;
const HOME_GROUP_ENTRIES: usize = 5;
/// Related questions below an entry.
const RELATED_LIMIT: usize = 5;

/// The search page: results for a question, the entries of a category, or a start.
pub(super) async fn search(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Params(query): Params<PageQuery>,
    worker: Worker,
) -> Result<Response, Problem> {
    let locale = query
        .locale()
        .unwrap_or_else(|| locale_of(&headers, app.state.locale()));
    let number = input::number("page", query.page.as_deref(), 1..=1_000_000, 1)?;
    let filter = input::filter(query.category.clone(), query.tag.clone());
    if query.question().is_empty() {
        let kb = query.kb.clone();
        if filter == Filter::default() {
            let starting = worker.run(move |searcher| async move {
                searcher.check_kb(kb.as_deref())?;
                start(&searcher).await
            });
            return html(&home_page(starting.await?, locale, query), locale);
        }
        let page = page_of(number, BROWSE_LIMIT);
        let browsing = worker.run(move |searcher| async move {
            searcher.check_kb(kb.as_deref())?;
            searcher.entries(&filter, page).await
        });
        return html(
            &browse_page(&browsing.await?, number, locale, query),
            locale,
        );
    }
    let question = Question::new(query.question())?;
    // Further pages are the same question.
    let asking = (number == 1).then(|| app.state.asking(&question));
    html(
        &results_page(worker, question, filter, number, locale, query, asking).await?,
        locale,
    )
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
    locale: Locale,
    query: PageQuery,
    asking: Option<Asking>,
) -> Result<ResultsPage, Problem> {
    let page = page_of(number, DEFAULT_LIMIT);
    let kb = query.kb.clone();
    let (found, asked, overview, own_locale) = worker
        .run(move |searcher| async move {
            searcher.check_kb(kb.as_deref())?;
            let list = SearchRequest {
                question: question.clone(),
                filter: filter.clone(),
                page,
            };
            let decision = AskRequest {
                question,
                filter,
                top: 1,
                explain: false,
            };
            let found = searcher.search(&list).await?;
            let asked = searcher.ask(&decision).await?;
            // Nothing found is no place to leave a reader at.
            let overview = match found.total {
                0 => Some(start(&searcher).await?),
                _ => None,
            };
            Ok((found, asked, overview, searcher.settings().locale))
        })
        .await?;
    if let Some(asking) = asking {
        asking.decided(&asked);
    }
    let texts = Texts::of(locale);
    let verdict =
        (number == 1).then(|| Verdict::new(&asked, locale == own_locale, found.total > 0, texts));
    let elsewhere = PageQuery {
        lang: query.lang.clone(),
        ..PageQuery::default()
    };
    Ok(ResultsPage {
        groups: overview.map_or_else(Vec::new, |overview| groups(&overview, &elsewhere)),
        verdict,
        count: view::count(found.total, found.hits.len(), page.offset, locale),
        start: page.offset + 1,
        hits: view::hits(&found, &asked, &query, texts),
        categories: view::categories(&found.facets.category, &query),
        paging: view::paging(found.total, page.limit, number, &query),
        frame: Frame::new(Some(found.query), locale, query, "/"),
    })
}

fn browse_page(
    reply: &EntriesReply,
    number: usize,
    locale: Locale,
    query: PageQuery,
) -> BrowsePage {
    let heading = match (&query.category, &query.tag) {
        (Some(category), _) if !category.is_empty() => category.replace('/', " › "),
        (_, Some(tag)) => format!("#{tag}"),
        _ => String::new(),
    };
    let offset = (number - 1) * BROWSE_LIMIT;
    BrowsePage {
        count: view::count(reply.total, reply.entries.len(), offset, locale),
        entries: entry_links(&reply.entries, &query),
        categories: view::categories(&reply.facets.category, &query),
        paging: view::paging(reply.total, BROWSE_LIMIT, number, &query),
        frame: Frame::new(Some(heading.clone()), locale, query, "/"),
        heading,
    }
}

/// The first entries of all, and the first of each of the largest categories.
type Overview = (EntriesReply, Vec<EntriesReply>);

/// What the start page shows: an overview, and some entries of the largest categories.
async fn start(searcher: &Searcher) -> Result<Overview, SearchError> {
    let page = page_of(1, BROWSE_LIMIT);
    let overview = searcher.entries(&Filter::default(), page).await?;
    let mut groups = Vec::new();
    for facet in overview.facets.category.iter().take(HOME_GROUPS) {
        let filter = Filter {
            category: Some(facet.value.clone()),
            tag: None,
        };
        let page = page_of(1, HOME_GROUP_ENTRIES);
        groups.push(searcher.entries(&filter, page).await?);
    }
    Ok((overview, groups))
}

fn home_page(overview: Overview, locale: Locale, query: PageQuery) -> HomePage {
    // Groups with their links are overview enough as long as every category has one.
    let facets = &overview.0.facets.category;
    let rest = facets.get(HOME_GROUPS..).unwrap_or_default();
    HomePage {
        groups: groups(&overview, &query),
        categories: view::categories(rest, &query),
        frame: Frame::new(None, locale, query, "/"),
    }
}

fn groups((all, by_category): &Overview, query: &PageQuery) -> Vec<Group> {
    // A knowledge base without categories still has files.
    if by_category.is_empty() {
        return by_file(&all.entries, query);
    }
    let facets = all.facets.category.iter();
    let groups = facets.zip(by_category).map(|(facet, reply)| Group {
        heading: facet.value.replace('/', " › "),
        href: (reply.total > reply.entries.len()).then(|| query.in_category(&facet.value)),
        entries: entry_links(&reply.entries, query),
    });
    groups.collect()
}

fn by_file(entries: &[EntrySummary], query: &PageQuery) -> Vec<Group> {
    entries
        .chunk_by(|a, b| a.source.file == b.source.file)
        .map(|entries| Group {
            heading: entries[0]
                .source
                .file
                .rsplit_once('.')
                .map_or(entries[0].source.file.as_str(), |(stem, _)| stem)
                .to_owned(),
            href: None,
            entries: entry_links(entries, query),
        })
        .collect()
}

fn entry_links(entries: &[EntrySummary], query: &PageQuery) -> Vec<Link> {
    entries
        .iter()
        .map(|entry| Link {
            label: entry.question.clone(),
            href: query.entry(&entry.id),
        })
        .collect()
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
    let locale = query
        .locale()
        .unwrap_or_else(|| locale_of(&headers, app.state.locale()));
    let (entry, related) = worker
        .run(move |searcher| async move {
            let entry = searcher.entry(&id).await?;
            let related = searcher.related(&id, RELATED_LIMIT).await?.related;
            Ok((entry, related))
        })
        .await?;
    // Only the language follows the reader from here to a search.
    let query = PageQuery {
        lang: query.lang,
        ..PageQuery::default()
    };
    let related = related.iter().map(|RelatedEntry { id, question }| Link {
        label: question.clone(),
        href: query.entry(id),
    });
    let path = PageQuery::default().entry(&entry.id);
    let page = EntryPage {
        related: related.collect(),
        frame: Frame::new(Some(entry.question.clone()), locale, query.clone(), &path),
        entry: EntryView::new(entry, &query),
    };
    html(&page, locale)
}

/// A problem as a page; the question stays in its box, to be mended.
pub(super) fn error(problem: &Problem, uri: &Uri, locale: Locale) -> Response {
    let query: PageQuery = Query::try_from_uri(uri).map_or_else(|_| PageQuery::default(), |q| q.0);
    let locale = query.locale().unwrap_or(locale);
    let code = problem.code();
    let detail = match code {
        Code::EmptyQuestion => Texts::of(locale).empty_question.to_owned(),
        _ => problem.message(locale),
    };
    // The other hints speak to programmers.
    let hint = matches!(
        code,
        Code::QuestionTooLong | Code::NotReady | Code::Overloaded | Code::TimedOut | Code::Internal
    );
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
        // The failing path may be anything, so the link to the other language leads to the search.
        frame: Frame::new(Some(code.title(locale).to_owned()), locale, query, "/"),
    };
    html(&page, locale).unwrap_or_else(IntoResponse::into_response)
}

fn html(page: &impl Template, locale: Locale) -> Result<Response, Problem> {
    let mut response = Html(page.render().map_err(Problem::internal)?).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(PAGE_POLICY),
    );
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(locale.tag()),
    );
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}
