//! Questions in, replies out: one from the command line or standard input, or one a line.

use std::io::{self, BufRead, Read};

use clap::Args;
use jida::locale::{Locale, Localized};
use jida::search::{Question, SearchError, Searcher};
use jida::serve::{ProblemDocument, Unanswered, problem_for};
use serde::Serialize;

use super::failure::{CommandError, Failure, chain};
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
    type Reply: Serialize;

    /// Computes the reply.
    fn reply(
        &self,
        searcher: &Searcher,
        question: Question,
    ) -> impl Future<Output = Result<Self::Reply, SearchError>>;

    /// How it went.
    fn exit(&self, reply: &Self::Reply) -> Exit;

    /// The reply for a person.
    fn show(&self, reply: &Self::Reply, terminal: Terminal) -> String;
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
    let mut settings = config.search.clone();
    if !args.json {
        settings.locale = terminal.locale;
    }
    let searcher = open::searcher(config, settings, terminal)?;
    let reply = open::runtime()?.block_on(answering.reply(&searcher, question))?;
    let text = match args.json {
        true => json_line(&reply),
        false => answering.show(&reply, terminal),
    };
    warn_without_vectors(&searcher, terminal);
    terminal.print(&text)?;
    Ok(answering.exit(&reply))
}

/// One object a line out for each line in, in order; the exit code is that of the worst line.
fn answer_lines<A: Answering>(
    args: &QuestionArgs,
    answering: &A,
    config: &Config,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    if args.question != "-" {
        return Err(CommandError::LinesNeedInput.into());
    }
    let searcher = open::searcher(config, config.search.clone(), terminal)?;
    let runtime = open::runtime()?;
    let mut worst = Exit::Done;
    for (number, line) in io::stdin().lock().split(b'\n').enumerate() {
        let line = line.map_err(CommandError::Input)?;
        let reply = question_of(&line).and_then(|question| {
            runtime
                .block_on(answering.reply(&searcher, question))
                .map_err(Unanswered::Search)
        });
        let (text, exit) = match reply {
            Ok(reply) => (json_line(&reply), answering.exit(&reply)),
            Err(error) => {
                let problem = LineProblem::new(error, number + 1, config.search.locale);
                (json_line(&problem), Exit::Failed)
            }
        };
        worst = worst.max(exit);
        terminal.print(&text)?;
    }
    warn_without_vectors(&searcher, terminal);
    Ok(worst)
}

fn warn_without_vectors(searcher: &Searcher, terminal: Terminal) {
    if searcher.misses_vectors() {
        terminal.warn(&CommandError::EncoderFails);
    }
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

fn question_of(line: &[u8]) -> Result<Question, Unanswered> {
    let text = std::str::from_utf8(line).map_err(|_| Unanswered::NotUtf8)?;
    Question::new(text).map_err(Unanswered::Question)
}

/// A reply has no float that JSON lacks and no key that is not text, so this can't fail.
fn json_line(reply: &impl Serialize) -> String {
    let mut line = serde_json::to_string(reply).unwrap_or_default();
    line.push('\n');
    line
}

/// What stands in the place of a reply: the API's problem, and the line it belongs to.
#[derive(Debug, Serialize)]
struct LineProblem {
    #[serde(flatten)]
    problem: ProblemDocument,
    line: usize,
}

impl LineProblem {
    fn new(unanswered: Unanswered, line: usize, locale: Locale) -> LineProblem {
        // Whoever runs the command is the one who can mend its index: no log keeps the cause.
        let own_words = match &unanswered {
            Unanswered::Search(error @ SearchError::Index(_)) => {
                Some((chain(error, locale), error.hint(locale)))
            }
            _ => None,
        };
        let problem = problem_for(unanswered, locale);
        let problem = match own_words {
            Some((detail, hint)) => problem.told_as(detail, hint),
            None => problem,
        };
        LineProblem { problem, line }
    }
}
