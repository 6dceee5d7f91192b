//! Bold text as Chinese authors write it.
//!
//! CommonMark decides by the characters next to `**` whether it can open or close, and counts on blanks
//! between words. Chinese has none: in `**注意：**请` the second `**` stands between punctuation and a
//! letter, so it can't close and a reader would see stars. Here Chinese characters and punctuation count
//! as neither, which is the amendment known as “CJK-friendly emphasis”. What is then still alone finds its
//! partner on the same line even if a blank has slipped in, as in `**订单号 **`. Text without Chinese is left
//! as CommonMark has it.

use std::collections::VecDeque;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use unicode_width::UnicodeWidthChar;

use super::markdown::Spanned;

/// Pairs the `**` of one block's inline content anew if there is Chinese among it.
/// `text` is what the ranges count in. Code is not touched: its stars are no events of their own.
pub(super) fn mend<'a>(text: &str, inline: VecDeque<Spanned<'a>>) -> VecDeque<Spanned<'a>> {
    let marks = marks(text, &inline);
    if marks.is_empty() || !has_chinese(&inline) {
        return inline;
    }
    let mut pairs = pairs(&marks);
    pair_across_blanks(text, &marks, &mut pairs);
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
    opens: bool,
    closes: bool,
}

/// Whether a mark is the first of two, and their range.
type Pair = (bool, Range<usize>);

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
            let (opens, closes) = sides(text, at);
            marks.push(Mark {
                at,
                event: index,
                events,
                container: open.last().copied().unwrap_or(0),
                opens,
                closes,
            });
        }
        index += events;
    }
    marks
}

/// The partner of each mark, as far as it has one.
fn pairs(marks: &[Mark]) -> Vec<Option<Pair>> {
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
            .filter(|&top| mark.closes && marks[top].container == mark.container)
            .filter(|&top| marks[top].at + 2 < mark.at);
        if let Some(partner) = partner {
            waiting.pop();
            join(marks, &mut pairs, partner, index);
        } else if mark.opens {
            waiting.push(index);
        }
    }
    pairs
}

/// Pairs marks that are still alone with the next on their line, a blank inside at one end at most.
fn pair_across_blanks(text: &str, marks: &[Mark], pairs: &mut [Option<Pair>]) {
    // What is alone, at each depth of bold text: pairs must not cross.
    let mut alone: Vec<Option<usize>> = vec![None];
    for index in 0..marks.len() {
        match pairs[index] {
            Some((true, _)) => alone.push(None),
            Some((false, _)) => {
                alone.pop();
            }
            None => {
                let Some(last) = alone.last_mut() else {
                    continue;
                };
                let partner = last.take().filter(|&first| {
                    let between = text.get(marks[first].at + 2..marks[index].at);
                    marks[first].container == marks[index].container
                        && between.is_some_and(|inner| {
                            !inner.contains('\n')
                                && !inner.trim().is_empty()
                                && (inner.trim_start() == inner || inner.trim_end() == inner)
                        })
                });
                match partner {
                    Some(first) => join(marks, pairs, first, index),
                    None => *last = Some(index),
                }
            }
        }
    }
}

fn join(marks: &[Mark], pairs: &mut [Option<Pair>], first: usize, second: usize) {
    let range = marks[first].at..marks[second].at + 2;
    pairs[first] = Some((true, range.clone()));
    pairs[second] = Some((false, range));
}

fn has_chinese(inline: &VecDeque<Spanned<'_>>) -> bool {
    inline.iter().any(|(event, _)| match event {
        Event::Text(content) | Event::Code(content) => content.chars().any(is_chinese),
        _ => false,
    })
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

/// Whether the `**` at `at` can open, and whether it can close.
fn sides(text: &str, at: usize) -> (bool, bool) {
    let before = text[..at].trim_end_matches('*').chars().next_back();
    let after = text[at..].trim_start_matches('*').chars().next();
    let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let mark = |c: Option<char>| c.is_some_and(is_punctuation);
    let chinese = |c: Option<char>| c.is_some_and(is_chinese);
    let fits = |outer, inner| {
        !blank(inner)
            && (!mark(inner) || blank(outer) || mark(outer) || chinese(inner) || chinese(outer))
    };
    (fits(before, after), fits(after, before))
}

fn is_punctuation(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control()
}

/// Whether a character is as wide as a Chinese one, or punctuation that Chinese shares with the West.
fn is_chinese(c: char) -> bool {
    c.width() == Some(2) || "“”‘’…—·".contains(c)
}
