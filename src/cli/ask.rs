//! `jida ask`: one decision.

use jida::locale::Locale;
use jida::search::{
    AskCandidate, AskReply, AskRequest, Context, Decision, EntryReply, Hit, Question, SourceRef,
    Suggestion,
};

use super::Exit;
use super::failure::Failure;
use super::flags::AskArgs;
use super::layout::{FAINT, STRONG, hanging, percent, printable, strong, styled, wrapped};
use super::markdown::{self, Marks, Page};
use super::questions::{Answering, answer};
use super::search::unanswered;
use super::source::{Refusal, Reply, Source};
use super::terminal::Terminal;
use crate::config::Config;

/// What is less likely than this would be shown as 0%.
const LEAST_SHOWN: f64 = 0.01;
/// Characters in one piece that make two questions look alike, however short they are.
const MIN_RUN: usize = 3;
/// Questions that look like one without an answer.
const NEAR: usize = 3;

pub(super) fn run(args: &AskArgs, config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    answer(&args.question, args, config, terminal)
}

impl Answering for AskArgs {
    type Reply = AskReply;

    async fn reply(&self, source: &Source, question: Question) -> Result<Reply<AskReply>, Refusal> {
        let request = AskRequest {
            filter: self.filter.filter(),
            ..AskRequest::new(question)
        };
        source.ask(&Context::default(), &request).await
    }

    fn exit(&self, reply: &AskReply) -> Exit {
        exit(reply.decision)
    }

    async fn show(
        &self,
        reply: &AskReply,
        question: &Question,
        source: &Source,
        terminal: Terminal,
    ) -> String {
        let near = near(reply, question, source).await;
        show(reply, &near, false, terminal.page())
    }
}

/// The decision's name for a person.
pub(super) fn decision_name(decision: Decision, locale: Locale) -> &'static str {
    match decision {
        Decision::Answered => locale.pick("有答案", "answered"),
        Decision::Clarify => locale.pick("需要确认", "not sure"),
        Decision::NoAnswer => locale.pick("没有答案", "no answer"),
    }
}

/// How a command ends that came to a decision.
pub(super) fn exit(decision: Decision) -> Exit {
    match decision {
        Decision::Answered => Exit::Done,
        Decision::Clarify | Decision::NoAnswer => Exit::NothingFound,
    }
}

/// An entry that stands below the answer, for the person to choose.
#[derive(Debug)]
pub(super) struct Listed<'r> {
    pub(super) id: &'r str,
    question: &'r str,
    confidence: Option<f64>,
}

impl<'r> From<&'r AskCandidate> for Listed<'r> {
    fn from(candidate: &'r AskCandidate) -> Listed<'r> {
        Listed {
            id: &candidate.id,
            question: &candidate.question,
            confidence: Some(candidate.confidence),
        }
    }
}

/// Questions of the FAQ that look like one without an answer: by its characters, as they are completed. That
/// there are none is no failure.
pub(super) async fn near(
    reply: &AskReply,
    question: &Question,
    source: &Source,
) -> Vec<Suggestion> {
    if reply.decision != Decision::NoAnswer {
        return Vec::new();
    }
    let found = source.suggest(question, NEAR).await;
    let found = found.map(|reply| reply.suggestions).unwrap_or_default();
    let alike = found.into_iter().filter(|near| looks_like(near, question));
    alike.collect()
}

