//! Folders for what is fetched from a cluster or made for one: removed with the last who reads from them, and all of them
//! at the end of the process, when nobody comes to remove his own.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

use crate::index::IndexError;

/// Those of this process.
static FOLDERS: Folders = Folders(Mutex::new(None));

/// Folders in one that is there as long as they are wanted.
struct Folders(Mutex<Option<PathBuf>>);

impl Folders {
    fn new_one(&self) -> io::Result<TempDir> {
        let mut parent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let there = match parent.take().filter(|parent| parent.is_dir()) {
            Some(parent) => parent,
            // Or somebody tidied up.
            None => tempfile::Builder::new().prefix("jida-").tempdir()?.keep(),
        };
        let made = tempfile::tempdir_in(&there);
        *parent = Some(there);
        made
    }

    fn remove(&self) {
        let parent = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(parent) = parent {
            // What can't be removed is left to whoever tidies up there.
            let _ = fs::remove_dir_all(parent);
        }
    }
}

/// A new one.
pub(super) fn new() -> Result<TempDir, IndexError> {
    FOLDERS
        .new_one()
        .map_err(IndexError::write(&std::env::temp_dir()))
}

/// Removes what this process has put aside of indexes in clusters: to be called at its end. Whoever still reads goes on
/// reading, where the system lets files be removed that are open.
pub fn remove_fetched() {
    FOLDERS.remove();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_in_one_that_may_be_tidied_away_and_goes_with_all_of_them() {
        let folders = Folders(Mutex::new(None));
        let new = || folders.new_one().expect("a folder");
        let (one, other) = (new(), new());
        let parent = one.path().parent().expect("what it is in").to_owned();
        assert!(one.path() != other.path() && other.path().starts_with(&parent));
        drop(one);
        assert!(other.path().is_dir());
        fs::remove_dir_all(&parent).expect("somebody tidies up");
        let third = new();
        assert!(third.path().is_dir());
        folders.remove();
        assert!(!third.path().exists());
    }
}
