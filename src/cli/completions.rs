//! `jida completions`: what a shell needs to complete our command line.

use super::Exit;
use super::failure::Failure;
use super::flags::CompletionsArgs;
use super::help;
use super::terminal::Terminal;

pub(super) fn run(args: &CompletionsArgs, terminal: Terminal) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    let mut command = help::command(terminal.locale);
    clap_complete::generate(args.shell, &mut command, "jida", &mut script);
    terminal.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
