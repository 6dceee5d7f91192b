//! Fills the index of a generation: bulk requests, a few at a time, tried again while the cluster is too busy.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
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
use crate::index::opensearch::settling;
use crate::index::opensearch::thread;
use crate::semantic::ROW_OVERHEAD;

/// Bytes of a bulk request: large enough to be worth its way, small enough to be held several times.
const BULK_BYTES: usize = 4 << 20;
/// Bulk requests on their way at once. Who fills the index waits for the oldest: so a busy cluster slows a build
/// down, and memory stays bounded.
const AT_ONCE: usize = 3;

/// Sends a generation's entries to the cluster, and writes into a folder what replicas keep of them.
pub(in crate::index) struct ClusterWriter {
    client: Client,
    index: String,
    folder: PathBuf,
    vectors: Option<VectorWriter>,
    token_bytes: usize,
    kept: Kept,
    waiting: Lines,
    sent: VecDeque<Receiver<Result<(), ClusterError>>>,
    written: u64,
    /// Terms of all variants.
    variant_terms: u64,
}

impl ClusterWriter {
    /// Begins to fill `index`. `token_dimensions` are those of the encoder, if there is one.
    pub(super) fn create(
        client: &Client,
        index: &str,
        folder: &Path,
        token_dimensions: Option<usize>,
    ) -> Result<ClusterWriter, IndexError> {
        let vectors = token_dimensions.map(|_| VectorWriter::create(folder, None));
        Ok(ClusterWriter {
            client: client.clone(),
            index: index.to_owned(),
            folder: folder.to_owned(),
            vectors: vectors.transpose().map_err(IndexError::write(folder))?,
            token_bytes: token_dimensions.unwrap_or_default() + ROW_OVERHEAD,
            kept: Kept::new(token_dimensions.unwrap_or_default()),
            waiting: Lines::default(),
            sent: VecDeque::new(),
            written: 0,
            variant_terms: 0,
        })
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
        let key = u32::try_from(self.written)
            .map_err(|_| engine(&"more entries than one knowledge base can hold"))?;
        let shown = postcard::to_stdvec(entry).map_err(|error| engine(&error))?;
        let out = self.waiting.bytes();
        layout::append_document(out, u64::from(key), entry, analyzed, tokens, &shown)
            .map_err(|error| engine(&error))?;
        self.waiting.end();
        self.kept.add(key, entry, analyzed);
        let terms = analyzed.variant_terms.split_ascii_whitespace();
        self.variant_terms += terms.count() as u64;
        self.written += 1;
        if self.waiting.len() >= BULK_BYTES {
            self.send()?;
        }
        Ok(())
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

    /// Waits until all entries are there and can be found, and writes what replicas keep.
    pub(in crate::index) fn finish(mut self) -> Result<(), IndexError> {
        self.send()?;
        while !self.sent.is_empty() {
            self.wait_for_oldest()?;
        }
        let (client, index) = (self.client.clone(), self.index.clone());
        let mean = self.variant_terms as f32 / self.written.max(1) as f32;
        // The embedded engine takes all variants together for a text of one term in a field of mean length.
        let wanted = match mean > 0.0 {
            true => K1 * (1.0 - B + B / mean),
            false => K1,
        };
        let written = self.written;
        self.kept.variants = thread::wait(async move {
            let given = settling::score_variants(&client, &index, wanted).await?;
            settling::make_visible(&client, &index, written).await?;
            Ok(Variants { wanted, given })
        })?;
        if let Some(vectors) = self.vectors {
            let finished = vectors.finish();
            finished.map_err(IndexError::write(&self.folder))?;
        }
        self.kept.write(&self.folder)
    }
}
