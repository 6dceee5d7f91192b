//! Why a configuration can't be used: where, what, and what to write instead.

use std::fmt;
use std::path::PathBuf;

use jida::locale::{Locale, Localized};

use super::value::Expected;

/// Where a value was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// In the file.
    File(Place),
    /// In this variable.
    Variable(&'static str),
    /// With this flag.
    Flag(&'static str),
}

impl Origin {
    /// Which wins over which.
    pub(super) fn strength(&self) -> u8 {
        match self {
            Origin::File(_) => 1,
            Origin::Variable(_) => 2,
            Origin::Flag(_) => 3,
        }
    }
}

/// A point in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file, as named.
    pub(super) path: PathBuf,
    /// From 1.
    pub(super) line: usize,
    /// In characters, from 1.
    pub(super) column: usize,
}

/// Why a configuration can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message(Locale::En))]
pub(crate) enum ConfigError {
    /// The named file can't be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not TOML.
    Syntax {
        /// Where.
        place: Place,
        /// The parser's words.
        message: String,
    },
    /// There is no such setting.
    UnknownKey {
        /// Where.
        place: Place,
        /// Its path.
        key: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
        /// What may stand there.
        allowed: Vec<&'static str>,
    },
    /// A table was left out or written as a value.
    NotATable {
        /// Where.
        place: Place,
        /// Its path.
        key: String,
        /// What may stand in it.
        allowed: Vec<&'static str>,
    },
    /// A setting that exists, with a value that it can't take.
    BadValue {
        /// Where.
        origin: Origin,
        /// Its path.
        key: String,
        /// The value.
        given: String,
        /// What it can take.
        expected: Box<Expected>,
    },
    /// An endpoint is to encode, and nothing says where it is.
    NoUrl {
        /// Where it was chosen.
        origin: Origin,
        /// Its kind.
        kind: &'static str,
    },
    /// A name that can't be a folder's.
    BadName {
        /// Where.
        place: Place,
        /// The name.
        name: String,
    },
    /// One of several knowledge bases says nothing about its files.
    BaseWithoutCorpus {
        /// Where.
        place: Place,
        /// Its name.
        name: String,
    },
    /// A key of callers that says all but itself.
    KeyWithoutKey {
        /// Where.
        place: Place,
        /// Its name.
        name: String,
    },
    /// Both one folder and several.
    CorpusAndBases,
    /// None of the knowledge bases has the chosen name.
    UnknownBase {
        /// The chosen one.
        name: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// Only one of the two thresholds is set.
    HalfThresholds,
    /// Asking back would need more confidence than answering.
    ThresholdsCrossed,
}

impl Localized for ConfigError {
    fn message(&self, locale: Locale) -> String {
        match self {
            ConfigError::Unreadable { path, .. } => {
                let path = path.display();
                locale.pick(
                    format!("读不了配置文件 {path}"),
                    format!("can't read the configuration file {path}"),
                )
            }
            ConfigError::Syntax { place, message } => locale.pick(
                format!("{place}: 不是合法的 TOML：{message}"),
                format!("{place}: not valid TOML: {message}"),
            ),
            ConfigError::UnknownKey { place, key, .. } => locale.pick(
                format!("{place}: 没有 `{key}` 这一项"),
                format!("{place}: unknown key `{key}`"),
            ),
            ConfigError::NotATable { place, key, .. } => locale.pick(
                format!("{place}: `{key}` 应为一个表"),
                format!("{place}: `{key}` must be a table"),
            ),
            ConfigError::BadValue {
                origin,
                key,
                given,
                expected,
            } => {
                // Of a list only what is wrong is named.
                let what = match expected.item() {
                    Some(item) => {
                        locale.pick(format!("不能含有 {item}"), format!("can't hold {item}"))
                    }
                    None => locale.pick(format!("不能是 {given}"), format!("can't be {given}")),
                };
                match origin {
                    Origin::File(place) => format!("{place}: `{key}` {what}"),
                    Origin::Variable(name) => locale.pick(
                        format!("环境变量 {name} {what}"),
                        format!("the variable {name} {what}"),
                    ),
                    Origin::Flag(flag) => format!("{flag} {what}"),
                }
            }
            ConfigError::NoUrl { origin, kind } => {
                let chosen = match origin {
                    Origin::File(place) => format!("{place}: `encoder.kind = {kind:?}`"),
                    Origin::Variable(name) => format!("{name}={kind}"),
                    Origin::Flag(flag) => format!("{flag} {kind}"),
                };
                locale.pick(
                    format!("{chosen} 需要 `encoder.url`"),
                    format!("{chosen} needs `encoder.url`"),
                )
            }
            ConfigError::BadName { place, name } => locale.pick(
                format!("{place}: 不能用“{name}”作名字"),
                format!("{place}: nothing can be called “{name}”"),
            ),
            ConfigError::KeyWithoutKey { place, name } => locale.pick(
                format!("{place}: 密钥“{name}”没有写 key"),
                format!("{place}: the key “{name}” has no `key`"),
            ),
            ConfigError::BaseWithoutCorpus { place, name } => locale.pick(
                format!("{place}: 知识库“{name}”没有写 corpus"),
                format!("{place}: the knowledge base “{name}” has no `corpus`"),
            ),
            ConfigError::CorpusAndBases => locale
                .pick(
                    "corpus 和 knowledge_bases 不能都设",
                    "`corpus` and `knowledge_bases` are both set",
                )
                .to_owned(),
            ConfigError::UnknownBase { name, .. } => locale.pick(
                format!("没有知识库“{name}”"),
                format!("there is no knowledge base “{name}”"),
            ),
            ConfigError::HalfThresholds => locale
                .pick(
                    "search.thresholds 只设了 answer 和 clarify 中的一个",
                    "search.thresholds has only one of answer and clarify",
                )
                .to_owned(),
            ConfigError::ThresholdsCrossed => locale
                .pick(
                    "search.thresholds.clarify 大于 search.thresholds.answer",
                    "search.thresholds.clarify is greater than search.thresholds.answer",
                )
                .to_owned(),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        Some(match self {
            ConfigError::Unreadable { .. } => locale
                .pick(
                    "用 --config 指定一个可读的文件，或者去掉它，使用当前目录的 jida.toml",
                    "name a readable file with --config, or leave it out to use jida.toml in the working directory",
                )
                .to_owned(),
            ConfigError::Syntax { .. } => locale
                .pick("写法见 jida.example.toml", "see jida.example.toml for the syntax")
                .to_owned(),
            ConfigError::UnknownKey {
                nearest: Some(nearest),
                ..
            } => locale.pick(
                format!("是不是 `{nearest}`？"),
                format!("did you mean `{nearest}`?"),
            ),
            ConfigError::UnknownKey { allowed, .. } | ConfigError::NotATable { allowed, .. } => {
                locale.pick(
                    format!("这里可以写：{}", allowed.join("、")),
                    format!("allowed here: {}", allowed.join(", ")),
                )
            }
            ConfigError::BadValue { expected, .. } => expected.text(locale).to_owned(),
            ConfigError::NoUrl { .. } => locale
                .pick(
                    "在 [encoder] 下写 url = \"http://主机:端口\"，或设置环境变量 JIDA_ENCODER_URL",
                    "write url = \"http://host:port\" below [encoder], or set the variable JIDA_ENCODER_URL",
                )
                .to_owned(),
            ConfigError::BadName { .. } => locale
                .pick(
                    "名字由 1 到 64 个字母、汉字、数字、- 和 _ 组成",
                    "a name has 1 to 64 letters, digits, - and _",
                )
                .to_owned(),
            ConfigError::BaseWithoutCorpus { name, .. } => locale.pick(
                format!("写上它的 Markdown 目录：corpus = \"faq/{name}\""),
                format!("name the folder of its Markdown files: corpus = \"faq/{name}\""),
            ),
            ConfigError::KeyWithoutKey { .. } => locale
                .pick(
                    "写上 key = \"…\"：由可见的 ASCII 字符组成，别人猜不到，例如 `openssl rand -hex 16` 的输出",
                    "write key = \"…\": visible ASCII characters that nobody guesses, such as the output of `openssl rand -hex 16`",
                )
                .to_owned(),
            ConfigError::CorpusAndBases => locale
                .pick(
                    "只有一个知识库就用 corpus，有几个就用 knowledge_bases，删去另一个；也看看环境变量 JIDA_CORPUS",
                    "use `corpus` for one, `knowledge_bases` for several, and remove the other; look at the variable JIDA_CORPUS, too",
                )
                .to_owned(),
            ConfigError::UnknownBase { known, .. } => locale.pick(
                format!("设置里的知识库有“{}”", known.join("”“")),
                format!("the settings name “{}”", known.join("”, “")),
            ),
            ConfigError::HalfThresholds => locale
                .pick("两个都设，或者都不设", "set both or neither")
                .to_owned(),
            ConfigError::ThresholdsCrossed => locale
                .pick("让 clarify 不大于 answer", "keep clarify at or below answer")
                .to_owned(),
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path.display(), self.line, self.column)
    }
}

/// The known name that `typed` was probably meant to be: at most a third of it differs.
pub(crate) fn nearest(
    typed: &str,
    known: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    known
        .map(|name| (edits(typed, name), name))
        .filter(|&(edits, name)| edits * 3 <= name.chars().count())
        .min()
        .map(|(_, name)| name)
}

/// How many characters must be changed, added or removed to turn one text into the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}
