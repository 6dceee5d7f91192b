//! Whatever a corpus holds, its answers stay on the page and give the terminal no orders.

use jida::locale::Locale;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::{Marks, Page, render};

/// Pieces from which answers are made: Markdown's signs, Chinese, wide and odd characters, commands.
const PIECES: &[&str] = &[
    "备案",
    "，",
    "。",
    "（一）",
    "“引号”",
    "word ",
    "a",
    " ",
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "    ",
    "> ",
    "> [!NOTE]\n",
    "# ",
    "**",
    "*",
    "`",
    "~~",
    "| 甲 | 乙 |\n|---|---:|\n| 丙 | 丁 |\n",
    "|",
    "[文](https://example.com/a/b)",
    "[x](javascript:alert)",
    "![图](a.png)",
    "<br>",
    "<b>",
    "<details>\n",
    "👩\u{200d}💻",
    "🇨🇳",
    "é",
    "e\u{301}",
    "\u{1b}[31m",
    "\u{1b}]8;;x\u{7}",
    "\u{9b}2J",
    "\u{202e}",
    "\u{2066}",
    "\u{7}",
    "\0",
    "\t",
    "\r",
    "&#27;",
    "مرحبا ",
    "---\n",
    "- [x] ",
    "[^1]",
    "[^1]: 注\n",
];

fn answers() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        9 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// What can't be wrapped: no place between two of its characters where a line may end. Nor is code, which
/// stands behind four blanks.
fn is_unbreakable(line: &str) -> bool {
    let words = textwrap::WordSeparator::UnicodeBreakProperties.find_words(line.trim());
    words.count() <= 1 || line.contains("https://")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_line_is_wider_than_the_page(answer in answers(), width in 40..100usize) {
        let page = Page { width, color: false, links: false, locale: Locale::Zh };
        for line in render(&answer, Marks::default(), page).lines() {
            // A marker may stand before the word.
            let text = line.trim_start_matches(|c: char| c.is_ascii_digit() || " >-.#[]".contains(c));
            prop_assert!(
                line.width() <= width || is_unbreakable(text) || line.contains("    "),
                "{} > {width}: {line:?} of {answer:?}", line.width()
            );
        }
    }

    #[test]
    fn without_colour_no_control_character_is_left(answer in answers()) {
        let page = Page { width: 60, color: false, links: false, locale: Locale::En };
        let text = render(&answer, Marks::default(), page);
        let odd = text.chars().find(|&c| (c.is_control() && c != '\n') || "\u{202e}\u{2066}".contains(c));
        prop_assert!(odd.is_none(), "{odd:?} in {text:?}");
    }

    #[test]
    fn with_colour_every_sequence_is_ours(answer in answers()) {
        let page = Page { width: 60, color: true, links: true, locale: Locale::Zh };
        let text = render(&answer, Marks::default(), page);
        let bare = anstream::adapter::strip_str(&text).to_string();
        prop_assert!(!bare.contains(|c: char| c.is_control() && c != '\n'), "{bare:?}");
        // Styles end with their line.
        for line in text.lines() {
            let escapes = line.matches("\u{1b}[").count();
            prop_assert!(escapes == 0 || line.contains("\u{1b}[0m"), "{line:?}");
            prop_assert_eq!(line.matches("\u{1b}]8;;").count() % 2, 0);
        }
    }

    #[test]
    fn the_words_of_an_answer_are_all_there(words in proptest::collection::vec("[a-z一-十]{1,12}", 1..40)) {
        let answer = words.join(" ");
        let page = Page { width: 40, color: false, links: false, locale: Locale::Zh };
        let text = render(&answer, Marks::default(), page);
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(squeezed(&text), squeezed(&answer));
    }
}
