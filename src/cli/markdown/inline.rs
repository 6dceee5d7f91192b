//! What stands in a line: text, emphasis, code, links, pictures.

use anstyle::Style;
use jida::locale::Locale;
use unicode_width::UnicodeWidthChar;

use super::flow::{Flow, Look};
use super::{Marks, Page};
use crate::cli::layout::{FAINT, printable};

/// A paragraph's text as it comes in.
#[derive(Debug)]
pub(super) struct Inline<'a> {
    color: bool,
    locale: Locale,
    marks: Marks<'a>,
    flow: Flow,
    /// What was in force before the innermost open emphasis, link or code.
    looks: Vec<Look>,
    look: Look,
    /// Where open links lead, and their text so far.
    links: Vec<(String, String)>,
    images: Vec<String>,
    /// A line of the source ended; whether ours does depends on what follows.
    soft: bool,
    footnotes: Vec<String>,
}

impl<'a> Inline<'a> {
    pub(super) fn new(marks: Marks<'a>, page: Page) -> Inline<'a> {
        Inline {
            color: page.color,
            locale: page.locale,
            marks,
            flow: Flow::default(),
            looks: Vec::new(),
            look: Look::default(),
            links: Vec::new(),
            images: Vec::new(),
            soft: false,
            footnotes: Vec::new(),
        }
    }

    /// What has come in; what comes next begins anew.
    pub(super) fn take(&mut self) -> Flow {
        self.soft = false;
        std::mem::take(&mut self.flow)
    }

    /// Text of the answer, marked where it is to be.
    pub(super) fn text(&mut self, text: &str) {
        self.break_softly(text);
        if let Some((_, told)) = self.links.last_mut() {
            told.push_str(text);
        }
        let start = self.marks.locate(text);
        for (number, c) in text.chars().enumerate() {
            let mark = start.and_then(|start| self.marks.style(start + number));
            let style = mark.filter(|_| self.color).unwrap_or(self.look.style);
            self.flow.push(c, Look { style, ..self.look });
        }
    }

    /// A sign of ours.
    pub(super) fn sign(&mut self, sign: &str) {
        self.break_softly(sign);
        self.flow.push_str(sign, self.look);
    }

    /// A sign that says what a style would, if there were any.
    pub(super) fn plain_sign(&mut self, sign: &str) {
        if !self.color {
            self.sign(sign);
        }
    }

    pub(super) fn footnote(&mut self, name: &str) -> String {
        let known = self.footnotes.iter().position(|known| known == name);
        let at = known.unwrap_or_else(|| {
            self.footnotes.push(name.to_owned());
            self.footnotes.len() - 1
        });
        format!("[{}]", at + 1)
    }

    pub(super) fn hard_break(&mut self) {
        self.flow.push('\n', self.look);
    }

    pub(super) fn soft_break(&mut self) {
        self.soft = true;
    }

    /// What a line's end in the source becomes. Authors write lists without Markdown's help, so it is kept
    /// where a sentence ends or a number begins; else it is a blank, of which Chinese has none.
    fn break_softly(&mut self, next: &str) {
        if !std::mem::take(&mut self.soft) {
            return;
        }
        let (Some(last), Some(first)) = (self.flow.last(), next.chars().next()) else {
            return;
        };
        let wide = |c: char| c.width() == Some(2);
        if "。！？；：…".contains(last) || enumerates(next) {
            self.flow.push('\n', self.look);
        } else if !wide(last) && !wide(first) {
            self.flow.push(' ', self.look);
        }
    }

    /// Adds a style to those in force.
    pub(super) fn open(&mut self, style: Style) {
        self.looks.push(self.look);
        if self.color {
            let effects = self.look.style.get_effects() | style.get_effects();
            let color = style.get_fg_color().or(self.look.style.get_fg_color());
            self.look.style = Style::new().effects(effects).fg_color(color);
        }
    }

    pub(super) fn close(&mut self) {
        self.look = self.looks.pop().unwrap_or_default();
    }

    pub(super) fn begin_link(&mut self, url: &str) {
        let url = address(url).unwrap_or_default();
        if url.is_empty() {
            self.open(Style::new());
        } else {
            self.open(Style::new().underline());
            self.look.link = Some(self.flow.target(&url));
        }
        self.links.push((url, String::new()));
    }

    /// Says where the link leads, unless its text is the address.
    pub(super) fn end_link(&mut self) {
        let Some((url, text)) = self.links.pop() else {
            return;
        };
        let link = self.look.link;
        self.close();
        let shown = url.strip_prefix("mailto:").unwrap_or(&url);
        if !url.is_empty() && text.trim() != shown && text.trim() != url {
            let outer = std::mem::replace(&mut self.look.link, link);
            self.address(shown);
            self.look.link = outer;
        }
    }

    pub(super) fn begin_image(&mut self, url: &str) {
        self.images.push(url.to_owned());
        self.sign(self.locale.pick("[图片：", "[image: "));
    }

    pub(super) fn end_image(&mut self) {
        let url = self.images.pop().unwrap_or_default();
        self.sign("]");
        if let Some(url) = address(&url) {
            self.address(&url);
        }
    }

    fn address(&mut self, url: &str) {
        let style = if self.color { FAINT } else { Style::new() };
        let look = Look { style, ..self.look };
        let (open, close) = self.locale.pick(("（", "）"), (" (", ")"));
        self.flow.push_str(open, look);
        self.flow.push_whole(url, look);
        self.flow.push_str(close, look);
    }
}

/// An address that means something outside the page it was written on, without what a terminal must not see.
fn address(url: &str) -> Option<String> {
    let known = ["http://", "https://", "mailto:", "tel:"];
    let lower = url.to_ascii_lowercase();
    let leads = known.iter().any(|scheme| lower.starts_with(scheme));
    leads.then(|| printable(url).replace([' ', '\n'], ""))
}

/// Whether `text` begins like an item of a list: `（1）`, `1、`, `①`, `- `, `第一，`.
fn enumerates(text: &str) -> bool {
    let text = text.trim_start();
    let inner = text.trim_start_matches(['（', '(', '【']);
    let opened = inner.len() < text.len();
    let digits = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let rest = inner.trim_start_matches(digits);
    let numbered = rest.len() < inner.len()
        && rest.starts_with(|c: char| "、.．)）".contains(c) || (opened && c == '】'));
    numbered || text.starts_with(|c: char| ('①'..='⑳').contains(&c) || "·•●".contains(c))
}
