//! Lines below one another, each behind what its list items and quotes ask for.

use unicode_width::UnicodeWidthStr;

use super::Page;

/// However deep lists are nested, so many columns are left for text.
const LEAST: usize = 8;

/// What stands before the lines of a list item or quote.
#[derive(Debug)]
struct Indent {
    /// Before the first line, until it is written.
    first: Option<String>,
    rest: String,
}

/// What has been written so far.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) page: Page,
    out: String,
    indents: Vec<Indent>,
    /// Whether a blank line belongs before the next block.
    pub(super) gap: bool,
}

impl Sheet {
    pub(super) fn new(page: Page) -> Sheet {
        Sheet {
            page,
            out: String::new(),
            indents: Vec::new(),
            gap: false,
        }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Begins what stands behind `rest`, its first line behind `first` if that is given.
    pub(super) fn indent(&mut self, first: Option<String>, rest: String) {
        self.separate();
        self.indents.push(Indent { first, rest });
    }

    /// Begins a list item. Beyond the middle of the page nothing is moved further in.
    pub(super) fn item(&mut self, marker: String) {
        let deep = self.columns() >= self.page.width / 2;
        let rest = if deep { 0 } else { marker.width() };
        self.indent(Some(marker), " ".repeat(rest));
    }

    /// Ends the innermost. An item without a word still has its marker.
    pub(super) fn outdent(&mut self) {
        if self
            .indents
            .last()
            .is_some_and(|indent| indent.first.is_some())
        {
            self.line("");
        }
        self.indents.pop();
    }

    /// Writes a block's lines, and asks for a blank line behind them.
    pub(super) fn block(&mut self, lines: Vec<String>) {
        self.separate();
        for line in lines {
            self.line(&line);
        }
        self.gap = true;
    }

    pub(super) fn line(&mut self, line: &str) {
        let whole = self.prefix(true) + line;
        self.out.push_str(whole.trim_end());
        self.out.push('\n');
    }

    /// Columns left for text.
    pub(super) fn room(&self) -> usize {
        self.page.width.saturating_sub(self.columns()).max(LEAST)
    }

    fn separate(&mut self) {
        if std::mem::take(&mut self.gap) && !self.out.is_empty() {
            let prefix = self.prefix(false);
            self.out.push_str(prefix.trim_end());
            self.out.push('\n');
        }
    }

    /// What stands before the next line; before a blank one no marker does.
    fn prefix(&mut self, written: bool) -> String {
        let mut prefix = String::new();
        for indent in &mut self.indents {
            match &indent.first {
                Some(_) if !written => break,
                Some(first) => {
                    prefix.push_str(first);
                    indent.first = None;
                }
                None => prefix.push_str(&indent.rest),
            }
        }
        prefix
    }

    /// Columns that the indents take.
    fn columns(&self) -> usize {
        let widths = self.indents.iter().map(|indent| {
            let plain = anstream::adapter::strip_str(&indent.rest).to_string();
            let first = indent.first.as_deref().map_or(0, UnicodeWidthStr::width);
            plain.width().max(first)
        });
        widths.sum()
    }
}
