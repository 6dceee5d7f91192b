//! An answer: the slice as written, the text as read, and the passages that can stand for it.

use std::ops::Range;

use super::document::{BlockKind, Document};
use super::entry::{Answer, Passage, PassageKind};

/// A line of a paragraph shorter than this is no passage of its own, code points.
const MIN_LINE: usize = 8;

/// Deeper nested blocks are no passages: nobody reads them alone, and slicing each would be quadratic.
const MAX_DEPTH: u32 = 12;

/// Reads the answer that stands at `range` of `source`.
pub(super) fn read(source: &str, document: &Document<'_>, range: &Range<usize>) -> Answer {
    let plain = Plain::build(source, document, range);
    let passages = passages(source, document, range, &plain);
    Answer {
        markdown: source[range.clone()].to_owned(),
        text: plain.text,
        passages,
    }
}

/// Readable text that remembers where it stood.
#[derive(Debug, Default)]
struct Plain {
    text: String,
    /// Where each run's text begins in the source, and its range in `text`.
    spans: Vec<(usize, Range<usize>)>,
    /// Likewise for lines: first source byte, one past the last, range in `text`.
    lines: Vec<(Range<usize>, Range<usize>)>,
}

impl Plain {
    fn build(source: &str, document: &Document<'_>, range: &Range<usize>) -> Plain {
        let mut plain = Plain::default();
        let mut line: Option<(usize, Range<usize>, usize)> = None;
        // A run that begins before the answer may reach into it: `A：` and the answer are one run.
        let first = document
            .runs
            .partition_point(|run| run.source.end <= range.start && run.source.start < range.start);
        for run in &document.runs[first..] {
            if run.source.start >= range.end {
                break;
            }
            let mut text: &str = &run.text;
            let mut at = run.source.start;
            if at < range.start {
                match source.get(run.source.clone()) {
                    Some(verbatim) if verbatim == text => {
                        text = &text[range.start - at..];
                        at = range.start;
                    }
                    _ => continue,
                }
            }
            if run.source.end > range.end
                && source.get(run.source.clone()) == Some(run.text.as_ref())
            {
                text = &text[..text.len() - (run.source.end - range.end)];
            }
            let end = run.source.end.min(range.end).max(at);
            match &mut line {
                Some((number, lines_source, _)) if *number == run.line => {
                    lines_source.end = lines_source.end.max(end);
                }
                _ => {
                    plain.end_line(line.take());
                    if !plain.text.is_empty() && !plain.text.ends_with('\n') {
                        plain.text.push('\n');
                    }
                    line = Some((run.line, at..end, plain.text.len()));
                }
            }
            let line_start = line.as_ref().map_or(0, |(_, _, start)| *start);
            if plain.text.len() == line_start && !run.code {
                text = text.trim_start();
            }
            let from = plain.text.len();
            plain.text.extend(text.chars().map(|c| match c {
                '\n' | '\r' | '\t' => ' ',
                '\0' => '\u{fffd}',
                other => other,
            }));
            plain.spans.push((at, from..plain.text.len()));
        }
        plain.end_line(line);
        let length = plain.text.trim_end().len();
        plain.text.truncate(length);
        plain
    }

    /// Cuts blanks off the end of the line that is being left.
    fn end_line(&mut self, line: Option<(usize, Range<usize>, usize)>) {
        let Some((_, source, start)) = line else {
            return;
        };
        let length = start + self.text[start..].trim_end().len();
        self.text.truncate(length);
        for (_, span) in self.spans.iter_mut().rev() {
            if span.end <= length {
                break;
            }
            span.end = length;
            span.start = span.start.min(length);
        }
        if length > start {
            self.lines.push((source, start..length));
        }
    }

    /// The text of what stands at `source`, blanks around it cut off; `None` if nothing is left.
    fn at(&self, source: &Range<usize>) -> Option<Range<usize>> {
        let from = self.spans.partition_point(|(at, _)| *at < source.start);
        let to = self.spans.partition_point(|(at, _)| *at < source.end);
        if from >= to {
            return None;
        }
        self.trimmed(self.spans[from].1.start..self.spans[to - 1].1.end)
    }

    fn trimmed(&self, range: Range<usize>) -> Option<Range<usize>> {
        let slice = self.text.get(range.clone())?;
        let start = range.start + (slice.len() - slice.trim_start().len());
        let end = start + slice.trim().len();
        (start < end).then_some(start..end)
    }
}

