//! Tests of generations in a cluster: what is published, kept, refused, taken over and gone back to.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::corpus::{Corpus, Settings};
use crate::index::opensearch::client::{Client, Request};
use crate::index::opensearch::layout::from_base64;
use crate::index::opensearch::thread;
use crate::index::opensearch::{ClusterIndex, ClusterSettings, OwnCluster, is_there};
use crate::index::{
    BuildReport, ClusterError, Index, IndexError, Scope, Standing, build, generations, roll_back,
};
use crate::semantic::Language;

/// A corpus of one file, and the cluster where its index is to be.
struct Place {
    folder: TempDir,
    cluster: OwnCluster,
}

impl Place {
    /// `None` if there is no cluster, which is told.
    fn new(test: &str) -> Option<Place> {
        is_there(test).then(|| Place {
            folder: tempfile::tempdir().expect("a temporary folder"),
            cluster: OwnCluster::new(),
        })
    }

    fn corpus(&self) -> Corpus {
        Corpus::open(self.folder.path(), Settings::default()).expect("a corpus")
    }

    fn build(&self, text: &str, language: &Language) -> BuildReport {
        fs::write(self.folder.path().join("faq.md"), text).expect("a file");
        let built = build(&self.corpus(), self.cluster.index(), language, &mut |_| {});
        built.expect("a build")
    }

    fn open(&self) -> Result<Index, IndexError> {
        Index::open(self.cluster.index(), &Language::lexical())
    }

    /// Asks the cluster itself.
    fn ask(&self, request: Request) -> Value {
        let client = Client::new(self.cluster.settings()).expect("a client");
        let asked = thread::wait(async move { client.write(request).await?.read() });
        asked.expect("an answer")
    }

    /// The names of all indexes.
    fn indexes(&self) -> Vec<String> {
        let prefix = &self.cluster.settings().prefix;
        let found = self.ask(Request::get(format!(
            "_cat/indices/{prefix}-*?h=index&format=json&s=index"
        )));
        let rows = found.as_array().into_iter().flatten();
        rows.filter_map(|row| row["index"].as_str().map(str::to_owned))
            .collect()
    }
}

const ONE: &str = "### 备案收费吗？\n不收费。\n";
const TWO: &str = "### 备案收费吗？\n不收费。\n\n### 要多久？\n二十天。\n";
const THREE: &str = "### 备案收费吗？\n要收费。\n";

#[test]
fn what_was_published_serves_and_the_one_before_is_kept() {
    let Some(place) = Place::new("what_was_published_serves_and_the_one_before_is_kept") else {
        return;
    };
    let language = Language::lexical();
    assert!(matches!(place.open(), Err(IndexError::Missing { .. })));
    let first = place.build(ONE, &language);
    let again = place.build(ONE, &language);
    assert_eq!((first.unchanged, again.unchanged), (false, true));
    let old = place.open().expect("an index");
    let second = place.build(TWO, &language);
    assert_eq!(
        place.cluster.index().current().expect("a name"),
        second.generation
    );
    assert_eq!((old.len(), place.open().expect("an index").len()), (1, 2));
    // Whoever opened the one before goes on reading it.
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime");
    let entries = runtime.block_on(async {
        let (_, keys) = old.list(&Scope::default(), 0, 10).await?;
        old.entries(&keys).await
    });
    assert_eq!(entries.expect("entries")[0].question, "备案收费吗？");
    place.build(THREE, &language);
    let indexes = place.indexes();
    assert_eq!(indexes.len(), 4, "{indexes:?}");
    assert!(!indexes.iter().any(|name| name.contains(&first.generation)));
    assert!(old.answers().is_err());
    let gone = runtime.block_on(old.find("x")).expect_err("it was removed");
    assert!(
        gone.to_string().contains("the generation is missing"),
        "{gone}"
    );
    let restored = place.build(TWO, &language);
    assert!(restored.restored && restored.generation == second.generation);
}

#[test]
fn what_was_just_replaced_is_there_for_those_who_still_serve_it() {
    let Some(mut place) =
        Place::new("what_was_just_replaced_is_there_for_those_who_still_serve_it")
    else {
        return;
    };
    place.cluster = OwnCluster::with_grace(Duration::from_secs(600));
    let language = Language::lexical();
    place.build(ONE, &language);
    let old = place.open().expect("an index");
    place.build(TWO, &language);
    place.build(THREE, &language);
    old.answers().expect("it is there");
    assert_eq!(place.indexes().len(), 6);
}

