//! One file's Markdown as flat lists: blocks in reading order and the runs of readable text in them.
//!
//! Everything keeps its byte range in the source, so that later stages only ever cut the source and
//! never print Markdown again. Nothing here recurses: nesting is a number, not a call stack.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use super::html;
use super::question;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    Heading { level: u8 },
    Paragraph,
    List,
    Item,
    Quote,
    Code,
    Html,
    Table,
    Row,
    Footnote,
}

/// A block and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) kind: BlockKind,
    /// Trailing line ends may be included.
    pub(super) range: Range<usize>,
    /// How many blocks are around it.
    pub(super) depth: u32,
    /// Index of the block directly around it.
    pub(super) parent: Option<usize>,
}

/// A piece of readable text.
#[derive(Debug, Clone)]
pub(super) struct Run<'a> {
    pub(super) source: Range<usize>,
    pub(super) text: Cow<'a, str>,
    /// Runs with the same number stand on one line of plain text.
    pub(super) line: usize,
    pub(super) strong: bool,
    /// Inside a link.
    pub(super) link: bool,
    /// Leading blanks are part of the text.
    pub(super) code: bool,
}

/// A parsed file.
#[derive(Debug, Default)]
pub(super) struct Document<'a> {
    /// In reading order, a container before its content.
    pub(super) blocks: Vec<Block>,
    /// In reading order.
    pub(super) runs: Vec<Run<'a>>,
    /// `[…](id:name)`: where, and the name.
    pub(super) anchors: Vec<(Range<usize>, String)>,
    /// HTML blocks and inline tags, comments among them.
    pub(super) html: Vec<Range<usize>>,
    /// Where code fences begin that never close and have headings behind them.
    pub(super) unclosed: Vec<usize>,
}

