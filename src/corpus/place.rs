//! What a file's path says about its entries: their category, and the question if the file is one.

use super::metadata::Metadata;
use super::question;

/// What a file's path says.
pub(super) struct Place {
    /// Folders, then the file's own name where it says something.
    pub(super) category: Vec<String>,
    pub(super) folders: Vec<String>,
    /// The file's name as a question.
    pub(super) name: String,
    pub(super) asks: bool,
}

impl Place {
    pub(super) fn of(file: &str, metadata: &Metadata) -> Place {
        let (folders, name) = file.rsplit_once('/').unwrap_or(("", file));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let name = metadata
            .title
            .clone()
            .unwrap_or_else(|| question::clean(without_number(without_language(stem))));
        let folders: Vec<String> = match &metadata.category {
            Some(category) => category.clone(),
            None => folders
                .split('/')
                .filter(|f| !f.is_empty())
                .map(str::to_owned)
                .collect(),
        };
        let mut category = folders.clone();
        if metadata.category.is_none() && !says_nothing(&name) && category.last() != Some(&name) {
            category.push(name.clone());
        }
        Place {
            asks: question::sounds_like_question(&name),
            category,
            folders,
            name: if name.is_empty() {
                stem.to_owned()
            } else {
                name
            },
        }
    }
}

/// `04-` in front of a file's name orders a folder.
fn without_number(stem: &str) -> &str {
    let rest = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.strip_prefix(['-', '_']) {
        Some(name) if (1..=3).contains(&(stem.len() - rest.len())) && !name.is_empty() => name,
        _ => stem,
    }
}

/// `什么是CSR？_en` is a translation of `什么是CSR？`.
fn without_language(stem: &str) -> &str {
    let mut stem = stem;
    while let Some((rest, tag)) = stem.rsplit_once(['_', '.'])
        && matches!(tag, "en" | "zh" | "cn" | "intl" | "zh-CN" | "zh-cn" | "")
        && !rest.is_empty()
    {
        stem = rest;
    }
    stem
}

/// A file's name that would be noise as a category: every FAQ is called FAQ, and a hash says nothing.
fn says_nothing(name: &str) -> bool {
    let name = name.to_lowercase();
    matches!(
        name.as_str(),
        "" | "faq"
            | "faqs"
            | "readme"
            | "index"
            | "qa"
            | "q&a"
            | "常见问题"
            | "常见问题解答"
            | "问答"
            | "问题"
    ) || name
        .chars()
        .all(|c| c.is_ascii_hexdigit() || matches!(c, '_' | '-' | '.' | ' '))
}
