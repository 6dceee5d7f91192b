//! The question as ranking sees it: distinct terms with what each is worth.

use std::collections::{HashMap, HashSet};

use crate::index::{Retrieval, RetrievalTerm, Retrieved, distinct_ranges};
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
    /// Share of its characters that were not typed so: 0 for the question as it came.
    pub respelled: f64,
    /// Whether it is the question as it came.
    pub typed: bool,
}

impl Query {
    /// Takes the distinct terms out of an analysis. Weights are zero until [`Readings::weigh`].
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
            respelled: 0.0,
            typed: true,
        }
    }

    /// Whether all its words stand in so many of the `entries` that they name what the knowledge base is about
    /// and ask for nothing in it. The weights must have been filled in.
    pub fn names_only_the_subject(&self, entries: u64) -> bool {
        let words = self
            .terms
            .iter()
            .filter(|term| term.kind == TokenKind::Word);
        let common =
            |term: &QueryTerm| term.entries as f64 >= model::SUBJECT_SHARE * entries as f64;
        let mut words = words.filter(|term| !term.filler).peekable();
        entries >= model::MIN_SUBJECT_ENTRIES && words.peek().is_some() && words.all(common)
    }

    /// Fills in the weights: `holding` counts the entries that hold a term anywhere, `asking` those that
    /// ask with it, of `entries` in all.
    fn weigh(&mut self, entries: u64, holding: impl Fn(&str) -> u64, asking: impl Fn(&str) -> u32) {
        for term in &mut self.terms {
            let found = holding(&term.term);
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

/// The ways to read one question: as it was typed, and as it was perhaps meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Readings {
    all: Vec<Query>,
    /// Which of them was most likely meant.
    meant: usize,
}

impl Readings {
    /// The question as it was typed.
    pub fn new(typed: &Analysis) -> Readings {
        Readings {
            all: vec![Query::new(typed)],
            meant: 0,
        }
    }

    /// Adds another reading, of whose characters this share was not typed so.
    pub fn add(&mut self, reading: &Analysis, respelled: f64) {
        self.all.push(Query {
            respelled,
            typed: false,
            ..Query::new(reading)
        });
    }

    /// Adds a reading that was more likely meant than those before.
    pub fn add_meant(&mut self, reading: &Analysis, respelled: f64) {
        self.add(reading, respelled);
        self.meant = self.all.len() - 1;
    }

    /// All readings, the one as typed first.
    pub fn all(&self) -> &[Query] {
        &self.all
    }

    /// The question as it was typed.
    pub fn typed(&self) -> &Query {
        &self.all[0]
    }

    /// What was most likely meant.
    pub fn meant(&self) -> &Query {
        &self.all[self.meant]
    }

    /// What to ask the engine for: any of the terms of any reading, filler only if there is nothing else.
    /// Neighbours are found once the question's encoding is set, too.
    pub fn retrieval(&self) -> Retrieval {
        let mut terms: Vec<RetrievalTerm> = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        for query in &self.all {
            let only_filler = query.terms.iter().all(|term| term.filler);
            for term in &query.terms {
                let boosts = if term.filler && !only_filler {
                    (0.0, 0.0)
                } else {
                    model::retrieval_boosts(term.kind)
                };
                if seen.insert(&term.term) {
                    terms.push(RetrievalTerm {
                        term: term.term.clone(),
                        question_boost: boosts.0,
                        answer_boost: boosts.1,
                    });
                }
            }
        }
        Retrieval {
            terms,
            limit: model::CANDIDATES,
            neighbours: model::NEIGHBOURS,
            ..Retrieval::default()
        }
    }

    /// Fills in the weights from what the engine counted.
    ///
    /// `retrieved` must be the answer to `retrieval`, which these readings made; `asking` counts the
    /// entries that ask with a term, of `entries` in all.
    pub fn weigh(
        &mut self,
        retrieval: &Retrieval,
        retrieved: &Retrieved,
        entries: u64,
        asking: &dyn Fn(&str) -> u32,
    ) {
        let terms = retrieval.terms.iter().map(|term| term.term.as_str());
        let holding: HashMap<&str, u64> =
            terms.zip(retrieved.entries_with.iter().copied()).collect();
        for query in &mut self.all {
            let holding = |term: &str| holding.get(term).copied().unwrap_or(0);
            query.weigh(entries, holding, asking);
        }
    }
}

/// How much a term tells, nats: the non-negative inverse document frequency of BM25 as Lucene has it,
/// `ln(1 + (N - n + 0.5) / (n + 0.5))` (Robertson and Zaragoza 2009, section 3.1, with Lucene's + 1).
pub(super) fn idf(found: u64, entries: u64) -> f64 {
    let (found, entries) = (found.min(entries) as f64, entries as f64);
    (1.0 + (entries - found + 0.5) / (found + 0.5)).ln()
}
