//! Ranked candidates and fetched entries become the parts of a reply.

use rustc_hash::FxHashMap;

use crate::corpus::{Answer, Entry};
use crate::index::{Candidate, Catalog, EntryText};
use crate::rank::{Matched as MatchedText, Ranked};
use crate::search::highlight::{Highlighter, code_points};
use crate::search::html;
use crate::search::reply::{
    AnswerBody, EntrySummary, FacetCount, Facets, Highlights, Hit, Matched, MatchedKind,
    PassageSpan, SourceRef,
};
use crate::search::shown::Shown;

/// Confidences and other numbers as they leave: four decimals tell all there is to tell, and are the
/// same on every machine.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

pub(super) fn hit(
    shown: &Shown,
    text: &EntryText<'_>,
    ranked: &Ranked,
    highlighter: &Highlighter<'_>,
) -> Hit {
    let entry = &shown.entry;
    let passage = ranked
        .passage
        .and_then(|index| passage(&entry.answer, index));
    Hit {
        matched: matched(entry, ranked),
        confidence: rounded(ranked.confidence),
        highlights: Highlights {
            question: highlighter.ranges(text.question.atoms, text.question.places),
            answer: highlighter.ranges(text.answer, text.places),
        },
        passage,
        source: source(entry),
        id: entry.id.to_string(),
        question: entry.question.clone(),
        answer: AnswerBody {
            markdown: entry.answer.markdown.clone(),
            text: entry.answer.text.clone(),
            html: shown.html().to_owned(),
        },
        category: entry.category.clone(),
        tags: entry.tags.clone(),
    }
}

pub(super) fn matched(entry: &Entry, ranked: &Ranked) -> Matched {
    let (kind, text) = match ranked.matched {
        MatchedText::Variant(index) if index < entry.variants.len() => {
            (MatchedKind::Variant, entry.variants[index].clone())
        }
        MatchedText::Answer => {
            let passage = ranked
                .passage
                .and_then(|index| passage(&entry.answer, index));
            (
                MatchedKind::Answer,
                passage.map_or_else(|| entry.answer.text.clone(), |p| p.text),
            )
        }
        MatchedText::Question | MatchedText::Variant(_) => {
            (MatchedKind::Question, entry.question.clone())
        }
    };
    Matched { text, kind }
}

/// The passage of this index; `None` if it is the whole answer anyway.
fn passage(answer: &Answer, index: usize) -> Option<PassageSpan> {
    let span = passage_span(answer, index)?;
    (span.text != answer.text).then_some(span)
}

pub(super) fn passage_span(answer: &Answer, index: usize) -> Option<PassageSpan> {
    let range = answer.passages.get(index)?.text.clone();
    let text = answer.text.get(range.clone())?.to_owned();
    let [start, end] = *code_points(&answer.text, &[range]).first()?;
    Some(PassageSpan { text, start, end })
}

pub(super) fn body(answer: Answer) -> AnswerBody {
    AnswerBody {
        html: html::render(&answer.markdown),
        markdown: answer.markdown,
        text: answer.text,
    }
}

pub(super) fn source(entry: &Entry) -> SourceRef {
    SourceRef {
        file: entry.source.file.clone(),
        line: entry.source.line,
        url: entry.source.url.clone(),
    }
}

pub(super) fn summary(entry: Entry) -> EntrySummary {
    EntrySummary {
        source: source(&entry),
        id: entry.id.to_string(),
        question: entry.question,
        category: entry.category,
        tags: entry.tags,
    }
}

/// Categories of all ranked candidates.
pub(super) fn candidate_facets(candidates: &[Candidate<'_>]) -> Facets {
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for candidate in candidates {
        if !candidate.text.category.is_empty() {
            *counts.entry(candidate.text.category).or_default() += 1;
        }
    }
    facets(
        counts
            .into_iter()
            .map(|(value, count)| (value.to_owned(), count)),
    )
}

/// Categories of the whole knowledge base, or of what a filter leaves of it.
pub(super) fn catalog_facets(catalog: &Catalog, keep: impl Fn(&str) -> bool) -> Facets {
    let kept = catalog.categories.iter().filter(|(path, _)| keep(path));
    facets(kept.map(|(path, count)| (path.clone(), *count as usize)))
}

fn facets(counts: impl Iterator<Item = (String, usize)>) -> Facets {
    let mut category: Vec<FacetCount> = counts
        .map(|(value, count)| FacetCount { value, count })
        .collect();
    category.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    Facets { category }
}
