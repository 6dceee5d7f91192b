//! Links of the search page: a search is a URL that can be shared.

use std::fmt::Write;

use serde::Deserialize;

use crate::locale::Locale;

/// The page's query string.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(in crate::serve) struct PageQuery {
    pub(super) q: Option<String>,
    pub(super) kb: Option<String>,
    pub(super) category: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) page: Option<String>,
    pub(super) lang: Option<String>,
    /// The list of all entries is meant where there is neither question nor filter, not the start page.
    #[serde(skip)]
    pub(super) all: bool,
}

impl PageQuery {
    /// The language stated in the URL, if we speak it.
    pub(super) fn locale(&self) -> Option<Locale> {
        Locale::from_tag(self.lang.as_deref()?)
    }

    /// The question as it stands in the box.
    pub(super) fn question(&self) -> &str {
        self.q.as_deref().map(str::trim).unwrap_or_default()
    }

    /// The same search in another category; empty for all. Starts on its first page.
    pub(super) fn in_category(&self, category: &str) -> String {
        let category = Some(category.to_owned()).filter(|value| !value.is_empty());
        PageQuery {
            category,
            page: None,
            all: true,
            ..self.clone()
        }
        .search()
    }

    /// The list of all entries, in the same language.
    pub(super) fn everything(&self) -> String {
        PageQuery {
            kb: self.kb.clone(),
            lang: self.lang.clone(),
            all: true,
            ..PageQuery::default()
        }
        .search()
    }

    /// The same search without any filter.
    pub(super) fn unfiltered(&self) -> String {
        PageQuery {
            category: None,
            tag: None,
            page: None,
            ..self.clone()
        }
        .search()
    }

    /// Another page of the same search.
    pub(super) fn on_page(&self, number: usize) -> String {
        let page = (number > 1).then(|| number.to_string());
        PageQuery {
            page,
            ..self.clone()
        }
        .search()
    }

    /// The entry's own page.
    pub(super) fn entry(&self, id: &str) -> String {
        format!("/entries/{}{}", percent_encoded(id), self.place())
    }

    /// The start page.
    pub(super) fn home(&self) -> String {
        format!("/{}", self.place())
    }

    /// What every link keeps: knowledge base and language.
    fn place(&self) -> String {
        query_string(&[("kb", self.kb.as_deref()), ("lang", self.lang.as_deref())])
    }

    /// The same in another language.
    pub(super) fn in_language(&self, locale: Locale) -> PageQuery {
        PageQuery {
            lang: Some(locale.tag().to_owned()),
            ..self.clone()
        }
    }

    /// This search's own link.
    pub(super) fn search(&self) -> String {
        let narrowed = [&self.q, &self.category, &self.tag]
            .into_iter()
            .any(|value| value.as_deref().is_some_and(|value| !value.is_empty()));
        if self.all && !narrowed {
            self.at("/entries")
        } else {
            self.at("/")
        }
    }

    /// These parameters on another path.
    pub(super) fn at(&self, path: &str) -> String {
        let parameters = [
            ("q", self.q.as_deref()),
            ("kb", self.kb.as_deref()),
            ("category", self.category.as_deref()),
            ("tag", self.tag.as_deref()),
            ("page", self.page.as_deref()),
            ("lang", self.lang.as_deref()),
        ];
        format!("{path}{}", query_string(&parameters))
    }
}

fn query_string(parameters: &[(&str, Option<&str>)]) -> String {
    let mut query = String::new();
    for (name, value) in parameters {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let separator = if query.is_empty() { '?' } else { '&' };
            query.push(separator);
            query.push_str(name);
            query.push('=');
            query.push_str(&percent_encoded(value));
        }
    }
    query
}

/// Percent-encodes everything but letters, digits and `-._~`: good for a path segment and a value alike.
pub fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` never fails.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_what_they_do_not_change() {
        let query = PageQuery {
            q: Some("备案 & 域名".to_owned()),
            category: Some("a/b".to_owned()),
            page: Some("3".to_owned()),
            lang: Some("en".to_owned()),
            ..PageQuery::default()
        };
        let question = "%E5%A4%87%E6%A1%88%20%26%20%E5%9F%9F%E5%90%8D";
        assert_eq!(
            query.on_page(2),
            format!("/?q={question}&category=a%2Fb&page=2&lang=en")
        );
        assert_eq!(
            query.in_category("c"),
            format!("/?q={question}&category=c&lang=en")
        );
        assert_eq!(query.unfiltered(), format!("/?q={question}&lang=en"));
        assert_eq!(query.entry("a/b?c"), "/entries/a%2Fb%3Fc?lang=en");
        assert_eq!(PageQuery::default().home(), "/");
        assert_eq!(query.everything(), "/entries?lang=en");
        let listed = PageQuery {
            category: Some("c".to_owned()),
            ..PageQuery::default()
        };
        assert_eq!(listed.in_category(""), "/entries");
        assert_eq!(listed.on_page(2), "/?category=c&page=2");
        assert_eq!(
            listed.in_language(Locale::En).search(),
            "/?category=c&lang=en"
        );
    }
}
