//! What is kept of each entry by its position in the corpus: as a document of the cluster its name is a key, which
//! stays the same where others come and go; and its bytes do not say where in its file it stands, which changes
//! with all that stands above.
//!
//! ```text
//! keys     for each entry its key (u64), ascending
//! places   for each entry line and byte (u32, u32) from which its own are counted
//! hashes   for each entry 16 bytes of the hash of what is shown of it; only who builds the next generation reads them
//! ```

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::corpus::{Entry, Source};
use crate::index::IndexError;
use crate::index::embedded::{Mapped, map_file};

const KEYS: &str = "keys";
const PLACES: &str = "places";
pub(super) const HASHES: &str = "hashes";
/// Bytes of a key, and of a place.
const NUMBER: usize = 8;
/// Bytes of a hash.
const HASH: usize = 16;

/// By this an entry is known again.
pub(super) type EntryHash = [u8; HASH];

/// Where an entry begins in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    line: u32,
    byte: u32,
}

impl Place {
    fn of(source: &Source) -> Place {
        let byte = source.question.start.min(source.answer.start);
        Place {
            line: source.line.min(source.answer_line),
            byte: u32::try_from(byte).unwrap_or(u32::MAX),
        }
    }

    /// Counts lines and bytes from here, or from the file's beginning again.
    fn count(
        self,
        source: &mut Source,
        line: fn(u32, u32) -> u32,
        byte: fn(usize, usize) -> usize,
    ) {
        for number in [&mut source.line, &mut source.answer_line] {
            *number = line(*number, self.line);
        }
        for range in [&mut source.question, &mut source.answer] {
            for end in [&mut range.start, &mut range.end] {
                *end = byte(*end, self.byte as usize);
            }
        }
    }

    /// Puts an entry back to where it stands.
    pub(super) fn restore(self, source: &mut Source) {
        self.count(source, u32::saturating_add, usize::saturating_add);
    }
}

/// An entry as it is shown, wherever in its file it stands: all that its document is made of.
pub(super) struct Shown {
    pub(super) place: Place,
    pub(super) bytes: Vec<u8>,
    pub(super) hash: EntryHash,
}

impl Shown {
    pub(super) fn new(mut entry: Entry) -> Result<Shown, IndexError> {
        let place = Place::of(&entry.source);
        place.count(
            &mut entry.source,
            u32::saturating_sub,
            usize::saturating_sub,
        );
        let bytes = postcard::to_stdvec(&entry);
        let bytes = bytes.map_err(|error| IndexError::Engine(error.to_string()))?;
        let mut hash = EntryHash::default();
        hash.copy_from_slice(&blake3::hash(&bytes).as_bytes()[..HASH]);
        Ok(Shown { place, bytes, hash })
    }
}

/// Writes the rows of one generation.
pub(super) struct RowWriter {
    keys: BufWriter<File>,
    places: BufWriter<File>,
    hashes: BufWriter<File>,
}

impl RowWriter {
    pub(super) fn create(folder: &Path) -> io::Result<RowWriter> {
        let file = |name| File::create(folder.join(name)).map(BufWriter::new);
        Ok(RowWriter {
            keys: file(KEYS)?,
            places: file(PLACES)?,
            hashes: file(HASHES)?,
        })
    }

    pub(super) fn push(&mut self, key: u64, shown: &Shown) -> io::Result<()> {
        self.keys.write_all(&key.to_le_bytes())?;
        for number in [shown.place.line, shown.place.byte] {
            self.places.write_all(&number.to_le_bytes())?;
        }
        self.hashes.write_all(&shown.hash)
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.keys.flush()?;
        self.places.flush()?;
        self.hashes.flush()
    }
}

/// The rows of an opened generation.
#[derive(Debug)]
pub(super) struct Rows {
    keys: Mapped,
    places: Mapped,
}

impl Rows {
    /// Those of a generation of so many entries.
    pub(super) fn open(folder: &Path, entries: u64) -> Result<Rows, IndexError> {
        let file = |name| -> Result<Mapped, IndexError> {
            let bytes = map_file(folder, name)?;
            let unfit = || IndexError::damaged(&folder.join(name), "it does not fit the entries");
            let fits =
                (bytes.len() / NUMBER) as u64 == entries && bytes.len().is_multiple_of(NUMBER);
            fits.then_some(bytes).ok_or_else(unfit)
        };
        Ok(Rows {
            keys: file(KEYS)?,
            places: file(PLACES)?,
        })
    }

