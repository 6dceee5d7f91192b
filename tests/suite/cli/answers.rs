//! How an answer's Markdown looks on a terminal, and what never reaches it.

use insta::assert_snapshot;

use super::Desk;

const FILING: &str = "\
# 备案

## 备案需要什么材料？

先看[控制台](https://console.example.com/beian)里的说明，再按下面准备：

1. 主体证件
   - 个人：**身份证**正反面
   - 企业：营业执照，`统一社会信用代码`要清楚
2. 域名证书

| 地区 | 时限 | 说明 |
|:-----|-----:|------|
| 北京 | 20 天 | 含周末，法定节假日顺延，遇到长假以通信管理局的公告为准 |
| 内蒙古自治区 | 5 天 | 收到短信后一天内登录 |

> [!WARNING]
> 截图要清晰。

## 备案要多久？

一般 20 天。

## 终端会怎样？

红\u{1b}[31m字\u{1b}]0;标题\u{7}，倒\u{202e}序，&#27;[2J清屏，<b onclick=x>粗</b><script>alert(1)</script>
";

fn filing() -> Desk {
    let desk = Desk::empty();
    desk.write("corpus/备案.md", FILING);
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    desk
}

#[test]
fn lists_tables_links_and_call_outs_are_laid_out() {
    let run = filing().run(&["ask", "备案需要什么材料", "--lang", "zh-CN"]);
    assert_eq!(run.code, 0, "{run:?}");
    let answer: Vec<&str> = run.stdout.lines().skip(2).collect();
    let end = answer.iter().position(|line| line.starts_with("来源"));
    assert_snapshot!(answer[..end.expect("the source")].join("\n"), @r"
    备案需要什么材料？
      先看控制台（https://console.example.com/beian）里的说明，再按下面准备：

      1. 主体证件
         - 个人：身份证正反面
         - 企业：营业执照，`统一社会信用代码`要清楚
      2. 域名证书

      地区           时限  说明
      ------------  -----  ------------------------------------------------------
      北京          20 天  含周末，法定节假日顺延，遇到长假以通信管理局的公告为准
      内蒙古自治区   5 天  收到短信后一天内登录

      > 注意
      > 截图要清晰。
    ");
}

#[test]
fn what_commands_a_terminal_stays_out_of_the_output() {
    let desk = filing();
    for color in ["never", "always"] {
        for command in ["ask", "search", "explain"] {
            let run = desk.run(&[command, "终端会怎样", "--color", color]);
            assert_eq!(run.code, 0, "{run:?}");
            let bare = anstream::adapter::strip_str(&run.stdout).to_string();
            for forbidden in ['\u{1b}', '\u{7}', '\u{202e}'] {
                assert!(!bare.contains(forbidden), "{command} {color}: {run:?}");
            }
            // The corpus's own colour and title are text by now; ours are the only sequences.
            assert!(!run.stdout.contains("\u{1b}[31m"), "{run:?}");
            assert!(!run.stdout.contains("\u{1b}]0;"), "{run:?}");
        }
    }
}

#[test]
fn a_terminal_that_is_none_gets_no_sequence() {
    let run = filing().run(&["ask", "备案需要什么材料"]);
    assert!(!run.stdout.contains('\u{1b}'), "{run:?}");
}

#[test]
fn what_else_may_be_meant_stands_below_the_answer() {
    let desk = Desk::shipped();
    let reply = desk.run(&["ask", "备案被驳回了在哪里改", "--json"]).json();
    let candidates = reply["candidates"].as_array().expect("candidates");
    let rivals = candidates.iter().skip(1).filter(|candidate| {
        let confidence = candidate["confidence"].as_f64();
        confidence.is_some_and(|confidence| confidence >= 0.01)
    });
    let expected: Vec<&str> = rivals
        .filter_map(|rival| rival["question"].as_str())
        .collect();
    let run = desk.run(&["ask", "备案被驳回了在哪里改"]);
    let below = run.stdout.split("or perhaps\n").nth(1).unwrap_or_default();
    assert_eq!(below.lines().count(), expected.len(), "{run:?}");
    for (line, question) in below.lines().zip(expected) {
        assert!(line.ends_with(question) && line.contains('%'), "{line}");
    }
}

#[test]
fn a_question_without_an_answer_shows_what_looks_like_it_and_claims_nothing() {
    let desk = filing();
    // No answer is sure enough, and none worth asking back.
    desk.write(
        "jida.toml",
        "search.thresholds = { answer = 1.0, clarify = 1.0 }\n",
    );
    let run = desk.run(&["ask", "备案要多久才好"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_snapshot!(run.stdout, @r"
    no answer

    Sorry, the FAQ has no answer to this. Try other words, or contact support.

    questions that look alike, though they may not answer it
      - 备案要多久？
    ");
    let reply = desk.run(&["ask", "备案要多久才好", "--json"]).json();
    assert_eq!(reply["answer"], serde_json::Value::Null);
    // That both ask how is not enough.
    for question in ["quantum chromodynamics", "会怎样呢你说"] {
        let run = desk.run(&["ask", question]);
        assert!(!run.stdout.contains("look alike"), "{run:?}");
    }
}
