//! Recognises questions and cleans them: what looks like one, and what of its line a reader needs.

/// How a line marks what stands in it, `Q：` or `答：`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker {
    Question,
    Answer,
}

/// Splits `Q：`, `问：`, `A1:`, `答案：` off a line; gives the length of what was split off.
pub(super) fn speaker(line: &str) -> Option<(Speaker, usize)> {
    let rest = line.trim_start();
    let indent = line.len() - rest.len();
    for (name, speaker) in [
        ("问题", Speaker::Question),
        ("提问", Speaker::Question),
        ("问", Speaker::Question),
        ("Q", Speaker::Question),
        ("q", Speaker::Question),
        ("Ｑ", Speaker::Question),
        ("回答", Speaker::Answer),
        ("答案", Speaker::Answer),
        ("答复", Speaker::Answer),
        ("答", Speaker::Answer),
        ("A", Speaker::Answer),
        ("a", Speaker::Answer),
        ("Ａ", Speaker::Answer),
    ] {
        let Some(after) = rest.strip_prefix(name) else {
            continue;
        };
        let number = after.trim_start();
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        let after_number = number[digits..].trim_start();
        let mut marks = after_number.chars();
        let mark = marks.next()?;
        // `Q1.` and `Q1、` need their number: a bare `A.` is an item of a choice.
        if matches!(mark, ':' | '：') || (digits > 0 && matches!(mark, '.' | '、' | '．')) {
            let used = rest.len() - marks.as_str().trim_start().len();
            return Some((speaker, indent + used));
        }
        return None;
    }
    None
}

/// Whether a line ends with a question mark, emphasis and closing quotes aside.
pub(super) fn asks(line: &str) -> bool {
    line.trim_end_matches(|c: char| c.is_whitespace() || "”’\"'）)」』】*_。.：:".contains(c))
        .ends_with(['?', '？'])
}

/// Whether a heading reads like a question, question mark or not.
pub(super) fn sounds_like_question(line: &str) -> bool {
    const ANYWHERE: [&str; 15] = [
        "如何",
        "怎么",
        "怎样",
        "怎麼",
        "怎樣",
        "为什么",
        "為什麼",
        "为何",
        "為何",
        "什么",
        "什麼",
        "是否",
        "能否",
        "可否",
        "多久",
    ];
    const AT_START: [&str; 18] = [
        "How ", "What ", "Why ", "Can ", "Is ", "Are ", "Do ", "Does ", "Which ", "When ",
        "Where ", "Will ", "Who ", "Should ", "Could ", "Did ", "What's ", "哪",
    ];
    if asks(line) {
        return true;
    }
    let line = without_ordinal(line.trim());
    // “确认是否…” is a step of a procedure.
    if ["确认", "检查", "查看", "判断", "核对"]
        .iter()
        .any(|verb| line.starts_with(verb))
    {
        return false;
    }
    ANYWHERE.iter().any(|word| line.contains(word))
        || AT_START.iter().any(|word| line.starts_with(word))
        || line.ends_with(['吗', '嗎', '呢'])
}

