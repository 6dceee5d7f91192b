//! Reports for a person, from numbers made by hand.

use anstream::ColorChoice;
use insta::assert_snapshot;
use jida::eval::compare::Comparison;
use jida::eval::decisions::Outcome;
use jida::eval::report::{Numbers, Report, Took};
use jida::eval::robustness::Polarity;
use jida::eval::run::Judged;
use jida::locale::Locale;
use jida::search::Decision;

use super::super::terminal::Terminal;
use super::{differences, tables};

const EN: Terminal = Terminal {
    locale: Locale::En,
    color: ColorChoice::Never,
    quiet: false,
    paged: false,
};
const ZH: Terminal = Terminal {
    locale: Locale::Zh,
    ..EN
};

fn judged(id: &str, kind: &str, rank: Option<usize>, sure: f64, outcome: Outcome) -> Judged {
    let in_scope = kind != "out-of-scope";
    Judged {
        id: id.to_owned(),
        query: format!("第 {id} 个提问"),
        kind: kind.to_owned(),
        note: (!in_scope).then(|| "near-miss".to_owned()),
        in_scope,
        rank,
        confidence: sure,
        right_first: rank == Some(1),
        decision: Decision::Clarify,
        outcome,
        got: (sure > 0.0).then(|| "怎么开发票？".to_owned()),
        wanted: in_scope.then(|| "怎么申请退款？".to_owned()),
    }
}

fn report(results: Vec<Judged>) -> Report {
    Report {
        index_version: "0123456789abcdef".to_owned(),
        entries: 1200,
        queries: results.len(),
        left_out: 0,
        numbers: Numbers::of(&results.iter().collect::<Vec<_>>()),
        took_us: None,
        polarity: None,
        results,
    }
}

