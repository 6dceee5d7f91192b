//! Any text as a configuration: settings, or an error with words and a next step in both languages.
#![no_main]

// The program's own module, which no library gives.
#[path = "../../src"]
#[expect(dead_code, unused_imports, reason = "the program uses what is not fuzzed here")]
mod program {
    pub(crate) mod config;
}

use std::fs;
use std::sync::LazyLock;

use program::config::{Sources, load};
use jida::locale::{Locale, Localized};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

fuzz_target!(|text: &str| {
    let file = FOLDER.path().join("jida.toml");
    fs::write(&file, text).expect("a file");
    let sources = Sources {
        file: Some(file),
        ..Sources::default()
    };
    if let Err(error) = load(&sources) {
        for locale in [Locale::Zh, Locale::En] {
            assert!(!error.message(locale).is_empty());
            assert!(error.hint(locale).is_some());
        }
    }
});
