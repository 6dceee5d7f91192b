//! A folder of Markdown becomes entries with exact source spans, plus the problems met on the way.
//!
//! A file goes through these stages, each a file here: `walk` lists, `decode` makes text of bytes,
//! `markdown` and `bold` parse, `document` and `reader` make blocks and readable runs of Markdown,
//! `heading` makes a tree of the headings and `level` tells which of them are questions, `outline`, `shapes`
//! and `details` find all questions, `metadata` reads what the author says about them, `answer` cuts answers
//! and passages, `id` names the entries. `parse` conducts. `lexicon`
//! reads the owner's word lists.

mod answer;
mod bold;
mod coverage;
mod decode;
mod details;
mod document;
mod entry;
mod fingerprint;
mod heading;
mod html;
mod id;
mod level;
mod lexicon;
mod markdown;
mod mention;
mod messages;
mod metadata;
mod outline;
mod parse;
mod place;
mod problem;
mod question;
mod reader;
mod shapes;
#[cfg(test)]
mod tests;
mod walk;

use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::locale::{Locale, Localized};

pub use decode::{Decoded, decode};
pub use entry::{Answer, Entry, EntryId, Passage, PassageKind, Source};
pub use fingerprint::{ContentHash, Fingerprint};
pub(crate) use html::Readable as ReadableHtml;
pub use lexicon::{Lexicon, SYNONYMS, WORDS, WordList};
pub(crate) use markdown::events as markdown_events;
pub use mention::Mention;
pub use messages::{Messages, OwnText};
pub use parse::parse;
pub use problem::{Problem, ProblemKind};

/// How a corpus is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// A larger file is reported and left out, bytes.
    pub max_file_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            max_file_bytes: 16 << 20,
        }
    }
}

/// What one file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParsedFile {
    /// Relative to the knowledge base's folder, with `/` between parts.
    pub file: String,
    /// Of the bytes that were parsed; `None` if the file was left out.
    pub content: Option<ContentHash>,
    /// In reading order.
    pub entries: Vec<Entry>,
    /// In reading order.
    pub problems: Vec<Problem>,
    /// Questions to welcome readers with, in the order in which they stand.
    pub welcome: Vec<Mention>,
    /// Ids that its questions name as related, in no order.
    pub related: Vec<Mention>,
    /// Byte ranges of the file's text that belong to no entry: category headings.
    pub headings: Vec<Range<usize>>,
    /// Byte ranges of the file's text that belong to no entry: introductions, front matter, remarks.
    pub prefaces: Vec<Range<usize>>,
}

/// Why a corpus can't be read at all.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// There is no such folder.
    #[error("there is no corpus folder {path}")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The path leads to something else.
    #[error("{path} is no folder")]
    NotAFolder {
        /// What was given.
        path: PathBuf,
    },
    /// The system does not let us list it.
    #[error("can't read the corpus folder {path}")]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Localized for CorpusError {
    fn message(&self, locale: Locale) -> String {
        let en = self.to_string();
        match self {
            CorpusError::Missing { path } => {
                locale.pick(format!("没有语料目录 {}", path.display()), en)
            }
            CorpusError::NotAFolder { path } => {
                locale.pick(format!("{} 不是目录", path.display()), en)
            }
            CorpusError::Unreadable { path, source } => locale.pick(
                format!("无法读取语料目录 {}：{source}", path.display()),
                format!("{en}: {source}"),
            ),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let (zh, en) = match self {
            CorpusError::Missing { .. } | CorpusError::NotAFolder { .. } => (
                "指定一个放有 .md 文件的目录：--corpus 目录",
                "name a folder with .md files in it: --corpus DIR",
            ),
            CorpusError::Unreadable { .. } => ("检查目录权限", "check the folder's permissions"),
        };
        Some(locale.pick(zh, en).to_owned())
    }
}

/// Files of about this size in total are in memory at a time, bytes.
const BATCH_BYTES: u64 = 8 << 20;

/// At most this many files are in memory at a time.
const BATCH_FILES: usize = 64;

/// An opened corpus: its files are listed, not yet read.
#[derive(Debug)]
pub struct Corpus {
    settings: Settings,
    listed: Vec<walk::Listed>,
    word_lists: Vec<walk::Listed>,
    messages: Vec<walk::Listed>,
}

impl Corpus {
    /// Lists the files below `root` by path: `.md`, `.markdown` and `.txt`, without hidden ones, the
    /// top-level `lexicon` folder and the owner's messages. Symbolic links are followed while they stay below `root`.
    ///
    /// # Errors
    /// [`CorpusError`] if the folder can't be read.
    pub fn open(root: &Path, settings: Settings) -> Result<Corpus, CorpusError> {
        let listed = walk::list(root, settings.max_file_bytes)?;
        let word_lists = walk::list_lexicon(root, settings.max_file_bytes);
        let messages = walk::list_messages(root, settings.max_file_bytes);
        Ok(Corpus {
            settings,
            listed,
            word_lists,
            messages,
        })
    }

