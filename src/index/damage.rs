//! Tests of flipped and missing bytes: every one is found by a close look, and hurts nobody who looked quickly.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::corpus::{Corpus, Settings};
use crate::index::lifecycle::Place;
use crate::index::manifest::{FILE, Manifest};
use crate::index::opening::Look;
use crate::index::{
    Damage, EntryKey, Fetched, Index, IndexError, Judge, Retrieval, RetrievalTerm, Scope,
    build_and_fit,
};
use crate::locale::{Locale, Localized};
use crate::semantic::Language;

const FAQ: &str = "---\ntags: [备案]\nwelcome: [备案收费吗？]\n---\n\
### 备案收费吗？\n<!-- jida: 相似问=备案要钱吗 | 备案多少钱 -->\n不收费，管局（MIIT）不收任何费用。\n\n\
### 域名怎么过户？\n在控制台提交过户申请。\n\n### 备案要多久？\n二十天。\n";

/// A generation with every sort of file.
fn built() -> (Place, Language, PathBuf) {
    let place = Place::new();
    place.write(FAQ);
    let words = place.corpus().join("lexicon");
    fs::create_dir(&words).expect("a folder");
    fs::write(words.join("synonyms.txt"), "过户, 转让\n").expect("a file");
    let language = Language::built_in();
    let corpus = Corpus::open(&place.corpus(), Settings::default()).expect("a corpus");
    let judge = Judge {
        name: "a judge",
        fit: &mut |_| Ok(Some(b"fitted".to_vec())),
    };
    build_and_fit(&corpus, &place.index(), &language, &mut |_| {}, judge).expect("a build");
    let generation = place.current();
    (place, language, generation)
}

/// Every file of a generation.
fn files(generation: &Path) -> Vec<PathBuf> {
    let manifest = Manifest::read(generation).expect("a manifest");
    let names = manifest.files.keys().map(String::as_str);
    names
        .chain([FILE])
        .map(|name| generation.join(name))
        .collect()
}

/// At most `most` places of a file, evenly spread.
fn places(bytes: &[u8], most: usize) -> impl Iterator<Item = usize> {
    (0..bytes.len()).step_by(bytes.len().div_ceil(most).max(1))
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut flipped = bytes.to_vec();
    flipped[at] ^= 1 << (at % 8);
    flipped
}

/// That an error names a file and says what to do, in both languages.
fn is_clear(error: &IndexError, path: &Path) {
    let told = error.message(Locale::En);
    assert!(told.contains(&*path.to_string_lossy()), "{told}");
    for locale in [Locale::En, Locale::Zh] {
        let hint = error.hint(locale).expect("a next step");
        assert!(hint.contains("`jida index`"), "{hint}");
    }
}

#[test]
fn a_close_look_finds_every_flipped_byte_and_names_its_file() {
    let (_place, _, generation) = built();
    let manifest = Manifest::read(&generation).expect("a manifest");
    let mut flips = 0;
    for path in files(&generation) {
        let bytes = fs::read(&path).expect("a file");
        let mut file = fs::File::options().write(true).open(&path);
        let mut put = |at: usize, byte: u8| {
            let file = file.as_mut().expect("a file");
            file.seek(SeekFrom::Start(at as u64)).expect("a place");
            file.write_all(&[byte]).expect("a byte");
        };
        // Of larger files every few bytes: their blocks are hashed alike.
        for at in places(&bytes, 1024) {
            put(at, flipped(&bytes, at)[at]);
            let found = match Manifest::read(&generation) {
                Ok(read) => {
                    assert_eq!(read, manifest, "{}: byte {at}", path.display());
                    let this = |name: &str| generation.join(name) == path;
                    read.damages(&generation, this).pop()
                }
                Err(error) => Some(error),
            };
            put(at, bytes[at]);
            let found = found.unwrap_or_else(|| panic!("{}: byte {at}", path.display()));
            is_clear(&found, &path);
            flips += 1;
        }
    }
    assert!(manifest.check_all(&generation).is_ok());
    assert!(flips > 5_000, "only {flips} bytes were flipped");
}

