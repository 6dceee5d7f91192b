//! Lines of a file: their numbers, and which of them nothing accounts for.

use std::ops::Range;

use super::question;

/// The lines of `text` that no range in `covered` (sorted) touches, neighbours joined, blank ones not
/// counted: nothing of a file is lost without a trace.
pub(super) fn left_over(text: &str, covered: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut left: Vec<Range<usize>> = Vec::new();
    let mut joined = false;
    let mut next = 0;
    let mut reach = 0;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        while covered.get(next).is_some_and(|r| r.start < offset) {
            reach = reach.max(covered[next].end);
            next += 1;
        }
        if reach > start {
            joined = false;
            continue;
        }
        let content = line.trim_matches(question::blank);
        if content.is_empty() {
            continue;
        }
        let end = start + line.trim_end().len();
        match left.last_mut() {
            Some(last) if joined => last.end = end,
            _ => left.push(start..end),
        }
        joined = true;
    }
    left
}

/// Where lines begin.
pub(super) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Lines {
        Lines {
            starts: text.match_indices('\n').map(|(at, _)| at + 1).collect(),
        }
    }

    /// The line that holds this byte, from 1.
    pub(super) fn number(&self, byte: usize) -> u32 {
        let before = self.starts.partition_point(|&start| start <= byte);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}
