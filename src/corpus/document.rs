//! One file's Markdown as flat lists: blocks in reading order and the runs of readable text in them.
//!
//! Everything keeps its byte range in the source, so that later stages only ever cut the source and
//! never print Markdown again. Nothing here recurses: nesting is a number, not a call stack.

use std::borrow::Cow;
use std::ops::Range;

use super::html;
use super::reader;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    Heading { level: u8 },
    Paragraph,
    List,
    Item,
    Quote,
    Code,
    Html,
    Table,
    Row,
    Footnote,
}

/// A block and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) kind: BlockKind,
    /// Trailing line ends may be included.
    pub(super) range: Range<usize>,
    /// How many blocks are around it.
    pub(super) depth: u32,
    /// Index of the block directly around it.
    pub(super) parent: Option<usize>,
}

/// A piece of readable text.
#[derive(Debug, Clone)]
pub(super) struct Run<'a> {
    pub(super) source: Range<usize>,
    pub(super) text: Cow<'a, str>,
    /// Runs with the same number stand on one line of plain text.
    pub(super) line: usize,
    pub(super) strong: bool,
    /// Inside a link.
    pub(super) link: bool,
    /// Leading blanks are part of the text.
    pub(super) code: bool,
}

/// A parsed file.
#[derive(Debug, Default)]
pub(super) struct Document<'a> {
    /// In reading order, a container before its content.
    pub(super) blocks: Vec<Block>,
    /// In reading order.
    pub(super) runs: Vec<Run<'a>>,
    /// `[…](id:name)`: where, and the name.
    pub(super) anchors: Vec<(Range<usize>, String)>,
    /// `{#name}` behind a heading: where the heading begins, and the name.
    pub(super) heading_ids: Vec<(usize, String)>,
    /// HTML blocks and inline tags, comments among them.
    pub(super) html: Vec<Range<usize>>,
    /// Where code fences begin that never close and have headings behind them.
    pub(super) unclosed: Vec<usize>,
}

impl<'a> Document<'a> {
    /// Parses `text[from..]`; ranges count from the beginning of `text`.
    pub(super) fn parse(text: &'a str, from: usize) -> Document<'a> {
        let mut whole = reader::read(text, &[from]);
        let mut starts = vec![from];
        starts.extend(whole.swallowed_headings(text));
        if starts.len() == 1 {
            return whole;
        }
        // Parsing once more in segments keeps the cost linear, whatever the number of segments.
        let unclosed = whole.unclosed;
        Document {
            unclosed,
            ..reader::read(text, &starts)
        }
    }

    /// Headings that Markdown takes for the rest of an HTML block because no blank line stands before
    /// them, such as the one right after `</table>`. Their author meant headings.
    fn swallowed_headings(&mut self, text: &str) -> Vec<usize> {
        let mut found = Vec::new();
        for block in &self.blocks {
            if block.depth == 0
                && block.kind == BlockKind::Code
                && block.range.end == text.len()
                && let Some(heading) = behind_open_fence(&text[block.range.clone()])
            {
                self.unclosed.push(block.range.start);
                found.push(block.range.start + heading);
            }
            if block.kind != BlockKind::Html || block.depth > 0 {
                continue;
            }
            let html = &text[block.range.clone()];
            if ["<!--", "<pre", "<script", "<style", "<textarea", "<?"]
                .iter()
                .any(|opening| html::starts_with_ignore_case(html, opening))
            {
                continue;
            }
            let mut offset = block.range.start;
            let mut open_tables = 0i64;
            for line in html.split_inclusive('\n') {
                if offset > block.range.start && open_tables <= 0 && is_atx_heading(line) {
                    found.push(offset);
                }
                open_tables += html::count_tags(line, "table") + html::count_tags(line, "details");
                offset += line.len();
            }
        }
        found
    }

    /// The readable text of the runs that begin in `range`, lines joined by a blank.
    pub(super) fn plain(&self, range: &Range<usize>) -> String {
        let mut out = String::new();
        let mut line = None;
        for run in self.runs_in(range) {
            if line.is_some_and(|l| l != run.line) && !out.ends_with(' ') {
                out.push(' ');
            }
            line = Some(run.line);
            out.push_str(&run.text);
        }
        out
    }

    /// The runs that begin in `range`.
    pub(super) fn runs_in(&self, range: &Range<usize>) -> &[Run<'a>] {
        let from = self
            .runs
            .partition_point(|run| run.source.start < range.start);
        let to = self
            .runs
            .partition_point(|run| run.source.start < range.end);
        &self.runs[from.min(to)..to]
    }

    /// Indexes of the blocks that begin in `range`.
    pub(super) fn blocks_in(&self, range: &Range<usize>) -> Range<usize> {
        let from = self
            .blocks
            .partition_point(|block| block.range.start < range.start);
        let to = self
            .blocks
            .partition_point(|block| block.range.start < range.end);
        from.min(to)..to
    }

    /// Where the line of a block begins that opens a list item or quote: a heading written `1. ### …`
    /// begins at its `1.`.
    pub(super) fn lead(&self, mut index: usize) -> usize {
        while let Some(parent) = self.blocks[index].parent {
            let opens = parent + 1 == index;
            if !opens {
                break;
            }
            index = parent;
        }
        self.blocks[index].range.start
    }
}

/// Where the first heading stands in a code block whose fence never closes.
fn behind_open_fence(code: &str) -> Option<usize> {
    let fence = code.trim_start_matches(' ');
    let mark = fence.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = fence.len() - fence.trim_start_matches(mark).len();
    let mut lines = code.split_inclusive('\n');
    let mut offset = lines.next()?.len();
    let mut heading = None;
    for line in lines {
        let content = line.trim();
        if content.len() >= length && content.chars().all(|c| c == mark) {
            return None;
        }
        // One `#` begins a comment in most languages, two hardly ever do.
        if heading.is_none() && content.starts_with("##") && is_atx_heading(line) {
            heading = Some(offset);
        }
        offset += line.len();
    }
    heading
}

/// Whether a line is `# …` to `###### …`.
pub(super) fn is_atx_heading(line: &str) -> bool {
    let rest = line.trim_start_matches(' ');
    if line.len() - rest.len() > 3 {
        return false;
    }
    let hashes = rest.bytes().take_while(|&b| b == b'#').count();
    (1..=6).contains(&hashes)
        && rest[hashes..].starts_with([' ', '\t'])
        && !rest[hashes..].trim().is_empty()
}
