//! What the owner welcomes readers with: front matter and `welcome.md`.
#![cfg(unix)]

use insta::assert_snapshot;
use serde_json::Value;

use super::Desk;
use super::serve::Service;

fn welcome(desk: &Desk, query: &str, arguments: &[&str]) -> Value {
    let service = Service::start(desk, arguments);
    service.wait_until_ready();
    let (status, body) = service.get(&format!("/v1/welcome{query}"));
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).expect("JSON")
}

fn questions(welcome: &Value) -> Vec<String> {
    let questions = welcome["questions"].as_array().expect("questions").iter();
    let texts = questions.map(|one| one["question"].as_str().expect("a text").to_owned());
    texts.collect()
}

#[test]
fn the_owner_chooses_questions_by_text_or_id_from_any_file() {
    let desk = Desk::with_corpus();
    desk.write(
        "corpus/物流.md",
        "---\nwelcome:\n  - 怎么开发票\n  - \"#slow\"\n  - 怎么申请退款？\n---\n\
         # 物流\n\n## 多久发货？ {#slow}\n\n两天。\n\n## 能改地址吗？\n\n能。\n",
    );
    let chosen = ["怎么开发票？", "多久发货？", "怎么申请退款？"];
    assert_eq!(questions(&welcome(&desk, "", &[])), chosen);
    assert_eq!(questions(&welcome(&desk, "?limit=2", &[])), chosen[..2]);
}

#[test]
fn chinese_keys_and_one_line_do_as_well() {
    let desk = Desk::with_corpus();
    for yaml in [
        "欢迎: 怎么开发票？",
        "welcome: [怎么开发票？]",
        "欢迎问题: ['怎么开发票']",
    ] {
        desk.write(
            "corpus/甲.md",
            &format!("---\n{yaml}\n---\n# 甲\n\n## 乙？\n\n丙。\n"),
        );
        assert_eq!(
            questions(&welcome(&desk, "", &[])),
            ["怎么开发票？"],
            "{yaml}"
        );
    }
}

#[test]
fn a_question_that_nobody_asks_is_told_with_its_line() {
    let desk = Desk::with_corpus();
    desk.write(
        "corpus/a.md",
        "---\ntags: [x]\nwelcome: [怎么开发票？, 怎么退货？]\n---\n# 甲\n\n## 一？\n\n",
    );
    desk.write(
        "corpus/b.md",
        "---\nwelcome:\n- '#nope'\n---\n# 乙\n\n## 二？\n\n三。\n",
    );
    let run = desk.run(&["index"]);
    let told: Vec<&str> = run.stderr.lines().take(6).collect();
    assert_snapshot!(told.join("\n"), @r##"
    corpus/a.md:3: no entry asks “怎么退货？”, which readers are to be welcomed with; left out
    hint: write the question as its heading does, or "#id" in quotes
    corpus/a.md:7: “一？” has no answer
    hint: write the answer below it
    corpus/b.md:3: no entry asks “#nope”, which readers are to be welcomed with; left out
    hint: write the question as its heading does, or "#id" in quotes
    "##);
    // They are told again where nothing has changed.
    let again = desk.run(&["index"]).stderr;
    assert!(again.starts_with(&told.join("\n")), "{again}");
    assert_eq!(questions(&welcome(&desk, "", &[])), ["怎么开发票？"]);
}

#[test]
fn the_owner_greets_in_words_of_their_own() {
    let desk = Desk::with_corpus();
    assert!(welcome(&desk, "", &[])["message"].is_null());
    desk.write("corpus/welcome.md", "**您好**，退款和发票的事都可以问。\n");
    let said = welcome(&desk, "", &[]);
    assert_eq!(said["message"], "您好，退款和发票的事都可以问。");
    let greeted = welcome(&desk, "", &["--lang", "en"]);
    assert_eq!(greeted["message"], said["message"]);
    desk.write("corpus/welcome.en.md", "Ask about refunds and invoices.\n");
    let greeted = welcome(&desk, "", &["--lang", "en"]);
    assert_eq!(greeted["message"], "Ask about refunds and invoices.");
    assert_ne!(greeted["index_version"], said["index_version"]);
    assert_eq!(
        questions(&greeted),
        ["怎么申请退款？", "怎么开发票？"],
        "it is no entry"
    );
}
