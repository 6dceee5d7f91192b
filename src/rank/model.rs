//! Every number that moves the order or the confidence.
//!
//! What is fitted stands in `model.toml`, which `jida eval --fit` writes; what is chosen stands here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::rank::decide::Thresholds;
use crate::rank::signals::{COUNT, MEANINGS, NAMES, Signal, Signals};
use crate::text::TokenKind;

/// The fitted numbers.
const FITTED: &str = include_str!("model.toml");

/// What a filler word is worth beside another word of the same rarity.
pub const FILLER_SHARE: f64 = 0.1;

/// What a term that no entry holds is worth beside one that some entry holds.
///
/// At 0 an entry is sure to answer a question of which it holds the one known word (“coffee beans on
/// Mars ripen *when*?”); at 1 a paraphrase in fresh words is never answered. Pairs of characters that
/// nobody wrote side by side are the rule, not a sign of another subject.
pub(super) fn unknown_share(kind: TokenKind) -> f64 {
    if kind == TokenKind::Bigram { 0.0 } else { 0.5 }
}

/// Candidates that retrieval fetches by terms.
pub const CANDIDATES: usize = 80;

/// Candidates beyond those that nearness in meaning adds.
pub const NEIGHBOURS: usize = 40;

/// An entry that shares no term with the question must be at least so near to it in meaning, or it is no
/// candidate at all.
pub(super) const MIN_MEANING: f32 = 0.2;

/// Two entries with the same question and different answers: the one must lead the other by this much to
/// be the answer. Only a word of the user's about what they belong to can tell them apart.
pub const TWIN_LEAD: f64 = 1.0;

/// A word that so large a share of the entries hold is what the knowledge base is about.
pub(super) const SUBJECT_SHARE: f64 = 1.0 / 3.0;

/// Of fewer entries than these nobody can tell.
pub(super) const MIN_SUBJECT_ENTRIES: u64 = 10;

/// Saturation of repeated terms and correction for length, BM25's usual k1 and b (Robertson and
/// Zaragoza 2009, section 3.5, give 1.2 to 2 and 0.5 to 0.8).
pub(super) const K1: f64 = 1.2;
/// See [`K1`].
pub(super) const B: f64 = 0.75;

/// Longest text compared letter by letter, in characters; the work is quadratic.
pub(super) const MAX_ORDERED: usize = 96;

/// An answer counts as what matched if one passage of it holds this much more of the query's weight than
/// the question does.
pub(super) const ANSWER_LEAD: f64 = 0.1;

/// What a question typed as it is written adds to its entry's score: it must get its answer, and people who
/// ask otherwise say nothing about it, so that no fit can know.
const SAME: f64 = 10.0;

/// Limits between the decisions when the owner sets none.
pub const THRESHOLDS: Thresholds = Thresholds {
    answer: 0.7,
    clarify: 0.35,
};

/// Engine boosts for a term in the question and anywhere: they only decide who becomes a candidate.
pub(super) fn retrieval_boosts(kind: TokenKind) -> (f32, f32) {
    match kind {
        TokenKind::Word => (2.0, 1.0),
        TokenKind::Bigram => (1.0, 0.5),
        TokenKind::Character => (0.5, 0.0),
    }
}

/// Names all numbers here: replies under other numbers may differ.
pub fn fingerprint() -> String {
    let kinds = [TokenKind::Word, TokenKind::Bigram, TokenKind::Character];
    let by_kind = kinds.map(|kind| (unknown_share(kind), retrieval_boosts(kind)));
    format!(
        "{FILLER_SHARE} {by_kind:?} {CANDIDATES} {NEIGHBOURS} {K1} {B} {MAX_ORDERED} {ANSWER_LEAD} {SAME} \
         {MIN_MEANING} {TWIN_LEAD} {SUBJECT_SHARE} {MIN_SUBJECT_ENTRIES} {THRESHOLDS:?} {FITTED}"
    )
}

/// What there is to tell meaning by. Each has weights of its own: a signal that is missing shifts the
/// worth of all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Words alone.
    Words,
    /// Vectors of questions too.
    Questions,
    /// Vectors of questions and of the parts of answers.
    Answers,
    /// Vectors of questions and of their tokens.
    QuestionTokens,
    /// Vectors of questions and of the parts of answers, and of the tokens of both.
    AnswerTokens,
}

