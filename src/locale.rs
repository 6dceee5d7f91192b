//! The language in which a person is addressed: Chinese or English.
//!
//! Everything a user reads (errors, problems, pages, command-line output) exists in both. A type
//! that a person may meet implements [`Localized`]; its `Display` is the English text.

use serde::{Deserialize, Serialize};

/// A language for user-facing text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Locale {
    /// Simplified Chinese.
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Locale {
    /// The BCP 47 tag, as it stands in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Locale::Zh => "zh-CN",
            Locale::En => "en",
        }
    }

    /// The locale meant by a tag such as `zh_CN.UTF-8`, `zh-Hant-TW`, `en-GB` or `C`; `None` if it names
    /// another language.
    pub fn from_tag(tag: &str) -> Option<Locale> {
        let language = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "zh" => Some(Locale::Zh),
            "en" | "c" | "posix" => Some(Locale::En),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` header that we speak, best quality first; ties keep
    /// the header's order.
    pub fn from_accept_language(header: &str) -> Option<Locale> {
        let mut wanted: Vec<(f32, Locale)> = header
            .split(',')
            .filter_map(|item| {
                let mut parts = item.trim().split(';');
                let locale = Locale::from_tag(parts.next()?.trim())?;
                let quality = parts
                    .find_map(|part| part.trim().strip_prefix("q=")?.trim().parse::<f32>().ok())
                    .unwrap_or(1.0);
                (quality > 0.0).then_some((quality, locale))
            })
            .collect();
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
        wanted.first().map(|&(_, locale)| locale)
    }

    /// Picks one of two texts.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Locale::Zh => zh,
            Locale::En => en,
        }
    }
}

/// Something that can be told to a person: what happened, and what to do next.
pub trait Localized {
    /// What happened and where: lowercase start in English, no full stop.
    fn message(&self, locale: Locale) -> String;

    /// The next step, where there is one.
    fn hint(&self, locale: Locale) -> Option<String>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_known_language_of_a_header_wins() {
        for (header, expected) in [
            ("zh-TW,zh;q=0.9,en;q=0.8", Some(Locale::Zh)),
            ("en;q=0.5, zh;q=0.9", Some(Locale::Zh)),
            ("fr, en-GB;q=0.7", Some(Locale::En)),
            ("fr", None),
            ("zh;q=0, en", Some(Locale::En)),
            ("", None),
            (";;,q=,", None),
        ] {
            assert_eq!(Locale::from_accept_language(header), expected, "{header:?}");
        }
    }
}
