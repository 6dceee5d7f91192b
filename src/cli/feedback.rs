//! `jida feedback`: what people said about the answers.

use jida::locale::Locale;
use jida::store::{self, Summary};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::Exit;
use super::failure::{CommandError, Failure};
use super::flags::{FeedbackArgs, FeedbackCommand};
use super::layout::{STRONG, printable, styled};
use super::source::json;
use super::terminal::Terminal;
use crate::config::Config;

/// Reasons and entries that a summary lists.
const LISTED: usize = 10;

pub(super) fn run(
    args: &FeedbackArgs,
    config: &Config,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    let folder = config.data_folder();
    let since = args.command.votes().since.as_deref();
    let since = since.map(time).transpose()?;
    match &args.command {
        FeedbackCommand::Export(_) => store::export(&folder, since, |record| {
            terminal.print(&(json(&record) + "\n"))
        })?,
        FeedbackCommand::Summary(_) => {
            let summary = store::summary(&folder, since, LISTED)?;
            terminal.print(&show(&summary, terminal.locale))?;
        }
    }
    Ok(Exit::Done)
}

/// A day, or a point in time.
fn time(text: &str) -> Result<OffsetDateTime, CommandError> {
    let day = format_description!("[year]-[month]-[day]");
    Date::parse(text, day)
        .map(|day| day.midnight().assume_utc())
        .or_else(|_| OffsetDateTime::parse(text, &Rfc3339))
        .map_err(|_| CommandError::NoTime(text.to_owned()))
}

fn show(summary: &Summary, locale: Locale) -> String {
    let (up, down) = (summary.up, summary.down);
    let mut out = locale.pick(
        format!("有帮助 {up}，没帮助 {down}\n"),
        format!("helpful {up}, not helpful {down}\n"),
    );
    if !summary.reasons.is_empty() {
        let heading = locale.pick("原因", "reasons");
        out.push_str(&format!("\n{}\n", styled(heading, STRONG)));
        for reason in &summary.reasons {
            let text = printable(&reason.reason);
            out.push_str(&format!("{:>6}  {text}\n", reason.count));
        }
    }
    if !summary.entries.is_empty() {
        let heading = locale.pick(
            "没帮助最多的条目（没帮助、有帮助、编号）",
            "entries that helped least (not helpful, helpful, id)",
        );
        out.push_str(&format!("\n{}\n", styled(heading, STRONG)));
        for entry in &summary.entries {
            let id = printable(&entry.entry_id);
            out.push_str(&format!("{:>6} {:>6}  {id}\n", entry.down, entry.up));
        }
    }
    out
}
