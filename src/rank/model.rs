//! Every number that moves the order or the confidence.

use crate::rank::decide::Thresholds;
use crate::rank::signals::{COUNT, Signals};
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
pub const CANDIDATES: usize = 100;

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

/// What each signal adds to the score before the squeeze, in the order of
/// [`crate::rank::signals::Signal`].
///
/// Rounded from a fit on development queries of three FAQs (a softmax over each query's candidates for
/// the proportions, a logistic regression on the best candidate for the scale), `Same` set by hand:
/// whoever types a question as it is written must get its answer. `benches/RESULTS.md` says how well
/// they do, and `jida eval` measures it.
const WEIGHTS: [f64; COUNT] = [1.1, 2.14, 0.94, 0.74, 1.16, 0.88, 1.43, 0.36, 0.46];

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
    std::array::from_fn(|at| WEIGHTS[at] * signals[at])
}

/// The weights, for explanations.
pub fn weights() -> &'static [f64; COUNT] {
    &WEIGHTS
}

/// The confidence: the logistic of bias plus contributions, 0 to 1.
pub fn confidence(signals: &Signals) -> f64 {
    let sum: f64 = contributions(signals).iter().sum::<f64>() + BIAS;
    1.0 / (1.0 + (-sum).exp())
}