    /// How many files [`Corpus::parsed_files`] tells about, those that can't be read among them.
    pub fn file_count(&self) -> usize {
        self.listed.len()
    }

    /// How large its files are together, bytes.
    pub fn bytes(&self) -> u64 {
        self.listed.iter().map(|listed| listed.bytes).sum()
    }

    /// A hash of every file's name and content, word lists and messages among them, which changes exactly
    /// when a re-index could differ.
    pub fn fingerprint(&self) -> String {
        let mut fingerprint = Fingerprint::default();
        fingerprint.add_lexicon(&self.lexicon());
        fingerprint.add_messages(&self.messages());
        for batch in self.batches() {
            let hashes: Vec<Option<ContentHash>> = batch
                .par_iter()
                .map(|listed| self.read(listed).ok().map(|bytes| content_hash(&bytes)))
                .collect();
            for (listed, hash) in batch.iter().zip(hashes) {
                fingerprint.add_content(&listed.file, hash);
            }
        }
        fingerprint.finish()
    }

    /// Reads the files in order, a bounded number at a time on all cores; ids are unique over all of them.
    pub fn parsed_files(&self) -> impl Iterator<Item = ParsedFile> + '_ {
        let mut names = id::Names::default();
        self.batches()
            .flat_map(|batch| {
                let parsed = batch.par_iter().map(|listed| self.parse_file(listed));
                parsed.collect::<Vec<ParsedFile>>()
            })
            .map(move |mut parsed| {
                names.settle(&mut parsed);
                parsed
            })
    }

    /// The files in order, as many at a time as may be in memory together.
    fn batches(&self) -> impl Iterator<Item = &[walk::Listed]> {
        let mut rest = self.listed.as_slice();
        std::iter::from_fn(move || {
            let (batch, later) = rest.split_at(batch_length(rest));
            rest = later;
            (!batch.is_empty()).then_some(batch)
        })
    }

    fn parse_file(&self, listed: &walk::Listed) -> ParsedFile {
        let odd = |kind: ProblemKind, line: Option<u32>| Problem {
            file: listed.file.clone(),
            line,
            kind,
        };
        match self.read(listed) {
            Ok(bytes) => {
                let decoded = decode(&bytes);
                let mut parsed = parse(&listed.file, &decoded.text);
                parsed.content = Some(content_hash(&bytes));
                if decoded.lost_line.is_some() {
                    let lost = odd(ProblemKind::Undecodable, decoded.lost_line);
                    parsed.problems.insert(0, lost);
                }
                parsed
            }
            Err(kind) => ParsedFile {
                file: listed.file.clone(),
                problems: vec![odd(kind, None)],
                ..ParsedFile::default()
            },
        }
    }

    fn read(&self, listed: &walk::Listed) -> Result<Vec<u8>, ProblemKind> {
        if let Some(problem) = &listed.problem {
            return Err(problem.clone());
        }
        let unreadable = |error: io::Error| ProblemKind::Unreadable {
            reason: error.to_string(),
        };
        let limit = self.settings.max_file_bytes;
        let mut bytes = Vec::with_capacity(usize::try_from(listed.bytes).unwrap_or(0));
        // The file may have grown since it was listed.
        std::fs::File::open(&listed.path)
            .and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
            .map_err(unreadable)?;
        let read = bytes.len() as u64;
        if read > limit {
            return Err(ProblemKind::TooLarge { bytes: read, limit });
        }
        Ok(bytes)
    }
}

fn content_hash(bytes: &[u8]) -> ContentHash {
    *blake3::hash(bytes).as_bytes()
}

/// How many files from the front are read together: a few large or many small ones, at least one.
fn batch_length(files: &[walk::Listed]) -> usize {
    let mut bytes = 0u64;
    files
        .iter()
        .take(BATCH_FILES)
        .take_while(|listed| {
            let room = bytes < BATCH_BYTES;
            bytes = bytes.saturating_add(listed.bytes);
            room
        })
        .count()
}

#[cfg(test)]
mod batch_tests {
    use super::*;

    #[test]
    fn a_batch_is_bounded_by_files_and_bytes_and_never_empty() {
        let listed = |bytes: u64| walk::Listed {
            file: String::new(),
            path: PathBuf::new(),
            bytes,
            problem: None,
        };
        for (files, expected) in [
            (vec![], 0),
            (vec![listed(1); 3], 3),
            (vec![listed(1); 1000], BATCH_FILES),
            (vec![listed(1 << 40); 3], 1),
            (vec![listed(BATCH_BYTES / 2); 5], 2),
        ] {
            assert_eq!(batch_length(&files), expected, "{} files", files.len());
        }
    }
}
