//! An answer's HTML inside one of our pages.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, Url, UrlRelative};

/// Fits an answer into a page. It arrives sanitised; what remains is that its relative links and pictures
/// refer to its source folder, which isn't served here: they lead to the original page where the author
/// gave one, and fall back to their text where not. Ids go, because a page shows several answers.
pub(super) fn for_page(html: &str, url: Option<&str>) -> String {
    static WITHOUT_URL: LazyLock<Builder<'static>> = LazyLock::new(|| builder(UrlRelative::Deny));
    match url.and_then(|url| Url::parse(url).ok()) {
        Some(base) => builder(UrlRelative::RewriteWithBase(base))
            .clean(html)
            .to_string(),
        None => WITHOUT_URL.clean(html).to_string(),
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
        let without = for_page(html, None);
        assert!(!without.contains("other.md"), "{without}");
        assert!(!without.contains("a.png"), "{without}");
        assert!(
            without.contains("甲") && without.contains("图"),
            "{without}"
        );

        let with = for_page(html, Some("https://example.com/doc/page"));
        assert!(with.contains("https://example.com/doc/other.md"), "{with}");
        assert!(with.contains("https://example.com/doc/a.png"), "{with}");
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
