//! Every shape of FAQ that the parser knows, one table each, and what holds for any text at all.

use proptest::prelude::*;

use super::{ParsedFile, parse};

/// Entries as `category / category > question = first words of the answer`, one a line.
fn outline(file: &str, text: &str) -> String {
    let parsed = parse(file, text);
    assert_sound(text, &parsed);
    let lines: Vec<String> = parsed
        .entries
        .iter()
        .map(|e| {
            let answer = e.answer.text.replace('\n', " ⏎ ");
            let category = e.category.join(" / ");
            format!("{category} > {} = {answer}", e.question)
        })
        .collect();
    lines.join("\n")
}

fn check(cases: &[(&str, &str, &str)]) {
    for (name, text, expected) in cases {
        assert_eq!(outline("产品/faq.md", text), *expected, "{name}");
    }
}

/// What holds for every file.
fn assert_sound(text: &str, parsed: &ParsedFile) {
    let mut covered: Vec<_> = parsed.headings.clone();
    covered.extend(parsed.prefaces.iter().cloned());
    let mut before = 0;
    for entry in &parsed.entries {
        let (source, answer) = (&entry.source, &entry.answer);
        assert_eq!(&text[source.answer.clone()], answer.markdown);
        assert!(text.get(source.question.clone()).is_some());
        assert!(source.question.start >= before, "entries overlap");
        assert!(source.question.end <= source.answer.start);
        before = source.answer.end;
        assert!(!entry.question.is_empty());
        let line = |at: usize| 1 + text[..at].matches('\n').count();
        assert_eq!(source.answer_line as usize, line(source.answer.start));
        assert_eq!(answer.text, answer.text.trim_end());
        for passage in &answer.passages {
            let slice = answer.text.get(passage.text.clone());
            assert!(slice.is_some_and(|s| !s.trim().is_empty()), "{passage:?}");
            let slice = answer.markdown.get(passage.markdown.clone());
            assert!(slice.is_some_and(|s| !s.is_empty()), "{passage:?}");
        }
        covered.push(source.question.clone());
        covered.push(source.answer.clone());
    }
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let range = offset..offset + line.len();
        offset = range.end;
        let blank = line.chars().all(super::question::blank);
        let touched = |r: &std::ops::Range<usize>| r.start < range.end && r.end > range.start;
        assert!(blank || covered.iter().any(touched), "lost: {line:?}");
    }
}

#[test]
fn headings_make_questions_categories_and_sections() {
    check(&[
        (
            "a question owns what is deeper",
            "### 甲？\n#### 个人\n一\n#### 企业\n二\n### 乙？\n三",
            "产品 > 甲？ = 个人 ⏎ 一 ⏎ 企业 ⏎ 二\n产品 > 乙？ = 三",
        ),
        (
            "titles above questions are categories",
            "# 备案\n## 流程\n### 甲？\n一\n## 费用\n### 乙？\n二",
            "产品 / 备案 / 流程 > 甲？ = 一\n产品 / 备案 / 费用 > 乙？ = 二",
        ),
        (
            "a title with nothing below is an entry",
            "### 甲？\n一\n### 退款规则\n二",
            "产品 > 甲？ = 一\n产品 > 退款规则 = 二",
        ),
        (
            "cause and remedy belong to the fault above them",
            "## 报错 1205\n### 原因\n一\n### 解决方案\n二\n## 怎么导出？\n三",
            "产品 > 报错 1205 = 原因 ⏎ 一 ⏎ 解决方案 ⏎ 二\n产品 > 怎么导出？ = 三",
        ),
        (
            "the author's word on the level",
            "---\nquestion_level: 2\n---\n# 甲\n## 退款\n### 规则？\n一",
            "产品 / 甲 > 退款 = 规则？ ⏎ 一",
        ),
        (
            "ordinals and bold are no part of a question",
            "## **1. 甲？**\n一\n## （2）乙 `x`？\n二",
            "产品 > 甲？ = 一\n产品 > 乙 x？ = 二",
        ),
        (
            "hashes in code are no headings",
            "### 甲？\n```\n# 注释\n### 乙？\n```\n尾",
            "产品 > 甲？ = # 注释 ⏎ ### 乙？ ⏎ 尾",
        ),
        (
            "a heading right after HTML is a heading",
            "### 甲？\n<table><tr><td>一</td></tr></table>\n### 乙？\n二",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二",
        ),
        (
            "headings in list items",
            "1. ### 甲？\n\n   一\n2. ### 乙？\n\n   二",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二",
        ),
        (
            "a long introduction is an entry of its own",
            &format!("## 全屏\n{}\n### 甲？\n一", "全屏分为两种。".repeat(10)),
            &format!(
                "产品 > 全屏 = {}\n产品 / 全屏 > 甲？ = 一",
                "全屏分为两种。".repeat(10)
            ),
        ),
        (
            "an index of links is not",
            &format!("{}\n### 甲？\n一", "- [一个很长的问题？](#a)\n".repeat(20)),
            "产品 > 甲？ = 一",
        ),
    ]);
}

