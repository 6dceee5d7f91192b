//! An answer for those who show no HTML, such as a terminal.

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use crate::corpus::{ReadableHtml, markdown_events};
use crate::search::html::dedent;

/// The events of an answer's Markdown as the pages read it. Raw HTML has become text: blocks are paragraphs of
/// what a reader would see of them, `<br>` is a line break, and other tags are left out. Nothing is
/// sanitised: addresses and characters are the author's.
pub fn answer_events(markdown: &str) -> Vec<Event<'static>> {
    let markdown = dedent::dedented(markdown);
    let mut readable = Readable::default();
    for (event, _) in markdown_events(&markdown) {
        readable.event(event.into_static());
    }
    readable.events
}

#[derive(Debug, Default)]
struct Readable {
    events: Vec<Event<'static>>,
    html: ReadableHtml,
}

impl Readable {
    fn event(&mut self, event: Event<'static>) {
        match event {
            Event::Start(Tag::HtmlBlock) => {}
            Event::Html(html) => self.html.feed(&html),
            Event::End(TagEnd::HtmlBlock) => self.block(),
            Event::InlineHtml(html) => match ReadableHtml::inline(&html) {
                Some(text) if text == "\n" => self.events.push(Event::HardBreak),
                Some(text) => self.events.push(Event::Text(CowStr::from(text))),
                None => {}
            },
            event => self.events.push(event),
        }
    }

    fn block(&mut self) {
        let lines = self.html.finish();
        if lines.is_empty() {
            return;
        }
        self.events.push(Event::Start(Tag::Paragraph));
        for (number, line) in lines.into_iter().enumerate() {
            if number > 0 {
                self.events.push(Event::HardBreak);
            }
            self.events.push(Event::Text(CowStr::from(line)));
        }
        self.events.push(Event::End(TagEnd::Paragraph));
    }
}
