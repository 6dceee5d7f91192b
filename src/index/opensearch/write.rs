//! Fills the index of a generation: bulk requests, a few at a time, tried again while the cluster is too busy.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use crate::corpus::Entry;
use crate::index::IndexError;
use crate::index::analyzed::AnalyzedEntry;
use crate::index::embedded::VectorWriter;
use crate::index::encode::EncodedBatch;
use crate::index::opensearch::bulk::{self, Lines};
use crate::index::opensearch::client::Client;
use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::layout::{self, B, K1};
use crate::index::opensearch::local::{Kept, Variants, packed_tokens};
use crate::index::opensearch::rows::{RowWriter, Shown};
use crate::index::opensearch::{Changes, clone, order, settling, thread};
use crate::semantic::ROW_OVERHEAD;

/// Bytes of a bulk request: large enough to be worth its way, small enough to be held several times.
const BULK_BYTES: usize = 4 << 20;
/// Bulk requests on their way at once. Who fills the index waits for the oldest: so a busy cluster slows a build
/// down, and memory stays bounded.
const AT_ONCE: usize = 3;

/// What became of the entries on the way to an engine outside the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::index) struct Sent {
    /// Sent, since they are new, other than before, or at another place among the others.
    pub(in crate::index) sent: usize,
    /// Taken over from the generation before.
    pub(in crate::index) kept: usize,
}

/// Sends a generation's entries to the cluster, those that are not there already, and writes into a folder what
/// replicas keep of them.
pub(in crate::index) struct ClusterWriter {
    client: Client,
    index: String,
    folder: PathBuf,
    vectors: Option<VectorWriter>,
    token_bytes: usize,
    rows: RowWriter,
    kept: Kept,
    changes: Option<Arc<Changes>>,
    /// Whether the entries are others than when the changes were found: a file was edited since.
    is_off: bool,
    count: Sent,
    waiting: Lines,
    sent: VecDeque<Receiver<Result<(), ClusterError>>>,
    written: u64,
    /// Terms of all variants.
    variant_terms: u64,
}

impl ClusterWriter {
    /// Begins to fill `index`, or to change it as told. `token_dimensions` are those of the encoder, if there is one.
    pub(super) fn create(
        client: &Client,
        index: &str,
        folder: &Path,
        token_dimensions: Option<usize>,
        changes: Option<Arc<Changes>>,
    ) -> Result<ClusterWriter, IndexError> {
        let vectors = token_dimensions.map(|_| VectorWriter::create(folder, None));
        let mut writer = ClusterWriter {
            client: client.clone(),
            index: index.to_owned(),
            folder: folder.to_owned(),
            vectors: vectors.transpose().map_err(IndexError::write(folder))?,
            token_bytes: token_dimensions.unwrap_or_default() + ROW_OVERHEAD,
            rows: RowWriter::create(folder).map_err(IndexError::write(folder))?,
            kept: Kept::new(token_dimensions.unwrap_or_default()),
            changes,
            is_off: false,
            count: Sent::default(),
            waiting: Lines::default(),
            sent: VecDeque::new(),
            written: 0,
            variant_terms: 0,
        };
        if let Some(changes) = writer.changes.clone() {
            for &key in &changes.removed {
                layout::append_removal(writer.waiting.bytes(), key);
                writer.end_line()?;
            }
        }
        Ok(writer)
    }

    /// Whether the document of each of the next entries is there already. Nothing is said of those behind.
    pub(in crate::index) fn kept(&self) -> &[bool] {
        let kept = self.changes.as_ref().map(|changes| changes.kept.as_slice());
        kept.and_then(|kept| kept.get(self.written as usize..))
            .unwrap_or_default()
    }

