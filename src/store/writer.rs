//! The one thread that writes: whatever waits goes into one transaction.

use std::path::Path;
use std::sync::mpsc::Receiver;

use rusqlite::{Connection, TransactionBehavior, named_params};
use tokio::sync::oneshot;

use super::{Question, Settings, StoreError, Vote, VoteValue, redact};

/// What goes into one transaction at most, so that nobody waits for too long.
const BATCH: usize = 256;

/// Whom a vote's writing is told.
type Done = oneshot::Sender<Result<(), StoreError>>;

/// What the thread is asked to do; numbers are times.
#[derive(Debug)]
pub(super) enum Task {
    Vote(Vote, i64, Done),
    Question(Question, i64),
    Close,
}

/// Works until told to close, or until nobody can ask for anything any more.
pub(super) fn run(
    mut connection: Connection,
    path: &Path,
    settings: &Settings,
    waiting: &Receiver<Task>,
) {
    let mut open = true;
    let mut failing = false;
    while open && let Ok(first) = waiting.recv() {
        let mut batch: Vec<Task> = std::iter::once(first)
            .chain(waiting.try_iter().take(BATCH - 1))
            .collect();
        if batch.iter().any(|task| matches!(task, Task::Close)) {
            open = false;
            // Nobody is told anything of what comes later: the thread is gone by then.
            batch.extend(waiting.try_iter());
        }
        let written =
            write(&mut connection, &batch, settings).map_err(|error| StoreError::of(path, error));
        // One line when it begins to fail, not one for each question.
        if let (Err(error), false) = (&written, failing) {
            tracing::error!(%error, "feedback and questions are not being kept");
        }
        failing = written.is_err();
        for task in batch {
            if let Task::Vote(_, _, done) = task {
                // Whoever asked may have given up.
                let _ = done.send(written.clone());
            }
        }
    }
    // Leaves a single file behind; what is still in the log would be found by the next one to open it.
    let _ = connection.pragma_query(None, "wal_checkpoint(TRUNCATE)", |_| Ok(()));
}

fn write(connection: &mut Connection, batch: &[Task], settings: &Settings) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for task in batch {
        match task {
            Task::Vote(vote, time, _) => put_vote(&transaction, vote, *time)?,
            Task::Question(question, time) => put_question(&transaction, question, *time)?,
            Task::Close => {}
        }
    }
    for (table, most) in [
        ("votes", settings.max_votes),
        ("questions", settings.max_questions),
    ] {
        // Rows are numbered without gaps, for only the oldest ever go.
        let oldest =
            format!("DELETE FROM {table} WHERE seq <= (SELECT max(seq) FROM {table}) - ?1");
        transaction.execute(&oldest, [i64::try_from(most).unwrap_or(i64::MAX)])?;
    }
    transaction.commit()
}

fn put_vote(connection: &Connection, vote: &Vote, time: i64) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO votes (query_id, kb, entry_id, value, reason, time)
         VALUES (:query_id, :kb, :entry_id, :value, :reason, :time)
         ON CONFLICT (query_id) DO UPDATE SET
             kb = excluded.kb, entry_id = excluded.entry_id, value = excluded.value,
             reason = excluded.reason, time = excluded.time",
        named_params! {
            ":query_id": vote.query_id,
            ":kb": vote.kb,
            ":entry_id": vote.entry_id,
            ":value": match vote.value {
                VoteValue::Up => "up",
                VoteValue::Down => "down",
            },
            ":reason": vote.reason,
            ":time": time,
        },
    )?;
    Ok(())
}

fn put_question(connection: &Connection, question: &Question, time: i64) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO questions
             (query_id, kb, time, question, interpreted, decision, entry_id, confidence)
         VALUES (:query_id, :kb, :time, :question, :interpreted, :decision, :entry_id, :confidence)
         ON CONFLICT (query_id) DO NOTHING",
        named_params! {
            ":query_id": question.query_id,
            ":kb": question.kb,
            ":time": time,
            ":question": redact(&question.question),
            ":interpreted": question.interpreted.as_deref().map(redact),
            ":decision": question.decision,
            ":entry_id": question.entry_id,
            ":confidence": question.confidence,
        },
    )?;
    Ok(())
}