#[test]
fn questions_need_no_heading() {
    check(&[
        (
            "Q and A",
            "Q：甲？\nA：一\n\n问: 乙？\n\n答：二\n\n第二段",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二 ⏎ 第二段",
        ),
        (
            "Q and A in bold, numbered",
            "**Q1：甲？**\n\n**A1：** 一\n\n**Q2：乙？**\nA2: 二",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二",
        ),
        (
            "Q as a heading's prefix",
            "### Q: 甲？\nA: 一\n### 问：乙？\n**答**：二",
            "产品 > 甲？ = 一\n产品 > 乙？ = 答：二",
        ),
        (
            "Q below a title",
            "## 费用\n问：甲？\n一\n\n## 流程\n问：乙？\n二",
            "产品 / 费用 > 甲？ = 一\n产品 / 流程 > 乙？ = 二",
        ),
        (
            "bold lines",
            "**1. 甲？**\n一\n\n**2. 乙？**\n二，**加粗**\n**3. 丙的做法**\n三",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二，加粗\n产品 > 丙的做法 = 三",
        ),
        (
            "bold lines in an answer stay there",
            "### 甲？\n**一定吗？**\n是\n**真的吗？**\n是",
            "产品 > 甲？ = 一定吗？ ⏎ 是 ⏎ 真的吗？ ⏎ 是",
        ),
        (
            "numbered lines",
            "1、甲？\n一\n2、乙？\n二",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二",
        ),
        (
            "list items",
            "- 甲？\n  一\n- 乙？\n  - 二\n  - 三\n",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二 ⏎ 三",
        ),
        (
            "numbered items",
            "1)\t甲？\n     一\n2)\t乙？\n     二\n",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二",
        ),
        (
            "details",
            "<details><summary>甲？</summary>\n\n一 **二**\n\n</details>\n\n<details>\n<summary><b>乙？</b></summary>三</details>",
            "产品 > 甲？ = 一 二\n产品 > 乙？ = 三",
        ),
    ]);
}

#[test]
fn a_file_can_be_one_question() {
    for (file, text, expected) in [
        ("如何备案.md", "登录控制台。", " > 如何备案 = 登录控制台。"),
        (
            "域名/04-无法访问怎么办_en.md",
            "## 现象描述\n一\n## 解决办法\n二",
            "域名 > 无法访问怎么办 = 现象描述 ⏎ 一 ⏎ 解决办法 ⏎ 二",
        ),
        (
            "a/备案失败.md",
            "## 可能原因\n一\n## 处理步骤\n二",
            "a > 备案失败 = 可能原因 ⏎ 一 ⏎ 处理步骤 ⏎ 二",
        ),
        (
            "a.md",
            "---\ntitle: 什么是备案？\ncategory: 域名/备案\n---\n登记。",
            "域名 / 备案 > 什么是备案？ = 登记。",
        ),
    ] {
        assert_eq!(outline(file, text), expected, "{file}");
    }
}

