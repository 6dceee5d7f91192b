//! Text with marked parts, from ranges that count code points.

use crate::search::Hit;

/// Code points shown of an answer in which no passage stands out.
const WINDOW_CHARS: usize = 160;
/// Of those, how many before the first mark.
const LEAD_CHARS: usize = 24;

/// A piece of text that is marked as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) text: String,
    pub(super) marked: bool,
}

/// The part of an answer that is shown at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snippet {
    pub(super) segments: Vec<Segment>,
    /// Whether the answer has text before it.
    pub(super) cut_before: bool,
    /// Whether the answer has text after it.
    pub(super) cut_after: bool,
}

/// `text[start..end]`, cut where marks begin and end. Ranges outside the text or out of order are
/// tolerated: a wrong mark must not cost the reader the text.
pub(super) fn segments(text: &str, start: usize, end: usize, marks: &[[usize; 2]]) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let shown = text
        .chars()
        .enumerate()
        .skip(start)
        .take(end.saturating_sub(start));
    for (position, c) in shown {
        let marked = marks
            .iter()
            .any(|&[from, to]| (from..to).contains(&position));
        match segments.last_mut() {
            Some(last) if last.marked == marked => last.text.push(c),
            _ => segments.push(Segment {
                text: c.to_string(),
                marked,
            }),
        }
    }
    segments
}

/// The passage that fits best, or else a window around the first mark.
pub(super) fn snippet(hit: &Hit) -> Snippet {
    let text = &hit.answer.text;
    let length = text.chars().count();
    let marks = &hit.highlights.answer;
    let (start, end) = match &hit.passage {
        Some(passage) if passage.start < passage.end && passage.end <= length => {
            (passage.start, passage.end)
        }
        _ => {
            let first_mark = marks.first().map_or(0, |mark| mark[0]);
            let latest_start = length.saturating_sub(WINDOW_CHARS);
            let start = first_mark.saturating_sub(LEAD_CHARS).min(latest_start);
            (start, (start + WINDOW_CHARS).min(length))
        }
    };
    Snippet {
        segments: segments(text, start, end, marks),
        cut_before: start > 0,
        cut_after: end < length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, start: usize, end: usize, marks: &[[usize; 2]]) -> String {
        segments(text, start, end, marks)
            .into_iter()
            .map(|segment| {
                if segment.marked {
                    format!("[{}]", segment.text)
                } else {
                    segment.text
                }
            })
            .collect()
    }

    #[test]
    fn marks_count_code_points() {
        for (text, start, end, marks, expected) in [
            ("备案授权码", 0, 5, &[[2, 5]][..], "备案[授权码]"),
            ("😀备案", 0, 3, &[[1, 3]][..], "😀[备案]"),
            ("备案授权码", 1, 4, &[[0, 2]][..], "[案]授权"),
            ("备案", 0, 9, &[[1, 9]][..], "备[案]"),
            ("备案", 0, 2, &[[2, 1], [1, 1]][..], "备案"),
            ("备案", 2, 1, &[][..], ""),
            ("", 0, 0, &[[0, 1]][..], ""),
        ] {
            assert_eq!(shown(text, start, end, marks), expected, "{text} {marks:?}");
        }
    }
}
