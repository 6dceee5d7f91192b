//! Why a question gets no reply.

use crate::index::IndexError;
use crate::locale::{Locale, Localized};
use crate::search::request::{InvalidQuestion, MAX_QUESTION_CHARS};

/// Why a question gets no reply.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// No knowledge base of this name.
    #[error("there is no knowledge base “{name}”")]
    UnknownKb {
        /// The name asked for.
        name: String,
        /// Those there are; the first answers where none is named.
        known: Vec<String>,
    },
    /// No entry with this id.
    #[error("there is no entry “{0}”")]
    UnknownEntry(String),
    /// No entry is in this category.
    #[error("there is no category “{0}”")]
    UnknownCategory(String),
    /// No entry has this tag.
    #[error("there is no tag “{0}”")]
    UnknownTag(String),
    /// The engine failed.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl Localized for SearchError {
    fn message(&self, locale: Locale) -> String {
        match (locale, self) {
            (_, SearchError::Index(error)) => error.message(locale),
            (Locale::En, error) => error.to_string(),
            (Locale::Zh, SearchError::UnknownKb { name, .. }) => format!("没有知识库“{name}”"),
            (Locale::Zh, SearchError::UnknownEntry(id)) => format!("没有条目“{id}”"),
            (Locale::Zh, SearchError::UnknownCategory(category)) => format!("没有分类“{category}”"),
            (Locale::Zh, SearchError::UnknownTag(tag)) => format!("没有标签“{tag}”"),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        Some(match self {
            SearchError::UnknownKb { known, .. } => locale.pick(
                format!(
                    "这里的知识库是“{}”；不写 kb，回答的是第一个",
                    known.join("”“")
                ),
                format!(
                    "there is “{}”; the first answers where kb is left out",
                    known.join("”, “")
                ),
            ),
            SearchError::UnknownEntry(_) => locale.pick(
                "用 /v1/entries 列出所有条目".to_owned(),
                "/v1/entries lists all entries".to_owned(),
            ),
            SearchError::UnknownCategory(_) => locale.pick(
                "分类是 facets 里的 value，各级用 / 连接".to_owned(),
                "a category is a value of the facets, its levels joined by /".to_owned(),
            ),
            SearchError::UnknownTag(_) => locale.pick(
                "标签区分大小写，须与条目的 tags 一致".to_owned(),
                "a tag must stand exactly so in an entry's tags".to_owned(),
            ),
            SearchError::Index(error) => return error.hint(locale),
        })
    }
}

impl std::fmt::Display for InvalidQuestion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message(Locale::En))
    }
}

impl std::error::Error for InvalidQuestion {}

impl Localized for InvalidQuestion {
    fn message(&self, locale: Locale) -> String {
        match self {
            InvalidQuestion::Empty => {
                locale.pick("问题是空的".to_owned(), "the question is empty".to_owned())
            }
            InvalidQuestion::TooLong(length) => locale.pick(
                format!("问题有 {length} 个字符，最多 {MAX_QUESTION_CHARS} 个"),
                format!(
                    "the question has {length} characters, at most {MAX_QUESTION_CHARS} are allowed"
                ),
            ),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        Some(match self {
            InvalidQuestion::Empty => locale
                .pick("写上要问的内容", "write what you want to know")
                .to_owned(),
            InvalidQuestion::TooLong(_) => locale
                .pick("缩短问题，只写要点", "shorten it to the point")
                .to_owned(),
        })
    }
}
