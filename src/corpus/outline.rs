//! Cuts a file into questions with the range of their answers, by headings first.
//!
//! A heading is an entry, a category, or part of an answer. `level` says which: a question owns everything
//! below it; a title above questions is a category; one with nothing below it is an entry, unless its text
//! holds questions of another shape.

use std::ops::Range;

use super::document::Document;
use super::heading::{Heading, headings};
use super::level::Questions;
use super::question;
use super::shapes;

/// A question and where it and its answer stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    /// Where the previous answer has to end: anchors above the question belong to the question.
    pub(super) lead: usize,
    /// The question's bytes; empty if the file's name is the question.
    pub(super) question: Range<usize>,
    /// Cleaned text; empty if the file's name is the question.
    pub(super) text: String,
    /// Explicit anchor.
    pub(super) id: Option<String>,
    /// From the end of the question to the next question, not yet trimmed.
    pub(super) body: Range<usize>,
    /// Headings above.
    pub(super) category: Vec<String>,
}

/// What a file consists of.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) cuts: Vec<Cut>,
    /// Category headings.
    pub(super) headings: Vec<Range<usize>>,
    /// Whether nothing but the file's name was found to be a question.
    pub(super) by_name: bool,
}

/// An introduction with less text of its own than this is not worth an entry, code points.
const MIN_INTRO: usize = 60;

/// Cuts `text[from..]`. `name_asks` says whether the file's name reads like a question; `level` is the
/// author's own word on the question level.
pub(super) fn cut(
    text: &str,
    document: &Document<'_>,
    from: usize,
    name_asks: bool,
    level: Option<u8>,
) -> Outline {
    let headings = headings(text, document, from);
    let mut outline = Outline::default();
    let whole = from..text.len();
    if headings.is_empty() {
        if let Some(cuts) = shapes::cut(text, document, &whole, &[]) {
            outline.cuts = cuts;
        } else {
            outline.name_is_question(whole);
        }
        return outline;
    }
    let first = headings[0].lead;
    if level.is_none() && !headings.iter().any(|h| h.asks) {
        let top = headings.iter().map(|h| h.level).min().unwrap_or(1);
        let parts = headings
            .iter()
            .filter(|h| h.level == top && question::names_a_part(&h.text))
            .count();
        let tops = headings.iter().filter(|h| h.level == top).count();
        let shaped = || shapes::any(text, document, &whole);
        if (name_asks || parts * 2 >= tops.max(2)) && !shaped() {
            outline.name_is_question(whole);
            return outline;
        }
    }
    let walk = Walk {
        text,
        document,
        headings: &headings,
        questions: Questions::among(&headings, level),
        told: level.is_some(),
    };
    outline.intro(text, document, from..first, None, &[]);
    walk.run(&mut outline);
    if outline.cuts.is_empty() && !text[whole.clone()].trim_matches(question::blank).is_empty() {
        outline = Outline::default();
        outline.name_is_question(whole);
    }
    outline
}

impl Outline {
    fn name_is_question(&mut self, whole: Range<usize>) {
        self.by_name = true;
        self.cuts.push(Cut {
            lead: whole.start,
            question: whole.start..whole.start,
            text: String::new(),
            id: None,
            body: whole,
            category: Vec::new(),
        });
    }

    /// Text above the first question of a category: questions of another shape, an entry of its own, or
    /// an introduction.
    fn intro(
        &mut self,
        text: &str,
        document: &Document<'_>,
        body: Range<usize>,
        heading: Option<&Heading>,
        category: &[String],
    ) {
        if text[body.clone()].trim_matches(question::blank).is_empty() {
            return;
        }
        let mut below = category.to_vec();
        below.extend(heading.map(|h| h.text.clone()));
        if let Some(cuts) = shapes::cut(text, document, &body, &below) {
            self.cuts.extend(cuts);
        } else if own_text(document, &body) >= MIN_INTRO {
            let (lead, question, text, id) = match heading {
                Some(h) => (h.lead, h.range.clone(), h.text.clone(), h.id.clone()),
                None => (body.start, body.start..body.start, String::new(), None),
            };
            self.cuts.push(Cut {
                lead,
                question,
                text,
                id,
                body,
                category: category.to_vec(),
            });
        }
    }
}

struct Walk<'a, 'd> {
    text: &'a str,
    document: &'a Document<'d>,
    headings: &'a [Heading],
    questions: Questions<'a>,
    /// The question level is the author's own word.
    told: bool,
}

impl Walk<'_, '_> {
    /// Goes over the headings in reading order; categories above are a stack, not a recursion.
    fn run(&self, outline: &mut Outline) {
        let mut above: Vec<(usize, String)> = Vec::new();
        let mut index = 0;
        while let Some(heading) = self.headings.get(index) {
            while above.last().is_some_and(|&(end, _)| end <= index) {
                above.pop();
            }
            let category: Vec<String> = above.iter().map(|(_, text)| text.clone()).collect();
            let next = self
                .headings
                .get(index + 1)
                .map_or(self.text.len(), |h| h.lead);
            let past = self
                .headings
                .get(heading.end)
                .map_or(self.text.len(), |h| h.lead);
            let body = heading.range.end..past.max(heading.range.end);
            if self.questions.owns_what_is_below(index) && !self.hides_questions(index, &body) {
                self.entry(outline, heading, body, &category);
                index = heading.end;
                continue;
            }
            let body = heading.range.end..next.max(heading.range.end);
            let before = outline.cuts.len();
            outline.intro(self.text, self.document, body, Some(heading), &category);
            let is_entry = outline
                .cuts
                .get(before)
                .is_some_and(|cut| cut.question == heading.range);
            if !is_entry {
                outline.headings.push(heading.range.clone());
            }
            above.push((heading.end, heading.text.clone()));
            index += 1;
        }
    }

    /// Whether a title has questions of another shape somewhere below its sub-headings.
    fn hides_questions(&self, index: usize, body: &Range<usize>) -> bool {
        let heading = &self.headings[index];
        !heading.asks
            && heading.end > index + 1
            && !self.told
            && shapes::any(self.text, self.document, body)
    }

    fn entry(
        &self,
        outline: &mut Outline,
        heading: &Heading,
        body: Range<usize>,
        above: &[String],
    ) {
        if !question::asks(&heading.text) {
            let mut below = above.to_vec();
            below.push(heading.text.clone());
            if let Some(cuts) = shapes::cut(self.text, self.document, &body, &below) {
                outline.headings.push(heading.range.clone());
                outline.cuts.extend(cuts);
                return;
            }
        }
        outline.cuts.push(Cut {
            lead: heading.lead,
            question: heading.range.clone(),
            text: heading.text.clone(),
            id: heading.id.clone(),
            body,
            category: above.to_vec(),
        });
    }
}

/// How much text stands in `range` outside of links: an index of links introduces, it does not answer.
fn own_text(document: &Document<'_>, range: &Range<usize>) -> usize {
    document
        .runs_in(range)
        .iter()
        .filter(|run| !run.link)
        .map(|run| run.text.chars().filter(|c| !c.is_whitespace()).count())
        .sum()
}
