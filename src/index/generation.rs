//! Generations on disk: built beside the live one, then made current by one atomic rename.
//!
//! ```text
//! index/CURRENT                     the name of the generation that serves
//! index/LOCK                        held while a build runs
//! index/generations/<version>/      complete and never changed again
//! index/generations/.building-<n>/  a build in progress, or what a crash left of one
//! ```

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::index::IndexError;

const CURRENT: &str = "CURRENT";
const LOCK: &str = "LOCK";
const GENERATIONS: &str = "generations";
const BUILDING: &str = ".building-";

/// The file in `index` that names the generation which serves; a build changes it last.
pub fn pointer(index: &Path) -> PathBuf {
    index.join(CURRENT)
}

/// The folder of the generation that serves.
///
/// # Errors
/// [`IndexError::Missing`] if nothing was built, [`IndexError::Damaged`] if the pointer leads nowhere.
pub(super) fn current(index: &Path) -> Result<PathBuf, IndexError> {
    let pointer = index.join(CURRENT);
    let name = match fs::read_to_string(&pointer) {
        Ok(name) => name,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(IndexError::Missing {
                path: index.to_owned(),
            });
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(IndexError::damaged(&pointer, "not a generation's name"));
        }
        Err(error) => return Err(IndexError::read(&pointer)(error)),
    };
    let name = name.trim();
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(IndexError::damaged(&pointer, "not a generation's name"));
    }
    let generation = index.join(GENERATIONS).join(name);
    if generation.is_dir() {
        Ok(generation)
    } else {
        Err(IndexError::damaged(
            &generation,
            "the generation is missing",
        ))
    }
}

/// A build in progress: a folder of its own, removed again unless it is published.
#[derive(Debug)]
pub(super) struct Draft {
    index: PathBuf,
    folder: PathBuf,
    // Held for its lock, which the system releases however the process ends.
    _lock: File,
}

impl Draft {
    /// Takes the build lock and makes an empty folder; sweeps what crashed builds left.
    ///
    /// # Errors
    /// [`IndexError::Locked`] if another build holds the lock, [`IndexError::Write`] if the directory
    /// can't be written.
    pub(super) fn new(index: &Path) -> Result<Draft, IndexError> {
        let generations = index.join(GENERATIONS);
        fs::create_dir_all(&generations).map_err(IndexError::write(&generations))?;
        let path = index.join(LOCK);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(IndexError::write(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(IndexError::Locked { path }),
            Err(TryLockError::Error(error)) => return Err(IndexError::write(&path)(error)),
        }
        for name in names(&generations).map_err(IndexError::read(&generations))? {
            if name.starts_with(BUILDING) {
                let left_over = generations.join(name);
                fs::remove_dir_all(&left_over).map_err(IndexError::write(&left_over))?;
            }
        }
        let folder = generations.join(format!("{BUILDING}{}", std::process::id()));
        fs::create_dir(&folder).map_err(IndexError::write(&folder))?;
        Ok(Draft {
            index: index.to_owned(),
            folder,
            _lock: lock,
        })
    }

    /// Where to write.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the draft the current generation under the name `version`. Everything reaches the disk
    /// before the pointer does. The generation that served until now is kept, older ones are removed.
    ///
    /// # Errors
    /// [`IndexError::Write`]; the old generation goes on serving.
    pub(super) fn publish(self, version: &str) -> Result<(), IndexError> {
        let generations = self.index.join(GENERATIONS);
        sync_tree(&self.folder).map_err(IndexError::write(&self.folder))?;
        let target = generations.join(version);
        if target.exists() {
            // Same name, same content: it is being replaced because it was damaged. A server may have
            // it open, so it is moved aside whole and removed by the next build's sweep.
            let aside = generations.join(format!("{BUILDING}replaced-{}", std::process::id()));
            fs::rename(&target, &aside).map_err(IndexError::write(&target))?;
        }
        fs::rename(&self.folder, &target).map_err(IndexError::write(&target))?;
        sync(&generations).map_err(IndexError::write(&generations))?;
        let before = current(&self.index).ok();
        point_to(&self.index, version)?;
        // What can't be removed is only space, never a wrong answer: the next build tries again.
        for name in names(&generations).unwrap_or_default() {
            let folder = generations.join(&name);
            if name != version && !name.starts_with(BUILDING) && Some(&folder) != before.as_ref() {
                let _ = fs::remove_dir_all(folder);
            }
        }
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After publishing there is nothing left to remove; after a failure the disk may be full, and
        // the next build sweeps.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn point_to(index: &Path, version: &str) -> Result<(), IndexError> {
    let pointer = index.join(CURRENT);
    let beside = index.join(format!("{CURRENT}.new"));
    let write = || -> io::Result<()> {
        let mut file = File::create(&beside)?;
        writeln!(file, "{version}")?;
        file.sync_all()?;
        fs::rename(&beside, &pointer)?;
        sync(index)
    };
    write().map_err(IndexError::write(&pointer))
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    Ok(entries
        .iter()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect())
}

fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

fn sync_tree(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sync_tree(&path)?
        } else {
            sync(&path)?
        }
    }
    sync(folder)
}
