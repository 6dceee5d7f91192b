//! The files of a generation's knowledge, kept in the cluster in pieces.
//!
//! A file is cut where its own bytes say so, so that a change moves no cut but those around it; and a piece is a document
//! named by its hash. So of a file that changed a little, most pieces are those of the generation before: who builds
//! need not send them, and who has that open need not fetch them. Two documents have other names: the manifest, which is
//! sealed and tells what the bytes of each file are, and the listing of their pieces.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fastcdc::v2020::FastCDC;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::index::IndexError;
use crate::index::embedded::map_file;
use crate::index::error::Damage;
use crate::index::manifest::{self, Manifest};
use crate::index::opensearch::bulk::{self, Lines};
use crate::index::opensearch::client::{Client, Request};
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::layout::{append_removal, base64, from_base64};
use crate::index::opensearch::refusal::{self, Reason};
use crate::index::opensearch::thread;

/// Bytes of a piece: at least, about, at most.
const PIECE: [usize; 3] = [16 << 10, 64 << 10, 256 << 10];
/// Bytes of pieces sent at once.
const BULK_BYTES: usize = 4 << 20;
/// Pieces fetched at once.
const AT_ONCE: usize = 32;
/// The name of the listing, as a document and as a file.
const LISTING: &str = "pieces.json";

/// One of a file's pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Piece {
    hash: String,
    bytes: usize,
}

/// By file its pieces, in order.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Listing(BTreeMap<String, Vec<Piece>>);

impl Listing {
    /// The listing among the files fetched into a folder; an empty one if it is not there.
    fn read(folder: &Path) -> Listing {
        let bytes = fs::read(folder.join(LISTING)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    fn hashes(&self) -> HashSet<&str> {
        let pieces = self.0.values().flatten();
        pieces.map(|piece| piece.hash.as_str()).collect()
    }
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Where a file is cut.
fn cut(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let [least, mean, most] = PIECE;
    let pieces = FastCDC::new(bytes, least, mean, most);
    pieces.map(|piece| &bytes[piece.offset..piece.offset + piece.length])
}

/// Sends documents to the index that is filled.
struct Sender<'c> {
    client: &'c Client,
    index: &'c str,
    lines: Lines,
}

impl Sender<'_> {
    fn add(&mut self, id: &str, bytes: &[u8]) -> Result<(), IndexError> {
        let action = json!({"index": {"_id": id}});
        let document = format!("{action}\n{{\"bytes\":\"{}\"}}\n", base64(bytes));
        self.lines.bytes().extend(document.bytes());
        self.end_line()
    }

    fn end_line(&mut self) -> Result<(), IndexError> {
        self.lines.end();
        match self.lines.len() >= BULK_BYTES {
            true => self.send(),
            false => Ok(()),
        }
    }

    fn send(&mut self) -> Result<(), IndexError> {
        let lines = std::mem::take(&mut self.lines);
        if lines.is_empty() {
            return Ok(());
        }
        let sent = bulk::send(self.client.clone(), self.index.to_owned(), lines);
        Ok(thread::wait(sent)?)
    }
}

/// Sends the manifest in `folder`, and every file that it names, to the index called `index`. If that was made of
/// another, what was fetched of which is in the folder `before`, only what that has not.
pub(super) fn send(
    client: &Client,
    index: &str,
    folder: &Path,
    manifest: &Manifest,
    before: Option<&Path>,
) -> Result<(), IndexError> {
    let old = before.map(Listing::read).unwrap_or_default();
    let there = old.hashes();
    let mut sender = Sender {
        client,
        index,
        lines: Lines::default(),
    };
    let (mut listing, mut sent) = (Listing::default(), HashSet::new());
    for name in manifest.files.keys() {
        let bytes = map_file(folder, name)?;
        let pieces = listing.0.entry(name.clone()).or_default();
        for bytes in cut(&bytes) {
            let hash = hash(bytes);
            if !there.contains(hash.as_str()) && sent.insert(hash.clone()) {
                sender.add(&hash, bytes)?;
            }
            let bytes = bytes.len();
            pieces.push(Piece { hash, bytes });
        }
    }
    let wanted = listing.hashes();
    for gone in there.difference(&wanted) {
        append_removal(sender.lines.bytes(), gone);
        sender.end_line()?;
    }
    let listed = serde_json::to_vec(&listing);
    let listed = listed.map_err(|error| IndexError::Engine(error.to_string()))?;
    sender.add(LISTING, &listed)?;
    let path = folder.join(manifest::FILE);
    let bytes = fs::read(&path).map_err(IndexError::read(&path))?;
    sender.add(manifest::FILE, &bytes)?;
    sender.send()
}

/// Pieces that lie in files here already.
#[derive(Debug, Default)]
struct Here(HashMap<String, (PathBuf, u64, usize)>);

impl Here {
    /// Those in a folder into which a generation was fetched.
    fn of(folder: &Path) -> Here {
        let mut here = HashMap::new();
        for (name, pieces) in Listing::read(folder).0 {
            let mut start = 0;
            for Piece { hash, bytes } in pieces {
                here.insert(hash, (folder.join(&name), start, bytes));
                start += bytes as u64;
            }
        }
        Here(here)
    }

