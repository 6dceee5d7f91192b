//! Where the terms of a question stand in a candidate's text.
//!
//! Terms are looked for as character sequences in the candidate's normalised text, not as tokens: 备案
//! is found in 未备案 however the dictionary cut it. Latin terms must stand alone (ip is not in script).

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::rank::query::Query;
use crate::text::is_ideograph;

/// One occurrence of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Index in [`Query::terms`].
    pub term: usize,
    /// Bytes of the text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Finds all terms of one query in one pass over a text.
pub struct Matcher {
    automaton: Option<AhoCorasick>,
}

impl Matcher {
    /// Prepares the terms of a query.
    pub fn new(query: &Query) -> Matcher {
        let terms = query.terms.iter().map(|term| &term.term);
        // A contiguous automaton is quick to make and to run for a few dozen short patterns. Making
        // one fails only beyond 2^31 states, which 512 characters can't reach.
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(terms)
            .ok();
        Matcher { automaton }
    }

    /// All occurrences, ascending by end.
    pub fn find(&self, text: &str) -> Vec<Occurrence> {
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        automaton
            .find_overlapping_iter(text)
            .filter(|found| stands_alone(text, found.range()))
            .map(|found| Occurrence {
                term: found.pattern().as_usize(),
                start: found.start(),
                end: found.end(),
            })
            .collect()
    }
}

/// Ideographs always do; letters must not go on as letters, nor digits as digits.
fn stands_alone(text: &str, range: Range<usize>) -> bool {
    let sort = |c: char| match c {
        c if is_ideograph(c) => Sort::Free,
        c if c.is_numeric() => Sort::Digit,
        c if c.is_alphabetic() => Sort::Letter,
        _ => Sort::Free,
    };
    let goes_on = |inner: Option<char>, outer: Option<char>| match (inner, outer) {
        (Some(inner), Some(outer)) => sort(inner) != Sort::Free && sort(inner) == sort(outer),
        _ => false,
    };
    let (before, inner, after) = (
        &text[..range.start],
        &text[range.clone()],
        &text[range.end..],
    );
    !goes_on(inner.chars().next(), before.chars().next_back())
        && !goes_on(inner.chars().next_back(), after.chars().next())
}

/// How a character behaves at a word's edge.
#[derive(PartialEq)]
enum Sort {
    Letter,
    Digit,
    Free,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Analyzer;

    #[test]
    fn latin_terms_stand_alone_and_ideographs_anywhere() {
        let analyzer = Analyzer::new();
        for (query, text, expected) in [
            ("ip", "ip 与 ipv6、script、IP", vec!["ip"]),
            ("да", "да когда", vec!["да"]),
            ("7", "centos7 17 7", vec!["7", "7"]),
            ("备案", "未备案域名", vec!["备", "备案", "案"]),
        ] {
            let query = Query::new(&analyzer.analyze(query));
            let found = Matcher::new(&query).find(text);
            let mut found: Vec<&str> = found.iter().map(|at| &text[at.start..at.end]).collect();
            found.sort();
            let mut expected = expected;
            expected.sort();
            assert_eq!(found, expected, "{text}");
        }
    }
}
