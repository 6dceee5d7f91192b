//! Why something can't be kept or read, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::ErrorCode;

use crate::locale::{Locale, Localized};

/// Why something can't be kept or read. Can be cloned: many may wait for one transaction.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", self.message(Locale::En))]
pub enum StoreError {
    /// The folder can't be made.
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: Arc<io::Error>,
    },
    /// There is no database.
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is broken, or no database at all.
    Damaged {
        /// Which.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// It is another program's database.
    Foreign {
        /// Which.
        path: PathBuf,
    },
    /// A newer version of jida wrote it.
    Newer {
        /// Which.
        path: PathBuf,
        /// The version of its shape.
        found: usize,
        /// The newest that this program knows.
        known: usize,
    },
    /// The system does not let us read or write it.
    Failed {
        /// Which.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// Too much waits to be written.
    Busy,
    /// The store is closed.
    Closed,
}

impl StoreError {
    pub(super) fn folder(path: &Path, source: io::Error) -> StoreError {
        StoreError::Folder {
            path: path.to_owned(),
            source: Arc::new(source),
        }
    }

    /// What an error of SQLite means.
    pub(super) fn of(path: &Path, error: rusqlite::Error) -> StoreError {
        let path = path.to_owned();
        let code = error.sqlite_error_code();
        let reason = error.to_string();
        match code {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Damaged { path, reason }
            }
            _ => StoreError::Failed { path, reason },
        }
    }
}

impl Localized for StoreError {
    fn message(&self, locale: Locale) -> String {
        let (zh, en) = match self {
            StoreError::Folder { path, .. } => {
                let path = path.display();
                (
                    format!("建不了数据目录 {path}"),
                    format!("can't make the data folder {path}"),
                )
            }
            StoreError::Missing { path } => {
                let path = path.display();
                (
                    format!("还没有收到过反馈：没有 {path}"),
                    format!("no feedback has been kept: there is no {path}"),
                )
            }
            StoreError::Damaged { path, reason } => {
                let path = path.display();
                (
                    format!("数据库 {path} 已损坏：{reason}"),
                    format!("the database {path} is damaged: {reason}"),
                )
            }
            StoreError::Foreign { path } => {
                let path = path.display();
                (
                    format!("{path} 是别的程序的数据库"),
                    format!("{path} is another program's database"),
                )
            }
            StoreError::Newer { path, found, known } => {
                let path = path.display();
                (
                    format!(
                        "数据库 {path} 由更新版本的 jida 写成（格式 {found}，这里只认到 {known}）"
                    ),
                    format!(
                        "the database {path} was written by a newer jida (format {found}, this one knows up to {known})"
                    ),
                )
            }
            StoreError::Failed { path, reason } => {
                let path = path.display();
                (
                    format!("无法读写数据库 {path}：{reason}"),
                    format!("can't read or write the database {path}: {reason}"),
                )
            }
            StoreError::Busy => (
                "等待写入的反馈过多".to_owned(),
                "too much feedback waits to be written".to_owned(),
            ),
            StoreError::Closed => (
                "数据库已经关闭".to_owned(),
                "the database is closed".to_owned(),
            ),
        };
        locale.pick(zh, en)
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let (zh, en) = match self {
            StoreError::Folder { .. } => (
                "用 --data 指定一个可写的目录".to_owned(),
                "name a folder that can be written with --data".to_owned(),
            ),
            StoreError::Missing { .. } => (
                "jida serve 收到反馈后才有；数据目录在别处时用 --data 指定".to_owned(),
                "jida serve makes it; if it lies elsewhere, name its folder with --data".to_owned(),
            ),
            StoreError::Damaged { path, .. } => {
                let path = path.display();
                (
                    format!(
                        "先移开它，会另建一个：mv {path} {path}.damaged；其中还能读的内容可用 sqlite3 的 .recover 取出"
                    ),
                    format!(
                        "move it away, and a new one is begun: mv {path} {path}.damaged; what can still be read in it, sqlite3's .recover gets out"
                    ),
                )
            }
            StoreError::Foreign { .. } => (
                "用 --data 指定另一个目录".to_owned(),
                "name another folder with --data".to_owned(),
            ),
            StoreError::Newer { .. } => (
                "换用较新的 jida，或用 --data 指定另一个目录".to_owned(),
                "use that version, or name another folder with --data".to_owned(),
            ),
            StoreError::Failed { .. } => (
                "检查文件与目录的权限、磁盘的剩余空间".to_owned(),
                "check the permissions of file and folder, and the disk's free space".to_owned(),
            ),
            StoreError::Busy => ("稍后重试".to_owned(), "try again in a moment".to_owned()),
            StoreError::Closed => return None,
        };
        Some(locale.pick(zh, en))
    }
}
