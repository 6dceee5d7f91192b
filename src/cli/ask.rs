//! `jida ask`: one decision.

use jida::locale::Locale;
use jida::search::{AnsweredHit, AskReply, AskRequest, Decision, Question, SearchError, Searcher};

use super::Exit;
use super::failure::Failure;
use super::flags::AskArgs;
use super::layout::{FAINT, MARK, STRONG, hanging, painted, percent, printable, styled, wrapped};
use super::questions::{Answering, answer};
use super::terminal::Terminal;
use crate::config::Config;

/// As many as the API lists unless told otherwise.
const CANDIDATES: usize = 5;

pub(super) fn run(args: &AskArgs, config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    answer(&args.question, args, config, terminal)
}

impl Answering for AskArgs {
    type Reply = AskReply;

    async fn reply(
        &self,
        searcher: &Searcher,
        question: Question,
    ) -> Result<AskReply, SearchError> {
        let request = AskRequest {
            question,
            filter: self.filter.filter(),
            top: CANDIDATES,
            explain: false,
        };
        searcher.ask(&request).await
    }

    fn exit(&self, reply: &AskReply) -> Exit {
        match reply.decision {
            Decision::Answered => Exit::Done,
            Decision::Clarify | Decision::NoAnswer => Exit::NothingFound,
        }
    }

    fn show(&self, reply: &AskReply, terminal: Terminal) -> String {
        show(reply, terminal.locale, terminal.width())
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

fn show(reply: &AskReply, locale: Locale, width: usize) -> String {
    let decision = styled(decision_name(reply.decision, locale), STRONG);
    let mut out = match &reply.answer {
        Some(answer) => {
            let label = locale.pick("可信度", "confidence");
            let sure = percent(answer.hit.confidence);
            format!("{decision}  {label} {sure}\n\n") + &show_answer(answer, locale, width)
        }
        None => format!("{decision}\n"),
    };
    if let Some(message) = &reply.message {
        out.push('\n');
        out.push_str(&wrapped(&printable(message), width, ""));
    }
    if reply.decision == Decision::Clarify {
        out.push('\n');
        for (number, candidate) in reply.candidates.iter().enumerate() {
            let number = number + 1;
            let sure = percent(candidate.confidence);
            let question = styled(&candidate.question, STRONG);
            out.push_str(&format!("  {number}. {sure:>4}  {question}\n"));
        }
    }
    out
}

fn show_answer(answer: &AnsweredHit, locale: Locale, width: usize) -> String {
    let hit = &answer.hit;
    let question_length = hit.question.chars().count();
    let question = painted(
        &hit.question,
        [0, question_length],
        &[
            (&[[0, question_length]], STRONG),
            (&hit.highlights.question, MARK),
        ],
    );
    let passage: Vec<[usize; 2]> = hit.passage.iter().map(|p| [p.start, p.end]).collect();
    let text = painted(
        &hit.answer.text,
        [0, usize::MAX],
        &[(&passage, STRONG), (&hit.highlights.answer, MARK)],
    );
    let mut out = wrapped(&question, width, "");
    out.push_str(&wrapped(&text, width, "  "));
    let label = locale.pick("来源", "source");
    let place = format!("{}:{}", hit.source.file, hit.source.line);
    out.push_str(&format!(
        "\n{FAINT}{label}{FAINT:#} {}",
        styled(&place, FAINT)
    ));
    if let Some(url) = &hit.source.url {
        out.push_str(&format!("  {}", styled(url, FAINT)));
    }
    out.push('\n');
    if !answer.related.is_empty() {
        let label = locale.pick("相关问题", "related");
        out.push_str(&format!("{FAINT}{label}{FAINT:#}\n"));
        for related in &answer.related {
            let question = printable(&related.question);
            out.push_str(&hanging(&question, width, "  - ", "    "));
        }
    }
    out
}
