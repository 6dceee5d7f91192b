//! Tests of going back: the pointer moves, and nothing that was rolled back from comes back of itself.

use std::fs;

use crate::corpus::{Corpus, Settings};
use crate::index::lifecycle::{LEXICAL, Place};
use crate::index::pointer::Pointer;
use crate::index::{Index, IndexError, Standing, current_name, generation, generations, roll_back};
use crate::locale::{Locale, Localized};

const FIRST: &str = "### 一？\n1\n";
const SECOND: &str = "### 一？\n1\n\n### 二？\n2\n";
const THIRD: &str = "### 三？\n3\n";

/// Builds from one text after the other; the generations' names.
fn built(texts: &[&str]) -> (Place, Vec<String>) {
    let place = Place::new();
    let build = |text: &&str| {
        place.write(text);
        place.build().expect("a build").generation
    };
    let names = texts.iter().map(build).collect();
    (place, names)
}

fn standing(place: &Place) -> Standing {
    let corpus = Corpus::open(&place.corpus(), Settings::default()).expect("a corpus");
    let opened = place.open().expect("an index");
    opened.standing(&corpus, &LEXICAL, "")
}

#[test]
fn the_generation_before_serves_again_and_the_corpus_is_held_back() {
    let (place, names) = built(&[FIRST, SECOND]);
    assert_eq!(standing(&place), Standing::Fresh);
    let done = roll_back(&place.index(), None, &LEXICAL).expect("a rollback");
    let from = done.from.expect("a generation served before");
    assert_eq!((&from.name, from.entries), (&names[1], Some(2)));
    assert_eq!((&done.to.name, done.to.entries), (&names[0], Some(1)));
    assert!(from.held && done.to.serves && from.built >= done.to.built);
    assert_eq!(current_name(&place.index()).expect("a pointer"), names[0]);
    let opened = place.open().expect("an index");
    assert_eq!((opened.len(), opened.name()), (1, names[0].as_str()));
    assert_eq!(opened.held().map(|held| &held.generation), Some(&names[1]));
    assert_eq!(standing(&place), Standing::Held);

    place.write(THIRD);
    assert_eq!(standing(&place), Standing::Behind);
    place.build().expect("a build");
    assert_eq!(standing(&place), Standing::Fresh);
    assert!(place.open().expect("an index").held().is_none());
}

#[test]
fn whoever_asks_for_it_gets_it_back_without_a_build() {
    let (place, names) = built(&[FIRST, SECOND]);
    roll_back(&place.index(), None, &LEXICAL).expect("a rollback");
    let report = place.build().expect("a build");
    assert!(report.restored && !report.unchanged, "{report:?}");
    assert_eq!((report.generation, report.entries), (names[1].clone(), 2));
    assert_eq!(standing(&place), Standing::Fresh);
    let again = place.build().expect("a build");
    assert!(again.unchanged && !again.restored, "{again:?}");
}

#[test]
fn a_corpus_as_it_was_before_finds_its_generation() {
    let (place, names) = built(&[FIRST, SECOND]);
    place.write(FIRST);
    let report = place.build().expect("a build");
    assert!(report.restored, "{report:?}");
    assert_eq!(report.generation, names[0]);
    // What served last is what one goes back to, though it was built later.
    let done = roll_back(&place.index(), None, &LEXICAL).expect("a rollback");
    assert_eq!(done.to.name, names[1]);
}

#[test]
fn a_damaged_generation_from_before_is_built_anew() {
    let (place, names) = built(&[FIRST, SECOND]);
    let rarity = place
        .index()
        .join("generations")
        .join(&names[0])
        .join("rarity");
    let length = fs::read(&rarity).expect("a file").len();
    fs::write(&rarity, vec![0; length]).expect("a file");
    let error = roll_back(&place.index(), None, &LEXICAL).expect_err("a damaged generation");
    assert!(matches!(error, IndexError::Damaged { .. }), "{error}");
    assert_eq!(current_name(&place.index()).expect("a pointer"), names[1]);
    let all = generations(&place.index()).expect("a list");
    assert_eq!(
        all.iter().map(|one| one.whole).collect::<Vec<_>>(),
        [true, false]
    );
    place.write(FIRST);
    let report = place.build().expect("a build");
    assert!(!report.restored && !report.unchanged);
    assert_ne!(report.generation, names[0], "the damaged one kept its name");
    assert_eq!(standing(&place), Standing::Fresh);
    assert_eq!(place.generations().len(), 2);
}

