//! An answer's Markdown as HTML that is safe to put into any page.

mod dedent;
#[cfg(test)]
mod properties;
mod readable;
mod sanitize;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd, html};

use crate::corpus::markdown_events;

pub use readable::answer_events;

/// Renders what the corpus reads, and sanitises it. Scripts, styles, event handlers, forms, frames and
/// foreign URL schemes are dropped; tables, lists, code, images, links and `<details>` stay. Links open
/// without a referrer.
///
/// The answer is rendered alone: a link or footnote that is defined elsewhere in its file stays as it is
/// written.
pub(super) fn render(markdown: &str) -> String {
    let markdown = dedent::dedented(markdown);
    let mut shown = Shown::default();
    let events = markdown_events(&markdown).filter_map(|(event, _)| shown.event(event));
    let mut raw = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut raw, events);
    sanitize::sanitized(&aligned(raw))
}

/// Tells a column's alignment by an attribute: policies such as ours let no style stand in a tag.
fn aligned(mut html: String) -> String {
    for side in ["left", "center", "right"] {
        for cell in ["td", "th"] {
            let styled = format!("<{cell} style=\"text-align: {side}\">");
            if html.contains(&styled) {
                html = html.replace(&styled, &format!("<{cell} align=\"{side}\">"));
            }
        }
    }
    html
}

/// Whether a reader sees anything of an answer: text, or a picture.
pub(super) fn shows(markdown: &str) -> bool {
    let html = render(markdown);
    // In what the sanitiser writes, `<` always begins a tag.
    let mut parts = html.split('<');
    let before = parts.next().unwrap_or_default();
    let says = |text: &str| !text.replace("&nbsp;", " ").trim().is_empty();
    says(before)
        || parts.any(|part| {
            part.starts_with("img") || part.split_once('>').is_some_and(|(_, text)| says(text))
        })
}

/// Turns events that would link to nowhere in a single answer into text.
#[derive(Debug, Default)]
struct Shown<'a> {
    /// For each open link, whether it is shown as one.
    links: Vec<bool>,
    /// Footnotes in the order in which they are met.
    footnotes: HashMap<CowStr<'a>, usize>,
}

impl<'a> Shown<'a> {
    fn event(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        Some(match event {
            Event::Start(Tag::Link { ref dest_url, .. }) => {
                // `[…](id:name)` names a place, and leads to none.
                let leads = !dest_url.starts_with("id:");
                self.links.push(leads);
                return leads.then_some(event);
            }
            Event::End(TagEnd::Link) => return self.links.pop()?.then_some(event),
            // Several answers on a page would mix up their footnotes' anchors.
            Event::FootnoteReference(name) => {
                let number = self.number(name);
                Event::InlineHtml(format!("<sup>{number}</sup>").into())
            }
            Event::Start(Tag::FootnoteDefinition(name)) => {
                let number = self.number(name);
                Event::Html(format!("<div><sup>{number}</sup>\n").into())
            }
            Event::End(TagEnd::FootnoteDefinition) => Event::Html("</div>\n".into()),
            event => event,
        })
    }

    fn number(&mut self, name: CowStr<'a>) -> usize {
        let next = self.footnotes.len() + 1;
        *self.footnotes.entry(name).or_insert(next)
    }
}
