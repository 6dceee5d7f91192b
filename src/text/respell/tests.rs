//! Questions come out as they were meant, and right ones as they were typed.

mod complete;
mod initials;
mod omissions;

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::text::{Analyzer, Token, TokenKind};

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

/// What a small knowledge base asks and answers.
const TEXTS: &[&str] = &[
    "备案授权码怎么申请？",
    "备案授权码可以重复使用吗？",
    "申请备案授权码需要什么条件？",
    "更换服务器需要重新备案吗？",
    "接入备案和新增网站备案有什么区别？",
    "域名解析不生效怎么办？",
    "如何查询网站备案号？",
    "备案号要放在网站的哪里？",
    "主体在其他账号备案过，怎么办？",
    "如何修改主体信息？",
    "云服务器 CVM 如何重置密码？",
    "CVM 支持 api 吗？",
    "备案被管局驳回了在哪里修改？",
    "手机号收不到验证码怎么办？",
    "管局的核验短信收不到怎么办？",
    "个人备案要提供哪些资料？",
    "域名解析需要多久？",
    "如何设置域名解析？",
    "接入备案需要多久？",
    "接入备案需要多久？",
    "如何办理接入备案？",
    "云服务器怎么续费？",
    "云服务器到期了怎么续费？",
    "发票怎么开？",
    "发票开错了怎么办？",
    "退款多久到账？",
    "退款没有到账怎么办？",
    "授权有有效期吗？",
];

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut builder = VocabularyBuilder::default();
    for text in TEXTS {
        builder.add_question(&ANALYZER.analyze(text));
        builder.add_answer(&ANALYZER.analyze(text));
    }
    builder.finish()
});

fn respelled(text: &str) -> Option<Respelling> {
    respell(&ANALYZER.analyze(text), &VOCABULARY)
}

fn reading(text: &str) -> String {
    respelled(text).map_or_else(
        || "as typed".to_owned(),
        |found| found.text.as_str().to_owned(),
    )
}

#[test]
fn pinyin_is_read_by_the_words_of_the_knowledge_base() {
    for (typed, expected) in [
        ("beian shouquanma zenme shenqing", "备案授权码怎么申请"),
        ("beianshouquanmazenmeshenqing", "备案授权码怎么申请"),
        ("bei an shou quan ma zen me shen qing", "备案授权码怎么申请"),
        ("BEIAN ShouQuanMa", "备案授权码"),
        ("bèi'àn hào", "备案号"),
        ("fuwuqi chongzhi mima", "服务器重置密码"),
        ("cvm zenme chongzhi mima", "cvm 怎么重置密码"),
        ("备案hao怎么cha", "备案号怎么查"),
        ("备案 shouquanma 申请", "备案授权码申请"),
        ("geren beian yao naxie ziliao?", "个人备案要哪些资料?"),
        ("shoujihao shoubudao yanzhengma", "手机号收不到验证码"),
        ("chong xin bei an", "重新备案"),
    ] {
        assert_eq!(reading(typed), expected, "{typed}");
    }
}

#[test]
fn wrong_characters_of_the_same_sound_or_shape_are_mended() {
    for (typed, expected) in [
        ("被案授权吗怎么申请", "备案授权码怎么申请"),
        ("福务器从新备案", "服务器重新备案"),
        ("备案授权吗", "备案授权码"),
        ("域明解析不生效", "域名解析不生效"),
        ("收不到官局核验短心", "收不到管局核验短信"),
        ("如何查循备案号", "如何查询备案号"),
    ] {
        assert_eq!(reading(typed), expected, "{typed}");
    }
}

#[test]
fn what_is_right_stays_as_typed() {
    for text in TEXTS {
        assert_eq!(reading(text), "as typed", "{text}");
    }
    for text in [
        "CVM 如何重置密码",
        "domain name",
        "can you change my name",
        "在 console 哪里 edit",
        "ping 不通怎么办",
        "https 证书",
        "我的主题换了",
        "权利和义务",
        "今天天气怎么样",
        "",
        "   ",
        "？！",
        "123 456",
        "カタカナ",
    ] {
        assert_eq!(reading(text), "as typed", "{text}");
    }
}

