//! `jida eval --fit`: labelled FAQs in, the ranking's numbers out.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use super::encoder::Endpoint;
use super::{Desk, REFUNDS, copy_folder};

const REFUND: &str =
    r#"{"query":"怎么申请退款？","relevant":[{"path":"退款.md","question":"怎么申请退款？"}]}"#;

/// A folder with two labelled FAQs, `office` and `refunds`.
fn labelled() -> Desk {
    let desk = Desk::empty();
    desk.write("refunds/退款.md", REFUNDS);
    desk.write("refunds/queries.jsonl", REFUND);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    copy_folder(&fixtures.join("office"), &desk.path("office"));
    let queries = desk.path("office/queries.jsonl");
    fs::copy(fixtures.join("office.jsonl"), queries).expect("a file can be copied");
    desk
}

#[test]
fn a_fit_writes_the_models_file() {
    let desk = labelled();
    let endpoint = Endpoint::start();
    let fit = |out: &str, lang: &str| {
        let fit = ["eval", "--fit", out, "office", "refunds", "--lang", lang];
        let run = endpoint.run(&desk, &fit);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
        let written = fs::read_to_string(desk.path(out)).expect("it is written");
        (run.stdout, written)
    };
    let (english, written) = fit("model.toml", "en");
    let (chinese, again) = fit("again.toml", "zh-CN");
    assert_eq!(written, again);
    jida::rank::model::Model::parse(&written).expect("a model");
    let head: Vec<&str> = written.lines().take(3).collect();
    assert_snapshot!(head.join("\n"), @r"
    # Written by `jida eval --fit`; change nothing by hand. Fitted to:
    # - office: 12 queries, 9 answerable, 9 with a right candidate
    # - refunds: 1 query, 1 answerable, 1 with a right candidate
    ");
    for (shown, words) in [
        (english, ["by words alone", "refunds", "all", "held out"]),
        (chinese, ["只凭字词", "office", "全部", "留出"]),
    ] {
        assert!(words.iter().all(|words| shown.contains(words)), "{shown}");
    }
    assert!(!desk.path("index").exists());
}

#[test]
fn a_label_that_moved_is_a_finding() {
    let desk = labelled();
    let moved = r#"{"query":"怎么换货","relevant":[{"path":"退款.md","question":"怎么换货？"}]}"#;
    desk.write("refunds/queries.jsonl", &format!("{REFUND}\n{moved}\n"));
    let run = Endpoint::start().run(&desk, &["eval", "--fit", "model.toml", "refunds"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.stderr.starts_with("refunds/queries.jsonl:2: "),
        "{run:?}"
    );
    assert!(desk.path("model.toml").is_file());
}

#[test]
fn a_fit_to_nothing_is_refused() {
    let desk = labelled();
    desk.write("bare/退款.md", REFUNDS);
    desk.write("off/退款.md", REFUNDS);
    desk.write("off/queries.jsonl", r#"{"query":"今天天气","relevant":[]}"#);
    let mut told = String::new();
    for arguments in [
        &["bare"][..],
        &["off"],
        &["refunds"],
        &["refunds", "--json"],
        &["refunds", "--own"],
        &[],
    ] {
        // No encoder: see `Desk::command`.
        let run = desk.run(&[&["eval", "--fit", "model.toml"], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        told.push_str(&run.stderr);
    }
    assert_snapshot!(told, @r"
    error: there is no queries.jsonl in bare
    hint: put labelled queries into queries.jsonl in each folder
    error: no query found a right entry, there is nothing to fit to
    hint: label queries with what is relevant, then fit again
    error: without vectors of questions and answers the fit is not whole
    hint: check the encoder's settings, or use --encoder built-in
    error: --fit <OUT.toml> <DIR>... can't be used with --json
    hint: see jida --help
    error: --fit <OUT.toml> <DIR>... can't be used with --own
    hint: see jida --help
    error: 2 values required by '--fit <OUT.toml> <DIR>...'; only 1 was provided
    hint: see jida --help
    ");
    assert!(!desk.path("model.toml").exists());
}
