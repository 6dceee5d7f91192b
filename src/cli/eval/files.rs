//! The files that a measurement reads and writes.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use jida::eval::dump as dumping;
use jida::eval::report::Report;
use jida::eval::run::Asked;
use jida::eval::truth::{self, Written};
use jida::locale::Localized;

use super::super::failure::{CommandError, Failure};
use super::super::terminal::Terminal;
use super::error::EvalError;

/// Labelled queries. Every line that is none is told before the command fails.
pub(super) fn queries(path: &Path, terminal: Terminal) -> Result<Vec<Written>, Failure> {
    let bytes = match path == Path::new("-") {
        true => whole_input()?,
        false => fs::read(path).map_err(|cause| EvalError::Unreadable {
            path: path.to_owned(),
            cause,
        })?,
    };
    let written = truth::read(&bytes).map_err(|bad| {
        for bad in &bad {
            let message = bad.message(terminal.locale);
            let hint = terminal.hint(bad.hint(terminal.locale));
            let place = format!("{}:{}", path.display(), bad.line);
            terminal.tell(&format!("{place}: {message}\n{hint}"));
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

fn whole_input() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(CommandError::Input)?;
    Ok(bytes)
}

/// A result that was saved.
pub(super) fn saved(path: &Path) -> Result<Report, Failure> {
    let bytes = fs::read(path).map_err(|cause| EvalError::NothingSaved {
        path: path.to_owned(),
        cause,
    })?;
    let report = serde_json::from_slice(&bytes).map_err(|cause| EvalError::NotSaved {
        path: path.to_owned(),
        cause,
    })?;
    Ok(report)
}

/// Saves a result, one line to a value: it is kept beside the queries, and its changes are read.
pub(super) fn save(path: &Path, report: &Report) -> Result<(), Failure> {
    write(path, |out| {
        serde_json::to_writer_pretty(&mut *out, report)?;
        out.write_all(b"\n")
    })
}

/// Writes what a fit of the weights starts from.
pub(super) fn dump(path: &Path, asked: &[Asked]) -> Result<(), Failure> {
    write(path, |out| dumping::write(asked, out))
}

/// Writes a model's file.
pub(super) fn model(path: &Path, text: &str) -> Result<(), Failure> {
    write(path, |out| out.write_all(text.as_bytes()))
}

fn write(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), Failure> {
    let written = File::create(path).and_then(|file| {
        let mut out = BufWriter::new(file);
        content(&mut out)?;
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
