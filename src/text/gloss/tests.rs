//! Mixed questions come out in the knowledge base's Chinese, and Chinese ones as they are.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::text::Analyzer;
use crate::text::respell::VocabularyBuilder;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

/// What a small knowledge base asks and answers.
const TEXTS: &[&str] = &[
    "退款多久到账？",
    "账号被冻结了怎么办？",
    "域名到期没续费会怎样？",
    "备案被驳回了，在控制台哪里修改？",
    "CDN 怎么续费？",
    "SSL 证书怎么下载？",
    "根域名可以设 CNAME 吗？",
    "实名认证要上传哪些资料？",
    "怎么修改邮箱？",
    "如何注册账号？",
    "免费试用多少天？",
    "忘记密码怎么重置？",
    "云服务器连接超时怎么办？",
    "IP 地址可以更换吗？",
    "密钥泄露了怎么办？用 openssl 生成一个 key。",
    "密钥可以重置吗？",
    "密钥在哪里？",
    "密钥怎么轮换？",
    "密钥怎么创建？",
    "密钥怎么停用？",
    "怎么连 Wi-Fi？",
];

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut builder = VocabularyBuilder::default();
    for text in TEXTS {
        builder.add_question(&ANALYZER.analyze(text));
        builder.add_answer(&ANALYZER.analyze(text));
    }
    builder.finish()
});

fn glossed(text: &str) -> Option<Gloss> {
    gloss(&ANALYZER.analyze(text), &VOCABULARY)
}

fn reading(text: &str) -> String {
    glossed(text).map_or_else(
        || "as typed".to_owned(),
        |found| found.text.as_str().to_owned(),
    )
}

#[test]
fn english_is_said_in_the_words_of_the_knowledge_base() {
    for (typed, expected) in [
        ("refund 多久到账", "退款多久到账"),
        ("account 被 freeze 了", "账号被冻结了"),
        ("domain 没 renew 会怎样", "域名没续费会怎样"),
        (
            "ICP 被 reject 了，在 console 哪里 edit",
            "icp 被驳回了,在控制台哪里修改",
        ),
        ("root domain 能加 CNAME 吗", "根域名能加 cname 吗"),
        ("real-name verify 要 upload 什么", "实名认证要上传什么"),
        ("E-mail 怎么 change", "邮箱怎么修改"),
        ("怎么 Sign-Up", "怎么注册"),
        ("signing up for an account", "注册给账号"),
        ("Free Trial 几天", "免费试用几天"),
        ("password forgot 了", "密码忘记了"),
        ("CDN renew", "cdn 续费"),
        ("refund/cancel", "退款/取消"),
        ("账号的ip address是", "账号的ip 地址是"),
        ("can't download", "不能下载"),
        ("how to reset the password", "怎么重置密码"),
        ("key leak 了", "密钥泄露了"),
        ("error：timeout", "错误:超时"),
    ] {
        assert_eq!(reading(typed), expected, "{typed}");
    }
}

#[test]
fn chinese_numbers_codes_and_the_own_words_stay() {
    for text in TEXTS {
        if !text.contains("key") {
            assert_eq!(reading(text), "as typed", "{text}");
        }
    }
    for text in [
        "",
        "   ",
        "退款",
        "123 456",
        "CDN SSL",
        "beian shouquanma",
        "refresh_token 是什么",
        "www.domain.com 打不开",
        "help@service.com",
        "https://server/error",
        "/account/password",
        "--force",
        "reset2",
        "clientTransferProhibited",
        "the",
        "Wi-Fi 和 wifi 密码",
        "套餐Ⅰ",
        "{\"code\":0}",
        "X-Event-Id",
        "カタカナ",
    ] {
        assert_eq!(reading(text), "as typed", "{text}");
    }
}

#[test]
fn the_gloss_maps_to_what_was_typed() {
    let typed = "请问 Refund　到 Real-Name account？";
    let found = glossed(typed).expect("a gloss");
    let analysis = ANALYZER.segment(found.text);
    assert_eq!(analysis.normalized.as_str(), "请问退款到实名账号?");
    let spans: Vec<(&str, &str)> = analysis
        .tokens
        .iter()
        .map(|token| (analysis.term(token), &typed[analysis.span(token)]))
        .collect();
    for expected in [
        ("退款", "Refund"),
        ("实名", "Real-Name"),
        ("账号", "account"),
    ] {
        assert!(spans.contains(&expected), "{spans:?}");
    }
    assert_eq!(found.changed, 6);
}

fn any_question() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[备案号授权a-zA-Z0-9 '’，。？.@/_-]{0,40}",
        "(( |-|的|'|\u{200b}|/|\\.)?(sign|Up|account|real|the|name|e|MAIL|cdn|a|不能|7)){0,20}",
    ]
}

proptest! {
    #[test]
    fn any_text_can_be_glossed_and_spans_slice_it(text in any_question()) {
        if let Some(found) = glossed(&text) {
            prop_assert!(found.changed > 0);
            let analysis = ANALYZER.segment(found.text);
            for token in &analysis.tokens {
                prop_assert!(text.get(analysis.span(token)).is_some_and(|slice| !slice.is_empty()));
            }
        }
    }

    #[test]
    fn a_text_without_latin_letters_has_no_gloss(text in "[备案号授权0-9 ，。？]{0,40}") {
        prop_assert!(glossed(&text).is_none());
    }
}
