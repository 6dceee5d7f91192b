//! What is made of two questions, and when nothing is.

use std::sync::LazyLock;

use crate::text::Analyzer;
use crate::text::ellipsis::Completion;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

fn completed(previous: &str, question: &str) -> Option<(String, bool)> {
    let completion = ANALYZER.complete(question, previous);
    completion.map(|Completion { text, hollow }| (text, hollow))
}

#[test]
fn a_case_takes_the_place_of_the_other_or_goes_before() {
    for (previous, question, expected) in [
        ("个人备案需要什么材料", "那企业呢？", "企业备案需要什么材料"),
        ("个人备案需要什么材料", "企业的呢", "企业备案需要什么材料"),
        (
            "个人备案需要什么材料",
            "如果是公司呢",
            "公司备案需要什么材料",
        ),
        ("个人备案需要什么材料", "企业", "企业备案需要什么材料"),
        (
            "個人備案需要什麼材料？",
            "那企業呢？",
            "企业备案需要什么材料",
        ),
        ("备案需要什么材料？", "那企业呢？", "企业备案需要什么材料"),
        ("大陆服务器怎么备案", "香港的呢", "香港服务器怎么备案"),
        ("怎么开通云盘会员", "那续费呢", "怎么续费云盘会员"),
        ("备案信息在哪里填", "变更呢", "变更备案信息在哪里填"),
    ] {
        let expected = Some((expected.to_owned(), true));
        assert_eq!(
            completed(previous, question),
            expected,
            "{previous} {question}"
        );
    }
}

#[test]
fn what_is_asked_is_asked_of_the_subject() {
    for (previous, question, expected) in [
        ("个人备案需要什么材料", "要多久", "个人备案要多久"),
        ("个人备案需要什么材料", "那多少钱呢？", "个人备案多少钱"),
        ("个人备案需要什么材料", "在哪里弄", "个人备案在哪里弄"),
        ("个人备案需要什么材料", "它怎么办理", "个人备案怎么办理"),
        ("个人备案需要什么材料", "企业要多久", "企业备案要多久"),
        ("备案授权码怎么申请？", "要多久", "备案授权码申请要多久"),
        ("备案授权码怎么申请？", "为什么", "备案授权码申请为什么"),
        (
            "备案被驳回，需要过两天才能处理，是否可以？",
            "要多久",
            "备案驳回要多久",
        ),
    ] {
        let expected = Some((expected.to_owned(), true));
        assert_eq!(
            completed(previous, question),
            expected,
            "{previous} {question}"
        );
    }
}

#[test]
fn a_predicate_or_another_subject_may_also_stand_alone() {
    for (previous, question, expected) in [
        (
            "个人备案需要什么材料",
            "不通过怎么办",
            "个人备案不通过怎么办",
        ),
        (
            "备案授权码怎么申请？",
            "失效了怎么办",
            "备案授权码失效了怎么办",
        ),
        ("云盘会员怎么开通", "怎么取消", "云盘会员怎么取消"),
        ("备案需要什么材料", "那接入备案呢", "接入备案需要什么材料"),
        (
            "接入备案需要什么材料",
            "那新增备案呢",
            "新增备案需要什么材料",
        ),
        ("借记卡怎么挂失", "信用卡呢？", "信用卡怎么挂失"),
        ("支付宝怎么绑定", "那微信呢", "微信怎么绑定"),
        ("北京社保怎么转出", "上海的呢", "上海社保怎么转出"),
        ("手机银行一天能转多少？", "能提高吗", "手机银行能提高吗"),
        (
            "企业备案需要什么材料",
            "没有营业执照呢",
            "企业备案没有营业执照",
        ),
    ] {
        let expected = Some((expected.to_owned(), false));
        assert_eq!(
            completed(previous, question),
            expected,
            "{previous} {question}"
        );
    }
}

#[test]
fn a_question_with_a_subject_of_its_own_stands_alone() {
    for question in [
        "备案授权码怎么申请？",
        "企业备案要多久",
        "那域名要多久才能转入",
        "身份证地址变了怎么办",
        "梅西踢球厉害",
        "LuDB 多少钱",
        "403怎么办",
        "how long",
        "信用卡",
        "退款",
        "还没通过",
        "你们多少钱",
        "在吗",
        "谢谢",
        "然后呢",
        "好的",
        "？？？",
        "",
    ] {
        assert_eq!(
            completed("个人备案需要什么材料", question),
            None,
            "{question}"
        );
    }
}

#[test]
fn a_follow_up_without_a_subject_before_it_stays() {
    for previous in ["要多久", "怎么办", "谢谢", "？", ""] {
        for question in ["那企业呢", "要多久", "不通过怎么办"] {
            let has_noun = completed(previous, question);
            assert_eq!(has_noun, None, "{previous} {question}");
        }
    }
}

#[test]
fn only_what_says_its_subject_helps_to_understand_another() {
    for (question, expected) in [
        ("个人备案需要什么材料", true),
        ("备案", true),
        ("那企业呢", false),
        ("信用卡呢", false),
        ("要多久", false),
        ("不通过怎么办", false),
    ] {
        assert_eq!(ANALYZER.has_subject(question), expected, "{question}");
    }
}
