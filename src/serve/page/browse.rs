//! Pages to read without a question: the start page, a category, all entries.

use crate::locale::Locale;
use crate::search::{EntriesReply, EntryReply, EntrySummary, Filter, SearchError, Searcher};
use crate::serve::error::Problem;
use crate::serve::page::head::{self, Head};
use crate::serve::page::link::PageQuery;
use crate::serve::page::template::{BrowsePage, Frame, Group, HomePage, Languages, Opened, Shelf};
use crate::serve::page::texts::Texts;
use crate::serve::page::view::{self, Link, Name};
use crate::serve::page::{answer, page_of};
use crate::serve::worker::Worker;

/// Entries on a page of a category.
const BROWSE_LIMIT: usize = 20;
/// Groups of entries on the start page, and entries in each.
const HOME_GROUPS: usize = 8;
const HOME_GROUP_ENTRIES: usize = 5;

/// What a page of a list needs.
struct Listing {
    reply: EntriesReply,
    entries: Vec<EntryReply>,
    /// The same list in all categories, of which only the counts matter.
    all: EntriesReply,
}

/// All entries, or those of a category or with a tag.
pub(super) async fn list(
    worker: Worker,
    filter: Filter,
    number: usize,
    languages: Languages,
    query: PageQuery,
) -> Result<BrowsePage, Problem> {
    let kb = query.kb.clone();
    let listing = worker
        .run(kb.as_deref(), move |searcher| async move {
            let reply = searcher
                .entries(&filter, page_of(number, BROWSE_LIMIT))
                .await?;
            let mut entries = Vec::new();
            for entry in &reply.entries {
                entries.push(searcher.entry(&entry.id).await?);
            }
            // Other categories to go to, not only the chosen one.
            let elsewhere = Filter {
                category: None,
                ..filter
            };
            let all = searcher.entries(&elsewhere, page_of(1, 1)).await?;
            Ok(Listing {
                reply,
                entries,
                all,
            })
        })
        .await?;
    Ok(browse_page(&listing, number, languages, query))
}

fn browse_page(
    listing: &Listing,
    number: usize,
    languages: Languages,
    query: PageQuery,
) -> BrowsePage {
    let Listing {
        reply,
        entries,
        all,
    } = listing;
    let locale = languages.page;
    let chosen = query.category.as_deref().unwrap_or_default();
    let whole = match (chosen, &query.tag) {
        ("", Some(tag)) => format!("#{tag}"),
        ("", None) => Texts::of(locale).everything.to_owned(),
        (category, _) => category.replace('/', " › "),
    };
    let levels: Vec<String> = chosen.split('/').map(str::to_owned).collect();
    let (own, above) = match levels.split_last() {
        Some((own, above)) if !chosen.is_empty() => (own.clone(), above),
        _ => (whole.clone(), &[][..]),
    };
    let shelves = shelves(entries, chosen, &query);
    let count = view::count(
        reply.total,
        entries.len(),
        page_of(number, BROWSE_LIMIT).offset,
        locale,
    );
    let opened = || shelves.iter().flat_map(|shelf| &shelf.entries);
    let shown = opened().map(|entry| (entry.question.label.as_str(), entry.answer.as_str()));
    let questions: Vec<&str> = opened()
        .map(|entry| entry.question.label.as_str())
        .collect();
    let head = Head {
        title: Some(whole.clone()),
        description: head::description(&format!("{whole} · {}", questions.join(" "))),
        announcement: format!("{whole}, {count}"),
        structured: head::faq(shown, languages.corpus),
        // An empty page is no page to find.
        listed: !entries.is_empty(),
    };
    BrowsePage {
        count,
        categories: view::categories(&all.facets.category, &query),
        paging: view::paging(reply.total, BROWSE_LIMIT, number, &query),
        narrowed: query.category.is_some() || query.tag.is_some(),
        path: view::path(above, &query),
        frame: Frame::new(head, languages, query),
        heading: own,
        shelves,
    }
}

/// Entries under their categories, which the page's own heading need not say again.
fn shelves(entries: &[EntryReply], chosen: &str, query: &PageQuery) -> Vec<Shelf> {
    entries
        .chunk_by(|a, b| a.category == b.category)
        .map(|entries| {
            let category = &entries[0].category;
            let said = category.join("/") == chosen;
            Shelf {
                path: if said {
                    Vec::new()
                } else {
                    view::path(category, query)
                },
                entries: entries
                    .iter()
                    .map(|entry| opened(entry, if said { 2 } else { 3 }, query))
                    .collect(),
            }
        })
        .collect()
}

/// `level` is that of headings in the answer.
fn opened(entry: &EntryReply, level: u8, query: &PageQuery) -> Opened {
    Opened {
        question: Link {
            label: entry.question.clone(),
            href: query.entry(&entry.id),
        },
        answer: answer::for_page(&entry.answer.html, entry.source.url.as_deref(), level),
    }
}

/// The first entries of all, and the first of each of the largest categories.
pub(super) type Overview = (EntriesReply, Vec<EntriesReply>);

/// What the start page shows: an overview, and some entries of the largest categories.
pub(super) async fn start(searcher: &Searcher) -> Result<Overview, SearchError> {
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

/// Where people begin.
pub(super) fn home_page(overview: &Overview, languages: Languages, query: PageQuery) -> HomePage {
    // Groups with their links are overview enough as long as every category has one.
    let facets = &overview.0.facets.category;
    let rest = facets.get(HOME_GROUPS..).unwrap_or_default();
    let texts = Texts::of(languages.page);
    let head = Head {
        description: texts.promise.to_owned(),
        listed: true,
        ..Head::default()
    };
    let groups = groups(overview, &query);
    let total = overview.0.total;
    let shown = groups.iter().map(|group| group.entries.len()).sum();
    HomePage {
        everything: (total > shown).then(|| Link {
            label: every_question(total, languages.page),
            href: query.everything(),
        }),
        groups,
        categories: view::categories(rest, &query),
        frame: Frame::new(head, languages, query),
    }
}

fn every_question(total: usize, locale: Locale) -> String {
    locale.pick(
        format!("浏览全部 {total} 个问题"),
        format!("Browse all {total} questions"),
    )
}

/// Some entries of each of the largest categories, or of each file.
pub(super) fn groups((all, by_category): &Overview, query: &PageQuery) -> Vec<Group> {
    // A knowledge base without categories still has files.
    if by_category.is_empty() {
        return by_file(&all.entries, query);
    }
    let facets = all.facets.category.iter();
    let groups = facets.zip(by_category).map(|(facet, reply)| Group {
        heading: Name::of(&facet.value),
        href: (reply.total > reply.entries.len()).then(|| query.in_category(&facet.value)),
        entries: entry_links(&reply.entries, query),
    });
    groups.collect()
}

fn by_file(entries: &[EntrySummary], query: &PageQuery) -> Vec<Group> {
    entries
        .chunk_by(|a, b| a.source.file == b.source.file)
        .map(|entries| Group {
            heading: Name {
                own: file_stem(&entries[0].source.file).to_owned(),
                within: None,
            },
            href: None,
            entries: entry_links(entries, query),
        })
        .collect()
}

fn file_stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
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
