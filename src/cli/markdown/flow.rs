//! Text in several styles, and where its lines may end.

use std::ops::Range;

use anstyle::Style;
use textwrap::WordSeparator;
use textwrap::core::Word;
use unicode_width::UnicodeWidthStr;

use crate::cli::layout::visible;

/// How characters look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Look {
    /// Colour and weight.
    pub(super) style: Style,
    /// Which of the flow's targets they lead to.
    pub(super) link: Option<usize>,
}

/// A paragraph, a heading or a table's cell, before it is cut into lines. `\n` ends a line.
#[derive(Debug, Clone, Default)]
pub(super) struct Flow {
    text: String,
    /// Where a look begins, and which; in order.
    runs: Vec<(usize, Look)>,
    /// Bytes that stay together, such as an address.
    whole: Vec<Range<usize>>,
    targets: Vec<String>,
}

impl Flow {
    /// Whether nothing would be seen.
    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The last character so far.
    pub(super) fn last(&self) -> Option<char> {
        self.text.chars().next_back()
    }

    /// Adds a character, unless a terminal must not see it.
    pub(super) fn push(&mut self, c: char, look: Look) {
        let Some(c) = visible(c) else { return };
        if self.runs.last().is_none_or(|&(_, last)| last != look) {
            self.runs.push((self.text.len(), look));
        }
        self.text.push(c);
    }

    /// Adds `text` in one look.
    pub(super) fn push_str(&mut self, text: &str, look: Look) {
        text.chars().for_each(|c| self.push(c, look));
    }

    /// Adds what is not to be torn apart.
    pub(super) fn push_whole(&mut self, text: &str, look: Look) {
        let start = self.text.len();
        self.push_str(text, look);
        self.whole.push(start..self.text.len());
    }

    /// Adds another flow at the end.
    pub(super) fn append(&mut self, other: &Flow) {
        let (bytes, targets) = (self.text.len(), self.targets.len());
        self.text.push_str(&other.text);
        self.targets.extend(other.targets.iter().cloned());
        self.runs.extend(other.runs.iter().map(|&(start, look)| {
            let link = look.link.map(|link| link + targets);
            (start + bytes, Look { link, ..look })
        }));
        let whole = other.whole.iter();
        let whole = whole.map(|range| range.start + bytes..range.end + bytes);
        self.whole.extend(whole);
    }

    /// Makes `url` something to lead to.
    pub(super) fn target(&mut self, url: &str) -> usize {
        self.targets.push(for_terminals(url));
        self.targets.len() - 1
    }

    /// Columns of its widest line, wrapped nowhere.
    pub(super) fn natural_width(&self) -> usize {
        let lines = self.text.split('\n');
        lines.map(|line| line.trim_end().width()).max().unwrap_or(0)
    }

    /// The lines of at most `width` columns, as ranges for [`Flow::painted`]. What can't be wrapped stays
    /// longer, unless it is `forced` apart.
    pub(super) fn lines(&self, width: usize, forced: bool) -> Vec<Range<usize>> {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in self.text.split('\n') {
            let mut words = self.words(start, line);
            if forced {
                words = textwrap::core::break_words(words, width.max(2));
            }
            fill(start, &words, width, &mut lines);
            start += line.len() + 1;
        }
        lines
    }

    /// What stays together: by the Unicode rules for line breaks, and by ours.
    fn words<'a>(&self, start: usize, line: &'a str) -> Vec<Word<'a>> {
        let mut words = Vec::new();
        let (mut from, mut to) = (0, 0);
        for word in WordSeparator::UnicodeBreakProperties.find_words(line) {
            to += word.word.len() + word.whitespace.len();
            let end = start + to;
            let torn = self
                .whole
                .iter()
                .any(|whole| whole.start < end && end < whole.end);
            if !torn {
                words.push(Word::from(&line[from..to]));
                from = to;
            }
        }
        if from < to {
            words.push(Word::from(&line[from..to]));
        }
        words
    }

    /// The characters of one line as they go to the screen.
    pub(super) fn painted(&self, range: &Range<usize>, links: bool) -> String {
        let mut out = String::new();
        let mut linked = None;
        for (number, &(start, look)) in self.runs.iter().enumerate() {
            let end = self
                .runs
                .get(number + 1)
                .map_or(self.text.len(), |&(next, _)| next);
            let (start, end) = (start.max(range.start), end.min(range.end));
            if start >= end {
                continue;
            }
            if links && look.link != linked {
                if linked.is_some() {
                    out.push_str(&hyperlink(""));
                }
                linked = look.link;
                if let Some(url) = linked.and_then(|link| self.targets.get(link)) {
                    out.push_str(&hyperlink(url));
                }
            }
            let (style, text) = (look.style, &self.text[start..end]);
            out.push_str(&format!("{style}{text}{style:#}"));
        }
        if linked.is_some() {
            out.push_str(&hyperlink(""));
        }
        out
    }

    /// Columns that a line takes.
    pub(super) fn width_of(&self, range: &Range<usize>) -> usize {
        self.text[range.clone()].width()
    }
}

/// Fills lines one after another: evenness is worth less than that Chinese fills the line.
fn fill(start: usize, words: &[Word<'_>], width: usize, lines: &mut Vec<Range<usize>>) {
    let (mut begin, mut end, mut at) = (start, start, start);
    let (mut used, mut gap) = (0, 0);
    for (number, word) in words.iter().enumerate() {
        let columns = word.word.width();
        if number > 0 && used + gap + columns > width && end > begin {
            lines.push(begin..end);
            begin = at;
            (used, gap) = (0, 0);
        }
        used += gap + columns;
        end = at + word.word.len();
        gap = word.whitespace.len();
        at = end + gap;
    }
    lines.push(begin..end);
}

/// What begins a hyperlink in a terminal (OSC 8); to nowhere, it ends one.
fn hyperlink(url: &str) -> String {
    format!("\u{1b}]8;;{url}\u{1b}\\")
}

/// An address in printable ASCII, which is all that may stand in the sequence.
fn for_terminals(url: &str) -> String {
    let bytes = url.bytes().map(|byte| match byte {
        0x21..=0x7e => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    bytes.collect()
}
