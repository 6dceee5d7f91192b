//! From replies to what the templates show.

use crate::locale::Locale;
use crate::search::{AskReply, Decision, EntryReply, FacetCount, Hit, MatchedKind, SearchReply};
use crate::serve::page::answer;
use crate::serve::page::link::PageQuery;
use crate::serve::page::marks::{self, Segment, Snippet};
use crate::serve::page::texts::Texts;

/// Categories shown before the rest is folded away.
const VISIBLE_CATEGORIES: usize = 12;

/// A link with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) label: String,
    pub(super) href: String,
}

/// A category's own name, and those of the levels above it, outermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) own: String,
    pub(super) within: Option<String>,
}

impl Name {
    /// The name of a category path as facets give it.
    pub(super) fn of(path: &str) -> Name {
        match path.rsplit_once('/') {
            Some((above, own)) => Name {
                own: own.to_owned(),
                within: Some(above.replace('/', " › ")),
            },
            None => Name {
                own: path.to_owned(),
                within: None,
            },
        }
    }
}

/// A category to narrow a search to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Category {
    pub(super) name: Name,
    pub(super) href: String,
    pub(super) count: usize,
    pub(super) current: bool,
}

/// The categories beside a list.
#[derive(Debug, Default)]
pub(super) struct Categories {
    pub(super) visible: Vec<Category>,
    pub(super) folded: Vec<Category>,
    /// Leads to the list without a category, if one is chosen.
    pub(super) clear: Option<String>,
}

/// One entry found.
#[derive(Debug)]
pub(super) struct HitView {
    pub(super) question: Vec<Segment>,
    pub(super) href: String,
    /// The variant that matched, where one did.
    pub(super) variant: Option<String>,
    pub(super) confidence: Confidence,
    pub(super) path: Vec<Link>,
    pub(super) snippet: Snippet,
    /// The answer as sanitised HTML, where it says or shows more than the snippet.
    pub(super) answer: Option<String>,
    /// Whether it is the answer rather than one of the results.
    pub(super) answers: bool,
    pub(super) source: String,
    pub(super) url: Option<String>,
}

/// How sure we are, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Confidence {
    pub(super) word: &'static str,
    /// Part of a class name.
    pub(super) level: &'static str,
    pub(super) percent: u32,
}

impl Confidence {
    /// The word follows the decision and its thresholds, so that the two never disagree: where the page
    /// asks back or has no answer, no hit stands there as certain.
    fn new(value: f64, asked: &AskReply, texts: &Texts) -> Confidence {
        let thresholds = &asked.thresholds;
        let answered = asked.decision == Decision::Answered;
        let (word, level) = if answered && value >= thresholds.answer {
            (texts.sure, "sure")
        } else if value >= thresholds.clarify {
            (texts.possible, "possible")
        } else {
            (texts.unsure, "unsure")
        };
        // Rounding must not promise certainty.
        let most = if value < 1.0 { 99.0 } else { 100.0 };
        let percent = (value * 100.0).round().clamp(0.0, most) as u32;
        Confidence {
            word,
            level,
            percent,
        }
    }
}

/// What the head of the results says.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) level: &'static str,
    pub(super) title: String,
    pub(super) detail: Option<String>,
}

/// Where the scripts of China, Japan and Korea begin.
const CJK: char = '\u{2e80}';

impl Verdict {
    /// The decision in words; the owner's own words where they are in the reader's language. `same_language`
    /// tells whether that is the server's, in which owners write; what has no Chinese in it may be for others.
    pub(super) fn new(reply: &AskReply, same_language: bool, any: bool, texts: &Texts) -> Verdict {
        let message = reply.message.clone();
        let message = message.filter(|text| same_language || !text.chars().any(|c| c >= CJK));
        let nearest = any.then(|| texts.nearest.to_owned());
        let (level, title, detail) = match reply.decision {
            Decision::Answered => ("answered", texts.answered.to_owned(), None),
            Decision::Clarify => (
                "clarify",
                message.unwrap_or_else(|| texts.clarify.to_owned()),
                None,
            ),
            Decision::NoAnswer => (
                "no-answer",
                message.unwrap_or_else(|| texts.no_answer.to_owned()),
                nearest,
            ),
        };
        Verdict {
            level,
            title,
            detail,
        }
    }
}

/// The hits of a page; the one that answers, if any, is the one that ask gave.
pub(super) fn hits(
    found: &SearchReply,
    asked: &AskReply,
    query: &PageQuery,
    texts: &Texts,
) -> Vec<HitView> {
    let answer_id = asked.answer.as_ref().map(|answer| answer.hit.id.as_str());
    found
        .hits
        .iter()
        .map(|hit| hit_view(hit, answer_id == Some(&hit.id), asked, query, texts))
        .collect()
}

