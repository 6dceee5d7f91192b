//! House rules: how files look, what they are called, and which way the layers point.

use std::fs;
use std::path::{Path, PathBuf};

/// No file may be longer.
const MAX_LINES: usize = 400;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "helpers", "misc", "types"];

/// A layer and those that it may name; `locale` is a leaf that any may name.
const ARROWS: &[(&str, &[&str])] = &[
    ("locale", &[]),
    ("corpus", &[]),
    ("text", &[]),
    ("semantic", &["text"]),
    ("index", &["corpus", "text", "semantic"]),
    ("rank", &["index", "text"]),
    ("search", &["corpus", "text", "semantic", "index", "rank"]),
    ("store", &[]),
    ("eval", &["text", "rank", "search"]),
    ("serve", &["search", "store"]),
];

/// A crate and the folders that may name it.
const WALLS: &[(&str, &[&str])] = &[
    ("tantivy", &["src/index/embedded", "benches"]),
    ("axum", &["src/serve", "tests/suite", "benches"]),
    ("clap", &["src/cli"]),
    ("rusqlite", &["src/store", "tests/suite"]),
    ("hyper_rustls", &["src/index/opensearch"]),
];

#[test]
fn a_file_is_short_and_opens_with_what_it_is_for() {
    let mut broken = Vec::new();
    for file in rust_files() {
        let lines = file.text.lines().count();
        if lines > MAX_LINES {
            broken.push(format!(
                "{}:{lines}: longer than {MAX_LINES} lines; split it by what its parts are for",
                file.path
            ));
        }
        if !file.text.starts_with("//! ") {
            broken.push(format!(
                "{}:1: begin with `//! ` and a sentence that says what the file is for",
                file.path
            ));
        }
    }
    assert_none(&broken);
}

