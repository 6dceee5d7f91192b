//! Where output goes: results to standard output, everything else to standard error.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use jida::locale::{Locale, Localized};

use super::failure::{Failure, Told, chain};
use super::layout::printable;
use super::markdown::Page;
use super::pager;

/// Wider lines are hard to read.
const WIDEST: usize = 100;
/// Narrower than this, wrapping does more harm than good.
const NARROWEST: usize = 20;
/// Away from a terminal the layout is always the same.
const PLAIN_WIDTH: usize = 80;

/// The two streams and how to address the person behind them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    /// The person's language.
    pub(super) locale: Locale,
    /// Whether to colour.
    pub(super) color: ColorChoice,
    /// Only results and errors.
    pub(super) quiet: bool,
    /// Whether what is longer than the screen goes through a pager.
    pub(super) paged: bool,
}

impl Terminal {
    /// Columns to fill.
    pub(super) fn width(self) -> usize {
        if io::stdout().is_terminal() {
            textwrap::termwidth().clamp(NARROWEST, WIDEST)
        } else {
            PLAIN_WIDTH
        }
    }

    /// What text for people is laid out on.
    pub(super) fn page(self) -> Page {
        let color = self.is_colored();
        let stdout = supports_hyperlinks::Stream::Stdout;
        Page {
            width: self.width(),
            color,
            links: color && supports_hyperlinks::on(stdout),
            locale: self.locale,
        }
    }

    /// Whether results are coloured.
    pub(super) fn is_colored(self) -> bool {
        match self.color {
            ColorChoice::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            other => other != ColorChoice::Never,
        }
    }

    /// Shows a result to a person: through a pager if it is longer than the screen.
    pub(super) fn show(self, text: &str) -> Result<(), Failure> {
        if self.paged && pager::is_needed(text) && pager::show(text, self.is_colored()) {
            return Ok(());
        }
        self.print(text)
    }

    /// Whether progress can be drawn.
    pub(super) fn shows_progress(self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Writes a result, and at once: whoever reads a pipe may be waiting for it.
    pub(super) fn print(self, text: &str) -> Result<(), Failure> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.color);
        stream
            .write_all(text.as_bytes())
            .and_then(|()| stream.flush())
            .map_err(Failure::from_output)
    }

    /// Tells something by the way.
    pub(super) fn note(self, text: &str) {
        if !self.quiet {
            self.tell(text);
        }
    }

    /// Warns of something that goes on all the same.
    pub(super) fn warn(self, what: &dyn Localized) {
        let label = self.locale.pick("警告：", "warning: ");
        let style = AnsiColor::Yellow.on_default().bold();
        let text = self.labelled(label, style, &what.message(self.locale));
        self.note(&(text + &self.hint(what.hint(self.locale))));
    }

    /// Says why the command stops.
    pub(super) fn fail(self, error: &dyn Told) {
        self.tell(&self.error(&chain(error, self.locale), error.hint(self.locale)));
    }

    /// An error in our shape: one line, and one for the next step.
    pub(super) fn error(self, message: &str, hint: Option<String>) -> String {
        let label = self.locale.pick("错误：", "error: ");
        let style = AnsiColor::Red.on_default().bold();
        self.labelled(label, style, message) + &self.hint(hint)
    }

    /// The line for the next step; empty without one.
    pub(super) fn hint(self, hint: Option<String>) -> String {
        let label = self.locale.pick("提示：", "hint: ");
        let style = AnsiColor::Cyan.on_default();
        hint.map(|hint| self.labelled(label, style, &hint))
            .unwrap_or_default()
    }

    /// Writes to standard error, whatever comes of it: there is nobody left to tell that it failed.
    pub(super) fn tell(self, text: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.color);
        let _ = stream.write_all(text.as_bytes());
    }

    fn labelled(self, label: &str, style: Style, text: &str) -> String {
        // A file's name, a server's words: whatever is told, it gives the terminal no commands.
        let text = printable(text);
        format!("{style}{label}{style:#}{text}\n")
    }
}
