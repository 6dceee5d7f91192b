//! `jida ask` and `jida explain`: one question, one decision.

use insta::assert_snapshot;

use super::Desk;

#[test]
fn an_answer_is_printed_with_its_source() {
    let run = Desk::indexed().run(&["ask", "怎么申请退款"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_snapshot!(run.steady_output(), @r"
    answered  confidence NN%

    怎么申请退款？
      在订单页点击“申请退款”，三个工作日内到账。

    source 退款.md:3
    related
      - 怎么开发票？
    ");
    assert_eq!(run.stderr, "");
}

#[test]
fn the_same_answer_in_chinese() {
    let run = Desk::indexed().run(&["ask", "怎么申请退款", "--lang", "zh-CN"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_snapshot!(run.steady_output(), @r"
    有答案  可信度 NN%

    怎么申请退款？
      在订单页点击“申请退款”，三个工作日内到账。

    来源 退款.md:3
    相关问题
      - 怎么开发票？
    ");
}

#[test]
fn without_an_answer_the_message_is_printed_and_the_exit_code_is_1() {
    let run = Desk::indexed().run(&["ask", "quantum chromodynamics"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_snapshot!(run.steady_output(), @r"
    no answer

    Sorry, the FAQ has no answer to this. Try other words, or contact support.
    ");
}

#[test]
fn when_in_doubt_the_candidates_are_listed() {
    let desk = Desk::indexed();
    // Nothing is sure enough for an answer, everything for asking back.
    desk.write(
        "jida.toml",
        "search.thresholds = { answer = 1.0, clarify = 0.0 }\n",
    );
    let run = desk.run(&["ask", "订单页怎么点击"]);
    assert_eq!(run.code, 1, "{run:?}");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[0], "not sure");
    for question in ["怎么申请退款？", "怎么开发票？"] {
        let listed = lines.iter().find(|line| line.ends_with(question));
        assert!(listed.is_some_and(|line| line.contains('%')), "{run:?}");
    }
}

#[test]
fn an_entry_without_an_answer_answers_nothing() {
    let desk = Desk::with_corpus();
    desk.write(
        "corpus/发货.md",
        "## 多久发货？\n\n## 能改地址吗？\n\n发货前可以。\n",
    );
    assert_eq!(desk.run(&["index"]).code, 0);
    let run = desk.run(&["ask", "多久发货？"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.starts_with("no answer\n"), "{run:?}");
    let run = desk.run(&["search", "多久发货？"]);
    assert!(run.stdout.contains("    (no answer yet)\n"), "{run:?}");
    let run = desk.run(&["explain", "多久发货？"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("decision    no answer\n"), "{run:?}");
}

#[test]
fn a_shipped_question_is_answered_by_its_entry() {
    let run = Desk::shipped().run(&["ask", "备案授权码怎么申请？", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let reply = run.json();
    assert_eq!(reply["decision"], "answered");
    assert_eq!(reply["answer"]["question"], "备案授权码怎么申请？");
    assert_eq!(reply["answer"]["source"]["file"], "备案.md");
    assert_eq!(reply["answer"]["source"]["line"], 27);
}

#[test]
fn json_is_one_object_with_the_fields_of_the_api() {
    let run = Desk::shipped().run(&["ask", "怎么拿授权码", "--json"]);
    let reply: jida::search::AskReply = serde_json::from_str(&run.stdout).expect("the API's reply");
    assert_eq!(run.stdout.lines().count(), 1);
    // Nothing but what the type holds, so nothing that the API would not send.
    assert_eq!(
        serde_json::to_value(&reply).expect("a reply is JSON"),
        run.json()
    );
}

#[test]
fn the_same_question_gets_the_same_bytes() {
    let desk = Desk::shipped();
    let [first, second] = [(), ()].map(|()| {
        let mut reply = desk.run(&["ask", "备案要多久", "--json"]).json();
        for volatile in ["query_id", "took_us"] {
            reply[volatile] = serde_json::Value::Null;
        }
        reply.to_string()
    });
    assert_eq!(first, second);
}

#[test]
fn a_dash_reads_the_question_from_standard_input() {
    let run = Desk::indexed().run_with_input(&["ask", "-", "--json"], "怎么申请退款\n".as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.json()["answer"]["question"], "怎么申请退款？");
}

#[test]
fn a_question_that_is_none_is_refused_before_anything_is_loaded() {
    let long = "问".repeat(513);
    for (question, message) in [
        ("", "error: the question is empty\nhint: "),
        (" \u{200b}\t", "error: the question is empty\nhint: "),
        (long.as_str(), "error: the question has 513 characters"),
    ] {
        // There is no index here, so that a later check would say so.
        let run = Desk::empty().run(&["ask", question]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.starts_with(message), "{run:?}");
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn a_question_of_another_encoding_is_refused_with_the_remedy() {
    let run = Desk::empty().run_with_input(&["ask", "-"], b"\xd4\xf5\xc3\xb4");
    assert_eq!(run.code, 2);
    assert_snapshot!(run.stderr, @r"
    error: the input is not encoded in UTF-8
    hint: convert it first, for example: iconv -f GB18030 -t UTF-8
    ");
}

#[test]
fn an_unknown_category_is_an_error() {
    let run = Desk::indexed().run(&["ask", "怎么申请退款", "--category", "没有"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.starts_with("error: there is no category"),
        "{run:?}"
    );
}

#[test]
fn explain_lines_its_columns_up() {
    let run = Desk::indexed().run(&["explain", "怎么申请退款", "--lang", "zh-CN", "--top", "1"]);
    assert_eq!(run.code, 0, "{run:?}");
    let table: Vec<&str> = run
        .stdout
        .lines()
        .skip_while(|line| !line.starts_with("词元"))
        .take_while(|line| !line.is_empty())
        .collect();
    assert!(table.len() > 2, "{run:?}");
    let widths: Vec<usize> = table
        .iter()
        .map(|line| textwrap::core::display_width(line))
        .collect();
    assert!(
        widths.iter().all(|width| *width == widths[0]),
        "{}",
        table.join("\n")
    );
}

#[test]
fn explain_prints_the_apis_object_too() {
    let run = Desk::indexed().run(&["explain", "怎么申请退款", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let reply: jida::search::ExplainReply =
        serde_json::from_str(&run.stdout).expect("the API's reply");
    assert_eq!(reply.explanation.hits[0].question, "怎么申请退款？");
}
