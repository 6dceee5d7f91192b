//! `jida eval`: labelled queries in, numbers out.

mod error;
mod tables;

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use jida::eval::report::Report;
use jida::eval::roster::Roster;
use jida::eval::run::Asked;
use jida::eval::truth::{self, Moved, Written};
use jida::eval::{dump, run as asking};
use jida::locale::Localized;

use self::error::EvalError;
use super::failure::{CommandError, Failure};
use super::flags::EvalArgs;
use super::terminal::Terminal;
use super::{Exit, open};
use crate::config::Config;

/// So many labels that moved are told one by one: all of them would hide the numbers.
const MOVED_TOLD: usize = 10;

pub(super) fn run(args: &EvalArgs, config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    // Judged before anything is built, so that a bad file fails at once.
    let written = read_queries(&args.queries, terminal)?;
    let searcher = Arc::new(open::up_to_date(config, terminal)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CommandError::Runtime)?;
    let roster = runtime.block_on(Roster::read(&searcher))?;
    let (labelled, moved) = truth::resolve(written, &roster);
    tell_moved(&moved, &args.queries, terminal);
    let left_out = moved.iter().filter(|moved| !moved.counts);
    let left_out = left_out
        .map(|moved| moved.line)
        .collect::<std::collections::BTreeSet<_>>();
    let keep_candidates = args.dump.is_some();
    let asked = runtime.block_on(asking::run(&searcher, labelled, keep_candidates))?;
    if let Some(path) = &args.dump {
        write_dump(path, &asked)?;
    }
    let report = Report::new(
        searcher.version(),
        searcher.index().len(),
        left_out.len(),
        asked,
    );
    let text = match args.json {
        true => serde_json::to_string(&report).unwrap_or_default() + "\n",
        false => tables::report(&report, terminal, args.misses),
    };
    terminal.print(&text)?;
    Ok(if moved.is_empty() {
        Exit::Done
    } else {
        Exit::NothingFound
    })
}

fn read_queries(path: &Path, terminal: Terminal) -> Result<Vec<Written>, Failure> {
    let unreadable = |cause| EvalError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(CommandError::Input)?;
        bytes
    } else {
        std::fs::read(path).map_err(unreadable)?
    };
    let written = truth::read(&bytes).map_err(|bad| {
        for bad in &bad {
            let message = bad.message(terminal.locale);
            let hint = terminal.hint(bad.hint(terminal.locale));
            terminal.tell(&format!(
                "{}:{}: {message}\n{hint}",
                path.display(),
                bad.line
            ));
        }
        EvalError::BadLines {
            path: path.to_owned(),
            count: bad.len(),
        }
    })?;
    if written.is_empty() {
        return Err(EvalError::NoQueries(path.to_owned()).into());
    }
    Ok(written)
}

fn tell_moved(moved: &[Moved], path: &Path, terminal: Terminal) {
    for one in moved.iter().take(MOVED_TOLD) {
        let message = one.message(terminal.locale);
        terminal.tell(&format!("{}:{}: {message}\n", path.display(), one.line));
    }
    if let Some(more) = moved.len().checked_sub(MOVED_TOLD).filter(|&more| more > 0) {
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

fn write_dump(path: &Path, asked: &[Asked]) -> Result<(), Failure> {
    let written = File::create(path).and_then(|file| {
        let mut out = BufWriter::new(file);
        dump::write(asked, &mut out)?;
        out.flush()
    });
    written.map_err(|cause| {
        EvalError::Unwritable {
            path: path.to_owned(),
            cause,
        }
        .into()
    })
}
