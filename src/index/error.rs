//! Why an index can't be built or opened, named by what the caller can do about it.

use std::io;
use std::path::{Path, PathBuf};

use crate::index::opensearch::ClusterError;
use crate::locale::{Locale, Localized};
use crate::semantic::EncodeError;

/// What can go wrong between a corpus and an opened index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Nothing has been built here.
    #[error("there is no index in {}", path.display())]
    Missing {
        /// The index directory.
        path: PathBuf,
    },
    /// Another version of jida wrote it.
    #[error("the index {} has format {found}, this jida reads format {expected}", path.display())]
    Format {
        /// The manifest.
        path: PathBuf,
        /// Format number in the manifest.
        found: u32,
        /// Format number of this program.
        expected: u32,
    },
    /// It was built under other rules of text analysis.
    #[error("the index {} was built with text analysis {found}, this jida has {expected}", path.display())]
    Analyzer {
        /// The manifest.
        path: PathBuf,
        /// Fingerprint in the manifest.
        found: String,
        /// Fingerprint of this program.
        expected: String,
    },
    /// It was built with another encoder, or with none.
    #[error("the index {} was built with the encoder {found}, now it is {expected}", path.display())]
    Encoder {
        /// The manifest.
        path: PathBuf,
        /// Fingerprint in the manifest.
        found: String,
        /// Fingerprint of the encoder in use.
        expected: String,
    },
    /// The encoder failed while questions were being encoded.
    #[error("cannot encode the questions: {0}")]
    Encode(EncodeError),
    /// A file is missing, cut short or not what the manifest says.
    #[error("the index is damaged at {}: {}", path.display(), damage.message(Locale::En))]
    Damaged {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        damage: Damage,
    },
    /// No generation has this name.
    #[error("there is no generation {name} in {}", path.display())]
    NoSuchGeneration {
        /// The index directory.
        path: PathBuf,
        /// As it was asked for.
        name: String,
    },
    /// The generation that serves is the oldest.
    #[error("there is no generation before {name} in {}", path.display())]
    NothingBefore {
        /// The index directory.
        path: PathBuf,
        /// The generation that serves.
        name: String,
    },
    /// Another process is building in the same directory.
    #[error("another build is running in {}", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// The file system refused to read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file system refused to write: no right, no space, no folder.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The cluster that holds the index can't be asked, or refuses.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The engine failed in a way that no user caused.
    #[error("the search engine failed: {0}")]
    Engine(String),
}

/// What is wrong with a file or folder of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// It is not there.
    Missing,
    /// It is longer or shorter than it was written.
    Length {
        /// Its length in bytes.
        found: u64,
        /// The length that it was written with.
        expected: u64,
    },
    /// Its bytes are not those that were written.
    Content,
    /// It names no generation.
    Pointer,
    /// The generation that should serve is not there.
    NoGeneration,
    /// It made the engine fail.
    Unreadable,
    /// Something else, in English.
    Other(String),
}

impl Localized for Damage {
    fn message(&self, locale: Locale) -> String {
        let (zh, en) = match self {
            Damage::Missing => ("文件不见了", "the file is missing"),
            Damage::Length { found, expected } => {
                return locale.pick(
                    format!("{found} 字节，应为 {expected} 字节"),
                    format!("{found} bytes instead of {expected}"),
                );
            }
            Damage::Content => (
                "内容与写入时不同",
                "it does not hold what was written to it",
            ),
            Damage::Pointer => ("不是索引版本的名字", "not a generation's name"),
            Damage::NoGeneration => ("索引版本不见了", "the generation is missing"),
            Damage::Unreadable => ("内容读不出来", "its content makes no sense"),
            Damage::Other(reason) => return reason.clone(),
        };
        locale.pick(zh, en).to_owned()
    }

    fn hint(&self, _: Locale) -> Option<String> {
        None
    }
}

