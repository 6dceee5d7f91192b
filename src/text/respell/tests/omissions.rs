//! A character left out is put in, one typed twice is taken out; right questions stay.

use super::{ANALYZER, reading, respelled};

#[test]
fn a_character_that_was_left_out_is_put_in() {
    for (typed, expected) in [
        ("备案授码怎么申请", "备案授权码怎么申请"),
        ("备授权码怎么申请", "备案授权码怎么申请"),
        ("案授权码怎么申请", "备案授权码怎么申请"),
        ("接备案和新增网站备案", "接入备案和新增网站备案"),
        ("域解析不生效", "域名解析不生效"),
        ("云服器重置密码", "云服务器重置密码"),
    ] {
        assert_eq!(reading(typed), expected, "{typed}");
    }
}

#[test]
fn a_character_that_was_typed_twice_is_taken_out() {
    for (typed, expected) in [
        ("备备案号要放在哪里", "备案号要放在哪里"),
        ("备案案号要放在哪里", "备案号要放在哪里"),
        ("域名解解析", "域名解析"),
        ("备案授授权码", "备案授权码"),
        ("备案授权码码怎么申请", "备案授权码怎么申请"),
    ] {
        assert_eq!(reading(typed), expected, "{typed}");
    }
}

#[test]
fn words_that_explain_what_was_typed_are_kept() {
    for typed in [
        "备案有有效期吗",
        "新备案",
        "要备案",
        "先备案再解析",
        "查备案号",
        "我要看看备案",
        "天天备案",
        "能不能备案",
        "服务器",
        "备案码",
        "授权",
        "不不不",
    ] {
        assert_eq!(reading(typed), "as typed", "{typed}");
    }
}

#[test]
fn every_character_of_the_mended_word_maps_to_what_was_typed() {
    for (typed, word, slice) in [
        ("问备案授码", "备案授权码", "备案授码"),
        ("案授权码", "备案授权码", "案授权码"),
        ("问备备案号", "备案号", "备备案号"),
    ] {
        let found = respelled(typed).expect("a respelling");
        let [edit] = found.edits.as_slice() else {
            panic!("one edit: {found:?}");
        };
        assert_eq!(&typed[edit.original.clone()], slice);
        assert_eq!(&found.text.as_str()[edit.respelled.clone()], word);
        assert_eq!((edit.changed, edit.read), (1, 0), "{typed}");
        let analysis = ANALYZER.segment(found.text.clone());
        for token in &analysis.tokens {
            assert!(!analysis.span(token).is_empty(), "{typed} {token:?}");
        }
    }
}
