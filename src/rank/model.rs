//! Every number that moves the order or the confidence.

use crate::rank::decide::Thresholds;
use crate::rank::Ranked;
use crate::rank::signals::{COUNT, Signal, Signals};
use crate::text::TokenKind;

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

/// Candidates that retrieval fetches.
pub const CANDIDATES: usize = 80;

/// Candidates beyond those that nearness in meaning adds.
pub const NEIGHBOURS: usize = 40;

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

/// What each signal adds to the score before the squeeze.
const WEIGHTS: [(Signal, f64); 9] = [
    (Signal::Same, 1.1),
    (Signal::Order, 2.14),
    (Signal::RareOrder, 0.94),
    (Signal::Said, 0.74),
    (Signal::EntryTerms, 1.16),
    (Signal::EntryUnits, 0.88),
    (Signal::EntryFrequency, 1.43),
    (Signal::PassageWords, 0.36),
    (Signal::Heading, 0.46),
];

/// Added to the weighted sum.
pub const BIAS: f64 = -2.34;

/// Limits between the decisions when the owner sets none.
pub const THRESHOLDS: Thresholds = Thresholds {
    answer: 0.65,
    clarify: 0.35,
};

/// The best must stand at least this much above the next that means something else, in log-odds.
pub const MARGIN: f64 = 0.4;

/// Names all numbers here: replies under other numbers may differ.
pub fn fingerprint() -> String {
    let kinds = [TokenKind::Word, TokenKind::Bigram, TokenKind::Character];
    let by_kind = kinds.map(|kind| (unknown_share(kind), retrieval_boosts(kind)));
    format!(
        "{FILLER_SHARE} {by_kind:?} {CANDIDATES} {K1} {B} {MAX_ORDERED} {ANSWER_LEAD} {WEIGHTS:?} \
         {BIAS} {THRESHOLDS:?} {MARGIN}"
    )
}

/// Engine boosts for a term in the question and anywhere: they only decide who becomes a candidate.
pub(super) fn retrieval_boosts(kind: TokenKind) -> (f32, f32) {
    match kind {
        TokenKind::Word => (2.0, 1.0),
        TokenKind::Bigram => (1.0, 0.5),
        TokenKind::Character => (0.5, 0.0),
    }
}

/// Each signal's contribution.
pub fn contributions(signals: &Signals) -> [f64; COUNT] {
    let mut contributions = [0.0; COUNT];
    for (signal, weight) in WEIGHTS {
        contributions[signal as usize] = weight * signals[signal as usize];
    }
    contributions
}

/// The weighted sum.
pub(super) fn score(signals: &Signals) -> f64 {
    contributions(signals).iter().sum::<f64>() + BIAS
}

/// Fills in the confidences of an ordered list.
pub(super) fn set_confidence(ranked: &mut [Ranked]) {
    for hit in ranked {
        hit.confidence = 1.0 / (1.0 + (-hit.score).exp());
    }
}
