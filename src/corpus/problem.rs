//! What is odd in a corpus: reported with file, line and next step, while the rest is indexed.

use std::fmt;

use serde::Serialize;

use crate::locale::{Locale, Localized};

/// One oddity and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Relative to the knowledge base's folder, with `/` between parts; empty for the folder itself.
    pub file: String,
    /// From 1; `None` when the whole file is meant.
    pub line: Option<u32>,
    /// What is odd.
    pub kind: ProblemKind,
}

/// The oddities, named by what an author can do about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ProblemKind {
    /// A question with nothing below it. It is still indexed.
    EmptyAnswer {
        /// The question.
        question: String,
    },
    /// The same question stands earlier in the file. Both are indexed.
    DuplicateQuestion {
        /// The question.
        question: String,
        /// Where it stands first.
        first_line: u32,
    },
    /// Another entry took this explicit id before.
    DuplicateId {
        /// The id as written.
        id: String,
        /// The id that is used instead.
        used: String,
    },
    /// The front matter is no YAML; the file is read without it.
    BadFrontMatter {
        /// What the YAML parser says.
        reason: String,
    },
    /// A key that means nothing to us.
    UnknownKey {
        /// The key.
        key: String,
    },
    /// A known key with a value that makes no sense.
    BadValue {
        /// The key.
        key: String,
    },
    /// A question to welcome readers with that no entry asks.
    UnknownWelcome {
        /// As written.
        text: String,
    },
    /// An id of a related question that no entry has.
    UnknownRelated {
        /// The id as written.
        id: String,
    },
    /// A question with its answer that stands in another question's answer. It stays there.
    QuestionInAnswer {
        /// The line.
        text: String,
        /// The question whose answer it is part of.
        question: String,
    },
    /// Other phrasings for a whole file that holds several questions.
    VariantsForMany,
    /// A `jida:` comment that stands below no question.
    StrayComment,
    /// Someone left a merge unfinished; both sides are indexed.
    MergeConflict,
    /// Bytes that are neither UTF-8 nor GB18030.
    Undecodable,
    /// NUL bytes in the text.
    NulBytes,
    /// Larger than the limit: left out.
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// A link to nothing: left out.
    BrokenSymlink,
    /// A link to a folder around it: left out.
    SymlinkLoop,
    /// A link to something outside of the corpus folder: left out.
    SymlinkLeaves,
    /// Its name begins with a dot: left out.
    Hidden,
    /// The system does not let us read it: left out.
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// `###text`: no heading without the space.
    HeadingWithoutSpace {
        /// The line.
        text: String,
    },
    /// A code fence that never closes, with headings behind it.
    UnclosedFence,
    /// No question found; the file is indexed under its name.
    NoQuestion,
    /// The file holds no text at all.
    EmptyFile,
    /// A text file in `lexicon` whose name means nothing to us: not read.
    UnknownWordList,
    /// A line of synonyms with a single word.
    LoneSynonym {
        /// The word.
        word: String,
    },
    /// A line of a word list that holds no word, or far too long a one: left out.
    BadWord {
        /// The line's beginning.
        text: String,
    },
}

impl ProblemKind {
    /// What happened: Chinese, English.
    fn message(&self) -> (String, String) {
        let same = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        match self {
            Self::EmptyAnswer { question } => (
                format!("「{question}」没有答案"),
                format!("“{question}” has no answer"),
            ),
            Self::DuplicateQuestion {
                question,
                first_line,
            } => (
                format!("「{question}」在第 {first_line} 行已经出现过"),
                format!("“{question}” already stands on line {first_line}"),
            ),
            Self::DuplicateId { id, used } => (
                format!("编号 {id} 已被前面的问题占用，这里改用 {used}"),
                format!("the id {id} is taken by an earlier question; using {used}"),
            ),
            Self::BadFrontMatter { reason } => (
                format!("文件头不是合法的 YAML：{reason}"),
                format!("the front matter is no valid YAML: {reason}"),
            ),
            Self::UnknownKey { key } => (
                format!("不认识的设置 {key}"),
                format!("unknown setting {key}"),
            ),
            Self::BadValue { key } => (
                format!("设置 {key} 的值无效"),
                format!("the value of {key} makes no sense"),
            ),
            Self::UnknownWelcome { text } => (
                format!("欢迎问题「{text}」不在语料里，已略过"),
                format!("no entry asks “{text}”, which readers are to be welcomed with; left out"),
            ),
            Self::UnknownRelated { id } => (
                format!("没有编号为 {id} 的相关问题，已略过"),
                format!("no entry has the id {id} of a related question; left out"),
            ),
            Self::QuestionInAnswer { text, question } => (
                format!("「{text}」算作「{question}」答案的一部分"),
                format!("“{text}” is read as part of the answer to “{question}”"),
            ),
            Self::VariantsForMany => same(
                "文件头里有相似问，但文件里不止一个问题",
                "variants for the whole file, which holds several questions",
            ),
            Self::StrayComment => same(
                "这条 jida 注释不属于任何问题",
                "this jida comment belongs to no question",
            ),
            Self::MergeConflict => same("残留的合并冲突标记", "left-over merge conflict markers"),
            Self::Undecodable => same(
                "有字节既不是 UTF-8 也不是 GB18030",
                "some bytes are neither UTF-8 nor GB18030",
            ),
            Self::NulBytes => same("文本里有 NUL 字节", "NUL bytes in the text"),
            Self::TooLarge { bytes, limit } => (
                format!("文件有 {bytes} 字节，超过上限 {limit}，未收录"),
                format!("left out: {bytes} bytes, the limit is {limit}"),
            ),
            Self::BrokenSymlink => same(
                "符号链接指向不存在的文件，未收录",
                "left out: the symbolic link leads nowhere",
            ),
            Self::SymlinkLoop => same(
                "符号链接形成了环，未收录",
                "left out: the symbolic link leads to a folder around it",
            ),
            Self::SymlinkLeaves => same(
                "符号链接指向语料目录之外，未收录",
                "left out: the symbolic link leads out of the corpus folder",
            ),
            Self::Hidden => same(
                "文件名以点开头，视为隐藏文件，未收录",
                "left out: a name that begins with a dot is hidden",
            ),
            Self::Unreadable { reason } => (
                format!("无法读取，未收录：{reason}"),
                format!("left out, can't be read: {reason}"),
            ),
            Self::HeadingWithoutSpace { text } => (
                format!("「{text}」看起来像标题，但 # 后面缺少空格"),
                format!("“{text}” looks like a heading but lacks the space after #"),
            ),
            Self::UnclosedFence => same(
                "代码块没有结束，后面的标题被吞掉了",
                "a code fence never closes and swallows the headings behind it",
            ),
            Self::NoQuestion => same(
                "没有找到问题，以文件名收录",
                "no question found; indexed under the file's name",
            ),
            Self::EmptyFile => same("文件是空的", "the file is empty"),
            Self::UnknownWordList => same("不认识的词表，未读取", "an unknown word list, not read"),
            Self::LoneSynonym { word } => (
                format!("「{word}」没有同义词"),
                format!("“{word}” has no synonym"),
            ),
            Self::BadWord { text } => (
                format!("「{text}」不是词，未收录"),
                format!("left out: “{text}” is no word"),
            ),
        }
    }

