//! Generations on disk: built beside the live one, then made current by one atomic rename.
//!
//! ```text
//! index/CURRENT                     which generation serves, and which did before
//! index/LOCK                        held while a build or a rollback runs
//! index/generations/<version>/      complete and never changed again
//! index/generations/.building-<n>/  a build in progress, or what a crash left of one
//! ```

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::index::IndexError;
use crate::index::embedded::Embedded;
use crate::index::knowledge::Knowledge;
use crate::index::manifest::{Fingerprints, Manifest};
use crate::index::pointer::{Pointer, is_name};

const LOCK: &str = "LOCK";
/// Where generations lie in the index folder.
pub(super) const GENERATIONS: &str = "generations";
/// How the names of folders begin that are no generation: not yet, or not any more.
const BUILDING: &str = ".building-";

/// The folder of the generation that serves.
///
/// # Errors
/// [`IndexError::Missing`] if nothing was built, [`IndexError::Damaged`] if the pointer leads nowhere.
pub(super) fn current(index: &Path) -> Result<PathBuf, IndexError> {
    Pointer::read(index)?.folder(index)
}

/// The names of all generations, whole or not, ascending.
pub(super) fn all(index: &Path) -> Result<Vec<String>, IndexError> {
    let generations = index.join(GENERATIONS);
    let mut names = match names(&generations) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(IndexError::read(&generations)(error)),
    };
    names.retain(|name| !name.starts_with('.') && generations.join(name).is_dir());
    names.sort_unstable();
    Ok(names)
}

/// The right to change an index, which one process has at a time.
#[derive(Debug)]
pub(super) struct Lock {
    // The system releases it however the process ends.
    _file: File,
}

