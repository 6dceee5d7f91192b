//! `jida rollback`: an earlier generation serves again; and `jida index --verify`, which looks at them closely.

use std::path::Path;

use jida::index::{self, Generation, IndexLocation, Rollback};
use jida::locale::{Locale, Localized};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::failure::Failure;
use super::flags::RollbackArgs;
use super::index::{counted, title};
use super::terminal::Terminal;
use super::{Exit, open};
use crate::config::Config;

pub(super) fn run(
    args: &RollbackArgs,
    config: &Config,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    let several = config.each().len() > 1;
    let config = &config.one();
    if several && !args.json {
        terminal.print(&title(config, terminal.locale))?;
    }
    if args.list {
        let all = index::generations(open::location(config)?)?;
        return print(&all, args.json, terminal).map(|()| Exit::Done);
    }
    let language = open::language(config)?;
    let location = &open::location(config)?;
    let done = index::roll_back(location, args.to.as_deref(), &language)?;
    if args.json {
        terminal.print(&(serde_json::to_string(&done).unwrap_or_default() + "\n"))?;
    } else {
        terminal.print(&told(&done, &location.shown(), terminal.locale))?;
    }
    if let Some(from) = done.from.filter(|from| from.held) {
        let (zh, en) = match location {
            IndexLocation::Folder(_) => (
                "；运行中的服务要重新加载或重启",
                "; reload or restart a running server",
            ),
            // Servers follow by themselves; a reload would build from the corpus that it finds there.
            IndexLocation::Cluster(_) => ("", ""),
        };
        terminal.note(&terminal.locale.pick(
            format!(
                "索引版本 {} 已撤下，直到语料改变或运行 `jida index`{zh}\n",
                from.name
            ),
            format!(
                "generation {} is held back until the corpus changes or `jida index` is run{en}\n",
                from.name
            ),
        ));
    }
    Ok(Exit::Done)
}

/// Verifies each knowledge base, or the one that a flag names.
pub(super) fn verify_all(json: bool, config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    if config.only_kb {
        return verify(json, &config.one(), terminal);
    }
    let bases = config.each();
    let several = bases.len() > 1;
    let mut exit = Exit::Done;
    for base in &bases {
        if several && !json {
            terminal.print(&title(base, terminal.locale))?;
        }
        exit = match verify(json, base, terminal) {
            Ok(done) => exit.max(done),
            Err(Failure::Told(error)) if several => {
                terminal.fail(error.as_ref());
                Exit::Failed
            }
            Err(failure) => return Err(failure),
        };
    }
    Ok(exit)
}

/// Reads every byte of every generation. Damage is a failure where it serves, else a warning.
fn verify(json: bool, config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    let location = &open::location(config)?;
    let all = index::generations(location)?;
    print(&all, json, terminal)?;
    let mut exit = Exit::Done;
    // That the pointer leads somewhere is a part of it.
    let current = location.current_name()?;
    if !all.iter().any(|one| one.name == current) {
        index::Index::open(location, &open::language(config)?)?;
    }
    for one in all {
        for damage in one.damages {
            if one.serves {
                let hint = damage.hint(terminal.locale);
                terminal.tell(&terminal.error(&damage.message(terminal.locale), hint));
                exit = Exit::Failed;
            } else {
                terminal.warn(&Spare(damage));
            }
        }
    }
    Ok(exit)
}

/// What is wrong with a generation that does not serve: there is nothing to be done about it.
struct Spare(index::IndexError);

impl Localized for Spare {
    fn message(&self, locale: Locale) -> String {
        self.0.message(locale)
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let hint = locale.pick(
            "退不回这个版本了；服务不受影响",
            "there is no going back to this generation; what serves is not affected",
        );
        Some(hint.to_owned())
    }
}

fn print(all: &[Generation], json: bool, terminal: Terminal) -> Result<(), Failure> {
    if json {
        return terminal.print(&(serde_json::to_string(all).unwrap_or_default() + "\n"));
    }
    let locale = terminal.locale;
    let lines = all.iter().map(|one| {
        let mark = if one.serves { '*' } else { ' ' };
        let mut states = Vec::new();
        if one.serves {
            states.push(locale.pick("使用中", "serves"));
        }
        if one.held {
            states.push(locale.pick("已撤下", "held back"));
        }
        states.push(match one.whole {
            true => locale.pick("完好", "whole"),
            false => locale.pick("已损坏", "damaged"),
        });
        let states = states.join(locale.pick("、", ", "));
        format!(
            "{mark} {}  {}  {states}\n",
            one.name,
            described(one, locale)
        )
    });
    terminal.print(&lines.collect::<String>())
}

fn told(done: &Rollback, index: &Path, locale: Locale) -> String {
    let index = index.display();
    let with = |one: &Generation| {
        locale.pick(
            format!("{}（{}）", one.name, described(one, locale)),
            format!("{} ({})", one.name, described(one, locale)),
        )
    };
    let to = with(&done.to);
    match &done.from {
        Some(from) => {
            let from = with(from);
            locale.pick(
                format!("{index}：从 {from}退回 {to}\n"),
                format!("{index}: rolled back from {from} to {to}\n"),
            )
        }
        None => locale.pick(
            format!("{index}：使用 {to}\n"),
            format!("{index}: {to} serves\n"),
        ),
    }
}

/// How many entries it holds, and when it was built.
fn described(one: &Generation, locale: Locale) -> String {
    let entries = one.entries.map(|entries| {
        locale.pick(
            format!("{entries} 条问答"),
            counted(entries as usize, "entry", "entries"),
        )
    });
    let seconds = one.built.and_then(|built| i64::try_from(built).ok());
    let built = seconds.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    let built = built.and_then(|built| built.format(&Rfc3339).ok());
    let built = built.map(|built| locale.pick(format!("建于 {built}"), format!("built {built}")));
    let known: Vec<String> = entries.into_iter().chain(built).collect();
    match known.is_empty() {
        true => locale.pick("情况不明", "unknown").to_owned(),
        false => known.join(locale.pick("，", ", ")),
    }
}
