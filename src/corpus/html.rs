//! What a reader sees of raw HTML: text, without tags, comments, scripts and styles.

use std::borrow::Cow;

use pulldown_cmark::{Event, Parser, Tag};

use super::document::Run;

/// Strips tags from HTML that arrives line by line.
#[derive(Debug, Default)]
pub(super) struct Stripper {
    state: State,
    /// Text since the last tag, and where it began.
    text: String,
    text_start: usize,
    text_end: usize,
    /// The tag so far, without `<`.
    tag: String,
    cells: usize,
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    Tag,
    /// In a tag, between quotes.
    Quoted(char),
    Comment,
    /// In an element whose content nobody reads, until it closes.
    Hidden(&'static str),
}

/// A tag longer than this is no tag.
const MAX_TAG: usize = 4096;

impl Stripper {
    /// Takes `content`, which stands at `source` in the file; readable text goes to `runs`.
    pub(super) fn feed<'a>(
        &mut self,
        content: &str,
        source: usize,
        line: &mut usize,
        runs: &mut Vec<Run<'a>>,
    ) {
        let mut at = 0;
        while let Some(c) = content[at..].chars().next() {
            let here = source + at;
            let rest = &content[at..];
            let mut step = c.len_utf8();
            match &self.state {
                State::Text if rest.starts_with("<!--") => {
                    self.flush(line, runs);
                    self.state = State::Comment;
                    step = 4;
                }
                State::Text if c == '<' && opens_tag(rest) => {
                    self.flush(line, runs);
                    self.tag.clear();
                    self.state = State::Tag;
                }
                State::Text => self.character(c, here),
                State::Comment => {
                    if rest.starts_with("-->") {
                        self.state = State::Text;
                        step = 3;
                    }
                }
                State::Hidden(name) => {
                    if c == '<' && starts_with_ignore_case(rest.get(2..).unwrap_or(""), name) {
                        self.state = State::Tag;
                        self.tag.clear();
                    }
                }
                State::Quoted(quote) => {
                    if c == *quote {
                        self.state = State::Tag;
                    }
                    self.tag.push(c);
                }
                State::Tag if c == '>' => self.close_tag(here, line, runs),
                State::Tag => {
                    // A quote opens a value only after `=`; anywhere else it is a slip of the pen.
                    if matches!(c, '"' | '\'') && self.tag.trim_end().ends_with('=') {
                        self.state = State::Quoted(c);
                    }
                    self.tag.push(c);
                }
            }
            if self.tag.len() > MAX_TAG && matches!(self.state, State::Tag | State::Quoted(_)) {
                self.state = State::Text;
            }
            at += step;
        }
    }

    /// Ends the HTML block. A style sheet or comment may go on in the next one.
    pub(super) fn finish<'a>(&mut self, line: &mut usize, runs: &mut Vec<Run<'a>>) {
        self.flush(line, runs);
        if self.state != State::Comment {
            self.state = State::Text;
        }
        *line += 1;
    }

    fn character(&mut self, c: char, here: usize) {
        // An answer may begin between a tag and its text: blanks before the text belong to neither.
        if self.text.trim().is_empty() {
            self.text_start = here;
        }
        if c.is_whitespace() && c != '\u{a0}' {
            if !self.text.ends_with(' ') {
                self.text.push(' ');
            }
        } else {
            self.text.push(c);
            self.text_end = here + c.len_utf8();
        }
    }

    fn flush<'a>(&mut self, line: &mut usize, runs: &mut Vec<Run<'a>>) {
        if !self.text.trim().is_empty() {
            let text = decode_entities(&self.text);
            runs.push(Run {
                source: self.text_start..self.text_end.max(self.text_start),
                text: Cow::Owned(text),
                line: *line,
                strong: false,
                link: false,
                code: false,
            });
        }
        self.text.clear();
    }

    fn close_tag<'a>(&mut self, here: usize, line: &mut usize, runs: &mut Vec<Run<'a>>) {
        self.state = State::Text;
        let tag = format!("<{}>", self.tag);
        let closing = self.tag.starts_with('/');
        match tag_name(&tag) {
            Some("style") if !closing => self.state = State::Hidden("style"),
            Some("script") if !closing => self.state = State::Hidden("script"),
            Some("td" | "th") if !closing => {
                if self.cells > 0 {
                    runs.push(Run {
                        source: here..here,
                        text: Cow::Borrowed(" | "),
                        line: *line,
                        strong: false,
                        link: false,
                        code: false,
                    });
                }
                self.cells += 1;
            }
            Some("td" | "th") => {}
            Some("img") => {
                if let Some(alt) = attribute(&tag, "alt") {
                    runs.push(Run {
                        source: here..here,
                        text: Cow::Owned(alt),
                        line: *line,
                        strong: false,
                        link: false,
                        code: false,
                    });
                }
            }
            Some(name) if !is_inline(name) => {
                // In a table cell a line break must not tear the row apart.
                if name == "tr" || name == "table" {
                    self.cells = 0;
                }
                if self.cells == 0 {
                    *line += 1;
                } else {
                    self.text.push(' ');
                    self.text_start = here;
                    self.text_end = here;
                }
            }
            _ => {}
        }
    }
}

