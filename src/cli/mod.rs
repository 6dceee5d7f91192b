//! The command line: flags in, text or JSON out, and an exit code that says how it went.
//!
//! A subcommand's file carries its name. Results go to standard output, all else to standard error; nothing
//! here decides what the answer is.

mod ask;
mod completions;
mod eval;
mod explain;
mod failure;
mod feedback;
mod flags;
mod follow;
mod help;
mod index;
mod interrupt;
mod keeper;
mod layout;
mod logging;
mod man;
mod markdown;
mod open;
mod origin;
mod pager;
mod prepare;
mod prompt;
mod questions;
mod remote;
mod rollback;
mod search;
mod serve;
mod source;
mod terminal;
mod usage;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;

use crate::config::{self, Config, Sources};
use failure::{CommandError, Failure};
use flags::{Cli, Command};
use terminal::Terminal;

/// How a command went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    /// Answered, found, done.
    Done = 0,
    /// Nothing that we are confident of.
    NothingFound = 1,
    /// Usage, input or configuration is wrong.
    Failed = 2,
    /// Ctrl-C.
    Interrupted = 130,
}

/// Runs the command that the process was started with.
pub(crate) fn main() -> ExitCode {
    tell_panics_once();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let environment: Vec<(OsString, OsString)> = std::env::vars_os().collect();
    let exit = run(&arguments, environment);
    jida::index::remove_fetched();
    ExitCode::from(exit as u8)
}

/// What a damaged index makes panic is an error with a next step by the time a person sees it.
fn tell_panics_once() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if jida::index::is_reading() {
            tracing::debug!("{panic}");
        } else {
            tell(panic);
        }
    }));
}

fn run(arguments: &[OsString], environment: Vec<(OsString, OsString)>) -> Exit {
    // The flags aren't parsed yet, but what is wrong with them must be told in the right language.
    let ambient = usage::ambient_terminal(arguments, &environment);
    let command = help::command(ambient.locale);
    let cli = match command
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches))
    {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error, ambient),
    };
    let sources = Sources {
        file: cli.global.config.clone(),
        environment,
        flags: cli.settings(),
    };
    let (config, unknown_variables) = match config::load(&sources) {
        Ok(loaded) => loaded,
        Err(error) => {
            ambient.fail(&error);
            return Exit::Failed;
        }
    };
    let terminal = Terminal {
        locale: config.lang.unwrap_or(ambient.locale),
        color: config.color,
        quiet: cli.global.quiet,
        paged: !cli.global.no_pager,
    };
    for variable in &unknown_variables {
        terminal.warn(variable);
    }
    match dispatch(&cli, &config, terminal) {
        Ok(exit) => exit,
        Err(Failure::PipeClosed) => Exit::Done,
        Err(Failure::Told(error)) => {
            terminal.fail(error.as_ref());
            Exit::Failed
        }
    }
}

fn dispatch(cli: &Cli, config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    let Some(command) = &cli.command else {
        return match prompt::is_possible() {
            true => prompt::run(&config.one(), terminal),
            false => Ok(usage::missing_command(terminal)),
        };
    };
    let asks = matches!(
        command,
        Command::Ask(_) | Command::Search(_) | Command::Explain(_)
    );
    if cli.global.server.is_some() && !asks {
        return Err(CommandError::ServerNotHere.into());
    }
    if !matches!(command, Command::Serve(_)) {
        interrupt::exit_at_once();
        if cli.global.verbose > 0 {
            logging::install(&config.log, terminal.color);
        }
    }
    // Index and serve mean all knowledge bases, the others one.
    let one = &config.one();
    match command {
        Command::Index(args) => index::run(args, config, terminal),
        Command::Serve(_) => serve::run(config, terminal),
        Command::Rollback(args) => rollback::run(args, config, terminal),
        Command::Ask(args) => ask::run(args, one, terminal),
        Command::Search(args) => search::run(args, one, terminal),
        Command::Explain(args) => explain::run(args, one, terminal),
        Command::Eval(args) => eval::run(args, one, terminal),
        Command::Feedback(args) => feedback::run(args, config, terminal),
        Command::Completions(args) => completions::run(args, terminal),
        Command::Man => man::run(terminal),
    }
}