impl Evidence {
    /// All of them.
    pub const ALL: [Evidence; 5] = [
        Evidence::Words,
        Evidence::Questions,
        Evidence::Answers,
        Evidence::QuestionTokens,
        Evidence::AnswerTokens,
    ];

    /// What an index gives: vectors at all, of answers too, and of tokens.
    pub fn of(vectors: bool, answers: bool, tokens: bool) -> Evidence {
        match (vectors, answers, tokens) {
            (false, _, _) => Evidence::Words,
            (true, false, false) => Evidence::Questions,
            (true, true, false) => Evidence::Answers,
            (true, false, true) => Evidence::QuestionTokens,
            (true, true, true) => Evidence::AnswerTokens,
        }
    }

    /// Its name in the model's file.
    pub fn name(self) -> &'static str {
        match self {
            Evidence::Words => "words",
            Evidence::Questions => "questions",
            Evidence::Answers => "answers",
            Evidence::QuestionTokens => "question_tokens",
            Evidence::AnswerTokens => "answer_tokens",
        }
    }

    /// Whether an index with this evidence gives a signal.
    pub fn gives(self, signal: Signal) -> bool {
        let (answers, tokens) = match self {
            Evidence::Words | Evidence::Questions => (false, false),
            Evidence::Answers => (true, false),
            Evidence::QuestionTokens => (false, true),
            Evidence::AnswerTokens => (true, true),
        };
        match signal {
            Signal::Meaning => self != Evidence::Words,
            Signal::PartMeaning => answers,
            Signal::TokenMeaning | Signal::TokenSpread => tokens,
            Signal::EntryTokenMeaning | Signal::EntryTokenSpread => answers && tokens,
            _ => true,
        }
    }

    /// The signals as they would be with no more evidence than this.
    pub fn limited(self, signals: &Signals) -> Signals {
        let mut signals = *signals;
        for (signal, lead) in MEANINGS {
            if !self.gives(signal) {
                signals[signal as usize] = 0.0;
                // Nobody leads where nobody has anything.
                signals[lead as usize] = 1.0;
            }
        }
        for signal in [Signal::TokenSpread, Signal::EntryTokenSpread] {
            if !self.gives(signal) {
                signals[signal as usize] = 0.0;
            }
        }
        signals
    }
}

/// What confidence is judged by, in the order of [`Weights::confidence`].
pub const FEATURES: [&str; 13] = [
    "bias",
    "score",
    "gap",
    "share",
    "meaning",
    "part_meaning",
    "token_meaning",
    "entry_token_meaning",
    "token_spread",
    "entry_token_spread",
    "entry_terms",
    "length",
    "latin",
];

/// The fitted numbers for one sort of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// What each signal adds to the score.
    pub order: [f64; COUNT],
    /// What each feature adds to the log-odds of being right.
    pub confidence: [f64; FEATURES.len()],
}

impl Default for Weights {
    fn default() -> Weights {
        Weights {
            order: [0.0; COUNT],
            confidence: [0.0; FEATURES.len()],
        }
    }
}

impl Weights {
    /// Each signal's contribution to the score.
    pub fn contributions(&self, signals: &Signals) -> [f64; COUNT] {
        let mut contributions: [f64; COUNT] =
            std::array::from_fn(|at| self.order[at] * signals[at]);
        contributions[Signal::Same as usize] = SAME * signals[Signal::Same as usize];
        contributions
    }

    /// What the order is by.
    pub fn score(&self, signals: &Signals) -> f64 {
        self.contributions(signals).iter().sum()
    }

    /// What the confidence in a candidate is judged by. Its rivals are all that say something else: `strongest`
    /// is the highest of their scores, `others` the sum of `exp(rival - score)`.
    pub fn features(
        score: f64,
        signals: &Signals,
        strongest: Option<f64>,
        others: f64,
    ) -> [f64; FEATURES.len()] {
        let best = strongest.unwrap_or(f64::MIN).max(score - MAX_GAP);
        let signal = |signal: Signal| signals[signal as usize];
        [
            1.0,
            score,
            score - best,
            -(1.0 + others).ln(),
            signal(Signal::Meaning),
            signal(Signal::PartMeaning),
            signal(Signal::TokenMeaning),
            signal(Signal::EntryTokenMeaning),
            signal(Signal::TokenSpread),
            signal(Signal::EntryTokenSpread),
            signal(Signal::EntryTerms),
            signal(Signal::Length),
            signal(Signal::Latin),
        ]
    }

