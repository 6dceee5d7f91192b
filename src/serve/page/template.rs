//! What each template is given.

use askama::Template;

use crate::locale::Locale;
use crate::serve::page::head::Head;
use crate::serve::page::link::PageQuery;
use crate::serve::page::texts::Texts;
use crate::serve::page::view::{Categories, EntryView, HitView, Link, Name, Paging, Verdict};
use crate::serve::{assets, scripts};

/// Code points of the example in the search box; a narrow one shows hardly more.
const EXAMPLE_CHARS: usize = 24;

/// The language of a page, and that of the knowledge base it shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Languages {
    pub(super) page: Locale,
    pub(super) corpus: Locale,
}

/// What every page needs.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) title: String,
    pub(super) head: Head,
    pub(super) locale: Locale,
    /// For the `lang` of what the knowledge base says.
    pub(super) corpus: &'static str,
    pub(super) texts: &'static Texts,
    pub(super) query: PageQuery,
    /// A question of the knowledge base that may be asked, cut to fit the box; `None` while there is none.
    pub(super) example: Option<String>,
    /// The one address of what the page shows.
    pub(super) canonical: String,
    /// This page in the other language.
    pub(super) other_language: Link,
    pub(super) style: &'static str,
    pub(super) icon: &'static str,
    /// The module that the page runs, and those that it imports.
    pub(super) script: &'static str,
    pub(super) imports: &'static [String],
}

impl Frame {
    /// The frame of the page that stands at `query`.
    pub(super) fn new(head: Head, languages: Languages, query: PageQuery) -> Frame {
        let address = query.search();
        Frame::at(
            address.split('?').next().unwrap_or("/"),
            head,
            languages,
            query,
        )
    }

    /// Shows in the box what may be asked.
    pub(super) fn suggest(&mut self, example: Option<String>) {
        let fitting = |text: String| match text.char_indices().nth(EXAMPLE_CHARS) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        };
        self.example = example.map(fitting);
    }

    /// The frame of a page with a path of its own.
    pub(super) fn at(path: &str, head: Head, languages: Languages, query: PageQuery) -> Frame {
        let locale = languages.page;
        let texts = Texts::of(locale);
        let other = locale.pick(Locale::En, Locale::Zh);
        let canonical = PageQuery {
            lang: query.locale().map(|locale| locale.tag().to_owned()),
            page: query.page.clone().filter(|page| page != "1"),
            ..query.clone()
        };
        let (script, imports) = scripts::URLS
            .split_first()
            .map_or(("", &[][..]), |(own, others)| (own.as_str(), others));
        Frame {
            title: match &head.title {
                Some(title) => format!("{title} · {}", texts.site),
                None => format!("{} · {}", texts.site, texts.tagline),
            },
            head,
            canonical: canonical.at(path),
            other_language: Link {
                label: texts.other_language.to_owned(),
                href: query.in_language(other).at(path),
            },
            locale,
            corpus: languages.corpus.tag(),
            texts,
            query,
            example: None,
            style: &assets::STYLE.url,
            icon: &assets::ICON.url,
            script,
            imports,
        }
    }
}

#[derive(Template)]
#[template(path = "results.html")]
pub(super) struct ResultsPage {
    pub(super) frame: Frame,
    pub(super) verdict: Option<Verdict>,
    pub(super) count: String,
    pub(super) start: usize,
    pub(super) hits: Vec<HitView>,
    /// What there is to read when nothing was found.
    pub(super) groups: Vec<Group>,
    pub(super) categories: Categories,
    pub(super) paging: Paging,
}

#[derive(Template)]
#[template(path = "browse.html")]
pub(super) struct BrowsePage {
    pub(super) frame: Frame,
    /// The levels above the category.
    pub(super) path: Vec<Link>,
    pub(super) heading: String,
    /// Whether the heading is the knowledge base's word for a part of it, rather than ours for all.
    pub(super) narrowed: bool,
    pub(super) count: String,
    pub(super) shelves: Vec<Shelf>,
    pub(super) categories: Categories,
    pub(super) paging: Paging,
}

/// Entries of one category, one after the other in the corpus.
pub(super) struct Shelf {
    /// The category, each of its levels with its link; empty where the page's heading says it.
    pub(super) path: Vec<Link>,
    pub(super) entries: Vec<Opened>,
}

/// An entry that can be unfolded where it stands.
pub(super) struct Opened {
    pub(super) question: Link,
    /// Sanitised HTML.
    pub(super) answer: String,
}

#[derive(Template)]
#[template(path = "home.html")]
pub(super) struct HomePage {
    pub(super) frame: Frame,
    pub(super) groups: Vec<Group>,
    pub(super) categories: Categories,
    /// Leads to the list of all entries, and says how many there are.
    pub(super) everything: Option<Link>,
}

/// Some entries under a heading.
pub(super) struct Group {
    pub(super) heading: Name,
    /// Leads to all of them, where that is a list of its own.
    pub(super) href: Option<String>,
    pub(super) entries: Vec<Link>,
}

#[derive(Template)]
#[template(path = "entry.html")]
pub(super) struct EntryPage {
    pub(super) frame: Frame,
    pub(super) entry: EntryView,
    pub(super) related: Vec<Link>,
}

#[derive(Template)]
#[template(path = "error.html")]
pub(super) struct ErrorPage {
    pub(super) frame: Frame,
    pub(super) status: u16,
    pub(super) heading: &'static str,
    pub(super) detail: String,
    pub(super) hint: Option<String>,
    pub(super) unfiltered: Option<String>,
    /// This very page, where it may be there a little later.
    pub(super) again: Option<String>,
}
