//! Tokens of an entry's texts, which the cluster keeps beside its record: for a question, and for the next build.

use std::sync::Arc;

use crate::index::embedded::Asked;
use crate::index::opensearch::local::unpacked_tokens;
use crate::index::opensearch::record::Record;
use crate::index::opensearch::{OpenSearch, search, thread};
use crate::index::{EntryKey, IndexError};
use crate::semantic::{self, ROW_OVERHEAD};

impl OpenSearch {
    /// How near each text of an entry comes to each token of the question; `None` if there are no tokens.
    pub(super) fn nearest_tokens(
        &self,
        key: EntryKey,
        record: &Record,
        asked: &Asked<'_>,
    ) -> Result<Option<Vec<Vec<f32>>>, IndexError> {
        let Some(question) = &asked.tokens else {
            return Ok(None);
        };
        let (counts, rows) = self.tokens(key, record)?;
        let mut ranges = Vec::with_capacity(counts.len());
        let mut end = 0;
        for count in counts {
            ranges.push(end..end + count);
            end += count;
        }
        let tokens = semantic::Tokens::open(rows, self.local.kept.token_dimensions);
        let nearest = tokens.map(|tokens| tokens.nearest(question, &ranges));
        Ok(nearest.map(Option::unwrap_or_default))
    }

    /// How many tokens each text of an entry has, and the rows of all.
    pub(super) fn tokens<'r>(
        &self,
        key: EntryKey,
        record: &'r Record,
    ) -> Result<(Vec<usize>, &'r [u8]), IndexError> {
        if record.tokens.is_empty() {
            let vectors = self.local.vectors.as_ref();
            let texts = vectors.map_or(0, |vectors| vectors.texts_of(key).len());
            return Ok((vec![0; texts], &[]));
        }
        unpacked_tokens(&record.tokens, self.token_bytes()).ok_or_else(|| self.damaged(key))
    }

    pub(super) fn token_bytes(&self) -> usize {
        self.local.kept.token_dimensions + ROW_OVERHEAD
    }

    /// For each of these entries, its texts' tokens. Blocks: for a build.
    pub(super) fn tokens_of(&self, keys: &[EntryKey]) -> Result<Vec<Vec<Vec<u8>>>, IndexError> {
        let (client, index) = (self.client.clone(), self.index.clone());
        let wanted = self.documents(keys.iter().copied())?;
        let stored =
            thread::wait(
                async move { search::stored(&client, &index, &wanted, ["tokens"]).await },
            )?;
        let stored = keys.iter().zip(self.there(stored)?);
        let texts = stored.map(|(&key, found)| {
            let [tokens] = found.ok_or_else(|| self.damaged(key))?;
            let record = Record {
                text: Arc::default(),
                tokens: tokens.unwrap_or_default(),
            };
            let (counts, mut rest) = self.tokens(key, &record)?;
            let texts = counts.into_iter().map(|count| {
                let (rows, behind) = rest.split_at(count * self.token_bytes());
                rest = behind;
                rows.to_vec()
            });
            Ok(texts.collect())
        });
        texts.collect()
    }
}
