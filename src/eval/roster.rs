//! All entries of an index by what a label calls them.

use std::collections::HashMap;

use crate::eval::truth::Label;
use crate::search::{Filter, MAX_LIMIT, Page, SearchError, Searcher};

/// One entry by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// Its file, relative to the corpus.
    pub file: String,
    /// Its question.
    pub question: String,
    /// Folders and headings above it, outermost first.
    pub category: Vec<String>,
}

/// Every entry of an index, in corpus order.
#[derive(Debug, Default)]
pub struct Roster {
    entries: Vec<Listed>,
    by_id: HashMap<String, usize>,
    /// By the letters of the question.
    by_question: HashMap<String, Vec<usize>>,
}

impl Roster {
    /// Lists the index of `searcher`.
    ///
    /// # Errors
    /// [`SearchError`] for a failing engine.
    pub async fn read(searcher: &Searcher) -> Result<Roster, SearchError> {
        let mut entries = Vec::new();
        loop {
            let page = Page {
                limit: MAX_LIMIT,
                offset: entries.len(),
            };
            let reply = searcher.entries(&Filter::default(), page).await?;
            if reply.entries.is_empty() {
                break;
            }
            entries.extend(reply.entries.into_iter().map(|entry| Listed {
                id: entry.id,
                file: entry.source.file,
                question: entry.question,
                category: entry.category,
            }));
        }
        Ok(Roster::new(entries))
    }

    /// Joins entries in corpus order.
    pub fn new(entries: Vec<Listed>) -> Roster {
        let mut roster = Roster::default();
        for (at, entry) in entries.iter().enumerate() {
            roster.by_id.insert(entry.id.clone(), at);
            let asked_so = roster.by_question.entry(letters(&entry.question));
            asked_so.or_default().push(at);
        }
        roster.entries = entries;
        roster
    }

    /// All entries, in corpus order.
    pub fn entries(&self) -> &[Listed] {
        &self.entries
    }

    /// The entries whose question has these letters and no other.
    pub fn asking(&self, question: &str) -> impl Iterator<Item = &Listed> {
        let found = self.by_question.get(&letters(question));
        found.into_iter().flatten().map(|&at| &self.entries[at])
    }

    /// The entries that a label names: mostly one, none if it moved. A file that asks the same twice has
    /// two that are right.
    pub fn named(&self, label: &Label) -> Vec<&Listed> {
        if let Some(id) = &label.id {
            let found = self.by_id.get(id).map(|&at| &self.entries[at]);
            return found.into_iter().collect();
        }
        let wanted = letters(label.question.as_deref().unwrap_or_default());
        // As written, then without what may be an ordinal: “1. 怎么退款” asks 怎么退款.
        let path = label.path.as_deref();
        let as_written = without_ordinal(&wanted)
            .map(|asked| self.in_file(asked, path))
            .find(|found| !found.is_empty());
        // Or the other way round: whoever wrote the label took the 10. of 10.15 for one.
        as_written.unwrap_or_else(|| {
            let in_file = |entry: &&Listed| path.is_some_and(|path| entry.file == path);
            let asks = |entry: &&Listed| {
                let asked = letters(&entry.question);
                without_ordinal(&asked).any(|rest| rest == wanted)
            };
            let entries = self.entries.iter();
            entries.filter(in_file).filter(asks).collect()
        })
    }

    /// How many entries stand below the heading that a label names.
    pub fn below(&self, label: &Label) -> usize {
        let wanted = letters(label.question.as_deref().unwrap_or_default());
        let below = |entry: &&Listed| {
            let in_file = label.path.as_ref().is_none_or(|path| entry.file == *path);
            in_file
                && entry
                    .category
                    .iter()
                    .any(|heading| letters(heading) == wanted)
        };
        self.entries.iter().filter(below).count()
    }

    fn in_file(&self, letters: &str, path: Option<&str>) -> Vec<&Listed> {
        let found = self.by_question.get(letters).into_iter().flatten();
        found
            .map(|&at| &self.entries[at])
            .filter(|entry| path.is_none_or(|path| entry.file == path))
            .collect()
    }
}

