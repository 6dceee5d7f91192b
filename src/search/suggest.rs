//! Completions while typing: questions that begin with, hold, or share the words of what stands in the box,
//! and of what it may become if it is pinyin, initials or a slip.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::time::Instant;

use crate::index::{Candidate, EntryKey, Fetched, Index, IndexError, Retrieval, RetrievalTerm};
use crate::rank::Query;
use crate::search::assemble::rounded;
use crate::search::error::SearchError;
use crate::search::highlight::Highlighter;
use crate::search::reply::{SuggestReply, Suggestion};
use crate::search::request::Question;
use crate::search::stages::micros;
use crate::search::{Searcher, query_id};
use crate::text::respell::complete;
use crate::text::{Analyzer, TokenKind};

/// Candidates looked at for one completion.
const CANDIDATES: usize = 200;
/// Words that an unfinished Latin word is completed to.
const COMPLETIONS: usize = 16;
/// Ways to read what was typed in pinyin or initials: `shou` begins 手机 as well as 授权码.
const READINGS: usize = 8;
/// What a term of such a reading counts, compared with one that was typed.
const READING_BOOST: f32 = 0.5;

impl Searcher {
    /// Completions of what is being typed, at most `limit`.
    ///
    /// # Errors
    /// [`SearchError`] for a failing engine.
    pub async fn suggest(
        &self,
        typed: &Question,
        limit: usize,
    ) -> Result<SuggestReply, SearchError> {
        let started = Instant::now();
        let fetched = Fetched::default();
        let analyzer = &self.language.analyzer;
        let (readings, candidates) =
            candidates(&self.index, analyzer, typed.as_str(), &fetched).await?;
        let completions = order(&readings, &candidates, limit);
        let keys: Vec<EntryKey> = completions
            .iter()
            .map(|found| candidates[found.candidate].key)
            .collect();
        let entries = self.index.entries(&keys).await?;
        let highlighters: Vec<Highlighter> = readings.iter().map(Highlighter::new).collect();
        let suggestions = completions.iter().zip(entries).map(|(found, entry)| {
            let variant = found
                .phrasing
                .checked_sub(1)
                .and_then(|at| entry.variants.get(at));
            let asked = candidates[found.candidate].text.questions();
            let asked = asked
                .skip(found.phrasing)
                .map(|text| (text.atoms, text.places));
            let mut marked =
                asked.map(|(atoms, places)| highlighters[found.reading].ranges(atoms, places));
            Suggestion {
                highlights: marked.next().unwrap_or_default(),
                text: variant.unwrap_or(&entry.question).clone(),
                id: entry.id.to_string(),
            }
        });
        Ok(SuggestReply {
            suggestions: suggestions.collect(),
            query_id: query_id(),
            index_version: self.version.clone(),
            query: typed.to_string(),
            took_us: micros(started.elapsed()),
        })
    }
}

/// One phrasing that completes what was typed.
struct Completion {
    /// Index in the candidates.
    candidate: usize,
    /// 0 for the question, then the variants.
    phrasing: usize,
    /// By which reading of what was typed.
    reading: usize,
}

/// Finds candidates whose questions hold any of the typed terms, the last Latin word as a prefix, or any
/// term of what was perhaps meant. The readings are what was typed, then what it may become, the
/// likeliest first.
async fn candidates<'i>(
    index: &'i Index,
    analyzer: &Analyzer,
    typed: &str,
    fetched: &'i Fetched,
) -> Result<(Vec<Query>, Vec<Candidate<'i>>), IndexError> {
    let analysis = analyzer.analyze(typed);
    let query = Query::new(&analysis);
    let meant: Vec<Query> = complete(&analysis, index.vocabulary(), READINGS)
        .iter()
        .map(|text| Query::new(&analyzer.analyze(text)))
        .collect();
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
    let mut seen: HashSet<String> = terms.iter().map(|term| term.term.clone()).collect();
    for term in meant.iter().flat_map(|query| &query.terms) {
        if term.kind != TokenKind::Character && seen.insert(term.term.clone()) {
            terms.push(RetrievalTerm {
                term: term.term.clone(),
                question_boost: READING_BOOST,
                answer_boost: 0.0,
            });
        }
    }
    let retrieval = Retrieval {
        terms,
        limit: CANDIDATES,
        ..Retrieval::default()
    };
    let candidates = index.retrieve(&retrieval, fetched).await?.candidates;
    let mut readings = vec![query];
    readings.extend(meant);
    Ok((readings, candidates))
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

/// How close a phrasing comes to what was typed: the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    Begins,
    Holds,
    BeginsAsMeant,
    HoldsAsMeant,
    Shares,
}

