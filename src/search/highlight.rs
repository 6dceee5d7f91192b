//! Which characters of a text to mark for a question.

use std::collections::HashSet;
use std::ops::Range;

use crate::rank::{Matcher, Occurrence, Query};
use crate::text::{Analyzer, TokenKind};

/// Marks the words of one question in any number of texts.
pub(super) struct Highlighter<'a> {
    analyzer: &'a Analyzer,
    query: &'a Query,
    matcher: Matcher,
    filler: HashSet<char>,
}

impl<'a> Highlighter<'a> {
    pub(super) fn new(analyzer: &'a Analyzer, query: &'a Query) -> Self {
        let characters = query
            .terms
            .iter()
            .filter(|t| t.kind == TokenKind::Character && t.filler);
        Highlighter {
            analyzer,
            query,
            matcher: Matcher::new(query),
            filler: characters
                .filter_map(|term| term.term.chars().next())
                .collect(),
        }
    }

    /// Ranges of code points, ascending and disjoint: words of the question, and pairs of characters
    /// that touch one (授权码 is marked whole though the dictionary knows only 授权), or, in a question
    /// without any word, whatever there is.
    pub(super) fn ranges(&self, text: &str) -> Vec<[usize; 2]> {
        let normalized = self.analyzer.normalize(text);
        let found = self.matcher.find(normalized.as_str());
        let of_kind = |kind: TokenKind| {
            let wanted = move |occurrence: &&Occurrence| {
                let term = &self.query.terms[occurrence.term];
                term.kind == kind && !term.filler
            };
            found
                .iter()
                .filter(wanted)
                .map(|occurrence| occurrence.start..occurrence.end)
        };
        let mut marks = merged(of_kind(TokenKind::Word).collect());
        let pairs = of_kind(TokenKind::Bigram).filter(|pair| {
            let slice = &normalized.as_str()[pair.clone()];
            !slice.chars().any(|c| self.filler.contains(&c))
        });
        if marks.is_empty() {
            marks = merged(pairs.collect());
            if marks.is_empty() {
                marks = merged(of_kind(TokenKind::Character).collect());
            }
        } else {
            let touching: Vec<_> = pairs.filter(|pair| touches(&marks, pair)).collect();
            marks.extend(touching);
            marks = merged(marks);
        }
        let original = marks
            .into_iter()
            .map(|mark| normalized.to_original(mark))
            .collect();
        code_points(text, &merged(original))
    }
}

fn touches(marks: &[Range<usize>], pair: &Range<usize>) -> bool {
    let after = marks.partition_point(|mark| mark.end < pair.start);
    marks.get(after).is_some_and(|mark| mark.start <= pair.end)
}

/// Joins ranges that overlap or touch.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// Ascending byte ranges of `text` as code points, in one pass.
pub(super) fn code_points(text: &str, ranges: &[Range<usize>]) -> Vec<[usize; 2]> {
    let (mut byte, mut point) = (0, 0);
    let mut to = |target: usize| {
        point += text[byte..target].chars().count();
        byte = target;
        point
    };
    ranges
        .iter()
        .map(|range| [to(range.start), to(range.end)])
        .collect()
}