impl<'a> Document<'a> {
    /// Parses `text[from..]`; ranges count from the beginning of `text`.
    pub(super) fn parse(text: &'a str, from: usize) -> Document<'a> {
        let mut whole = Document::parse_segments(text, &[from]);
        let mut starts = vec![from];
        starts.extend(whole.swallowed_headings(text));
        if starts.len() == 1 {
            return whole;
        }
        // Parsing once more in segments keeps the cost linear, whatever the number of segments.
        let unclosed = whole.unclosed;
        Document {
            unclosed,
            ..Document::parse_segments(text, &starts)
        }
    }

    fn parse_segments(text: &'a str, starts: &[usize]) -> Document<'a> {
        let mut reader = Reader::default();
        for (i, &start) in starts.iter().enumerate() {
            let end = starts.get(i + 1).copied().unwrap_or(text.len());
            reader.base = start;
            let options = Options::ENABLE_TABLES
                | Options::ENABLE_GFM
                | Options::ENABLE_STRIKETHROUGH
                | Options::ENABLE_TASKLISTS
                | Options::ENABLE_FOOTNOTES;
            for (event, range) in Parser::new_ext(&text[start..end], options).into_offset_iter() {
                reader.event(text, event, range.start + start..range.end + start);
            }
        }
        reader.document
    }

    /// Headings that Markdown takes for the rest of an HTML block because no blank line stands before
    /// them, such as the one right after `</table>`. Their author meant headings.
    fn swallowed_headings(&mut self, text: &str) -> Vec<usize> {
        let mut found = Vec::new();
        for block in &self.blocks {
            if block.depth == 0
                && block.kind == BlockKind::Code
                && block.range.end == text.len()
                && let Some(heading) = behind_open_fence(&text[block.range.clone()])
            {
                self.unclosed.push(block.range.start);
                found.push(block.range.start + heading);
            }
            if block.kind != BlockKind::Html || block.depth > 0 {
                continue;
            }
            let html = &text[block.range.clone()];
            if ["<!--", "<pre", "<script", "<style", "<textarea", "<?"]
                .iter()
                .any(|opening| html::starts_with_ignore_case(html, opening))
            {
                continue;
            }
            let mut offset = block.range.start;
            let mut open_tables = 0i64;
            for line in html.split_inclusive('\n') {
                if offset > block.range.start && open_tables <= 0 && is_atx_heading(line) {
                    found.push(offset);
                }
                open_tables += html::count_tags(line, "table") + html::count_tags(line, "details");
                offset += line.len();
            }
        }
        found
    }

    /// The readable text of the runs that begin in `range`, lines joined by a blank.
    pub(super) fn plain(&self, range: &Range<usize>) -> String {
        let mut out = String::new();
        let mut line = None;
        for run in self.runs_in(range) {
            if line.is_some_and(|l| l != run.line) && !out.ends_with(' ') {
                out.push(' ');
            }
            line = Some(run.line);
            out.push_str(&run.text);
        }
        out
    }

    /// The runs that begin in `range`.
    pub(super) fn runs_in(&self, range: &Range<usize>) -> &[Run<'a>] {
        let from = self
            .runs
            .partition_point(|run| run.source.start < range.start);
        let to = self
            .runs
            .partition_point(|run| run.source.start < range.end);
        &self.runs[from.min(to)..to]
    }

    /// Indexes of the blocks that begin in `range`.
    pub(super) fn blocks_in(&self, range: &Range<usize>) -> Range<usize> {
        let from = self
            .blocks
            .partition_point(|block| block.range.start < range.start);
        let to = self
            .blocks
            .partition_point(|block| block.range.start < range.end);
        from.min(to)..to
    }

    /// Where the line of a block begins that opens a list item or quote: a heading written `1. ### …`
    /// begins at its `1.`.
    pub(super) fn lead(&self, mut index: usize) -> usize {
        while let Some(parent) = self.blocks[index].parent {
            let opens = parent + 1 == index;
            if !opens {
                break;
            }
            index = parent;
        }
        self.blocks[index].range.start
    }
}

/// Where the first question stands in a code block whose fence never closes.
fn behind_open_fence(code: &str) -> Option<usize> {
    let fence = code.trim_start_matches(' ');
    let mark = fence.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = fence.len() - fence.trim_start_matches(mark).len();
    let mut lines = code.split_inclusive('\n');
    let mut offset = lines.next()?.len();
    let mut heading = None;
    for line in lines {
        let content = line.trim();
        if content.len() >= length && content.chars().all(|c| c == mark) {
            return None;
        }
        if heading.is_none()
            && content.starts_with("##")
            && is_atx_heading(line)
            && question::asks(content)
        {
            heading = Some(offset);
        }
        offset += line.len();
    }
    heading
}

/// Whether a line is `# …` to `###### …`.
pub(super) fn is_atx_heading(line: &str) -> bool {
    let rest = line.trim_start_matches(' ');
    if line.len() - rest.len() > 3 {
        return false;
    }
    let hashes = rest.bytes().take_while(|&b| b == b'#').count();
    (1..=6).contains(&hashes)
        && rest[hashes..].starts_with([' ', '\t'])
        && !rest[hashes..].trim().is_empty()
}

#[derive(Debug, Default)]
struct Reader<'a> {
    document: Document<'a>,
    base: usize,
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
    fn event(&mut self, text: &'a str, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(content) if self.code_block => self.code_lines(&content, range),
            Event::Text(content) | Event::Code(content) => self.text(text, content, range),
            Event::InlineMath(content) | Event::DisplayMath(content) => {
                self.text(text, content, range);
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
            Tag::Heading { level, .. } => BlockKind::Heading { level: level as u8 },
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

    fn text(&mut self, source: &'a str, content: CowStr<'a>, range: Range<usize>) {
        self.touch(&range);
        let mut range = range;
        let mut content: Cow<'a, str> = match content {
            CowStr::Borrowed(text) => Cow::Borrowed(text),
            other => Cow::Owned(other.into_string()),
        };
        // `>? hint` and `>! warning` are call-outs in several documentation systems.
        if let Some(mark) = call_out(source, &range, self.base)
            && content.starts_with(mark)
        {
            content = Cow::Owned(content[1..].trim_start().to_owned());
            range.start = range.end - content.len().min(range.len());
        }
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

/// The mark of a call-out whose text begins at `range`.
fn call_out(text: &str, range: &Range<usize>, base: usize) -> Option<char> {
    let mark = text[range.clone()]
        .chars()
        .next()
        .filter(|c| matches!(c, '?' | '!'))?;
    text[base..range.start]
        .trim_end_matches([' ', '\t'])
        .ends_with('>')
        .then_some(mark)
}
