//! What each piece of Markdown becomes on a terminal.

use insta::assert_snapshot;
use jida::locale::Locale;

use super::{Marks, Page, render};

const PLAIN: Page = Page {
    width: 40,
    color: false,
    links: false,
    locale: Locale::Zh,
};

fn plain(markdown: &str) -> String {
    render(markdown, Marks::default(), PLAIN)
}

#[test]
fn small_pieces() {
    for (markdown, expected) in [
        ("", ""),
        ("## 准备\n材料", "准备\n\n材料\n"),
        ("**粗**和*斜*和~~删~~和`码`", "粗和斜和~~删~~和`码`\n"),
        ("一\n二", "一二\n"),
        ("one\ntwo", "one two\n"),
        ("（1）提交。\n（2）等待", "（1）提交。\n（2）等待\n"),
        ("甲  \n乙", "甲\n乙\n"),
        ("甲<br>乙", "甲\n乙\n"),
        (
            "甲\n\n---\n\n乙",
            "甲\n\n----------------------------------------\n\n乙\n",
        ),
        ("> 引\n>\n> 用", "> 引\n>\n> 用\n"),
        ("> [!WARNING]\n> 当心", "> 注意\n> 当心\n"),
        ("```sh\n\tls\n\nrm a\n```", "        ls\n\n    rm a\n"),
        ("- [x] 好\n- [ ] 坏", "- [x] 好\n- [ ] 坏\n"),
        ("3. 丙\n4. 丁", "3. 丙\n4. 丁\n"),
        ("- \n- 乙", "-\n- 乙\n"),
        ("看注[^a]\n\n[^a]: 注", "看注[1]\n\n[1] 注\n"),
        ("<div>块<script>alert(1)</script></div>", "块\n"),
        ("&lt;b&gt; &amp; &#27;[31m", "<b> &  [31m\n"),
    ] {
        assert_eq!(plain(markdown), expected, "{markdown:?}");
    }
}

#[test]
fn links_say_where_they_lead() {
    for (markdown, expected) in [
        (
            "[控制台](https://example.com/a)",
            "控制台（https://example.com/a）\n",
        ),
        ("<https://example.com/a>", "https://example.com/a\n"),
        ("[a@b.cn](mailto:a@b.cn)", "a@b.cn\n"),
        ("[客服](mailto:a@b.cn)", "客服（a@b.cn）\n"),
        ("[另一页](other.md)", "另一页\n"),
        ("[锚](id:x)", "锚\n"),
        ("[坏](javascript:alert(1))", "坏\n"),
        (
            "![图](https://example.com/a.png)",
            "[图片：图]（https://example.com/a.png）\n",
        ),
        ("![图](a.png)", "[图片：图]\n"),
    ] {
        assert_eq!(plain(markdown), expected, "{markdown:?}");
    }
}

#[test]
fn an_address_is_not_torn() {
    let url = "https://example.com/console/beian/apply/step-1";
    let text = plain(&format!("请打开控制台的[申请页面]({url})填写。"));
    assert!(text.lines().any(|line| line.contains(url)), "{text}");
}

#[test]
fn lists_nest_and_stay_tight_or_loose() {
    let markdown = "1. 登录控制台\n   - 用主账号，子账号没有权限，需要先由主账号授权\n   - 开启短信验证\n2. 提交\n\n正文\n\n- 甲\n\n  乙\n\n- 丙";
    assert_snapshot!(plain(markdown), @r"
    1. 登录控制台
       - 用主账号，子账号没有权限，需要先由
         主账号授权
       - 开启短信验证
    2. 提交

    正文

    - 甲

      乙

    - 丙
    ");
}

#[test]
fn deep_lists_keep_room_for_text() {
    let markdown: String = (0..30)
        .map(|depth| "  ".repeat(depth) + "- 很深的一项\n")
        .collect();
    let text = plain(&markdown);
    assert!(
        text.lines()
            .all(|line| textwrap::core::display_width(line) <= 40),
        "{text}"
    );
}

#[test]
fn a_table_fits_the_page() {
    let markdown = "\
| 地区 | 时限 | 说明 |
|:-----|-----:|------|
| 北京 | 20 天 | 含**周末**，法定节假日顺延 |
| 内蒙古自治区 | 5 天 | `ICP` 备案以通信管理局短信为准，收到后一天内登录 |
";
    assert_snapshot!(plain(markdown), @r"
    地区           时限  说明
    ------------  -----  -------------------
    北京          20 天  含周末，法定节假日
                         顺延

    内蒙古自治区   5 天  `ICP` 备案以通信管
                         理局短信为准，收到
                         后一天内登录
    ");
    let wide = Page { width: 80, ..PLAIN };
    assert_snapshot!(render(markdown, Marks::default(), wide), @r"
    地区           时限  说明
    ------------  -----  ------------------------------------------------
    北京          20 天  含周末，法定节假日顺延
    内蒙古自治区   5 天  `ICP` 备案以通信管理局短信为准，收到后一天内登录
    ");
    let narrow = Page { width: 14, ..PLAIN };
    assert_snapshot!(render(markdown, Marks::default(), narrow), @r"
    地区：北京
    时限：20 天
    说明：含周末，
    法定节假日顺延

    地区：内蒙古自
    治区
    时限：5 天
    说明：`ICP` 备
    案以通信管理局
    短信为准，收到
    后一天内登录
    ");
}

#[test]
fn chinese_punctuation_begins_no_line_and_opens_none_at_its_end() {
    let text = plain(&"备案，（“接入”）。".repeat(20));
    for line in text.lines() {
        assert!(!line.starts_with(['，', '。', '）', '”']), "{line:?}");
        assert!(!line.ends_with(['（', '“']), "{line:?}");
        assert!(textwrap::core::display_width(line) <= 40, "{line:?}");
    }
}

#[test]
fn a_word_longer_than_the_page_stays_whole() {
    let word = "x".repeat(60);
    assert_eq!(
        plain(&format!("长词 {word} 完")),
        format!("长词\n{word}\n完\n")
    );
    // In a table it would push the next column away.
    let table = format!("| 甲 | 乙 |\n|---|---|\n| {word} | 丙 |\n");
    assert!(
        plain(&table)
            .lines()
            .all(|line| textwrap::core::display_width(line) <= 40)
    );
}

#[test]
fn colours_links_and_marks() {
    let page = Page {
        color: true,
        links: true,
        ..PLAIN
    };
    let marks = Marks::new("登录控制台\n看驳回原因", None, &[[0, 2], [7, 9]]);
    let markdown = "登录[控制台](https://example.com/备)\n\n看**驳回**原因";
    let text = render(markdown, marks, page).replace('\u{1b}', "^");
    assert_snapshot!(text, @r"
    ^[1m^[33m登录^[0m^]8;;https://example.com/%E5%A4%87^\^[4m控制台^[0m^[2m（https://example.com/备）^[0m^]8;;^\

    看^[1m^[33m驳回^[0m原因
    ");
}

#[test]
fn marks_are_found_behind_what_the_text_lacks() {
    let text = "- 甲\n- 乙";
    let mut marks = Marks::new("甲\n乙", None, &[[2, 3]]);
    assert_eq!(
        (marks.locate("甲"), marks.locate("乙")),
        (Some(0), Some(2)),
        "{text}"
    );
    assert_eq!(marks.locate("丙"), None);
}
