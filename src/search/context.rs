//! A question in a conversation: what was said before makes a follow-up whole.

use crate::index::Fetched;
use crate::rank::Ranked;
use crate::rank::signals::Signal;
use crate::search::Searcher;
use crate::search::error::SearchError;
use crate::search::journey::Journey;
use crate::search::request::{AskRequest, Context, Question};

/// Among how many of the best entries for a question as it stands its context may choose.
const MAX_CHOICES_IN_CONTEXT: usize = 10;

impl Searcher {
    /// The way of a question as it was meant in its context; with it the question made whole, unless it was
    /// taken as it stands.
    pub(super) async fn travel_in<'i>(
        &'i self,
        context: &Context,
        request: &AskRequest,
        fetched: &'i Fetched,
    ) -> Result<(Journey<'i>, Option<Question>), SearchError> {
        let AskRequest {
            question, filter, ..
        } = request;
        let Some((whole, hollow)) = self.completed(question, context).await? else {
            return Ok((self.travel(question, filter, fetched).await?, None));
        };
        let typed = self.travel(question, filter, fetched).await?;
        if hollow {
            // An entry that asks just this is what was meant, however little it says.
            let is_asked = |hit: &Ranked| hit.signals[Signal::Same as usize] >= 1.0;
            if typed.ranked.first().is_some_and(is_asked) {
                return Ok((typed, None));
            }
            let mut meant = self.travel(&whole, filter, fetched).await?;
            meant.stages = meant.stages.and(typed.stages);
            return Ok((meant, Some(whole)));
        }
        // 怎么退款 can be a new question too. Then what was said before only chooses among what the question
        // finds as it stands: the previous question's own entry would fit the completed one best.
        let mut typed = typed;
        let mut meant = self.travel(&whole, filter, fetched).await?;
        let both = meant.stages.and(typed.stages);
        (meant.stages, typed.stages) = (both, both);
        let is_surer = match (meant.ranked.first(), typed.ranked.first()) {
            (Some(best), Some(first)) if best.confidence > first.confidence => {
                let key =
                    |journey: &Journey<'_>, hit: &Ranked| journey.candidates[hit.candidate].key;
                let mut found = typed.ranked.iter().take(MAX_CHOICES_IN_CONTEXT);
                found.any(|hit| key(&typed, hit) == key(&meant, best))
            }
            _ => false,
        };
        if !is_surer {
            return Ok((typed, None));
        }
        meant.started = typed.started;
        Ok((meant, Some(whole)))
    }

    /// The question made whole, and whether it means nothing as it stands; `None` if it stands on its own.
    async fn completed(
        &self,
        question: &Question,
        context: &Context,
    ) -> Result<Option<(Question, bool)>, SearchError> {
        let Some(previous) = self.previous(context).await? else {
            return Ok(None);
        };
        let completion = self
            .language
            .analyzer
            .complete(question.as_str(), &previous);
        Ok(completion.and_then(|completion| {
            let whole = Question::new(&completion.text).ok()?;
            Some((whole, completion.hollow))
        }))
    }

    /// The last question that says what it is about: the person's own, or else that of the entry shown.
    async fn previous(&self, context: &Context) -> Result<Option<String>, SearchError> {
        let analyzer = &self.language.analyzer;
        let asked = context.previous_question.as_ref().map(Question::as_str);
        if let Some(asked) = asked.filter(|asked| analyzer.has_subject(asked)) {
            return Ok(Some(asked.to_owned()));
        }
        let Some(id) = &context.previous_entry_id else {
            return Ok(None);
        };
        // The entry may be gone since it was shown.
        let Some(key) = self.index.find(id).await? else {
            return Ok(None);
        };
        let entry = self.index.entries(&[key]).await?.pop();
        Ok(entry.map(|entry| match entry.category.last() {
            // 申请条件 below the heading 房贷 is about 房贷.
            Some(heading) if !analyzer.has_subject(&entry.question) => {
                format!("{heading}{}", entry.question)
            }
            _ => entry.question,
        }))
    }
}
