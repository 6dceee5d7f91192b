//! An answer's Markdown as HTML that is safe to put into any page.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Options, Parser, html};

/// Renders and sanitises. Scripts, styles, event handlers, forms, frames and foreign URL schemes are
/// dropped; tables, lists, code, images, links and `<details>` stay. Links open without a referrer.
pub(super) fn render(markdown: &str) -> String {
    let mut options = Options::empty();
    options.insert(Options::ENABLE_TABLES);
    options.insert(Options::ENABLE_STRIKETHROUGH);
    options.insert(Options::ENABLE_TASKLISTS);
    options.insert(Options::ENABLE_GFM);
    let calls = tencent_alerts(markdown);
    let mut raw = String::with_capacity(calls.len() * 2);
    html::push_html(&mut raw, Parser::new_ext(&calls, options));
    SANITIZER.clean(&raw).to_string()
}

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(["input"])
        .tag_attribute_values(HashMap::from([(
            "input",
            HashMap::from([("type", HashSet::from(["checkbox"]))]),
        )]))
        .add_tag_attributes("input", ["checked", "disabled"])
        .add_tag_attributes("a", ["title"])
        .add_allowed_classes(
            "blockquote",
            [
                "markdown-alert-note",
                "markdown-alert-tip",
                "markdown-alert-important",
                "markdown-alert-warning",
                "markdown-alert-caution",
            ],
        )
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

/// `>?` and `>!` call-outs, which some documentation systems write for notes and warnings, become the
/// alerts that Markdown renderers know.
fn tencent_alerts(markdown: &str) -> Cow<'_, str> {
    if !markdown.contains(">?") && !markdown.contains(">!") {
        return Cow::Borrowed(markdown);
    }
    let mut fenced = false;
    let lines = markdown.split_inclusive('\n').map(|line| {
        fenced ^= line.trim_start().starts_with("```");
        let indent = line.len() - line.trim_start_matches(' ').len();
        let (space, rest) = line.split_at(indent);
        let alert = |kind: &str, text: &str| {
            let text = text.trim_start_matches(' ');
            let text = if text.trim().is_empty() {
                String::from("\n")
            } else {
                format!("\n{space}> {text}")
            };
            Cow::Owned(format!("{space}> [!{kind}]{text}"))
        };
        match (fenced, rest.strip_prefix(">?"), rest.strip_prefix(">!")) {
            (false, Some(text), _) => alert("NOTE", text),
            (false, _, Some(text)) => alert("WARNING", text),
            _ => Cow::Borrowed(line),
        }
    });
    Cow::Owned(lines.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let tags = html
                .split('<')
                .skip(1)
                .map(|tag| tag.split('>').next().unwrap_or(tag));
            for tag in tags {
                for bad in [
                    "script",
                    "onerror",
                    "javascript:",
                    "data:",
                    "iframe",
                    "svg",
                    "style",
                    "form",
                    "text",
                ] {
                    assert!(!tag.contains(bad), "{hostile} gave {html}");
                }
            }
        }
    }

    #[test]
    fn markdown_of_every_kind_is_rendered() {
        for (markdown, expected) in [
            (
                "1. **粗** `码`",
                "<ol>\n<li><strong>粗</strong> <code>码</code></li>\n</ol>\n",
            ),
            (
                "- [x] 好",
                "<ul>\n<li><input disabled=\"\" type=\"checkbox\" checked=\"\">\n好</li>\n</ul>\n",
            ),
            (
                ">?提示\n>继续",
                "<blockquote class=\"markdown-alert-note\">\n<p>提示\n继续</p>\n</blockquote>\n",
            ),
            (
                "> [!WARNING]\n> 小心",
                "<blockquote class=\"markdown-alert-warning\">\n<p>小心</p>\n</blockquote>\n",
            ),
            (
                "[链](https://a.b/)",
                "<p><a href=\"https://a.b/\" rel=\"noopener noreferrer nofollow\">链</a></p>\n",
            ),
            ("![图](x.png)", "<p><img src=\"x.png\" alt=\"图\"></p>\n"),
            (
                "```sh\n>? # 不是提示\n```",
                "<pre><code>&gt;? # 不是提示\n</code></pre>\n",
            ),
        ] {
            assert_eq!(render(markdown), expected, "{markdown}");
        }
        let table = render("| a | b |\n|---|---|\n| 1 | 2 |");
        assert!(
            table.contains("<th>a</th>") && table.contains("<td>2</td>"),
            "{table}"
        );
    }
}
