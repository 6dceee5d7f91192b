//! Numbered records in two files: the bytes end to end, and where each ends.
//!
//! tantivy's document store compresses blocks of documents together, so that reading 100 scattered
//! candidates unpacks 100 blocks. Ranking needs exactly that, for every query; plain records in a
//! memory-mapped file cost one bounds check each.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tantivy::directory::{Directory, MmapDirectory, OwnedBytes};

use crate::index::IndexError;

/// Bytes of one entry in the `.ends` file.
const END: usize = 8;

/// Appends records of one type.
pub(super) struct RecordWriter<T> {
    data: BufWriter<File>,
    ends: BufWriter<File>,
    at: u64,
    of: PhantomData<T>,
}

impl<T: Serialize> RecordWriter<T> {
    /// Appends a record.
    pub(super) fn push(&mut self, record: &T) -> io::Result<()> {
        self.push_bytes(&postcard::to_stdvec(record).map_err(io::Error::other)?)
    }
}

impl<T> RecordWriter<T> {
    /// Creates `<name>.data` and `<name>.ends` in `folder`.
    pub(super) fn create(folder: &Path, name: &str) -> io::Result<Self> {
        let file = |kind| File::create(folder.join(format!("{name}.{kind}")));
        Ok(RecordWriter {
            data: BufWriter::new(file("data")?),
            ends: BufWriter::new(file("ends")?),
            at: 0,
            of: PhantomData,
        })
    }

    /// Appends a record that is bytes already.
    pub(super) fn push_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.data.write_all(bytes)?;
        self.at += bytes.len() as u64;
        self.ends.write_all(&self.at.to_le_bytes())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.data.flush()?;
        self.ends.flush()
    }
}

/// Reads records of one type where they lie in memory-mapped files.
pub(super) struct Records<T> {
    data: OwnedBytes,
    ends: OwnedBytes,
    path: PathBuf,
    of: PhantomData<fn() -> T>,
}

impl<T> std::fmt::Debug for Records<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records")
            .field("path", &self.path)
            .field("len", &self.len())
            .finish()
    }
}

impl<T> Records<T> {
    pub(super) fn len(&self) -> usize {
        self.ends.len() / END
    }

    pub(super) fn open(folder: &Path, name: &str) -> Result<Self, IndexError> {
        let records = Records {
            data: map_file(folder, &format!("{name}.data"))?,
            ends: map_file(folder, &format!("{name}.ends"))?,
            path: folder.join(format!("{name}.data")),
            of: PhantomData,
        };
        let last = records
            .len()
            .checked_sub(1)
            .map_or(0, |last| records.end(last));
        if !records.ends.len().is_multiple_of(END) || last != records.data.len() {
            let path = folder.join(format!("{name}.ends"));
            return Err(IndexError::damaged(&path, "it does not fit its data"));
        }
        Ok(records)
    }

    fn end(&self, number: usize) -> usize {
        let bytes: [u8; END] = self.ends[number * END..][..END]
            .try_into()
            .expect("a slice of this length");
        u64::from_le_bytes(bytes) as usize
    }

    /// Reads the record `number`, from 0, where it lies; `read` tells by `None` that it is none.
    pub(super) fn read<'i, R>(
        &'i self,
        number: usize,
        read: impl FnOnce(&'i [u8]) -> Option<R>,
    ) -> Result<R, IndexError> {
        let bytes = || {
            if number >= self.len() {
                return None;
            }
            let start = if number == 0 { 0 } else { self.end(number - 1) };
            self.data.as_slice().get(start..self.end(number))
        };
        bytes().and_then(read).ok_or_else(|| {
            IndexError::damaged(&self.path, format!("record {number} cannot be read"))
        })
    }
}

impl<T: DeserializeOwned> Records<T> {
    /// Reads the record `number`, from 0.
    pub(super) fn get(&self, number: usize) -> Result<T, IndexError> {
        self.read(number, |bytes| postcard::from_bytes(bytes).ok())
    }
}

/// Maps a file of a generation into memory.
pub(in crate::index) fn map_file(folder: &Path, name: &str) -> Result<OwnedBytes, IndexError> {
    let path = folder.join(name);
    let damaged = |error: &dyn std::fmt::Display| IndexError::damaged(&path, error);
    let directory = MmapDirectory::open(folder).map_err(|error| damaged(&error))?;
    let file = directory
        .open_read(Path::new(name))
        .map_err(|error| damaged(&error))?;
    file.read_bytes().map_err(|error| damaged(&error))
}
