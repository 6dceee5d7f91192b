//! Why this order: what was looked for, what each signal gave, and what set the first apart.

use crate::corpus::Entry;
use crate::index::Candidate;
use crate::locale::Locale;
use crate::rank::{Query, Ranked, Readings, model, signals};
use crate::search::assemble::{matched, rounded};
use crate::search::highlight::code_points;
use crate::search::reply::{ExplainedHit, ExplainedSignal, ExplainedToken, Explanation};
use crate::text::{Analysis, TokenKind};

/// Puts an explanation together. `best` are the first of `ranked` with their entries.
pub(super) fn explanation(
    question: &str,
    analysis: &Analysis,
    readings: &Readings,
    candidates: &[Candidate],
    best: &[(&Ranked, Entry)],
    locale: Locale,
) -> Explanation {
    let hits: Vec<ExplainedHit> = best
        .iter()
        .map(|(ranked, entry)| explained(ranked, entry, candidates))
        .collect();
    Explanation {
        normalized: readings.typed().text.clone(),
        tokens: tokens(question, analysis, readings.typed()),
        retrieved: candidates.len(),
        verdict: verdict(&hits, locale),
        hits,
    }
}

fn tokens(question: &str, analysis: &Analysis, query: &Query) -> Vec<ExplainedToken> {
    let first_of = |term: &str| {
        let token = analysis
            .tokens
            .iter()
            .find(|token| analysis.term(token) == term);
        token.map_or(0..0, |token| analysis.span(token))
    };
    let terms = query.terms.iter().map(|term| {
        let span = first_of(&term.term);
        let [start, end] = code_points(question, &[span])[0];
        let kind = match term.kind {
            TokenKind::Word => "word",
            TokenKind::Bigram => "bigram",
            TokenKind::Character => "character",
        };
        ExplainedToken {
            term: term.term.clone(),
            kind: kind.to_owned(),
            start,
            end,
            entries: term.entries,
            weight: rounded(term.weight),
        }
    });
    terms.collect()
}

fn explained(ranked: &Ranked, entry: &Entry, candidates: &[Candidate]) -> ExplainedHit {
    let contributions = model::contributions(&ranked.signals);
    let bias = ExplainedSignal {
        name: "bias".to_owned(),
        value: 1.0,
        weight: model::BIAS,
        contribution: model::BIAS,
    };
    let measured = signals::NAMES
        .iter()
        .enumerate()
        .map(|(at, name)| ExplainedSignal {
            name: (*name).to_owned(),
            value: rounded(ranked.signals[at]),
            weight: rounded(contributions[at]),
            contribution: rounded(contributions[at]),
        });
    ExplainedHit {
        id: entry.id.to_string(),
        question: entry.question.clone(),
        matched: matched(entry, ranked),
        confidence: rounded(ranked.confidence),
        engine_score: rounded(f64::from(candidates[ranked.candidate].engine_score)),
        signals: measured.chain([bias]).collect(),
    }
}

/// The signals that set the first apart from the second, most telling first.
fn verdict(hits: &[ExplainedHit], locale: Locale) -> Option<String> {
    let [first, second, ..] = hits else {
        return None;
    };
    let mut gains: Vec<(&str, f64)> = first
        .signals
        .iter()
        .zip(&second.signals)
        .map(|(a, b)| (a.name.as_str(), a.contribution - b.contribution))
        .filter(|(_, gain)| *gain > 0.0)
        .collect();
    gains.sort_by(|a, b| b.1.total_cmp(&a.1));
    let gains: Vec<String> = gains
        .iter()
        .take(3)
        .map(|(name, gain)| format!("{name} +{gain:.2}"))
        .collect();
    if gains.is_empty() {
        return Some(locale.pick(
            "前两条得分相同，按在资料中的先后排列".to_owned(),
            "the first two score alike and stand in corpus order".to_owned(),
        ));
    }
    let gains = gains.join(", ");
    Some(locale.pick(
        format!("第一条高于第二条，主要因为 {gains}"),
        format!("the first stands before the second mainly by {gains}"),
    ))
}
