//! Words that say nothing about what is asked, found at word boundaries only.

use std::ops::Range;

use aho_corasick::AhoCorasick;

/// One word a line; `#` begins a comment.
pub(super) const WORDS: &str = include_str!("filler.txt");

/// Finds courtesy, hesitation and empty question frames.
#[derive(Debug)]
pub(super) struct Filler {
    words: AhoCorasick,
}

impl Filler {
    pub(super) fn new() -> Filler {
        let words: Vec<&str> = WORDS
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        let words = AhoCorasick::new(words).expect("the built-in list is small");
        Filler { words }
    }

    /// Byte ranges of filler in `text`, ascending and apart. A match counts only where it begins and
    /// ends at one of the ascending `boundaries` between words: 怎么办 in 怎么办理 is none, but 怎么 is.
    pub(super) fn find(&self, text: &str, boundaries: &[usize]) -> Vec<Range<usize>> {
        let is_boundary = |at: usize| boundaries.binary_search(&at).is_ok();
        let mut found: Vec<Range<usize>> = self
            .words
            .find_overlapping_iter(text)
            .map(|found| found.range())
            .filter(|range| is_boundary(range.start) && is_boundary(range.end))
            .collect();
        found.sort_by_key(|range| range.start);
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for range in found {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        merged
    }
}
