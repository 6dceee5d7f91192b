//! Why this order: what was looked for, what each signal gave, and what set the first apart.

use std::sync::Arc;

use crate::corpus::Entry;
use crate::index::Candidate;
use crate::locale::Locale;
use crate::rank::model::{Evidence, FEATURES, Model, Weights};
use crate::rank::{Query, Ranked, Readings, signals};
use crate::search::assemble::{matched, rounded};
use crate::search::explained::{ExplainedHit, ExplainedSignal, ExplainedToken, Explanation};
use crate::search::highlight::code_points;
use crate::search::shown::Shown;
use crate::search::stages::StageTimes;
use crate::text::{Analysis, TokenKind};

/// Puts an explanation together. `best` are the first of `ranked` with their entries.
pub(super) fn explanation(
    question: &str,
    analysis: &Analysis,
    readings: &Readings,
    candidates: &[Candidate<'_>],
    evidence: Evidence,
    best: &[(&Ranked, Arc<Shown>)],
    locale: Locale,
) -> Explanation {
    let weights = Model::current().weights(evidence);
    let hits: Vec<ExplainedHit> = best
        .iter()
        .map(|(ranked, shown)| explained(ranked, &shown.entry, readings, candidates, weights))
        .collect();
    Explanation {
        normalized: readings.typed().text.clone(),
        readings: readings.all()[1..]
            .iter()
            .map(|reading| reading.text.clone())
            .collect(),
        tokens: tokens(question, analysis, readings.typed()),
        retrieved: candidates.len(),
        verdict: verdict(&hits, locale),
        hits,
        stages: StageTimes::default(),
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

fn explained(
    ranked: &Ranked,
    entry: &Entry,
    readings: &Readings,
    candidates: &[Candidate<'_>],
    weights: &Weights,
) -> ExplainedHit {
    let part = |name: &str, value: f64, contribution: f64| ExplainedSignal {
        name: name.to_owned(),
        value: rounded(value),
        weight: rounded(if value == 0.0 {
            0.0
        } else {
            contribution / value
        }),
        contribution: rounded(contribution),
    };
    let contributions = weights.contributions(&ranked.signals);
    let measured = signals::NAMES.iter().zip(&ranked.signals);
    let measured = measured.zip(contributions);
    let judged = FEATURES.iter().zip(&ranked.features);
    let judged = judged.zip(&weights.confidence);
    ExplainedHit {
        id: entry.id.to_string(),
        question: entry.question.clone(),
        matched: matched(entry, ranked),
        confidence: rounded(ranked.confidence),
        engine_score: rounded(f64::from(candidates[ranked.candidate].engine_score)),
        reading: readings.all()[ranked.reading].text.clone(),
        score: rounded(ranked.score),
        signals: measured
            .map(|((name, &value), contribution)| part(name, value, contribution))
            .collect(),
        judged_by: judged
            .map(|((name, &value), weight)| part(name, value, weight * value))
            .collect(),
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
