//! The log: lines on standard error, text for people, JSON for machines.

use std::io::{self, IsTerminal};

use anstream::{AutoStream, ColorChoice};
use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Whether log lines are text.
pub(super) fn is_text(log: &Log) -> bool {
    match log.format {
        LogFormat::Text => true,
        LogFormat::Json => false,
        LogFormat::Auto => io::stderr().is_terminal(),
    }
}

/// Sends what the library and its parts tell to standard error.
pub(super) fn install(log: &Log, color: ColorChoice) {
    let colored = match color {
        ColorChoice::Auto => AutoStream::choice(&io::stderr()) != ColorChoice::Never,
        other => other != ColorChoice::Never,
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(&log.level))
        .with_writer(io::stderr);
    if is_text(log) {
        builder.with_ansi(colored).init();
    } else {
        // The list of spans would tell the request, of which there is but one, a second time.
        let builder = builder.json().flatten_event(true);
        builder.with_span_list(false).init();
    }
}
