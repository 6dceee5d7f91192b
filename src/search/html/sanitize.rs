//! What HTML an answer may bring along.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

/// How often HTML is read and written again until it does not change any more.
const MAX_PASSES: usize = 8;

/// Keeps what an answer may contain. The result is settled: a browser, or whoever sanitises it once more,
/// reads exactly what was judged here. Markup so broken that it never settles is shown as text.
pub(super) fn sanitized(raw: &str) -> String {
    let mut html = once(raw);
    for _ in 1..MAX_PASSES {
        let again = once(&html);
        if again == html {
            return html;
        }
        html = again;
    }
    ammonia::clean_text(raw)
}

fn once(raw: &str) -> String {
    without_fields(SANITIZER.clean(raw).to_string())
}

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(["input"])
        .tag_attribute_values(HashMap::from([(
            "input",
            HashMap::from([("type", HashSet::from(["checkbox"]))]),
        )]))
        .add_tag_attributes("input", ["checked"])
        .set_tag_attribute_value("input", "disabled", "")
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

/// Drops every input but checkboxes, which the sanitiser can't: without a type it is a field to type in.
/// In what the sanitiser writes, `<` always begins a tag and values always stand in double quotes.
fn without_fields(html: String) -> String {
    const FIELD: &str = "<input";
    if !html.contains(FIELD) {
        return html;
    }
    let mut kept = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some(start) = rest.find('<') {
        let mut quoted = false;
        let end = rest[start..]
            .find(|c| {
                quoted ^= c == '"';
                c == '>' && !quoted
            })
            .map_or(rest.len(), |end| start + end + 1);
        let tag = &rest[start..end];
        let field = tag.starts_with(FIELD) && !tag.contains(" type=\"checkbox\"");
        kept.push_str(if field { &rest[..start] } else { &rest[..end] });
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}
