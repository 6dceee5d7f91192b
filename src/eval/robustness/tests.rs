//! Variants of a few questions, by eye.

use std::sync::OnceLock;

use super::*;

fn analyzer() -> &'static Analyzer {
    static ANALYZER: OnceLock<Analyzer> = OnceLock::new();
    ANALYZER.get_or_init(Analyzer::new)
}

fn roster(questions: &[&str]) -> Roster {
    let listed = questions.iter().enumerate().map(|(at, question)| Listed {
        id: format!("e{at}"),
        file: "a.md".to_owned(),
        question: (*question).to_owned(),
        category: Vec::new(),
    });
    Roster::new(listed.collect())
}

fn shown(queries: &[Labelled]) -> String {
    let lines = queries
        .iter()
        .map(|query| format!("{:<22} {}", query.kind, query.query));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_question_is_spoilt_in_every_way() {
    let roster = roster(&["打印机无法连接 Wi-Fi，怎么办？"]);
    insta::assert_snapshot!(shown(&queries(&roster, analyzer(), 10)), @r"
    as-written             打印机无法连接 Wi-Fi，怎么办？
    homophone              打印机无法廉接 Wi-Fi，怎么办？
    near-homophone         打鹰机无法连接 Wi-Fi，怎么办？
    dropped-character      打印机无连接 Wi-Fi，怎么办？
    doubled-character      打印机无法连连接 Wi-Fi，怎么办？
    pinyin                 dayinjiwufalianjie Wi Fi zenmeban
    pinyin-by-word         dayinji wufa lianjie Wi Fi zenmeban
    pinyin-in-part         打印机wufa连接 Wi-Fi，怎么办？
    traditional-taiwan     打印機無法連接 Wi-Fi，怎麼辦？
    traditional-hong-kong  打印機無法連接 Wi-Fi，怎麼辦？
    word-order             怎么办，打印机无法连接 Wi-Fi
    courtesy               麻烦问一下，打印机无法连接 Wi-Fi，怎么办？谢谢
    flipped                打印机可以连接 Wi-Fi，怎么办？
    ");
}

#[test]
fn what_cannot_be_spoilt_is_left_out() {
    let roster = roster(&["VPN?"]);
    insta::assert_snapshot!(shown(&queries(&roster, analyzer(), 10)), @r"
    as-written             VPN?
    courtesy               请教各位，VPN?多谢
    ");
}

#[test]
fn variants_follow_from_the_question_alone() {
    let one = queries(&roster(&["怎么申请退款？"]), analyzer(), 10);
    let among_others = roster(&["访客怎么上网？", "怎么申请退款？", "食堂几点开门？"]);
    let among_others = queries(&among_others, analyzer(), 10);
    let texts = |queries: &[Labelled]| -> Vec<String> {
        let refund = queries
            .iter()
            .filter(|query| query.wanted.as_deref() == Some("怎么申请退款？"));
        refund.map(|query| query.query.to_string()).collect()
    };
    assert_eq!(texts(&one), texts(&among_others));
    assert!(!texts(&one).is_empty());
}

#[test]
fn another_entrys_question_is_no_variant() {
    let flipped = |questions: &[&str]| {
        let queries = queries(&roster(questions), analyzer(), 10);
        let flipped = queries.iter().filter(|query| query.kind == FLIPPED);
        flipped
            .map(|query| query.query.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(flipped(&["如何开启提醒？"]), ["如何关闭提醒？"]);
    assert!(flipped(&["如何开启提醒？", "如何关闭提醒？"]).is_empty());
}

#[test]
fn opposites_are_words_and_never_of_yes_or_no_questions() {
    for (question, expected) in [
        ("为什么需要实名？", Some("为什么不需要实名？")),
        ("智能卡丢了怎么办？", None),
        ("访客能上网吗？", None),
        ("访客能不能上网？", None),
        ("是否支持夜间打印", None),
        ("上传失败怎么办？", Some("下载失败怎么办？")),
        ("食堂几点开门？", None),
    ] {
        let pieces = Pieces::of(question, analyzer());
        assert_eq!(
            polarity::flipped(&pieces).as_deref(),
            expected,
            "{question}"
        );
    }
}

#[test]
fn a_sample_is_part_of_a_larger_one() {
    let questions: Vec<String> = (0..50).map(|at| format!("第{at}个问题怎么办？")).collect();
    let questions: Vec<&str> = questions.iter().map(String::as_str).collect();
    let roster = roster(&questions);
    let ids = |sample: usize| -> Vec<&str> {
        let sampled = sampled(own::unique(&roster), sample);
        sampled.iter().map(|entry| entry.id.as_str()).collect()
    };
    let (few, more) = (ids(5), ids(20));
    assert_eq!((few.len(), more.len(), ids(50).len()), (5, 20, 50));
    assert!(few.iter().all(|id| more.contains(id)));
}
