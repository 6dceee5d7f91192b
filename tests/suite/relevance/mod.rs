//! Whether the right entry comes first.

mod corpus;
mod determinism;
mod limits;
mod questions;

use std::path::Path;
use std::sync::OnceLock;

use jida::corpus::{Corpus, Settings as CorpusSettings};
use jida::index::{Index, build};
use jida::search::{
    AskReply, AskRequest, Filter, Page, Question, SearchReply, SearchRequest, Searcher, Settings,
};
use jida::semantic::Language;

fn language() -> Language {
    static LANGUAGE: OnceLock<Language> = OnceLock::new();
    LANGUAGE.get_or_init(Language::built_in).clone()
}

/// Builds and opens an index of the corpus that ships, anew each time.
fn built() -> Searcher {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let corpus = Corpus::open(&root, CorpusSettings::default()).expect("the corpus opens");
    build(&corpus, folder.path(), &language(), &mut |_| {}).expect("the index builds");
    let index = Index::open(folder.path(), &language()).expect("the index opens");
    Searcher::new(index, language(), Settings::default())
}

fn shared() -> &'static Searcher {
    static SHARED: OnceLock<Searcher> = OnceLock::new();
    SHARED.get_or_init(built)
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

fn search(searcher: &Searcher, question: &str) -> SearchReply {
    let question = Question::new(question).expect("a question");
    let page = Page {
        limit: 100,
        offset: 0,
    };
    let request = SearchRequest {
        question,
        filter: Filter::default(),
        page,
    };
    wait(searcher.search(&request)).expect("a reply")
}

fn ask(searcher: &Searcher, question: &str) -> AskReply {
    let question = Question::new(question).expect("a question");
    wait(searcher.ask(&AskRequest::new(question))).expect("a reply")
}

/// The rank of an entry, from 1; of equal confidences the others count as first. `None` if not found.
fn worst_rank(reply: &SearchReply, question: &str) -> Option<usize> {
    let hit = reply.hits.iter().find(|hit| hit.question == question)?;
    let ahead = |other: &&jida::search::Hit| {
        other.question != question && other.confidence >= hit.confidence
    };
    Some(1 + reply.hits.iter().filter(ahead).count())
}
