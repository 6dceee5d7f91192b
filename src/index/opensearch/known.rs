//! What a generation is made of, for the next one to take over: vectors by their texts, of which those of texts are
//! here and their tokens are sent for; and the documents of entries that are still the same.

use std::collections::HashMap;
use std::time::Duration;

use crate::corpus::Entry;
use crate::index::encode::TextKey;
use crate::index::manifest::{Fingerprints, Manifest};
use crate::index::opensearch::place::Opened;
use crate::index::opensearch::rows::{self, EntryHash, Shown};
use crate::index::opensearch::{Changes, OpenSearch};
use crate::index::{EntryKey, IndexError};

/// So many entries are sent for at once.
const AT_ONCE: usize = 100;
/// So often what does not come is sent for, with a pause between.
const ATTEMPTS: usize = 4;
const PAUSE: Duration = Duration::from_secs(3);

/// What a generation is made of.
#[derive(Debug)]
pub(in crate::index) struct Known {
    engine: Box<OpenSearch>,
    manifest: Manifest,
    by_key: HashMap<TextKey, u32>,
    /// Of the texts that were made ready.
    tokens: HashMap<TextKey, Vec<u8>>,
}

impl Known {
    /// That of an opened generation.
    pub(super) fn of(opened: Opened) -> Known {
        let engine = opened.engine;
        let vectors = engine.local().vectors.as_ref();
        let keys = vectors.map(|vectors| vectors.keys().copied().zip(0..).collect());
        Known {
            by_key: keys.unwrap_or_default(),
            tokens: HashMap::new(),
            manifest: opened.knowledge.manifest,
            engine,
        }
    }

    /// What must be done to make the entries of a corpus of this generation's; `None` if it is as well made from
    /// nothing, which is told. `answers` tells whether answers are to have vectors.
    pub(in crate::index) fn changes(
        &self,
        fingerprints: &Fingerprints,
        answers: bool,
        entries: impl Iterator<Item = Entry>,
    ) -> Result<Option<Changes>, IndexError> {
        let Manifest {
            fingerprints: before,
            statistics,
            ..
        } = &self.manifest;
        let told = |reason: &str| {
            tracing::info!("all entries are sent: {reason}");
            Ok(None)
        };
        let is_alike = before.analyzer == fingerprints.analyzer
            && before.encoder == fingerprints.encoder
            && statistics.answer_vectors == answers;
        if !is_alike {
            return told("they are analysed or encoded otherwise than before");
        }
        let local = self.engine.local();
        let Some(hashes) = rows::hashes(self.engine.folder.path(), local.rows.keys().len()) else {
            return told("of those before nothing is known");
        };
        let now = entries.map(|entry| Shown::new(entry).map(|shown| shown.hash));
        let now = now.collect::<Result<Vec<EntryHash>, _>>()?;
        let keys: Vec<u64> = local.rows.keys().collect();
        let from = self.engine.index.clone();
        let scored = local.kept.variants.given;
        let folder = self.engine.folder.clone();
        let changes = Changes::between(from, folder, scored, &keys, &hashes, now);
        match changes.are_most() {
            true => told("most of them are new or gone"),
            false => Ok(Some(changes)),
        }
    }

    /// Sends for what is known of these texts, and lets go of all others.
    pub(in crate::index) fn make_ready(&mut self, keys: &[TextKey]) -> Result<(), IndexError> {
        self.tokens.clear();
        let Some(vectors) = &self.engine.local().vectors else {
            return Ok(());
        };
        // The entries that hold the texts, each with those that are wanted of it.
        let mut wanted: HashMap<EntryKey, Vec<(TextKey, usize)>> = HashMap::new();
        for key in keys {
            if let Some(&row) = self.by_key.get(key) {
                let entry = EntryKey(vectors.entry_of(row) as u64);
                let text = row as usize - vectors.texts_of(entry).start;
                wanted.entry(entry).or_default().push((*key, text));
            }
        }
        let mut entries: Vec<EntryKey> = wanted.keys().copied().collect();
        entries.sort_unstable();
        for entries in entries.chunks(AT_ONCE) {
            let tokens = self.tokens_of(entries)?;
            for (entry, texts) in entries.iter().zip(tokens) {
                for (key, text) in &wanted[entry] {
                    let rows = texts.get(*text).cloned().unwrap_or_default();
                    self.tokens.insert(*key, rows);
                }
            }
        }
        Ok(())
    }

    /// The tokens of these entries. To encode all texts anew may take hours, so that it is tried more than once.
    fn tokens_of(&self, entries: &[EntryKey]) -> Result<Vec<Vec<Vec<u8>>>, IndexError> {
        let mut left = ATTEMPTS;
        loop {
            left -= 1;
            match self.engine.tokens_of(entries) {
                Err(error) if left > 0 && error.is_passing() => std::thread::sleep(PAUSE),
                done => return done,
            }
        }
    }

    /// The bytes of a text's vector, and those of its tokens.
    pub(in crate::index) fn row(&self, key: &TextKey) -> Option<(&[u8], &[u8])> {
        let vectors = self.engine.local().vectors.as_ref()?;
        let (row, _) = vectors.row(*self.by_key.get(key)? as usize);
        // Of an entry whose document stays, tokens are not needed.
        let tokens = self.tokens.get(key).map(Vec::as_slice);
        Some((row, tokens.unwrap_or_default()))
    }
}