/// Whether a heading names a part of a procedure and never a question: such files are one question,
/// which is their name.
pub(super) fn names_a_part(heading: &str) -> bool {
    const WHOLE: [&str; 36] = [
        "背景",
        "概述",
        "说明",
        "现象",
        "原因",
        "解决办法",
        "解决方法",
        "解决方案",
        "解决方式",
        "解决思路",
        "处理办法",
        "处理方法",
        "处理步骤",
        "处理方案",
        "操作步骤",
        "操作流程",
        "操作场景",
        "前提条件",
        "注意事项",
        "现象描述",
        "问题描述",
        "问题现象",
        "可能原因",
        "问题原因",
        "问题分析",
        "场景说明",
        "报错原因",
        "错误原因",
        "功能说明",
        "处理方式",
        "Reason",
        "Reasons",
        "Solution",
        "Solutions",
        "Cause",
        "Background",
    ];
    let heading = without_ordinal(heading.trim());
    let heading = heading.trim_end_matches([':', '：']).trim_end();
    if WHOLE.contains(&heading) {
        return true;
    }
    let rest = heading
        .strip_prefix("步骤")
        .or_else(|| heading.strip_prefix('第').filter(|r| r.contains('步')))
        .or_else(|| heading.strip_prefix("Step"));
    rest.is_some_and(|rest| {
        rest.trim_start()
            .starts_with(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
    })
}

/// Whether a part of a procedure is what went wrong, why, or how to mend it: only a question has those.
pub(super) fn names_a_remedy(part: &str) -> bool {
    [
        "现象", "原因", "解决", "处理", "Reason", "Cause", "Solution",
    ]
    .iter()
    .any(|word| part.contains(word))
}

/// The line without `1.`, `1、`, `（1）`, `一、`, `①`, `#`; unchanged if nothing but that would be left.
pub(super) fn without_ordinal(line: &str) -> &str {
    let rest = line.trim_start_matches(['#', ' ', '\t']);
    let rest = strip_ordinal(rest).unwrap_or(rest).trim_start();
    if rest.is_empty() { line } else { rest }
}

/// Whether the line begins with an ordinal.
pub(super) fn has_ordinal(line: &str) -> bool {
    strip_ordinal(line.trim_start()).is_some_and(|rest| !rest.trim().is_empty())
}

fn strip_ordinal(line: &str) -> Option<&str> {
    let first = line.chars().next()?;
    if ('①'..='⑳').contains(&first) {
        return Some(&line[first.len_utf8()..]);
    }
    let number = |c: char| c.is_ascii_digit();
    let chinese = |c: char| "一二三四五六七八九十".contains(c);
    if let Some(inner) = line.strip_prefix(['（', '(']) {
        let rest = inner.trim_start_matches(|c| number(c) || chinese(c));
        let digits = inner.len() - rest.len();
        return (1..=9)
            .contains(&digits)
            .then(|| rest.strip_prefix(['）', ')']))
            .flatten();
    }
    let rest = line.trim_start_matches(number);
    if (1..=3).contains(&(line.len() - rest.len())) {
        let after = rest.strip_prefix(['.', '、', ')', '）', '．', ':', '：'])?;
        // `3.5 版本` is a number, `3.版本` an ordinal.
        return (!after.starts_with(number)).then_some(after);
    }
    let rest = line.trim_start_matches(chinese);
    if (1..=9).contains(&(line.len() - rest.len())) {
        return rest.strip_prefix('、');
    }
    None
}

/// Splits `{#id}` off the end of a question, and tells the id. A line that says nothing else stays whole.
pub(super) fn id_mark(line: &str) -> (&str, Option<&str>) {
    let (mut text, mut id) = (line.trim_end_matches(blank), None);
    while let Some(inner) = text.strip_suffix('}')
        && let Some(at) = inner.rfind("{#")
        && !inner[at..].contains('}')
    {
        let rest = inner[..at].trim_end_matches(blank);
        if rest.trim_start_matches(blank).is_empty() {
            break;
        }
        id = Some(inner[at + 2..].trim_matches(blank));
        text = rest;
    }
    (text, id.filter(|id| !id.is_empty()))
}

/// A question as a reader sees it: one line, without ordinal, `Q：` and `{#id}`.
pub(super) fn clean(line: &str) -> String {
    let line = id_mark(line).0.trim_matches(blank);
    let line = without_ordinal(line);
    let line = match speaker(line) {
        Some((Speaker::Question, used)) if !line[used..].trim().is_empty() => &line[used..],
        _ => line,
    };
    let line = without_ordinal(line).trim_matches(blank);
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        if blank(c) {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Blanks, zero-width ones and byte-order marks among them.
pub(super) fn blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{2060}')
}

/// The id on a line that holds anchors and nothing else: `[](id:x)`, `<span id="x"></span>`,
/// `<a name="x"></a>`. `Some(None)` if the anchor has no name.
pub(super) fn anchor_line(line: &str) -> Option<Option<&str>> {
    let mut rest = line.trim_matches(blank);
    let mut id = None;
    if rest.is_empty() || rest.len() > 300 {
        return None;
    }
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("[](id:") {
            let end = after.find(')')?;
            id = id.or(Some(after[..end].trim()));
            rest = after[end + 1..].trim_start();
        } else if rest.starts_with('<') {
            let end = rest.find('>')?;
            let tag = &rest[..end];
            let name = tag[1..]
                .split(|c: char| c.is_whitespace() || c == '/')
                .next()?;
            if !matches!(name, "span" | "a" | "p" | "div") {
                return None;
            }
            let after = &rest[end + 1..];
            let named = super::html::attribute(tag, "id").is_some()
                || super::html::attribute(tag, "name").is_some();
            let close = format!("</{name}>");
            if !named {
                return None;
            }
            rest = after
                .trim_start()
                .strip_prefix(close.as_str())?
                .trim_start();
        } else {
            return None;
        }
    }
    Some(id.filter(|id| !id.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_loses_its_ordinal_and_its_speaker_but_no_number_of_its_own() {
        for (line, expected) in [
            ("1. 备案要多久？", "备案要多久？"),
            ("1、备案要多久？", "备案要多久？"),
            ("（1）备案要多久？", "备案要多久？"),
            ("一、备案要多久？", "备案要多久？"),
            ("① 备案要多久？", "备案要多久？"),
            ("Q：备案要多久？", "备案要多久？"),
            ("Q1: 备案要多久？", "备案要多久？"),
            ("问：备案要多久？", "备案要多久？"),
            ("3. 问题：备案要多久？", "备案要多久？"),
            ("# 6. What is it?", "What is it?"),
            ("2021年的备案有效吗？", "2021年的备案有效吗？"),
            ("3.5 版本有什么变化？", "3.5 版本有什么变化？"),
            ("12 个月后怎么办", "12 个月后怎么办"),
            ("Question: why?", "Question: why?"),
            ("A. 选项", "A. 选项"),
            ("1.", "1."),
            ("问：备案要多久？{#long} ", "备案要多久？"),
            ("备案要多久？ {#a b} {#c}", "备案要多久？"),
            ("{#b} 是什么？", "{#b} 是什么？"),
            ("{#b}", "{#b}"),
            ("备案\u{a0}\u{200b}要　多久？ ", "备案 要 多久？"),
        ] {
            assert_eq!(clean(line), expected, "{line:?}");
        }
    }

    #[test]
    fn an_id_stands_at_the_end_and_the_first_of_several_counts() {
        for (line, expected) in [
            ("备案要多久？ {#long}", ("备案要多久？", Some("long"))),
            ("备案要多久？{# a }{#b}\t", ("备案要多久？", Some("a"))),
            ("备案要多久？{#}", ("备案要多久？", None)),
            ("写作 {#id} 的编号", ("写作 {#id} 的编号", None)),
            ("a}", ("a}", None)),
            ("{#b}", ("{#b}", None)),
        ] {
            assert_eq!(id_mark(line), expected, "{line:?}");
        }
    }

    #[test]
    fn questions_are_told_from_titles() {
        for (line, expected) in [
            ("备案要多久？", true),
            ("提示“失败？”", true),
            ("如何备案", true),
            ("可以退款吗", true),
            ("How to apply", true),
            ("备案流程", false),
            ("Overview", false),
            ("通用问题", false),
        ] {
            assert_eq!(sounds_like_question(line), expected, "{line:?}");
        }
    }

    #[test]
    fn a_line_of_anchors_is_known() {
        for (line, expected) in [
            ("[](id:que1)", Some(Some("que1"))),
            (" [](id:a) [](id:b) ", Some(Some("a"))),
            ("<span id=\"x\"></span>", Some(None)),
            ("<a name=x></a>", Some(None)),
            ("[文字](id:x)", None),
            ("<span>文字</span>", None),
            ("", None),
        ] {
            assert_eq!(anchor_line(line), expected, "{line:?}");
        }
    }
}