/// Whether half of what was asked, or more, stands in the suggestion in one piece; or what was asked is the
/// pinyin of something in it. The suggester also takes characters that stand apart, as in how and what.
fn looks_like(near: &Suggestion, question: &Question) -> bool {
    let letters = |text: &str| -> Vec<char> {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let (asked, text) = (letters(question.as_str()), letters(&near.text));
    if asked.iter().all(char::is_ascii) && !text.iter().any(char::is_ascii_alphabetic) {
        return !near.highlights.is_empty();
    }
    let run = asked.len().div_ceil(2).max(MIN_RUN);
    let mut runs = asked.windows(run);
    runs.any(|run| text.windows(run.len()).any(|part| part == run))
}

/// What stands below the answer, in order: related questions first, then what else the question may mean.
/// Without an answer, what is `near` it.
pub(super) fn listed<'r>(reply: &'r AskReply, near: &'r [Suggestion]) -> Vec<Listed<'r>> {
    let answer = match (reply.decision, &reply.answer) {
        (Decision::Clarify, _) => return reply.candidates.iter().map(Listed::from).collect(),
        (_, None) => {
            let near = near.iter().map(|near| Listed {
                id: &near.id,
                question: &near.text,
                confidence: None,
            });
            return near.collect();
        }
        (_, Some(answer)) => answer,
    };
    let rivals: Vec<Listed> = reply
        .candidates
        .iter()
        .filter(|rival| rival.id != answer.hit.id && rival.confidence >= LEAST_SHOWN)
        .map(Listed::from)
        .collect();
    let related = answer.related.iter().map(|related| Listed {
        id: &related.id,
        question: &related.question,
        confidence: None,
    });
    let mut all: Vec<Listed> = related
        .filter(|related| !rivals.iter().any(|rival| rival.id == related.id))
        .collect();
    all.extend(rivals);
    all
}

/// The reply for a person; `numbered` if they can choose what is listed by its number.
pub(super) fn show(reply: &AskReply, near: &[Suggestion], numbered: bool, page: Page) -> String {
    let (locale, width) = (page.locale, page.width);
    let decision = styled(decision_name(reply.decision, locale), STRONG);
    let mut out = String::new();
    if let Some(whole) = &reply.interpreted {
        let label = locale.pick("理解为", "understood as");
        out.push_str(&format!("{FAINT}{label}{FAINT:#} {}\n", printable(whole)));
    }
    match &reply.answer {
        Some(answer) => {
            let label = locale.pick("可信度", "confidence");
            let sure = percent(answer.hit.confidence);
            out.push_str(&format!("{decision}  {label} {sure}\n\n"));
            out.push_str(&show_hit(&answer.hit, page));
        }
        None => out.push_str(&format!("{decision}\n")),
    }
    if let Some(message) = &reply.message {
        out.push('\n');
        out.push_str(&wrapped(&printable(message), width, ""));
    }
    let listed = listed(reply, near);
    if reply.decision == Decision::Clarify {
        out.push('\n');
        for (number, one) in (1..).zip(&listed) {
            out.push_str(&show_listed(one, Some(number), width));
        }
        return out;
    }
    let mut heading = None;
    for (number, one) in (1..).zip(&listed) {
        let label = match one.confidence {
            None if reply.answer.is_none() => locale.pick(
                "字面相近的问题，不一定是答案",
                "questions that look alike, though they may not answer it",
            ),
            None => locale.pick("相关问题", "related"),
            Some(_) => locale.pick("也可能是", "or perhaps"),
        };
        if heading.replace(label) != Some(label) {
            if reply.answer.is_none() {
                out.push('\n');
            }
            out.push_str(&format!("{FAINT}{label}{FAINT:#}\n"));
        }
        let number = numbered.then_some(number);
        out.push_str(&show_listed(one, number, width));
    }
    out
}

fn show_listed(one: &Listed<'_>, number: Option<usize>, width: usize) -> String {
    let marker = number.map_or("-".to_owned(), |number| format!("{number}."));
    let sure = one.confidence.map(percent);
    let sure = sure.map_or(String::new(), |sure| format!("{sure:>4}  "));
    let first = format!("  {marker} {sure}");
    let rest = " ".repeat(first.len());
    let question = printable(one.question);
    match one.confidence {
        Some(_) => hanging(&styled(&question, STRONG), width, &first, &rest),
        None => hanging(&question, width, &first, &rest),
    }
}

/// A whole entry: question, answer and source.
fn show_hit(hit: &Hit, page: Page) -> String {
    let question = strong(&hit.question, &hit.highlights.question);
    let passage = hit.passage.as_ref().map(|p| [p.start, p.end]);
    let marks = Marks::new(&hit.answer.text, passage, &hit.highlights.answer);
    let mut out = wrapped(&question, page.width, "");
    out.push_str(&show_answer(&hit.answer.markdown, marks, page));
    out.push_str(&show_source(&hit.source, page));
    out
}

/// An entry that was chosen from a list.
pub(super) fn show_entry(entry: &EntryReply, page: Page) -> String {
    let mut out = wrapped(&styled(&entry.question, STRONG), page.width, "");
    match entry.answer.html.is_empty() {
        true => out.push_str(&format!("  {}\n", unanswered(page.locale))),
        false => out.push_str(&show_answer(&entry.answer.markdown, Marks::default(), page)),
    }
    out + &show_source(&entry.source, page)
}

/// An answer as it stands in the file, laid out for the terminal.
fn show_answer(markdown: &str, marks: Marks<'_>, page: Page) -> String {
    const INDENT: &str = "  ";
    let inner = Page {
        width: page.width.saturating_sub(INDENT.len()),
        ..page
    };
    let mut out = String::new();
    for line in markdown::render(markdown, marks, inner).lines() {
        if !line.is_empty() {
            out.push_str(INDENT);
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

fn show_source(source: &SourceRef, page: Page) -> String {
    let label = page.locale.pick("来源", "source");
    let place = format!("{}:{}", source.file, source.line);
    let mut out = format!("\n{FAINT}{label}{FAINT:#} {}", styled(&place, FAINT));
    if let Some(url) = &source.url {
        out.push_str(&format!("  {}", styled(url, FAINT)));
    }
    out + "\n"
}