#[test]
fn a_rollback_holds_back_what_it_left_until_somebody_builds() {
    let Some(place) = Place::new("a_rollback_holds_back_what_it_left_until_somebody_builds") else {
        return;
    };
    let language = Language::lexical();
    let first = place.build(ONE, &language);
    let second = place.build(TWO, &language);
    let done = roll_back(place.cluster.index(), None, &language).expect("a rollback");
    assert_eq!(done.to.name, first.generation);
    let held = |index: &Index| index.held().map(|held| held.generation.clone());
    let opened = place.open().expect("an index");
    assert_eq!(
        (opened.len(), held(&opened)),
        (1, Some(second.generation.clone()))
    );
    assert_eq!(
        opened.standing(&place.corpus(), &language, ""),
        Standing::Held
    );
    let listed = generations(place.cluster.index()).expect("generations");
    let states: Vec<(bool, bool, bool)> = listed
        .iter()
        .map(|one| (one.serves, one.held, one.whole))
        .collect();
    assert_eq!(states.len(), 2);
    assert!(states.contains(&(true, false, true)) && states.contains(&(false, true, true)));
    let built = place.build(TWO, &language);
    assert!(built.restored);
    let opened = place.open().expect("an index");
    assert_eq!((opened.len(), held(&opened)), (2, None));
}

#[test]
fn what_did_not_change_keeps_its_vectors() {
    let Some(place) = Place::new("what_did_not_change_keeps_its_vectors") else {
        return;
    };
    let language = Language::built_in();
    let encoding = |index: &Index| {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let found = runtime.expect("a runtime").block_on(async {
            let (_, keys) = index.list(&Scope::default(), 0, 1).await?;
            index.encoding(keys[0]).await
        });
        found.expect("an answer").expect("an encoding")
    };
    let first = place.build(ONE, &language);
    assert_eq!((first.encoded, first.reused), (2, 0));
    let before = Index::open(place.cluster.index(), &language).expect("an index");
    let second = place.build(TWO, &language);
    assert_eq!((second.encoded, second.reused), (2, 2));
    let after = Index::open(place.cluster.index(), &language).expect("an index");
    let (before, after) = (encoding(&before), encoding(&after));
    assert_eq!(before, after);
    assert!(!after.tokens.is_empty());
}

#[test]
fn a_failed_build_leaves_what_serves_and_nothing_else() {
    let Some(place) = Place::new("a_failed_build_leaves_what_serves_and_nothing_else") else {
        return;
    };
    let language = Language::lexical();
    place.build(ONE, &language);
    let before = place.indexes();
    fs::write(place.folder.path().join("faq.md"), TWO).expect("a file");
    let corpus = place.corpus();
    // Somebody removes the index before all is written.
    let mut stop = |event: crate::index::BuildEvent<'_>| {
        if matches!(event, crate::index::BuildEvent::Publishing) {
            let index = place
                .indexes()
                .into_iter()
                .find(|name| !before.contains(name));
            place.ask(Request::delete(index.expect("the draft")));
        }
    };
    let error = build(&corpus, place.cluster.index(), &language, &mut stop);
    assert!(matches!(error, Err(IndexError::Cluster(_))), "{error:?}");
    assert_eq!(place.indexes(), before);
    assert_eq!(place.open().expect("an index").len(), 1);
}

#[test]
fn what_is_damaged_or_another_versions_is_refused_by_name() {
    let Some(place) = Place::new("what_is_damaged_or_another_versions_is_refused_by_name") else {
        return;
    };
    let language = Language::lexical();
    let built = place.build(ONE, &language);
    let index = place.cluster.index().index_of(&built.generation);
    let mapping = place.ask(Request::get(format!("{index}/_mapping")));
    let meta = &mapping[&index]["mappings"]["_meta"]["jida"];
    let with = |field: &str, value: Value| {
        let mut meta = meta.clone();
        meta[field] = value;
        place
            .ask(Request::put(format!("{index}/_mapping")).json(&json!({"_meta": {"jida": meta}})));
        place.open().expect_err("a refusal")
    };
    let error = with("layout", json!(99));
    assert!(
        matches!(error, IndexError::Format { found: 99, .. }),
        "{error}"
    );
    let error = with("manifest", json!("another"));
    assert!(matches!(error, IndexError::Damaged { .. }), "{error}");
    let error = with("manifest", Value::Null);
    assert!(error.to_string().contains("never completed"), "{error}");
    place.ask(Request::put(format!("{index}/_mapping")).json(&json!({"_meta": {"jida": meta}})));
    let knowledge = format!("{index}-knowledge");
    // Nobody writes to what is published.
    let open = json!({"index.blocks.write": null});
    place.ask(Request::put(format!("{knowledge}/_settings")).json(&open));
    // Its file of the vocabulary alone has this piece.
    let piece = place.ask(Request::get(format!("{knowledge}/_doc/pieces.json")));
    let listing = piece["_source"]["bytes"].as_str().expect("a listing");
    let listing = from_base64(listing).expect("bytes");
    let listing: Value = serde_json::from_slice(&listing).expect("JSON");
    let piece = listing["vocabulary"][0]["hash"].as_str().expect("a piece");
    place.ask(Request::delete(format!("{knowledge}/_doc/{piece}")));
    place.ask(Request::post(format!("{knowledge}/_refresh")));
    let error = place.open().expect_err("a piece is missing");
    assert!(
        error.to_string().contains("vocabulary") && error.cured_by_rebuild(),
        "{error}"
    );
    let listed = generations(place.cluster.index()).expect("generations");
    assert!(!listed[0].whole);
    let rebuilt = place.build(ONE, &language);
    assert!(!rebuilt.unchanged && rebuilt.generation == format!("{}-2", built.generation));
    assert_eq!(place.open().expect("an index").len(), 1);
}

