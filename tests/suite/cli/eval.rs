//! `jida eval`: labelled queries in, numbers and an exit code out.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;

use super::{Desk, REFUNDS, Run, copy_folder};

/// A folder with the small office FAQ, its queries in `office.jsonl`, not indexed.
fn office() -> Desk {
    let desk = Desk::empty();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    copy_folder(&fixtures.join("office"), &desk.path("corpus"));
    fs::copy(fixtures.join("office.jsonl"), desk.path("office.jsonl"))
        .expect("a file can be copied");
    desk
}

/// A folder with [`REFUNDS`], indexed, and these queries.
fn refunds(queries: &str) -> Desk {
    let desk = Desk::indexed();
    desk.write("q.jsonl", queries);
    desk
}

/// The object without what differs from run to run.
fn steady_json(run: &Run) -> Value {
    let mut value = run.json();
    value.as_object_mut().expect("an object").remove("took_us");
    value
}

const REFUND: &str =
    r#"{"query":"怎么申请退款？","relevant":[{"path":"退款.md","question":"怎么申请退款？"}]}"#;
/// Asks for one entry and is labelled with the other.
const MISLABELLED: &str =
    r#"{"query":"怎么开发票？","relevant":[{"path":"退款.md","question":"怎么申请退款？"}]}"#;

