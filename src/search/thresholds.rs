//! Limits between the decisions, fitted to a knowledge base without a labelled question.
//!
//! Half the words of its own questions are asked twice. Once as they are: so many should be answered. And once
//! with their entries, and all that ask or say the same, left out: the other entries are impostors then, on the
//! knowledge base's own subject, and an answer is wrong. How sure we are of impostors tells how alike the
//! entries are, which no fit on other FAQs can know.

use serde::{Deserialize, Serialize};

use crate::index::{Candidate, EntryKey, Fetched, Scope};
use crate::rank::decide::{Thresholds, Verdict, decide};
use crate::rank::model::{self, Evidence};
use crate::search::Searcher;
use crate::search::error::SearchError;
use crate::search::journey::Found;
use crate::text::Analysis;

/// Questions asked, evenly spread over the corpus; what they tell changes little beyond.
const SAMPLE: usize = 150;
/// Fewer tell nothing.
const MIN_SAMPLE: usize = 10;
/// Of the answers given, this share is to be right.
const PRECISION: f64 = 0.97;
/// So many of the questions that people ask have no answer in an FAQ, as we assume.
const UNANSWERABLE: f64 = 0.15;
/// The limits that hold everywhere count as much as so many questions.
const PRIOR: f64 = 300.0;
/// However unlike the entries are, a guess is no answer, and however alike, some questions get one; hundredths.
const RANGE: (u32, u32) = (50, 85);
/// One in so many words of a question is left out.
const DROPPED: usize = 2;

/// Limits, and what they were measured to do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FittedThresholds {
    /// At or above this the best entry may be shown.
    pub answer: f64,
    /// At or above this, all choices together, it is worth asking back.
    pub clarify: f64,
    /// Questions asked, each both ways.
    pub questions: usize,
    /// Of the answers given, the share that was right.
    pub precision: f64,
    /// Of the questions whose entry was there, the share that got an answer.
    pub coverage: f64,
}

/// As it is kept beside a generation.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// [`model::fingerprint`], hashed: other numbers make other confidences.
    model: String,
    thresholds: FittedThresholds,
}

impl FittedThresholds {
    /// Reads what [`FittedThresholds::to_bytes`] wrote under the numbers in use; `None` for anything else.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<FittedThresholds> {
        let kept: Kept = serde_json::from_slice(bytes).ok()?;
        (kept.model == FittedThresholds::judge()).then_some(kept.thresholds)
    }

    /// To be kept beside the generation that they were fitted to.
    pub fn to_bytes(&self) -> Vec<u8> {
        let kept = Kept {
            model: FittedThresholds::judge(),
            thresholds: *self,
        };
        // Numbers and one string always have a JSON.
        serde_json::to_vec_pretty(&kept).unwrap_or_default()
    }

    /// Names the numbers that limits are fitted under, see [`crate::index::Judge::name`].
    pub fn judge() -> String {
        blake3::hash(model::fingerprint().as_bytes()).to_hex()[..16].to_owned()
    }
}

/// What came first for one question.
struct First {
    confidences: Vec<f64>,
    right: bool,
}

