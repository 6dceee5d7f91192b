//! One question, one order, one confidence: over HTTP, on the search page, here, and with `--server`.
#![cfg(unix)]

use serde_json::Value;

use super::serve::Service;
use super::{Desk, Run};

const QUESTIONS: &[&str] = &[
    "备案授权码怎么申请？",
    "備案被駁回了在哪裡改",
    "身份证地址变了怎么办",
    "beian yao duojiu",
    "sqm",
    "备案",
    "怎么开发票",
    "梅西踢球厉害",
    "接入备案需要什么 & 多久？",
];

/// Ids and confidences, best first.
type Order = Vec<(String, f64)>;

fn order(entries: &Value) -> Order {
    let entries = entries.as_array().expect("a list");
    let pair = |entry: &Value| {
        let id = entry["id"].as_str().expect("an id").to_owned();
        (id, entry["confidence"].as_f64().expect("a confidence"))
    };
    entries.iter().map(pair).collect()
}

fn encoded(question: &str) -> String {
    question
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect()
}

/// As the page shows them: confidences are whole percentages there.
fn on_page(html: &str) -> Vec<(String, u32)> {
    let hits = html
        .split("class=\"confidence")
        .skip(1)
        .zip(html.split("class=\"confidence"));
    let pair = |(behind, before): (&str, &str)| {
        let (_, id) = before.rsplit_once("href=\"/entries/")?;
        let id = id.split(['"', '?', '#']).next()?.to_owned();
        let (_, number) = behind.split_once("class=\"number\">")?;
        let percent = number.split('%').next()?.trim().parse().ok()?;
        Some((id, percent))
    };
    hits.filter_map(pair).collect()
}

#[test]
fn every_face_gives_the_same_order_and_confidence() {
    let desk = Desk::shipped();
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    let url = service.url();
    let away = Desk::empty();
    let get = |path: &str, question: &str| -> Value {
        let (status, body) = service.get(&format!("{path}{}", encoded(question)));
        assert_eq!(status, 200, "{question}: {body}");
        serde_json::from_str(&body).expect("JSON")
    };
    let mut answered = 0;
    for question in QUESTIONS {
        let searched = get("/v1/search?q=", question);
        let asked = get("/v1/ask?q=", question);
        let hits = order(&searched["hits"]);
        // The list begins with what the decision was made by.
        let candidates = order(&asked["candidates"]);
        assert_eq!(candidates, hits[..candidates.len()], "{question}");
        if asked["decision"] == "answered" {
            answered += 1;
            assert_eq!(
                asked["answer"]["id"], searched["hits"][0]["id"],
                "{question}"
            );
            assert_eq!(
                asked["answer"]["confidence"],
                searched["hits"][0]["confidence"]
            );
        }
        for (face, run) in [
            ("here", desk.run(&["search", question, "--json"])),
            (
                "--server",
                away.run(&["search", question, "--json", "--server", &url]),
            ),
        ] {
            assert_eq!(order(&run.json()["hits"]), hits, "{question}, {face}");
        }
        for (face, run) in [
            ("here", desk.run(&["ask", question, "--json"])),
            (
                "--server",
                away.run(&["ask", question, "--json", "--server", &url]),
            ),
        ] {
            let reply = run.json();
            assert_eq!(
                order(&reply["candidates"]),
                candidates,
                "{question}, {face}"
            );
            for field in [
                "decision",
                "answer",
                "message",
                "thresholds",
                "index_version",
            ] {
                assert_eq!(reply[field], asked[field], "{question}, {face}: {field}");
            }
        }
        let (status, html) = service.get(&format!("/?q={}", encoded(question)));
        assert_eq!(status, 200, "{question}");
        let expected: Vec<(String, u32)> = hits
            .iter()
            .map(|(id, confidence)| {
                let most = if *confidence < 1.0 { 99.0 } else { 100.0 };
                (id.clone(), (confidence * 100.0).round().min(most) as u32)
            })
            .collect();
        assert_eq!(on_page(&html), expected, "{question}, the page");
        is_shown(&desk.run(&["search", question]), &searched);
    }
    assert!(answered >= 3, "{answered} of the questions are answered");
}

/// What a person reads is in the same order, too.
fn is_shown(run: &Run, searched: &Value) {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let shown = squeezed(&run.stdout);
    let mut at = 0;
    for hit in searched["hits"].as_array().expect("hits") {
        let question = squeezed(hit["question"].as_str().expect("a question"));
        let found = shown[at..].find(&question);
        at += found.unwrap_or_else(|| panic!("{question} is not shown in its place: {shown}"));
    }
}