    /// What to do: Chinese, English.
    fn hint(&self) -> (&'static str, &'static str) {
        match self {
            Self::EmptyAnswer { .. } => ("在问题下面写上答案", "write the answer below it"),
            Self::DuplicateQuestion { .. } => (
                "合并两处答案，或把问题写得更具体",
                "merge the two, or say in each question what differs",
            ),
            Self::DuplicateId { .. } => (
                "换一个全库唯一的编号",
                "choose an id that is unique in the corpus",
            ),
            Self::BadFrontMatter { .. } => ("修正这一行的 YAML", "mend the YAML on this line"),
            Self::UnknownKey { .. } => (
                "可用：相似问、tags、related、id、url、title、category、question_level、welcome",
                "known: variants, tags, related, id, url, title, category, question_level, welcome",
            ),
            Self::BadValue { .. } => (
                "question_level 取 1 到 6；id 只含字母、数字、- _ . :",
                "question_level is 1 to 6; an id has letters, digits, - _ . : only",
            ),
            Self::UnknownWelcome { .. } => (
                "照抄问题的标题，或写 \"#编号\"（带引号）",
                "write the question as its heading does, or \"#id\" in quotes",
            ),
            Self::UnknownRelated { .. } => (
                "改成某个问题的编号（{#编号}）",
                "write an id that a question has, as `{#id}`",
            ),
            Self::QuestionInAnswer { .. } => (
                "如果是另一个问题，给它一个同级标题；如果本来就属于这个答案，不必理会",
                "if it is another question, give it a heading of the same level; if it belongs there, leave it",
            ),
            Self::VariantsForMany => (
                "把相似问写在各个问题下面的 jida 注释里",
                "put variants into a jida comment below each question",
            ),
            Self::StrayComment => (
                "把注释移到问题标题下面",
                "move the comment below a question's heading",
            ),
            Self::MergeConflict => (
                "解决冲突并删除标记",
                "resolve the conflict and delete the markers",
            ),
            Self::Undecodable => ("把文件另存为 UTF-8", "save the file as UTF-8"),
            Self::NulBytes => (
                "删除这些字节，或确认文件不是二进制",
                "delete them, or check that the file is no binary",
            ),
            Self::TooLarge { .. } => ("把文件拆小", "split the file"),
            Self::BrokenSymlink | Self::SymlinkLoop => {
                ("修正或删除这个链接", "mend or delete the link")
            }
            Self::SymlinkLeaves => (
                "把文件复制到语料目录里",
                "copy the file into the corpus folder",
            ),
            Self::Hidden => ("去掉文件名开头的点", "rename it without the dot"),
            Self::Unreadable { .. } => ("检查文件权限", "check the file's permissions"),
            Self::HeadingWithoutSpace { .. } => ("在 # 后面加一个空格", "add a space after #"),
            Self::UnclosedFence => (
                "在代码末尾补上结束标记",
                "close the fence where the code ends",
            ),
            Self::NoQuestion => (
                "用「### 问题」写出问题，或用问题给文件命名",
                "write questions as `### question`, or name the file by its question",
            ),
            Self::EmptyFile => ("写上内容或删除文件", "write something into it or delete it"),
            Self::UnknownWordList => (
                "改名为 words.txt 或 synonyms.txt",
                "name it words.txt or synonyms.txt",
            ),
            Self::LoneSynonym { .. } => (
                "同一行写两个以上的词，用空格或逗号隔开",
                "write two words or more on a line, with spaces or commas between them",
            ),
            Self::BadWord { .. } => (
                "每个词不超过 40 个字，且含有字母、数字或汉字",
                "a word has at most 40 characters, a letter, digit or ideograph among them",
            ),
        }
    }
}

impl Localized for Problem {
    fn message(&self, locale: Locale) -> String {
        let (zh, en) = self.kind.message();
        locale.pick(zh, en)
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let (zh, en) = self.kind.hint();
        Some(locale.pick(zh, en).to_owned())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message(Locale::En))
    }
}
