//! Markdown as jida understands it: CommonMark with GitHub's additions, and what Chinese FAQ authors
//! write beyond them. Whatever reads or shows an answer goes through here, so that all agree.
//!
//! - `>?` and `>!` begin a call-out, an alert like GitHub's `> [!NOTE]` and `> [!WARNING]`;
//! - `### 标题 {#id}` gives a heading its id, which is not part of its text;
//! - `**注意：**请` is bold (see [`bold`]).

use std::collections::VecDeque;
use std::iter::Peekable;
use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CowStr, Event, OffsetIter, Options, Parser, Tag, TagEnd};

use super::bold;

/// An event and the bytes it stands for.
pub(crate) type Spanned<'a> = (Event<'a>, Range<usize>);

/// Parses `text`; ranges count from its beginning.
pub(crate) fn events(text: &str) -> Events<'_> {
    Events {
        text,
        parser: Parser::new_ext(text, options())
            .into_offset_iter()
            .peekable(),
        ready: VecDeque::new(),
        quotes: Vec::new(),
        code: false,
    }
}

/// What of Markdown is understood.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_GFM
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
}

/// Reads one block's inline content at a time, so that memory stays bounded by the longest paragraph.
#[derive(Debug)]
pub(crate) struct Events<'a> {
    text: &'a str,
    parser: Peekable<OffsetIter<'a>>,
    ready: VecDeque<Spanned<'a>>,
    /// For each open quote, where its first mark stands if it is a call-out.
    quotes: Vec<Option<usize>>,
    code: bool,
}

impl<'a> Iterator for Events<'a> {
    type Item = Spanned<'a>;

    fn next(&mut self) -> Option<Spanned<'a>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let (mut first, range) = self.parser.next()?;
            match &mut first {
                Event::Start(Tag::BlockQuote(kind)) => {
                    let call_out = call_out(self.text, &range).filter(|_| kind.is_none());
                    if let Some((mark, _)) = call_out {
                        *kind = Some(mark);
                    }
                    self.quotes.push(call_out.map(|(_, at)| at));
                }
                Event::End(TagEnd::BlockQuote(_)) => {
                    self.quotes.pop();
                }
                Event::Start(Tag::CodeBlock(_)) => self.code = true,
                Event::End(TagEnd::CodeBlock) => self.code = false,
                _ => {}
            }
            let mut inline = VecDeque::new();
            let mut head = None;
            if is_inline(&first) && !self.code {
                inline.push_back((first, range));
            } else {
                head = Some((first, range));
            }
            if !self.code {
                while let Some(event) = self.parser.next_if(|(event, _)| is_inline(event)) {
                    inline.push_back(event);
                }
            }
            self.block(head, inline);
        }
    }
}

impl<'a> Events<'a> {
    /// Makes a block's beginning and its inline content ready.
    fn block(&mut self, mut head: Option<Spanned<'a>>, mut inline: VecDeque<Spanned<'a>>) {
        if self.strip_marks(&mut inline)
            && inline.is_empty()
            && matches!(head, Some((Event::Start(Tag::Paragraph), _)))
        {
            // The mark stood alone.
            self.parser.next();
            return;
        }
        if let Some((Event::Start(Tag::Heading { id, .. }), _)) = &mut head {
            *id = take_id(&mut inline);
        }
        self.ready.extend(head);
        self.ready.extend(bold::mend(self.text, inline));
    }

    /// Takes the marks of a call-out off the beginning of its lines; whether there were any.
    fn strip_marks(&self, inline: &mut VecDeque<Spanned<'a>>) -> bool {
        let Some(&Some(first_mark)) = self.quotes.last() else {
            return false;
        };
        let mut stripped = false;
        let mut line_begins = true;
        let mut kept = VecDeque::with_capacity(inline.len());
        while let Some((event, mut range)) = inline.pop_front() {
            let begins = std::mem::replace(
                &mut line_begins,
                matches!(event, Event::SoftBreak | Event::HardBreak),
            );
            let marked =
                range.start == first_mark || (begins && self.text[..range.start].ends_with('>'));
            match event {
                Event::Text(content) if marked && content.starts_with(['?', '!']) => {
                    stripped = true;
                    let rest = content[1..].trim_start().to_owned();
                    if !rest.is_empty() {
                        range.start = range.end - rest.len().min(range.len());
                        kept.push_back((Event::Text(CowStr::from(rest)), range));
                    } else if matches!(inline.front(), Some((Event::SoftBreak, _))) {
                        inline.pop_front();
                        line_begins = true;
                    }
                }
                event => kept.push_back((event, range)),
            }
        }
        *inline = kept;
        stripped
    }
}

/// Which call-out the quote at `range` is, and where its mark stands. `>![` begins a picture.
fn call_out(text: &str, range: &Range<usize>) -> Option<(BlockQuoteKind, usize)> {
    let inner = text[range.clone()].strip_prefix('>')?;
    let kind = match inner.as_bytes() {
        [b'?', ..] => BlockQuoteKind::Note,
        [b'!', b'[', ..] => return None,
        [b'!', ..] => BlockQuoteKind::Warning,
        _ => return None,
    };
    Some((kind, range.start + 1))
}

/// Takes `{#id}` off the end of a heading.
fn take_id<'a>(inline: &mut VecDeque<Spanned<'a>>) -> Option<CowStr<'a>> {
    let plain = inline
        .iter()
        .rev()
        .take_while(|(event, _)| matches!(event, Event::Text(_)))
        .count();
    let first = inline.len() - plain;
    let tail: String = inline
        .range(first..)
        .filter_map(|(event, _)| match event {
            Event::Text(content) => Some(content.as_ref()),
            _ => None,
        })
        .collect();
    let (title, id) = split_id(tail.trim_end())?;
    let mut left = title.len();
    let id = CowStr::from(id.to_owned());
    for event in inline.range_mut(first..) {
        if let (Event::Text(content), range) = event {
            let keep = left.min(content.len());
            left -= keep;
            if keep < content.len() {
                range.end -= (content.len() - keep).min(range.len());
                *content = CowStr::from(content[..keep].to_owned());
            }
        }
    }
    inline.retain(|(event, _)| !matches!(event, Event::Text(content) if content.is_empty()));
    Some(id)
}

/// Splits `{#id}` off the end of a heading's text.
fn split_id(title: &str) -> Option<(&str, &str)> {
    let at = title.rfind("{#").filter(|_| title.ends_with('}'))?;
    let inner = &title[at + 2..title.len() - 1];
    let id = inner.split_whitespace().next()?;
    (!inner.contains(['{', '}'])).then(|| (title[..at].trim_end(), id))
}

fn is_inline(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => is_inline_end(&tag.to_end()),
        Event::End(tag) => is_inline_end(tag),
        Event::Html(_) | Event::Rule => false,
        _ => true,
    }
}

fn is_inline_end(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}
