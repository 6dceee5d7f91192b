//! What each template is given.

use askama::Template;

use crate::locale::Locale;
use crate::serve::assets;
use crate::serve::page::link::PageQuery;
use crate::serve::page::texts::Texts;
use crate::serve::page::view::{Categories, EntryView, HitView, Link, Paging, Verdict};

/// What every page needs.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) title: String,
    pub(super) locale: Locale,
    pub(super) texts: &'static Texts,
    pub(super) query: PageQuery,
    /// This page in the other language.
    pub(super) other_language: Link,
    pub(super) style: &'static str,
    pub(super) icon: &'static str,
}

impl Frame {
    /// `path` is the page's own, for the link to the other language.
    pub(super) fn new(
        title: Option<String>,
        locale: Locale,
        query: PageQuery,
        path: &str,
    ) -> Frame {
        let texts = Texts::of(locale);
        let other = locale.pick(Locale::En, Locale::Zh);
        let translated = PageQuery {
            lang: Some(other.tag().to_owned()),
            ..query.clone()
        };
        let search = translated.search();
        let href = format!("{path}{}", search.strip_prefix('/').unwrap_or_default());
        Frame {
            title: match title {
                Some(title) => format!("{title} · {}", texts.site),
                None => format!("{} · {}", texts.site, texts.tagline),
            },
            other_language: Link {
                label: texts.other_language.to_owned(),
                href,
            },
            locale,
            texts,
            query,
            style: &assets::STYLE.url,
            icon: &assets::ICON.url,
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
    pub(super) heading: String,
    pub(super) count: String,
    pub(super) entries: Vec<Link>,
    pub(super) categories: Categories,
    pub(super) paging: Paging,
}

#[derive(Template)]
#[template(path = "home.html")]
pub(super) struct HomePage {
    pub(super) frame: Frame,
    pub(super) groups: Vec<Group>,
    pub(super) categories: Categories,
}

/// Some entries under a heading.
pub(super) struct Group {
    pub(super) heading: String,
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
}
