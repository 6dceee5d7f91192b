//! Why a measurement does not take place.

use std::io;
use std::path::PathBuf;

use jida::eval::report::Report;
use jida::locale::{Locale, Localized};

/// Why a measurement does not take place.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message(Locale::En))]
pub(super) enum EvalError {
    /// The queries can't be read.
    Unreadable {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    /// A saved result can't be read.
    NothingSaved {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    /// What was to be compared with is no saved result.
    NotSaved {
        path: PathBuf,
        #[source]
        cause: serde_json::Error,
    },
    /// Some lines are no labelled queries; each has been told.
    BadLines { path: PathBuf, count: usize },
    /// There is nothing to ask.
    NoQueries(PathBuf),
    /// A folder to fit to has no queries.
    NotLabelled(PathBuf),
    /// No query has a right entry among its candidates.
    NothingToFit,
    /// Questions or answers have no vectors.
    NoVectors,
    /// A file to be written can't be.
    Unwritable {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
}

impl Localized for EvalError {
    fn message(&self, locale: Locale) -> String {
        match self {
            EvalError::NotSaved { path, .. } => locale.pick(
                format!("{} 不是保存的结果", path.display()),
                format!("{} is no saved result", path.display()),
            ),
            EvalError::Unreadable { path, .. } | EvalError::NothingSaved { path, .. } => locale
                .pick(
                    format!("读不了 {}", path.display()),
                    format!("can't read {}", path.display()),
                ),
            EvalError::BadLines { path, count: 1 } => locale.pick(
                format!("{} 有 1 行不能用，没有评测", path.display()),
                format!(
                    "a line of {} can't be used, nothing was measured",
                    path.display()
                ),
            ),
            EvalError::BadLines { path, count } => locale.pick(
                format!("{} 有 {count} 行不能用，没有评测", path.display()),
                format!(
                    "{count} lines of {} can't be used, nothing was measured",
                    path.display()
                ),
            ),
            EvalError::NoQueries(path) => locale.pick(
                format!("{} 里没有问题", path.display()),
                format!("{} holds no query", path.display()),
            ),
            EvalError::NotLabelled(folder) => locale.pick(
                format!("{} 里没有 queries.jsonl", folder.display()),
                format!("there is no queries.jsonl in {}", folder.display()),
            ),
            EvalError::NothingToFit => locale
                .pick(
                    "没有一个提问找到了正确的条目，无从拟合",
                    "no query found a right entry, there is nothing to fit to",
                )
                .to_owned(),
            EvalError::NoVectors => locale
                .pick(
                    "没有问题和答案的向量，拟合不全",
                    "without vectors of questions and answers the fit is not whole",
                )
                .to_owned(),
            EvalError::Unwritable { path, .. } => locale.pick(
                format!("写不了 {}", path.display()),
                format!("can't write {}", path.display()),
            ),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let (zh, en) = match self {
            EvalError::Unreadable { .. } => (
                "指定一个 .jsonl 文件，每行一个标注过的问题",
                "name a .jsonl file with a labelled query on each line",
            ),
            EvalError::NothingSaved { .. } | EvalError::NotSaved { .. } => {
                ("先用 --save 保存一次", "save one first with --save")
            }
            EvalError::BadLines { .. } => {
                ("改正这些行，或删掉", "correct these lines or remove them")
            }
            EvalError::NoQueries(_) => (
                "每行写一个对象：{\"query\":\"…\",\"relevant\":[{\"path\":\"…\",\"question\":\"…\"}]}",
                "write one object a line: {\"query\":\"…\",\"relevant\":[{\"path\":\"…\",\"question\":\"…\"}]}",
            ),
            EvalError::NotLabelled(_) => (
                "把标注过的问题放进每个目录的 queries.jsonl",
                "put labelled queries into queries.jsonl in each folder",
            ),
            EvalError::NothingToFit => (
                "给问题标注 relevant，再拟合",
                "label queries with what is relevant, then fit again",
            ),
            EvalError::NoVectors => (
                "检查 encoder 配置，或用 --encoder built-in",
                "check the encoder's settings, or use --encoder built-in",
            ),
            EvalError::Unwritable { .. } => (
                "检查目录是否存在、能否写入",
                "check that the folder exists and can be written to",
            ),
        };
        Some(locale.pick(zh, en).to_owned())
    }
}

/// Questions that do not find their own entry first.
#[derive(Debug)]
pub(super) struct NotFirst {
    /// How many.
    pub(super) count: usize,
}

impl NotFirst {
    pub(super) fn of(report: &Report) -> NotFirst {
        let missed = report.results.iter().filter(|judged| judged.in_scope);
        NotFirst {
            count: missed.filter(|judged| judged.rank != Some(1)).count(),
        }
    }
}

impl Localized for NotFirst {
    fn message(&self, locale: Locale) -> String {
        let count = self.count;
        locale.pick(
            format!("{count} 个问题原样提问，第一条不是它自己"),
            match count {
                1 => "a question as it is written does not find itself first".to_owned(),
                _ => format!("{count} questions as they are written do not find themselves first"),
            },
        )
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let hint = locale.pick("用 --misses 列出它们", "list them with --misses");
        Some(hint.to_owned())
    }
}