#[test]
fn there_is_no_going_back_beyond_the_oldest_or_to_nothing() {
    let place = Place::new();
    let missing = roll_back(&place.index(), None, &LEXICAL).expect_err("no index");
    assert!(matches!(missing, IndexError::Missing { .. }), "{missing}");
    let (place, names) = built(&[FIRST, SECOND]);
    let index = place.index();
    roll_back(&index, None, &LEXICAL).expect("a rollback");
    // One that a crash kept from ever being current is none to go back to.
    fs::create_dir(index.join("generations/unpublished")).expect("a folder");
    let oldest = roll_back(&index, None, &LEXICAL).expect_err("the oldest");
    assert!(
        matches!(oldest, IndexError::NothingBefore { .. }),
        "{oldest}"
    );
    for name in ["nothing", "", "../..", "."] {
        let unknown = roll_back(&index, Some(name), &LEXICAL).expect_err(name);
        assert!(
            matches!(unknown, IndexError::NoSuchGeneration { .. }),
            "{unknown}"
        );
        assert!(unknown.hint(Locale::Zh).is_some());
    }
    // By name one goes forward as well, and by how a name begins.
    let done = roll_back(&index, Some(&names[1][..6]), &LEXICAL).expect("a rollback");
    assert_eq!(done.to.name, names[1]);
    let again = roll_back(&index, Some(&names[1]), &LEXICAL).expect("it serves already");
    assert!(again.from.is_none() && again.to.serves);
}

#[test]
fn where_the_pointer_is_lost_the_newest_whole_generation_is_found() {
    let (place, names) = built(&[FIRST, SECOND]);
    let spare = |place: &Place| {
        let opened = Index::open_spare(&place.index(), &LEXICAL);
        opened.map(|opened| opened.name().to_owned())
    };
    assert_eq!(spare(&place).as_ref(), Some(&names[1]));
    fs::remove_file(place.current().join("rarity")).expect("a file");
    assert_eq!(spare(&place).as_ref(), Some(&names[0]));
    fs::write(place.index().join("CURRENT"), "{").expect("a pointer");
    assert_eq!(spare(&place).as_ref(), Some(&names[0]));
    let done = roll_back(&place.index(), None, &LEXICAL).expect("a rollback");
    assert!(done.from.is_none());
    assert_eq!(done.to.name, names[0]);
    assert_eq!(place.open().expect("an index").len(), 1);
}

#[test]
fn a_generation_that_never_served_does_not_count_as_served_after_a_rollback() {
    let (place, names) = built(&[FIRST, SECOND]);
    let index = place.index();
    let mut pointer = Pointer::read(&index).expect("a pointer");
    // As a crash between a build and its publication leaves it.
    pointer.published.retain(|name| *name != names[0]);
    pointer.write(&index).expect("a pointer");
    let published = || Pointer::read(&index).expect("a pointer").published;
    roll_back(&index, Some(&names[1]), &LEXICAL).expect("it serves already");
    assert_eq!(published(), names[1..]);
    place.write(THIRD);
    let third = place.build().expect("a build").generation;
    fs::create_dir(index.join("generations/unpublished")).expect("a folder");
    roll_back(&index, None, &LEXICAL).expect("a rollback");
    assert_eq!(published(), [third.clone(), names[1].clone()]);
    // By name it serves, and is what served last.
    roll_back(&index, Some(&third), &LEXICAL).expect("a rollback");
    assert_eq!(published(), [third, names[1].clone()]);
}

#[test]
fn a_rollback_and_a_build_do_not_meet() {
    let (place, names) = built(&[FIRST, SECOND]);
    let draft = generation::Draft::new(&place.index()).expect("a draft");
    let error = roll_back(&place.index(), None, &LEXICAL).expect_err("a build is running");
    assert!(matches!(error, IndexError::Locked { .. }), "{error}");
    drop(draft);
    assert_eq!(current_name(&place.index()).expect("a pointer"), names[1]);
}

#[test]
fn a_damaged_generation_is_not_kept_in_the_place_of_a_whole_one() {
    let (place, names) = built(&[FIRST, SECOND]);
    fs::remove_file(place.current().join("rarity")).expect("a file");
    place.write(THIRD);
    let third = place.build().expect("a build").generation;
    let mut kept = vec![names[0].clone(), third];
    kept.sort();
    assert_eq!(place.generations(), kept);
}
