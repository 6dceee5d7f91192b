//! The files of a generation's knowledge, kept in the cluster in pieces.
//!
//! A piece is a document called `<file>/<number>`. The manifest tells how many pieces a file has and what its bytes
//! are, and is itself sealed; its own length is not known before, so that it is one piece.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use tokio::task::JoinSet;

use crate::index::IndexError;
use crate::index::error::Damage;
use crate::index::manifest::{self, Manifest};
use crate::index::opensearch::bulk::{self, Lines};
use crate::index::opensearch::client::{Client, Request};
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::layout::{base64, from_base64};
use crate::index::opensearch::thread;

/// Bytes of a piece.
const PIECE: usize = 2 << 20;
/// Pieces on their way at once.
const AT_ONCE: usize = 4;

/// Sends the manifest in `folder`, and every file that it names, to the index called `index`.
pub(super) fn send(
    client: &Client,
    index: &str,
    folder: &Path,
    manifest: &Manifest,
) -> Result<(), IndexError> {
    for name in manifest.files.keys() {
        let path = folder.join(name);
        let mut file = File::open(&path).map_err(IndexError::read(&path))?;
        let mut number = 0;
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            let mut next = std::io::Read::take(&mut file, PIECE as u64);
            std::io::Read::read_to_end(&mut next, &mut piece).map_err(IndexError::read(&path))?;
            if piece.is_empty() {
                break;
            }
            send_piece(client, index, name, number, &piece)?;
            number += 1;
        }
    }
    let path = folder.join(manifest::FILE);
    let bytes = fs::read(&path).map_err(IndexError::read(&path))?;
    send_piece(client, index, manifest::FILE, 0, &bytes)
}

fn send_piece(
    client: &Client,
    index: &str,
    name: &str,
    number: usize,
    bytes: &[u8],
) -> Result<(), IndexError> {
    let id = serde_json::Value::from(format!("{name}/{number}"));
    let mut lines = Lines::default();
    let document = format!(
        "{{\"index\":{{\"_id\":{id}}}}}\n{{\"bytes\":\"{}\"}}\n",
        base64(bytes)
    );
    lines.bytes().extend(document.bytes());
    lines.end();
    let sent = bulk::send(client.clone(), index.to_owned(), lines);
    Ok(thread::wait(sent)?)
}

/// Fetches the manifest from the index called `index` into `folder`, then every file that it names.
///
/// # Errors
/// [`IndexError::Damaged`] if a piece is missing; what the files hold is for the caller to check.
pub(super) fn fetch(client: &Client, index: &str, folder: &Path) -> Result<Manifest, IndexError> {
    let bytes = thread::wait(piece(
        client.clone(),
        index.to_owned(),
        manifest::FILE.to_owned(),
        0,
    ))?;
    let path = folder.join(manifest::FILE);
    let missing = |name: &str| IndexError::damage(&shown(client, index, name), Damage::Missing);
    fs::write(&path, bytes.ok_or_else(|| missing(manifest::FILE))?)
        .map_err(IndexError::write(&path))?;
    let manifest = Manifest::read(folder)?;
    for (name, content) in &manifest.files {
        if name.contains(['/', '\\']) || name.starts_with('.') {
            return Err(IndexError::damage(
                &shown(client, index, name),
                Damage::Content,
            ));
        }
        let path = folder.join(name);
        let mut file = BufWriter::new(File::create(&path).map_err(IndexError::write(&path))?);
        let pieces = usize::try_from(content.bytes)
            .unwrap_or(usize::MAX)
            .div_ceil(PIECE);
        for first in (0..pieces).step_by(AT_ONCE) {
            let numbers = first..pieces.min(first + AT_ONCE);
            let some = some_pieces(client.clone(), index.to_owned(), name.clone(), numbers);
            for bytes in thread::wait(some)? {
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
    Ok(blake3::hash(&bytes).to_hex().to_string())
}

/// Where a file is kept, for a person.
fn shown(client: &Client, index: &str, name: &str) -> std::path::PathBuf {
    let first = client.shown();
    let first = first.split(',').next().unwrap_or_default();
    format!("{first}/{index}/{name}").into()
}

async fn some_pieces(
    client: Client,
    index: String,
    name: String,
    numbers: std::ops::Range<usize>,
) -> Result<Vec<Option<Vec<u8>>>, ClusterError> {
    let mut pieces = vec![None; numbers.len()];
    let mut coming = JoinSet::new();
    let (index, name) = (Arc::new(index), Arc::new(name));
    for (at, number) in numbers.enumerate() {
        let (client, index, name) = (client.clone(), index.clone(), name.clone());
        coming.spawn(async move {
            let piece = piece(client, index.to_string(), name.to_string(), number).await;
            piece.map(|piece| (at, piece))
        });
    }
    while let Some(come) = coming.join_next().await {
        // A task that was lost leaves its piece missing.
        if let Ok(come) = come {
            let (at, piece) = come?;
            pieces[at] = piece;
        }
    }
    Ok(pieces)
}

/// A piece; `None` if it is not there.
async fn piece(
    client: Client,
    index: String,
    name: String,
    number: usize,
) -> Result<Option<Vec<u8>>, ClusterError> {
    #[derive(Deserialize)]
    struct Found {
        #[serde(rename = "_source")]
        source: Option<Source>,
    }
    #[derive(Deserialize)]
    struct Source {
        bytes: String,
    }
    let name = name.replace('%', "%25").replace('/', "%2F");
    let patience = client.settings().write_timeout;
    let request = Request::get(format!("{index}/_doc/{name}%2F{number}")).within(patience);
    let answer = client.read(request).await?;
    if answer.is_missing() {
        return Ok(None);
    }
    let found: Found = answer.read()?;
    Ok(found.source.and_then(|source| from_base64(&source.bytes)))
}
