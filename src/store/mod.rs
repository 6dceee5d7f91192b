//! What people say about the answers, kept on disk: their votes and, where the owner asked for it, their
//! questions.
//!
//! One SQLite database in a folder of its own. All writing is done by one thread (`writer`), which takes what
//! has come in meanwhile into one transaction; callers wait for it at most where they need to know that a vote
//! is safe. Several processes may have the same database open. Reading (`reading`) opens a connection of its
//! own. Nothing here knows what a question means.

mod database;
mod error;
mod reading;
mod redact;
#[cfg(test)]
mod tests;
mod writer;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::sync::oneshot;
use utoipa::ToSchema;

pub use error::StoreError;
pub use reading::{
    AskedThen, EntryVotes, FeedbackRecord, ReasonCount, Selection, Summary, UnansweredQuestion,
    export, summary, unanswered,
};
pub use redact::redact;

use writer::Task;

/// The database's name in its folder.
const FILE: &str = "jida.sqlite3";

/// Votes and questions that wait to be written. More are turned away: a disk that can't keep up must not fill
/// the memory.
const QUEUE: usize = 1024;

/// For so long the most asked entries are taken from memory.
const ASKED_FRESH: Duration = Duration::from_secs(60);

/// Entries that [`Store::most_asked`] knows at most.
const ASKED_LIMIT: usize = 100;

/// What is kept, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Votes that are kept; of more the oldest go.
    pub max_votes: u64,
    /// Whether questions are kept too.
    pub log_questions: bool,
    /// Questions that are kept; of more the oldest go.
    pub max_questions: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            max_votes: 100_000,
            log_questions: false,
            max_questions: 100_000,
        }
    }
}

/// Whether a reply helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum VoteValue {
    /// It did.
    Up,
    /// It did not.
    Down,
}

/// What somebody says about a reply. A later vote about the same reply takes the place of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The reply's name.
    pub query_id: String,
    /// The knowledge base that replied.
    pub kb: String,
    /// The entry that is meant.
    pub entry_id: Option<String>,
    /// Whether it helped.
    pub value: VoteValue,
    /// Why.
    pub reason: Option<String>,
}

/// A question and what came of it. What looks like personal data is taken out before it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The reply's name.
    pub query_id: String,
    /// The knowledge base that was asked.
    pub kb: String,
    /// As it was asked.
    pub question: String,
    /// A follow-up as it was understood.
    pub interpreted: Option<String>,
    /// The decision's name, where one was made.
    pub decision: Option<String>,
    /// The first entry found.
    pub entry_id: Option<String>,
    /// How sure we were of it.
    pub confidence: Option<f64>,
}

/// An open store. It is closed by [`Store::close`], or when it is dropped.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    log_questions: bool,
    tasks: SyncSender<Task>,
    writer: Mutex<Option<JoinHandle<()>>>,
    /// By knowledge base.
    asked: Mutex<HashMap<String, AskedLately>>,
}

/// The entries asked most, and when they were read.
type AskedLately = (Option<Instant>, Vec<String>);

impl Store {
    /// Opens the database in `folder`, which is made if need be.
    ///
    /// # Errors
    /// [`StoreError`] if the folder can't be written, or holds what this version can't use.
    pub fn open(folder: &Path, settings: &Settings) -> Result<Store, StoreError> {
        make_folder(folder).map_err(|source| StoreError::folder(folder, source))?;
        let path = folder.join(FILE);
        let connection = database::open(&path)?;
        let (tasks, waiting) = sync_channel(QUEUE);
        let for_writer = (path.clone(), settings.clone());
        let writer = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || {
                let (path, settings) = for_writer;
                writer::run(connection, &path, &settings, &waiting);
            })
            .map_err(|source| StoreError::folder(folder, source))?;
        Ok(Store {
            path,
            log_questions: settings.log_questions,
            tasks,
            writer: Mutex::new(Some(writer)),
            asked: Mutex::default(),
        })
    }

    /// Keeps a vote. When this returns, it survives a crash.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be written, or too many wait already.
    pub async fn vote(&self, vote: Vote) -> Result<(), StoreError> {
        let (done, written) = oneshot::channel();
        self.tasks
            .try_send(Task::Vote(vote, now(), done))
            .map_err(|error| match error {
                TrySendError::Full(_) => StoreError::Busy,
                TrySendError::Disconnected(_) => StoreError::Closed,
            })?;
        written.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Whether [`Store::log`] keeps anything.
    pub fn logs_questions(&self) -> bool {
        self.log_questions
    }

    /// Keeps a question if the owner asked for it. Never waits and never fails: where there is no room, the
    /// question is forgotten.
    pub fn log(&self, question: Question) {
        if self.log_questions {
            let _ = self.tasks.try_send(Task::Question(question, now()));
        }
    }

    /// The ids of the entries of a knowledge base that answered most often, most first; empty where no questions
    /// are kept. May be a minute old.
    ///
    /// # Errors
    /// [`StoreError`] if the database can't be read.
    pub fn most_asked(&self, kb: &str) -> Result<Vec<String>, StoreError> {
        if !self.log_questions {
            return Ok(Vec::new());
        }
        let asked = || self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut asked = asked();
            let (since, ids) = asked.entry(kb.to_owned()).or_default();
            if since.is_some_and(|since| since.elapsed() < ASKED_FRESH) {
                return Ok(ids.clone());
            }
            // One reads; the others take what was read before, also where the database keeps failing.
            *since = Some(Instant::now());
        }
        let ids = reading::most_asked(&self.path, kb, ASKED_LIMIT)?;
        asked().insert(kb.to_owned(), (Some(Instant::now()), ids.clone()));
        Ok(ids)
    }

    /// Writes what waits and closes the database. Nothing is kept from then on.
    pub fn close(&self) {
        let writer = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writer) = writer {
            // Both fail only if the thread has ended already.
            let _ = self.tasks.send(Task::Close);
            let _ = writer.join();
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}

/// Milliseconds since 1970, UTC.
fn now() -> i64 {
    i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

/// Makes the folder for its owner alone: what people write is nobody else's business.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
