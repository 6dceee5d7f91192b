//! Which folder an index was built from, so that `jida index docs` and then `jida serve` mean the same one.
//!
//! The note lies beside the generations. It is only a convenience: where it is missing or leads nowhere, the
//! configured folder is meant, as it is where a cluster keeps the index.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::{Config, EngineKind};

const NOTE: &str = "CORPUS";

/// The folder to read: the chosen one, else the one that the index is of, else the default.
pub(super) fn corpus_folder(config: &Config) -> PathBuf {
    match config.corpus_is_chosen {
        true => config.corpus.clone(),
        false => recall(config).unwrap_or_else(|| config.corpus.clone()),
    }
}

/// The folder that the index is of, if that is known and still there.
pub(super) fn recall(config: &Config) -> Option<PathBuf> {
    if config.engine() != EngineKind::Embedded {
        return None;
    }
    let note = fs::read_to_string(config.index.join(NOTE)).ok()?;
    // Half a path leads elsewhere: only a whole line counts.
    let path = note.strip_suffix('\n').filter(|path| !path.is_empty())?;
    // A relative path in the note survives moving index and corpus together.
    let folder = config.index.join(path).canonicalize().ok()?;
    folder.is_dir().then(|| familiar(folder, config))
}

/// Notes which folder the index is of. That it can't be noted is no reason to fail: the build went well.
pub(super) fn remember(folder: &Path, config: &Config) {
    if config.engine() != EngineKind::Embedded {
        return;
    }
    let (Ok(folder), Ok(index)) = (folder.canonicalize(), config.index.canonicalize()) else {
        return;
    };
    let beside = index.parent().and_then(|parent| {
        let below = folder.strip_prefix(parent).ok()?;
        Some(Path::new("..").join(below))
    });
    if let Some(path) = beside.unwrap_or(folder).to_str() {
        let beside = index.join(format!("{NOTE}.new"));
        let written = fs::write(&beside, format!("{path}\n"));
        let _ = written.and_then(|()| fs::rename(&beside, index.join(NOTE)));
    }
}

/// The shortest way to name a folder to the person who works here.
fn familiar(folder: PathBuf, config: &Config) -> PathBuf {
    if config
        .corpus
        .canonicalize()
        .is_ok_and(|path| path == folder)
    {
        return config.corpus.clone();
    }
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    match here.as_deref().map(|here| folder.strip_prefix(here)) {
        Ok(Ok(below)) if !below.as_os_str().is_empty() => below.to_owned(),
        _ => folder,
    }
}