impl Lock {
    /// Takes it, or tells that somebody else has it.
    ///
    /// # Errors
    /// [`IndexError::Locked`] if somebody else has it, [`IndexError::Write`] if the folder can't be written.
    pub(super) fn take(index: &Path) -> Result<Lock, IndexError> {
        let path = index.join(LOCK);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(IndexError::write(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(IndexError::Locked { path }),
            Err(TryLockError::Error(error)) => Err(IndexError::write(&path)(error)),
        }
    }
}

/// A build in progress: a folder of its own, removed again unless it is published.
#[derive(Debug)]
pub(super) struct Draft {
    index: PathBuf,
    folder: PathBuf,
    _lock: Lock,
}

impl Draft {
    /// Takes the lock and makes an empty folder; sweeps what crashed builds left.
    ///
    /// # Errors
    /// [`IndexError::Locked`] if another build holds the lock, [`IndexError::Write`] if the directory
    /// can't be written.
    pub(super) fn new(index: &Path) -> Result<Draft, IndexError> {
        let generations = index.join(GENERATIONS);
        if !generations.is_dir() {
            fs::create_dir_all(&generations).map_err(IndexError::write(&generations))?;
            // A folder whose name is lost in a crash takes along all that is in it.
            let parent = index
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty());
            let parent = parent.unwrap_or(Path::new("."));
            sync(parent).map_err(IndexError::write(parent))?;
        }
        let lock = Lock::take(index)?;
        for name in names(&generations).map_err(IndexError::read(&generations))? {
            if name.starts_with(BUILDING) {
                let left_over = generations.join(name);
                fs::remove_dir_all(&left_over).map_err(IndexError::write(&left_over))?;
            }
        }
        // Nor is a generation needed that a crash kept from being made current.
        if let Ok(pointer) = Pointer::read(index) {
            for name in all(index)? {
                if name != pointer.current && !pointer.published.contains(&name) {
                    let left_over = generations.join(&name);
                    remove(&generations, &name).map_err(IndexError::write(&left_over))?;
                }
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

    /// Makes the draft the current generation under the name `version`, or one like it if that is taken, and
    /// returns the name. Everything reaches the disk before the pointer does. The generation that served until
    /// now is kept, or if it is damaged the newest that is not; others are removed.
    ///
    /// # Errors
    /// [`IndexError::Write`]; the old generation goes on serving.
    pub(super) fn publish(self, version: &str) -> Result<String, IndexError> {
        let generations = self.index.join(GENERATIONS);
        sync_tree(&self.folder).map_err(IndexError::write(&self.folder))?;
        // What has the name already is built from the same and damaged, yet the pointer may lead to it: it
        // stays until the pointer leads elsewhere.
        let mut name = version.to_owned();
        let mut copies = 1;
        while generations.join(&name).exists() {
            copies += 1;
            name = format!("{version}-{copies}");
        }
        let target = generations.join(&name);
        fs::rename(&self.folder, &target).map_err(IndexError::write(&target))?;
        sync(&generations).map_err(IndexError::write(&generations))?;
        let before = Pointer::read(&self.index).ok();
        let served = before.iter().map(|before| before.current.clone());
        let published = before.iter().flat_map(|before| before.published.clone());
        let of_same = |other: &String| other.split('-').next() == Some(version);
        let spare = served
            .chain(published)
            .find(|other| is_name(other) && !of_same(other) && is_kept(&generations.join(other)));
        let kept = |other: &String| *other == name || Some(other) == spare.as_ref();
        let mut pointer = Pointer::publishing(before, &name);
        pointer.published.retain(kept);
        pointer.write(&self.index)?;
        // What can't be removed is only space, never a wrong answer: the next build tries again.
        for other in all(&self.index).unwrap_or_default() {
            if !kept(&other) {
                let _ = remove(&generations, &other);
            }
        }
        Ok(name)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After publishing there is nothing left to remove; after a failure the disk may be full, and
        // the next build sweeps.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The generation that was built from exactly this and of which every byte is as it was written: the current
/// one, or another.
pub(super) fn built_before(fingerprints: &Fingerprints, dir: &Path) -> Option<String> {
    let current = Pointer::read(dir).ok().map(|pointer| pointer.current);
    let others = all(dir).unwrap_or_default();
    let mut names = current.into_iter().chain(others);
    names.find(|name| {
        let folder = dir.join(GENERATIONS).join(name);
        let open = || -> Result<bool, IndexError> {
            let manifest = Manifest::read(&folder)?;
            if manifest.fingerprints != *fingerprints {
                return Ok(false);
            }
            manifest.check_all(&folder)?;
            let entries = manifest.statistics.entries;
            Knowledge::open(&folder, manifest)?;
            Embedded::open(&folder, entries).map(|_| true)
        };
        open().unwrap_or(false)
    })
}

/// Makes a generation that is there the current one, with nothing held back. Whether it was another one before;
/// `None` if it has just been removed.
pub(super) fn restore(name: &str, dir: &Path) -> Result<Option<bool>, IndexError> {
    let is_current = |pointer: &Pointer| pointer.current == name;
    if Pointer::read(dir).is_ok_and(|pointer| is_current(&pointer) && pointer.held.is_none()) {
        return Ok(Some(false));
    }
    let _lock = Lock::take(dir)?;
    if !dir.join(GENERATIONS).join(name).is_dir() {
        return Ok(None);
    }
    let before = Pointer::read(dir).ok();
    let was_another = !before.as_ref().is_some_and(is_current);
    Pointer::publishing(before, name).write(dir)?;
    Ok(Some(was_another))
}

/// Whether a generation is worth keeping beside a new one: it is whole, or another version's, which that one
/// may serve again.
fn is_kept(generation: &Path) -> bool {
    match Manifest::read(generation) {
        Ok(manifest) => manifest.check_all(generation).is_ok(),
        Err(error) => matches!(error, IndexError::Format { .. }),
    }
}

/// Removes a generation. Under another name first, so that a crash leaves no half of one under its own.
fn remove(generations: &Path, name: &str) -> io::Result<()> {
    let aside = generations.join(format!("{BUILDING}removed-{name}"));
    fs::rename(generations.join(name), &aside)?;
    fs::remove_dir_all(aside)
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    Ok(entries
        .iter()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect())
}

/// Has the system put on the disk what it keeps in memory of a file, or of a folder's list of names.
pub(super) fn sync(path: &Path) -> io::Result<()> {
    // Windows opens no folder like a file, and writes their names by itself.
    if cfg!(windows) && path.is_dir() {
        return Ok(());
    }
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
