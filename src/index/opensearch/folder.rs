//! Folders for what is fetched from a cluster or made for one: removed with the last who reads from them, and all of them
//! at the end of the process, when nobody comes to remove his own.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

use crate::index::IndexError;

/// What all folders of this process are in.
static PARENT: Mutex<Option<PathBuf>> = Mutex::new(None);

/// A new one.
pub(super) fn new() -> Result<TempDir, IndexError> {
    let failed = |error| IndexError::write(&std::env::temp_dir())(error);
    let mut parent = PARENT.lock().unwrap_or_else(PoisonError::into_inner);
    let there = match parent.take().filter(|parent| parent.is_dir()) {
        Some(parent) => parent,
        // Or somebody tidied up.
        None => {
            let made = tempfile::Builder::new().prefix("jida-").tempdir();
            made.map_err(failed)?.keep()
        }
    };
    let made = tempfile::tempdir_in(&there).map_err(failed);
    *parent = Some(there);
    made
}

/// Removes what this process has put aside of indexes in clusters: to be called at its end. Whoever still reads goes on
/// reading, where the system lets files be removed that are open.
pub fn remove_fetched() {
    let parent = PARENT.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(parent) = parent {
        // What can't be removed is left to whoever tidies up there.
        let _ = fs::remove_dir_all(parent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_in_one_that_may_be_tidied_away() {
        let one = new().expect("a folder");
        let parent = one.path().parent().expect("what it is in").to_owned();
        let other = new().expect("a folder");
        assert!(one.path() != other.path());
        drop(one);
        assert!(other.path().is_dir());
        fs::remove_dir_all(&parent).expect("somebody tidies up");
        assert!(new().expect("a folder").path().is_dir());
    }
}