#[test]
fn labelled_queries_become_numbers() {
    let desk = office();
    let run = desk.run(&["eval", "office.jsonl"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let first = run.stdout.lines().next();
    assert_eq!(first, Some("11 entries, 12 queries: 9 answerable, 3 not"));
    let json = desk.run(&["eval", "office.jsonl", "--json"]).json();
    assert_eq!(json["queries"], 12);
    assert_eq!(json["overall"]["n"], 9);
    assert_eq!(json["kinds"]["as-written"]["recall_1"], 1.0);
    assert_eq!(
        json["decisions"]["in_scope_by_kind"]["as-written"]["answered_right"],
        2
    );
    assert_eq!(
        json["decisions"]["out_of_scope_by_note"]["unrelated"]["declined"],
        1
    );
    for place in [
        "/overall/mrr_10",
        "/overall/recall_candidates",
        "/auroc/answerable_near_miss",
        "/calibration/in_scope/expected_error",
        "/decisions/answered/precision",
        "/took_us/p99",
        "/results/0/confidence",
    ] {
        assert!(
            json.pointer(place).is_some_and(Value::is_number),
            "{place}: {json}"
        );
    }
}

#[test]
fn the_report_is_the_librarys() {
    let run = office().run(&["eval", "office.jsonl", "--json"]);
    let report: jida::eval::report::Report =
        serde_json::from_str(&run.stdout).expect("the library's report");
    assert_eq!(
        serde_json::to_value(&report).expect("it is JSON"),
        run.json()
    );
}

#[test]
fn every_run_gives_the_same_numbers() {
    let desk = office();
    for arguments in [
        &["eval", "office.jsonl", "--json"][..],
        &["eval", "--robustness", "--json"],
    ] {
        let (one, other) = (desk.run(arguments), desk.run(arguments));
        assert_eq!(steady_json(&one), steady_json(&other), "{arguments:?}");
    }
}

#[test]
fn every_question_finds_itself() {
    let run = office().run(&["eval", "--own", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let json = run.json();
    assert_eq!(json["overall"]["n"], 11);
    assert_eq!(json["overall"]["recall_1"], 1.0);
}

#[test]
fn spoilt_questions_are_counted_by_how_they_are_spoilt() {
    let desk = office();
    let run = desk.run(&["eval", "--robustness", "--sample", "4", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let json = run.json();
    for kind in ["as-written", "homophone", "traditional-taiwan", "courtesy"] {
        assert_eq!(json["kinds"][kind]["n"], 4, "{kind}: {json}");
    }
    assert!(json["kinds"]["flipped"].is_null(), "{json}");
    let all = desk.run(&["eval", "--robustness", "--json"]).json();
    assert_eq!(all["kinds"]["as-written"]["n"], 11);
    assert!(all["polarity"]["n"].as_u64() > Some(0), "{all}");
}

#[test]
fn bad_lines_are_told_and_nothing_is_measured() {
    let desk = refunds(&format!("{REFUND}\n{{\"query\":\"x\"}}\n\nnonsense\n"));
    let run = desk.run(&["eval", "q.jsonl"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert_snapshot!(run.stderr, @r#"
    q.jsonl:2: not a labelled query: missing field `relevant` (column 13)
    hint: one object a line: {"query":"…","relevant":[{"path":"…","question":"…"}]}; relevant is [] where the FAQ has no answer
    q.jsonl:4: not a labelled query: expected ident (column 2)
    hint: one object a line: {"query":"…","relevant":[{"path":"…","question":"…"}]}; relevant is [] where the FAQ has no answer
    error: 2 lines of q.jsonl can't be used, nothing was measured
    hint: correct these lines or remove them
    "#);
    let run = desk.run(&["eval", "q.jsonl", "--lang", "zh-CN"]);
    assert_snapshot!(run.stderr, @r#"
    q.jsonl:2: 不是一条标注过的问题：missing field `relevant`（第 13 列）
    提示：每行一个对象：{"query":"…","relevant":[{"path":"…","question":"…"}]}；FAQ 不回答的，relevant 写 []
    q.jsonl:4: 不是一条标注过的问题：expected ident（第 2 列）
    提示：每行一个对象：{"query":"…","relevant":[{"path":"…","question":"…"}]}；FAQ 不回答的，relevant 写 []
    错误：q.jsonl 有 2 行不能用，没有评测
    提示：改正这些行，或删掉
    "#);
}

#[test]
fn a_label_that_moved_is_a_finding() {
    let moved = r#"{"query":"怎么换货","relevant":[{"path":"退款.md","question":"怎么换货？"}]}"#;
    let above = r#"{"query":"退钱","relevant":[{"path":"退款.md","question":"退款"}]}"#;
    let desk = refunds(&format!("{REFUND}\n{moved}\n{above}\n"));
    let run = desk.run(&["eval", "q.jsonl"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_snapshot!(run.stderr, @r"
    q.jsonl:2: the index has no 退款.md “怎么换货？”, so the query does not count
    q.jsonl:3: 退款.md “退款” is no entry, but a heading with 2 below it, so the query does not count
    hint: the entry may have been renamed, moved or removed: correct the label, or check --corpus
    ");
    let head: Vec<&str> = run.stdout.lines().take(2).collect();
    assert_snapshot!(head.join("\n"), @r"
    2 entries, 1 query: 1 answerable, 0 not
    2 left out, because the index has no entry that their labels name
    ");
}

#[test]
fn files_that_are_missing_empty_or_something_else_are_refused() {
    let desk = refunds("\n");
    desk.write("other.json", "{}");
    let mut told = String::new();
    for arguments in [
        &["eval", "none.jsonl"][..],
        &["eval", "q.jsonl"],
        &["eval", "--own", "--compare", "none.json"],
        &["eval", "--own", "--compare", "other.json"],
        &["eval", "--own", "--save", "none/there.json"],
        &["eval"],
        &["eval", "q.jsonl", "--own"],
        &["eval", "--own", "--tolerance", "2"],
    ] {
        let run = desk.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        told.push_str(&run.stderr);
    }
    assert_snapshot!(told, @r#"
    error: can't read none.jsonl: No such file or directory (os error 2)
    hint: name a .jsonl file with a labelled query on each line
    error: q.jsonl holds no query
    hint: write one object a line: {"query":"…","relevant":[{"path":"…","question":"…"}]}
    error: can't read none.json: No such file or directory (os error 2)
    hint: save one first with --save
    error: other.json is no saved result: missing field `index_version` at line 1 column 2
    hint: save one first with --save
    error: can't write none/there.json: No such file or directory (os error 2)
    hint: check that the folder exists and can be written to
    error: missing argument <QUERIES.jsonl|--own|--robustness|--fit <OUT.toml> <DIR>...>
    hint: usage: jida eval <QUERIES.jsonl|--own|--robustness|--fit <OUT.toml> <DIR>...>
    error: [QUERIES.jsonl] can't be used with --own
    hint: see jida --help
    error: missing argument --compare <FILE>
    hint: usage: jida eval --compare <FILE> --tolerance <N> <QUERIES.jsonl|--own|--robustness|--fit <OUT.toml> <DIR>...>
    "#);
}

#[test]
fn queries_come_from_standard_input_too() {
    let run = Desk::indexed().run_with_input(&["eval", "-", "--json"], REFUND.as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.json()["overall"]["recall_1"], 1.0);
}

#[test]
fn a_run_compared_with_itself_lost_nothing() {
    let desk = office();
    let run = desk.run(&["eval", "office.jsonl", "--save", "before.json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let run = desk.run(&["eval", "office.jsonl", "--compare", "before.json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let (_, comparison) = run
        .stdout
        .split_once("compared with")
        .expect("a comparison");
    assert_snapshot!(comparison, @r"
     what was saved: 12 queries in common, 0 only then, 0 only now

    better 0

    worse 0

    nothing lost beyond the tolerance
    ");
}

#[test]
fn a_loss_beyond_the_tolerance_is_exit_code_1() {
    let desk = refunds(&format!("{MISLABELLED}\n"));
    let run = desk.run(&["eval", "q.jsonl", "--save", "before.json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let saved = fs::read_to_string(desk.path("before.json")).expect("it is saved");
    // As if it had been so before.
    let compare = |field: &str, before: Value, tolerance: &str| {
        let mut pretended: Value = serde_json::from_str(&saved).expect("it is JSON");
        pretended["results"][0][field] = before;
        desk.write("pretended.json", &pretended.to_string());
        let mut arguments = vec!["eval", "q.jsonl", "--compare", "pretended.json", "--json"];
        arguments.extend(["--tolerance", tolerance]);
        desk.run(&arguments)
    };
    let regression = |run: &Run| run.json()["comparison"]["regressions"][0]["name"].clone();
    let run = compare("rank", 1.into(), "0");
    assert_eq!((run.code, regression(&run)), (1, "overall.recall_1".into()));
    assert_eq!(compare("rank", 1.into(), "1").code, 0);
    let run = compare("outcome", "declined".into(), "1");
    assert_eq!((run.code, regression(&run)), (1, "wrong_answers".into()));
}

#[test]
fn a_dump_holds_every_signal_of_every_candidate() {
    let desk = office();
    let run = desk.run(&["eval", "office.jsonl", "--dump", "dump.jsonl"]);
    assert_eq!(run.code, 0, "{run:?}");
    let dump = fs::read_to_string(desk.path("dump.jsonl")).expect("it is written");
    let rows: Vec<Value> = dump
        .lines()
        .map(|line| serde_json::from_str(line).expect("every line is an object"))
        .collect();
    assert_eq!(rows.len(), 12);
    let first = &rows[0]["hits"][0];
    assert_eq!(
        (&rows[0]["id"], &first["grade"]),
        (&"o-01".into(), &2.into())
    );
    let signals = first["signals"].as_object().expect("signals by name");
    assert_eq!(signals.len(), jida::rank::signals::COUNT);
    for name in jida::rank::signals::NAMES {
        assert!(signals[name].is_number(), "{name}: {first}");
    }
}

#[test]
fn misses_show_what_came_instead() {
    let run = refunds(&format!("{MISLABELLED}\n")).run(&["eval", "q.jsonl", "--misses"]);
    let (_, misses) = run.stdout.split_once("rank, ").expect("a list of misses");
    let lines: Vec<&str> = misses.lines().map(str::trim).collect();
    assert!(lines[1].ends_with("怎么开发票？  [unsorted]"), "{run:?}");
    assert_eq!(lines[2..], ["got    怎么开发票？", "wanted 怎么申请退款？"]);
}

#[test]
fn to_measure_changes_no_index_of_another_corpus() {
    let desk = Desk::indexed();
    desk.write(
        "other/换货.md",
        "# 换货\n\n## 怎么换货？\n\n联系客服换货。\n",
    );
    let before = fs::read(desk.path("index/CURRENT")).expect("there is an index");
    let run = desk.run(&["eval", "--own", "--corpus", "other"]);
    assert!(run.stdout.starts_with("1 entry,"), "{run:?}");
    let after = fs::read(desk.path("index/CURRENT")).expect("there is an index");
    assert_eq!(after, before);
    // Whoever names an index wants it built there.
    let run = desk.run(&["eval", "--own", "--corpus", "other", "--index", "second"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(desk.path("second/CURRENT").is_file());
}

#[test]
fn a_stale_index_is_built_first() {
    let desk = Desk::indexed();
    let more = format!("{REFUNDS}\n## 怎么换货？\n\n联系客服换货。\n");
    desk.write("corpus/退款.md", &more);
    let run = desk.run(&["eval", "--own", "--json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_eq!(run.json()["entries"], 3);
    assert_eq!(desk.run(&["ask", "怎么换货？"]).stderr, "");
}
