//! What a page tells about itself to browsers, search engines and the script: title, description, its one
//! address, and its questions with their answers as structured data.

use serde_json::{Value, json};

use crate::locale::Locale;

/// Code points of a description; search engines show hardly more.
const DESCRIPTION_CHARS: usize = 150;

/// What differs from page to page.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// The page's subject; none for the start page.
    pub(super) title: Option<String>,
    pub(super) description: String,
    /// What a screen reader is told when the page has taken another's place.
    pub(super) announcement: String,
    /// JSON-LD, safe to stand in a script element.
    pub(super) structured: Option<String>,
    /// Whether search engines may list it: a page of results would be a page for every question.
    pub(super) listed: bool,
}

/// The beginning of a text, on one line.
pub(super) fn description(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    match words.char_indices().nth(DESCRIPTION_CHARS) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// Questions with their answers as schema.org's `FAQPage`, to stand in a script element; `None` without any.
/// What has no answer is left out.
pub(super) fn faq<'a>(
    entries: impl Iterator<Item = (&'a str, &'a str)>,
    language: Locale,
) -> Option<String> {
    let questions: Vec<Value> = entries
        .filter(|(_, answer)| !answer.trim().is_empty())
        .map(|(question, answer)| {
            json!({
                "@type": "Question",
                "name": question,
                "acceptedAnswer": { "@type": "Answer", "text": answer },
            })
        })
        .collect();
    if questions.is_empty() {
        return None;
    }
    let page = json!({
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": language.tag(),
        "mainEntity": questions,
    });
    Some(for_script(&page))
}

/// JSON that no HTML parser can take for the end of its element, or for the beginning of a comment.
fn for_script(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structured_data_cannot_leave_its_element() {
        let hostile = "</script><script>alert(1)</script><!-- & \u{2028}";
        let data = faq([(hostile, hostile)].into_iter(), Locale::Zh).expect("data");
        assert!(!data.contains(['<', '>', '&']), "{data}");
        let read: Value = serde_json::from_str(&data).expect("JSON");
        assert_eq!(read["mainEntity"][0]["name"], hostile);
        assert_eq!(read["mainEntity"][0]["acceptedAnswer"]["text"], hostile);
        assert_eq!(faq([].into_iter(), Locale::Zh), None);
    }

    #[test]
    fn a_description_is_one_line_of_bounded_length() {
        for (text, expected) in [
            ("", ""),
            ("一\n\n 二\t三", "一 二 三"),
            ("案".repeat(151).as_str(), &format!("{}…", "案".repeat(150))),
            ("案".repeat(150).as_str(), &"案".repeat(150)),
        ] {
            assert_eq!(description(text), expected);
        }
    }
}
