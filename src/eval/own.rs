//! A corpus's own questions as queries: each must find itself first.

use std::collections::BTreeMap;

use crate::eval::roster::{Listed, Roster};
use crate::eval::truth::{FULL, Labelled};
use crate::search::{MAX_QUESTION_CHARS, Question};

/// The kind of a question asked as its author wrote it.
pub const AS_WRITTEN: &str = "as-written";

/// The entries whose question no other entry asks, in corpus order.
pub fn unique(roster: &Roster) -> Vec<&Listed> {
    let is_unique = |entry: &&Listed| roster.asking(&entry.question).count() == 1;
    roster.entries().iter().filter(is_unique).collect()
}

/// Asks for `entry` in the given words; `None` if these are no question.
pub fn query_for(entry: &Listed, words: &str, kind: &str) -> Option<Labelled> {
    let words: String = words.chars().take(MAX_QUESTION_CHARS).collect();
    Some(Labelled {
        id: format!("{} {kind}", entry.id),
        query: Question::new(&words).ok()?,
        kind: kind.to_owned(),
        note: None,
        grades: BTreeMap::from([(entry.id.clone(), FULL)]),
        wanted: Some(entry.question.clone()),
    })
}

/// Every question that stands in the index only once, as it is written.
pub fn questions(roster: &Roster) -> Vec<Labelled> {
    let unique = unique(roster).into_iter();
    unique
        .filter_map(|entry| query_for(entry, &entry.question, AS_WRITTEN))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_twice_is_not_asked() {
        let listed = |id: &str, question: &str| Listed {
            id: id.to_owned(),
            file: "a.md".to_owned(),
            question: question.to_owned(),
            category: Vec::new(),
        };
        let long = "长".repeat(600);
        let roster = Roster::new(vec![
            listed("a", "怎么退款？"),
            listed("b", "怎么退款"),
            listed("c", "怎么开发票？"),
            listed("d", &long),
        ]);
        let asked: Vec<(String, usize)> = questions(&roster)
            .iter()
            .map(|query| (query.id.clone(), query.query.as_str().chars().count()))
            .collect();
        assert_eq!(
            asked,
            [
                ("c as-written".to_owned(), 6),
                ("d as-written".to_owned(), 512)
            ]
        );
    }
}
