//! Bold text as Chinese authors write it.
//!
//! CommonMark decides by the characters next to `**` whether it can open or close, and counts on blanks
//! between words. Chinese has none: in `**注意：**请` the second `**` stands between punctuation and a
//! letter, so it can't close and a reader would see stars. Here Chinese characters and punctuation count
//! as neither, which is the amendment known as “CJK-friendly emphasis”; text without them is left as
//! CommonMark has it.

use std::collections::VecDeque;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use unicode_width::UnicodeWidthChar;

use super::markdown::Spanned;

/// Pairs the `**` of one block's inline content anew if Chinese punctuation has kept any from its pair.
/// `text` is what the ranges count in. Code is not touched: its stars are no events of their own.
pub(super) fn mend<'a>(text: &str, inline: VecDeque<Spanned<'a>>) -> VecDeque<Spanned<'a>> {
    let marks = marks(text, &inline);
    if marks.iter().all(|mark| mark.chinese == mark.common) {
        return inline;
    }
    let pairs = pairs(&marks);
    let mut mended = VecDeque::with_capacity(inline.len());
    let mut marks = marks.iter().zip(pairs).peekable();
    let mut skip = 0;
    for (index, event) in inline.into_iter().enumerate() {
        match marks.next_if(|(mark, _)| mark.event == index) {
            Some((mark, pair)) => {
                skip = mark.events - 1;
                match pair {
                    Some((true, range)) => mended.push_back((Event::Start(Tag::Strong), range)),
                    Some((false, range)) => mended.push_back((Event::End(TagEnd::Strong), range)),
                    None => {
                        let stars = Event::Text(CowStr::Borrowed("**"));
                        mended.push_back((stars, mark.at..mark.at + 2));
                    }
                }
            }
            None if skip > 0 => skip -= 1,
            None => mended.push_back(event),
        }
    }
    mended
}

/// A `**`.
#[derive(Debug)]
struct Mark {
    at: usize,
    /// Index of its first event, and how many it has.
    event: usize,
    events: usize,
    /// What of emphasis, links and the like it stands in.
    container: usize,
    common: Sides,
    chinese: Sides,
}

/// What a `**` can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sides {
    opens: bool,
    closes: bool,
}

/// Every `**`, whether CommonMark has found a pair for it or not.
fn marks(text: &str, inline: &VecDeque<Spanned<'_>>) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut open = vec![0];
    let mut containers = 0;
    let mut index = 0;
    while let Some((event, range)) = inline.get(index) {
        let starred = text[range.start..].starts_with("**");
        let (at, events) = match event {
            Event::Start(Tag::Strong) if starred => (Some(range.start), 1),
            Event::End(TagEnd::Strong) if starred => (Some(range.end - 2), 1),
            Event::Start(_) => {
                containers += 1;
                open.push(containers);
                (None, 1)
            }
            Event::End(_) => {
                open.pop();
                (None, 1)
            }
            _ if is_star(text, &inline[index]) => {
                let run = stars(text, inline, index);
                ((run == 2).then_some(range.start), run)
            }
            _ => (None, 1),
        };
        if let Some(at) = at {
            let (common, chinese) = sides(text, at);
            marks.push(Mark {
                at,
                event: index,
                events,
                container: open.last().copied().unwrap_or(0),
                common,
                chinese,
            });
        }
        index += events;
    }
    marks
}

/// For each mark that has a partner: whether it is the first of the two, and their range.
fn pairs(marks: &[Mark]) -> Vec<Option<(bool, Range<usize>)>> {
    let mut pairs = vec![None; marks.len()];
    let mut waiting: Vec<usize> = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        // Containers nest: one that is left does not come back, and what waits in it waits in vain.
        while waiting
            .last()
            .is_some_and(|&top| marks[top].container > mark.container)
        {
            waiting.pop();
        }
        let partner = waiting
            .last()
            .copied()
            .filter(|&top| mark.chinese.closes && marks[top].container == mark.container)
            .filter(|&top| marks[top].at + 2 < mark.at);
        if let Some(partner) = partner {
            waiting.pop();
            let range = marks[partner].at..mark.at + 2;
            pairs[partner] = Some((true, range.clone()));
            pairs[index] = Some((false, range));
        } else if mark.chinese.opens {
            waiting.push(index);
        }
    }
    pairs
}

/// Whether an event is a star that CommonMark has found no use for.
fn is_star(text: &str, (event, range): &Spanned<'_>) -> bool {
    let backslashes = text[..range.start]
        .bytes()
        .rev()
        .take_while(|&b| b == b'\\');
    matches!(event, Event::Text(content) if content.as_ref() == "*")
        && &text[range.clone()] == "*"
        && backslashes.count() % 2 == 0
}

/// How many stars stand in a row from `index` on.
fn stars(text: &str, inline: &VecDeque<Spanned<'_>>, index: usize) -> usize {
    let start = inline[index].1.start;
    inline
        .range(index..)
        .enumerate()
        .take_while(|(count, event)| event.1.start == start + count && is_star(text, event))
        .count()
}

/// What the `**` at `at` can do by CommonMark, and by Chinese use.
fn sides(text: &str, at: usize) -> (Sides, Sides) {
    let before = text[..at].trim_end_matches('*').chars().next_back();
    let after = text[at..].trim_start_matches('*').chars().next();
    let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let mark = |c: Option<char>| c.is_some_and(is_punctuation);
    let chinese = |c: Option<char>| c.is_some_and(is_chinese);
    let common = |outer, inner| !blank(inner) && (!mark(inner) || blank(outer) || mark(outer));
    let amended = |outer, inner| {
        common(outer, inner) || (!blank(inner) && (chinese(outer) || chinese(inner)))
    };
    (
        Sides {
            opens: common(before, after),
            closes: common(after, before),
        },
        Sides {
            opens: amended(before, after),
            closes: amended(after, before),
        },
    )
}

fn is_punctuation(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control()
}

/// Whether a character is as wide as a Chinese one, or punctuation that Chinese shares with the West.
fn is_chinese(c: char) -> bool {
    c.width() == Some(2) || "“”‘’…—·".contains(c)
}
