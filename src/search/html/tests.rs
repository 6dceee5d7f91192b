//! What an answer looks like as HTML, and what must never be in it.

use super::render;

fn check(cases: &[(&str, &str)]) {
    for (markdown, expected) in cases {
        assert_eq!(render(markdown).trim(), *expected, "{markdown}");
    }
}

/// What stands between `<` and `>`.
pub(super) fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .skip(1)
        .map(|tag| tag.split('>').next().unwrap_or(tag))
}

/// Text without tags and white space.
fn bare(html: &str) -> String {
    let mut inside = false;
    let text: String = html
        .chars()
        .filter(|&c| {
            let shown = !inside && c != '<';
            inside = c == '<' || (inside && c != '>');
            shown && !c.is_whitespace()
        })
        .collect();
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[test]
fn nothing_active_survives() {
    for hostile in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "<a href=\"data:text/html,x\">x</a>",
        "<iframe src=//evil></iframe>",
        "<svg/onload=alert(1)>",
        "<style>*{}</style>",
        "<form action=//evil><input type=text></form>",
        "<div style=\"position:fixed\">x</div>",
    ] {
        let html = render(hostile);
        for tag in tags(&html) {
            for bad in [
                "script",
                "onerror",
                "javascript:",
                "data:",
                "iframe",
                "svg",
                "style",
                "form",
                "input",
            ] {
                assert!(!tag.contains(bad), "{hostile} gave {html}");
            }
        }
    }
}

#[test]
fn a_form_field_is_a_checkbox_that_cannot_be_ticked_or_nothing() {
    let checkbox = "<p>一<input type=\"checkbox\" disabled=\"\">二</p>";
    let nothing = "<p>一二</p>";
    check(&[
        ("一<input type=text>二", nothing),
        ("一<input>二", nothing),
        ("一<INPUT value='>' type=\"password\">二", nothing),
        ("一<input title='type=\"checkbox\"'>二", nothing),
        ("一<input title='a>b <input type=\"checkbox\"'>二", nothing),
        ("一<input type=checkbox>二", checkbox),
        ("<div><input type=text\nname=x>二</div>", "<div>二</div>"),
        (
            "- [x] 好",
            "<ul>\n<li><input type=\"checkbox\" checked=\"\" disabled=\"\">\n好</li>\n</ul>",
        ),
    ]);
}

#[test]
fn markdown_of_every_kind_is_rendered() {
    check(&[
        (
            "1. **粗** `码`",
            "<ol>\n<li><strong>粗</strong> <code>码</code></li>\n</ol>",
        ),
        (
            "> [!WARNING]\n> 小心",
            "<blockquote class=\"markdown-alert-warning\">\n<p>小心</p>\n</blockquote>",
        ),
        (
            "[链](https://a.b/)",
            "<p><a href=\"https://a.b/\" rel=\"noopener noreferrer nofollow\">链</a></p>",
        ),
        ("![图](x.png)", "<p><img src=\"x.png\" alt=\"图\"></p>"),
    ]);
    let table = render("| a | b |\n|---|---|\n| 1 | 2 |");
    assert!(
        table.contains("<th>a</th>") && table.contains("<td>2</td>"),
        "{table}"
    );
    let table = render("| a | b |\n|--:|:-:|\n| 1 | `<td style=\"text-align: right\">` |");
    for cell in [
        "<th align=\"right\">a</th>",
        "<th align=\"center\">b</th>",
        "<td align=\"right\">1</td>",
        "<td align=\"center\"><code>&lt;td style=",
    ] {
        assert!(table.contains(cell), "{table}");
    }
}

#[test]
fn call_outs_are_alerts_wherever_a_quote_can_stand() {
    let note = |text: &str| {
        format!("<blockquote class=\"markdown-alert-note\">\n<p>{text}</p>\n</blockquote>")
    };
    check(&[
        (">?提示\n>继续", &note("提示\n继续")),
        (">? 提示\n懒散的续行", &note("提示\n懒散的续行")),
        (">?\n>提示", &note("提示")),
        (">?一\n>?二", &note("一\n二")),
        (">?**粗**字", &note("<strong>粗</strong>字")),
        (
            ">!\n>- 一\n>- 二",
            "<blockquote class=\"markdown-alert-warning\">\n<ul>\n<li>一</li>\n<li>二</li>\n</ul>\n</blockquote>",
        ),
        (
            "- 项\n  >!小心",
            "<ul>\n<li>项\n<blockquote class=\"markdown-alert-warning\">\n<p>小心</p>\n</blockquote>\n</li>\n</ul>",
        ),
        (
            "- >!小心",
            "<ul>\n<li>\n<blockquote class=\"markdown-alert-warning\">\n<p>小心</p>\n</blockquote>\n</li>\n</ul>",
        ),
        (
            ">![图](x.png)",
            "<blockquote>\n<p><img src=\"x.png\" alt=\"图\"></p>\n</blockquote>",
        ),
    ]);
}

#[test]
fn call_outs_in_code_stay_code() {
    let code = "<pre><code>&gt;? # 不是提示\n</code></pre>";
    check(&[
        ("```sh\n>? # 不是提示\n```", code),
        ("~~~\n>? # 不是提示\n~~~", code),
        (
            "~~~\n```\n>! 甲\n~~~",
            "<pre><code>```\n&gt;! 甲\n</code></pre>",
        ),
        (
            "文字\n\n    >? # 不是提示\n\n尾",
            &format!("<p>文字</p>\n{code}\n<p>尾</p>"),
        ),
        (
            "- 项\n\n  ~~~\n  >? 甲\n  ~~~",
            "<ul>\n<li>\n<p>项</p>\n<pre><code>&gt;? 甲\n</code></pre>\n</li>\n</ul>",
        ),
        ("`>? 甲`", "<p><code>&gt;? 甲</code></p>"),
    ]);
}

