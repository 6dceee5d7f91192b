//! Unfinished pinyin and initials are completed by the words of the knowledge base.

use super::{ANALYZER, VOCABULARY};
use crate::text::respell::complete;

fn completed(typed: &str) -> Vec<String> {
    complete(&ANALYZER.analyze(typed), &VOCABULARY, 8)
}

#[test]
fn what_is_being_typed_is_completed() {
    for (typed, expected) in [
        ("beian", "备案"),
        ("beia", "备案"),
        ("bei", "备案"),
        ("bei an", "备案"),
        ("beian shou", "备案授权码"),
        ("beian shouq", "备案授权码"),
        ("beianshouquanm", "备案授权码"),
        ("备案 shouq", "备案授权码"),
        ("备案h", "备案号"),
        ("chongzhi mi", "重置密码"),
        ("bah", "备案号"),
        ("basq", "备案授权码"),
        ("域名j", "域名解析"),
        ("cvm chongz", "cvm 重置"),
        // A slip in a word that is finished.
        ("被案授权吗", "备案授权码"),
    ] {
        let texts = completed(typed);
        let found = texts.iter().any(|text| text == expected);
        assert!(found, "{typed}: {texts:?}");
    }
}

#[test]
fn what_is_no_pinyin_is_not_completed() {
    for typed in ["", "备案", "备案？", "CVM", "xq9", "的", "12", " "] {
        assert_eq!(completed(typed), Vec::<String>::new(), "{typed}");
    }
}

#[test]
fn the_likeliest_comes_first() {
    for (typed, expected) in [
        ("beian", "备案"),
        ("beianh", "备案号"),
        ("beiansh", "备案授权码"),
    ] {
        assert_eq!(
            completed(typed).first().map(String::as_str),
            Some(expected),
            "{typed}"
        );
    }
}
