//! Lists a corpus folder: which files there are, in an order that no file system decides.
//!
//! Symbolic links are followed while they stay below the corpus folder. One that leaves it is reported
//! and left out: a folder that is checked out from somewhere must not publish this machine's files.

use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::CorpusError;
use super::messages;
use super::problem::ProblemKind;

/// The folder of word lists at the top of a corpus.
const LEXICON: &str = "lexicon";

/// A file to read, or why it can't be.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    /// Relative to the corpus folder, with `/` between parts.
    pub(super) file: String,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) problem: Option<ProblemKind>,
}

/// Lists the FAQ files below `root`, sorted by path.
pub(super) fn list(root: &Path, max_file_bytes: u64) -> Result<Vec<Listed>, CorpusError> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => CorpusError::Missing {
            path: root.to_owned(),
        },
        _ => CorpusError::Unreadable {
            path: root.to_owned(),
            source,
        },
    };
    let real_root = root.canonicalize().map_err(unreadable)?;
    if !real_root.is_dir() {
        return Err(CorpusError::NotAFolder {
            path: root.to_owned(),
        });
    }
    std::fs::read_dir(&real_root).map_err(unreadable)?;

    let mut listed = Vec::new();
    let mut outside = Vec::new();
    let mut hidden = Vec::new();
    let walk = WalkDir::new(&real_root)
        .follow_links(true)
        .sort_by_file_name();
    let entries = walk.into_iter().filter_entry(|entry| {
        let stays = !entry.path_is_symlink() || stays_inside(entry.path(), &real_root);
        if hidden_faq(entry) {
            hidden.push(entry.path().to_owned());
        }
        if !stays && wanted(entry) && (entry.file_type().is_dir() || is_faq(entry.path())) {
            outside.push(entry.path().to_owned());
        }
        stays && wanted(entry)
    });
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_faq(entry.path()) => {
                let bytes = entry.metadata().map_or(0, |m| m.len());
                listed.push(Listed {
                    file: relative(entry.path(), &real_root),
                    path: entry.path().to_owned(),
                    bytes,
                    problem: too_large(bytes, max_file_bytes),
                });
            }
            Ok(_) => {}
            Err(error) => listed.extend(odd(&error, &real_root)),
        }
    }
    let left_out = outside
        .into_iter()
        .map(|path| (path, ProblemKind::SymlinkLeaves))
        .chain(hidden.into_iter().map(|path| (path, ProblemKind::Hidden)));
    listed.extend(left_out.map(|(path, problem)| Listed {
        file: relative(&path, &real_root),
        path,
        bytes: 0,
        problem: Some(problem),
    }));
    listed.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(listed)
}

/// Lists the text files directly in `root`'s lexicon folder, sorted by path.
pub(super) fn list_lexicon(root: &Path, max_file_bytes: u64) -> Vec<Listed> {
    let Ok(real_root) = root.canonicalize() else {
        return Vec::new();
    };
    let folder = real_root.join(LEXICON);
    let mut listed: Vec<Listed> = WalkDir::new(&folder)
        .min_depth(1)
        .max_depth(1)
        .follow_links(true)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file() && is_word_list(entry.path()))
        .map(|entry| look_at(entry.path(), &real_root, max_file_bytes))
        .collect();
    listed.sort_by(|a, b| a.file.cmp(&b.file));
    listed
}

/// Lists the owner's messages, directly in `root`.
pub(super) fn list_messages(root: &Path, max_file_bytes: u64) -> Vec<Listed> {
    let Ok(real_root) = root.canonicalize() else {
        return Vec::new();
    };
    messages::FILES
        .iter()
        .map(|name| real_root.join(name))
        .filter(|path| path.is_file())
        .map(|path| look_at(&path, &real_root, max_file_bytes))
        .collect()
}

fn look_at(path: &Path, real_root: &Path, max_file_bytes: u64) -> Listed {
    let bytes = path.metadata().map_or(0, |m| m.len());
    let problem = if stays_inside(path, real_root) {
        too_large(bytes, max_file_bytes)
    } else {
        Some(ProblemKind::SymlinkLeaves)
    };
    Listed {
        file: relative(path, real_root),
        path: path.to_owned(),
        bytes,
        problem,
    }
}

fn too_large(bytes: u64, limit: u64) -> Option<ProblemKind> {
    (bytes > limit).then_some(ProblemKind::TooLarge { bytes, limit })
}

/// What the walk stumbled over; `None` for what is not ours to report.
fn odd(error: &walkdir::Error, root: &Path) -> Option<Listed> {
    let path = error.path()?;
    let hidden = path
        .file_name()
        .is_some_and(|name| is_hidden(&name.to_string_lossy()));
    let is_link = path.symlink_metadata().is_ok_and(|m| m.is_symlink());
    let end = path.canonicalize().map_err(|e| e.kind());
    let folder = path.extension().is_none();
    if hidden || !(folder || is_faq(path)) {
        return None;
    }
    let problem = if error.loop_ancestor().is_some() {
        ProblemKind::SymlinkLoop
    } else if is_link && end == Err(io::ErrorKind::NotFound) {
        ProblemKind::BrokenSymlink
    } else if is_link && end.is_err_and(|kind| kind != io::ErrorKind::PermissionDenied) {
        // A link to itself is an error of the system, not a loop that the walk found.
        ProblemKind::SymlinkLoop
    } else {
        ProblemKind::Unreadable {
            reason: error
                .io_error()
                .map_or_else(|| error.to_string(), ToString::to_string),
        }
    };
    Some(Listed {
        file: relative(path, root),
        path: path.to_owned(),
        bytes: 0,
        problem: Some(problem),
    })
}

/// A link whose end can't be found stays: the walk reports it as broken.
fn stays_inside(path: &Path, root: &Path) -> bool {
    path.canonicalize()
        .map_or(true, |real| real.starts_with(root))
}

/// Hidden files, and word lists and messages at the top, are no FAQ.
fn wanted(entry: &DirEntry) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let name = entry.file_name().to_string_lossy();
    let lexicon = entry.depth() == 1 && name == LEXICON && entry.file_type().is_dir();
    let message = entry.depth() == 1 && messages::FILES.contains(&name.as_ref());
    !is_hidden(&name) && !lexicon && !message
}

/// A leading dot hides, except where it belongs to the name of a product: `.NET SDK.md`.
fn is_hidden(name: &str) -> bool {
    let dot_net = name
        .get(..4)
        .is_some_and(|n| n.eq_ignore_ascii_case(".net"))
        && !name[4..].starts_with(|c: char| c.is_ascii_alphabetic());
    name.starts_with('.') && !dot_net
}

/// A file that its author may have hidden by accident; those of editors and macOS are not.
fn hidden_faq(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() > 0
        && entry.file_type().is_file()
        && is_hidden(&name)
        && !name.starts_with("._")
        && !name.starts_with(".#")
        && is_faq(entry.path())
}

fn is_faq(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        ["md", "markdown", "txt"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn is_word_list(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !is_hidden(&name) && name.ends_with(".txt")
}

fn relative(path: &Path, root: &Path) -> String {
    let parts: Vec<_> = path
        .strip_prefix(root)
        .unwrap_or(path)
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}
