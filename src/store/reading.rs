//! Reading what was kept: votes with the questions they are about, and counts.

use std::path::Path;

use rusqlite::{Connection, Row};
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{FILE, StoreError, database};

/// Which votes and questions are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// From then on.
    pub since: Option<OffsetDateTime>,
    /// Of this knowledge base alone.
    pub kb: Option<String>,
}

impl Selection {
    /// For `?1` and `?2` of a query: a time, and a name or nothing.
    fn parameters(&self) -> (i64, Option<&str>) {
        let since = self.since.map_or(i64::MIN, |time| {
            i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
        });
        (since, self.kb.as_deref())
    }
}

/// A vote as `jida feedback export` gives it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeedbackRecord {
    /// When it was given, or changed for the last time: RFC 3339, UTC.
    pub time: String,
    /// The reply's name.
    pub query_id: String,
    /// The knowledge base that replied. `None` if the vote is older than this note.
    pub kb: Option<String>,
    /// The entry that is meant.
    pub entry_id: Option<String>,
    /// `up` or `down`.
    pub value: String,
    /// Why.
    pub reason: Option<String>,
    /// The question that was replied to, where it was kept.
    pub asked: Option<AskedThen>,
}

/// A question that was kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AskedThen {
    /// When: RFC 3339, UTC.
    pub time: String,
    /// The question without what looked like personal data.
    pub question: String,
    /// A follow-up as it was understood.
    pub interpreted: Option<String>,
    /// The decision, where one was made.
    pub decision: Option<String>,
    /// The first entry found.
    pub entry_id: Option<String>,
    /// How sure we were of it.
    pub confidence: Option<f64>,
}

/// Votes, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Votes for.
    pub up: u64,
    /// Votes against.
    pub down: u64,
    /// The reasons given most often, most first.
    pub reasons: Vec<ReasonCount>,
    /// The entries with most votes against them, most first.
    pub entries: Vec<EntryVotes>,
}

/// How often a reason was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonCount {
    /// The reason.
    pub reason: String,
    /// How often.
    pub count: u64,
}

/// The votes on one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryVotes {
    /// The knowledge base that holds the entry, where that was kept.
    pub kb: Option<String>,
    /// The entry's id.
    pub entry_id: String,
    /// Votes for.
    pub up: u64,
    /// Votes against.
    pub down: u64,
}

/// A question that got no answer, however often it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnansweredQuestion {
    /// The knowledge base that was asked, where that was kept.
    pub kb: Option<String>,
    /// The question without what looked like personal data.
    pub question: String,
    /// How often it was asked.
    pub count: u64,
    /// When for the last time: RFC 3339, UTC.
    pub last: String,
    /// What was decided then: `no_answer` or `clarify`.
    pub decision: String,
    /// The entry that came nearest then.
    pub entry_id: Option<String>,
}

/// Gives every selected vote in `folder`'s database to `take`, in the order in which they first came,
/// until it fails.
///
/// # Errors
/// [`StoreError`], turned into `take`'s own kind of error, if the database can't be read.
pub fn export<E: From<StoreError>>(
    folder: &Path,
    selection: &Selection,
    mut take: impl FnMut(FeedbackRecord) -> Result<(), E>,
) -> Result<(), E> {
    let path = folder.join(FILE);
    let failed = |error| StoreError::of(&path, error);
    let connection = database::open_for_reading(&path)?;
    let mut statement = connection
        .prepare(
            "SELECT v.time, v.query_id, v.entry_id, v.value, v.reason,
                    q.time, q.question, q.interpreted, q.decision, q.entry_id, q.confidence, v.kb
             FROM votes v LEFT JOIN questions q ON q.query_id = v.query_id
             WHERE v.time >= ?1 AND (?2 IS NULL OR v.kb = ?2) ORDER BY v.seq",
        )
        .map_err(failed)?;
    let mut rows = statement.query(selection.parameters()).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        take(record(row).map_err(failed)?)?;
    }
    Ok(())
}

fn record(row: &Row<'_>) -> rusqlite::Result<FeedbackRecord> {
    let asked = match row.get::<_, Option<i64>>(5)? {
        Some(time) => Some(AskedThen {
            time: shown(time),
            question: row.get(6)?,
            interpreted: row.get(7)?,
            decision: row.get(8)?,
            entry_id: row.get(9)?,
            confidence: row.get(10)?,
        }),
        None => None,
    };
    Ok(FeedbackRecord {
        time: shown(row.get(0)?),
        query_id: row.get(1)?,
        kb: row.get(11)?,
        entry_id: row.get(2)?,
        value: row.get(3)?,
        reason: row.get(4)?,
        asked,
    })
}

