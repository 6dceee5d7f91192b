//! The question as ranking sees it: distinct terms with what each is worth.

use std::collections::HashMap;

use crate::index::{Retrieval, RetrievalTerm, Retrieved, Scope, distinct_ranges};
use crate::rank::model;
use crate::text::{Analysis, TokenKind};

/// One thing that the user said.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryTerm {
    /// In the analyzer's spelling.
    pub term: String,
    /// What it is; a bigram that is a word counts as a word.
    pub kind: TokenKind,
    /// Whether it stands in courtesy or an empty frame only.
    pub filler: bool,
    /// Entries that hold it anywhere.
    pub entries: u64,
    /// Rarity among all texts, less for filler and for what no entry holds: `idf`, nats.
    pub weight: f64,
    /// The same among questions.
    pub question_weight: f64,
}

impl QueryTerm {
    /// Whether it is one of the smallest units that a text is made of: a single ideograph, or a Latin
    /// word or number. What is counted by units treats 网站 and CVM alike: as two and as one.
    pub fn is_unit(&self) -> bool {
        self.kind == TokenKind::Character || self.term.starts_with(|c: char| c.is_ascii())
    }
}

/// A question prepared for ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// In the analyzer's spelling.
    pub text: String,
    /// Distinct, in order of first appearance.
    pub terms: Vec<QueryTerm>,
}

impl Query {
    /// Takes the distinct terms out of an analysis. Weights are zero until [`Query::weigh`].
    pub fn new(analysis: &Analysis) -> Query {
        let mut terms: Vec<QueryTerm> = Vec::new();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for token in distinct_ranges(&analysis.tokens) {
            let term = analysis.term(token);
            if let Some(&at) = seen.get(term) {
                let known: &mut QueryTerm = &mut terms[at];
                known.filler &= token.filler;
                known.kind = known.kind.min(token.kind);
                continue;
            }
            seen.insert(term, terms.len());
            terms.push(QueryTerm {
                term: term.to_owned(),
                kind: token.kind,
                filler: token.filler,
                entries: 0,
                weight: 0.0,
                question_weight: 0.0,
            });
        }
        Query {
            text: analysis.normalized.as_str().to_owned(),
            terms,
        }
    }

    /// What to ask the engine for: any of the terms, filler only if there is nothing else.
    pub fn retrieval(&self, scope: Scope, limit: usize) -> Retrieval {
        let only_filler = self.terms.iter().all(|term| term.filler);
        let terms = self.terms.iter().map(|term| {
            let boosts = if term.filler && !only_filler {
                (0.0, 0.0)
            } else {
                model::retrieval_boosts(term.kind)
            };
            RetrievalTerm {
                term: term.term.clone(),
                question_boost: boosts.0,
                answer_boost: boosts.1,
            }
        });
        Retrieval {
            terms: terms.collect(),
            scope,
            limit,
        }
    }

    /// Fills in the weights from what the engine counted.
    ///
    /// `retrieved` must be the answer to this query's [`Query::retrieval`]; `asking` counts the entries
    /// that ask with a term, of `entries` in all.
    pub fn weigh(&mut self, retrieved: &Retrieved, entries: u64, asking: impl Fn(&str) -> u32) {
        for (term, &found) in self.terms.iter_mut().zip(&retrieved.entries_with) {
            let mut share = 1.0;
            if term.filler {
                share *= model::FILLER_SHARE;
            }
            if found == 0 {
                share *= model::unknown_share(term.kind);
            }
            term.entries = found;
            term.weight = share * idf(found, entries);
            term.question_weight = share * idf(u64::from(asking(&term.term)), entries);
        }
    }
}

/// How much a term tells, nats: the non-negative inverse document frequency of BM25 as Lucene has it,
/// `ln(1 + (N - n + 0.5) / (n + 0.5))` (Robertson and Zaragoza 2009, section 3.1, with Lucene's + 1).
pub(super) fn idf(found: u64, entries: u64) -> f64 {
    let (found, entries) = (found.min(entries) as f64, entries as f64);
    (1.0 + (entries - found + 0.5) / (found + 0.5)).ln()
}
