//! Tests of generations that are made of the one before: they are what they would be if they were made from nothing,
//! and only what differs is sent.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::corpus::{Corpus, Settings};
use crate::index::opensearch::alike::{found, retrieval, scored};
use crate::index::opensearch::client::{Client, Request};
use crate::index::opensearch::{ClusterSettings, OwnCluster, is_there, thread};
use crate::index::{
    BuildEvent, BuildReport, ClusterIndex, Fetched, Index, IndexLocation, Scope, build, roll_back,
};
use crate::semantic::Language;

/// A corpus, and the cluster where generation after generation is made of it.
struct Place {
    corpus: TempDir,
    cluster: OwnCluster,
    language: Language,
}

fn opened(corpus: &Path, location: IndexLocation, language: &Language) -> (BuildReport, Index) {
    let corpus = Corpus::open(corpus, Settings::default()).expect("a corpus");
    let report = build(&corpus, &location, language, &mut |_| {}).expect("a build");
    (report, Index::open(&location, language).expect("an index"))
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

const QUESTIONS: &[&str] = &[
    "备案要多久",
    "怎么申请授权码，可以转给别人吗？",
    "cvm 实例在哪里看",
    "第17种情况",
    "网址的有效期",
    "新的一条怎么写",
    "火星",
];

/// One question with what may be known of it.
fn entry(number: usize) -> String {
    let subject = ["备案", "域名", "账号", "CVM 实例", "授权码"][number % 5];
    let asks = ["要多久", "怎么申请", "收费吗", "在哪里看"][number / 5 % 4];
    let variants = match number % 3 {
        0 => String::new(),
        _ => format!("<!-- jida: 相似问={subject}{asks}呢 | 第{number}步的{subject} -->\n"),
    };
    format!("### {subject}{asks}，第{number}种情况？\n{variants}{subject}的第{number}条说明。\n\n")
}

impl Place {
    /// Sixty entries in three files; `None` if there is no cluster, which is told.
    fn new(test: &str, language: Language) -> Option<Place> {
        is_there(test).then(|| {
            let place = Place {
                corpus: tempfile::tempdir().expect("a temporary folder"),
                cluster: OwnCluster::new(),
                language,
            };
            for (file, numbers) in [("a.md", 0..20), ("b.md", 20..40), ("c.md", 40..60)] {
                place.write(file, &numbers.map(entry).collect::<String>());
            }
            place
        })
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.corpus.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn edit(&self, file: &str, edit: impl FnOnce(String) -> String) {
        let text = fs::read_to_string(self.corpus.path().join(file)).expect("a file");
        self.write(file, &edit(text));
    }

    fn corpus(&self) -> Corpus {
        Corpus::open(self.corpus.path(), Settings::default()).expect("a corpus")
    }

    fn build(&self) -> BuildReport {
        self.built(self.cluster.index()).0
    }

    fn built(&self, location: impl Into<IndexLocation>) -> (BuildReport, Index) {
        opened(self.corpus.path(), location.into(), &self.language)
    }

    /// Asks the cluster itself.
    fn ask(&self, request: Request) -> Value {
        let client = Client::new(self.cluster.settings()).expect("a client");
        let asked = thread::wait(async move { client.write(request).await?.read() });
        asked.expect("an answer")
    }

    fn indexes(&self) -> Vec<String> {
        let prefix = &self.cluster.settings().prefix;
        let path = format!("_cat/indices/{prefix}-*?h=index&format=json&s=index");
        let found = self.ask(Request::get(path));
        let rows = found.as_array().into_iter().flatten();
        rows.filter_map(|row| row["index"].as_str().map(str::to_owned))
            .collect()
    }

    /// Builds, and holds what serves beside what is made from nothing, there and in a folder. How many were sent, and
    /// taken over.
    fn holds(&self, what: &str) -> (usize, usize) {
        let (report, index) = self.built(self.cluster.index());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let anew = OwnCluster::new();
        let (_, embedded) = self.built(folder.path());
        let (all, anew) = self.built(anew.index());
        assert_eq!((all.sent, all.kept), (report.entries, 0), "{what}");
        if !report.unchanged {
            assert_eq!(report.sent + report.kept, report.entries, "{what}");
        }
        for question in QUESTIONS {
            let asked = retrieval(&self.language, question);
            let (here, there, nowhere) = Default::default();
            let expected: (_, _) = scored(&anew, &asked, &there);
            assert_eq!(
                scored(&index, &asked, &here),
                expected,
                "{what}: {question}"
            );
            let same: &Fetched = &nowhere;
            let here = Fetched::default();
            let expected = found(&embedded, &asked, same);
            assert_eq!(found(&index, &asked, &here), expected, "{what}: {question}");
        }
        let everything = |index: &Index| {
            wait(async {
                let (_, keys) = index.list(&Scope::default(), 0, 1000).await?;
                index.entries(&keys).await
            })
            .expect("entries")
        };
        let entries = everything(&index);
        assert_eq!(entries, everything(&embedded), "{what}");
        for (number, entry) in entries.iter().enumerate() {
            let key = wait(index.find(entry.id.as_str())).expect("a search");
            let key = key.expect("an entry");
            assert_eq!(key.number(), number, "{what}");
            let [one, other] = [&index, &embedded].map(|index| wait(index.encoding(key)));
            assert_eq!(one.expect("one"), other.expect("one"), "{what}: {number}");
        }
        (report.sent, report.kept)
    }
}

/// Every kind of edit, one after another, each on what the one before left.
fn a_series_of_edits(place: &Place) {
    assert_eq!(place.holds("all of it"), (60, 0));
    let new = "### 新的一条怎么写？\n<!-- jida: 相似问=怎么加一条新的 -->\n写在中间。\n\n";
    place.edit("b.md", |text| {
        text.replace(&entry(30), &(new.to_owned() + &entry(30)))
    });
    assert_eq!(place.holds("one in the middle"), (1, 60));
    place.edit("a.md", |text| {
        text.replace("第7条说明", "第7条说明，改过了")
    });
    assert_eq!(place.holds("one changed"), (1, 60));
    place.edit("c.md", |text| {
        text.replace(&entry(45), "").replace(&entry(46), "")
    });
    assert_eq!(place.holds("two removed"), (0, 59));
    place.edit("b.md", |text| entry(39) + &text.replace(&entry(39), ""));
    assert_eq!(
        place.holds("the last of a file moved to its beginning"),
        (1, 58)
    );
    place.write("lexicon/synonyms.txt", "备案, 登记\n");
    assert_eq!(place.holds("synonyms"), (0, 59));
    place.edit("c.md", |text| format!("# 另一类\n\n{text}"));
    assert_eq!(place.holds("a heading above a file's entries"), (18, 41));
    let from = place.corpus.path().join("a.md");
    fs::rename(from, place.corpus.path().join("z.md")).expect("a file");
    assert_eq!(place.holds("a file of another name").0, 20);
    place.write("b.md", "");
    place.write("c.md", "");
    assert_eq!(place.holds("most is gone"), (20, 0));
}

#[test]
fn whatever_is_edited_the_index_is_as_if_made_from_nothing() {
    let test = "whatever_is_edited_the_index_is_as_if_made_from_nothing";
    if let Some(place) = Place::new(test, Language::lexical()) {
        a_series_of_edits(&place);
    }
}

#[test]
fn so_it_is_with_vectors() {
    if let Some(place) = Place::new("so_it_is_with_vectors", Language::built_in()) {
        a_series_of_edits(&place);
    }
}

#[test]
fn what_serves_is_not_written_to_and_can_be_gone_back_to() {
    let test = "what_serves_is_not_written_to_and_can_be_gone_back_to";
    let Some(place) = Place::new(test, Language::lexical()) else {
        return;
    };
    let first = place.build();
    let served = place.cluster.index().index_of(&first.generation);
    let settings = format!("{served}/_settings?flat_settings=true");
    let before = place.ask(Request::get(&settings));
    assert_eq!(before[&served]["settings"]["index.blocks.write"], "true");
    place.edit("a.md", |text| entry(99) + &text);
    let second = place.build();
    assert_eq!((second.sent, second.kept), (1, 60));
    assert_eq!(before, place.ask(Request::get(&settings)));
    let done = roll_back(place.cluster.index(), None, &place.language).expect("a rollback");
    assert_eq!(done.to.name, first.generation);
    let opened = Index::open(place.cluster.index(), &place.language).expect("an index");
    assert_eq!(opened.len(), 60);
    // From there it goes on, with what serves then.
    place.edit("a.md", |text| text + &entry(98) + &entry(97));
    let third = place.build();
    assert_eq!((third.sent, third.kept), (3, 60));
    place.edit("a.md", |text| text.replace(&entry(99), ""));
    assert_eq!(place.holds("after a rollback"), (0, 62));
}

#[test]
fn a_clone_that_its_builder_left_serves_nobody_and_harms_nobody() {
    let test = "a_clone_that_its_builder_left_serves_nobody_and_harms_nobody";
    let Some(place) = Place::new(test, Language::lexical()) else {
        return;
    };
    let first = place.build();
    place.edit("a.md", |text| entry(99) + &text);
    // A builder was killed just after the cluster made its clone.
    let next = crate::index::build::fingerprints(&place.corpus(), &place.language, "");
    let next = next.expect("fingerprints").version();
    let index = |generation: &str| place.cluster.index().index_of(generation);
    let clone = format!("{}/_clone/{}", index(&first.generation), index(&next));
    place.ask(Request::post(clone).json(&json!({})));
    let named = Index::open_named(place.cluster.index(), &next, &place.language);
    let error = named.expect_err("it was never completed");
    assert!(error.to_string().contains("never completed"), "{error}");
    let complete = place.cluster.index().complete().expect("a list");
    assert_eq!(complete.len(), 1, "{complete:?}");
    let second = place.build();
    assert_eq!((second.sent, second.kept), (1, 60));
    assert_eq!(second.generation, format!("{next}-2"));
    let listed = place.cluster.index().listed().expect("a list");
    let left: Vec<_> = listed.iter().filter(|one| !one.is_complete()).collect();
    assert_eq!(left.len(), 1);
    // It is as old as its index is, not as what it was made of: another build may still be at it.
    assert!(left[0].made >= first_made(&listed, &first.generation));
    assert_eq!(place.holds("beside it"), (0, 0));
}

fn first_made(listed: &[super::place::Listed], generation: &str) -> u64 {
    let one = listed.iter().find(|one| one.generation == generation);
    one.expect("it is there").made
}

#[test]
fn a_file_edited_between_the_looks_makes_it_anew() {
    let test = "a_file_edited_between_the_looks_makes_it_anew";
    let Some(place) = Place::new(test, Language::lexical()) else {
        return;
    };
    place.build();
    let before = place.indexes();
    place.edit("a.md", |text| entry(99) + &text);
    let corpus = place.corpus();
    let mut looks = 0;
    let mut edit = |event: BuildEvent<'_>| {
        if matches!(event, BuildEvent::Started { .. }) {
            looks += 1;
            place.edit("c.md", |text| text.replace("第50条", "第五十条"));
        }
    };
    let report = build(&corpus, place.cluster.index(), &place.language, &mut edit);
    let report = report.expect("a build");
    assert_eq!((report.sent, report.kept), (61, 0));
    assert_eq!(looks, 2);
    assert_eq!(place.indexes().len(), before.len() + 2);
    assert_eq!(place.holds("what was built"), (0, 0));
}

#[test]
fn other_shards_or_another_encoder_make_it_anew() {
    let test = "other_shards_or_another_encoder_make_it_anew";
    let Some(mut place) = Place::new(test, Language::lexical()) else {
        return;
    };
    place.build();
    place.edit("a.md", |text| entry(99) + &text);
    let settings = ClusterSettings {
        shards: 1,
        ..place.cluster.settings().clone()
    };
    let one = ClusterIndex::new(&settings, "faq").expect("an address");
    let (report, _) = place.built(one);
    assert_eq!((report.sent, report.kept), (61, 0));
    place.edit("a.md", |text| text.replace(&entry(99), ""));
    place.edit("a.md", |text| text.replace("第1条", "第一条"));
    place.language = Language::built_in();
    let report = place.build();
    assert_eq!((report.sent, report.kept), (60, 0));
}
