//! Labelled queries: what people ask, and which entries answer it.
//!
//! One JSON object a line: `{"id","query","relevant":[{"path","question","grade"}],"kind","note"}`. Only
//! `query` and `relevant` must be there; an empty `relevant` says that the FAQ does not answer this. A
//! label may name an entry by `id` instead of by file and heading.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::eval::roster::Roster;
use crate::locale::{Locale, Localized};
use crate::search::{InvalidQuestion, Question};

/// The grade of an entry that answers fully.
pub const FULL: u8 = 2;
/// The grade of an entry that answers in part.
pub const PARTIAL: u8 = 1;

/// The kind of queries that the FAQ does not answer, unless their line names another.
const OUT_OF_SCOPE: &str = "out-of-scope";
/// The kind of all other queries whose line names none.
const NO_KIND: &str = "unsorted";

/// One line, as written and checked; its labels are not looked up yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// From 1.
    pub line: usize,
    /// The line's own, else the query itself.
    pub id: String,
    /// What is asked.
    pub query: Question,
    /// What answers it; empty if nothing does.
    pub labels: Vec<Label>,
    /// What sort of query it is.
    pub kind: String,
    /// Its author's remark; for queries out of scope `near-miss` or `unrelated`.
    pub note: Option<String>,
}

/// Names an entry that answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Label {
    /// The entry's file, relative to the corpus.
    #[serde(default)]
    pub path: Option<String>,
    /// The heading as written: anchors, ordinals, white space and punctuation do not count.
    #[serde(default)]
    pub question: Option<String>,
    /// The entry's id; it alone suffices.
    #[serde(default)]
    pub id: Option<String>,
    /// [`FULL`] or [`PARTIAL`].
    #[serde(default = "full")]
    pub grade: u8,
}

/// A query whose labels have been found in the index.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// Unique in its set.
    pub id: String,
    /// What is asked.
    pub query: Question,
    /// Its sort.
    pub kind: String,
    /// Its author's remark.
    pub note: Option<String>,
    /// Grades by entry id; empty if the FAQ does not answer this.
    pub grades: BTreeMap<String, u8>,
    /// The question of the entry that answers best.
    pub wanted: Option<String>,
}

/// A line that is no labelled query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// From 1.
    pub line: usize,
    /// What is wrong with it.
    pub cause: BadLineCause,
}

/// What can be wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadLineCause {
    /// Not UTF-8.
    NotUtf8,
    /// Not the object it should be.
    NotAQuery {
        /// What the parser says.
        reason: String,
        /// Where in the line, from 1; 0 if it concerns the whole.
        column: usize,
    },
    /// The question itself would be refused.
    Question(InvalidQuestion),
    /// A grade that there is not.
    Grade(u8),
    /// A label with neither an id nor a question.
    EmptyLabel,
    /// Another line has the same id, or, without an id, the same query.
    Duplicate {
        /// The other line.
        first: usize,
    },
}

/// A label that names no entry of the index: it was moved, reworded or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The query's line, from 1.
    pub line: usize,
    /// The query's id.
    pub id: String,
    /// What the label says.
    pub label: Label,
    /// Entries below it, if it is a heading above entries: what was one entry became several.
    pub below: usize,
    /// Whether another label of the query was found, so that it still counts.
    pub counts: bool,
}

#[derive(Deserialize)]
struct Line {
    id: Option<String>,
    query: String,
    relevant: Vec<Label>,
    kind: Option<String>,
    note: Option<String>,
}

fn full() -> u8 {
    FULL
}

/// Reads a whole file of labelled queries; blank lines are passed over.
///
/// # Errors
/// Every line that is no labelled query, in order: a number from half a set misleads.
pub fn read(bytes: &[u8]) -> Result<Vec<Written>, Vec<BadLine>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (mut written, mut bad) = (Vec::new(), Vec::new());
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (at, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        let number = at + 1;
        let read = match std::str::from_utf8(line) {
            Ok(text) if text.trim().is_empty() => continue,
            Ok(text) => read_line(text, number),
            Err(_) => Err(BadLineCause::NotUtf8),
        };
        let read = read.and_then(|query| match seen.get(&query.id) {
            Some(&first) => Err(BadLineCause::Duplicate { first }),
            None => Ok(query),
        });
        match read {
            Ok(query) => {
                seen.insert(query.id.clone(), number);
                written.push(query);
            }
            Err(cause) => bad.push(BadLine {
                line: number,
                cause,
            }),
        }
    }
    if bad.is_empty() {
        Ok(written)
    } else {
        Err(bad)
    }
}

fn read_line(text: &str, number: usize) -> Result<Written, BadLineCause> {
    let line: Line = serde_json::from_str(text).map_err(|error| {
        let place = format!(" at line {} column {}", error.line(), error.column());
        BadLineCause::NotAQuery {
            reason: error.to_string().replace(&place, ""),
            column: error.column(),
        }
    })?;
    for label in &line.relevant {
        if !(PARTIAL..=FULL).contains(&label.grade) {
            return Err(BadLineCause::Grade(label.grade));
        }
        if label.id.is_none() && label.question.is_none() {
            return Err(BadLineCause::EmptyLabel);
        }
    }
    let query = Question::new(&line.query).map_err(BadLineCause::Question)?;
    let kind = match line.relevant.is_empty() {
        true => OUT_OF_SCOPE,
        false => NO_KIND,
    };
    Ok(Written {
        line: number,
        id: line.id.unwrap_or_else(|| query.to_string()),
        query,
        labels: line.relevant,
        kind: line.kind.unwrap_or_else(|| kind.to_owned()),
        note: line.note,
    })
}

