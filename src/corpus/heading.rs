//! The headings of a file as a tree, each with the anchors that belong to it.

use std::ops::Range;

use super::document::{Block, BlockKind, Document};
use super::question;

/// A heading that a question or a category could be.
#[derive(Debug)]
pub(super) struct Heading {
    pub(super) level: u8,
    /// Where the text before it has to end: anchors above the heading belong to it.
    pub(super) lead: usize,
    pub(super) range: Range<usize>,
    /// Cleaned.
    pub(super) text: String,
    /// Explicit anchor.
    pub(super) id: Option<String>,
    /// Whether it reads like a question.
    pub(super) asks: bool,
    /// Whether anything stands between it and the next heading.
    pub(super) holds_text: bool,
    /// Index of the first heading that is not below this one.
    pub(super) end: usize,
}

/// All headings in `text[from..]`, in reading order.
pub(super) fn headings(text: &str, document: &Document<'_>, from: usize) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    for (index, block) in document.blocks.iter().enumerate() {
        let BlockKind::Heading { level } = block.kind else {
            continue;
        };
        let nested = block.depth > 0;
        if nested && !opens_item(document, index) {
            continue;
        }
        let title = document.plain(&block.range);
        // The parser takes it for an attribute only where nothing else follows, such as `**` or another.
        let mark = question::id_mark(&title).1.map(str::to_owned);
        let title = question::clean(&title);
        if title.is_empty() {
            continue;
        }
        let range =
            block.range.start..block.range.start + text[block.range.clone()].trim_end().len();
        let floor = headings.last().map_or(from, |h| h.range.end);
        let (lead, above) = lead(text, document, index, floor);
        let attribute = document
            .heading_ids
            .binary_search_by_key(&block.range.start, |(start, _)| *start)
            .ok()
            .map(|at| document.heading_ids[at].1.clone());
        let anchor = document
            .anchors
            .iter()
            .skip(
                document
                    .anchors
                    .partition_point(|(r, _)| r.start < range.start),
            )
            .take_while(|(r, _)| r.start < range.end)
            .map(|(_, id)| id.clone())
            .next();
        headings.push(Heading {
            // A heading in a list item is below the heading above the list, whatever its level.
            level: if nested { level.max(1) + 1 } else { level },
            lead,
            asks: question::sounds_like_question(&title),
            range,
            text: title,
            id: attribute
                .or(mark)
                .or(anchor)
                .or(above)
                .filter(|id| !id.is_empty()),
            holds_text: false,
            end: 0,
        });
    }
    for index in 0..headings.len() {
        let next = headings.get(index + 1).map_or(text.len(), |h| h.lead);
        let own = text.get(headings[index].range.end..next);
        headings[index].holds_text =
            own.is_some_and(|own| !own.trim_matches(question::blank).is_empty());
    }
    let mut open: Vec<usize> = Vec::new();
    for index in 0..headings.len() {
        while let Some(&top) = open.last()
            && headings[top].level >= headings[index].level
        {
            headings[top].end = index;
            open.pop();
        }
        open.push(index);
    }
    let count = headings.len();
    for index in open {
        headings[index].end = count;
    }
    headings
}

/// Whether a heading is the first thing in items of a list (`1. ### question`), and in nothing else.
fn opens_item(document: &Document<'_>, index: usize) -> bool {
    let Block { parent, .. } = &document.blocks[index];
    parent.is_some_and(|p| p + 1 == index && document.blocks[p].kind == BlockKind::Item)
        && document.blocks[index].depth == 2
}

/// Where a question begins that a block holds: before the markers of its list item and before the
/// anchors on the lines above; and the first anchor's id.
pub(super) fn lead(
    text: &str,
    document: &Document<'_>,
    index: usize,
    floor: usize,
) -> (usize, Option<String>) {
    let start = document.lead(index);
    anchors_above(text, start, floor)
}

/// The beginning of the lines with nothing but anchors directly above `start`, and the first id there.
pub(super) fn anchors_above(text: &str, start: usize, floor: usize) -> (usize, Option<String>) {
    let floor = floor.min(start);
    let mut lead = start;
    let mut id = None;
    let mut end = start;
    loop {
        let before = text[floor..end].trim_end_matches([' ', '\t', '\r', '\n']);
        let line_start = before.rfind('\n').map_or(floor, |at| floor + at + 1);
        let line = &text[line_start..floor + before.len()];
        match question::anchor_line(line) {
            Some(anchor) => {
                id = anchor.map(str::to_owned).or(id);
                lead = line_start;
                end = line_start;
            }
            None => return (lead, id),
        }
    }
}
