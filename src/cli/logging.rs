//! The log: lines on standard error, text for people, JSON for machines.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use anstream::{AutoStream, ColorChoice};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{Log, LogFormat};

/// Whether log lines are text.
pub(super) fn is_text(log: &Log) -> bool {
    match log.format {
        LogFormat::Text => true,
        LogFormat::Json => false,
        LogFormat::Auto => io::stderr().is_terminal(),
    }
}

/// Lines that wait for a slow reader, one to two megabytes of them; further ones are lost.
const WAITING_LINES: usize = 4096;

/// Sends what the library and its parts tell to standard error.
pub(super) fn install(log: &Log, color: ColorChoice) {
    install_with(log, color, io::stderr);
}

/// The same for a program that must never wait for whoever reads its log: lines are written by a thread of their own
/// until what this returns is dropped.
pub(super) fn install_for_service(log: &Log, color: ColorChoice) -> Lines {
    let lost = Arc::new(Lost::default());
    let writer = Telling(Arc::clone(&lost));
    let (lines, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(WAITING_LINES)
        .thread_name("log")
        .finish(writer);
    // The counter is there only after the writer that tells of it.
    let _ = lost.counter.set(lines.error_counter());
    install_with(log, color, lines);
    Lines {
        guard: Some(guard),
        lost,
    }
}

fn install_with<W>(log: &Log, color: ColorChoice, writer: W)
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let colored = match color {
        ColorChoice::Auto => AutoStream::choice(&io::stderr()) != ColorChoice::Never,
        other => other != ColorChoice::Never,
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(&log.level))
        .with_writer(writer);
    if is_text(log) {
        builder.with_ansi(colored).init();
    } else {
        // The list of spans would tell the request, of which there is but one, a second time.
        let builder = builder.json().flatten_event(true);
        builder.with_span_list(false).init();
    }
}

/// The thread that writes the log. Dropped, it has written what was told, unless nobody reads it.
#[derive(Debug)]
pub(super) struct Lines {
    guard: Option<WorkerGuard>,
    lost: Arc<Lost>,
}

impl Drop for Lines {
    fn drop(&mut self) {
        let guard = self.guard.take();
        if self.lost.untold().is_some() {
            // Nobody reads: the guard would wait in vain, and say so on standard output.
            std::mem::forget(guard);
        }
    }
}

/// How many lines were lost.
#[derive(Debug, Default)]
struct Lost {
    counter: OnceLock<ErrorCounter>,
    told: AtomicUsize,
}

impl Lost {
    /// The number since the start, if it has grown since it was told.
    fn untold(&self) -> Option<usize> {
        let all = self.counter.get()?.dropped_lines();
        (all > self.told.load(Ordering::Relaxed)).then_some(all)
    }
}

/// Standard error, with a word on lost lines as soon as one can be written again.
#[derive(Debug)]
struct Telling(Arc<Lost>);

impl Write for Telling {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let written = io::stderr().write(line)?;
        if let Some(lost) = self.0.untold() {
            self.0.told.store(lost, Ordering::Relaxed);
            // This line may be lost, too; then the next one tells, for the number is of all since the start.
            tracing::warn!(
                lost,
                "lines of the log were lost, for nobody read them in time"
            );
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
