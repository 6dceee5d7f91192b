//! Folders as they are found in the wild: encodings, links, sizes, damage. Nothing of it stops the rest.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use jida::corpus::{Corpus, CorpusError, ParsedFile, Settings};
use jida::locale::{Locale, Localized};
use tempfile::TempDir;

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        let path = dir.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("a folder below");
        }
        fs::write(path, content).expect("a file written");
    }
    dir
}

fn open(dir: &Path) -> Corpus {
    Corpus::open(dir, Settings::default()).expect("an open corpus")
}

fn read(dir: &Path) -> Vec<ParsedFile> {
    let corpus = open(dir);
    let parsed: Vec<ParsedFile> = corpus.parsed_files().collect();
    assert_eq!(parsed.len(), corpus.file_count());
    parsed
}

/// Entries as `file: question = answer` and problems as printed, in order.
fn told(dir: &Path) -> Vec<String> {
    let mut told = Vec::new();
    for parsed in read(dir) {
        for entry in &parsed.entries {
            let text = entry.answer.text.replace('\n', " ⏎ ");
            told.push(format!("{}: {} = {text}", parsed.file, entry.question));
        }
        for problem in &parsed.problems {
            assert!(!problem.message(Locale::Zh).is_empty());
            assert!(problem.hint(Locale::Zh).is_some() && problem.hint(Locale::En).is_some());
            told.push(problem.to_string());
        }
    }
    told
}

fn check(files: &[(&str, &[u8])], expected: &[&str]) {
    let dir = folder(files);
    assert_eq!(told(dir.path()), expected);
}

#[test]
fn the_shipped_faq_has_its_23_entries() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let entries: Vec<_> = read(&root).into_iter().flat_map(|f| f.entries).collect();
    assert_eq!(entries.len(), 23);
    let first = entries
        .iter()
        .find(|e| e.question == "备案需要提供什么资料？");
    let first = first.expect("the first question of 备案.md");
    let sections: Vec<_> = first
        .answer
        .passages
        .iter()
        .filter(|p| p.kind == jida::corpus::PassageKind::Section)
        .filter_map(|p| p.heading.as_deref())
        .collect();
    assert_eq!(
        sections,
        [
            "个人备案提交初审时需要准备上传的备案资料有：",
            "企业备案提交初审时需要准备上传的备案资料有："
        ]
    );
    for section in sections {
        assert!(first.answer.markdown.contains(section));
    }
}

#[test]
fn a_missing_folder_is_an_error_and_an_empty_one_is_empty() {
    let dir = folder(&[("a.md", b"x")]);
    for (path, zh) in [("none", "没有语料目录"), ("a.md", "不是目录")] {
        let error = Corpus::open(&dir.path().join(path), Settings::default());
        let error = error.expect_err("no folder");
        assert!(error.message(Locale::Zh).contains(zh), "{error}");
        assert!(error.hint(Locale::En).is_some());
    }
    let missing = Corpus::open(&dir.path().join("none"), Settings::default());
    assert!(matches!(missing, Err(CorpusError::Missing { .. })));
    check(&[], &[]);
}

#[test]
fn files_come_in_order_of_their_paths_without_what_is_no_faq() {
    check(
        &[
            ("乙/b.MARKDOWN", "### 二？\n2".as_bytes()),
            ("a.Md", "### 一？\n1".as_bytes()),
            ("z.txt", "### 三？\n3".as_bytes()),
            ("lexicon/words.txt", b"x"),
            ("sub/lexicon/c.md", "### 四？\n4".as_bytes()),
            (".git/d.md", b"x"),
            (".draft.md", b"x"),
            (".NET SDK.md", "### 五？\n5".as_bytes()),
            ("._a.md", b"x"),
            ("picture.png", b"x"),
        ],
        &[
            ".NET SDK.md: 五？ = 5",
            ".draft.md: left out: a name that begins with a dot is hidden",
            "a.Md: 一？ = 1",
            "sub/lexicon/c.md: 四？ = 4",
            "z.txt: 三？ = 3",
            "乙/b.MARKDOWN: 二？ = 2",
        ],
    );
}

#[test]
fn encodings_and_line_ends_do_not_matter() {
    let text = "### 备案要多久？\n一般需要二十个工作日。\n\n### 可以加急吗？\n不可以。\n";
    let (gb, _, _) = encoding_rs::GB18030.encode(text);
    let bom = format!("\u{feff}{text}");
    let crlf = text.replace('\n', "\r\n");
    for content in [text.as_bytes(), &gb, bom.as_bytes(), crlf.as_bytes()] {
        check(
            &[("a.md", content)],
            &[
                "a.md: 备案要多久？ = 一般需要二十个工作日。",
                "a.md: 可以加急吗？ = 不可以。",
            ],
        );
    }
    let dir = folder(&[("a.md", crlf.as_bytes()), ("b.md", bom.as_bytes())]);
    for (parsed, text) in read(dir.path()).iter().zip([&crlf, &bom]) {
        for entry in &parsed.entries {
            assert_eq!(text[entry.source.answer.clone()], entry.answer.markdown);
        }
    }
}

