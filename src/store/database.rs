//! The database's shape, and opening it so that whatever is wrong is found at once.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::StoreError;

/// Marks a database as ours: "jida" in ASCII.
pub(super) const APPLICATION_ID: i32 = 0x6a69_6461;

/// What leads from one version of the shape to the next; never changed, only added to.
pub(super) const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE votes (
        seq      INTEGER PRIMARY KEY,
        query_id TEXT NOT NULL UNIQUE,
        entry_id TEXT,
        value    TEXT NOT NULL CHECK (value IN ('up', 'down')),
        reason   TEXT,
        time     INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE questions (
        seq         INTEGER PRIMARY KEY,
        query_id    TEXT NOT NULL UNIQUE,
        time        INTEGER NOT NULL,
        question    TEXT NOT NULL,
        interpreted TEXT,
        decision    TEXT,
        entry_id    TEXT,
        confidence  REAL
    ) STRICT;
    CREATE INDEX questions_by_entry ON questions (decision, entry_id);
",
    "
    ALTER TABLE votes ADD COLUMN kb TEXT;
    ALTER TABLE questions ADD COLUMN kb TEXT;
    DROP INDEX questions_by_entry;
    CREATE INDEX questions_by_entry ON questions (decision, kb, entry_id);
",
];

/// How long to wait for another process that is writing.
const BUSY: Duration = Duration::from_secs(3);
/// How often to try to turn on the write-ahead log: SQLite does not wait there.
const WAL_ATTEMPTS: u32 = 60;

/// Opens a database for writing, and makes it or brings it up to date if need be.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    let failed = |error| StoreError::of(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    check_owner(&connection, path)?;
    turn_on_wal(&connection).map_err(failed)?;
    // A vote that was acknowledged survives even a power cut.
    connection
        .pragma_update(None, "synchronous", "FULL")
        .map_err(failed)?;
    // A question that was dropped is gone from the file, too.
    connection
        .pragma_update_and_check(None, "secure_delete", "FAST", |_| Ok(()))
        .map_err(failed)?;
    migrate(&mut connection, path)?;
    Ok(connection)
}

/// Opens a database for reading, while others may write to it. One of an older shape is brought up to date first.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing {
            path: path.to_owned(),
        });
    }
    let failed = |error| StoreError::of(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    check_owner(&connection, path)?;
    match version(&connection).map_err(failed)? {
        0 => Err(StoreError::Missing {
            path: path.to_owned(),
        }),
        found if found < MIGRATIONS.len() => {
            open(path)?;
            Ok(connection)
        }
        _ => Ok(connection),
    }
}

/// Refuses what is no database of ours, or one that a newer version has written.
fn check_owner(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |error| StoreError::of(path, error);
    let count = |row: &rusqlite::Row<'_>| row.get::<_, u32>(0);
    let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], count);
    let tables = tables.map_err(failed)?;
    let application: i32 = connection
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(failed)?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(StoreError::Foreign {
            path: path.to_owned(),
        });
    }
    let found = version(connection).map_err(failed)?;
    let known = MIGRATIONS.len();
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(())
}

fn version(connection: &Connection) -> rusqlite::Result<usize> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Another process that opens the same new database is in the way for a moment only.
fn turn_on_wal(connection: &Connection) -> rusqlite::Result<()> {
    let mut attempt = 0;
    loop {
        let turned = connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()));
        match turned {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && attempt < WAL_ATTEMPTS =>
            {
                attempt += 1;
                std::thread::sleep(BUSY / WAL_ATTEMPTS);
            }
            done => return done,
        }
    }
}

/// Begins by taking the right to write, so that a database that can't be written is found here.
fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |error| StoreError::of(path, error);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    // Another process may have been faster.
    check_owner(&transaction, path)?;
    let found = version(&transaction).map_err(failed)?;
    if found < MIGRATIONS.len() {
        for statements in &MIGRATIONS[found..] {
            transaction.execute_batch(statements).map_err(failed)?;
        }
        transaction
            .pragma_update(None, "application_id", APPLICATION_ID)
            .map_err(failed)?;
        transaction
            .pragma_update(None, "user_version", MIGRATIONS.len())
            .map_err(failed)?;
    }
    transaction.commit().map_err(failed)
}
