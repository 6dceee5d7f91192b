//! Markdown events become blocks and runs.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::document::{Block, BlockKind, Document, Run};
use super::html;
use super::markdown;

/// Reads `text` in segments that begin at `starts` and end where the next begins.
pub(super) fn read<'a>(text: &'a str, starts: &[usize]) -> Document<'a> {
    let mut reader = Reader::default();
    for (i, &start) in starts.iter().enumerate() {
        let end = starts.get(i + 1).copied().unwrap_or(text.len());
        for (event, range) in markdown::events(&text[start..end]) {
            reader.event(event, range.start + start..range.end + start);
        }
    }
    reader.document
}

#[derive(Debug, Default)]
struct Reader<'a> {
    document: Document<'a>,
    /// Open blocks; an implicit paragraph of a tight list item may be on top.
    open: Vec<usize>,
    implicit: bool,
    line: usize,
    strong: u32,
    links: u32,
    code_block: bool,
    cells: usize,
    /// For each open list, the number of its next item.
    lists: Vec<Option<u64>>,
    html: html::Stripper,
}

impl<'a> Reader<'a> {
    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(content) if self.code_block => self.code_lines(&content, range),
            Event::Text(content) | Event::Code(content) => self.text(content, range),
            Event::InlineMath(content) | Event::DisplayMath(content) => {
                self.text(content, range);
            }
            Event::Html(content) => {
                let (source, line) = (range.start, &mut self.line);
                self.html
                    .feed(&content, source, line, &mut self.document.runs);
            }
            Event::InlineHtml(content) => self.inline_html(&content, range),
            Event::SoftBreak | Event::HardBreak => {
                self.touch(&range);
                self.line += 1;
            }
            Event::Rule => self.close_implicit(),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        let kind = match tag {
            Tag::Paragraph => BlockKind::Paragraph,
            Tag::Heading { level, id, .. } => {
                if let Some(id) = id {
                    let id = id.into_string();
                    self.document.heading_ids.push((range.start, id));
                }
                BlockKind::Heading { level: level as u8 }
            }
            Tag::BlockQuote(_) => BlockKind::Quote,
            Tag::CodeBlock(_) => {
                self.code_block = true;
                BlockKind::Code
            }
            Tag::HtmlBlock => {
                self.document.html.push(range.clone());
                BlockKind::Html
            }
            Tag::List(first) => {
                self.lists.push(first);
                BlockKind::List
            }
            Tag::Item => BlockKind::Item,
            Tag::FootnoteDefinition(_) => BlockKind::Footnote,
            Tag::Table(_) => BlockKind::Table,
            Tag::TableHead | Tag::TableRow => {
                self.cells = 0;
                BlockKind::Row
            }
            Tag::TableCell => {
                if self.cells > 0 {
                    self.push(range.start..range.start, Cow::Borrowed(" | "));
                }
                self.cells += 1;
                return;
            }
            Tag::Strong => {
                self.touch(&range);
                self.strong += 1;
                return;
            }
            Tag::Link { dest_url, .. } => {
                self.touch(&range);
                self.links += 1;
                if let Some(id) = dest_url.strip_prefix("id:") {
                    self.document.anchors.push((range, id.trim().to_owned()));
                }
                return;
            }
            _ => {
                self.touch(&range);
                return;
            }
        };
        self.close_implicit();
        self.open_block(kind, range.clone());
        if kind == BlockKind::Item
            && let Some(Some(number)) = self.lists.last_mut()
        {
            let marker = format!("{number}. ");
            *number = number.saturating_add(1);
            self.push(range.start..range.start, Cow::Owned(marker));
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Strong => {
                self.strong = self.strong.saturating_sub(1);
                return;
            }
            TagEnd::Link => {
                self.links = self.links.saturating_sub(1);
                return;
            }
            TagEnd::CodeBlock => self.code_block = false,
            TagEnd::HtmlBlock => {
                let line = &mut self.line;
                self.html.finish(line, &mut self.document.runs);
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow => {}
            _ => {
                self.touch(&range);
                return;
            }
        }
        self.close_implicit();
        self.open.pop();
        self.line += 1;
    }

    fn open_block(&mut self, kind: BlockKind, range: Range<usize>) {
        // An item's number stands on the line of the item's first paragraph.
        let after_marker = matches!(kind, BlockKind::Paragraph)
            && self
                .open
                .last()
                .is_some_and(|&top| self.document.blocks[top].kind == BlockKind::Item)
            && self.open.last() == self.document.blocks.len().checked_sub(1).as_ref();
        if !after_marker {
            self.line += 1;
        }
        self.document.blocks.push(Block {
            kind,
            range,
            depth: u32::try_from(self.open.len()).unwrap_or(u32::MAX),
            parent: self.open.last().copied(),
        });
        self.open.push(self.document.blocks.len() - 1);
    }

    /// Tight list items hold their text directly; it is given a paragraph of its own.
    fn touch(&mut self, range: &Range<usize>) {
        if self.implicit {
            if let Some(&top) = self.open.last() {
                let block = &mut self.document.blocks[top].range;
                block.end = block.end.max(range.end);
            }
        } else if let Some(&top) = self.open.last()
            && matches!(
                self.document.blocks[top].kind,
                BlockKind::Item | BlockKind::Footnote | BlockKind::Quote
            )
        {
            self.open_block(BlockKind::Paragraph, range.clone());
            self.implicit = true;
        }
    }

    fn close_implicit(&mut self) {
        if self.implicit {
            self.implicit = false;
            self.open.pop();
            self.line += 1;
        }
    }

    fn push(&mut self, source: Range<usize>, text: Cow<'a, str>) {
        self.document.runs.push(Run {
            source,
            text,
            line: self.line,
            strong: self.strong > 0,
            link: self.links > 0,
            code: self.code_block,
        });
    }

    fn text(&mut self, content: CowStr<'a>, range: Range<usize>) {
        self.touch(&range);
        let content: Cow<'a, str> = match content {
            CowStr::Borrowed(text) => Cow::Borrowed(text),
            other => Cow::Owned(other.into_string()),
        };
        if !content.is_empty() {
            self.push(range, content);
        }
    }

    fn code_lines(&mut self, content: &CowStr<'a>, range: Range<usize>) {
        let verbatim = content.len() == range.len();
        let mut offset = range.start;
        for line in content.split_inclusive('\n') {
            let end = if verbatim {
                offset + line.len()
            } else {
                range.end
            };
            let line_text = line.trim_end_matches(['\n', '\r']);
            if !line_text.is_empty() {
                self.push(offset..end, Cow::Owned(line_text.to_owned()));
            }
            if line.ends_with('\n') {
                self.line += 1;
            }
            if verbatim {
                offset = end;
            }
        }
    }

    fn inline_html(&mut self, content: &str, range: Range<usize>) {
        self.touch(&range);
        match html::tag_name(content) {
            Some("br" | "p" | "div" | "li" | "tr") => self.line += 1,
            Some("img") => {
                if let Some(alt) = html::attribute(content, "alt") {
                    self.push(range.clone(), Cow::Owned(alt));
                }
            }
            _ => {}
        }
        self.document.html.push(range);
    }
}
