//! What holds for any text at all.

use proptest::prelude::*;

use super::render;
use super::sanitize::sanitized;
use super::tests::tags;

/// Text made of what Markdown and HTML stumble over.
fn markup() -> impl Strategy<Value = String> {
    let parts = proptest::sample::select(vec![
        "# ",
        "\n",
        "\n\n",
        "\r\n",
        "- ",
        "1. ",
        "  ",
        "    ",
        "\t",
        "> ",
        ">?",
        ">!",
        "**",
        "*",
        "__",
        "~~",
        "`",
        "```\n",
        "~~~\n",
        "\\",
        "| a | b |\n|-|-|\n",
        "[](id:a)",
        "[链](x)",
        "![图](y)",
        "{#b}",
        "[^1]",
        "[^1]: ",
        "<!-- jida: tags=x -->",
        "<!--",
        "-->",
        "<br>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "<details>",
        "</details>",
        "<summary>",
        "<p>",
        "</p>",
        "<pre>",
        "</pre>",
        "<b>",
        "</b>",
        "<a href=x>",
        "</a>",
        "<h1>",
        "<li>",
        "<input type=text>",
        "<input type=checkbox>",
        "<input title='",
        "'>",
        "\">",
        "<svg>",
        "<math>",
        "<style>",
        "</style>",
        "<title>",
        "<select>",
        "<option>",
        "<textarea>",
        "<script>",
        "<plaintext>",
        "<blockquote>",
        "<ruby>",
        "<rt>",
        "<",
        ">",
        "&lt;",
        "&",
        "\"",
        "\u{a0}",
        "\0",
        "字",
        "：",
        "“",
        "x",
        " ",
        "- [ ] ",
        "<code>",
        "<font>",
        "<form>",
        "<button>",
        "<div>",
        "<nobr>",
        "<center>",
        "<col>",
        "<caption>",
        "<hr>",
        "<template>",
    ]);
    proptest::collection::vec(parts, 0..40).prop_map(|parts| parts.concat())
}

/// Nothing panics, and sanitising what is sanitised changes nothing.
fn assert_settled(markdown: &str) {
    let html = render(markdown);
    assert_eq!(sanitized(&html), html, "{markdown:?}");
    for tag in tags(&html).filter(|tag| tag.starts_with("input")) {
        assert!(tag.contains("type=\"checkbox\""), "{html}");
        assert!(tag.contains("disabled=\"\""), "{html}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_markup_is_rendered_and_settled(markdown in markup()) {
        assert_settled(&markdown);
    }

    #[test]
    fn any_text_at_all_is_rendered_and_settled(markdown in any::<String>()) {
        assert_settled(&markdown);
    }
}