    /// Sends the next entries.
    pub(in crate::index) fn push(
        &mut self,
        entries: &[Entry],
        analyzed: &[AnalyzedEntry],
        encoded: Option<&EncodedBatch<'_>>,
    ) -> Result<(), IndexError> {
        if let (Some(vectors), Some(encoded)) = (&mut self.vectors, encoded) {
            let written = vectors.push(encoded);
            written.map_err(IndexError::write(&self.folder))?;
        }
        let mut encoded = encoded.map(EncodedBatch::entries);
        for (entry, analyzed) in entries.iter().zip(analyzed) {
            let texts = encoded.as_mut().and_then(Iterator::next);
            let texts = texts.into_iter().flatten().map(|text| text.tokens);
            let tokens = packed_tokens(texts, self.token_bytes);
            self.add(entry, analyzed, &tokens)?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        entry: &Entry,
        analyzed: &AnalyzedEntry,
        tokens: &[u8],
    ) -> Result<(), IndexError> {
        let engine = |error: &dyn std::fmt::Display| IndexError::Engine(error.to_string());
        let position = u32::try_from(self.written)
            .map_err(|_| engine(&"more entries than one knowledge base can hold"))?;
        let shown = Shown::new(entry.clone())?;
        let (key, is_kept) = self.place_of(position, &shown);
        let written = self.rows.push(key, &shown);
        written.map_err(IndexError::write(&self.folder))?;
        self.kept.add(position, entry, analyzed);
        let terms = analyzed.variant_terms.split_ascii_whitespace();
        self.variant_terms += terms.count() as u64;
        self.written += 1;
        if is_kept {
            self.count.kept += 1;
            return Ok(());
        }
        self.count.sent += 1;
        let out = self.waiting.bytes();
        layout::append_document(out, key, entry, analyzed, tokens, &shown.bytes)
            .map_err(|error| engine(&error))?;
        self.end_line()
    }

    /// An entry's key, and whether its document needs no sending.
    fn place_of(&mut self, position: u32, shown: &Shown) -> (u64, bool) {
        let Some(changes) = &self.changes else {
            return (order::key_at(position), false);
        };
        let at = position as usize;
        self.is_off |= changes.hashes.get(at) != Some(&shown.hash);
        match self.is_off {
            // All of it is in vain.
            true => (order::key_at(position), true),
            false => (changes.keys[at], changes.kept[at]),
        }
    }

    fn end_line(&mut self) -> Result<(), IndexError> {
        self.waiting.end();
        match self.waiting.len() >= BULK_BYTES {
            true => self.send(),
            false => Ok(()),
        }
    }

    fn send(&mut self) -> Result<(), IndexError> {
        while self.sent.len() >= AT_ONCE {
            self.wait_for_oldest()?;
        }
        let lines = std::mem::take(&mut self.waiting);
        if !lines.is_empty() {
            let work = bulk::send(self.client.clone(), self.index.clone(), lines);
            self.sent.push_back(thread::begin(work)?);
        }
        Ok(())
    }

    fn wait_for_oldest(&mut self) -> Result<(), IndexError> {
        if let Some(oldest) = self.sent.pop_front() {
            let gone = |_| IndexError::Engine("a bulk request was lost".to_owned());
            oldest.recv().map_err(gone)??;
        }
        Ok(())
    }

    /// Waits until all entries are there and can be found, and writes what replicas keep. `None` if that can't be had of
    /// the generation before, since a file was edited meanwhile or the cluster keeps what was removed.
    pub(in crate::index) fn finish(mut self) -> Result<Option<Sent>, IndexError> {
        self.send()?;
        while !self.sent.is_empty() {
            self.wait_for_oldest()?;
        }
        let changes = self.changes.as_deref();
        let is_cut = changes.is_some_and(|changes| changes.keys.len() as u64 != self.written);
        if self.is_off || is_cut {
            tracing::info!("all entries are sent: the corpus was edited while it was read");
            return Ok(None);
        }
        let (client, index) = (self.client.clone(), self.index.clone());
        let mean = self.variant_terms as f32 / self.written.max(1) as f32;
        // The embedded engine takes all variants together for a text of one term in a field of mean length.
        let wanted = match mean > 0.0 {
            true => K1 * (1.0 - B + B / mean),
            false => K1,
        };
        let written = self.written;
        let scored = changes.map_or(K1, |changes| changes.scored);
        let removed = changes.map(|changes| changes.removed.len());
        let settled = thread::wait(async move {
            let given = settling::score_variants(&client, &index, scored, wanted).await?;
            settling::make_visible(&client, &index, written).await?;
            let is_clean = match removed {
                Some(removed) => clone::expunge(&client, &index, removed).await?,
                None => true,
            };
            Ok(is_clean.then_some(Variants { wanted, given }))
        })?;
        let Some(variants) = settled else {
            tracing::info!("all entries are sent: the cluster does not let go of removed ones");
            return Ok(None);
        };
        self.kept.variants = variants;
        if let Some(vectors) = self.vectors {
            let finished = vectors.finish();
            finished.map_err(IndexError::write(&self.folder))?;
        }
        self.rows
            .finish()
            .map_err(IndexError::write(&self.folder))?;
        self.kept.write(&self.folder)?;
        Ok(Some(self.count))
    }
}
