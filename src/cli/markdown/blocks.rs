//! Paragraphs, lists, quotes, code and tables, one below the other.

use anstyle::{AnsiColor, Style};
use pulldown_cmark::{BlockQuoteKind, Event, HeadingLevel, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

use super::inline::Inline;
use super::sheet::Sheet;
use super::table::Table;
use super::{Marks, Page};
use crate::cli::layout::{FAINT, STRONG, printable};

/// Code, in lines and blocks.
const CODE: Style = AnsiColor::Cyan.on_default();
/// Before each line of code, and in place of each tab.
const CODE_INDENT: &str = "    ";
/// A line across the page is at most so long.
const RULE: usize = 40;

/// A list that is open.
#[derive(Debug)]
struct List {
    /// The next item's number.
    next: Option<u64>,
    /// Whether a blank line stands between items.
    loose: bool,
}

/// Takes events, keeps lines.
#[derive(Debug)]
pub(super) struct Blocks<'a> {
    sheet: Sheet,
    inline: Inline<'a>,
    lists: Vec<List>,
    table: Option<Table>,
    /// Text of an open code block.
    code: Option<String>,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(marks: Marks<'a>, page: Page) -> Blocks<'a> {
        Blocks {
            sheet: Sheet::new(page),
            inline: Inline::new(marks, page),
            lists: Vec::new(),
            table: None,
            code: None,
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.flush();
        self.sheet.finish()
    }

    pub(super) fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.inline.text(&text),
            },
            Event::Code(text) => {
                self.inline.open(CODE);
                self.inline.plain_sign("`");
                self.inline.text(&text);
                self.inline.plain_sign("`");
                self.inline.close();
            }
            Event::SoftBreak => self.inline.soft_break(),
            Event::HardBreak => self.inline.hard_break(),
            Event::Rule => {
                self.flush();
                let rule = "-".repeat(self.sheet.room().min(RULE));
                let rule = self.sheet.page.styled(&rule, FAINT);
                self.sheet.block(vec![rule]);
            }
            Event::FootnoteReference(name) => {
                let number = self.inline.footnote(&name);
                self.inline.sign(&number);
            }
            Event::TaskListMarker(done) => self.inline.sign(if done { "[x] " } else { "[ ] " }),
            // No math is read, and HTML has become text before.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.inline.text(&text),
            Event::Html(_) | Event::InlineHtml(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        if !is_inline(&tag) {
            self.flush();
        }
        match tag {
            Tag::Paragraph => {
                if let Some(list) = self.lists.last_mut() {
                    list.loose = true;
                }
            }
            Tag::Heading { level, .. } => {
                self.inline.open(match level {
                    HeadingLevel::H1 | HeadingLevel::H2 => STRONG.underline(),
                    _ => STRONG,
                });
            }
            Tag::BlockQuote(kind) => {
                let page = self.sheet.page;
                self.sheet.indent(None, page.styled(">", FAINT) + " ");
                if let Some(label) = kind.map(|kind| self.label(kind)) {
                    self.sheet.line(&page.styled(label, STRONG));
                }
            }
            Tag::CodeBlock(_) => self.code = Some(String::new()),
            Tag::List(next) => self.lists.push(List { next, loose: false }),
            Tag::Item => {
                let marker = match self.lists.last_mut() {
                    Some(List {
                        next: Some(next), ..
                    }) => {
                        let marker = format!("{next}. ");
                        *next = next.saturating_add(1);
                        marker
                    }
                    _ => "- ".to_owned(),
                };
                self.sheet.item(marker);
            }
            Tag::FootnoteDefinition(name) => {
                let first = self.inline.footnote(&name) + " ";
                let rest = " ".repeat(first.width());
                self.sheet.indent(Some(first), rest);
            }
            Tag::Table(alignments) => {
                self.table = Some(Table {
                    alignments,
                    rows: Vec::new(),
                });
            }
            Tag::TableHead => {
                self.row();
                self.inline.open(STRONG);
            }
            Tag::TableRow => self.row(),
            Tag::Emphasis => self.inline.open(Style::new().italic()),
            Tag::Strong => self.inline.open(STRONG),
            Tag::Strikethrough => {
                self.inline.open(Style::new().strikethrough());
                self.inline.plain_sign("~~");
            }
            Tag::Link { dest_url, .. } => self.inline.begin_link(&dest_url),
            Tag::Image { dest_url, .. } => self.inline.begin_image(&dest_url),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.flush();
                self.sheet.gap = true;
            }
            TagEnd::Heading(_) => {
                self.flush();
                self.inline.close();
                self.sheet.gap = true;
            }
            TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                self.flush();
                self.sheet.outdent();
                self.sheet.gap = true;
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                let lines = code.lines().map(|line| {
                    let line = printable(&line.replace('\t', CODE_INDENT));
                    CODE_INDENT.to_owned() + &self.sheet.page.styled(line.trim_end(), CODE)
                });
                let lines = lines.collect();
                self.sheet.block(lines);
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
                self.sheet.gap = self.lists.last().is_none_or(|around| around.loose);
            }
            TagEnd::Item => {
                self.flush();
                self.sheet.outdent();
            }
            TagEnd::TableCell => {
                let cell = self.inline.take();
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::TableHead => self.inline.close(),
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    let lines = table.lines(self.sheet.room(), self.sheet.page);
                    self.sheet.block(lines);
                }
            }
            TagEnd::Emphasis | TagEnd::Strong => self.inline.close(),
            TagEnd::Strikethrough => {
                self.inline.plain_sign("~~");
                self.inline.close();
            }
            TagEnd::Link => self.inline.end_link(),
            TagEnd::Image => self.inline.end_image(),
            _ => {}
        }
    }

    fn row(&mut self) {
        if let Some(table) = &mut self.table {
            table.rows.push(Vec::new());
        }
    }

    /// Writes what has come in as a paragraph. Text of an item in a tight list is none: no blank line follows.
    fn flush(&mut self) {
        let flow = self.inline.take();
        if flow.is_empty() {
            return;
        }
        let links = self.sheet.page.links;
        let lines = flow.lines(self.sheet.room(), false);
        let lines = lines.iter().map(|line| flow.painted(line, links));
        self.sheet.block(lines.collect());
        self.sheet.gap = false;
    }

    fn label(&self, kind: BlockQuoteKind) -> &'static str {
        let (zh, en) = match kind {
            BlockQuoteKind::Note => ("说明", "Note"),
            BlockQuoteKind::Tip => ("提示", "Tip"),
            BlockQuoteKind::Important => ("重要", "Important"),
            BlockQuoteKind::Warning => ("注意", "Warning"),
            BlockQuoteKind::Caution => ("小心", "Caution"),
        };
        self.sheet.page.locale.pick(zh, en)
    }
}

/// Whether it stands within a paragraph or a cell.
fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}