#[test]
fn the_respelling_maps_to_what_was_typed() {
    let typed = "请问 Beian shouquan ma 怎么伸请";
    let found = respelled(typed).expect("a respelling");
    let analysis = ANALYZER.segment(found.text.clone());
    assert_eq!(analysis.normalized.as_str(), "请问 备案授权码怎么申请");
    let spans: Vec<(&str, &str)> = analysis
        .tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token: &Token| (analysis.term(token), &typed[analysis.span(token)]))
        .collect();
    assert!(spans.contains(&("备案", "Beian")), "{spans:?}");
    assert!(spans.contains(&("授权", "shouquan")), "{spans:?}");
    assert!(spans.contains(&("申请", "伸请")), "{spans:?}");
    assert_eq!((found.changed(), found.read()), (1, 5));
    for edit in &found.edits {
        assert!(
            typed.is_char_boundary(edit.original.start)
                && typed.is_char_boundary(edit.original.end)
        );
    }
}

#[test]
fn a_vocabulary_does_not_depend_on_anything_but_its_texts_and_survives_storage() {
    let mut again = VocabularyBuilder::default();
    for text in TEXTS {
        again.add_question(&ANALYZER.analyze(text));
        again.add_answer(&ANALYZER.analyze(text));
    }
    let again = again.finish();
    assert!(again == *VOCABULARY);
    let bytes = again.to_bytes();
    assert!(Vocabulary::from_bytes(&bytes).expect("what was written") == again);
    for damaged in [&bytes[..bytes.len() / 2], &bytes[1..], b""] {
        assert!(Vocabulary::from_bytes(damaged).is_none());
    }
}

#[test]
fn an_empty_vocabulary_reads_nothing() {
    let empty = Vocabulary::default();
    for text in ["beian", "被案授权吗", ""] {
        assert_eq!(respell(&ANALYZER.analyze(text), &empty), None, "{text}");
    }
    assert!(Vocabulary::from_bytes(&empty.to_bytes()).expect("empty") == empty);
}

#[test]
fn words_that_the_dictionary_lacks_are_mined() {
    for word in ["授权码", "备案号", "备案授权码"] {
        assert!(VOCABULARY.contains(word), "{word}");
    }
    for text in ["备案授权码怎么", "号怎么", "么申"] {
        assert!(!VOCABULARY.contains(text), "{text}");
    }
}

fn any_question() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[备案号授权吗码福务器从新a-zA-Z0-9 '，。？ü\u{301}\u{1f600}ａ]{0,40}",
        "(备|案|授权?|码|号|域|名|解|析|接|入|bah|sqm|basqm|shq| ){0,20}",
        "([bcdfghjklmnpqrstwxyz]{1,2}[aeiou]{1,2}n?g?[ ']?){0,20}",
    ]
}

proptest! {
    #[test]
    fn any_text_can_be_respelled_and_spans_slice_it(text in any_question()) {
        if let Some(found) = respelled(&text) {
            let analysis = ANALYZER.segment(found.text.clone());
            for token in &analysis.tokens {
                prop_assert!(text.get(analysis.span(token)).is_some_and(|slice| !slice.is_empty()));
            }
            for edit in &found.edits {
                prop_assert!(text.get(edit.original.clone()).is_some_and(|slice| !slice.is_empty()));
                prop_assert!(found.text.as_str().get(edit.respelled.clone()).is_some());
            }
            prop_assert!(found.cost >= 0.0 && found.gain >= 0.0);
        }
    }

    #[test]
    fn any_text_can_be_completed(text in any_question()) {
        prop_assert!(complete(&ANALYZER.analyze(&text), &VOCABULARY, 8).len() <= 8);
    }

    #[test]
    fn words_of_the_vocabulary_are_left_alone(
        picks in proptest::collection::vec(any::<prop::sample::Index>(), 1..6)
    ) {
        let words: Vec<&str> = VOCABULARY.words().filter(|word| word.chars().count() > 1).collect();
        let text: Vec<&str> = picks.iter().map(|pick| *pick.get(&words)).collect();
        let text = text.join("，");
        prop_assert_eq!(reading(&text), "as typed", "{}", text);
    }
}
