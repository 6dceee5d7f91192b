//! `jida index`: what it reports, and what can stand in its way.

use insta::assert_snapshot;

use super::{Desk, steady};

#[test]
fn a_build_says_what_it_found() {
    let desk = Desk::with_corpus();
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_snapshot!(run.steady_output(), @r"
    corpus: 1 file, 2 entries
    index: built generation VERSION
    ");
    assert_eq!(run.stderr, "");

    let again = desk.run(&["index", "--lang", "zh-CN"]);
    assert_eq!(again.code, 0);
    assert_snapshot!(again.steady_output(), @r"
    corpus：1 个文件，2 条问答
    index：没有变化，沿用索引版本 VERSION
    ");
}

#[test]
fn whoever_replaces_an_index_is_told_that_a_server_must_take_it_over() {
    let desk = Desk::with_corpus();
    let told = |arguments: &[&str]| {
        let run = desk.run(arguments);
        assert_eq!(run.code, 0, "{run:?}");
        run.stderr
    };
    assert_eq!(told(&["index"]), "", "nothing can serve it yet");
    assert_eq!(told(&["index"]), "", "nothing has changed");
    desk.write("corpus/甲.md", "## 甲？\n\n一。\n");
    let hint = told(&["index"]);
    assert!(
        hint.starts_with("hint: a running jida serve goes on"),
        "{hint}"
    );
    desk.write("corpus/甲.md", "## 甲？\n\n二。\n");
    assert_eq!(told(&["index", "--json"]), "");
    desk.write("corpus/甲.md", "## 甲？\n\n三。\n");
    assert!(told(&["index", "--lang", "zh-CN"]).contains("POST /v1/admin/reload"));
}

#[test]
fn a_problem_names_its_line_and_does_not_stop_the_build() {
    let desk = Desk::with_corpus();
    desk.write(
        "corpus/空.md",
        "# 空\n\n## 有答案吗？\n\n有。\n\n## 没有答案吗？\n",
    );
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_snapshot!(run.stderr, @r"
    corpus/空.md:7: “没有答案吗？” has no answer
    hint: write the answer below it
    ");
    assert_snapshot!(run.steady_output(), @r"
    corpus: 2 files, 4 entries
    1 problem in 1 file
    index: built generation VERSION
    ");
    assert_eq!(desk.run(&["index", "--quiet"]).stderr, "");
}

#[test]
fn a_related_id_that_no_entry_has_is_told_with_its_line() {
    let desk = Desk::with_corpus();
    desk.write(
        "corpus/甲.md",
        "---\ntags: [x]\nrelated:\n  - later\n  - \"#gone\"\n---\n## 甲？\n\n\
         <!-- jida: tags=y;\n related=#later, #nope -->\n\n一。\n",
    );
    desk.write("corpus/乙.md", "## 乙？ {#later}\n\n二。\n");
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_snapshot!(run.stderr, @r"
    corpus/甲.md:5: no entry has the id gone of a related question; left out
    hint: write an id that a question has, as `{#id}`
    corpus/甲.md:10: no entry has the id nope of a related question; left out
    hint: write an id that a question has, as `{#id}`
    ");
}

#[test]
fn a_line_of_a_word_list_that_can_not_be_used_is_told() {
    let desk = Desk::with_corpus();
    desk.write("corpus/lexicon/synonyms.txt", "退款, 退钱\n孤单\n");
    desk.write("corpus/lexicon/words.txt", "抬头\n……\n");
    desk.write("corpus/lexicon/word.txt", "抬头\n");
    let expected = "\
corpus/lexicon/word.txt: an unknown word list, not read
hint: name it words.txt or synonyms.txt
corpus/lexicon/words.txt:2: left out: “……” is no word
hint: a word has at most 40 characters, a letter, digit or ideograph among them
corpus/lexicon/synonyms.txt:2: “孤单” has no synonym
hint: write two words or more on a line, with spaces or commas between them
";
    for unchanged in [false, true] {
        let run = desk.run(&["index"]);
        assert_eq!(
            (run.code, run.stderr.as_str()),
            (0, expected),
            "{unchanged}"
        );
    }
    let run = desk.run(&["index", "--lang", "zh-CN"]);
    assert!(
        run.stderr.contains("synonyms.txt:2: 「孤单」没有同义词\n"),
        "{run:?}"
    );
    desk.write("corpus/lexicon/synonyms.txt", "退款, 退钱\n");
    let run = desk.run(&["index"]);
    assert!(run.stdout.contains("built generation"), "{run:?}");
}

#[test]
fn the_report_is_json_on_request() {
    let run = Desk::with_corpus().run(&["index", "--json"]);
    let report = run.json();
    assert_eq!(report["kb"], "default");
    assert_eq!(report["files"], 1);
    assert_eq!(report["entries"], 2);
    assert_eq!(report["unchanged"], false);
    assert_eq!(report["problems"], serde_json::json!([]));
}

#[test]
fn the_corpus_may_be_named_with_and_without_flag() {
    for arguments in [&["index", "faq"][..], &["index", "--corpus", "faq"]] {
        let desk = Desk::empty();
        desk.write("faq/退款.md", super::REFUNDS);
        let run = desk.run(arguments);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(
            run.stdout.starts_with("faq: 1 file, 2 entries\n"),
            "{run:?}"
        );
    }
}

#[test]
fn a_missing_corpus_is_an_error_with_a_next_step() {
    let run = Desk::empty().run(&["index", "nowhere"]);
    assert_eq!(run.code, 2);
    assert_snapshot!(run.stderr, @r"
    error: there is no corpus folder nowhere
    hint: name a folder with .md files in it: --corpus DIR
    ");
    assert_eq!(run.stdout, "");
}

#[test]
fn a_folder_without_a_question_is_indexed_with_a_warning() {
    let desk = Desk::empty();
    std::fs::create_dir(desk.path("corpus")).expect("a folder can be made");
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_snapshot!(run.stderr, @r"
    warning: the corpus holds no question
    hint: put an .md file into the folder: a heading is a question, the answer stands below it
    ");
    assert_eq!(desk.run(&["ask", "怎么申请退款"]).code, 1);
}

#[test]
fn an_index_that_can_not_be_written_is_an_error() {
    // A file stands where a folder should: that stops even root, who may write anywhere.
    let desk = Desk::with_corpus();
    desk.write("occupied", "");
    let run = desk.run(&["index", "--index", "occupied/index"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.starts_with("error: cannot write occupied/index"),
        "{run:?}"
    );
    assert!(run.stderr.contains("\nhint: "), "{run:?}");
}

#[test]
fn a_failed_build_leaves_the_index_answering() {
    let desk = Desk::indexed();
    assert_eq!(desk.run(&["index", "nowhere"]).code, 2);
    let run = desk.run(&["ask", "怎么申请退款"]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn versions_and_percentages_are_steadied_for_snapshots() {
    let text = " 1.  85%  version b6c02c68be6b2fa9\n100% 5%x";
    assert_eq!(steady(text), " 1.  NN%  version VERSION\nNN% 5%x");
}

/// A limit on the size of files stands for a full disk: the system refuses to write on.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_during_a_build_leaves_the_old_index_serving() {
    let desk = Desk::indexed();
    desk.write("corpus/新.md", "## 怎么换货？\n\n联系客服。\n");
    let index = desk.command(&["index"]);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" index"]);
    shell
        .arg(index.get_program())
        .current_dir(&desk.folder)
        .env("LC_ALL", "en_US.UTF-8")
        .env("JIDA_ENCODER", "none");
    let run = super::Run::of(shell.output());
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stderr.starts_with("error: cannot write index/"),
        "{run:?}"
    );
    assert!(run.stderr.contains("hint: make room"), "{run:?}");
    let answer = desk.run(&["ask", "怎么申请退款？"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(desk.run(&["index"]).code, 0);
    assert_eq!(desk.run(&["ask", "怎么换货？"]).code, 0);
}