fn some() -> Vec<Judged> {
    vec![
        judged("1", "colloquial", Some(1), 0.95, Outcome::AnsweredRight),
        judged("2", "colloquial", Some(3), 0.55, Outcome::ClarifiedWith),
        judged("3", "错别字", Some(1), 0.85, Outcome::AnsweredRight),
        judged("4", "错别字", None, 0.0, Outcome::Declined),
        judged("5", "out-of-scope", None, 0.75, Outcome::AnsweredWrong),
    ]
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[test]
fn a_report_lines_up_in_english() {
    let report = Report {
        left_out: 2,
        took_us: Some(Took {
            p50: 400,
            p99: 2100,
        }),
        ..report(some())
    };
    let text = tables::report(&report, Locale::En) + &tables::misses(&report, EN);
    assert_snapshot!(plain(&text), @r"
    1200 entries, 5 queries: 4 answerable, 1 not
    2 left out, because the index has no entry that their labels name

    kind        n   R@1    R@3   R@10  MRR@10  found
    all         4  50.0   75.0   75.0    58.3   75.0
    colloquial  2  50.0  100.0  100.0    66.7  100.0
    错别字      2  50.0   50.0   50.0    50.0   50.0

    answerable  n  right  partly  wrong  asked with  without  declined
    all         4      2       0      0           1        0         1
    colloquial  2      1       0      0           1        0         0
    错别字      2      1       0      0           0        0         1

    not answerable  n  answered  asked  declined
    all             1         1      0         0
    near-miss       1         1      0         0

    measure                        value
    precision of answers           66.7% (2/3)
    coverage of answers            50.0% (2/4)
    AUROC answerable or not        0.500
    AUROC answerable or near miss  0.500
    AUROC first right or not       1.000
    calibration error              0.300
    calibration error, answerable  0.188
    time                           p50 400 µs, p99 2100 µs

    confidence  n  mean  first right
    0.0–0.1     1   0.0          0.0
    0.5–0.6     1  55.0          0.0
    0.7–0.8     1  75.0          0.0
    0.8–0.9     1  85.0        100.0
    0.9–1.0     1  95.0        100.0

    rank, confidence, query
      3   55%  第 2 个提问  [colloquial]
               got    怎么开发票？
               wanted 怎么申请退款？
      –    0%  第 4 个提问  [错别字]
               got    –
               wanted 怎么申请退款？
    ");
}

#[test]
fn a_report_lines_up_in_chinese() {
    let mut report = report(some());
    let same = judged("6", "flipped", Some(1), 0.9, Outcome::AnsweredRight);
    let asked = judged("7", "flipped", Some(1), 0.5, Outcome::ClarifiedWith);
    report.polarity = Some(Polarity::of(vec![same, asked]));
    let text = tables::report(&report, Locale::Zh) + &tables::misses(&report, ZH);
    assert_snapshot!(plain(&text), @r"
    1200 条问答，5 个提问：4 个有答案，1 个没有

    类型        n   R@1    R@3   R@10  MRR@10  候选中
    全部        4  50.0   75.0   75.0    58.3    75.0
    colloquial  2  50.0  100.0  100.0    66.7   100.0
    错别字      2  50.0   50.0   50.0    50.0    50.0

    有答案的提问  n  答对  部分对  答错  反问含正确  反问不含  未答
    全部          4     2       0     0           1         0     1
    colloquial    2     1       0     0           1         0     0
    错别字        2     1       0     0           0         0     1

    没有答案的提问  n  误答  反问  未答
    全部            1     1     0     0
    near-miss       1     1     0     0

    指标                值
    作答正确率          66.7% (2/3)
    作答覆盖率          50.0% (2/4)
    AUROC 有答案/没有   0.500
    AUROC 有答案/近似   0.500
    AUROC 首条对/错     1.000
    校准误差            0.300
    校准误差（有答案）  0.188

    可信度   n  平均  首条对
    0.0–0.1  1   0.0     0.0
    0.5–0.6  1  55.0     0.0
    0.7–0.8  1  75.0     0.0
    0.8–0.9  1  85.0   100.0
    0.9–1.0  1  95.0   100.0

    意思反过来的提问  n  仍答原条  答别条  反问  未答
    全部              2         1       0     1     0

    名次、可信度、提问
      3   55%  第 2 个提问  [colloquial]
               得到 怎么开发票？
               应为 怎么申请退款？
      –    0%  第 4 个提问  [错别字]
               得到 –
               应为 怎么申请退款？

    意思反了，仍答原条
      1   90%  第 6 个提问  [flipped]
               得到 怎么开发票？
               应为 怎么申请退款？
    ");
}

#[test]
fn without_anything_answerable_there_is_no_recall() {
    let report = report(some().split_off(4));
    assert_snapshot!(plain(&tables::report(&report, Locale::En)), @r"
    1200 entries, 1 query: 0 answerable, 1 not

    not answerable  n  answered  asked  declined
    all             1         1      0         0
    near-miss       1         1      0         0

    measure               value
    precision of answers  0.0% (0/1)
    calibration error     0.750

    confidence  n  mean  first right
    0.7–0.8     1  75.0          0.0
    ");
}

#[test]
fn a_comparison_names_what_changed_and_what_must_not_have() {
    let mut later = some();
    later[0].rank = Some(2);
    later[0].outcome = Outcome::AnsweredWrong;
    later[1].rank = Some(1);
    let comparison = Comparison::new(&report(some()), &report(later), 0);
    assert_snapshot!(plain(&differences::comparison(&comparison, EN)), @r"
    compared with what was saved: 5 queries in common, 0 only then, 0 only now

    measure                            before  after  change
    decisions.answered.coverage         0.500  0.250  -0.250
    decisions.answered.precision        0.667  0.333  -0.333
    decisions.answered.right                2      1      -1
    decisions.in_scope.answered_right       2      1      -1
    decisions.in_scope.answered_wrong       0      1      +1
    kinds.colloquial.mrr_10             0.667  0.750  +0.083
    overall.mrr_10                      0.583  0.625  +0.042

    better 1
      第 2 个提问  [colloquial] 3 → 1

    worse 1
      第 1 个提问  [colloquial] 1 → 2, answered right → answered wrong

    regression: wrong answers are 1 more
    ");
    assert_snapshot!(plain(&differences::comparison(&comparison, ZH)), @r"
    与保存的结果比较：共有 5 问，只在从前 0 问，只在现在 0 问

    指标                                从前   现在    变化
    decisions.answered.coverage        0.500  0.250  -0.250
    decisions.answered.precision       0.667  0.333  -0.333
    decisions.answered.right               2      1      -1
    decisions.in_scope.answered_right      2      1      -1
    decisions.in_scope.answered_wrong      0      1      +1
    kinds.colloquial.mrr_10            0.667  0.750  +0.083
    overall.mrr_10                     0.583  0.625  +0.042

    变好 1
      第 2 个提问  [colloquial] 3 → 1

    变差 1
      第 1 个提问  [colloquial] 1 → 2，答对 → 答错

    变差：答错的多了 1 个
    ");
}

#[test]
fn a_comparison_of_equals_is_short() {
    let comparison = Comparison::new(&report(some()), &report(some()), 0);
    assert_snapshot!(plain(&differences::comparison(&comparison, EN)), @r"
    compared with what was saved: 5 queries in common, 0 only then, 0 only now

    better 0

    worse 0

    nothing lost beyond the tolerance
    ");
}
