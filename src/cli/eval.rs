//! `jida eval`: labelled queries in, numbers out.

mod differences;
mod error;
mod files;
mod fit;
mod tables;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use jida::eval::compare::Comparison;
use jida::eval::report::Report;
use jida::eval::roster::Roster;
use jida::eval::truth::{self, Labelled, Moved, Written};
use jida::eval::{own, robustness, run as asking};
use jida::locale::Localized;
use jida::text::Analyzer;
use serde::Serialize;
use tokio::runtime::Runtime;

use self::error::NotFirst;
use super::failure::{CommandError, Failure};
use super::flags::EvalArgs;
use super::terminal::Terminal;
use super::{Exit, open};
use crate::config::Config;

/// So many labels that moved are told one by one: all of them would hide the numbers.
const MOVED_TOLD: usize = 10;

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Output<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<&'a Comparison>,
}

pub(super) fn run(args: &EvalArgs, config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    if let Some(paths) = &args.fit {
        return fit::run(paths, config, terminal);
    }
    // Judged before anything is built, so that a bad file fails at once.
    let written = match &args.queries {
        Some(path) => files::queries(path, terminal)?,
        None => Vec::new(),
    };
    let before = match &args.compare {
        Some(path) => Some(files::saved(path)?),
        None => None,
    };
    let language = open::language(config)?;
    let searcher = Arc::new(open::up_to_date(config, &language, terminal)?);
    let runtime = runtime()?;
    let roster = runtime.block_on(Roster::read(&searcher))?;
    let (queries, moved) = subject(args, written, &roster, &language.analyzer);
    tell_moved(&moved, args.queries.as_deref(), terminal);
    let asked = runtime.block_on(asking::run(&searcher, queries, args.dump.is_some()))?;
    if let Some(path) = &args.dump {
        files::dump(path, &asked)?;
    }
    let left_out: BTreeSet<usize> = moved
        .iter()
        .filter(|moved| !moved.counts)
        .map(|moved| moved.line)
        .collect();
    let entries = searcher.index().len();
    let report = Report::new(searcher.version(), entries, left_out.len(), asked);
    if let Some(path) = &args.save {
        files::save(path, &report)?;
    }
    let comparison = before.map(|before| Comparison::new(&before, &report, args.tolerance));
    terminal.print(&shown(args, &report, comparison.as_ref(), terminal))?;
    let not_first = NotFirst::of(&report);
    if args.own && not_first.count > 0 && !args.misses {
        terminal.warn(&not_first);
    }
    let regressed = comparison.is_some_and(|comparison| !comparison.regressions.is_empty());
    let finding = !moved.is_empty() || regressed || (args.own && not_first.count > 0);
    Ok(if finding {
        Exit::NothingFound
    } else {
        Exit::Done
    })
}

/// What asks on all cores.
fn runtime() -> Result<Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().build();
    runtime.map_err(|error| CommandError::Runtime(error).into())
}

/// What is asked, and the labels that name nothing.
fn subject(
    args: &EvalArgs,
    written: Vec<Written>,
    roster: &Roster,
    analyzer: &Analyzer,
) -> (Vec<Labelled>, Vec<Moved>) {
    if args.own {
        (own::questions(roster), Vec::new())
    } else if args.robustness {
        (
            robustness::queries(roster, analyzer, args.sample),
            Vec::new(),
        )
    } else {
        truth::resolve(written, roster)
    }
}

fn shown(
    args: &EvalArgs,
    report: &Report,
    comparison: Option<&Comparison>,
    terminal: Terminal,
) -> String {
    if args.json {
        let output = Output { report, comparison };
        return serde_json::to_string(&output).unwrap_or_default() + "\n";
    }
    let mut text = tables::report(report, terminal.locale);
    if args.misses {
        text.push_str(&tables::misses(report, terminal));
    }
    if let Some(comparison) = comparison {
        text.push_str(&differences::comparison(comparison, terminal));
    }
    text
}

fn tell_moved(moved: &[Moved], path: Option<&Path>, terminal: Terminal) {
    let place = path.unwrap_or(Path::new("-")).display();
    for one in moved.iter().take(MOVED_TOLD) {
        let message = one.message(terminal.locale);
        terminal.tell(&format!("{place}:{}: {message}\n", one.line));
    }
    if moved.len() > MOVED_TOLD {
        let more = moved.len() - MOVED_TOLD;
        terminal.tell(
            &terminal
                .locale
                .pick(format!("还有 {more} 处\n"), format!("and {more} more\n")),
        );
    }
    if let Some(one) = moved.first() {
        terminal.tell(&terminal.hint(one.hint(terminal.locale)));
    }
}

#[cfg(test)]
mod tests;