fn passages(
    source: &str,
    document: &Document<'_>,
    range: &Range<usize>,
    plain: &Plain,
) -> Vec<Passage> {
    let mut found: Vec<Passage> = Vec::new();
    // The sections around the current block: level, end in the source, heading.
    let mut sections: Vec<(u8, usize, String)> = Vec::new();
    let indexes = document.blocks_in(range);
    let ends = section_ends(document, &indexes, range.end);
    for index in indexes.clone() {
        let block = &document.blocks[index];
        while sections
            .last()
            .is_some_and(|&(_, end, _)| end <= block.range.start)
        {
            sections.pop();
        }
        let mut span = block.range.start..block.range.end.min(range.end);
        let kind = match block.kind {
            BlockKind::Heading { level } => {
                span.end = ends[index - indexes.start];
                let title = document.plain(&block.range).trim().to_owned();
                sections.push((level, span.end, title));
                PassageKind::Section
            }
            BlockKind::Item if block.depth <= MAX_DEPTH => PassageKind::Item,
            BlockKind::Row => PassageKind::Row,
            BlockKind::Paragraph | BlockKind::Quote
                if inside(document, index, BlockKind::Item, range) =>
            {
                continue;
            }
            BlockKind::Paragraph if inside(document, index, BlockKind::Quote, range) => continue,
            BlockKind::Quote if block.depth > MAX_DEPTH => continue,
            BlockKind::Paragraph | BlockKind::Quote | BlockKind::Code | BlockKind::Html => {
                PassageKind::Paragraph
            }
            _ => continue,
        };
        let heading = sections.last().map(|(_, _, title)| title.clone());
        push(
            source,
            range,
            plain,
            &mut found,
            kind,
            heading.clone(),
            span.clone(),
        );
        if kind == PassageKind::Paragraph && block.kind != BlockKind::Code {
            lines(source, range, plain, &mut found, heading, &span);
        }
    }
    // What begins in the middle of a block, such as the text after `A：`, has no block of its own.
    let head_end = document
        .blocks
        .get(indexes.start)
        .map_or(range.end, |block| block.range.start.min(range.end));
    if head_end > range.start && plain.at(&(range.start..head_end)).is_some() {
        let mut head = Vec::new();
        let span = range.start..head_end;
        push(
            source,
            range,
            plain,
            &mut head,
            PassageKind::Paragraph,
            None,
            span.clone(),
        );
        lines(source, range, plain, &mut head, None, &span);
        head.append(&mut found);
        found = head;
    }
    found
}

/// Each line of a paragraph that has several: authors write lists as `（1）…；` without Markdown's help.
fn lines(
    source: &str,
    range: &Range<usize>,
    plain: &Plain,
    found: &mut Vec<Passage>,
    heading: Option<String>,
    span: &Range<usize>,
) {
    let from = plain.lines.partition_point(|(s, _)| s.start < span.start);
    let to = plain.lines.partition_point(|(s, _)| s.start < span.end);
    if to.saturating_sub(from) < 2 {
        return;
    }
    for (line, text) in &plain.lines[from..to] {
        if plain.text[text.clone()].chars().nth(MIN_LINE - 1).is_some() {
            push(
                source,
                range,
                plain,
                found,
                PassageKind::Paragraph,
                heading.clone(),
                line.clone(),
            );
        }
    }
}

fn push(
    source: &str,
    range: &Range<usize>,
    plain: &Plain,
    found: &mut Vec<Passage>,
    kind: PassageKind,
    heading: Option<String>,
    span: Range<usize>,
) {
    let Some(text) = plain.at(&span) else {
        return;
    };
    let Some(slice) = source.get(span.clone()) else {
        return;
    };
    let start = span.start + (slice.len() - slice.trim_start().len());
    let end = start + slice.trim().len();
    if start < range.start || end > range.end || start >= end {
        return;
    }
    found.push(Passage {
        kind,
        heading,
        text,
        markdown: start - range.start..end - range.start,
    });
}

/// For each block, where its section ends if it is a heading: one pass from the back.
fn section_ends(document: &Document<'_>, indexes: &Range<usize>, end: usize) -> Vec<usize> {
    let mut next = [end; 7];
    let mut ends = vec![end; indexes.len()];
    for index in indexes.clone().rev() {
        let block = &document.blocks[index];
        if let BlockKind::Heading { level } = block.kind {
            let level = usize::from(level.min(6));
            ends[index - indexes.start] = next[level];
            for slot in &mut next[level..] {
                *slot = block.range.start;
            }
        }
    }
    ends
}

/// Whether a block stands in one of this kind that is a passage of its own: not if the answer itself
/// stands in it.
fn inside(document: &Document<'_>, index: usize, kind: BlockKind, answer: &Range<usize>) -> bool {
    let block = &document.blocks[index];
    block.depth > MAX_DEPTH
        || block.parent.is_some_and(|parent| {
            let parent = &document.blocks[parent];
            parent.kind == kind && parent.range.start >= answer.start
        })
}
