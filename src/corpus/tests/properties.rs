//! What holds for any text at all.

use proptest::prelude::*;

use super::{assert_sound, parse};

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
