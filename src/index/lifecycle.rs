//! Tests of generations on disk: what is published, kept, refused, and survives.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::corpus::{Corpus, Settings};
use crate::index::manifest::Manifest;
use crate::index::{BuildEvent, BuildReport, Index, IndexError, Scope, build, generation};
use crate::semantic::Language;

pub(super) static LEXICAL: LazyLock<Language> = LazyLock::new(Language::lexical);

/// A corpus of one question, and where its index is to be.
pub(super) struct Place {
    folder: TempDir,
}

impl Place {
    pub(super) fn new() -> Place {
        let place = Place {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        fs::create_dir(place.corpus()).expect("a folder");
        place.write("### 备案收费吗？\n不收费。\n");
        place
    }

    pub(super) fn corpus(&self) -> PathBuf {
        self.folder.path().join("corpus")
    }

    pub(super) fn index(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    pub(super) fn write(&self, text: &str) {
        fs::write(self.corpus().join("faq.md"), text).expect("a file");
    }

    pub(super) fn build(&self) -> Result<BuildReport, IndexError> {
        let corpus = Corpus::open(&self.corpus(), Settings::default()).expect("a corpus");
        build(&corpus, &self.index(), &LEXICAL, &mut |_| {})
    }

    pub(super) fn open(&self) -> Result<Index, IndexError> {
        Index::open(&self.index(), &LEXICAL)
    }

    pub(super) fn generations(&self) -> Vec<String> {
        let names = fs::read_dir(self.index().join("generations")).expect("generations");
        let name =
            |entry: std::io::Result<fs::DirEntry>| entry.ok()?.file_name().into_string().ok();
        let mut names: Vec<String> = names.filter_map(name).collect();
        names.sort();
        names
    }

    pub(super) fn current(&self) -> PathBuf {
        generation::current(&self.index()).expect("a generation")
    }
}

#[test]
fn an_index_of_another_encoder_is_refused_and_told() {
    let place = Place::new();
    place.build().expect("a build");
    let error = Index::open(&place.index(), &Language::built_in()).expect_err("no vectors");
    assert!(
        matches!(&error, IndexError::Encoder { found, .. } if found == "none"),
        "{error}"
    );
    assert!(error.cured_by_rebuild());
}

#[test]
fn what_did_not_change_keeps_its_vectors() {
    let place = Place::new();
    let language = Language::built_in();
    let corpus = || Corpus::open(&place.corpus(), Settings::default()).expect("a corpus");
    let rows = || {
        let folder = generation::current(&place.index()).expect("a generation");
        fs::read(folder.join("vectors")).expect("vectors")
    };
    build(&corpus(), &place.index(), &language, &mut |_| {}).expect("a build");
    let before = rows();
    // A vector that no encoder would make shows whether it was taken over.
    let folder = generation::current(&place.index()).expect("a generation");
    let marked: Vec<u8> = before.iter().map(|byte| byte ^ 1).collect();
    fs::write(folder.join("vectors"), &marked).expect("a file");
    let mut manifest = Manifest::read(&folder).expect("a manifest");
    manifest.add(&folder, "vectors").expect("a file");
    manifest.write(&folder).expect("a manifest");
    place.write("### 备案收费吗？\n不收费。\n\n### 要多久？\n二十天。\n");
    build(&corpus(), &place.index(), &language, &mut |_| {}).expect("a build");
    let after = rows();
    assert_eq!(&after[..marked.len()], marked);
    assert_eq!(after.len(), 2 * marked.len());
}

#[test]
fn an_unchanged_corpus_writes_nothing_and_still_tells_its_problems() {
    let place = Place::new();
    place.write("### 备案收费吗？\n不收费。\n\n### 空的？\n");
    let first = place.build().expect("a build");
    let again = place.build().expect("a build");
    assert_eq!((first.unchanged, again.unchanged), (false, true));
    assert_eq!(first.generation, again.generation);
    assert_eq!(again.problems.len(), 1);
    assert_eq!(again.problems, first.problems);
}

#[test]
fn a_file_that_changes_during_a_build_does_not_leave_a_stale_index() {
    let place = Place::new();
    let original = "### 备案收费吗？\n不收费。\n";
    let corpus = Corpus::open(&place.corpus(), Settings::default()).expect("a corpus");
    let mut edit = |event: BuildEvent<'_>| {
        if let BuildEvent::Started { .. } = event {
            place.write("### 备案收费吗？\n收费。\n");
        }
    };
    build(&corpus, &place.index(), &LEXICAL, &mut edit).expect("a build");
    place.write(original);
    assert!(!place.build().expect("a build").unchanged);
    assert!(place.build().expect("a build").unchanged);
}

#[test]
fn the_previous_generation_is_kept_and_older_ones_go() {
    let place = Place::new();
    let mut versions = Vec::new();
    for text in ["### 一？\n1\n", "### 二？\n2\n", "### 三？\n3\n"] {
        place.write(text);
        versions.push(place.build().expect("a build").generation);
    }
    let mut kept = versions.split_off(1);
    kept.sort();
    assert_eq!(place.generations(), kept);
}

#[test]
fn an_opened_generation_answers_after_its_files_are_gone() {
    let place = Place::new();
    place.build().expect("a build");
    let index = place.open().expect("an index");
    fs::remove_dir_all(place.index()).expect("removed");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let (total, keys) = runtime
        .block_on(index.list(&Scope::default(), 0, 10))
        .expect("a list");
    let entries = runtime.block_on(index.entries(&keys)).expect("entries");
    assert_eq!((total, entries[0].question.as_str()), (1, "备案收费吗？"));
}

/// Breaks an index in one way; the error must name the remedy, and a build must cure it.
fn check_broken(what: &str, harm: impl Fn(&Path), is_expected: fn(&IndexError) -> bool) {
    let place = Place::new();
    place.build().expect("a build");
    harm(&place.current());
    let error = place.open().expect_err(what);
    assert!(is_expected(&error), "{what}: {error:?}");
    assert!(error.cured_by_rebuild(), "{what}: {error:?}");
    assert!(!place.build().expect("a build").unchanged, "{what}");
    place.open().expect(what);
}

#[test]
fn a_damaged_generation_is_refused_by_name_and_cured_by_a_build() {
    let damaged = |error: &IndexError| matches!(error, IndexError::Damaged { .. });
    let truncate = |path: PathBuf| {
        let bytes = fs::read(&path).expect("a file");
        fs::write(path, &bytes[..bytes.len() / 2]).expect("a file");
    };
    for name in [
        "entries.data",
        "entries.ends",
        "texts.data",
        "rarity",
        "vocabulary",
        "lexicon",
        "messages.json",
        "catalog.json",
    ] {
        check_broken(name, |generation| truncate(generation.join(name)), damaged);
        let remove = |generation: &Path| fs::remove_file(generation.join(name)).expect("removed");
        check_broken(name, remove, damaged);
    }
    let no_manifest =
        |generation: &Path| fs::remove_file(generation.join("manifest.json")).expect("removed");
    check_broken("no manifest", no_manifest, damaged);
    check_broken(
        "half a manifest",
        |generation| truncate(generation.join("manifest.json")),
        damaged,
    );
    check_broken(
        "no generation",
        |generation| fs::remove_dir_all(generation).expect("removed"),
        damaged,
    );
    let segments = |generation: &Path| {
        for file in fs::read_dir(generation.join("segments"))
            .expect("segments")
            .flatten()
        {
            if file
                .path()
                .extension()
                .is_some_and(|kind| kind == "store" || kind == "term")
            {
                fs::write(file.path(), b"").expect("a file");
            }
        }
    };
    check_broken("empty segments", segments, damaged);
}

#[test]
fn an_index_of_another_version_says_what_differs() {
    let another_format = |generation: &Path| {
        let path = generation.join("manifest.json");
        let text = fs::read_to_string(&path).expect("a manifest");
        let (_, rest) = text.split_once(',').expect("several fields");
        fs::write(&path, format!("{{\"format\": 99,{rest}")).expect("a manifest");
    };
    let format = |error: &IndexError| matches!(error, IndexError::Format { found: 99, .. });
    check_broken("format", another_format, format);
    let another_analyzer = |generation: &Path| {
        let mut manifest = Manifest::read(generation).expect("a manifest");
        manifest.fingerprints.analyzer = "old".to_owned();
        manifest.write(generation).expect("a manifest");
    };
    let analyzer = |error: &IndexError| matches!(error, IndexError::Analyzer { .. });
    check_broken("analyzer", another_analyzer, analyzer);
}

#[cfg(unix)]
#[test]
fn whoever_may_read_the_manifest_may_read_the_whole_generation() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.build().expect("a build");
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let expected = mode(&place.current().join("manifest.json"));
    for folder in [place.current(), place.current().join("segments")] {
        for file in fs::read_dir(folder).expect("a folder").flatten() {
            let path = file.path();
            if path.is_file() && path.extension().is_none_or(|kind| kind != "lock") {
                assert_eq!(mode(&path), expected, "{}", path.display());
            }
        }
    }
}