    /// A piece, if it can be read and is what it should be.
    fn get(&self, wanted: &str) -> Option<Vec<u8>> {
        let (path, start, length) = self.0.get(wanted)?;
        let mut file = File::open(path).ok()?;
        file.seek(SeekFrom::Start(*start)).ok()?;
        let mut bytes = vec![0; *length];
        file.read_exact(&mut bytes).ok()?;
        (hash(&bytes) == wanted).then_some(bytes)
    }
}

/// Fetches the manifest from the index called `index` into `folder`, then every file that it names and that is wanted.
/// What a generation has that was fetched into `before` is copied from there. `accept` looks at the manifest before
/// anything else is fetched.
///
/// # Errors
/// [`IndexError::Damaged`] if a piece is missing; what the files hold is for the caller to check.
pub(super) fn fetch(
    client: &Client,
    index: &str,
    folder: &Path,
    before: Option<&Path>,
    wanted: impl Fn(&str) -> bool,
    accept: impl FnOnce(&Manifest) -> Result<(), IndexError>,
) -> Result<Manifest, IndexError> {
    let missing = |name: &str| IndexError::damage(&shown(client, index, name), Damage::Missing);
    let first = [manifest::FILE, LISTING].map(str::to_owned);
    let fetched = thread::wait(documents(client.clone(), index.to_owned(), first.to_vec()))?;
    for (name, bytes) in first.iter().zip(fetched) {
        let path = folder.join(name);
        fs::write(&path, bytes.ok_or_else(|| missing(name))?).map_err(IndexError::write(&path))?;
    }
    let manifest = Manifest::read(folder)?;
    accept(&manifest)?;
    let (listing, here) = (
        Listing::read(folder),
        before.map(Here::of).unwrap_or_default(),
    );
    for name in manifest.files.keys().filter(|name| wanted(name)) {
        if name.contains(['/', '\\']) || name.starts_with('.') {
            return Err(IndexError::damage(
                &shown(client, index, name),
                Damage::Content,
            ));
        }
        let path = folder.join(name);
        let mut file = BufWriter::new(File::create(&path).map_err(IndexError::write(&path))?);
        let pieces = listing.0.get(name).ok_or_else(|| missing(name))?;
        for pieces in pieces.chunks(AT_ONCE) {
            let mut found: Vec<_> = pieces.iter().map(|piece| here.get(&piece.hash)).collect();
            let away = pieces.iter().zip(&mut found);
            let away: Vec<_> = away.filter(|(_, found)| found.is_none()).collect();
            if !away.is_empty() {
                let ids = away.iter().map(|(piece, _)| piece.hash.clone()).collect();
                let fetched = thread::wait(documents(client.clone(), index.to_owned(), ids))?;
                for ((_, found), fetched) in away.into_iter().zip(fetched) {
                    *found = fetched;
                }
            }
            for bytes in found {
                let bytes = bytes.ok_or_else(|| missing(name))?;
                file.write_all(&bytes).map_err(IndexError::write(&path))?;
            }
        }
        file.flush().map_err(IndexError::write(&path))?;
    }
    Ok(manifest)
}

/// The hash of the manifest in `folder`.
pub(super) fn seal(folder: &Path) -> Result<String, IndexError> {
    let path = folder.join(manifest::FILE);
    let bytes = fs::read(&path).map_err(IndexError::read(&path))?;
    Ok(hash(&bytes))
}

/// Where a file is kept, for a person.
fn shown(client: &Client, index: &str, name: &str) -> PathBuf {
    let first = client.shown();
    let first = first.split(',').next().unwrap_or_default();
    format!("{first}/{index}/{name}").into()
}

/// The bytes of documents, in the order asked for; `None` for one that is not there.
async fn documents(
    client: Client,
    index: String,
    ids: Vec<String>,
) -> Result<Vec<Option<Vec<u8>>>, ClusterError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default)]
        docs: Vec<Found>,
    }
    #[derive(Deserialize)]
    struct Found {
        #[serde(rename = "_source")]
        source: Option<Source>,
        error: Option<Reason>,
    }
    #[derive(Deserialize)]
    struct Source {
        bytes: String,
    }
    let patience = client.settings().write_timeout;
    let path = format!("{index}/_mget?filter_path=docs._id,docs._source,docs.error");
    let request = Request::post(path)
        .json(&json!({"ids": ids}))
        .within(patience);
    let answer = client.read(request).await?;
    if answer.is_missing() {
        return Ok(vec![None; ids.len()]);
    }
    let reply: Reply = answer.read()?;
    if let Some(reason) = reply.docs.iter().find_map(|found| found.error.as_ref()) {
        let status = if reason.is_missing_index() { 404 } else { 503 };
        return Err(refusal::of_part(&client.shown(), status, reason));
    }
    let mut found = reply.docs.into_iter();
    let bytes = ids.iter().map(|_| {
        let source = found.next().and_then(|found| found.source);
        source.and_then(|source| from_base64(&source.bytes))
    });
    Ok(bytes.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes without a pattern.
    fn noise(length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        blake3::Hasher::new().finalize_xof().fill(&mut bytes);
        bytes
    }

    #[test]
    fn what_is_put_in_changes_no_piece_but_those_around_it() {
        let before = noise(4 << 20);
        let mut now = before.clone();
        now.splice(1_000_000..1_000_000, *b"one more");
        let hashes = |bytes: &[u8]| cut(bytes).map(hash).collect::<HashSet<String>>();
        let (before, now) = (hashes(&before), hashes(&now));
        assert!(before.len() > 30, "{}", before.len());
        assert!(now.difference(&before).count() <= 3);
        assert_eq!(cut(&[]).count(), 0);
    }

    #[test]
    fn a_piece_here_is_used_only_if_it_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let bytes = noise(1 << 20);
        fs::write(folder.path().join("a"), &bytes).expect("a file");
        let pieces = cut(&bytes).map(|bytes| Piece {
            hash: hash(bytes),
            bytes: bytes.len(),
        });
        let listing = Listing(BTreeMap::from([("a".to_owned(), pieces.collect())]));
        let json = serde_json::to_vec(&listing).expect("JSON");
        fs::write(folder.path().join(LISTING), json).expect("a file");
        let all = |here: &Here| {
            let pieces = listing.0["a"].iter();
            let found = pieces.map(|piece| here.get(&piece.hash));
            found
                .collect::<Option<Vec<_>>>()
                .map(|found| found.concat())
        };
        let here = Here::of(folder.path());
        assert_eq!(all(&here), Some(bytes.clone()));
        fs::write(folder.path().join("a"), noise(1 << 19)).expect("a file");
        assert_eq!(all(&here), None);
        assert!(all(&Here::of(Path::new("/nowhere"))).is_none());
    }
}
