//! A server whose index is in a cluster serves what is published there, whoever built it: many servers need nothing
//! but the cluster to agree.

use std::time::Duration;

use jida::corpus::Corpus;
use jida::index::{Index, IndexError, IndexLocation, Standing};
use jida::locale::Localized;
use jida::semantic::Language;
use jida::serve::{ReloadOrder, State};
use tokio::sync::mpsc;

use super::failure::{CommandError, Failure, chain};
use super::terminal::Terminal;
use super::{open, origin};
use crate::config::Config;

/// How often to look whether something else was published.
const EVERY: Duration = Duration::from_secs(1);

/// Opens what serves in the cluster, which is waited for; nothing if nothing was ever published. That it is behind
/// the corpus here is told, no more: who builds is the owner's choice, or two servers with two states of a
/// corpus would build for ever. For the same reason only a server that begins, and so has nothing else to answer from,
/// `may_build` where what serves is damaged or another version's: nothing is opened then, if there is a corpus here.
pub(super) fn open(
    config: &Config,
    location: &IndexLocation,
    language: &Language,
    terminal: Terminal,
    may_build: bool,
) -> Result<Option<Index>, Failure> {
    let mut told = false;
    loop {
        match Index::open_whole(location, language) {
            Ok(opened) => {
                if is_behind(&opened, config, language) {
                    let corpus = origin::corpus_folder(config);
                    let index = location.shown();
                    let stale = CommandError::StaleIndex { index, corpus };
                    let hint = stale.hint(terminal.locale);
                    tracing::warn!(hint, "{}", chain(&stale, terminal.locale));
                }
                return Ok(Some(opened));
            }
            Err(IndexError::Missing { .. }) => return Ok(None),
            Err(error) if error.is_passing() => {
                if !told {
                    let hint = error.hint(terminal.locale);
                    let error = error.message(terminal.locale);
                    tracing::warn!(error, hint, "waiting for the cluster");
                }
                told = true;
                std::thread::sleep(EVERY);
            }
            Err(error) if may_build && error.cured_by_rebuild() && corpus(config).is_some() => {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// The corpus here, if there is one that holds anything.
fn corpus(config: &Config) -> Option<Corpus> {
    let folder = origin::corpus_folder(config);
    let corpus = folder
        .is_dir()
        .then(|| Corpus::open(&folder, config.corpus_limits.clone()).ok());
    corpus.flatten().filter(|corpus| corpus.file_count() > 0)
}

fn is_behind(opened: &Index, config: &Config, language: &Language) -> bool {
    corpus(config)
        .is_some_and(|corpus| open::standing(opened, &corpus, language) == Standing::Behind)
}

/// Looks every second, until nobody takes orders any more, what the cluster serves: orders that it be opened if it is
/// something else, and tells the server whether the cluster can be searched.
pub(super) fn watch(
    kb: String,
    location: IndexLocation,
    state: State,
    orders: mpsc::Sender<ReloadOrder>,
) {
    let look = move || {
        while !orders.is_closed() {
            std::thread::sleep(EVERY);
            match look_at(&kb, &location, &state, &orders) {
                Ok(()) => {
                    if state.reaches(&kb, true) {
                        tracing::info!(kb, "the cluster answers again");
                    }
                }
                Err(error) if error.is_passing() => {
                    if state.reaches(&kb, false) {
                        tracing::warn!(kb, %error, "the cluster can't be searched");
                    }
                }
                Err(error) => tracing::warn!(kb, %error, "can't tell what the cluster serves"),
            }
        }
    };
    let started = std::thread::Builder::new()
        .name("follow".to_owned())
        .spawn(look);
    if let Err(error) = started {
        tracing::error!(%error, "can't follow the cluster");
    }
}

/// Orders that what the cluster serves be opened, if something else serves here; and looks whether that which serves
/// here can be searched: the alias is known to every node, and says nothing of it.
fn look_at(
    kb: &str,
    location: &IndexLocation,
    state: &State,
    orders: &mpsc::Sender<ReloadOrder>,
) -> Result<(), IndexError> {
    let name = location.current_name()?;
    let present = state.present(kb);
    let serves = present.as_ref().map(|present| present.index().name());
    if serves != Some(&name) {
        // A full queue has this order already, most likely.
        let _ = orders.try_send(ReloadOrder::published(kb.to_owned()));
    }
    match serves.map(|serves| location.check_searchable(serves)) {
        // Removed because it serves no more: what serves instead is on its way.
        Some(Err(IndexError::NoSuchGeneration { .. })) if serves != Some(&name) => Ok(()),
        checked => checked.unwrap_or(Ok(())),
    }
}
