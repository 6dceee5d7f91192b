//! A command line that clap refuses, told in our shape and in the person's language.

use std::ffi::OsString;
use std::path::PathBuf;

use anstream::ColorChoice;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use jida::locale::Locale;

use super::failure::Failure;
use super::terminal::Terminal;
use super::{Exit, help};
use crate::config::{self, Sources};

/// How to address the person before the flags are understood: by looking for those that matter, and by
/// the settings from elsewhere as far as they are sound.
pub(super) fn ambient_terminal(
    arguments: &[OsString],
    environment: &[(OsString, OsString)],
) -> Terminal {
    let elsewhere = config::load(&Sources {
        file: flag_value(arguments, "--config").map(PathBuf::from),
        environment: environment.to_vec(),
        flags: Vec::new(),
    });
    let (lang, color) = elsewhere.map_or((None, ColorChoice::Auto), |(config, _)| {
        (config.lang, config.color)
    });
    let locale = flag_value(arguments, "--lang")
        .and_then(Locale::from_tag)
        .or(lang)
        .unwrap_or_else(|| config::ambient_locale(environment));
    let color = match flag_value(arguments, "--color") {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => color,
    };
    Terminal {
        locale,
        color,
        quiet: false,
        paged: false,
    }
}

fn flag_value<'a>(arguments: &'a [OsString], flag: &str) -> Option<&'a str> {
    let texts: Vec<&str> = arguments.iter().filter_map(|arg| arg.to_str()).collect();
    let at = texts.iter().position(|text| {
        let rest = text.strip_prefix(flag);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    })?;
    match texts[at].split_once('=') {
        Some((_, value)) => Some(value),
        None => texts.get(at + 1).copied(),
    }
}

/// Prints help, the version, or what is wrong.
pub(super) fn report(error: &clap::Error, terminal: Terminal) -> Exit {
    let locale = terminal.locale;
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = error.render().ansi().to_string();
            match terminal.print(&help::finished(text, locale)) {
                Ok(()) | Err(Failure::PipeClosed) => Exit::Done,
                Err(Failure::Told(error)) => {
                    terminal.fail(error.as_ref());
                    Exit::Failed
                }
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let text = error.render().ansi().to_string();
            terminal.tell(&help::finished(text, locale));
            Exit::Failed
        }
        _ => {
            let hint = hint(error, locale);
            terminal.tell(&terminal.error(&message(error, locale), Some(hint)));
            Exit::Failed
        }
    }
}

/// Prints the help that nobody asked for, where a command is missing.
pub(super) fn missing_command(terminal: Terminal) -> Exit {
    let text = help::command(terminal.locale).render_help();
    let text = text.ansi().to_string();
    terminal.tell(&help::finished(text, terminal.locale));
    Exit::Failed
}

fn message(error: &clap::Error, locale: Locale) -> String {
    let context = |kind| context(error, kind);
    let argument = context(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => locale.pick(
            format!("没有 {argument} 这个参数"),
            format!("unexpected argument {argument}"),
        ),
        ErrorKind::InvalidSubcommand => {
            let name = context(ContextKind::InvalidSubcommand);
            locale.pick(
                format!("没有 {name} 这个命令"),
                format!("unknown command {name}"),
            )
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = context(ContextKind::InvalidValue);
            match value.is_empty() {
                true => locale.pick(
                    format!("{argument} 缺少值"),
                    format!("{argument} needs a value"),
                ),
                false => locale.pick(
                    format!("{argument} 不能是 {value:?}"),
                    format!("{argument} can't be {value:?}"),
                ),
            }
        }
        ErrorKind::MissingRequiredArgument => locale.pick(
            format!("缺少参数 {argument}"),
            format!("missing argument {argument}"),
        ),
        ErrorKind::MissingSubcommand => locale.pick("缺少命令", "missing command").to_owned(),
        ErrorKind::ArgumentConflict => {
            let other = context(ContextKind::PriorArg);
            match other.is_empty() || other == argument {
                true => locale.pick(
                    format!("{argument} 写了多次"),
                    format!("{argument} is given more than once"),
                ),
                false => locale.pick(
                    format!("{argument} 不能和 {other} 一起用"),
                    format!("{argument} can't be used with {other}"),
                ),
            }
        }
        // The rest can't come from our flags, or only with an odd system; clap's first line will do.
        _ => {
            let text = error.render().to_string();
            let line = text.lines().next().unwrap_or_default();
            line.trim_start_matches("error: ").to_owned()
        }
    }
}

/// What was probably meant, what is allowed, or where to read on.
fn hint(error: &clap::Error, locale: Locale) -> String {
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand] {
        let suggested = context(error, kind);
        if !suggested.is_empty() {
            return locale.pick(
                format!("是不是 {}？", suggested.replace(", ", "、")),
                format!("did you mean {suggested}?"),
            );
        }
    }
    let name = context(error, ContextKind::InvalidSubcommand);
    if error.kind() == ErrorKind::InvalidSubcommand && !name.is_ascii() {
        // No command is called so: it is what the person wants to know.
        return locale.pick(
            format!("要提问，写 jida ask {name}"),
            format!("to ask that, write jida ask {name}"),
        );
    }
    let usage = context(error, ContextKind::Usage);
    let word = context(error, ContextKind::InvalidArg);
    let asking = ["ask", "search", "explain"].into_iter();
    let mut asking = asking.filter(|name| usage.contains(&format!("jida {name}")));
    if error.kind() == ErrorKind::UnknownArgument
        && !word.starts_with('-')
        && let Some(command) = asking.next()
    {
        return locale.pick(
            format!("问题里有空格时用引号括起来：jida {command} \"…\""),
            format!("put a question of several words in quotes: jida {command} \"…\""),
        );
    }
    let valid = context(error, ContextKind::ValidValue);
    if !valid.is_empty() {
        return locale.pick(format!("可选：{valid}"), format!("expected one of {valid}"));
    }
    // A value that a parser refused: its own words, such as the range.
    if let Some(cause) = std::error::Error::source(error)
        && locale == Locale::En
    {
        return cause.to_string();
    }
    if let (ErrorKind::MissingRequiredArgument, Some(usage)) =
        (error.kind(), usage.strip_prefix("Usage: "))
    {
        let usage = help::finished(usage.to_owned(), locale);
        return locale.pick(format!("用法：{usage}"), format!("usage: {usage}"));
    }
    locale
        .pick("用法见 jida --help", "see jida --help")
        .to_owned()
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::StyledStrs(texts)) => {
            let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
            texts.join(", ")
        }
        _ => String::new(),
    }
}