#[test]
fn the_path_gives_the_category_where_it_says_something() {
    let text = "# 标题\n### 甲？\n一";
    for (file, expected) in [
        ("备案/授权码.md", "备案 / 授权码 / 标题 > 甲？ = 一"),
        ("备案/备案.md", "备案 / 标题 > 甲？ = 一"),
        ("常见问题.md", "标题 > 甲？ = 一"),
        ("标题.md", "标题 > 甲？ = 一"),
        ("000_96ab501542f2728f.txt", "标题 > 甲？ = 一"),
    ] {
        assert_eq!(outline(file, text), expected, "{file}");
    }
}

#[test]
fn anchors_comments_and_front_matter_describe_entries() {
    let text = "---\ntags: [全站]\nurl: https://example.com\n---\n\
        ### 甲？ {#jia}\n<!-- jida: 相似问=子 | 丑; tags=x; related=#yi -->\n一\n\n\
        [](id:yi)\n### 乙？\n二\n<!-- jida: tags=y -->\n三\n\n### [丙？](id:bing)\n四\n";
    let parsed = parse("a.md", text);
    assert_sound(text, &parsed);
    let told: Vec<String> = parsed
        .entries
        .iter()
        .map(|e| {
            let related: Vec<&str> = e.related.iter().map(|r| r.as_str()).collect();
            let (variants, tags) = (&e.variants, &e.tags);
            format!(
                "{} {variants:?} {tags:?} {related:?} {:?}",
                e.id, e.answer.markdown
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    jia ["子", "丑"] ["全站", "x"] ["yi"] "一"
    yi [] ["全站", "y"] [] "二\n<!-- jida: tags=y -->\n三"
    bing [] ["全站"] [] "四"
    "#);
    let urls = parsed.entries.iter().map(|e| e.source.url.as_deref());
    assert!(
        urls.into_iter()
            .all(|url| url == Some("https://example.com"))
    );
    assert_eq!(parsed.problems, []);
}

#[test]
fn an_answer_reads_well_without_markup() {
    let text = "### 甲？\n第一段 [链接](x.md)，![图](a.png)。\n（1）其一；\n（2）其二。\n\n\
        > [!NOTE]\n> 提示\n\n>? 问号\n\n|甲|乙|\n|-|-|\n|一|`二`|\n\n- 项\n  - 子项\n\n3. 三\n\n\
        #### 小节\n<b>粗</b>&amp;<br>换行\n\n<table>\n<tr><td>a</td><td>b<br>c</td></tr>\n</table>\n\
        <style>p{}</style>\n\n    缩进代码\n\n- [x] 任务\n\n**注意：**请用 `a**b`\n";
    let parsed = parse("a.md", text);
    assert_sound(text, &parsed);
    insta::assert_snapshot!(parsed.entries[0].answer.text, @r"
    第一段 链接，图。
    （1）其一；
    （2）其二。
    提示
    问号
    甲 | 乙
    一 | 二
    项
    子项
    3. 三
    小节
    粗&
    换行
    a | b c
    缩进代码
    任务
    注意：请用 a**b
    ");
}

#[test]
fn passages_are_sections_items_paragraphs_rows_and_lines() {
    let text = "### 甲？\n前言\n\n#### 个人\n（1）身份证正反面照片；\n（2）域名证书电子版；\n\n- 甲\n  - 乙\n\n\
        #### 企业\n|证件|份数|\n|-|-|\n|执照|一|\n";
    let parsed = parse("a.md", text);
    let answer = &parsed.entries[0].answer;
    let told: Vec<String> = answer
        .passages
        .iter()
        .map(|p| {
            let text = answer.text[p.text.clone()].replace('\n', "⏎");
            format!(
                "{:?} {} {text}",
                p.kind,
                p.heading.as_deref().unwrap_or("-")
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    Paragraph - 前言
    Section 个人 个人⏎（1）身份证正反面照片；⏎（2）域名证书电子版；⏎甲⏎乙
    Paragraph 个人 （1）身份证正反面照片；⏎（2）域名证书电子版；
    Paragraph 个人 （1）身份证正反面照片；
    Paragraph 个人 （2）域名证书电子版；
    Item 个人 甲⏎乙
    Item 个人 乙
    Section 企业 企业⏎证件 | 份数⏎执照 | 一
    Row 企业 证件 | 份数
    Row 企业 执照 | 一
    ");
}

#[test]
fn oddities_are_reported_with_their_line() {
    for (text, expected) in [
        (
            "### 甲？\n\n### 乙？\n二",
            vec!["a.md:1: “甲？” has no answer"],
        ),
        (
            "### 甲？\n一\n### 甲？\n二",
            vec!["a.md:3: “甲？” already stands on line 1"],
        ),
        (
            "### 甲？\n一\n###乙？\n二",
            vec!["a.md:3: “###乙？” looks like a heading but lacks the space after #"],
        ),
        (
            "### 甲？\n```\n一\n## 乙？\n二",
            vec!["a.md:2: a code fence never closes and swallows the headings behind it"],
        ),
        (
            "### 甲？\n<<<<<<< HEAD\n一\n=======\n二\n>>>>>>> x\n",
            vec!["a.md:2: left-over merge conflict markers"],
        ),
        (
            "### 甲？\n<!-- jida: 同义=x -->\n一",
            vec!["a.md:2: unknown setting 同义"],
        ),
        (
            "---\nfoo: 1\n---\n### 甲？\n一",
            vec!["a.md:2: unknown setting foo"],
        ),
        (
            "---\nvariants: [x]\n---\n### 甲？\n一\n### 乙？\n二",
            vec!["a.md:1: variants for the whole file, which holds several questions"],
        ),
        (
            "# 题\n### 甲？\n一\n# 类\n<!-- jida: tags=x -->\n### 乙？\n二",
            vec!["a.md:5: this jida comment belongs to no question"],
        ),
        ("### 甲？\n一\0", vec!["a.md:2: NUL bytes in the text"]),
        (
            "说明",
            vec!["a.md: no question found; indexed under the file's name"],
        ),
        (" \n", vec!["a.md: the file is empty"]),
    ] {
        let parsed = parse("a.md", text);
        let told: Vec<String> = parsed.problems.iter().map(ToString::to_string).collect();
        assert_eq!(told, expected, "{text:?}");
        assert_sound(text, &parsed);
    }
}

/// Text made of what Markdown stumbles over.
fn markdown() -> impl Strategy<Value = String> {
    let parts = proptest::sample::select(vec![
        "### ",
        "## ",
        "#### ",
        "###",
        "甲？",
        "如何",
        "\n",
        "\n\n",
        "\r\n",
        "- ",
        "1. ",
        "1、",
        "  ",
        "\t",
        "> ",
        ">? ",
        ">! ",
        "**",
        "Q：",
        "A：",
        "问:",
        "答：",
        "`",
        "```\n",
        "| a | b |\n|-|-|\n",
        "|x|y|\n",
        "<details>",
        "<summary>",
        "</summary>",
        "</details>",
        "<br>",
        "<table><tr><td>",
        "</td></tr></table>",
        "<!-- jida: tags=x -->",
        "<!--",
        "-->",
        "[](id:a)",
        "{#b}",
        "[链](x)",
        "![图](y)",
        "---\n",
        "a: b\n",
        "=======\n",
        "<<<<<<< HEAD\n",
        ">>>>>>> x\n",
        "&amp;",
        "&#x4e00;",
        "\u{feff}",
        "\0",
        "\u{a0}",
        "\u{200b}",
        "    ",
        "文字",
        "x",
        "\\*",
        "~~~\n",
        "[^1]",
        "[^1]: ",
        "<style>",
        "🀄",
        "***\n",
        "- [ ] ",
        "步骤1",
        "原因\n",
    ]);
    proptest::collection::vec(parts, 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_lost_and_every_span_slices_its_file(text in markdown()) {
        assert_sound(&text, &parse("目录/faq.md", &text));
        assert_sound(&text, &parse("怎么办.md", &text));
    }

    #[test]
    fn any_characters_at_all_are_read(text in any::<String>()) {
        assert_sound(&text, &parse("a.md", &text));
    }
}
