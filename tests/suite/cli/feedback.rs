//! `jida feedback`, and what `jida serve` keeps from one run to the next.
#![cfg(unix)]

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;

use super::serve::Service;
use super::{Desk, Run};

const QUESTION: &str = "/v1/ask?q=%E6%80%8E%E4%B9%88%E7%94%B3%E8%AF%B7%E9%80%80%E6%AC%BE";
const ID: &str = "0123456789abcdef0123456789abcdef";

pub(super) fn serve(desk: &Desk, arguments: &[&str]) -> Service {
    let service = Service::start(desk, arguments);
    service.wait_until_ready();
    service
}

pub(super) fn vote(service: &Service, number: u32, rest: &str) {
    let body = format!(r#"{{"query_id":"{number:032x}",{rest}}}"#);
    let (status, reply) = service.post("/v1/feedback", &body);
    assert_eq!(status, 204, "{body}: {reply}");
}

pub(super) fn lines(run: &Run) -> Vec<Value> {
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let parsed = run.stdout.lines().map(serde_json::from_str);
    parsed.collect::<Result<_, _>>().expect("JSON lines")
}

#[test]
fn votes_outlive_the_server_however_it_ends() {
    let desk = Desk::indexed();
    for (number, signal) in [(1, "-TERM"), (2, "-KILL"), (3, "-INT")] {
        let service = serve(&desk, &[]);
        vote(&service, number, r#""value":"up""#);
        service.end_with(signal);
    }
    let files = fs::read_dir(desk.path("data")).expect("the folder is there");
    assert_eq!(files.count(), 1, "an orderly end leaves one file");
    let votes = lines(&desk.run(&["feedback", "export"]));
    let ids: Vec<String> = votes
        .iter()
        .map(|vote| vote["query_id"].to_string())
        .collect();
    assert_eq!(ids, [1, 2, 3].map(|number| format!("\"{number:032x}\"")));
}

#[test]
fn export_gives_votes_with_their_questions_where_those_are_kept() {
    let desk = Desk::indexed();
    desk.write("jida.toml", "data = 'kept'\n[queries]\nlog = true\n");
    let service = serve(&desk, &[]);
    let (_, asked) = service.get(QUESTION);
    let asked: Value = serde_json::from_str(&asked).expect("JSON");
    let id = asked["query_id"].as_str().expect("an id");
    let body = format!(r#"{{"query_id":"{id}","value":"down","reason":"outdated"}}"#);
    assert_eq!(service.post("/v1/feedback", &body).0, 204);
    vote(&service, 7, r#""value":"up","entry_id":"refund""#);

    // The server is still running.
    let votes = lines(&desk.run(&["feedback", "export"]));
    let mut steady = votes.clone();
    for vote in &mut steady {
        let time = vote["time"].as_str().expect("a time");
        assert!(time.starts_with("20") && time.ends_with('Z'), "{time}");
        vote["time"] = "TIME".into();
        if vote["asked"].is_object() {
            vote["asked"]["time"] = "TIME".into();
            vote["asked"]["entry_id"] = "ENTRY".into();
            vote["asked"]["confidence"] = 1.into();
            vote["query_id"] = "ID".into();
        }
    }
    let steady: Vec<String> = steady.iter().map(Value::to_string).collect();
    assert_snapshot!(steady.join("\n"), @r#"
    {"asked":{"confidence":1,"decision":"answered","entry_id":"ENTRY","interpreted":null,"question":"怎么申请退款","time":"TIME"},"entry_id":null,"kb":"default","query_id":"ID","reason":"outdated","time":"TIME","value":"down"}
    {"asked":null,"entry_id":"refund","kb":"default","query_id":"00000000000000000000000000000007","reason":null,"time":"TIME","value":"up"}
    "#);
    assert_eq!(votes[0]["asked"]["entry_id"], asked["answer"]["id"]);

    let elsewhere = desk.run(&["feedback", "export", "--data", "kept"]);
    assert_eq!(lines(&elsewhere), votes);
}

#[test]
fn since_leaves_out_what_is_older() {
    let desk = Desk::indexed();
    let service = serve(&desk, &["--data", "d"]);
    vote(&service, 1, r#""value":"up""#);
    for (since, expected) in [
        ("2000-01-01", 1),
        ("2000-01-01T00:00:00+08:00", 1),
        ("2999-01-01", 0),
        ("2999-01-01T00:00:00Z", 0),
    ] {
        let run = desk.run(&["feedback", "export", "--data", "d", "--since", since]);
        assert_eq!(lines(&run).len(), expected, "{since}");
    }
    for since in ["yesterday", "2026-13-01", "12:00", ""] {
        let run = desk.run(&["feedback", "export", "--data", "d", "--since", since]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(
            run.stderr
                .starts_with(&format!("error: --since can't be {since:?}\nhint: ")),
            "{run:?}"
        );
    }
}

#[test]
fn a_summary_counts() {
    let desk = Desk::indexed();
    let service = serve(&desk, &[]);
    vote(&service, 1, r#""value":"up","entry_id":"a""#);
    vote(
        &service,
        2,
        r#""value":"down","entry_id":"a","reason":"wrong""#,
    );
    vote(
        &service,
        3,
        r#""value":"down","entry_id":"b","reason":"wrong""#,
    );
    vote(
        &service,
        4,
        r#""value":"down","entry_id":"b","reason":"电话打不通""#,
    );
    vote(
        &service,
        4,
        r#""value":"down","entry_id":"b","reason":"outdated""#,
    );
    assert_snapshot!(desk.run(&["feedback", "summary"]).stdout, @r"
    helpful 1, not helpful 3

    reasons
         2  wrong
         1  outdated

    entries that helped least (not helpful, helpful, entry)
         2      0  b
         1      1  a
    ");
    let run = desk.run(&[
        "feedback",
        "summary",
        "--since",
        "2999-01-01",
        "--lang",
        "zh-CN",
    ]);
    assert_snapshot!(run.stdout, @"有帮助 0，没帮助 0");
}

/// Asks, and gives the reply's name.
fn ask(service: &Service, question: &str) -> Value {
    let encoded = jida::serve::percent_encoded(question);
    let (status, reply) = service.get(&format!("/v1/ask?q={encoded}"));
    assert_eq!(status, 200, "{reply}");
    serde_json::from_str(&reply).expect("JSON")
}

#[test]
fn a_summary_names_the_entries_that_the_index_knows() {
    let desk = Desk::indexed();
    desk.write("jida.toml", "[queries]\nlog = true\n");
    let service = serve(&desk, &[]);
    let down = |reply: &Value| {
        let id = reply["query_id"].as_str().expect("an id");
        let body = format!(r#"{{"query_id":"{id}","value":"down"}}"#);
        assert_eq!(service.post("/v1/feedback", &body).0, 204);
    };
    // Nothing but the log knows which entry answered; and where none did, none is to blame.
    down(&ask(&service, "怎么申请退款"));
    down(&ask(&service, "quantum chromodynamics"));
    vote(&service, 9, r#""value":"down","entry_id":"gone""#);
    let run = desk.run(&["feedback", "summary"]);
    assert_snapshot!(run.stdout, @r"
    helpful 0, not helpful 3

    entries that helped least (not helpful, helpful, entry)
         1      0  怎么申请退款？  退款.md:3
         1      0  gone
    ");
    let without = [
        "feedback", "summary", "--data", "data", "--index", "nowhere",
    ];
    let run = desk.run(&without);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert!(!run.stdout.contains("退款.md"), "{run:?}");
}

#[test]
fn questions_without_an_answer_are_listed_those_asked_most_first() {
    let desk = Desk::with_corpus();
    // Which of the two is meant has to be asked back.
    desk.write("corpus/甲.md", "## 运费多少钱？\n\n甲：十元。\n");
    desk.write("corpus/乙.md", "## 运费多少钱？\n\n乙：二十元。\n");
    let run = desk.run(&["feedback", "unanswered"]);
    assert_eq!(run.code, 2, "{run:?}");
    desk.write("jida.toml", "[queries]\nlog = true\n");
    let service = serve(&desk, &[]);
    let asked = [
        "怎么申请退款",
        "运费多少钱",
        "quantum chromodynamics",
        " quantum chromodynamics ",
    ];
    let decisions: Vec<Value> = asked
        .iter()
        .map(|question| ask(&service, question)["decision"].clone())
        .collect();
    assert_eq!(decisions, ["answered", "clarify", "no_answer", "no_answer"]);
    // An orderly end writes what waits.
    service.end_with("-TERM");
    let run = desk.run(&["feedback", "unanswered", "--json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let listed = run.json()["unanswered"].clone();
    let rows = listed.as_array().expect("a list").iter();
    let rows: Vec<_> = rows
        .map(|row| {
            (
                row["question"].clone(),
                row["count"].clone(),
                row["decision"].clone(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (
                "quantum chromodynamics".into(),
                2.into(),
                "no_answer".into()
            ),
            ("运费多少钱".into(), 1.into(), "clarify".into()),
        ]
    );
    let nearest = &listed[1]["nearest"];
    assert!(
        nearest["source"]
            .as_str()
            .is_some_and(|at| at.ends_with(".md:1")),
        "{listed}"
    );
    assert!(
        listed[0]["last"]
            .as_str()
            .is_some_and(|time| time.ends_with('Z')),
        "{listed}"
    );
    for (language, words) in [
        (
            "en",
            [
                "     2  quantum chromodynamics\n",
                "asked back · last 20",
                "nearest 运费",
            ],
        ),
        (
            "zh-CN",
            ["     1  运费多少钱\n", "已反问 · 最近 20", "最接近 运费"],
        ),
    ] {
        let run = desk.run(&["feedback", "unanswered", "--lang", language]);
        for part in words {
            assert!(run.stdout.contains(part), "{part} {run:?}");
        }
    }
    let none = ["feedback", "unanswered", "--since", "2999-01-01"];
    assert_eq!(desk.run(&none).stdout, "no question without an answer\n");
    desk.write("jida.toml", "");
    assert!(desk.run(&none).stdout.contains("questions are not kept"));
}

#[test]
fn feedback_that_cannot_be_read_is_told_with_the_files_name() {
    let desk = Desk::empty();
    let run = desk.run(&["feedback", "export"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_snapshot!(run.stderr, @r"
    error: no feedback has been kept: there is no data/jida.sqlite3
    hint: jida serve makes it; if it lies elsewhere, name its folder with --data
    ");
    assert_snapshot!(desk.run(&["feedback", "summary", "--lang", "zh-CN"]).stderr, @r"
    错误：还没有收到过反馈：没有 data/jida.sqlite3
    提示：jida serve 收到反馈后才有；数据目录在别处时用 --data 指定
    ");
    desk.write("data/jida.sqlite3", &"no database ".repeat(1000));
    let run = desk.run(&["feedback", "export"]);
    assert_eq!(run.code, 2);
    assert_snapshot!(run.stderr, @r"
    error: the database data/jida.sqlite3 is damaged: file is not a database
    hint: move it away, and a new one is begun: mv data/jida.sqlite3 data/jida.sqlite3.damaged; what can still be read in it, sqlite3's .recover gets out
    ");
}

/// With a data folder that can't be used, the server answers, turns feedback away, and has said so once.
fn check_answers_without_a_store(desk: &Desk, told: &str) {
    let service = serve(desk, &["--log-format", "text", "--lang", "en"]);
    assert_eq!(service.get(QUESTION).0, 200);
    for _ in 0..3 {
        let (status, body) = service.post(
            "/v1/feedback",
            &format!(r#"{{"query_id":"{ID}","value":"up"}}"#),
        );
        assert_eq!(status, 503, "{body}");
        assert!(body.contains("feedback_unavailable"), "{body}");
    }
    let (_, log) = service.end_with("-TERM");
    assert_eq!(log.matches("feedback is turned away").count(), 1, "{log}");
    assert_eq!(log.matches(told).count(), 1, "{log}");
}

#[test]
fn a_folder_that_cannot_be_written_is_no_reason_not_to_answer() {
    let desk = Desk::indexed();
    // A file in the folder's place fails every write for every user, root included.
    desk.write("data", "");
    check_answers_without_a_store(&desk, "can't make the data folder data");
    assert_eq!(fs::read(desk.path("data")).expect("a file"), b"");
}

#[test]
fn a_damaged_database_is_left_alone_and_named_with_a_next_step() {
    let desk = Desk::indexed();
    let text = "no database ".repeat(1000);
    desk.write("data/jida.sqlite3", &text);
    check_answers_without_a_store(&desk, "mv data/jida.sqlite3 data/jida.sqlite3.damaged");
    let left = fs::read_to_string(desk.path("data/jida.sqlite3"));
    assert_eq!(left.expect("a file"), text);
}

#[test]
fn the_number_of_votes_is_bounded_by_the_settings() {
    let desk = Desk::indexed();
    desk.write("jida.toml", "[feedback]\nmax_rows = 2\n");
    let service = serve(&desk, &[]);
    for number in 1..=5 {
        vote(&service, number, r#""value":"up""#);
    }
    assert_eq!(lines(&desk.run(&["feedback", "export"])).len(), 2);
}

#[test]
fn without_a_choice_the_data_lies_beside_the_index() {
    let desk = Desk::with_corpus();
    let service = serve(&desk, &["--index", "var/index"]);
    vote(&service, 1, r#""value":"up""#);
    assert!(desk.path("var/data/jida.sqlite3").is_file());
    let run = desk.run(&["feedback", "export", "--index", "var/index"]);
    assert_eq!(lines(&run).len(), 1);
}