impl IndexError {
    pub(super) fn read(path: &Path) -> impl FnOnce(io::Error) -> IndexError + '_ {
        |source| IndexError::Read {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn write(path: &Path) -> impl FnOnce(io::Error) -> IndexError + '_ {
        |source| IndexError::Write {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn damaged(path: &Path, reason: impl ToString) -> IndexError {
        IndexError::damage(path, Damage::Other(reason.to_string()))
    }

    pub(super) fn damage(path: &Path, damage: Damage) -> IndexError {
        IndexError::Damaged {
            path: path.to_owned(),
            damage,
        }
    }

    /// The same of files that are copies: told with where they come from.
    pub(super) fn moved(mut self, from: &Path, to: &Path) -> IndexError {
        if let IndexError::Format { path, .. } | IndexError::Damaged { path, .. } = &mut self
            && let Ok(name) = path.strip_prefix(from)
        {
            *path = to.join(name);
        }
        self
    }

    /// Whether building the index anew cures it.
    pub fn cured_by_rebuild(&self) -> bool {
        matches!(
            self,
            IndexError::Missing { .. }
                | IndexError::Format { .. }
                | IndexError::Analyzer { .. }
                | IndexError::Encoder { .. }
                | IndexError::Damaged { .. }
        )
    }
}

impl IndexError {
    /// Whether the same may succeed a moment later: a cluster is out of reach, or has too much to do.
    pub fn is_passing(&self) -> bool {
        matches!(self, IndexError::Cluster(error) if error.is_passing())
    }
}

impl Localized for IndexError {
    fn message(&self, locale: Locale) -> String {
        if locale == Locale::En {
            return self.to_string();
        }
        match self {
            IndexError::Missing { path } => format!("{} 里没有索引", path.display()),
            IndexError::Format {
                path,
                found,
                expected,
            } => {
                format!(
                    "索引 {} 的格式是 {found}，这个 jida 读格式 {expected}",
                    path.display()
                )
            }
            IndexError::Analyzer {
                path,
                found,
                expected,
            } => format!(
                "索引 {} 用的文本分析是 {found}，这个 jida 的是 {expected}",
                path.display()
            ),
            IndexError::Encoder {
                path,
                found,
                expected,
            } => format!(
                "索引 {} 用的编码器是 {found}，现在用的是 {expected}",
                path.display()
            ),
            IndexError::Encode(error) => format!("无法为问题编码：{}", error.message(locale)),
            IndexError::Damaged { path, damage } => {
                format!(
                    "索引已损坏：{}（{}）",
                    path.display(),
                    damage.message(locale)
                )
            }
            IndexError::NoSuchGeneration { path, name } => {
                format!("{} 里没有索引版本 {name}", path.display())
            }
            IndexError::NothingBefore { path, name } => {
                format!("{} 里没有比 {name} 更早的索引版本", path.display())
            }
            IndexError::Locked { path } => format!("{} 里正有另一个构建在运行", path.display()),
            IndexError::Read { path, source } => format!("读不了 {}：{source}", path.display()),
            IndexError::Write { path, source } => format!("写不了 {}：{source}", path.display()),
            IndexError::Cluster(error) => error.message(locale),
            IndexError::Engine(reason) => format!("搜索引擎出错：{reason}"),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let hint = match self {
            IndexError::Missing { .. } => {
                locale.pick("先运行 `jida index` 建立索引", "run `jida index` to build it")
            }
            IndexError::Encode(error) => return error.hint(locale),
            IndexError::Cluster(error) => return error.hint(locale),
            IndexError::Format { .. } | IndexError::Analyzer { .. } | IndexError::Encoder { .. } => {
                locale.pick("运行 `jida index` 重建索引", "run `jida index` to rebuild it")
            }
            IndexError::Damaged { .. } => locale.pick(
                "运行 `jida index` 重建索引，或用 `jida rollback` 退回上一个版本",
                "run `jida index` to rebuild it, or `jida rollback` to go back to the generation before",
            ),
            IndexError::NoSuchGeneration { .. } => locale.pick(
                "用 `jida rollback --list` 看有哪些版本",
                "see `jida rollback --list` for those that there are",
            ),
            IndexError::NothingBefore { .. } => locale.pick(
                "改好语料后运行 `jida index`",
                "mend the corpus, then run `jida index`",
            ),
            IndexError::Locked { .. } => {
                locale.pick("等它结束后再试", "wait until it has finished, then try again")
            }
            IndexError::Read { .. } => locale
                .pick("检查路径和读权限", "check that the path exists and may be read"),
            IndexError::Write { source, .. } => match source.kind() {
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::FileTooLarge => locale.pick(
                    "腾出磁盘空间后再运行，或用 `--index` 换一个目录；原有索引不受影响",
                    "make room on the disk and run it again, or choose another folder with `--index`; what was there is as it was",
                ),
                io::ErrorKind::NotFound => locale.pick(
                    "目录在写入时被移走了：再运行一次",
                    "the folder was taken away while it was written to: run it again",
                ),
                _ => locale.pick(
                    "检查目录的写权限和磁盘空间，或用 `--index` 换一个目录",
                    "check the directory's permissions and the free space, or choose another with `--index`",
                ),
            },
            IndexError::Engine(_) => return None,
        };
        Some(hint.to_owned())
    }
}
