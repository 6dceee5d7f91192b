//! Why a command stops early, in words for a person.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use jida::index::IndexError;
use jida::locale::{Locale, Localized};

/// Why a command stops early.
#[derive(Debug)]
pub(super) enum Failure {
    /// Something to tell.
    Told(Box<dyn Told>),
    /// Whoever read our output has seen enough (`jida search … | head -1`). Not an error.
    PipeClosed,
}

/// An error with words in both languages.
pub(super) trait Told: Error + Localized + Send + Sync {}
impl<T: Error + Localized + Send + Sync> Told for T {}

impl<T: Told + 'static> From<T> for Failure {
    fn from(error: T) -> Failure {
        Failure::Told(Box::new(error))
    }
}

impl Failure {
    /// Whether another process is building.
    pub(super) fn is_locked(&self) -> bool {
        matches!(self.of_index(), Some(IndexError::Locked { .. }))
    }

    /// Whether it may pass of itself: a cluster that does not answer.
    pub(super) fn is_passing(&self) -> bool {
        self.of_index().is_some_and(IndexError::is_passing)
    }

    fn of_index(&self) -> Option<&IndexError> {
        let Failure::Told(error) = self else {
            return None;
        };
        let error: &(dyn Error + 'static) = error.as_ref();
        error.downcast_ref()
    }

    /// What writing to standard output came to.
    pub(super) fn from_output(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::PipeClosed,
            _ => CommandError::Output(error).into(),
        }
    }
}

/// The message and its causes on one line, lowercase and without a full stop; causes that the message
/// already quotes are left out.
pub(super) fn chain(error: &dyn Told, locale: Locale) -> String {
    let mut line = error.message(locale);
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !line.contains(&text) {
            line.push_str(locale.pick("：", ": "));
            line.push_str(&text);
        }
        cause = error.source();
    }
    line
}

/// What can go wrong in the command line itself.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message(Locale::En))]
pub(super) enum CommandError {
    /// Standard input can't be read.
    Input(#[source] io::Error),
    /// Standard input is not UTF-8.
    InputNotUtf8,
    /// `--jsonl` without `-`.
    LinesNeedInput,
    /// Standard output can't be written.
    Output(#[source] io::Error),
    /// The index was built from another state of the corpus.
    StaleIndex {
        /// Where the index is.
        index: PathBuf,
        /// What it should be of.
        corpus: PathBuf,
    },
    /// What the corpus holds was rolled back from.
    HeldBack {
        /// Where the index is.
        index: PathBuf,
        /// What it would be of.
        corpus: PathBuf,
    },
    /// No file is left of a corpus that answered before.
    EmptiedCorpus {
        /// Its folder.
        corpus: PathBuf,
    },
    /// The encoder could not be asked.
    EncoderFails,
    /// `--server` with a command that works on files here.
    ServerNotHere,
    /// No room for a throw-away index.
    Aside(#[source] io::Error),
    /// Neither a day nor a point in time.
    NoTime(String),
    /// The runtime for asynchronous work can't be started.
    Runtime(#[source] io::Error),
    /// Whoever should prepare the index is gone.
    KeeperGone,
    /// The service broke off.
    Serve(#[source] io::Error),
}

impl Localized for CommandError {
    fn message(&self, locale: Locale) -> String {
        let (zh, en) = match self {
            CommandError::StaleIndex { index, corpus } => {
                let (index, corpus) = (index.display(), corpus.display());
                return locale.pick(
                    format!("{index} 里的索引落后了：{corpus} 的内容后来有改动"),
                    format!("the index in {index} is behind: {corpus} holds something else by now"),
                );
            }
            CommandError::HeldBack { index, corpus } => {
                let (index, corpus) = (index.display(), corpus.display());
                return locale.pick(
                    format!("{index} 退回过：{corpus} 现在的内容已被撤下，由较早的索引版本作答"),
                    format!(
                        "{index} was rolled back: what {corpus} holds is held back, an earlier generation answers"
                    ),
                );
            }
            CommandError::EmptiedCorpus { corpus } => {
                let corpus = corpus.display();
                return locale.pick(
                    format!("{corpus} 空了；仍由之前的索引作答"),
                    format!("{corpus} is empty now; the index from before goes on answering"),
                );
            }
            CommandError::NoTime(text) => {
                return locale.pick(
                    format!("--since 不能是 {text:?}"),
                    format!("--since can't be {text:?}"),
                );
            }
            CommandError::Input(_) => ("读不了标准输入", "can't read standard input"),
            CommandError::InputNotUtf8 => {
                ("输入不是 UTF-8 编码", "the input is not encoded in UTF-8")
            }
            CommandError::LinesNeedInput => (
                "--jsonl 从标准输入读问题",
                "--jsonl reads the questions from standard input",
            ),
            CommandError::EncoderFails => (
                "编码服务没有应答，只按字词查找",
                "the encoder does not answer; searching by words alone",
            ),
            CommandError::ServerNotHere => (
                "这个命令处理本机的文件，不能用 --server",
                "this command works on files here and can't use --server",
            ),
            CommandError::Output(_) => ("写不了标准输出", "can't write to standard output"),
            CommandError::Aside(_) => ("建不了临时目录", "can't make a temporary folder"),
            CommandError::Runtime(_) => ("启动不了运行时", "can't start the runtime"),
            CommandError::KeeperGone => (
                "准备索引的线程意外退出",
                "the thread that prepares the index ended unexpectedly",
            ),
            CommandError::Serve(_) => ("服务中断", "the service broke off"),
        };
        locale.pick(zh, en).to_owned()
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let (zh, en) = match self {
            CommandError::InputNotUtf8 => (
                "先转换编码，例如：iconv -f GB18030 -t UTF-8",
                "convert it first, for example: iconv -f GB18030 -t UTF-8",
            ),
            CommandError::LinesNeedInput => (
                "用 - 代替问题，例如：jida ask --jsonl - < 问题.txt",
                "write - instead of the question, for example: jida ask --jsonl - < questions.txt",
            ),
            CommandError::NoTime(_) => (
                "写日期或时刻，例如 2026-11-01 或 2026-11-01T08:00:00+08:00",
                "give a day or a time, such as 2026-11-01 or 2026-11-01T08:00:00+08:00",
            ),
            CommandError::ServerNotHere => (
                "--server 用于 ask、search、explain 和交互提问",
                "--server is for ask, search, explain and the prompt",
            ),
            CommandError::EncoderFails => ("用 -v 查看原因", "-v tells why"),
            CommandError::StaleIndex { index, corpus } => {
                let command = format!(
                    "jida index {} --index {}",
                    corpus.display(),
                    index.display()
                );
                return Some(locale.pick(
                    format!("重新建索引：{command}"),
                    format!("build it again: {command}"),
                ));
            }
            CommandError::HeldBack { index, corpus } => {
                let command = format!(
                    "jida index {} --index {}",
                    corpus.display(),
                    index.display()
                );
                return Some(locale.pick(
                    format!("修改语料，或照样启用它：{command}"),
                    format!("change the corpus, or serve it all the same: {command}"),
                ));
            }
            _ => return None,
        };
        Some(locale.pick(zh, en).to_owned())
    }
}
