//! Whether a cluster gives the same replies as the engine inside the program.
//!
//! `TEST_CORPUS` names another folder of entries, `TEST_QUERIES` a file of questions, a line each, plain or as JSON
//! with a `query`; `TEST_EVERY` asks each so-manieth of the labelled questions.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jida::corpus::Corpus;
use jida::index::{ClusterIndex, ClusterSettings, Index, IndexLocation, build};
use jida::search::{AskRequest, Decision, Filter, Page, Question, SearchRequest, Searcher};
use jida::semantic::Language;
use serde_json::Value;

use super::{Cluster, tell, wait};

/// What must be the same, in per mille of the questions.
const FIRST: usize = 995;
const TOP: usize = 980;
const DECISION: usize = 990;

/// Questions are asked by so many at a time.
const ASKERS: usize = 4;

/// What came of a question, as far as engines are compared.
#[derive(Debug, PartialEq)]
struct Outcome {
    top: Vec<String>,
    decision: Decision,
}

fn outcome(searcher: &Searcher, question: &str) -> Outcome {
    let question = Question::new(question).expect("a question");
    let page = Page {
        limit: 10,
        offset: 0,
    };
    let request = SearchRequest {
        question: question.clone(),
        filter: Filter::default(),
        page,
    };
    wait(async {
        let found = searcher.search(&request).await.expect("a reply");
        let asked = searcher.ask(&AskRequest::new(question)).await;
        Outcome {
            top: found.hits.into_iter().map(|hit| hit.id).collect(),
            decision: asked.expect("a reply").decision,
        }
    })
}

/// Asks every question of both, prints each difference, and holds the counts against what is promised.
fn compare(what: &str, embedded: &Searcher, cluster: &Searcher, questions: &[String]) {
    assert_eq!(embedded.version(), cluster.version(), "of one corpus");
    let each = questions.len().div_ceil(ASKERS);
    let pairs: Vec<(&String, Outcome, Outcome)> = std::thread::scope(|scope| {
        let ask = |part: &'_ [String]| {
            let both =
                |question: &String| (outcome(embedded, question), outcome(cluster, question));
            part.iter().map(both).collect::<Vec<_>>()
        };
        let askers: Vec<_> = questions
            .chunks(each)
            .map(|part| scope.spawn(move || ask(part)))
            .collect();
        let outcomes = askers
            .into_iter()
            .flat_map(|asker| asker.join().expect("no panic"));
        let pairs = questions.iter().zip(outcomes);
        pairs
            .map(|(question, (one, other))| (question, one, other))
            .collect()
    });
    let [mut first, mut top, mut decision] = [0; 3];
    for (question, one, other) in &pairs {
        let set = |outcome: &Outcome| outcome.top.iter().cloned().collect::<BTreeSet<_>>();
        first += usize::from(one.top.first() == other.top.first());
        top += usize::from(set(one) == set(other));
        decision += usize::from(one.decision == other.decision);
        if one != other {
            tell(&format!(
                "DIFFERS {question}\n  embedded {one:?}\n  cluster  {other:?}"
            ));
        }
    }
    let count = pairs.len();
    tell(&format!(
        "{what}: {count} questions; the same first entry {first}, the same ten {top}, the same decision {decision}"
    ));
    assert!(count > 0, "something was asked");
    let enough = |same: usize, promised: usize| same * 1000 >= count * promised;
    assert!(enough(first, FIRST), "first entry: {first} of {count}");
    assert!(enough(top, TOP), "first ten: {top} of {count}");
    assert!(
        enough(decision, DECISION),
        "decision: {decision} of {count}"
    );
}

/// The same corpus in both engines.
fn both(cluster: &Cluster, folder: &Path, language: &Language) -> [Searcher; 2] {
    let corpus = Corpus::open(folder, Default::default()).expect("the corpus opens");
    let settings = ClusterSettings {
        urls: cluster.urls.clone(),
        prefix: cluster.prefix.clone(),
        timeout: std::time::Duration::from_secs(30),
        shards: 2,
        ..ClusterSettings::default()
    };
    let there = ClusterIndex::new(&settings, "default").expect("an address");
    let here = tempfile::tempdir().expect("a temporary folder");
    let searcher = |location: IndexLocation| {
        build(&corpus, &location, language, &mut |_| {}).expect("the index builds");
        let index = Index::open(&location, language).expect("the index opens");
        Searcher::new(index, language.clone(), Default::default())
    };
    [searcher(here.path().into()), searcher(there.into())]
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The labelled FAQs' folders, in order.
fn faqs() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("benches/faqs")).expect("the labelled FAQs");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// A folder with the corpus that ships and those of `faqs`, each in a folder of its own.
fn gathered(faqs: &[PathBuf]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = root().join("corpus");
    for from in faqs.iter().chain([&corpus]) {
        let to = folder.path().join(from.file_name().expect("a name"));
        fs::create_dir(&to).expect("a folder can be made");
        for file in fs::read_dir(from).expect("a folder of Markdown") {
            let file = file.expect("a file");
            if file.path().extension().is_some_and(|name| name == "md") {
                fs::copy(file.path(), to.join(file.file_name())).expect("a file can be copied");
            }
        }
    }
    folder
}

fn read_questions(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).expect("a file of questions");
    let question = |line: &str| {
        let labelled = serde_json::from_str::<Value>(line).ok();
        let query = labelled.and_then(|value| value["query"].as_str().map(str::to_owned));
        query.unwrap_or_else(|| line.to_owned())
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(question)
        .filter(|text| Question::new(text).is_ok())
        .collect()
}

fn labelled(faqs: &[PathBuf], every: usize) -> Vec<String> {
    let files = faqs.iter().map(|folder| folder.join("queries.jsonl"));
    let all = files.flat_map(|file| read_questions(&file));
    all.step_by(every).collect()
}

#[test]
fn a_cluster_replies_as_the_embedded_engine_does() {
    let Some(cluster) = Cluster::shared("a_cluster_replies_as_the_embedded_engine_does") else {
        return;
    };
    let faqs = faqs();
    let gathered = gathered(&faqs);
    let corpus = std::env::var_os("TEST_CORPUS").map(PathBuf::from);
    let corpus = corpus.as_deref().unwrap_or(gathered.path());
    let every = std::env::var("TEST_EVERY").ok();
    let every = every.map_or(16, |every| every.parse().expect("TEST_EVERY is a number"));
    let questions = match std::env::var_os("TEST_QUERIES") {
        Some(file) => read_questions(Path::new(&file)),
        None => labelled(&faqs, every),
    };
    let [embedded, there] = both(&cluster, corpus, &Language::lexical());
    compare("by words", &embedded, &there, &questions);
}

#[test]
fn a_cluster_finds_by_meaning_as_the_embedded_engine_does() {
    let test = "a_cluster_finds_by_meaning_as_the_embedded_engine_does";
    let Some(cluster) = Cluster::shared(test) else {
        return;
    };
    // Unoptimised, the encoder is slow.
    let faqs = &faqs()[..1];
    let gathered = gathered(faqs);
    let [embedded, there] = both(&cluster, gathered.path(), &Language::built_in());
    compare("by meaning", &embedded, &there, &labelled(faqs, 4));
}
