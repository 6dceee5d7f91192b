//! What an entry carries besides question and answer, and what is reported.

use super::{assert_sound, parse};

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
fn an_id_may_end_a_question_of_any_shape() {
    for (shape, text) in [
        ("heading", "### 甲？ {#a}\n一\n### 乙？{#b}\n二"),
        (
            "bold heading",
            "### **甲？ {#a}**\n一\n### **乙？** {#b}\n二",
        ),
        ("speaker", "问：甲？ {#a}\n答：一\n\nQ1: 乙？{#b}\nA1: 二"),
        (
            "bold speaker",
            "**Q：甲？** {#a}\nA：一\n\n**Q：乙？{#b}**\n\nA：二",
        ),
        ("bold head", "**Q：甲？** {#a} 一\n\n**Q：乙？{#b}** 二"),
        ("bold", "**甲？** {#a}\n一\n\n**乙？{#b}**\n\n二"),
        ("numbered", "1、甲？ {#a}\n一\n\n2、乙？{#b}\n二"),
        ("list", "- 甲？ {#a}\n\n  一\n- 乙？{#b}\n\n  二"),
        (
            "folding",
            "<details><summary>甲？ {#a}</summary>\n\n一\n\n</details>\n\
             <details><summary>乙？{#b}</summary>\n\n二\n\n</details>",
        ),
    ] {
        let parsed = parse("x.md", text);
        assert_sound(text, &parsed);
        let told: Vec<String> = parsed
            .entries
            .iter()
            .map(|e| format!("{} {} {}", e.id, e.question, e.answer.text))
            .collect();
        assert_eq!(told, ["a 甲？ 一", "b 乙？ 二"], "{shape}");
    }
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
        (
            "### 甲？\n一\n\n问：乙？\n答：二\n\nQ: 丙？\nA: 三",
            vec!["a.md:4: “问：乙？” is read as part of the answer to “甲？”"],
        ),
        ("### 甲？\n客服问：乙？\n答：二\n\n问：丙？\n等答复", vec![]),
        ("### 甲？\n> 问：乙？\n> 答：二\n\n**丙？**\n三", vec![]),
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
