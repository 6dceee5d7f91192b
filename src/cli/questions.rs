//! Questions in, replies out: one from the command line or standard input, or one a line.

use std::io::{self, BufRead, Read};

use clap::Args;
use jida::locale::Locale;
use jida::search::{InvalidQuestion, Question};
use jida::serve::{Unanswered, problem_for};
use serde::Serialize;
use serde_json::Value;

use super::failure::{CommandError, Failure, Told, chain};
use super::remote::RemoteError;
use super::source::{Refusal, Reply, Source, json};
use super::terminal::Terminal;
use super::{Exit, open};
use crate::config::Config;

/// Where the question comes from and what the reply looks like.
#[derive(Debug, Args)]
pub(super) struct QuestionArgs {
    /// The question, or - to read it from standard input
    #[arg(value_name = "QUESTION")]
    question: String,
    /// Print one JSON object, as the API replies
    #[arg(long)]
    json: bool,
    /// Read a question from each line of standard input (-), print a JSON object for each
    #[arg(long, conflicts_with = "json")]
    jsonl: bool,
}

/// What a subcommand does with a question.
pub(super) trait Answering {
    /// The API's reply.
    type Reply;

    /// Computes the reply.
    fn reply(
        &self,
        source: &Source,
        question: Question,
    ) -> impl Future<Output = Result<Reply<Self::Reply>, Refusal>>;

    /// How it went.
    fn exit(&self, reply: &Self::Reply) -> Exit;

    /// The reply for a person.
    fn show(
        &self,
        reply: &Self::Reply,
        question: &Question,
        source: &Source,
        terminal: Terminal,
    ) -> impl Future<Output = String>;
}

/// Answers what is asked.
pub(super) fn answer<A: Answering>(
    args: &QuestionArgs,
    answering: &A,
    config: &Config,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    if args.jsonl {
        return answer_lines(args, answering, config, terminal);
    }
    // Judged before anything is loaded, so that a bad question fails at once.
    let text = match args.question.as_str() {
        "-" => whole_input()?,
        question => question.to_owned(),
    };
    let question = Question::new(&text)?;
    let locale = match args.json {
        true => config.search.locale,
        false => terminal.locale,
    };
    let source = Source::open(config, locale, terminal)?;
    let runtime = open::runtime()?;
    let reply = runtime.block_on(answering.reply(&source, question.clone()))?;
    source.warn_without_vectors(terminal);
    match args.json {
        true => terminal.print(&(reply.json + "\n"))?,
        false => {
            let text = answering.show(&reply.value, &question, &source, terminal);
            terminal.show(&runtime.block_on(text))?;
        }
    }
    Ok(answering.exit(&reply.value))
}

/// One object a line out for each line in, in order, a blank one too, so that replies can be told by their place;
/// the exit code is that of the worst line.
fn answer_lines<A: Answering>(
    args: &QuestionArgs,
    answering: &A,
    config: &Config,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    if args.question != "-" {
        return Err(CommandError::LinesNeedInput.into());
    }
    let source = Source::open(config, config.search.locale, terminal)?;
    let runtime = open::runtime()?;
    let mut worst = Exit::Done;
    for (number, line) in io::stdin().lock().split(b'\n').enumerate() {
        let line = line.map_err(CommandError::Input)?;
        let reply = match question_of(&line) {
            Ok(question) => runtime
                .block_on(answering.reply(&source, question))
                .map_err(LineError::Refused),
            Err(error) => Err(error),
        };
        let (text, exit) = match reply {
            Ok(reply) => (reply.json, answering.exit(&reply.value)),
            Err(error) => {
                let problem = error.document(terminal.locale)?;
                let line = number + 1;
                (json(&LineProblem { problem, line }), Exit::Failed)
            }
        };
        worst = worst.max(exit);
        terminal.print(&(text + "\n"))?;
    }
    source.warn_without_vectors(terminal);
    Ok(worst)
}

fn whole_input() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(CommandError::Input)?;
    let text = String::from_utf8(bytes).map_err(|_| CommandError::InputNotUtf8)?;
    Ok(text)
}

fn question_of(line: &[u8]) -> Result<Question, LineError> {
    let text = std::str::from_utf8(line).map_err(|_| LineError::NotUtf8)?;
    Question::new(text).map_err(LineError::Invalid)
}

/// Why a line has no reply.
#[derive(Debug)]
enum LineError {
    NotUtf8,
    Invalid(InvalidQuestion),
    Refused(Refusal),
}

impl LineError {
    /// The API's problem, in words for whoever runs the command. A server that says nothing ends the run: every
    /// further line would fail.
    fn document(self, locale: Locale) -> Result<Value, Failure> {
        let words = |error: &dyn Told| (chain(error, locale), error.hint(locale));
        let (unanswered, (detail, hint)) = match self {
            LineError::NotUtf8 => (Unanswered::NotUtf8, words(&CommandError::InputNotUtf8)),
            LineError::Invalid(invalid) => {
                let told = words(&invalid);
                (Unanswered::Question(invalid), told)
            }
            LineError::Refused(Refusal::Search(error)) => {
                let told = words(&error);
                (Unanswered::Search(error), told)
            }
            LineError::Refused(Refusal::Remote(RemoteError::Refused { problem, .. })) => {
                return Ok(problem.document);
            }
            LineError::Refused(error) => return Err(error.into()),
        };
        let problem = problem_for(unanswered, locale).told_as(detail, hint);
        Ok(serde_json::to_value(problem).unwrap_or_default())
    }
}

/// What stands in the place of a reply: the API's problem, and the line it belongs to.
#[derive(Debug, Serialize)]
struct LineProblem {
    #[serde(flatten)]
    problem: Value,
    line: usize,
}
