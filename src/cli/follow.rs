//! A server whose index is in a cluster serves what is published there, whoever built it: many servers need nothing
//! but the cluster to agree.

use std::time::{Duration, Instant};

use jida::corpus::Corpus;
use jida::index::{Index, IndexError, IndexLocation, Standing};
use jida::locale::{Locale, Localized};
use jida::semantic::Language;
use jida::serve::{ReloadOrder, State};
use tokio::sync::mpsc;

use super::failure::{CommandError, Failure, chain};
use super::terminal::Terminal;
use super::{open, origin};
use crate::config::Config;

/// How often to look whether something else was published.
const EVERY: Duration = Duration::from_secs(1);
/// How long to wait at most before a generation that could not be opened is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Opens what serves in the cluster; nothing if nothing was ever published. That it is behind the corpus here is told,
/// no more: who builds is the owner's choice, or two servers with two states of a corpus would build for ever. For the
/// same reason only a server that begins, and so has nothing else to answer from, `may_build` where what serves is damaged
/// or another version's: nothing is opened then, if there is a corpus here.
///
/// # Errors
/// Why it can't be opened; [`watch`] orders it again.
pub(super) fn open(
    config: &Config,
    location: &IndexLocation,
    language: &Language,
    terminal: Terminal,
    may_build: bool,
) -> Result<Option<Index>, Failure> {
    let opened = match Index::open_whole(location, language) {
        Ok(opened) => opened,
        Err(IndexError::Missing { .. }) => return Ok(None),
        Err(error) if may_build && error.cured_by_rebuild() && corpus(config).is_some() => {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    if is_behind(&opened, config, language) {
        let corpus = origin::corpus_folder(config);
        let index = location.shown();
        let stale = CommandError::StaleIndex { index, corpus };
        let hint = stale.hint(terminal.locale);
        tracing::warn!(hint, "{}", chain(&stale, terminal.locale));
    }
    Ok(Some(opened))
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
/// something else, and tells the server whether what it answers from can be asked.
pub(super) fn watch(
    kb: String,
    location: IndexLocation,
    state: State,
    orders: mpsc::Sender<ReloadOrder>,
    locale: Locale,
) {
    let look = move || {
        let mut follower = Follower {
            kb,
            state,
            locale,
            ordered: None,
            told: None,
        };
        while !orders.is_closed() {
            std::thread::sleep(EVERY);
            if follower.look(&location) {
                // A full queue has this order already, most likely.
                let _ = orders.try_send(ReloadOrder::published(follower.kb.clone()));
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

/// What a look at the cluster must remember of those before.
struct Follower {
    kb: String,
    state: State,
    locale: Locale,
    /// The generation that was last ordered to be opened, when, and how long until it is ordered again if it does not
    /// come to answer: one that this program can't read is not fetched every second.
    ordered: Option<(String, Instant, Duration)>,
    /// What is wrong, so that it is told once.
    told: Option<String>,
}

impl Follower {
    /// Whether something is to be opened.
    fn look(&mut self, location: &IndexLocation) -> bool {
        let current = location.current_name();
        let present = self.state.present(&self.kb);
        let asked = present.as_ref().map(|present| present.index().answers());
        let answers = match &asked {
            Some(answers) => answers.as_ref().map(|_| ()),
            // Nothing answers yet, so all there is to reach is the cluster.
            None => current.as_ref().map(|_| ()).or_else(is_nothing_there),
        };
        let looked = match &present {
            Some(_) => current.as_ref().map(|_| ()),
            None => answers,
        };
        let problem = answers.err().or(looked.err());
        let problem = problem.map(|error| (error.message(self.locale), error.hint(self.locale)));
        if self.state.reaches(&self.kb, answers.is_ok()) && answers.is_ok() {
            tracing::info!(kb = self.kb, "the cluster answers again");
        }
        let told = problem.as_ref().map(|(error, _)| error.clone());
        if let Some((error, hint)) = problem.filter(|_| told != self.told) {
            let kb = &self.kb;
            match answers {
                Err(_) => tracing::warn!(kb, error, hint, "the cluster can't be searched"),
                Ok(()) => tracing::warn!(kb, error, hint, "can't tell what the cluster serves"),
            }
        }
        self.told = told;
        let served = present.as_ref().map(|present| present.index().name());
        match current {
            Ok(name) if served != Some(name.as_str()) => self.is_time_for(name),
            // The cluster was away when this server began, and is empty: then it is for whoever has a corpus to build.
            Err(IndexError::Missing { .. }) if present.is_none() => self.is_time_for(String::new()),
            _ => {
                self.ordered = None;
                false
            }
        }
    }

    fn is_time_for(&mut self, name: String) -> bool {
        let wait = match &self.ordered {
            Some((ordered, at, wait)) if *ordered == name => {
                if at.elapsed() < *wait {
                    return false;
                }
                (*wait * 2).min(LONGEST_WAIT)
            }
            _ => EVERY * 2,
        };
        self.ordered = Some((name, Instant::now(), wait));
        true
    }
}

/// That nothing was published yet is no fault of the cluster.
fn is_nothing_there(error: &IndexError) -> Result<(), &IndexError> {
    match error {
        IndexError::Missing { .. } => Ok(()),
        error => Err(error),
    }
}
