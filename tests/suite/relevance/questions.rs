//! Questions as people put them, written for these tests alone; no weight was fitted on them.

use jida::search::Decision;

use crate::relevance::{ask, search, shared, worst_rank};

const MATERIALS: &str = "备案需要提供什么资料？";
const SECOND: &str = "我刚提交了一个备案还没通过，还能再提交一个吗？";
const REJECTED: &str = "备案被驳回了我在哪里操作修改？";
const DEADLINE: &str = "备案被驳回，需要过两天才能处理，是否可以？";
const CODE: &str = "备案授权码怎么申请？";
const SERVER: &str = "更换服务器影响备案吗？";
const NO_SERVER: &str = "备案时需要拉取服务器，但是没有服务器显示，可能是什么问题导致？";
const ONE_CLICK: &str = "一键接入备案与接入备案有什么区别？";
const MANY: &str = "是否可以多个网站同时进行接入备案？最多可以同时接入几个网站？";
const VISIT: &str = "接入备案过程中网站能否访问？";
const CHANGE: &str = "接入备案过程中能否变更主体、网站信息？";
const ADDRESS: &str = "接入备案时，新身份证地址和旧身份证不一样怎么办？";

/// What people type, and the entry that answers it.
const ASKED: &[(&str, &str)] = &[
    ("申请备案授权码", CODE),
    ("備案授權碼在哪裡申請", CODE),
    ("授权码 申请 备案", CODE),
    ("请问一下备案授权码应该怎么去申请呢谢谢", CODE),
    ("换了服务器备案会不会受影响", SERVER),
    ("換伺服器會影響備案嗎", SERVER),
    ("备案资料有哪些", MATERIALS),
    ("企业备案要提供哪些资料", MATERIALS),
    ("幕布照片", MATERIALS),
    ("备案还没通过，可以再提交一个新的吗", SECOND),
    ("被驳回了去哪修改", REJECTED),
    ("驳回以后多少天内要处理", DEADLINE),
    ("一键接入和普通接入的区别", ONE_CLICK),
    ("最多能同时接入几个网站", MANY),
    ("接入的过程中网站还能访问吗", VISIT),
    ("接入过程里可以改主体信息吗", CHANGE),
    ("新旧身份证地址不一样", ADDRESS),
    ("为什么拉取不到服务器", NO_SERVER),
    ("ＩＣＰ接入備案過程中網站能不能訪問？？？", VISIT),
];

#[test]
fn questions_in_other_words_find_their_entry() {
    let ranks: Vec<Option<usize>> = ASKED
        .iter()
        .map(|(question, wanted)| worst_rank(&search(shared(), question), wanted))
        .collect();
    let first = ranks.iter().filter(|rank| **rank == Some(1)).count();
    let third = ranks
        .iter()
        .filter(|rank| rank.is_some_and(|rank| rank <= 3))
        .count();
    let missed: Vec<_> = ASKED
        .iter()
        .zip(&ranks)
        .filter(|(_, rank)| **rank != Some(1))
        .collect();
    assert!(
        first * 100 >= ASKED.len() * 85,
        "first {first} of {}: {missed:#?}",
        ASKED.len()
    );
    assert!(
        third * 100 >= ASKED.len() * 95,
        "third {third} of {}: {missed:#?}",
        ASKED.len()
    );
}

#[test]
fn a_question_as_it_is_written_is_answered_by_its_own_entry() {
    let everything = crate::relevance::wait(shared().entries(
        &Default::default(),
        jida::search::Page {
            limit: 100,
            offset: 0,
        },
    ));
    let entries = everything.expect("a reply").entries;
    assert_eq!(entries.len(), 23);
    for entry in entries {
        let reply = ask(shared(), &entry.question);
        assert_eq!(reply.decision, Decision::Answered, "{}", entry.question);
        let answer = reply.answer.expect("an answer");
        assert_eq!(answer.hit.question, entry.question);
    }
}

#[test]
fn what_the_faq_does_not_speak_of_is_not_answered() {
    for question in [
        "🙂🙂🙂",
        "？？？！！",
        "火锅底料哪家好吃",
        "推荐一部电影",
        "量子纠缠",
        "asdfghjkl",
        "\u{301}\u{302}",
    ] {
        let reply = ask(shared(), question);
        assert_eq!(
            reply.decision,
            Decision::NoAnswer,
            "{question}: {:?}",
            reply.candidates
        );
        assert!(
            reply.answer.is_none() && reply.message.is_some(),
            "{question}"
        );
    }
}

#[test]
fn the_part_that_answers_is_the_passage() {
    for (question, begins) in [
        ("企业备案提交初审时需要准备的资料", "企业备案提交初审时"),
        ("个人备案提交初审时需要准备的资料", "个人备案提交初审时"),
    ] {
        let reply = search(shared(), question);
        let passage = reply.hits[0].passage.as_ref().expect("a passage");
        assert!(
            passage.text.starts_with(begins),
            "{question}: {}",
            passage.text
        );
    }
}

#[test]
fn offsets_are_code_points_of_the_texts_they_belong_to() {
    for (question, _) in ASKED {
        for hit in search(shared(), question).hits {
            let slice = |text: &str, [start, end]: [usize; 2]| {
                assert!(
                    start < end && end <= text.chars().count(),
                    "{question}: {start}..{end}"
                );
                text.chars()
                    .skip(start)
                    .take(end - start)
                    .collect::<String>()
            };
            for mark in &hit.highlights.question {
                assert!(!slice(&hit.question, *mark).trim().is_empty());
            }
            for marks in hit.highlights.answer.windows(2) {
                assert!(marks[0][1] < marks[1][0], "ascending and apart");
            }
            for mark in &hit.highlights.answer {
                slice(&hit.answer.text, *mark);
            }
            if let Some(passage) = &hit.passage {
                assert_eq!(
                    slice(&hit.answer.text, [passage.start, passage.end]),
                    passage.text
                );
            }
        }
    }
}

#[test]
fn what_is_marked_are_the_words_of_the_question() {
    let reply = search(shared(), "請問備案授權碼怎麼申請");
    let hit = &reply.hits[0];
    let marked: Vec<String> = hit
        .highlights
        .question
        .iter()
        .map(|[start, end]| {
            hit.question
                .chars()
                .skip(*start)
                .take(end - start)
                .collect()
        })
        .collect();
    assert_eq!(marked, ["备案授权码", "申请"]);
}
