//! Long results, one screen at a time.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};

use unicode_width::UnicodeWidthStr;

use super::interrupt;

/// Where nobody says otherwise.
const DEFAULT: &str = "less";
/// For `less`, where nobody says otherwise: leave at once if all fits, keep colours, leave the text standing.
const LESS: &str = "FRX";

/// Whether `text` is longer than the screen that standard output is.
pub(super) fn is_needed(text: &str) -> bool {
    let screen = terminal_size::terminal_size_of(io::stdout());
    let (Some((columns, rows)), true) = (screen, io::stdin().is_terminal()) else {
        return false;
    };
    let columns = usize::from(columns.0).max(1);
    let plain = anstream::adapter::strip_str(text).to_string();
    let lines = plain
        .lines()
        .map(|line| line.width().div_ceil(columns).max(1));
    // One row is left for the shell's prompt.
    lines.sum::<usize>() >= usize::from(rows.0)
}

/// Shows `text` through `$PAGER`; false if there is none that works.
pub(super) fn show(text: &str, colored: bool) -> bool {
    let command = std::env::var_os("PAGER").unwrap_or_else(|| OsString::from(DEFAULT));
    if command.is_empty() || command == "cat" {
        return false;
    }
    let mut pager = shell(&command);
    for (name, value) in [("LESS", LESS), ("LV", "-c"), ("LESSCHARSET", "utf-8")] {
        if std::env::var_os(name).is_none() {
            pager.env(name, value);
        }
    }
    interrupt::handed_over(|| {
        let Ok(mut child) = pager.stdin(Stdio::piped()).spawn() else {
            return false;
        };
        if let Some(mut stdin) = child.stdin.take() {
            let plain = anstream::adapter::strip_str(text);
            // Whoever has seen enough closes the pipe.
            let _ = match colored {
                true => stdin.write_all(text.as_bytes()),
                false => stdin.write_all(plain.to_string().as_bytes()),
            };
        }
        let ended = child.wait().map(|status| status.code());
        // What shells say of a command that they can't find or run.
        !matches!(ended, Ok(Some(126 | 127)) | Err(_))
    })
}

/// `$PAGER` may have arguments, as in `less -S`.
#[cfg(unix)]
fn shell(command: &OsString) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    shell
}

/// `$PAGER` may have arguments, as in `less -S`.
#[cfg(windows)]
fn shell(command: &OsString) -> Command {
    let mut shell = Command::new("cmd");
    shell.arg("/C").arg(command);
    shell
}
