//! What analysis promises: one spelling, spans that slice the original, no hole, no panic.

use std::sync::LazyLock;

use proptest::prelude::*;

use crate::text::{Analysis, Analyzer, Token, TokenKind};

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

fn normalized(text: &str) -> String {
    ANALYZER.normalize(text).as_str().to_owned()
}

fn terms(text: &str, kind: TokenKind) -> Vec<String> {
    let analysis = ANALYZER.analyze(text);
    let of_kind = analysis.tokens.iter().filter(|token| token.kind == kind);
    of_kind
        .map(|token| analysis.term(token).to_owned())
        .collect()
}

fn filler(text: &str) -> Vec<String> {
    let analysis = ANALYZER.analyze(text);
    let fillers = analysis.tokens.iter().filter(|token| token.filler);
    fillers
        .map(|token| analysis.term(token).to_owned())
        .collect()
}

#[test]
fn width_case_and_script_have_one_spelling() {
    for (written, expected) in [
        ("ＩＣＰ备案１２３", "icp备案123"),
        ("備案授權碼", "备案授权码"),
        ("網域一定要備案嗎？", "域名一定要备案吗?"),
        ("伺服器", "服务器"),
        ("帳號裡明明有伺服器", "账号里明明有服务器"),
        ("帐号登陆不了其它系统", "账号登录不了其他系统"),
        ("安裝軟體", "安装软件"),
        ("主機商換了", "服务商换了"),
        ("身分證", "身份证"),
        ("著名", "著名"),
        ("备\u{200b}案\u{feff}", "备案"),
        ("e\u{301}", "é"),
        ("㈱①½", "(株)11⁄2"),
        ("备案\t\r\n号\u{0}码", "备案   号 码"),
        ("文件", "文件"),
        ("乾隆年间上传的文件", "乾隆年间上传的文件"),
        ("上传的文件（繁體：檔案）", "上传的文件(繁体:文件)"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("", ""),
    ] {
        assert_eq!(normalized(written), expected, "{written:?}");
    }
}

#[test]
fn traditional_and_simplified_questions_have_the_same_words() {
    for (traditional, simplified) in [
        ("備案授權碼怎麼申請", "备案授权码怎么申请"),
        ("接入備案是否影響網站訪問", "接入备案是否影响网站访问"),
        ("網域與伺服器", "域名与服务器"),
    ] {
        let kind = TokenKind::Word;
        assert_eq!(
            terms(traditional, kind),
            terms(simplified, kind),
            "{traditional}"
        );
    }
}

#[test]
fn search_mode_also_yields_the_words_inside_a_word() {
    let words = terms("营业执照", TokenKind::Word);
    assert!(
        words.contains(&"营业".to_owned()) && words.contains(&"营业执照".to_owned()),
        "{words:?}"
    );
}

#[test]
fn latin_words_are_cut_where_letters_meet_digits() {
    for (text, expected) in [
        ("centos7系统", vec!["centos7", "centos", "7", "系统"]),
        ("45天", vec!["45"]),
        ("CVM 的IP", vec!["cvm", "ip"]),
        ("a-b.c", vec!["a", "b", "c"]),
    ] {
        let mut words = terms(text, TokenKind::Word);
        let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        words.sort();
        expected.sort();
        assert_eq!(words, expected, "{text}");
    }
}

#[test]
fn bigrams_do_not_cross_punctuation_or_latin() {
    assert_eq!(terms("备案，号ip码头", TokenKind::Bigram), ["备案", "码头"]);
}

#[test]
fn filler_is_found_at_word_boundaries_and_negations_never_are() {
    for (text, expected) in [
        ("请问备案", vec!["请", "请问", "请问", "问"]),
        ("怎么办理备案", vec!["怎", "怎么", "怎么", "么"]),
        ("不能备案", vec![]),
        ("能否备案", vec![]),
        ("无法访问", vec![]),
        ("没有备案", vec![]),
        ("未备案", vec![]),
    ] {
        assert_eq!(filler(text), expected, "{text}");
    }
}

#[test]
fn many_replaced_words_take_time_in_proportion() {
    // Quadratic work on this text would take minutes.
    let text = "網域".repeat(200_000);
    assert_eq!(normalized(&text).chars().count(), 400_000);
}

#[test]
fn a_replaced_word_maps_back_to_the_whole_word_it_stands_for() {
    let analysis = ANALYZER.analyze("我的身分證與網址列。");
    let spans: Vec<&str> = analysis
        .tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| &"我的身分證與網址列。"[analysis.span(token)])
        .collect();
    assert_eq!(spans, ["身分", "身分證", "網址", "網址列"]);
}

/// Text as people and files really mix it.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[备案号授权码網域伺服器身分證軟體網際網路a-zA-Z0-9 ，。？\u{200b}\u{301}\u{1f600}ｱ①]{0,40}",
    ]
}

fn spans_slice(text: &str, analysis: &Analysis) {
    let place = |token: &Token| (token.range.start, token.range.end, token.kind);
    assert!(analysis.tokens.is_sorted_by_key(place), "ascending");
    for token in &analysis.tokens {
        assert!(!analysis.term(token).is_empty());
        assert!(
            text.get(analysis.span(token))
                .is_some_and(|slice| !slice.is_empty())
        );
    }
}

proptest! {
    #[test]
    fn every_span_slices_the_original(text in any_text()) {
        spans_slice(&text, &ANALYZER.analyze(&text));
    }

    #[test]
    fn every_letter_and_digit_is_in_some_token(text in any_text()) {
        let analysis = ANALYZER.analyze(&text);
        for (at, c) in analysis.normalized.as_str().char_indices() {
            let covered = analysis.tokens.iter().any(|token| token.range.contains(&at));
            prop_assert!(covered || !c.is_alphanumeric() || analysis.normalized.as_str().len() > 2048, "{c:?}");
        }
    }

    #[test]
    fn mapping_to_the_original_and_back_covers_the_range(text in any_text()) {
        let normalized = ANALYZER.normalize(&text);
        let chars = || {
            let chars = normalized.as_str().char_indices();
            chars.map(|(at, c)| at..at + c.len_utf8())
        };
        for (range, there) in chars().zip(normalized.all_to_original(chars())) {
            prop_assert_eq!(&there, &normalized.to_original(range.clone()));
            let back = normalized.from_original(there);
            prop_assert!(back.start <= range.start && range.end <= back.end);
        }
    }
}
