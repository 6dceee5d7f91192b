//! Questions made to be dear: each text of the greatest length, and what answering it costs the server.
#![cfg(target_os = "linux")]

use std::fs;
use std::time::Duration;

use super::Target;
use super::table::{get, post};

/// Ticks of the clock in which the system counts a process's time, in a second.
const TICKS: u64 = 100;

/// Most that a question may cost. It is far more than any costs in a release build, where none of these takes 50 ms;
/// what grows with the square of a text or worse is far above it.
const MOST: Duration = Duration::from_millis(1500);

impl Target {
    /// The CPU time that the server has used so far.
    fn spent(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("it runs");
        let (_, fields) = stat.rsplit_once(") ").expect("the name stands in brackets");
        let ticks = |field: &str| field.parse::<u64>().expect("a number");
        // User and system time are the 14th and 15th of all fields.
        let spent: u64 = fields.split(' ').skip(11).take(2).map(ticks).sum();
        Duration::from_millis(spent * 1000 / TICKS)
    }
}

/// So many characters of a text that goes on and on.
fn endless(part: &str) -> String {
    part.chars().cycle().take(512).collect()
}

#[test]
fn no_question_costs_much() {
    let target = Target::start();
    let texts = [
        ("one character", endless("备")),
        ("a frequent character", endless("的")),
        ("a word", endless("备案")),
        ("a question", endless("备案授权码怎么申请")),
        ("characters without meaning", endless("龘靐齉爩麤")),
        ("one letter", endless("a")),
        ("initials", endless("basqm")),
        ("pinyin", endless("beianshouquanma")),
        (
            "pinyin that can be cut in many ways",
            endless("xianfanganguan"),
        ),
        ("pinyin with blanks", endless("bei an ")),
        ("pinyin and characters in turn", endless("备an案bei")),
        ("slips", endless("备按收权吗")),
        ("homophones", endless("倍案授全码")),
        ("synonyms", endless("网址域名服务器主机")),
        ("Traditional characters", endless("備案網域伺服器")),
        ("abbreviations", endless("CLB CDN ECS ")),
        ("digits", endless("0123456789")),
        ("numerals", endless("一二三四五六七八九十百千万")),
        ("blanks", endless("a ")),
        ("punctuation", endless("？！，。（）")),
        ("brackets", endless("((((((((")),
        (
            "one accent over another",
            format!(
                "a{}",
                endless("\u{301}").chars().skip(1).collect::<String>()
            ),
        ),
        ("characters that unfold", endless("\u{fdfa}")),
        ("full width", endless("ＢＥＩＡＮ")),
        ("emoji of many parts", endless("👨\u{200d}👩\u{200d}👧")),
        ("negations", endless("不是没有非")),
        ("courtesy", endless("请问你好谢谢")),
        ("a pattern", endless("(a+)+$")),
        ("query syntax", endless("+\"a\" -b* AND [a TO z]~2 ")),
    ];
    let mut worst = Vec::new();
    for (name, text) in &texts {
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let body =
            serde_json::json!({"q": text, "context": {"previous_question": text}, "explain": true});
        for (path, request) in [
            ("/v1/ask", get(&format!("/v1/ask?q={encoded}"))),
            (
                "/v1/search",
                get(&format!("/v1/search?q={encoded}&limit=100")),
            ),
            (
                "/v1/suggest",
                get(&format!("/v1/suggest?q={encoded}&limit=100")),
            ),
            ("/", get(&format!("/?q={encoded}"))),
            ("POST /v1/ask", post("", body.to_string().as_bytes())),
        ] {
            let before = target.spent();
            let reply = target.send(&request);
            let cost = target.spent() - before;
            let line = reply.lines().next().unwrap_or_default();
            // Nothing but white space and marks may count as empty.
            let good = ["HTTP/1.1 200", "HTTP/1.1 400"]
                .iter()
                .any(|status| line.starts_with(status));
            assert!(good, "{name} to {path}: {line}");
            worst.push((cost, format!("{name} to {path}")));
        }
        target.is_well(name);
    }
    worst.sort();
    let worst = &worst[worst.len() - 10..];
    assert!(worst[9].0 < MOST, "{worst:#?}");
}
