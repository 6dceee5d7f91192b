//! Questions in, replies out: one from the command line or standard input, or one a line.

use std::io::{self, BufRead, Read};

use clap::Args;
use jida::locale::Locale;
use jida::search::{InvalidQuestion, Question, SearchError};
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
                let problem = error.document(config.search.locale, terminal)?;
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
    /// The API's problem. What is wrong with a line by itself is told in the words of the command line, the rest
    /// as the API replies in `replies`. A server that says nothing ends the run: every further line would fail.
    fn document(self, replies: Locale, terminal: Terminal) -> Result<Value, Failure> {
        let (locale, unanswered, words) = match self {
            LineError::NotUtf8 => {
                let words = told(&CommandError::InputNotUtf8, terminal.locale);
                (terminal.locale, Unanswered::NotUtf8, Some(words))
            }
            LineError::Invalid(invalid) => {
                let words = told(&invalid, terminal.locale);
                (terminal.locale, Unanswered::Question(invalid), Some(words))
            }
            LineError::Refused(Refusal::Search(error)) => {
                // Whoever runs the command is the one who can mend its index: no log keeps the cause.
                let own = matches!(error, SearchError::Index(_));
                let words = own.then(|| told(&error, replies));
                (replies, Unanswered::Search(error), words)
            }
            LineError::Refused(Refusal::Remote(RemoteError::Refused { problem, .. })) => {
                return Ok(problem.document);
            }
            LineError::Refused(error) => return Err(error.into()),
        };
        let problem = problem_for(unanswered, locale);
        let problem = match words {
            Some((detail, hint)) => problem.told_as(detail, hint),
            None => problem,
        };
        Ok(serde_json::to_value(problem).unwrap_or_default())
    }
}

/// What is wrong, and what to do.
fn told(error: &dyn Told, locale: Locale) -> (String, Option<String>) {
    (chain(error, locale), error.hint(locale))
}

/// What stands in the place of a reply: the API's problem, and the line it belongs to.
#[derive(Debug, Serialize)]
struct LineProblem {
    #[serde(flatten)]
    problem: Value,
    line: usize,
}