/// Elements that do not begin a new line.
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "i"
            | "u"
            | "s"
            | "em"
            | "strong"
            | "span"
            | "font"
            | "code"
            | "sub"
            | "sup"
            | "small"
            | "kbd"
            | "mark"
            | "del"
            | "ins"
            | "label"
            | "col"
    )
}

fn opens_tag(rest: &str) -> bool {
    rest[1..]
        .chars()
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

/// The lower-case name of a tag that we care about; unknown names are `"?"`.
pub(super) fn tag_name(tag: &str) -> Option<&'static str> {
    let name = tag.strip_prefix('<')?.trim_start_matches('/');
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(name.len());
    const KNOWN: [&str; 38] = [
        "br", "p", "div", "li", "ul", "ol", "tr", "td", "th", "table", "tbody", "thead", "img",
        "style", "script", "h1", "h2", "h3", "h4", "h5", "h6", "a", "b", "i", "u", "s", "em",
        "strong", "span", "font", "code", "sub", "sup", "small", "kbd", "mark", "summary",
        "details",
    ];
    if end == 0 {
        return None;
    }
    Some(
        KNOWN
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(&name[..end]))
            .unwrap_or("?"),
    )
}

/// An attribute's value, entities decoded; `None` if it is missing or blank.
pub(super) fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut from = 0;
    loop {
        let at = from + find_ignore_case(&tag[from..], name)?;
        from = at + name.len();
        let before = tag[..at].chars().next_back();
        if !before.is_some_and(char::is_whitespace) {
            continue;
        }
        let Some(value) = tag[from..].trim_start().strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start();
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
            _ => value
                .split(|c: char| c.is_whitespace() || c == '>' || c == '/')
                .next(),
        };
        let value = decode_entities(value.unwrap_or_default());
        let value = value.trim();
        return (!value.is_empty()).then(|| value.to_owned());
    }
}

/// Opening minus closing tags of this name in `text`.
pub(super) fn count_tags(text: &str, name: &str) -> i64 {
    let mut balance = 0;
    for (at, _) in text.match_indices('<') {
        let rest = &text[at + 1..];
        let (rest, sign) = match rest.strip_prefix('/') {
            Some(rest) => (rest, -1),
            None => (rest, 1),
        };
        if starts_with_ignore_case(rest, name)
            && !rest[name.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
        {
            balance += sign;
        }
    }
    balance
}

/// `starts_with` for an ASCII prefix in any case.
pub(super) fn starts_with_ignore_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// `find` for an ASCII needle in any case.
pub(super) fn find_ignore_case(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes()
        .windows(needle.len().max(1))
        .position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

fn decode_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest
            .bytes()
            .take(34)
            .position(|b| b == b';')
            .map(|end| &rest[..=end])
            .filter(|e| {
                e[1..e.len() - 1]
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'#')
            });
        match entity {
            Some(entity) => {
                // The Markdown parser owns the table of names.
                for event in Parser::new(entity) {
                    if let Event::Text(decoded) = event {
                        out.push_str(&decoded);
                    } else if let Event::Start(Tag::Heading { .. }) = event {
                        break;
                    }
                }
                rest = &rest[entity.len()..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Blocks of HTML as the lines that a reader sees, for those who show an answer as text.
#[derive(Debug, Default)]
pub(crate) struct Readable {
    stripper: Stripper,
    line: usize,
    runs: Vec<Run<'static>>,
}

impl Readable {
    /// Takes part of a block.
    pub(crate) fn feed(&mut self, html: &str) {
        self.stripper.feed(html, 0, &mut self.line, &mut self.runs);
    }

    /// Ends the block; its lines.
    pub(crate) fn finish(&mut self) -> Vec<String> {
        self.stripper.finish(&mut self.line, &mut self.runs);
        let mut lines: Vec<(usize, String)> = Vec::new();
        for run in self.runs.drain(..) {
            match lines.last_mut() {
                Some((line, text)) if *line == run.line => text.push_str(&run.text),
                _ => lines.push((run.line, run.text.trim_start().to_owned())),
            }
        }
        lines.into_iter().map(|(_, text)| text).collect()
    }

    /// What a tag within a line stands for: a line break, a picture's description, or nothing.
    pub(crate) fn inline(tag: &str) -> Option<String> {
        match tag_name(tag)? {
            "br" => Some("\n".to_owned()),
            "img" => attribute(tag, "alt"),
            _ => None,
        }
    }
}
