//! Limits that are fitted to the knowledge base.

use std::path::Path;

use jida::corpus::{Corpus, Settings as CorpusSettings};
use jida::index::{Index, Judge, build_and_fit, is_fresh};
use jida::search::{FittedThresholds, Searcher, Settings};

use crate::relevance::{ask, language, wait};

/// Builds the FAQ that ships into `index` and keeps what `kept` makes of the fitted limits.
fn built(
    index: &Path,
    kept: impl Fn(&FittedThresholds) -> Vec<u8>,
) -> (Option<FittedThresholds>, Searcher) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let corpus = Corpus::open(&root, CorpusSettings::default()).expect("a corpus");
    let mut fitted = None;
    let mut fit = |index: Index| {
        let searcher = Searcher::new(index, language(), Settings::default());
        fitted = wait(searcher.fit_thresholds()).expect("an engine that works");
        Ok(fitted.as_ref().map(&kept))
    };
    let judge = Judge {
        name: &FittedThresholds::judge(),
        fit: &mut fit,
    };
    build_and_fit(&corpus, index, &language(), &mut |_| {}, judge).expect("a build");
    let opened = Index::open(index, &language()).expect("the index opens");
    (
        fitted,
        Searcher::new(opened, language(), Settings::default()),
    )
}

#[test]
fn limits_are_fitted_before_a_generation_serves() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (fitted, searcher) = built(folder.path(), FittedThresholds::to_bytes);
    let fitted = fitted.expect("enough entries");
    let used = ask(&searcher, "备案要多久").thresholds;
    assert_eq!(
        (used.answer, used.clarify, used.origin.as_str()),
        (fitted.answer, fitted.clarify, "fitted")
    );
    assert!((0.5..=0.85).contains(&fitted.answer), "{fitted:?}");
    assert!(
        fitted.questions == 23 && fitted.precision > 0.8,
        "{fitted:?}"
    );
    assert!(fitted.coverage > 0.4, "{fitted:?}");
}

#[test]
fn owners_limits_come_before_fitted_ones() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    built(folder.path(), FittedThresholds::to_bytes);
    let settings = Settings {
        thresholds: Some((0.9, 0.7)),
        ..Settings::default()
    };
    let index = Index::open(folder.path(), &language()).expect("the index opens");
    let used = ask(&Searcher::new(index, language(), settings), "备案要多久").thresholds;
    assert_eq!((used.answer, used.origin.as_str()), (0.9, "config"));
}

#[test]
fn limits_that_can_not_be_read_or_belong_to_other_numbers_are_left_alone() {
    for kept in [
        &b"{"[..],
        br#"{"model":"another","thresholds":{"answer":0.8,"clarify":0.5,"questions":23,"precision":1.0,"coverage":1.0}}"#,
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (_, searcher) = built(folder.path(), |_| kept.to_vec());
        assert_eq!(ask(&searcher, "备案要多久").thresholds.origin, "default");
    }
}

#[test]
fn other_numbers_make_an_index_stale_so_that_its_limits_are_fitted_anew() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    built(folder.path(), FittedThresholds::to_bytes);
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let corpus = Corpus::open(&corpus, CorpusSettings::default()).expect("a corpus");
    let fresh = |judge: &str| is_fresh(&corpus, folder.path(), &language(), judge);
    assert!(fresh(&FittedThresholds::judge()));
    assert!(!fresh("other numbers"));
}
