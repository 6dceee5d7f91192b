//! `--jsonl`: a question a line in, an object a line out.

use serde_json::Value;

use super::{Desk, Run};

fn objects(run: &Run) -> Vec<Value> {
    run.stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("every line is an object"))
        .collect()
}

#[test]
fn replies_come_in_the_order_of_the_questions() {
    let input = "怎么申请退款\n怎么开发票\n怎么申请退款\n";
    let run = Desk::indexed().run_with_input(&["ask", "-", "--jsonl"], input.as_bytes());
    let questions: Vec<Value> = objects(&run)
        .iter()
        .map(|reply| reply["answer"]["question"].clone())
        .collect();
    assert_eq!(
        questions,
        ["怎么申请退款？", "怎么开发票？", "怎么申请退款？"]
    );
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_bad_line_has_an_error_in_its_place_and_the_run_goes_on() {
    let mut input = "怎么申请退款\n\n".as_bytes().to_vec();
    input.extend(b"\xff\xfe\n");
    input.extend("问".repeat(513).as_bytes());
    // The last line has no end.
    input.extend("\n怎么开发票".as_bytes());
    let run = Desk::indexed().run_with_input(&["ask", "-", "--jsonl"], &input);
    let replies = objects(&run);
    let codes: Vec<&Value> = replies.iter().map(|reply| &reply["code"]).collect();
    assert_eq!(
        codes,
        [
            &Value::Null,
            &Value::from("empty_question"),
            &Value::from("invalid_encoding"),
            &Value::from("question_too_long"),
            &Value::Null
        ]
    );
    assert_eq!(replies[1]["line"], 2);
    assert_eq!(replies[1]["status"], 400);
    assert_eq!(replies[1]["type"], "urn:jida:problem:empty_question");
    // In the language and with the remedies of the command line.
    assert_eq!(replies[1]["detail"], "the question is empty");
    assert_eq!(replies[1]["hint"], "write what you want to know");
    assert_eq!(replies[2]["detail"], "the input is not encoded in UTF-8");
    assert_eq!(replies[4]["answer"]["question"], "怎么开发票？");
    assert_eq!(run.code, 2);
}

#[test]
fn the_exit_code_is_that_of_the_worst_line() {
    let input = "怎么申请退款\nquantum chromodynamics\n怎么开发票\n";
    let run = Desk::indexed().run_with_input(&["ask", "-", "--jsonl"], input.as_bytes());
    assert_eq!(objects(&run).len(), 3);
    assert_eq!(run.code, 1);
}

#[test]
fn windows_line_ends_do_not_matter() {
    let run = Desk::indexed().run_with_input(&["search", "-", "--jsonl"], "退款\r\n".as_bytes());
    assert_eq!(objects(&run)[0]["query"], "退款");
}

#[test]
fn no_questions_are_no_error() {
    let run = Desk::indexed().run_with_input(&["ask", "-", "--jsonl"], b"");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
}

#[test]
fn lines_come_from_standard_input_only() {
    let run = Desk::empty().run(&["ask", "怎么申请退款", "--jsonl"]);
    assert_eq!(run.code, 2);
    insta::assert_snapshot!(run.stderr, @r"
    error: --jsonl reads the questions from standard input
    hint: write - instead of the question, for example: jida ask --jsonl - < questions.txt
    ");
}

#[test]
fn an_unknown_tag_is_an_error_on_every_line() {
    let arguments = ["search", "-", "--jsonl", "--tag", "没有"];
    let run = Desk::indexed().run_with_input(&arguments, "退款\n发票\n".as_bytes());
    let codes: Vec<Value> = objects(&run).iter().map(|o| o["code"].clone()).collect();
    assert_eq!(codes, ["unknown_tag", "unknown_tag"]);
    assert_eq!(run.code, 2);
}

/// Whoever reads both need know one shape only.
#[cfg(unix)]
#[test]
fn a_mistake_has_the_shape_that_the_api_gives_it() {
    let desk = Desk::indexed();
    let service = super::serve::Service::start(&desk, &["--lang", "en"]);
    service.wait_until_ready();
    let long = "a".repeat(513);
    for (question, arguments, path) in [
        ("", &[][..], "/v1/search?q="),
        (" ", &[], "/v1/search?q=%20"),
        (&long, &[], &format!("/v1/search?q={long}")),
        ("a", &["--tag", "no"], "/v1/search?q=a&tag=no"),
        ("a", &["--category", "no"], "/v1/search?q=a&category=no"),
    ] {
        let (_, body) = service.get(path);
        let mut api: Value = serde_json::from_str(&body).expect("a problem document");
        assert!(api["title"].is_string(), "{api}");
        let arguments = [&["search", "-", "--jsonl", "--lang", "en"], arguments].concat();
        let run = desk.run_with_input(&arguments, format!("{question}\n").as_bytes());
        let mut line = objects(&run).remove(0);
        let number = line.as_object_mut().and_then(|line| line.remove("line"));
        assert_eq!(number, Some(Value::from(1)), "{line}");
        for problem in [&mut line, &mut api] {
            // What to do about it is not the same thing here and there.
            for words in ["detail", "hint"] {
                let text = problem
                    .as_object_mut()
                    .and_then(|fields| fields.remove(words));
                assert!(text.is_some_and(|text| text.is_string()), "{path}");
            }
        }
        assert_eq!(line, api, "{path}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_with_130() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};

    let desk = Desk::indexed();
    let mut child = desk
        .command(&["ask", "-", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stdin = child.stdin.take().expect("it is piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    stdin
        .write_all("怎么申请退款\n".as_bytes())
        .expect("it reads");
    let mut line = String::new();
    // Replies come one by one, not when the input ends.
    stdout.read_line(&mut line).expect("it replies");
    assert!(line.contains("answered"), "{line}");
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.expect("there is a kill command").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}