#[test]
fn a_small_index_is_looked_at_closely_by_everybody() {
    let (place, language, generation) = built();
    for path in files(&generation) {
        let bytes = fs::read(&path).expect("a file");
        let short = bytes.len().saturating_sub(1);
        let damaged = places(&bytes, 8).map(|at| flipped(&bytes, at));
        for damaged in damaged.chain([bytes[..short].to_vec(), Vec::new()]) {
            if damaged == bytes {
                continue;
            }
            fs::write(&path, damaged).expect("a file");
            let error = Index::open(&place.index(), &language).expect_err("it is damaged");
            is_clear(&error, &path);
        }
        fs::remove_file(&path).expect("a file");
        let error = Index::open(&place.index(), &language).expect_err("it is damaged");
        is_clear(&error, &path);
        fs::write(&path, &bytes).expect("a file");
    }
    Index::open(&place.index(), &language).expect("it is whole again");
}

#[test]
fn a_damaged_pointer_is_told_and_leads_nowhere_else() {
    let (place, language, _) = built();
    let path = place.index().join("CURRENT");
    let bytes = fs::read(&path).expect("a pointer");
    for at in 0..bytes.len() {
        for damaged in [flipped(&bytes, at), bytes[..at].to_vec()] {
            fs::write(&path, damaged).expect("a pointer");
            let error = Index::open(&place.index(), &language).expect_err("a damaged pointer");
            is_clear(&error, &path);
        }
    }
    fs::write(&path, "{\"format\": 7, \"somewhere\": \"else\"}").expect("a pointer");
    let error = Index::open(&place.index(), &language).expect_err("another version's pointer");
    assert!(
        matches!(error, IndexError::Format { found: 7, .. }),
        "{error}"
    );
    is_clear(&error, &path);
}

/// Everything that an engine is asked for.
async fn ask_everything(index: &Index) -> Result<usize, IndexError> {
    let term = |term: &str| RetrievalTerm {
        term: term.to_owned(),
        question_boost: 2.0,
        answer_boost: 1.0,
    };
    let encoding = index.encoding(EntryKey(0)).await?;
    let scopes = [
        Scope::default(),
        Scope {
            category: None,
            tag: Some("备案".to_owned()),
        },
    ];
    let mut seen = 0;
    for scope in scopes {
        let retrieval = Retrieval {
            terms: ["备案", "域名", "费", "过户"].map(term).to_vec(),
            encoding: encoding.clone(),
            scope: scope.clone(),
            limit: 10,
            neighbours: 10,
        };
        seen += index
            .retrieve(&retrieval, &Fetched::default())
            .await?
            .candidates
            .len();
        let (_, keys) = index.list(&scope, 0, 10).await?;
        for entry in index.entries(&keys).await? {
            seen += usize::from(index.find(entry.id.as_str()).await?.is_some());
        }
    }
    seen += index.complete("备", 5).await?.len();
    seen += index.entries_asking("备案") as usize + index.vocabulary().words().count();
    Ok(seen)
}

#[test]
fn whoever_looks_only_at_lengths_gets_replies_or_an_error_and_no_panic() {
    let (_place, language, generation) = built();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let (mut refused, mut failed, mut caught, mut replied) = (0, 0, 0, 0);
    for path in files(&generation) {
        let bytes = fs::read(&path).expect("a file");
        for at in places(&bytes, 48) {
            fs::write(&path, flipped(&bytes, at)).expect("a file");
            let opened = Index::open_generation(&generation, &language, Look::Small(0));
            let outcome = opened.map(|index| runtime.block_on(ask_everything(&index)));
            let is_caught = |error: &IndexError| {
                matches!(
                    error,
                    IndexError::Damaged {
                        damage: Damage::Unreadable,
                        ..
                    }
                )
            };
            match &outcome {
                Err(error) if is_caught(error) => caught += 1,
                Ok(Err(error)) if is_caught(error) => caught += 1,
                Err(_) => refused += 1,
                Ok(Err(_)) => failed += 1,
                Ok(Ok(_)) => replied += 1,
            }
        }
        fs::write(&path, &bytes).expect("a file");
    }
    // Without the guard some of them would have ended the thread: that is what it is there for.
    assert!(
        refused > 0 && replied > 0 && caught > 0,
        "refused {refused}, failed {failed}, caught {caught}, replied {replied}"
    );
}
