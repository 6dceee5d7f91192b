//! Indexes that can't answer: the cause and the command that mends it.

use std::fs;
use std::path::PathBuf;

use insta::assert_snapshot;

use super::Desk;

fn generation(desk: &Desk) -> PathBuf {
    let mut folders = fs::read_dir(desk.path("index/generations")).expect("the index is built");
    let folder = folders.next().expect("there is a generation");
    folder.expect("it can be read").path()
}

/// What `jida ask` says, without names that differ from run to run.
fn complaint(desk: &Desk) -> String {
    let run = desk.run(&["ask", "怎么申请退款"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    let name = generation(desk);
    let name = name.file_name().expect("a generation has a name");
    run.stderr.replace(&*name.to_string_lossy(), "GENERATION")
}

fn mends(desk: &Desk) {
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    let run = desk.run(&["ask", "怎么申请退款"]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_missing_index_names_the_command_that_builds_it() {
    let desk = Desk::with_corpus();
    for command in ["ask", "search", "explain"] {
        let run = desk.run(&[command, "怎么申请退款"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert_eq!(
            run.stderr,
            "error: there is no index in index\nhint: run `jida index` to build it\n"
        );
    }
    let run = desk.run(&["ask", "怎么申请退款", "--lang", "zh-CN"]);
    assert_eq!(
        run.stderr,
        "错误：index 里没有索引\n提示：先运行 `jida index` 建立索引\n"
    );
}

#[test]
fn an_index_behind_its_corpus_answers_with_a_warning() {
    let desk = Desk::indexed();
    desk.write("corpus/新.md", "# 新\n\n## 有新的吗？\n\n有。\n");
    let run = desk.run(&["ask", "怎么申请退款"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_snapshot!(run.stderr, @r"
    warning: the index in index is behind: corpus holds something else by now
    hint: build it again: jida index corpus --index index
    ");
    assert_eq!(desk.run(&["ask", "怎么申请退款", "--quiet"]).stderr, "");
    mends(&desk);
}

#[test]
fn an_index_without_its_corpus_answers() {
    let desk = Desk::indexed();
    fs::remove_dir_all(desk.path("corpus")).expect("the corpus can be removed");
    let run = desk.run(&["ask", "怎么申请退款"]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn an_index_of_another_version_is_refused() {
    let desk = Desk::indexed();
    let manifest = generation(&desk).join("manifest.json");
    let text = fs::read_to_string(&manifest).expect("there is a manifest");
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    value["format"] = 9999.into();
    fs::write(&manifest, value.to_string()).expect("it can be written");
    let complaint = complaint(&desk);
    assert!(complaint.contains("has format 9999"), "{complaint}");
    assert!(
        complaint.ends_with("hint: run `jida index` to rebuild it\n"),
        "{complaint}"
    );
    mends(&desk);
}

#[test]
fn a_half_written_index_is_refused() {
    for file in ["manifest.json", "entries.data"] {
        let desk = Desk::indexed();
        let path = generation(&desk).join(file);
        let bytes = fs::read(&path).expect("the file is there");
        fs::write(&path, &bytes[..bytes.len() / 2]).expect("it can be written");
        let complaint = complaint(&desk);
        assert!(
            complaint.starts_with("error: the index is damaged at "),
            "{complaint}"
        );
        assert!(
            complaint.contains("\nhint: run `jida index` to rebuild it, or `jida rollback`"),
            "{complaint}"
        );
        mends(&desk);
    }
}

#[test]
fn an_index_remembers_its_folder() {
    let desk = Desk::with_corpus();
    desk.write(
        "docs/换货.md",
        "# 换货\n\n## 怎么换货？\n\n联系客服换货。\n",
    );
    assert_eq!(desk.run(&["index", "docs"]).code, 0);
    // Neither is `corpus` here missed, nor is it taken for what was indexed.
    let run = desk.run(&["ask", "怎么换货？"]);
    assert_eq!(run.code, 0, "{run:?}");

    desk.write("docs/换货.md", "# 换货\n\n## 怎么换货？\n\n不能换货。\n");
    assert_snapshot!(desk.run(&["ask", "怎么换货？"]).stderr, @r"
    warning: the index in index is behind: docs holds something else by now
    hint: build it again: jida index docs --index index
    ");
    let again = desk.run(&["index"]);
    assert!(
        again.stdout.starts_with("docs: 1 file, 1 entry\n"),
        "{again:?}"
    );

    let run = desk.run(&["ask", "怎么换货？", "--corpus", "corpus"]);
    assert!(
        run.stderr
            .starts_with("warning: the index in index is behind: corpus"),
        "{run:?}"
    );
}