#[test]
fn a_pointer_to_elsewhere_is_not_followed() {
    let place = Place::new();
    place.build().expect("a build");
    for pointer in ["../../etc", "", "\u{0}", "nowhere"] {
        fs::write(place.index().join("CURRENT"), pointer).expect("a pointer");
        assert!(
            matches!(place.open(), Err(IndexError::Damaged { .. })),
            "{pointer:?}"
        );
    }
    fs::remove_file(place.index().join("CURRENT")).expect("removed");
    assert!(matches!(place.open(), Err(IndexError::Missing { .. })));
}

#[test]
fn two_builders_do_not_meet_and_a_crashed_one_leaves_nothing_that_hurts() {
    let place = Place::new();
    let crashed = place.index().join("generations/.building-1");
    fs::create_dir_all(&crashed).expect("a folder");
    let draft = generation::Draft::new(&place.index()).expect("a draft");
    assert!(!crashed.exists(), "left-overs are swept");
    assert!(matches!(place.build(), Err(IndexError::Locked { .. })));
    drop(draft);
    place.build().expect("a build");
}

#[test]
fn a_place_that_cannot_be_written_is_named_and_the_old_generation_serves_on() {
    let place = Place::new();
    place.build().expect("a build");
    place.write("### 新的？\n是。\n");
    let generations = place.index().join("generations");
    let aside = place.index().join("aside");
    fs::rename(&generations, &aside).expect("renamed");
    // A file in the folder's place fails every write for every user, root included.
    fs::write(&generations, b"").expect("a file");
    let error = place.build().expect_err("a build");
    assert!(matches!(error, IndexError::Write { .. }), "{error:?}");
    fs::remove_file(&generations).expect("removed");
    fs::rename(&aside, &generations).expect("renamed");
    assert_eq!(place.open().expect("the old index").len(), 1);
}
