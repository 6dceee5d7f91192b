//! Every shape of FAQ that the parser knows, one table each.

use super::{check, outline};

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
            "产品 > 甲？ = 一\n产品 > 乙？ = 二",
        ),
        (
            "Q and its answer on one line",
            "**Q：甲？** 一\n\n**问：乙？**二\n\n**答：**三",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二 ⏎ 答：三",
        ),
        (
            "A in bold with the colon inside",
            "问：甲？\n**答：**一\n问：乙？\n**A：** 二",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二",
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
