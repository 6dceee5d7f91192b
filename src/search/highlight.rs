//! Which characters of a text to mark for a question.

use std::cell::RefCell;
use std::ops::Range;

use crate::index::{Atoms, Places};
use crate::rank::{Hits, Matcher, Occurrence, Query};
use crate::text::{AtomId, TokenKind};

/// Marks the words of one question in any number of texts.
pub(super) struct Highlighter<'a> {
    query: &'a Query,
    matcher: Matcher,
    filler: Vec<AtomId>,
    hits: RefCell<Hits>,
}

impl<'a> Highlighter<'a> {
    pub(super) fn new(query: &'a Query) -> Self {
        let characters = query
            .terms
            .iter()
            .filter(|t| t.kind == TokenKind::Character && t.filler);
        Highlighter {
            query,
            matcher: Matcher::new(query),
            filler: characters
                .filter_map(|term| term.term.chars().next())
                .map(AtomId::from)
                .collect(),
            hits: RefCell::default(),
        }
    }

    /// Ranges of code points, ascending and disjoint: words of the question, and pairs of characters
    /// that touch one (授权码 is marked whole though the dictionary knows only 授权), or, in a question
    /// without any word, whatever there is.
    pub(super) fn ranges(&self, atoms: Atoms<'_>, places: Places<'_>) -> Vec<[usize; 2]> {
        let mut found: Vec<Occurrence> = Vec::new();
        let mut hits = self.hits.borrow_mut();
        self.matcher.find(atoms, &mut hits, |occurrence| {
            if !self.query.terms[occurrence.term].filler {
                found.push(occurrence);
            }
        });
        let of_kind = |kind: TokenKind| {
            let wanted =
                move |occurrence: &&Occurrence| self.query.terms[occurrence.term].kind == kind;
            found
                .iter()
                .filter(wanted)
                .map(|occurrence| occurrence.start..occurrence.end)
        };
        let mut marks = merged(of_kind(TokenKind::Word).collect());
        let pairs = of_kind(TokenKind::Bigram).filter(|pair| {
            let mut atoms = atoms.iter().skip(pair.start).take(pair.len());
            !atoms.any(|atom| self.filler.contains(&atom))
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
        let places = in_original(&marks, places);
        let places = merged(places).into_iter();
        places.map(|range| [range.start, range.end]).collect()
    }
}

/// Where ascending ranges of atoms stand in the original, in one pass.
fn in_original(marks: &[Range<usize>], places: Places<'_>) -> Vec<Range<usize>> {
    let mut places = places.iter().enumerate();
    let mut place = |atom: usize| places.find(|&(at, _)| at == atom).map(|(_, place)| place);
    let ranges = marks.iter().filter_map(|mark| {
        let [start, end] = place(mark.start)?;
        let last = mark.end - 1;
        let end = if last > mark.start {
            place(last)?[1]
        } else {
            end
        };
        Some(start..end)
    });
    ranges.collect()
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
