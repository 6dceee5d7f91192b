//! Writes the vectors of a generation.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::index::embedded::vectors::{ENDS, KEYS, ROWS, SIGNS, TOKEN_ENDS, TOKENS};
use crate::index::encode::EncodedBatch;
use crate::semantic::{ROW_OVERHEAD, append_signs};

/// Writes the vectors of one generation.
pub(super) struct VectorWriter {
    /// Bytes of a token's vector.
    token_bytes: usize,
    rows: BufWriter<File>,
    signs: BufWriter<File>,
    ends: BufWriter<File>,
    keys: BufWriter<File>,
    tokens: BufWriter<File>,
    token_ends: BufWriter<File>,
    written: u32,
    written_tokens: u32,
}

impl VectorWriter {
    pub(super) fn create(folder: &Path, token_dimensions: usize) -> io::Result<Self> {
        let file = |name| Ok::<_, io::Error>(BufWriter::new(File::create(folder.join(name))?));
        Ok(VectorWriter {
            token_bytes: token_dimensions + ROW_OVERHEAD,
            rows: file(ROWS)?,
            signs: file(SIGNS)?,
            ends: file(ENDS)?,
            keys: file(KEYS)?,
            tokens: file(TOKENS)?,
            token_ends: file(TOKEN_ENDS)?,
            written: 0,
            written_tokens: 0,
        })
    }

    /// Writes those of the next entries.
    pub(super) fn push(&mut self, batch: &EncodedBatch<'_>) -> io::Result<()> {
        let mut signs = Vec::new();
        for texts in batch.entries() {
            for text in texts {
                self.rows.write_all(text.row)?;
                signs.clear();
                append_signs(text.row, &mut signs);
                self.signs.write_all(&signs)?;
                self.tokens.write_all(text.tokens)?;
                self.written_tokens += (text.tokens.len() / self.token_bytes) as u32;
                self.token_ends
                    .write_all(&self.written_tokens.to_le_bytes())?;
                self.keys.write_all(text.key)?;
                self.written += 1;
            }
            self.ends.write_all(&self.written.to_le_bytes())?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.rows.flush()?;
        self.signs.flush()?;
        self.ends.flush()?;
        self.tokens.flush()?;
        self.token_ends.flush()?;
        self.keys.flush()
    }
}
