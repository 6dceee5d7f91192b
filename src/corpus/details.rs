//! Questions in `<details><summary>`, which fold away on most sites.

use std::ops::Range;

use super::document::Document;
use super::heading::anchors_above;
use super::html;
use super::question;
use super::shapes::{Found, trim};

/// `<details><summary>question</summary>answer</details>`.
pub(super) fn find(text: &str, document: &Document<'_>, body: &Range<usize>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut asking = 0;
    let (mut depth, mut open, mut summary) = (0u32, None, None);
    let from = document.html.partition_point(|r| r.start < body.start);
    for range in document.html[from..]
        .iter()
        .take_while(|r| r.start < body.end)
    {
        let html = &text[range.clone()];
        for (at, _) in html.match_indices('<') {
            let tag = &html[at..];
            let start = range.start + at;
            // Bounded: `<<<<…>` must not cost a search to its end at every sign.
            let end = tag.bytes().take(1000).position(|b| b == b'>');
            let Some(end) = end.map(|end| start + end + 1) else {
                continue;
            };
            let closing = tag[1..].starts_with('/');
            match (html::tag_name(tag), closing) {
                (Some("details"), false) => {
                    depth += 1;
                    if depth == 1 {
                        open = Some(start);
                    }
                }
                (Some("summary"), false) if depth == 1 => summary = Some(end),
                (Some("summary"), true) => {
                    if let (Some(lead), Some(from)) = (open, summary.take()) {
                        let question = trim(text, from..start);
                        let title = strip_tags(&text[question.clone()]);
                        let own = question::id_mark(&title).1.map(str::to_owned);
                        let title = question::clean(&title);
                        if !title.is_empty() {
                            asking += usize::from(question::sounds_like_question(&title));
                            let floor = found.last().map_or(body.start, |f: &Found| f.body_start);
                            let (lead, above) = anchors_above(text, lead, floor);
                            found.push(Found {
                                lead,
                                question,
                                text: title,
                                id: own.or(above),
                                body_start: end,
                                body_end: None,
                            });
                        }
                    }
                }
                (Some("details"), true) => {
                    depth = depth.saturating_sub(1);
                    if depth == 0
                        && let Some(last) = found.last_mut()
                    {
                        last.body_end.get_or_insert(start);
                    }
                }
                _ => {}
            }
        }
    }
    if asking * 2 < found.len() || asking == 0 {
        return Vec::new();
    }
    found
}

fn strip_tags(html: &str) -> String {
    let mut runs = Vec::new();
    let mut line = 0;
    let mut stripper = html::Stripper::default();
    stripper.feed(html, 0, &mut line, &mut runs);
    stripper.finish(&mut line, &mut runs);
    runs.iter().map(|run| run.text.as_ref()).collect()
}