/// What is left of a question when anchors, white space and punctuation are taken away, in lower case.
pub fn letters(question: &str) -> String {
    let mut text = question.to_owned();
    for (open, close) in [("(id:", ')'), ("{#", '}')] {
        while let Some(start) = text.find(open) {
            let end = text[start..]
                .find(close)
                .map_or(text.len(), |at| start + at + close.len_utf8());
            text.replace_range(start..end, "");
        }
    }
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// `letters`, then what follows each longer beginning of it that may be an ordinal or `Q1`; never empty.
fn without_ordinal(letters: &str) -> impl Iterator<Item = &str> {
    let is_ordinal = |c: char| c.is_numeric() || "一二三四五六七八九十百第qa问题".contains(c);
    let cuts = letters
        .char_indices()
        .take_while(move |&(_, c)| is_ordinal(c))
        .map(|(at, c)| at + c.len_utf8());
    std::iter::once(0)
        .chain(cuts)
        .map(|at| &letters[at..])
        .filter(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster() -> Roster {
        let entry = |id: &str, file: &str, question: &str| Listed {
            id: id.to_owned(),
            file: file.to_owned(),
            question: question.to_owned(),
            category: vec!["办公".to_owned(), "常见 问题".to_owned()],
        };
        Roster::new(vec![
            entry("a", "报销.md", "发票丢了怎么办？"),
            entry("b", "报销.md", "一线城市住宿标准是多少？"),
            entry("c", "考勤.md", "发票丢了怎么办？"),
            entry("d", "考勤.md", "怎么办"),
            entry("e", "考勤.md", "忘记 Wi-Fi 密码？"),
            entry("f", "考勤.md", "忘记 Wi-Fi 密码？"),
            entry("g", "考勤.md", "10.15 版本怎么打卡？"),
        ])
    }

    fn label(path: Option<&str>, question: &str) -> Label {
        Label {
            path: path.map(str::to_owned),
            question: Some(question.to_owned()),
            id: None,
            grade: 2,
        }
    }

    #[test]
    fn a_label_finds_its_entries() {
        let roster = roster();
        for (path, question, expected) in [
            (Some("报销.md"), "发票丢了怎么办？", "a"),
            (Some("考勤.md"), "发票丢了，怎么办", "c"),
            (None, "发票丢了怎么办", "ac"),
            (Some("报销.md"), "1. 发票丢了怎么办？ {#lost}", "a"),
            (Some("报销.md"), "Q12：发票丢了怎么办？", "a"),
            (Some("报销.md"), "[](id:lost)发票丢了怎么办？", "a"),
            // 一 is no ordinal here.
            (Some("报销.md"), "一线城市住宿标准是多少", "b"),
            (Some("报销.md"), "三、一线城市住宿标准是多少", "b"),
            // What merely ends alike is another question.
            (Some("考勤.md"), "电脑坏了怎么办", ""),
            (Some("考勤.md"), "忘记 WI-FI 密码", "ef"),
            (Some("考勤.md"), "15 版本怎么打卡", "g"),
            (Some("别处.md"), "发票丢了怎么办", ""),
            (Some("报销.md"), "？", ""),
        ] {
            let found = roster.named(&label(path, question));
            let ids: String = found.iter().map(|entry| entry.id.as_str()).collect();
            assert_eq!(ids, expected, "{path:?} {question}");
        }
    }

    #[test]
    fn a_label_may_name_a_heading_above_entries() {
        for (path, question, expected) in [
            (Some("报销.md"), "常见问题", 2),
            (None, "常见问题", 7),
            (Some("报销.md"), "问题", 0),
        ] {
            let below = roster().below(&label(path, question));
            assert_eq!(below, expected, "{path:?} {question}");
        }
    }

    #[test]
    fn an_id_alone_names_an_entry() {
        let roster = roster();
        for (id, expected) in [("b", 1), ("z", 0)] {
            let label = Label {
                id: Some(id.to_owned()),
                ..label(Some("别处.md"), "别的")
            };
            assert_eq!(roster.named(&label).len(), expected, "{id}");
        }
    }
}
