//! Readying the index of a server: the one there is if it is whole and of its corpus, else one built for it.

use std::path::Path;
use std::time::Duration;

use jida::corpus::Corpus;
use jida::index::{Index, IndexError, IndexLocation, Standing};
use jida::locale::{Locale, Localized};
use jida::search::Searcher;
use jida::semantic::Language;

use super::failure::{CommandError, Failure, Told, chain};
use super::terminal::Terminal;
use super::{open, origin};
use crate::config::Config;

/// A generation that can answer, and how many oddities its build told of, if it was built now.
pub(super) struct Prepared {
    pub(super) searcher: Searcher,
    pub(super) problems: Option<usize>,
    /// Why it is one from before.
    pub(super) failed: Option<BuildFailed>,
}

/// Why there is no newer index, in words.
#[derive(Debug)]
pub(super) struct BuildFailed {
    pub(super) detail: String,
    pub(super) hint: Option<String>,
}

impl BuildFailed {
    pub(super) fn of(error: &dyn Told, locale: Locale) -> BuildFailed {
        BuildFailed {
            detail: chain(error, locale),
            hint: error.hint(locale),
        }
    }
}

/// How often to look whether another process has finished its build.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Opens the index; builds it first if it is missing, stale or damaged. Of a damaged one the generation before
/// answers `meanwhile`, and so does what there is while another process builds.
pub(super) fn prepare(
    config: &Config,
    location: &IndexLocation,
    language: &Language,
    terminal: Terminal,
    meanwhile: &dyn Fn(Searcher),
) -> Result<Prepared, Failure> {
    let folder = origin::corpus_folder(config);
    let searcher = |opened| Searcher::new(opened, language.clone(), config.search.clone());
    let prepared = |opened, problems| Prepared {
        searcher: searcher(opened),
        problems,
        failed: None,
    };
    let mut waited = false;
    loop {
        let corpus = Corpus::open(&folder, config.corpus_limits.clone())?;
        let opened = Index::open_whole(location, language);
        let opened = match opened {
            Ok(opened) => match open::standing(&opened, &corpus, language) {
                Standing::Fresh => return Ok(prepared(opened, None)),
                Standing::Held => {
                    warn(&held_back(location, &folder), terminal);
                    return Ok(prepared(opened, None));
                }
                // A folder that was emptied is rather one that went missing for a while.
                Standing::Behind if corpus.file_count() == 0 && !opened.is_empty() => {
                    let emptied = CommandError::EmptiedCorpus { corpus: folder };
                    let failed = BuildFailed::of(&emptied, terminal.locale);
                    warn(&emptied, terminal);
                    return Ok(Prepared {
                        failed: Some(failed),
                        ..prepared(opened, None)
                    });
                }
                Standing::Behind => Some(opened),
            },
            Err(IndexError::Missing { .. }) => None,
            // Nothing is wrong with an index that can't be reached, or put down here: to build would undo what others did.
            Err(error @ IndexError::Write { .. }) => return Err(error.into()),
            Err(error) if error.is_passing() => return Err(error.into()),
            Err(error) if !waited => {
                warn(&error, terminal);
                if let Some(spare) = Index::open_spare(location, language) {
                    let generation = spare.name();
                    tracing::warn!(
                        generation,
                        "an earlier generation answers while the index is built"
                    );
                    meanwhile(searcher(spare));
                }
                None
            }
            Err(_) => None,
        };
        tracing::info!(corpus = %folder.display(), "building the index");
        match super::index::build(&corpus, location, language, terminal) {
            Ok(report) => {
                origin::remember(&folder, config);
                for problem in &report.problems {
                    let line = problem.line.unwrap_or(0);
                    let message = problem.message(terminal.locale);
                    tracing::warn!(file = problem.file, line, "{message}");
                }
                let opened = Index::open(location, language)?;
                return Ok(prepared(opened, Some(report.problems.len())));
            }
            Err(failure) if failure.is_locked() => {
                if !waited {
                    tracing::warn!("another process is building this index; waiting for it");
                    opened
                        .into_iter()
                        .for_each(|opened| meanwhile(searcher(opened)));
                }
                waited = true;
                std::thread::sleep(LOOK_AGAIN);
            }
            Err(failure) => {
                let (opened, failed) = from_before(failure, location, language, terminal)?;
                return Ok(Prepared {
                    failed: Some(failed),
                    ..prepared(opened, None)
                });
            }
        }
    }
}

fn held_back(location: &IndexLocation, corpus: &Path) -> CommandError {
    CommandError::HeldBack {
        index: location.shown(),
        corpus: corpus.to_owned(),
    }
}

/// Logs what goes on all the same, with the next step.
fn warn(what: &dyn Told, terminal: Terminal) {
    let hint = what.hint(terminal.locale);
    tracing::warn!(hint, "{}", chain(what, terminal.locale));
}

/// The index from before, where a new one can't be built: an answer of yesterday is better than none.
fn from_before(
    failure: Failure,
    location: &IndexLocation,
    language: &Language,
    terminal: Terminal,
) -> Result<(Index, BuildFailed), Failure> {
    let opened = Index::open_whole(location, language).ok();
    let opened = opened.or_else(|| Index::open_spare(location, language));
    match (opened, &failure) {
        (Some(opened), Failure::Told(error)) => {
            let generation = opened.name();
            let failed = BuildFailed::of(error.as_ref(), terminal.locale);
            tracing::warn!(
                error = failed.detail,
                hint = failed.hint,
                generation,
                "the build failed; the index from before answers"
            );
            Ok((opened, failed))
        }
        _ => Err(failure),
    }
}