/// Looks all labels up. A query of which no label is found is left out: neither a hit nor a miss of it
/// would mean anything.
pub fn resolve(written: Vec<Written>, roster: &Roster) -> (Vec<Labelled>, Vec<Moved>) {
    let (mut labelled, mut moved) = (Vec::new(), Vec::new());
    for query in written {
        let mut grades: BTreeMap<String, u8> = BTreeMap::new();
        let mut wanted: Option<(u8, String)> = None;
        let mut lost = Vec::new();
        let meant_to_be_answered = !query.labels.is_empty();
        for label in query.labels {
            let entries = roster.named(&label);
            if entries.is_empty() {
                lost.push(label);
                continue;
            }
            for entry in entries {
                let grade = grades.entry(entry.id.clone()).or_default();
                *grade = label.grade.max(*grade);
                if wanted.as_ref().is_none_or(|(best, _)| label.grade > *best) {
                    wanted = Some((label.grade, entry.question.clone()));
                }
            }
        }
        let counts = !(meant_to_be_answered && grades.is_empty());
        moved.extend(lost.into_iter().map(|label| Moved {
            line: query.line,
            id: query.id.clone(),
            below: roster.below(&label),
            label,
            counts,
        }));
        if counts {
            labelled.push(Labelled {
                id: query.id,
                query: query.query,
                kind: query.kind,
                note: query.note,
                grades,
                wanted: wanted.map(|(_, question)| question),
            });
        }
    }
    (labelled, moved)
}

impl Localized for BadLine {
    fn message(&self, locale: Locale) -> String {
        match &self.cause {
            BadLineCause::NotUtf8 => locale
                .pick("不是 UTF-8 编码", "not encoded in UTF-8")
                .to_owned(),
            BadLineCause::NotAQuery { reason, column: 0 } => locale.pick(
                format!("不是一条标注过的问题：{reason}"),
                format!("not a labelled query: {reason}"),
            ),
            BadLineCause::NotAQuery { reason, column } => locale.pick(
                format!("不是一条标注过的问题：{reason}（第 {column} 列）"),
                format!("not a labelled query: {reason} (column {column})"),
            ),
            BadLineCause::Question(invalid) => invalid.message(locale),
            BadLineCause::Grade(grade) => locale.pick(
                format!("没有 {grade} 这个等级"),
                format!("there is no grade {grade}"),
            ),
            BadLineCause::EmptyLabel => locale.pick(
                "relevant 里有一项没有指明条目".to_owned(),
                "a label in relevant names no entry".to_owned(),
            ),
            BadLineCause::Duplicate { first } => locale.pick(
                format!("与第 {first} 行的 id 相同（没有 id 时比较 query）"),
                format!("has the id of line {first} (without an id, the query counts as one)"),
            ),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let (zh, en) = match &self.cause {
            BadLineCause::NotUtf8 => (
                "先转换编码，例如：iconv -f GB18030 -t UTF-8",
                "convert it first, for example: iconv -f GB18030 -t UTF-8",
            ),
            BadLineCause::NotAQuery { .. } => (
                "每行一个对象：{\"query\":\"…\",\"relevant\":[{\"path\":\"…\",\"question\":\"…\"}]}；FAQ 不回答的，relevant 写 []",
                "one object a line: {\"query\":\"…\",\"relevant\":[{\"path\":\"…\",\"question\":\"…\"}]}; relevant is [] where the FAQ has no answer",
            ),
            BadLineCause::Question(invalid) => return invalid.hint(locale),
            BadLineCause::Grade(_) => (
                "2 表示完整回答，1 表示部分回答",
                "2 answers fully, 1 partly",
            ),
            BadLineCause::EmptyLabel => (
                "写上 path 和 question，或者 id",
                "give path and question, or an id",
            ),
            BadLineCause::Duplicate { .. } => {
                ("每一行用不同的 id", "give each line an id of its own")
            }
        };
        Some(locale.pick(zh, en).to_owned())
    }
}

impl Localized for Moved {
    fn message(&self, locale: Locale) -> String {
        let name = self.label.name();
        let left_out = match self.counts {
            true => "",
            false => locale.pick("，这条问题不计入", ", so the query does not count"),
        };
        match self.below {
            0 => locale.pick(
                format!("索引里没有 {name}{left_out}"),
                format!("the index has no {name}{left_out}"),
            ),
            below => locale.pick(
                format!("{name} 不是条目，而是标题，下面有 {below} 条{left_out}"),
                format!("{name} is no entry, but a heading with {below} below it{left_out}"),
            ),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let hint = locale.pick(
            "条目可能改了名、换了文件或被删除：改正标注，或检查 --corpus",
            "the entry may have been renamed, moved or removed: correct the label, or check --corpus",
        );
        Some(hint.to_owned())
    }
}

impl Label {
    /// The entry as the label names it.
    fn name(&self) -> String {
        let question = self.question.as_deref().unwrap_or_default();
        match (&self.id, &self.path) {
            (Some(id), _) => format!("#{id}"),
            (None, Some(path)) => format!("{path} “{question}”"),
            (None, None) => format!("“{question}”"),
        }
    }
}

#[cfg(test)]
mod tests;
