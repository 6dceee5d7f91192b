//! What a parameter or a field takes, and how somebody who gave something else is told.

use crate::locale::Locale;

/// What a parameter or a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    /// Whole numbers from the first to the last.
    Numbers(u64, u64),
    /// `true` or `false`.
    Switch,
    /// A reply's name.
    QueryId,
    /// An entry's name.
    EntryId,
    /// A text of so many code points at most.
    Text(usize),
}

impl Allowed {
    /// That `name` can't be `given`.
    pub(super) fn message(self, name: &str, given: &str, locale: Locale) -> String {
        let (zh, en) = match self {
            Allowed::Numbers(first, last) => (
                format!("{first} 到 {last} 的整数"),
                format!("a whole number from {first} to {last}"),
            ),
            Allowed::Switch => ("true 或 false".to_owned(), "true or false".to_owned()),
            Allowed::QueryId => (
                "某个回复的 query_id（32 位十六进制数）".to_owned(),
                "a reply's query_id, 32 hexadecimal digits".to_owned(),
            ),
            Allowed::EntryId => ("某个条目的 id".to_owned(), "an entry's id".to_owned()),
            Allowed::Text(most) => (
                format!("不超过 {most} 个字符（按 Unicode 码点计）的文本"),
                format!("a text of at most {most} characters (Unicode code points)"),
            ),
        };
        locale.pick(
            format!("参数 {name} 应为 {zh}，收到的是“{given}”"),
            format!("`{name}` must be {en}, not {given:?}"),
        )
    }
}
