//! A generation with any of its bytes changed: opening it says so, or it answers without a panic. Its files are so
//! small that their hashes are always looked at; so half of the inputs get hashes to match, as a large file needs none.
#![no_main]

use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jida::corpus::Corpus;
use jida::index::Index;
use jida::search::{AskRequest, Question, Searcher};
use jida::semantic::Language;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// What ends the manifest, around the hash of what stands before it.
const SEAL: (&str, &str) = (",\n  \"seal\": \"", "\"\n}\n");

static PLACE: LazyLock<(TempDir, Language, Runtime)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = folder.path().join("corpus");
    fs::create_dir(&corpus).expect("a folder");
    let faq =
        "### 备案授权码怎么申请？\n在控制台申请。\n\n### 要多久？ {#long}\n- 二十天\n- 一个月\n";
    fs::write(corpus.join("faq.md"), faq).expect("a file");
    let corpus = Corpus::open(&corpus, Default::default()).expect("a corpus");
    let language = Language::lexical();
    let index = folder.path().join("index");
    jida::index::build(&corpus, &index, &language, &mut |_| {}).expect("an index");
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    // The fuzzer's own hook aborts at every panic, those that the index catches included.
    let abort = panic::take_hook();
    panic::set_hook(Box::new(move |told| {
        if !jida::index::is_reading() {
            abort(told);
        }
    }));
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

/// The manifest of the generation that `path` is a file of, with the length and hash that the file has now. Nothing if
/// it has no place there.
fn resealed(path: &Path) -> Option<(PathBuf, Vec<u8>)> {
    let generation = path
        .ancestors()
        .find(|folder| folder.join("manifest.json").is_file())?;
    let name = path.strip_prefix(generation).ok()?.to_str()?;
    let manifest = generation.join("manifest.json");
    let text = fs::read(&manifest).expect("a file");
    let mut value: Value = serde_json::from_slice(&text).ok()?;
    value.as_object_mut()?.remove("seal");
    let content = value.get_mut("files")?.get_mut(name)?;
    let bytes = fs::read(path).expect("a file");
    content["bytes"] = bytes.len().into();
    content["blake3"] = blake3::hash(&bytes).to_hex().as_str().into();
    let json = serde_json::to_string_pretty(&value).ok()?;
    let before = format!("{}{}", json.strip_suffix("\n}")?, SEAL.0);
    let hash = blake3::hash(before.as_bytes()).to_hex();
    let sealed = format!("{before}{hash}{}", SEAL.1).into_bytes();
    fs::write(&manifest, sealed).expect("a file");
    Some((manifest, text))
}

fuzz_target!(|input: (u8, u16, bool, &[u8])| {
    let (file, at, seal, bytes) = input;
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
    let manifest = seal.then(|| resealed(path)).flatten();
    if let Ok(opened) = Index::open(&index, language) {
        let searcher = Searcher::new(opened, language.clone(), Default::default());
        let question = Question::new("备案要多久").expect("a question");
        let _ = runtime.block_on(searcher.ask(&AskRequest::new(question)));
    }
    fs::write(path, &whole).expect("a file");
    if let Some((manifest, text)) = manifest {
        fs::write(manifest, text).expect("a file");
    }
});
