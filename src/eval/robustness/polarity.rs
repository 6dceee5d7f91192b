//! Questions turned into their opposite: why something works is no answer to why it does not.

use serde::{Deserialize, Serialize};

use super::piece::Pieces;
use crate::eval::decisions::Outcome;
use crate::eval::run::Judged;

/// The kind of a question turned into its opposite.
pub const FLIPPED: &str = "flipped";

/// A word and what turns its question around. The first that stands in a question is replaced.
const OPPOSITES: &[(&str, &str)] = &[
    ("无法", "可以"),
    ("不能", "能"),
    ("不可以", "可以"),
    ("不支持", "支持"),
    ("不需要", "需要"),
    ("不用", "要"),
    ("不会", "会"),
    ("没有", "有"),
    ("失败", "成功"),
    ("成功", "失败"),
    ("开启", "关闭"),
    ("打开", "关闭"),
    ("关闭", "开启"),
    ("启用", "停用"),
    ("停用", "启用"),
    ("增加", "减少"),
    ("添加", "删除"),
    ("新增", "删除"),
    ("创建", "删除"),
    ("删除", "添加"),
    ("绑定", "解绑"),
    ("解绑", "绑定"),
    ("开通", "注销"),
    ("注销", "开通"),
    ("上传", "下载"),
    ("下载", "上传"),
    ("允许", "禁止"),
    ("禁止", "允许"),
    ("升级", "降级"),
    ("扩容", "缩容"),
    ("导入", "导出"),
    ("导出", "导入"),
    ("购买", "退订"),
    ("申请", "撤销"),
    ("已经", "还没有"),
    ("需要", "不需要"),
    ("支持", "不支持"),
    ("可以", "不可以"),
    ("能", "不能"),
    ("会", "不会"),
];

/// Whoever asks whether something is so gets the same answer the other way round.
const WHETHER: &[&str] = &[
    "吗",
    "是否",
    "能否",
    "可否",
    "有没有",
    "么？",
    "与否",
    "区别",
];

/// What became of questions turned into their opposite.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Polarity {
    /// Questions turned around.
    pub n: usize,
    /// Answered with what answers the opposite. Some entries answer both; most do not.
    pub answered_same: usize,
    /// Answered with another entry.
    pub answered_other: usize,
    /// Asked back.
    pub clarified: usize,
    /// Said that there is no answer.
    pub declined: usize,
    /// Every one of them, judged as if the entry of the opposite were right.
    pub results: Vec<Judged>,
}

impl Polarity {
    /// Adds up flipped questions.
    pub fn of(results: Vec<Judged>) -> Polarity {
        let count = |wanted: &[Outcome]| {
            let found = results
                .iter()
                .filter(|judged| wanted.contains(&judged.outcome));
            found.count()
        };
        Polarity {
            n: results.len(),
            answered_same: count(&[Outcome::AnsweredRight, Outcome::AnsweredPartly]),
            answered_other: count(&[Outcome::AnsweredWrong]),
            clarified: count(&[Outcome::ClarifiedWith, Outcome::ClarifiedWithout]),
            declined: count(&[Outcome::Declined]),
            results,
        }
    }
}

/// The opposite question; `None` where there is none, or none that an answer would not also settle.
pub(super) fn flipped(pieces: &Pieces) -> Option<String> {
    let text: String = pieces.chars.iter().collect();
    if WHETHER.iter().any(|word| text.contains(word)) || asks_either_or(&pieces.chars) {
        return None;
    }
    pieces.words().find_map(|(word, range)| {
        let (_, opposite) = OPPOSITES.iter().find(|(one, _)| *one == word)?;
        Some(pieces.with(range, opposite))
    })
}

/// 能不能, 会不会, 需不需要.
fn asks_either_or(chars: &[char]) -> bool {
    chars
        .windows(3)
        .any(|three| matches!(three, [a, '不' | '没', b] if a == b))
}