#[test]
fn a_name_says_what_is_inside() {
    let mut broken = Vec::new();
    for file in rust_files() {
        for part in Path::new(&file.path).with_extension("").iter() {
            if EMPTY_NAMES.iter().any(|name| part == *name) {
                broken.push(format!(
                    "{}:1: name it after what it holds, not {}",
                    file.path,
                    part.display()
                ));
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn layers_point_one_way() {
    let mut broken = Vec::new();
    for file in rust_files() {
        let Some((layer, allowed)) = layer_of(&file.path) else {
            continue;
        };
        for (number, line) in file.code_lines() {
            for named in layers_named_in(line) {
                let own = named == layer || named == "locale";
                if !own && !allowed.contains(&named) {
                    broken.push(format!(
                        "{}:{number}: {layer} must not name {named}; pass in what it needs, or move the code",
                        file.path
                    ));
                }
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn imports_stay_greppable() {
    let mut broken = Vec::new();
    for file in rust_files() {
        for (number, line) in file.code_lines() {
            for grouped in ["use crate::{", "use jida::{", "pub use crate::{"] {
                if line.trim_start().starts_with(grouped) {
                    broken.push(format!(
                        "{}:{number}: write one `use` for each module instead of `{grouped}`",
                        file.path
                    ));
                }
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn big_crates_stay_behind_one_layer() {
    let mut broken = Vec::new();
    for file in rust_files() {
        for (name, folders) in WALLS {
            if folders.iter().any(|folder| file.path.starts_with(folder)) {
                continue;
            }
            for (number, line) in file.code_lines() {
                if names_crate(line, name) {
                    broken.push(format!(
                        "{}:{number}: {name} may only be named in {}",
                        file.path,
                        folders.join(", ")
                    ));
                }
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn every_test_runs_and_nothing_is_left_undone() {
    // Written in halves, so that this file does not name what it forbids.
    let forbidden = [
        (
            concat!("#[ign", "ore"),
            "assert what happens today, with a note",
        ),
        (concat!("tod", "o!("), "write it, or leave it out"),
        (concat!("unimple", "mented!("), "write it, or leave it out"),
        (
            concat!(".unw", "rap()"),
            "say with `expect` what was expected",
        ),
        (
            concat!("#[all", "ow("),
            "use `#[expect(…, reason = \"…\")]`",
        ),
    ];
    let mut broken = Vec::new();
    for file in rust_files() {
        for (number, line) in file.code_lines() {
            for (text, remedy) in forbidden {
                if line.contains(text) {
                    broken.push(format!("{}:{number}: `{text}`: {remedy}", file.path));
                }
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn the_corpus_ships() {
    for name in ["备案.md", "接入备案.md"] {
        let path = root().join("corpus").join(name);
        assert!(path.is_file(), "corpus/{name} must ship with the project");
    }
}

#[test]
fn both_readmes_have_the_same_sections() {
    let headings = |name: &str| {
        let text = fs::read_to_string(root().join(name)).ok()?;
        let mut in_code = false;
        let headings = text.lines().filter(|line| {
            in_code ^= line.starts_with("```");
            !in_code && line.starts_with('#')
        });
        Some(
            headings
                .map(|line| line.split(' ').next().map(str::len))
                .collect::<Vec<_>>(),
        )
    };
    let (english, chinese) = (headings("README.md"), headings("README.zh-CN.md"));
    assert_eq!(
        english, chinese,
        "README.md:1: keep the headings of README.md and README.zh-CN.md in step"
    );
}

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    let places = [
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
        concat!("/wo", "rk/"),
        concat!("C:\\Us", "ers"),
    ];
    let mut broken = Vec::new();
    for path in tracked_files() {
        let Ok(text) = fs::read_to_string(root().join(&path)) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            for place in places {
                // A path begins there; `example.com/work/` is none.
                let begins = line.match_indices(place).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-~}$/".contains(c))
                });
                if begins {
                    let number = number + 1;
                    broken.push(format!(
                        "{path}:{number}: names {place}; write a path relative to the project"
                    ));
                }
            }
        }
    }
    assert_none(&broken);
}

struct RustFile {
    /// Relative to the project, with `/` between parts.
    path: String,
    text: String,
}

impl RustFile {
    /// Lines with their numbers, those that are only a comment left out.
    fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.text.lines().enumerate();
        numbered
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(at, line)| (at + 1, line))
    }
}

fn rust_files() -> Vec<RustFile> {
    let mut paths = Vec::new();
    for folder in ["src", "tests", "benches"] {
        collect(&root().join(folder), &mut paths);
    }
    paths.sort();
    let files: Vec<RustFile> = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| RustFile {
            path: relative(path),
            text: fs::read_to_string(path).expect("a Rust file is UTF-8"),
        })
        .collect();
    assert!(files.len() > 10, "the Rust files were not found");
    files
}

/// Everything below the project but what building and indexing make.
fn tracked_files() -> Vec<String> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(root()).expect("the project's folder can be read") {
        let path = entry.expect("the project's folder can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !["target", "index", ".git"].contains(&name.as_ref()) {
            collect(&path, &mut paths);
        } else if path.is_file() && name != ".git" {
            paths.push(path);
        }
    }
    paths.iter().map(|path| relative(path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.expect("a folder of the project can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && name != "node_modules" && name != "target" {
            collect(&path, paths);
        } else if path.is_file() {
            paths.push(path);
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

fn layer_of(path: &str) -> Option<(&'static str, &'static [&'static str])> {
    let below = path.strip_prefix("src/")?;
    let name = below.split(['/', '.']).next()?;
    let found = ARROWS.iter().find(|(layer, _)| *layer == name);
    found.map(|&(layer, allowed)| (layer, allowed))
}

/// The layers that a line names as `crate::layer` or `jida::layer`.
fn layers_named_in(line: &str) -> Vec<&'static str> {
    let mut named = Vec::new();
    for prefix in ["crate::", "jida::"] {
        for (at, _) in line.match_indices(prefix) {
            let rest = &line[at + prefix.len()..];
            let word: String = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            named.extend(
                ARROWS
                    .iter()
                    .map(|(layer, _)| *layer)
                    .filter(|layer| *layer == word),
            );
        }
    }
    named
}

/// Whether a line uses a crate: as the head of a path, not as part of another name.
fn names_crate(line: &str, name: &str) -> bool {
    let path = format!("{name}::");
    line.match_indices(&path)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
        || line.trim_start().starts_with(&format!("use {name};"))
}

fn assert_none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn the_rules_themselves_can_fail() {
    assert_eq!(layers_named_in("use crate::serve::State;"), ["serve"]);
    assert_eq!(
        layers_named_in("    jida::corpus::Corpus::open(crate::texture)"),
        ["corpus"]
    );
    assert!(names_crate("use axum::Router;", "axum"));
    assert!(names_crate("fn f(x: &axum::Router) {}", "axum"));
    assert!(!names_crate("use my_axum::Router;", "axum"));
    assert!(layer_of("src/config.rs").is_none());
}