impl Searcher {
    /// Fits the limits to the knowledge base; `None` if it has too few entries to tell anything, or if the
    /// encoder fails.
    ///
    /// # Errors
    /// [`SearchError`] if the engine fails.
    pub async fn fit_thresholds(&self) -> Result<Option<FittedThresholds>, SearchError> {
        let entries = self.index.len();
        if entries < MIN_SAMPLE {
            return Ok(None);
        }
        let sample = entries.min(SAMPLE);
        let (_, all) = self.index.list(&Scope::default(), 0, entries).await?;
        let keys: Vec<EntryKey> = (0..sample).map(|at| all[at * entries / sample]).collect();
        let (mut there, mut left_out) = (Vec::new(), Vec::new());
        let mut evidence = None;
        for entry in self.index.entries(&keys).await? {
            let asked = self.language.analyzer.analyze(&entry.question);
            let shortened = shortened(&asked);
            if shortened.is_empty() {
                continue;
            }
            let shortened = self.language.analyzer.analyze(&shortened);
            let fetched = Fetched::default();
            let found = self.found(&shortened, &fetched).await?;
            // An encoder that fails now and then makes confidences that mean different things.
            let failed = self.language.encoder.is_some() && found.evidence == Evidence::Words;
            if failed || *evidence.get_or_insert(found.evidence) != found.evidence {
                return Ok(None);
            }
            let is_own = |candidate: &Candidate<'_>| {
                candidate.text.question.text == asked.normalized.as_str()
            };
            // What says the same is right, too.
            let own = found.candidates.iter().find(|candidate| is_own(candidate));
            let own = own.map(|own| own.text.clone());
            let is_right = |candidate: &Candidate<'_>| {
                is_own(candidate)
                    || own
                        .as_ref()
                        .is_some_and(|own| candidate.text.says_the_same(own))
            };
            there.push(self.first(&found, &found.candidates, &is_right));
            let others = found.candidates.iter().filter(|other| !is_right(other));
            let others: Vec<Candidate<'_>> = others.cloned().collect();
            left_out.push(self.first(&found, &others, &is_right));
        }
        Ok((there.len() >= MIN_SAMPLE).then(|| fit(&there, &left_out)))
    }

    fn first(
        &self,
        found: &Found<'_>,
        candidates: &[Candidate<'_>],
        is_right: &dyn Fn(&Candidate<'_>) -> bool,
    ) -> First {
        let ranked = self.order(found, candidates);
        let first = ranked.first();
        First {
            right: first.is_some_and(|hit| is_right(&candidates[hit.candidate])),
            confidences: ranked.iter().map(|hit| hit.confidence).collect(),
        }
    }
}

/// The words of a question that say something, less one in [`DROPPED`]; all if they are two or fewer.
fn shortened(asked: &Analysis) -> String {
    use crate::text::TokenKind::{Character, Word};
    let mut end = 0;
    let tokens = asked.tokens.iter().filter(|token| {
        let new = token.range.start >= end && matches!(token.kind, Word | Character);
        if new {
            end = token.range.end;
        }
        new && !token.filler
    });
    let words: Vec<&str> = tokens.map(|token| asked.term(token)).collect();
    let kept = words.iter().enumerate();
    let kept = kept.filter(|(at, _)| words.len() <= DROPPED || at % DROPPED != DROPPED - 1);
    let kept: Vec<&str> = kept.map(|(_, word)| *word).collect();
    // Latin words side by side would be one.
    kept.join(" ")
}

fn fit(there: &[First], left_out: &[First]) -> FittedThresholds {
    let general = model::THRESHOLDS;
    let with = |answer: f64| Thresholds { answer, ..general };
    let tried = (RANGE.0..=RANGE.1).map(|hundredth| f64::from(hundredth) / 100.0);
    let precise = |&answer: &f64| Outcome::of(there, left_out, with(answer)).precision >= PRECISION;
    let wanted = tried.clone().find(precise).or(tried.max_by(f64::total_cmp));
    let questions = there.len() as f64;
    let wanted = wanted.unwrap_or(general.answer) * questions;
    let answer = hundredths((wanted + general.answer * PRIOR) / (questions + PRIOR));
    let Outcome {
        precision,
        coverage,
    } = Outcome::of(there, left_out, with(answer));
    FittedThresholds {
        answer,
        clarify: general.clarify,
        questions: there.len(),
        precision: hundredths(precision),
        coverage: hundredths(coverage),
    }
}

/// What limits do.
struct Outcome {
    precision: f64,
    coverage: f64,
}

impl Outcome {
    fn of(there: &[First], left_out: &[First], thresholds: Thresholds) -> Outcome {
        let answered = |first: &First| decide(&first.confidences, thresholds) == Verdict::Answered;
        let share = |of: &[First], which: &dyn Fn(&First) -> bool| {
            of.iter().filter(|first| which(first)).count() as f64 / of.len().max(1) as f64
        };
        let given = share(there, &answered);
        let right = share(there, &|first| answered(first) && first.right);
        let answerable = 1.0 - UNANSWERABLE;
        let all = answerable * given + UNANSWERABLE * share(left_out, &answered);
        Outcome {
            precision: if all > 0.0 {
                answerable * right / all
            } else {
                1.0
            },
            coverage: given,
        }
    }
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firsts(confidences: &[f64], right: bool) -> Vec<First> {
        let first = |&confidence: &f64| First {
            confidences: vec![confidence],
            right,
        };
        confidences.iter().map(first).collect()
    }

    /// As many questions as weigh the general limits down.
    fn many(spread: [f64; 4], right: bool) -> Vec<First> {
        firsts(&spread.repeat(250), right)
    }

    #[test]
    fn the_surer_we_are_of_impostors_the_higher_is_the_limit() {
        let there = many([0.99, 0.95, 0.9, 0.7], true);
        let fitted = |impostors| fit(&there, &many(impostors, false)).answer;
        let (unlike, alike) = (fitted([0.4, 0.3, 0.2, 0.1]), fitted([0.8, 0.7, 0.4, 0.1]));
        assert!(unlike < model::THRESHOLDS.answer, "{unlike}");
        assert!(alike > model::THRESHOLDS.answer, "{alike}");
    }

    #[test]
    fn a_handful_of_questions_moves_little() {
        let there = firsts(&[0.99; 10], true);
        let fitted = fit(&there, &firsts(&[0.99; 10], false));
        assert!((fitted.answer - model::THRESHOLDS.answer).abs() < 0.05);
        assert_eq!((fitted.questions, fitted.coverage), (10, 1.0));
        assert_eq!(fitted.precision, 0.85, "all impostors were answered");
    }

    #[test]
    fn what_is_kept_reads_back_under_the_same_numbers() {
        let fitted = fit(&firsts(&[0.9; 20], true), &firsts(&[0.5; 20], false));
        assert_eq!(
            FittedThresholds::from_bytes(&fitted.to_bytes()),
            Some(fitted)
        );
        assert_eq!(FittedThresholds::from_bytes(b"{"), None);
    }
}