#[test]
fn damaged_files_are_reported_and_the_rest_is_read() {
    check(
        &[
            ("a.md", b"### A?\nx \xff\xfe\xfd y\n"),
            (
                "b.md",
                "### 甲？\n<<<<<<< HEAD\n一\n=======\n二\n>>>>>>> x\n".as_bytes(),
            ),
            ("c.md", "---\ntags: [a\n---\n### 乙？\n二\n".as_bytes()),
            ("d.md", "### 丙？\n三\0\n".as_bytes()),
            ("e.md", b""),
            ("f.md", "### 丁？\n四".as_bytes()),
        ],
        &[
            "a.md: A? = x \u{fffd}\u{fffd}\u{fffd} y",
            "a.md:2: some bytes are neither UTF-8 nor GB18030",
            "b.md: 甲？ = 一 ⏎ 二",
            "b.md:2: left-over merge conflict markers",
            "c.md: 乙？ = 二",
            "c.md:2: the front matter is no valid YAML: unclosed bracket '['",
            "d.md: 丙？ = 三",
            "d.md:2: NUL bytes in the text",
            "e.md: the file is empty",
            "f.md: 丁？ = 四",
        ],
    );
}

#[test]
fn ids_are_unique_over_all_files_and_survive_other_files() {
    let (a, b) = (
        "### 甲？ {#x}\n一\n### 甲？\n二\n### 甲？\n三",
        "### 乙？ {#x}\n四",
    );
    let both = folder(&[("a.md", a.as_bytes()), ("b.md", b.as_bytes())]);
    let ids = |dir: &TempDir| -> Vec<String> {
        let files = read(dir.path()).into_iter();
        files
            .flat_map(|f| f.entries)
            .map(|e| e.id.to_string())
            .collect()
    };
    let found = ids(&both);
    let distinct: std::collections::BTreeSet<_> = found.iter().collect();
    assert_eq!(distinct.len(), 4, "{found:?}");
    assert_eq!(found[0], "x");
    assert!(found[2] == format!("{}-2", found[1]), "{found:?}");
    assert!(found[3].starts_with("x-"), "{found:?}");
    assert_eq!(ids(&folder(&[("a.md", a.as_bytes())])), found[..3]);
    assert!(told(both.path()).contains(&format!(
        "b.md:1: the id x is taken by an earlier question; using {}",
        found[3]
    )));
}

#[test]
fn the_fingerprint_changes_with_names_and_content_only() {
    let print = |files: &[(&str, &[u8])]| open(folder(files).path()).fingerprint();
    let first = print(&[("a.md", b"x"), ("b.md", b"y")]);
    assert_eq!(
        first,
        print(&[("b.md", b"y"), ("a.md", b"x"), ("c.png", b"z")])
    );
    for other in [
        print(&[("a.md", b"x"), ("b.md", b"z")]),
        print(&[("a.md", b"x"), ("c.md", b"y")]),
        print(&[("a.md", b"xy"), ("b.md", b"")]),
        print(&[("a.md", b"x")]),
        print(&[("a.md", b"x"), ("b.md", b"y"), ("lexicon/words.txt", b"z")]),
    ] {
        assert_ne!(first, other);
    }
}

#[test]
fn word_lists_are_read_beside_the_faq() {
    let dir = folder(&[
        ("a.md", "### 一？\n1".as_bytes()),
        ("lexicon/words.txt", "授权码\n".as_bytes()),
        ("lexicon/synonyms.txt", b"CVM server"),
        ("lexicon/synonym.txt", b"a b"),
        ("lexicon/README.md", b"x"),
        ("sub/lexicon/words.txt", "### 二？\n2".as_bytes()),
    ]);
    let corpus = open(dir.path());
    let before = corpus.fingerprint();
    let lexicon = corpus.lexicon();
    let lists = lexicon
        .lists
        .iter()
        .map(|list| (list.file.as_str(), list.text.as_str()));
    assert_eq!(
        lists.collect::<Vec<_>>(),
        [
            ("lexicon/synonyms.txt", "CVM server"),
            ("lexicon/words.txt", "授权码\n")
        ]
    );
    let problems = lexicon.problems.iter().map(ToString::to_string);
    assert_eq!(
        problems.collect::<Vec<_>>(),
        ["lexicon/synonym.txt: an unknown word list, not read"]
    );
    assert_eq!(corpus.file_count(), 2);
    fs::write(dir.path().join("lexicon/words.txt"), "备案号").expect("a file written");
    assert_ne!(before, corpus.fingerprint());
}

#[test]
fn a_word_list_above_the_limit_is_left_out() {
    let dir = folder(&[("lexicon/words.txt", b"long enough")]);
    let corpus = Corpus::open(dir.path(), Settings { max_file_bytes: 10 }).expect("a corpus");
    let lexicon = corpus.lexicon();
    assert!(lexicon.lists.is_empty());
    assert_eq!(
        lexicon.problems[0].to_string(),
        "lexicon/words.txt: left out: 11 bytes, the limit is 10"
    );
}