    /// The probability that a candidate with these features answers the question.
    pub fn confidence(&self, features: &[f64; FEATURES.len()]) -> f64 {
        let log_odds: f64 = features
            .iter()
            .zip(&self.confidence)
            .map(|(a, b)| a * b)
            .sum();
        1.0 / (1.0 + (-log_odds).exp())
    }
}

/// A rival farther behind than this changes nothing any more.
const MAX_GAP: f64 = 6.0;

/// All fitted numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model(BTreeMap<Evidence, Weights>);

/// A section of the model's file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    order: BTreeMap<String, f64>,
    confidence: BTreeMap<String, f64>,
}

impl Model {
    /// The model that ships.
    pub fn current() -> &'static Model {
        static MODEL: LazyLock<Model> =
            LazyLock::new(|| Model::parse(FITTED).expect("the model that ships is well-formed"));
        &MODEL
    }

    /// A model of these numbers.
    pub fn new(weights: BTreeMap<Evidence, Weights>) -> Model {
        Model(weights)
    }

    /// The numbers for what there is to judge by.
    pub fn weights(&self, evidence: Evidence) -> &Weights {
        &self.0[&evidence]
    }

    /// Reads a model's file.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Model, String> {
        let sections: BTreeMap<String, Section> =
            toml::from_str(text).map_err(|error| error.to_string())?;
        let weights = Evidence::ALL.map(|evidence| {
            let name = evidence.name();
            let section = sections
                .get(name)
                .ok_or_else(|| format!("the section {name} is missing"))?;
            let number = |of: &BTreeMap<String, f64>, key: &str| {
                of.get(key)
                    .copied()
                    .filter(|number| number.is_finite())
                    .ok_or_else(|| format!("{name}: {key} is missing"))
            };
            let mut weights = Weights::default();
            for (weight, key) in weights.order.iter_mut().zip(NAMES) {
                *weight = number(&section.order, key)?;
            }
            for (weight, key) in weights.confidence.iter_mut().zip(FEATURES) {
                *weight = number(&section.confidence, key)?;
            }
            Ok((evidence, weights))
        });
        let weights: Result<BTreeMap<Evidence, Weights>, String> = weights.into_iter().collect();
        weights.map(Model)
    }

    /// The text of the model's file, after a `head` of comment lines.
    pub fn to_text(&self, head: &str) -> String {
        let mut text = head.lines().fold(String::new(), |mut text, line| {
            // Writing to a string can't fail.
            let _ = writeln!(text, "# {line}");
            text
        });
        let mut table = |name: &str, keys: &[&str], values: &[f64]| {
            let _ = writeln!(text, "\n[{name}]");
            for (key, value) in keys.iter().zip(values) {
                let _ = writeln!(text, "{key} = {value:.3}");
            }
        };
        for (evidence, weights) in &self.0 {
            let name = evidence.name();
            table(&format!("{name}.order"), &NAMES, &weights.order);
            table(
                &format!("{name}.confidence"),
                &FEATURES,
                &weights.confidence,
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_text_reads_back() {
        let model = Model::current();
        assert_eq!(
            Model::parse(&model.to_text("two\nlines")),
            Ok(model.clone())
        );
        assert!(Model::parse("[words.order]\nsame = 1").is_err());
    }

    #[test]
    fn less_evidence_takes_only_its_signals_away() {
        let signals = [0.5; COUNT];
        let words = Evidence::Words.limited(&signals);
        assert_eq!(words[Signal::Meaning as usize], 0.0);
        assert_eq!(words[Signal::PartMeaningLead as usize], 1.0);
        assert_eq!(words[Signal::Said as usize], 0.5);
        assert_eq!(Evidence::AnswerTokens.limited(&signals), signals);
    }
}
