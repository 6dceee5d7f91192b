//! A generation with any of its bytes changed: opening it says so, or it answers without a panic.
#![no_main]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jida::corpus::Corpus;
use jida::index::Index;
use jida::search::{AskRequest, Question, Searcher};
use jida::semantic::Language;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

static PLACE: LazyLock<(TempDir, Language, Runtime)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = folder.path().join("corpus");
    fs::create_dir(&corpus).expect("a folder");
    let faq = "### 备案授权码怎么申请？\n在控制台申请。\n\n### 要多久？ {#long}\n- 二十天\n- 一个月\n";
    fs::write(corpus.join("faq.md"), faq).expect("a file");
    let corpus = Corpus::open(&corpus, Default::default()).expect("a corpus");
    let language = Language::lexical();
    let index = folder.path().join("index");
    jida::index::build(&corpus, &index, &language, &mut |_| {}).expect("an index");
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    (folder, language, runtime)
});

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

fuzz_target!(|input: (u8, u16, &[u8])| {
    let (file, at, bytes) = input;
    let (folder, language, runtime) = &*PLACE;
    let index = folder.path().join("index");
    let mut all = Vec::new();
    files(&index, &mut all);
    let path = &all[usize::from(file) % all.len()];
    let whole = fs::read(path).expect("a file");
    let mut harmed = whole.clone();
    let at = usize::from(at).min(harmed.len());
    let end = (at + bytes.len()).min(harmed.len());
    match bytes.is_empty() {
        true => harmed.truncate(at),
        false => harmed[at..end].copy_from_slice(&bytes[..end - at]),
    }
    fs::write(path, &harmed).expect("a file");
    if let Ok(opened) = Index::open(&index, language) {
        let searcher = Searcher::new(opened, language.clone(), Default::default());
        let question = Question::new("备案要多久").expect("a question");
        let _ = runtime.block_on(searcher.ask(&AskRequest::new(question)));
    }
    fs::write(path, &whole).expect("a file");
});