#[test]
fn a_file_above_the_limit_is_left_out() {
    let dir = folder(&[("a.md", b"### A?\nlong enough"), ("b.md", b"### B?\nx")]);
    let corpus = Corpus::open(dir.path(), Settings { max_file_bytes: 10 }).expect("a corpus");
    let parsed: Vec<ParsedFile> = corpus.parsed_files().collect();
    assert_eq!(
        parsed[0].problems[0].to_string(),
        "a.md: left out: 18 bytes, the limit is 10"
    );
    assert_eq!(parsed[1].entries.len(), 1);
}

#[test]
fn a_file_that_vanishes_or_may_not_be_read_is_reported() {
    let dir = folder(&[("a.md", b"### A?\nx"), ("b.md", b"### B?\ny")]);
    let corpus = open(dir.path());
    let before = corpus.fingerprint();
    fs::remove_file(dir.path().join("a.md")).expect("removed");
    let parsed: Vec<ParsedFile> = corpus.parsed_files().collect();
    assert!(
        parsed[0].problems[0]
            .to_string()
            .starts_with("a.md: left out, can't be read: ")
    );
    assert_eq!(parsed[1].entries.len(), 1);
    assert_ne!(before, corpus.fingerprint());
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_and_reported_where_they_break_loop_or_leave() {
    use std::os::unix::fs::symlink;
    let outside = folder(&[("secret.md", b"### S?\nsecret")]);
    let dir = folder(&[("real/a.md", b"### A?\nx")]);
    let root = dir.path();
    for (target, name) in [
        (root.join("real/a.md"), "linked.md"),
        (root.join("gone.md"), "broken.md"),
        (root.to_owned(), "real/loop"),
        (root.join("self.md"), "self.md"),
        (outside.path().join("secret.md"), "outside.md"),
        (outside.path().to_owned(), "outside"),
    ] {
        symlink(target, root.join(name)).expect("a link");
    }
    assert_eq!(
        told(root),
        [
            "broken.md: left out: the symbolic link leads nowhere",
            "linked.md: A? = x",
            "outside: left out: the symbolic link leads out of the corpus folder",
            "outside.md: left out: the symbolic link leads out of the corpus folder",
            "real/a.md: A? = x",
            "real/loop: left out: the symbolic link leads to a folder around it",
            "self.md: left out: the symbolic link leads to a folder around it",
        ]
    );
}

/// Hostile texts take time in proportion to their size, and the stack of a thread is enough for them.
#[test]
fn hostile_texts_are_read_in_linear_time() {
    let long = "长".repeat(100_000);
    for (name, text) in [
        ("heading", format!("### {long}？\n答\n")),
        ("quotes", format!("### 问？\n{}x\n", "> ".repeat(10_000))),
        (
            "quotes, tight",
            format!("### 问？\n{}x\n", ">".repeat(10_000)),
        ),
        ("lists", format!("### 问？\n{}x\n", "- ".repeat(10_000))),
        ("brackets", format!("### 问？\n{}x\n", "[".repeat(50_000))),
        ("links", format!("### 问？\n{}x\n", "[a](".repeat(20_000))),
        ("stars", format!("### 问？\n{}\n", "*a **b ".repeat(20_000))),
        ("tags", format!("<div>\n{}\n>", "<".repeat(50_000))),
        (
            "breaks",
            format!("{}\n", "**问？**<br>答<br>".repeat(20_000)),
        ),
        (
            "comments",
            "<!-- jida: tags=x -->\n### 问？\n答\n".repeat(10_000),
        ),
        ("fences", "```\n### 问？\n".repeat(10_001)),
        ("twins", "### 问？\n答\n".repeat(10_000)),
        (
            "yaml",
            format!("---\na: {}\n---\n### 问？\n答\n", "[".repeat(10_000)),
        ),
    ] {
        let begin = Instant::now();
        let dir = folder(&[("a.md", text.as_bytes())]);
        let parsed = read(dir.path());
        assert!(!parsed[0].entries.is_empty(), "{name}");
        // Generous for a debug build on a busy machine; quadratic behaviour takes minutes.
        assert!(begin.elapsed() < Duration::from_secs(20), "{name} is slow");
    }
}

#[test]
fn fifty_megabytes_are_read_where_the_limit_allows_it() {
    let part = "### 怎么办理？\n先登录控制台，再提交。\n\n".repeat(500);
    let filler = "普通的一行文字，没有什么特别。\n".repeat(1_150_000);
    let text = format!("{part}### 长吗？\n{filler}");
    assert!(text.len() > 50 << 20);
    let dir = folder(&[("a.md", text.as_bytes())]);
    let settings = Settings {
        max_file_bytes: 64 << 20,
    };
    let corpus = Corpus::open(dir.path(), settings).expect("a corpus");
    let parsed: Vec<ParsedFile> = corpus.parsed_files().collect();
    assert_eq!(parsed[0].entries.len(), 501);
    assert_eq!(told(dir.path()).len(), 1, "left out by the default limit");
}