#[test]
fn anchors_and_remarks_are_not_shown() {
    check(&[
        ("#### 个人 {#person}\n一", "<h4>个人</h4>\n<p>一</p>"),
        ("#### `个人` {#per_son_a}", "<h4><code>个人</code></h4>"),
        ("#### 写作 {名称}", "<h4>写作 {名称}</h4>"),
        ("[](id:a)一", "<p>一</p>"),
        ("[**标**题](id:a)一", "<p><strong>标</strong>题一</p>"),
        ("<!-- jida: tags=x -->\n\n一", "<p>一</p>"),
        ("一<!-- jida: tags=x -->二", "<p>一二</p>"),
        (
            "一\n<!-- jida: 相似问=甲\n-->\n二",
            "<p>一</p>\n\n<p>二</p>",
        ),
    ]);
}

#[test]
fn footnotes_are_numbers_not_links() {
    check(&[(
        "甲[^b]乙[^a]\n\n[^a]: 其一\n\n[^b]: 其二",
        "<p>甲<sup>1</sup>乙<sup>2</sup></p>\n<div><sup>2</sup>\n<p>其一</p>\n</div>\n<div><sup>1</sup>\n<p>其二</p>\n</div>",
    )]);
}

#[test]
fn bold_is_shown_where_its_author_meant_it() {
    check(&[
        ("**注意：**请备案", "<p><strong>注意：</strong>请备案</p>"),
        (
            "**注意：**请先**备案**后接入",
            "<p><strong>注意：</strong>请先<strong>备案</strong>后接入</p>",
        ),
        (
            "请点**“提交”**按钮",
            "<p>请点<strong>“提交”</strong>按钮</p>",
        ),
        ("是**（必填）**项", "<p>是<strong>（必填）</strong>项</p>"),
        (
            "**[链](https://a.b/)：**请",
            "<p><strong><a href=\"https://a.b/\" rel=\"noopener noreferrer nofollow\">链</a>：</strong>请</p>",
        ),
        (
            "- **甲：**乙\n- **丙：**丁",
            "<ul>\n<li><strong>甲：</strong>乙</li>\n<li><strong>丙：</strong>丁</li>\n</ul>",
        ),
        ("`**注意：**请`", "<p><code>**注意：**请</code></p>"),
        (
            "```\n**注意：**请\n```",
            "<pre><code>**注意：**请\n</code></pre>",
        ),
        (r"\**注意：**请", "<p>**注意：**请</p>"),
        ("乘方 2 ** 3 ** 4", "<p>乘方 2 ** 3 ** 4</p>"),
        (
            "选择** iOS Device**。",
            "<p>选择<strong> iOS Device</strong>。</p>",
        ),
        ("com.x.** { *; }，是", "<p>com.x.** { *; }，是</p>"),
        ("形如 x-******** 的：是", "<p>形如 x-******** 的：是</p>"),
        ("**注意：请", "<p>**注意：请</p>"),
        ("**note:**read", "<p>**note:**read</p>"),
    ]);
}

#[test]
fn an_answer_cut_out_of_a_list_loses_the_lists_indentation() {
    check(&[
        (
            "一\n\n  二\n\n  - 三",
            "<p>一</p>\n<p>二</p>\n<ul>\n<li>三</li>\n</ul>",
        ),
        ("一\n\n    第二段", "<p>一</p>\n<p>第二段</p>"),
        ("一\n\n\t第二段", "<p>一</p>\n<p>第二段</p>"),
        (
            "一\n\n    ```\n    sudo x\n    ```",
            "<p>一</p>\n<pre><code>sudo x\n</code></pre>",
        ),
        (
            "- 一\n\t\t- 二\n\t- 三",
            "<ul>\n<li>一\n<ul>\n<li>二</li>\n</ul>\n</li>\n<li>三</li>\n</ul>",
        ),
        (
            "- 一\n    - 二\n    - 三",
            "<ul>\n<li>一\n<ul>\n<li>二</li>\n<li>三</li>\n</ul>\n</li>\n</ul>",
        ),
        (
            "执行：\n\n    sudo x",
            "<p>执行：</p>\n<pre><code>sudo x</code></pre>",
        ),
        (
            "    sudo x\n    # 注",
            "<pre><code>sudo x\n# 注</code></pre>",
        ),
    ]);
}

/// What the plain text and the HTML show must be the same.
#[test]
fn html_shows_what_the_corpus_reads() {
    for answer in [
        "**注意：**请先**备案**后。",
        "甲[^1]\n\n[^1]: 注",
        "#### 个人 {#person}\n一",
        "[](id:x)一 [题](id:y)",
        "<!-- 说明 -->\n一",
        ">?提示\n>继续",
        ">!\n>小心",
        "~~~\n>? 码\n~~~",
        "> 真的\n> ?",
        "一<br>?二",
        "**注意：请",
        "- [x] 好",
        "~~删~~",
        "|甲|乙|\n|-|-|\n|一|`>?二`|",
    ] {
        let parsed = crate::corpus::parse("a.md", &format!("### 问？\n{answer}\n"));
        let answer = &parsed.entries[0].answer;
        let html = bare(&render(&answer.markdown));
        // Cells and footnotes have marks of their own in either.
        let html = html.replace("甲1", "甲").replace("1注", "注");
        let text: String = answer.text.replace(" | ", "");
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        assert_eq!(html, text, "{}", answer.markdown);
    }
}