/// A phrasing that may complete what was typed.
struct Scored<'c> {
    closeness: Closeness,
    /// Share of the typed characters that it holds.
    share: f64,
    letters: usize,
    text: &'c str,
    completion: Completion,
}

/// Orders phrasings: those that begin with what was typed, then those that hold it, then the same for
/// what was perhaps meant, then by the share of its characters; short before long, then corpus order. One
/// phrasing an entry, no text twice.
fn order(readings: &[Query], candidates: &[Candidate<'_>], limit: usize) -> Vec<Completion> {
    let readings: Vec<String> = readings.iter().map(|query| letters(&query.text)).collect();
    let mut scored: Vec<Scored> = Vec::new();
    for (candidate, found) in candidates.iter().enumerate() {
        let questions = found.text.questions().enumerate();
        let phrasings = questions.map(|(phrasing, question)| {
            let text = letters(question.text);
            let (closeness, share, reading) = closeness(&readings, &text);
            Scored {
                closeness,
                share,
                letters: text.len(),
                text: question.text,
                completion: Completion {
                    candidate,
                    phrasing,
                    reading,
                },
            }
        });
        scored.extend(phrasings.min_by(compare));
    }
    scored.retain(|found| found.closeness != Closeness::Shares || found.share >= MIN_SHARE);
    let key = |found: &Scored| candidates[found.completion.candidate].key;
    scored.sort_by(|a, b| compare(a, b).then_with(|| key(a).cmp(&key(b))));
    let mut seen = HashSet::new();
    scored.retain(|found| seen.insert(found.text));
    scored
        .into_iter()
        .take(limit)
        .map(|found| found.completion)
        .collect()
}

/// Of the typed characters, this share must stand in a question that holds them apart.
const MIN_SHARE: f64 = 0.6;

fn compare(a: &Scored, b: &Scored) -> Ordering {
    a.closeness
        .cmp(&b.closeness)
        .then(a.reading_order().cmp(&b.reading_order()))
        .then(b.share.total_cmp(&a.share))
        .then(a.letters.cmp(&b.letters))
        .then(a.completion.phrasing.cmp(&b.completion.phrasing))
}

impl Scored<'_> {
    /// Shares are compared whatever they are shares of.
    fn reading_order(&self) -> usize {
        match self.closeness {
            Closeness::Shares => 0,
            _ => self.completion.reading,
        }
    }
}

/// How close `text` comes to any of the readings, of which the first was typed, and to which.
fn closeness(readings: &[String], text: &str) -> (Closeness, f64, usize) {
    let (typed, meant) = readings.split_first().expect("what was typed is a reading");
    if text.starts_with(typed) {
        return (Closeness::Begins, 1.0, 0);
    }
    if text.contains(typed) {
        return (Closeness::Holds, 1.0, 0);
    }
    let mut meant = (1..).zip(meant);
    if let Some((reading, _)) = meant.clone().find(|(_, meant)| text.starts_with(*meant)) {
        return (Closeness::BeginsAsMeant, 1.0, reading);
    }
    if let Some((reading, _)) = meant.clone().find(|(_, meant)| text.contains(*meant)) {
        return (Closeness::HoldsAsMeant, 1.0, reading);
    }
    let as_typed = share(typed, text);
    match meant
        .next()
        .map(|(reading, likeliest)| (share(likeliest, text), reading))
    {
        Some((share, reading)) if share > as_typed => (Closeness::Shares, share, reading),
        _ => (Closeness::Shares, as_typed, 0),
    }
}

fn share(typed: &str, text: &str) -> f64 {
    let all = typed.chars().count().max(1);
    let held = typed.chars().filter(|&c| text.contains(c)).count();
    rounded(held as f64 / all as f64)
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_before_what_it_may_stand_for() {
        let readings = ["ba".to_owned(), "备案".to_owned(), "办理".to_owned()];
        for (text, expected, reading) in [
            ("ba 是什么", Closeness::Begins, 0),
            ("办理 ba", Closeness::Holds, 0),
            ("备案怎么办理", Closeness::BeginsAsMeant, 1),
            ("办理备案", Closeness::BeginsAsMeant, 2),
            ("怎么办理备案", Closeness::HoldsAsMeant, 1),
            ("备选方案", Closeness::Shares, 1),
        ] {
            let (closeness, _, by) = closeness(&readings, text);
            assert_eq!((closeness, by), (expected, reading), "{text}");
        }
        assert!(Closeness::Holds < Closeness::BeginsAsMeant);
        assert!(Closeness::HoldsAsMeant < Closeness::Shares);
    }
}
