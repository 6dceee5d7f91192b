//! Tests of the store by itself; what a caller sees of it is tested over HTTP.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::locale::{Locale, Localized};

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

fn vote(number: u32, value: VoteValue) -> Vote {
    Vote {
        query_id: format!("{number:032x}"),
        kb: "default".to_owned(),
        entry_id: Some("a".to_owned()),
        value,
        reason: None,
    }
}

fn question(number: u32, entry: &str) -> Question {
    Question {
        query_id: format!("{number:032x}"),
        kb: "default".to_owned(),
        question: format!("问题{number}，手机13812345678"),
        interpreted: None,
        decision: Some("answered".to_owned()),
        entry_id: Some(entry.to_owned()),
        confidence: Some(0.9),
    }
}

fn exported(folder: &Path) -> Vec<FeedbackRecord> {
    let mut records = Vec::new();
    export(folder, &Selection::default(), |record| {
        records.push(record);
        Ok::<(), StoreError>(())
    })
    .expect("an export");
    records
}

#[test]
fn of_more_votes_than_are_kept_the_oldest_go_even_if_some_were_changed() {
    let folder = folder();
    let settings = Settings {
        max_votes: 3,
        ..Settings::default()
    };
    let store = Store::open(folder.path(), &settings).expect("a store");
    for number in [1, 2, 1, 1, 3, 4, 3, 5] {
        wait(store.vote(vote(number, VoteValue::Up))).expect("a vote");
    }
    let kept: Vec<String> = exported(folder.path())
        .into_iter()
        .map(|record| record.query_id)
        .collect();
    assert_eq!(kept, [3, 4, 5].map(|number| format!("{number:032x}")));
}

#[test]
fn of_more_questions_than_are_kept_the_oldest_go() {
    let folder = folder();
    let settings = Settings {
        log_questions: true,
        max_questions: 2,
        ..Settings::default()
    };
    let store = Store::open(folder.path(), &settings).expect("a store");
    for number in 1..=5 {
        store.log(question(number, "a"));
        wait(store.vote(vote(number, VoteValue::Down))).expect("a vote");
    }
    let asked: Vec<Option<String>> = exported(folder.path())
        .into_iter()
        .map(|record| record.asked.map(|asked| asked.question))
        .collect();
    let kept = |number: u32| Some(format!("问题{number}，手机[phone]"));
    assert_eq!(asked, [None, None, None, kept(4), kept(5)]);
}

#[test]
fn entries_are_counted_by_the_questions_they_answered() {
    let folder = folder();
    let settings = Settings {
        log_questions: true,
        ..Settings::default()
    };
    let store = Store::open(folder.path(), &settings).expect("a store");
    for (number, entry) in (0..).zip(["a", "b", "b", "c", "c"]) {
        store.log(question(number, entry));
    }
    store.log(Question {
        decision: Some("no_answer".to_owned()),
        ..question(9, "a")
    });
    store.close();
    assert_eq!(
        store.most_asked("default").expect("entries"),
        ["c", "b", "a"]
    );
}

#[test]
fn knowledge_bases_are_told_apart_and_what_is_older_than_that_is_kept() {
    let folder = folder();
    let settings = Settings {
        log_questions: true,
        ..Settings::default()
    };
    let path = folder.path().join(FILE);
    let old = Connection::open(&path).expect("a database");
    old.execute_batch(database::MIGRATIONS[0]).expect("tables");
    old.pragma_update(None, "application_id", database::APPLICATION_ID)
        .expect("an id");
    old.pragma_update(None, "user_version", 1)
        .expect("a version");
    old.execute_batch(
        "INSERT INTO votes (query_id, value, time) VALUES ('old', 'up', 1);
         INSERT INTO questions (query_id, time, question, decision, entry_id)
         VALUES ('old', 1, 'q', 'answered', 'old');",
    )
    .expect("rows");
    drop(old);
    assert_eq!(exported(folder.path())[0].kb, None);
    let store = Store::open(folder.path(), &settings).expect("a store");
    for (number, kb) in (0..).zip(["a", "b", "b"]) {
        let of_kb = |question| Question {
            kb: kb.to_owned(),
            ..question
        };
        store.log(of_kb(question(number, kb)));
        let vote = vote(number, VoteValue::Down);
        let vote = Vote {
            kb: kb.to_owned(),
            ..vote
        };
        wait(store.vote(vote)).expect("a vote");
    }
    assert_eq!(store.most_asked("a").expect("entries"), ["a", "old"]);
    assert_eq!(store.most_asked("b").expect("entries"), ["b", "old"]);
    let counted = |kb: Option<&str>| {
        let selection = Selection {
            kb: kb.map(str::to_owned),
            ..Selection::default()
        };
        let summary = summary(folder.path(), &selection, 9).expect("a summary");
        (summary.up, summary.down)
    };
    assert_eq!(
        [None, Some("a"), Some("b")].map(counted),
        [(1, 3), (0, 1), (0, 2)]
    );
}