/// Counts the selected votes in `folder`'s database, with at most `limit` reasons and entries.
///
/// # Errors
/// [`StoreError`] if the database can't be read.
pub fn summary(folder: &Path, selection: &Selection, limit: usize) -> Result<Summary, StoreError> {
    let path = folder.join(FILE);
    let connection = database::open_for_reading(&path)?;
    count(&connection, selection, limit).map_err(|error| StoreError::of(&path, error))
}

fn count(
    connection: &Connection,
    selection: &Selection,
    limit: usize,
) -> rusqlite::Result<Summary> {
    let (since, kb) = selection.parameters();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (up, down) = connection.query_row(
        "SELECT count(*) FILTER (WHERE value = 'up'), count(*) FILTER (WHERE value = 'down')
         FROM votes WHERE time >= ?1 AND (?2 IS NULL OR kb = ?2)",
        (since, kb),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut reasons = connection.prepare(
        "SELECT reason, count(*) FROM votes
         WHERE time >= ?1 AND (?2 IS NULL OR kb = ?2) AND reason IS NOT NULL
         GROUP BY reason ORDER BY count(*) DESC, reason LIMIT ?3",
    )?;
    let reasons = reasons.query_map((since, kb, limit), |row| {
        Ok(ReasonCount {
            reason: row.get(0)?,
            count: row.get(1)?,
        })
    })?;
    let mut entries = connection.prepare(
        // A vote that names no entry is about the one that answered, where that was kept.
        "SELECT coalesce(v.entry_id, q.entry_id) AS entry,
                count(*) FILTER (WHERE value = 'up') AS up,
                count(*) FILTER (WHERE value = 'down') AS down, v.kb
         FROM votes v
         LEFT JOIN questions q ON q.query_id = v.query_id AND q.decision = 'answered'
         WHERE v.time >= ?1 AND (?2 IS NULL OR v.kb = ?2) AND entry IS NOT NULL
         GROUP BY v.kb, entry HAVING down > 0 ORDER BY down DESC, up, entry, v.kb LIMIT ?3",
    )?;
    let entries = entries.query_map((since, kb, limit), |row| {
        Ok(EntryVotes {
            entry_id: row.get(0)?,
            up: row.get(1)?,
            down: row.get(2)?,
            kb: row.get(3)?,
        })
    })?;
    Ok(Summary {
        up,
        down,
        reasons: reasons.collect::<rusqlite::Result<_>>()?,
        entries: entries.collect::<rusqlite::Result<_>>()?,
    })
}

/// The selected questions in `folder`'s database that got no answer, those asked most first, then those asked
/// last. A follow-up counts as it was understood.
///
/// # Errors
/// [`StoreError`] if the database can't be read.
pub fn unanswered(
    folder: &Path,
    selection: &Selection,
) -> Result<Vec<UnansweredQuestion>, StoreError> {
    let path = folder.join(FILE);
    let failed = |error| StoreError::of(&path, error);
    let connection = database::open_for_reading(&path)?;
    // Beside `max`, columns are those of the row that has it.
    let mut statement = connection
        .prepare(
            "SELECT trim(coalesce(interpreted, question)) AS text, count(*), max(time), decision, entry_id, kb
             FROM questions
             WHERE time >= ?1 AND (?2 IS NULL OR kb = ?2) AND decision IN ('no_answer', 'clarify')
             GROUP BY kb, text ORDER BY count(*) DESC, max(time) DESC, text",
        )
        .map_err(failed)?;
    let rows = statement
        .query_map(selection.parameters(), |row| {
            Ok(UnansweredQuestion {
                question: row.get(0)?,
                count: row.get(1)?,
                last: shown(row.get(2)?),
                decision: row.get(3)?,
                entry_id: row.get(4)?,
                kb: row.get(5)?,
            })
        })
        .map_err(failed)?;
    rows.collect::<rusqlite::Result<_>>().map_err(failed)
}

/// The ids of the entries of a knowledge base that answered most often, most first; of equal ones, the one asked
/// last. Questions from before it was kept whom they were put to count for all.
pub(super) fn most_asked(path: &Path, kb: &str, limit: usize) -> Result<Vec<String>, StoreError> {
    let failed = |error| StoreError::of(path, error);
    let connection = database::open_for_reading(path)?;
    let mut statement = connection
        .prepare(
            "SELECT entry_id FROM questions
             WHERE decision = 'answered' AND entry_id IS NOT NULL AND (kb = ?1 OR kb IS NULL)
             GROUP BY entry_id ORDER BY count(*) DESC, max(seq) DESC LIMIT ?2",
        )
        .map_err(failed)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let ids = statement
        .query_map((kb, limit), |row| row.get(0))
        .map_err(failed)?;
    ids.collect::<rusqlite::Result<_>>().map_err(failed)
}

/// A time as people and programs read it.
fn shown(milliseconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}
