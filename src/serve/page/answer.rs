//! An answer's HTML inside one of our pages.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, Url, UrlRelative};

/// Fits an answer into a page. It arrives sanitised; what remains is that its relative links and pictures
/// refer to its source folder, which isn't served here: they lead to the original page where the author
/// gave one, and fall back to their text where not. Ids go, because a page shows several answers. Its
/// headings become parts of what stands above them: `level` is that of the outermost.
pub(super) fn for_page(html: &str, url: Option<&str>, level: u8) -> String {
    static WITHOUT_URL: LazyLock<Builder<'static>> = LazyLock::new(|| builder(UrlRelative::Deny));
    let clean = match url.and_then(|url| Url::parse(url).ok()) {
        Some(base) => builder(UrlRelative::RewriteWithBase(base))
            .clean(html)
            .to_string(),
        None => WITHOUT_URL.clean(html).to_string(),
    };
    with_headings_from(level, &clean)
        // Where lines are kept as they were written, the break must not count twice.
        .replace("<br>\n", "<br>")
        // A wide table scrolls by itself, by keyboard, too. Without quotes this is harmless text even
        // where it meets an attribute's value.
        .replace("<table", "<div class=scroll tabindex=0><table")
        .replace("</table>", "</table></div>")
}

/// Renumbers the headings of clean HTML, so that the outermost has `level` and none skips a level on the
/// way down: an author's levels go on from those of the file, which the page does not show.
fn with_headings_from(level: u8, html: &str) -> String {
    let mut used: Vec<u8> = html.split("<h").skip(1).filter_map(heading_level).collect();
    used.sort_unstable();
    used.dedup();
    if used.is_empty() {
        return html.to_owned();
    }
    let mut renumbered = String::with_capacity(html.len());
    let mut last = level - 1;
    let mut rest = html;
    while let Some(start) = rest.find("<h") {
        let (before, tag) = rest.split_at(start + 2);
        renumbered.push_str(before);
        rest = tag;
        let Some(depth) = heading_level(tag).and_then(|own| used.binary_search(&own).ok()) else {
            continue;
        };
        last = level.saturating_add(depth as u8).min(last + 1).min(6);
        renumbered.push(char::from(b'0' + last));
        // Sanitised HTML closes what it opens, and no heading stands in another.
        rest = &tag[1..];
        if let Some(end) = rest.find("</h") {
            renumbered.push_str(&rest[..end + 3]);
            renumbered.push(char::from(b'0' + last));
            rest = rest.get(end + 4..).unwrap_or_default();
        }
    }
    renumbered.push_str(rest);
    renumbered
}

/// The level of the heading whose tag goes on like this after `<h`.
fn heading_level(tag: &str) -> Option<u8> {
    match tag.as_bytes() {
        [level @ b'1'..=b'6', b'>' | b' ', ..] => Some(level - b'0'),
        _ => None,
    }
}

/// Lets pass what the rendering lets pass, but for relative addresses.
fn builder(relative: UrlRelative<'static>) -> Builder<'static> {
    let mut builder = Builder::default();
    builder
        .url_relative(relative)
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
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
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
}

/// Whether an answer is nothing but paragraphs, so that its text shows all there is.
pub(super) fn is_plain(html: &str) -> bool {
    html.split('<').skip(1).all(|tag| {
        ["p>", "/p>", "br>", "br />"]
            .iter()
            .any(|plain| tag.starts_with(plain))
    })
}

/// A link that may stand in a page: web addresses only.
pub(super) fn web_url(url: Option<&str>) -> Option<String> {
    let url = Url::parse(url?).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_links_and_pictures_do_not_point_into_our_pages() {
        let html = r#"<p><a href="other.md">甲</a> <img src="a.png" alt="图"></p>"#;
        let without = for_page(html, None, 3);
        assert!(!without.contains("other.md"), "{without}");
        assert!(!without.contains("a.png"), "{without}");
        assert!(
            without.contains("甲") && without.contains("图"),
            "{without}"
        );

        let with = for_page(html, Some("https://example.com/doc/page"), 3);
        assert!(with.contains("https://example.com/doc/other.md"), "{with}");
        assert!(with.contains("https://example.com/doc/a.png"), "{with}");
    }

    #[test]
    fn headings_go_on_from_those_of_the_page() {
        for (level, html, expected) in [
            (
                3,
                "<h4>甲</h4><p>乙</p><h4>丙</h4>",
                "<h3>甲</h3><p>乙</p><h3>丙</h3>",
            ),
            (
                2,
                "<h1>甲</h1><h3>乙</h3><hr>",
                "<h2>甲</h2><h3>乙</h3><hr>",
            ),
            // The first stands deeper than a later one.
            (
                3,
                "<h5>甲</h5><h4>乙</h4><h5>丙</h5>",
                "<h3>甲</h3><h3>乙</h3><h4>丙</h4>",
            ),
            (
                5,
                "<h1>甲</h1><h2>乙</h2><h3>丙</h3>",
                "<h5>甲</h5><h6>乙</h6><h6>丙</h6>",
            ),
            (
                3,
                "<p>&lt;h1&gt; 没有标题</p>",
                "<p>&lt;h1&gt; 没有标题</p>",
            ),
        ] {
            assert_eq!(for_page(html, None, level), expected);
        }
    }

    #[test]
    fn tables_scroll_by_themselves() {
        let html = "<table><tbody><tr><td>甲</td></tr></tbody></table>\n<p>乙<br>\n丙</p>";
        assert_eq!(
            for_page(html, None, 3),
            "<div class=scroll tabindex=0><table><tbody><tr><td>甲</td></tr></tbody></table></div>\n<p>乙<br>丙</p>"
        );
        let hostile = r#"<img src="https://example.com/" alt='<table onload="x">'>"#;
        assert!(!for_page(hostile, None, 3).contains(r#"<table onload="x""#));
    }

    #[test]
    fn an_answer_of_paragraphs_is_plain() {
        for (html, plain) in [
            ("", true),
            ("<p>甲<br>乙<br />丙</p>\n<p>1 &lt; 2</p>", true),
            ("<p><a href=\"https://example.com/\">甲</a></p>", false),
            ("<pre>甲</pre>", false),
            ("<ul><li>甲</li></ul>", false),
        ] {
            assert_eq!(is_plain(html), plain, "{html}");
        }
    }

    #[test]
    fn only_web_addresses_become_links() {
        for (url, expected) in [
            (Some("https://example.com/a"), true),
            (Some("javascript:alert(1)"), false),
            (Some("/relative"), false),
            (None, false),
        ] {
            assert_eq!(web_url(url).is_some(), expected, "{url:?}");
        }
    }
}