    /// All keys, in corpus order.
    pub(super) fn keys(&self) -> impl ExactSizeIterator<Item = u64> {
        self.keys
            .as_chunks()
            .0
            .iter()
            .map(|&key| u64::from_le_bytes(key))
    }

    /// The key of the entry at a position.
    pub(super) fn key(&self, position: usize) -> Option<u64> {
        let key = self.keys.as_chunks().0.get(position)?;
        Some(u64::from_le_bytes(*key))
    }

    /// The position of the entry with this key.
    pub(super) fn position(&self, key: u64) -> Option<usize> {
        let (keys, _) = self.keys.as_chunks();
        keys.binary_search_by_key(&key, |&key| u64::from_le_bytes(key))
            .ok()
    }

    /// Where the entry at a position stands in its file.
    pub(super) fn place(&self, position: usize) -> Place {
        let number = |at: usize| {
            let number = self.places.as_chunks().0.get(at);
            u32::from_le_bytes(number.copied().unwrap_or_default())
        };
        Place {
            line: number(2 * position),
            byte: number(2 * position + 1),
        }
    }
}

/// The hashes of a generation of so many entries, if they are there.
pub(super) fn hashes(folder: &Path, entries: usize) -> Option<Vec<EntryHash>> {
    let bytes = map_file(folder, HASHES).ok()?;
    let (hashes, rest) = bytes.as_chunks();
    (rest.is_empty() && hashes.len() == entries).then(|| hashes.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Corpus, Settings};

    fn entries(text: &str) -> Vec<Entry> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.md"), text).expect("a file");
        let corpus = Corpus::open(folder.path(), Settings::default()).expect("a corpus");
        let entries = corpus.parsed_files().flat_map(|parsed| parsed.entries);
        entries.collect()
    }

    const TEXT: &str = "### 一？\n1\n\n### 二？ {#two}\n<!-- jida: tags=甲 -->\n- 2\n";

    fn shown(entry: &Entry) -> Shown {
        Shown::new(entry.clone()).expect("bytes")
    }

    #[test]
    fn an_entry_that_others_push_down_is_known_again_and_comes_back_whole() {
        let (here, below) = (entries(TEXT), entries(&format!("### 零？\n0\n\n{TEXT}")));
        for (one, other) in here.iter().zip(&below[1..]) {
            assert_ne!(one.source, other.source);
            let (first, second) = (shown(one), shown(other));
            assert_eq!(first.bytes, second.bytes);
            for (entry, shown) in [(one, first), (other, second)] {
                let mut back: Entry = postcard::from_bytes(&shown.bytes).expect("an entry");
                shown.place.restore(&mut back.source);
                assert_eq!(back, *entry);
            }
        }
    }

    #[test]
    fn whatever_else_changes_is_another_entry() {
        let before = &entries(TEXT)[1];
        let changed = [
            TEXT.replace("二？", "三？"),
            TEXT.replace("#two", "#three"),
            TEXT.replace("- 2", "- 3"),
            TEXT.replace("- 2", "* 2"),
            TEXT.replace('甲', "乙"),
            TEXT.replace("tags=甲", "相似问=甲？"),
            TEXT.replace("tags=甲", "tags=甲, 乙"),
            format!("# 类\n\n{TEXT}"),
        ];
        for text in changed {
            let now = entries(&text);
            assert_ne!(shown(before).hash, shown(&now[1]).hash, "{text}");
        }
    }

    #[test]
    fn rows_read_back_and_what_is_cut_short_does_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let entries = entries(TEXT);
        let mut rows = RowWriter::create(folder.path()).expect("files");
        for (key, entry) in [5, 9].into_iter().zip(&entries) {
            rows.push(key, &shown(entry)).expect("a row");
        }
        rows.finish().expect("files");
        let rows = Rows::open(folder.path(), 2).expect("rows");
        assert_eq!(rows.keys().collect::<Vec<_>>(), [5, 9]);
        assert_eq!((rows.key(1), rows.key(2)), (Some(9), None));
        assert_eq!(
            [4, 5, 9, 10].map(|key| rows.position(key)),
            [None, Some(0), Some(1), None]
        );
        assert_eq!(rows.place(1), shown(&entries[1]).place);
        let both = hashes(folder.path(), 2).expect("hashes");
        assert_eq!(both, [shown(&entries[0]).hash, shown(&entries[1]).hash]);
        assert!(Rows::open(folder.path(), 3).is_err() && hashes(folder.path(), 3).is_none());
    }
}