#[test]
fn two_stores_on_one_database_lose_nothing() {
    let folder = folder();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let folder = folder.path().to_owned();
            std::thread::spawn(move || {
                let store = Store::open(&folder, &Settings::default()).expect("a store");
                for number in 0..50 {
                    let vote = vote(writer * 1000 + number, VoteValue::Up);
                    wait(store.vote(vote)).expect("a vote");
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().expect("no panic");
    }
    assert_eq!(exported(folder.path()).len(), 200);
}

#[test]
fn a_closed_store_leaves_one_file_and_takes_nothing_more() {
    let folder = folder();
    let store = Store::open(folder.path(), &Settings::default()).expect("a store");
    wait(store.vote(vote(1, VoteValue::Up))).expect("a vote");
    store.close();
    let files: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .flatten()
        .map(|file| file.file_name())
        .collect();
    assert_eq!(files, [FILE]);
    let late = wait(store.vote(vote(2, VoteValue::Up)));
    assert!(matches!(late, Err(StoreError::Closed)), "{late:?}");
}

/// What `harm` did to the folder is told with the file's name and a next step, and nothing is overwritten.
fn check_refused(harm: impl Fn(&Path), expected: fn(&StoreError) -> bool) {
    let folder = folder();
    harm(folder.path());
    let path = folder.path().join(FILE);
    let before = fs::read(&path).expect("a file");
    for error in [
        Store::open(folder.path(), &Settings::default()).expect_err("it is refused"),
        summary(folder.path(), &Selection::default(), 1).expect_err("it is refused"),
    ] {
        assert!(expected(&error), "{error:?}");
        let told = error.to_string();
        assert!(told.contains(&path.display().to_string()), "{told}");
        for locale in [Locale::Zh, Locale::En] {
            assert!(error.hint(locale).is_some(), "{told}");
        }
    }
    assert_eq!(fs::read(&path).expect("a file"), before);
}

#[test]
fn a_database_that_cannot_be_used_is_refused_and_left_alone() {
    let text = |folder: &Path| {
        fs::write(folder.join(FILE), "this is no database ".repeat(100)).expect("a file");
    };
    check_refused(text, |error| matches!(error, StoreError::Damaged { .. }));

    let torn = |folder: &Path| {
        drop(Store::open(folder, &Settings::default()).expect("a store"));
        let path = folder.join(FILE);
        let mut bytes = fs::read(&path).expect("a file");
        bytes[100..].fill(0xAA);
        fs::write(path, bytes).expect("a file");
    };
    check_refused(torn, |error| matches!(error, StoreError::Damaged { .. }));

    let newer = |folder: &Path| {
        drop(Store::open(folder, &Settings::default()).expect("a store"));
        let database = Connection::open(folder.join(FILE)).expect("a database");
        let raised = database.pragma_update(None, "user_version", 99);
        raised.expect("another version");
    };
    check_refused(newer, |error| {
        matches!(error, StoreError::Newer { found: 99, .. })
    });

    let foreign = |folder: &Path| {
        let database = Connection::open(folder.join(FILE)).expect("a database");
        let made = database.execute_batch("CREATE TABLE votes (theirs TEXT)");
        made.expect("a table");
    };
    check_refused(foreign, |error| matches!(error, StoreError::Foreign { .. }));
}

#[cfg(unix)]
#[test]
fn a_new_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let data = folder.path().join("deep/data");
    drop(Store::open(&data, &Settings::default()).expect("a store"));
    let mode = fs::metadata(&data).expect("a folder").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}
