//! What may happen to a build, happening to the real program: after each fault a whole generation serves, the old
//! one or the new one, or an error says what to do.
#![cfg(unix)]

mod disk;
mod kill;
mod race;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;

use jida::index::{Index, IndexError, Scope};
use jida::semantic::Language;

use super::Desk;

static LEXICAL: LazyLock<Language> = LazyLock::new(Language::lexical);

/// Says something to whoever runs the tests, though they succeed: what was skipped, and how to do it again.
fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Entries of the corpora here.
const ENTRIES: usize = 120;

/// Writes a corpus of which every entry says which edition it is of.
fn write_edition(desk: &Desk, folder: &str, edition: usize) {
    let entry = |number: usize| {
        format!(
            "## 第{number}号设备怎么报修？\n\n打开维修页，选择第{number}号设备，填写故障后提交，两天内上门。（第{edition}版）\n\n"
        )
    };
    let text: String = (0..ENTRIES).map(entry).collect();
    desk.write(&format!("{folder}/设备.md"), &text);
}

/// The edition that an index is of. Every byte of it must be as it was written, and every entry of one edition.
fn edition(index: &Path) -> Result<usize, IndexError> {
    let opened = Index::open_whole(index, &LEXICAL)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let (total, keys) = runtime.block_on(opened.list(&Scope::default(), 0, usize::MAX))?;
    let entries = runtime.block_on(opened.entries(&keys))?;
    assert_eq!((total, entries.len()), (ENTRIES, ENTRIES));
    let of = |text: &str| {
        let (_, rest) = text.rsplit_once("（第").expect("an edition");
        rest.trim_end()
            .trim_end_matches("版）")
            .parse::<usize>()
            .expect("a number")
    };
    let editions: BTreeSet<usize> = entries.iter().map(|entry| of(&entry.answer.text)).collect();
    assert_eq!(editions.len(), 1, "a mixture: {editions:?}");
    Ok(editions.into_iter().next().unwrap_or_default())
}

/// How many generations there are, and how many folders that are none.
fn folders(index: &Path) -> (usize, usize) {
    let entries = fs::read_dir(index.join("generations")).expect("generations");
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let (hidden, generations): (Vec<_>, Vec<_>) = names.partition(|name| name.starts_with('.'));
    (generations.len(), hidden.len())
}
