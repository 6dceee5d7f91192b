//! Initials are read where they spell a word of the knowledge base, and nowhere else.

use super::{ANALYZER, reading, respelled};
use crate::text::respell::noise;

#[test]
fn initials_are_read_as_the_word_that_they_spell() {
    for (typed, expected) in [
        ("bah", "备案号"),
        ("BAH", "备案号"),
        ("sqm", "授权码"),
        ("basqm怎么申请", "备案授权码怎么申请"),
        ("sqm 怎么申请", "授权码怎么申请"),
        ("怎么申请 sqm？", "怎么申请授权码?"),
        ("域名jx", "域名解析"),
        ("域名 jx 不生效", "域名解析不生效"),
        ("ymjx不生效", "域名解析不生效"),
        ("jrba需要多久", "接入备案需要多久"),
        ("shqm", "授权码"),
    ] {
        assert_eq!(reading(typed), expected, "{typed}");
    }
}

#[test]
fn initials_stand_beside_latin_words_and_pinyin() {
    for (typed, expected) in [
        ("icp ba", "icp 备案"),
        ("cvm bah", "cvm 备案号"),
        ("beian sqm", "备案授权码"),
        ("sqm zenme shenqing", "授权码怎么申请"),
    ] {
        assert_eq!(reading(typed), expected, "{typed}");
    }
}

#[test]
fn letters_that_stand_for_themselves_are_kept() {
    for typed in [
        "备案的URL",
        "IP 备案",
        "CDN 要备案吗",
        "api 怎么用",
        "sdk",
        "ssh 连不上",
        "my bah",
        "how to get the sqm",
        "http://bah.com/sqm",
        "bah@sqm.com",
        "备案 -bah",
        "sqm_bah=1",
        "xzqj",
        "ooo",
        "bah2",
        // The word itself was just typed.
        "备案号 bah",
        // 申请 is no word that half of the questions are about.
        "域名sq",
    ] {
        assert_eq!(reading(typed), "as typed", "{typed}");
    }
}

#[test]
fn letters_that_could_be_syllables_are_pinyin_first() {
    for (typed, expected) in [
        ("beian ma", "备案吗"),
        ("beian hao", "备案号"),
        ("geren beian", "个人备案"),
    ] {
        assert_eq!(reading(typed), expected, "{typed}");
    }
}

#[test]
fn initials_are_harder_to_believe_than_pinyin_and_map_to_their_letters() {
    let typed = "请问 Sqm 怎么申请";
    let found = respelled(typed).expect("a respelling");
    let pinyin = respelled("请问 Shouquanma 怎么申请").expect("a respelling");
    assert!(found.cost > pinyin.cost, "{found:?}");
    assert_eq!((found.changed(), found.read()), (0, 3));
    let analysis = ANALYZER.segment(found.text.clone());
    let spans = analysis.tokens.iter();
    let spans: Vec<(&str, &str)> = spans
        .map(|token| (analysis.term(token), &typed[analysis.span(token)]))
        .collect();
    assert!(spans.contains(&("授权", "Sq")), "{spans:?}");
    assert!(spans.contains(&("码", "m")), "{spans:?}");
}

#[test]
fn the_list_of_abbreviations_holds_each_word_once_and_only_those_that_need_it() {
    let mut seen = std::collections::HashSet::new();
    let lines = noise::ABBREVIATIONS.lines();
    for word in lines
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_ascii_whitespace)
    {
        assert!(seen.insert(word), "{word}: stands twice");
        let letters = word.bytes().all(|c| c.is_ascii_lowercase());
        assert!(letters && word.len() > 1, "{word}");
        assert!(!word.contains(['i', 'u', 'v']), "{word}: needs no line");
        assert!(!noise::is_english(word), "{word}: is in english.txt");
    }
}