#[test]
fn of_several_who_publish_at_once_one_serves() {
    let Some(place) = Place::new("of_several_who_publish_at_once_one_serves") else {
        return;
    };
    let language = Language::lexical();
    let generations = [ONE, TWO, THREE].map(|text| place.build(text, &language).generation);
    // The first is gone by now; the others are published by turns, from several threads.
    std::thread::scope(|scope| {
        for turn in 0..4 {
            let index = place.cluster.index();
            let name = &generations[1 + turn % 2];
            scope.spawn(move || index.lead_to(name, None).expect("the alias moves"));
        }
    });
    let current = place.cluster.index().current().expect("one generation");
    assert!(generations[1..].contains(&current), "{current}");
}

#[test]
fn an_alias_that_leads_to_another_program_is_told() {
    let Some(place) = Place::new("an_alias_that_leads_to_another_program_is_told") else {
        return;
    };
    let prefix = &place.cluster.settings().prefix;
    let foreign = json!({"aliases": {format!("{prefix}-faq"): {}}});
    place.ask(Request::put(format!("{prefix}-foreign")).json(&foreign));
    let error = place.open().expect_err("not ours");
    assert!(
        matches!(error, IndexError::Cluster(ClusterError::Alias { .. })),
        "{error}"
    );
}

#[test]
fn one_node_of_several_is_enough() {
    let Some(place) = Place::new("one_node_of_several_is_enough") else {
        return;
    };
    place.build(ONE, &Language::lexical());
    let mut settings = place.cluster.settings().clone();
    // Nothing listens at the first.
    settings.urls.insert(0, "http://127.0.0.1:9".to_owned());
    for _ in 0..6 {
        let index = ClusterIndex::new(&settings, "faq").expect("an address");
        assert_eq!(
            Index::open(index, &Language::lexical())
                .expect("an index")
                .len(),
            1
        );
    }
}

#[test]
fn who_can_not_be_reached_is_told_at_once_and_named() {
    let settings = ClusterSettings {
        urls: vec!["http://user:secret@127.0.0.1:9".to_owned()],
        ..ClusterSettings::default()
    };
    let index = ClusterIndex::new(&settings, "faq").expect("an address");
    for _ in 0..5 {
        let error = Index::open(index.clone(), &Language::lexical()).expect_err("nobody there");
        assert!(
            matches!(error, IndexError::Cluster(ClusterError::Unreachable { .. })),
            "{error:?}"
        );
        let told = format!("{error} {error:?} {index:?}");
        assert!(
            told.contains("127.0.0.1:9") && !told.contains("secret"),
            "{told}"
        );
    }
}

#[test]
fn addresses_and_certificates_that_can_not_be_used_are_told() {
    let refused = |urls: &[&str], ca: Option<&str>| {
        let settings = ClusterSettings {
            urls: urls.iter().map(|&url| url.to_owned()).collect(),
            ca: ca.map(PathBuf::from),
            ..ClusterSettings::default()
        };
        let error = ClusterIndex::new(&settings, "faq").expect_err("a refusal");
        error.to_string()
    };
    assert!(refused(&["127.0.0.1:9200"], None).contains("127.0.0.1:9200"));
    assert!(refused(&["ftp://a"], None).contains("no http or https address"));
    assert!(refused(&[], None).contains("no address"));
    assert!(refused(&["https://a"], Some("/nowhere.pem")).contains("/nowhere.pem"));
    assert!(refused(&["https://a"], Some("Cargo.toml")).contains("no certificate"));
}