fn hit_view(
    hit: &Hit,
    answers: bool,
    asked: &AskReply,
    query: &PageQuery,
    texts: &Texts,
) -> HitView {
    let variant = match hit.matched.kind {
        MatchedKind::Variant => Some(hit.matched.text.clone()),
        MatchedKind::Question | MatchedKind::Answer => None,
    };
    let snippet = marks::snippet(hit);
    let cut = snippet.cut_before || snippet.cut_after;
    HitView {
        question: marks::segments(&hit.question, 0, usize::MAX, &hit.highlights.question),
        href: query.entry(&hit.id),
        variant,
        confidence: Confidence::new(hit.confidence, asked, texts),
        path: path(&hit.category, query),
        answer: (cut || !answer::is_plain(&hit.answer.html))
            .then(|| answer::for_page(&hit.answer.html, hit.source.url.as_deref(), 3)),
        snippet,
        answers,
        source: format!("{}:{}", hit.source.file, hit.source.line),
        url: answer::web_url(hit.source.url.as_deref()),
    }
}

/// A category path as links, each to its own level.
pub(super) fn path(category: &[String], query: &PageQuery) -> Vec<Link> {
    (1..=category.len())
        .map(|depth| Link {
            label: category[depth - 1].clone(),
            href: query.in_category(&category[..depth].join("/")),
        })
        .collect()
}

/// Facets as links; the chosen one first.
pub(super) fn categories(facets: &[FacetCount], query: &PageQuery) -> Categories {
    let chosen = query.category.as_deref().unwrap_or_default();
    let mut all: Vec<Category> = facets
        .iter()
        .map(|facet| Category {
            name: Name::of(&facet.value),
            href: query.in_category(&facet.value),
            count: facet.count,
            current: facet.value == chosen,
        })
        .collect();
    all.sort_by_key(|category| !category.current);
    let folded = all.split_off(VISIBLE_CATEGORIES.min(all.len()));
    Categories {
        visible: all,
        folded,
        clear: (!chosen.is_empty()).then(|| query.in_category("")),
    }
}

/// Links to the pages of a list around the present one.
#[derive(Debug, Default)]
pub(super) struct Paging {
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    /// The number, its link, whether it is the present one.
    pub(super) pages: Vec<(usize, String, bool)>,
}

/// Paging for `total` items, or none if they fit on one page.
pub(super) fn paging(total: usize, size: usize, number: usize, query: &PageQuery) -> Paging {
    let last = total.div_ceil(size);
    if last <= 1 {
        return Paging::default();
    }
    let first_shown = number.saturating_sub(3).clamp(1, last);
    let last_shown = (first_shown + 6).min(last);
    Paging {
        previous: (number > 1 && number <= last).then(|| query.on_page(number - 1)),
        next: (number < last).then(|| query.on_page(number + 1)),
        pages: (first_shown..=last_shown)
            .map(|page| (page, query.on_page(page), page == number))
            .collect(),
    }
}

/// How many there are and which are shown.
pub(super) fn count(total: usize, shown: usize, offset: usize, locale: Locale) -> String {
    if shown == 0 || shown == total {
        return locale.pick(format!("共 {total} 条"), format!("{total} in all"));
    }
    let (first, last) = (offset + 1, offset + shown);
    locale.pick(
        format!("共 {total} 条，第 {first}–{last} 条"),
        format!("{first}–{last} of {total}"),
    )
}

/// One entry whole.
#[derive(Debug)]
pub(super) struct EntryView {
    pub(super) question: String,
    pub(super) variants: Vec<String>,
    /// Sanitised HTML.
    pub(super) answer: String,
    pub(super) path: Vec<Link>,
    pub(super) tags: Vec<Link>,
    pub(super) source: String,
    pub(super) url: Option<String>,
}

impl EntryView {
    /// What the entry's page shows.
    pub(super) fn new(entry: EntryReply, query: &PageQuery) -> EntryView {
        let tags = entry.tags.iter().map(|tag| Link {
            label: tag.clone(),
            href: PageQuery {
                tag: Some(tag.clone()),
                ..query.clone()
            }
            .search(),
        });
        EntryView {
            tags: tags.collect(),
            path: path(&entry.category, query),
            answer: answer::for_page(&entry.answer.html, entry.source.url.as_deref(), 2),
            source: format!("{}:{}", entry.source.file, entry.source.line),
            url: answer::web_url(entry.source.url.as_deref()),
            question: entry.question,
            variants: entry.variants,
        }
    }
}
