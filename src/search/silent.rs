//! Entries that say nothing: their author has not written an answer yet. They may be seen, but answer nothing.

use crate::rank::Ranked;
use crate::rank::decide::{MAX_CHOICES, Verdict};
use crate::search::error::SearchError;
use crate::search::journey::Journey;
use crate::search::{Searcher, html};

impl Searcher {
    /// What to do, and the entries it is about, best first. An entry that says nothing answers nothing, and is
    /// no choice.
    pub(super) async fn decide<'j>(
        &self,
        journey: &'j Journey<'_>,
    ) -> Result<(Verdict, Vec<&'j Ranked>), SearchError> {
        let all: Vec<&Ranked> = journey.ranked.iter().collect();
        let verdict = self.verdict(journey, &all);
        let silent = self.silent(journey).await?;
        if verdict == Verdict::NoAnswer || silent.is_empty() {
            return Ok((verdict, all));
        }
        let is_silent = |hit: &Ranked| silent.contains(&hit.candidate);
        let telling = all.iter().copied().filter(|hit| !is_silent(hit));
        let telling: Vec<&Ranked> = telling.collect();
        if verdict == Verdict::Answered {
            if !is_silent(all[0]) {
                return Ok((verdict, all));
            }
            // Who asks just what an entry asks is not helped by its neighbours, unless they ask the same.
            let asked = |hit: &Ranked| &journey.candidates[hit.candidate].text.question.text;
            let next = telling.first();
            if next.is_none_or(|next| asked(next) != asked(all[0])) {
                return Ok((Verdict::NoAnswer, all));
            }
        }
        Ok(match self.verdict(journey, &telling) {
            Verdict::NoAnswer => (Verdict::NoAnswer, all),
            verdict => (verdict, telling),
        })
    }

    /// Which of the candidates that may be shown have an answer without text and without a picture.
    async fn silent(&self, journey: &Journey<'_>) -> Result<Vec<usize>, SearchError> {
        let first = journey.ranked.iter().take(2 * MAX_CHOICES);
        let textless =
            first.filter(|hit| journey.candidates[hit.candidate].text.answer.iter().len() == 0);
        let textless: Vec<&Ranked> = textless.collect();
        let entries = self.fetch(&textless, &journey.candidates).await?;
        let silent = textless.iter().zip(entries);
        let silent = silent.filter(|(_, shown)| !html::shows(&shown.entry.answer.markdown));
        Ok(silent.map(|(hit, _)| hit.candidate).collect())
    }
}
