//! Completions while typing: questions that begin with, hold, or share the words of what stands in the box.

use crate::index::{Candidate, Index, IndexError, Retrieval, RetrievalTerm};
use crate::rank::Query;
use crate::search::assemble::rounded;
use crate::text::{Analyzer, TokenKind};

/// Candidates looked at for one completion.
const CANDIDATES: usize = 200;
/// Words that an unfinished Latin word is completed to.
const COMPLETIONS: usize = 16;

/// One phrasing that completes what was typed.
pub(super) struct Completion {
    /// Index in the candidates.
    pub(super) candidate: usize,
    /// 0 for the question, then the variants.
    pub(super) phrasing: usize,
}

/// Finds candidates whose questions hold any of the typed terms, the last Latin word as a prefix.
pub(super) async fn candidates(
    index: &Index,
    analyzer: &Analyzer,
    typed: &str,
) -> Result<(Query, Vec<Candidate>), IndexError> {
    let query = Query::new(&analyzer.analyze(typed));
    let mut terms: Vec<RetrievalTerm> = query
        .terms
        .iter()
        .map(|term| RetrievalTerm {
            term: term.term.clone(),
            question_boost: if term.kind == TokenKind::Character {
                0.5
            } else {
                1.0
            },
            answer_boost: 0.0,
        })
        .collect();
    if let Some(prefix) = unfinished_word(&query.text) {
        for term in index.complete(prefix, COMPLETIONS).await? {
            terms.push(RetrievalTerm {
                term,
                question_boost: 1.0,
                answer_boost: 0.0,
            });
        }
    }
    let retrieval = Retrieval {
        terms,
        limit: CANDIDATES,
        ..Retrieval::default()
    };
    Ok((query, index.retrieve(&retrieval).await?.candidates))
}

/// The last word if it is Latin and nothing follows it.
fn unfinished_word(text: &str) -> Option<&str> {
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_ascii_alphanumeric())
        .last()
        .map(|(at, _)| at)?;
    Some(&text[start..])
}

/// Orders phrasings: those that begin with what was typed, then those that hold it, then by the share
/// of its characters; short before long, then corpus order. One phrasing an entry, no text twice.
pub(super) fn order(query: &Query, candidates: &[Candidate], limit: usize) -> Vec<Completion> {
    let typed = letters(&query.text);
    let mut scored: Vec<(u8, f64, usize, &str, Completion)> = Vec::new();
    for (candidate, found) in candidates.iter().enumerate() {
        let phrasings = found
            .text
            .questions
            .iter()
            .enumerate()
            .map(|(phrasing, question)| {
                let text = letters(&question.text);
                let (class, share) = closeness(&typed, &text);
                let completion = Completion {
                    candidate,
                    phrasing,
                };
                (class, share, text.len(), question.text.as_str(), completion)
            });
        scored.extend(phrasings.min_by(compare));
    }
    scored.retain(|(class, share, ..)| *class < 2 || *share >= MIN_SHARE);
    scored.sort_by(|a, b| {
        compare(a, b).then_with(|| {
            candidates[a.4.candidate]
                .key
                .cmp(&candidates[b.4.candidate].key)
        })
    });
    let mut seen = std::collections::HashSet::new();
    scored.retain(|(_, _, _, text, _)| seen.insert(*text));
    scored
        .into_iter()
        .take(limit)
        .map(|(.., completion)| completion)
        .collect()
}

/// Of the typed characters, this share must stand in a question that holds them apart.
const MIN_SHARE: f64 = 0.6;

fn compare(
    a: &(u8, f64, usize, &str, Completion),
    b: &(u8, f64, usize, &str, Completion),
) -> std::cmp::Ordering {
    a.0.cmp(&b.0)
        .then(b.1.total_cmp(&a.1))
        .then(a.2.cmp(&b.2))
        .then(a.4.phrasing.cmp(&b.4.phrasing))
}

fn closeness(typed: &str, text: &str) -> (u8, f64) {
    if text.starts_with(typed) {
        (0, 1.0)
    } else if text.contains(typed) {
        (1, 1.0)
    } else {
        let all = typed.chars().count().max(1);
        let held = typed.chars().filter(|&c| text.contains(c)).count();
        (2, rounded(held as f64 / all as f64))
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
