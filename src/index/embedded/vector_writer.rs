//! Writes the vectors of a generation, and their tokens unless those are kept elsewhere.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::index::embedded::vectors::{ENDS, KEYS, ROWS, SIGNS, TOKEN_ENDS, TOKENS};
use crate::index::encode::EncodedBatch;
use crate::semantic::{ROW_OVERHEAD, append_signs};

/// Writes the vectors of one generation.
pub(in crate::index) struct VectorWriter {
    rows: BufWriter<File>,
    signs: BufWriter<File>,
    ends: BufWriter<File>,
    keys: BufWriter<File>,
    tokens: Option<TokenWriter>,
    written: u32,
}

struct TokenWriter {
    /// Bytes of a token's vector.
    token_bytes: usize,
    rows: BufWriter<File>,
    ends: BufWriter<File>,
    written: u32,
}

impl VectorWriter {
    /// Begins to write. `token_dimensions` are those of tokens that are to be written, too.
    pub(in crate::index) fn create(
        folder: &Path,
        token_dimensions: Option<usize>,
    ) -> io::Result<Self> {
        let file = |name| Ok::<_, io::Error>(BufWriter::new(File::create(folder.join(name))?));
        let tokens = token_dimensions.map(|dimensions| -> io::Result<TokenWriter> {
            Ok(TokenWriter {
                token_bytes: dimensions + ROW_OVERHEAD,
                rows: file(TOKENS)?,
                ends: file(TOKEN_ENDS)?,
                written: 0,
            })
        });
        Ok(VectorWriter {
            rows: file(ROWS)?,
            signs: file(SIGNS)?,
            ends: file(ENDS)?,
            keys: file(KEYS)?,
            tokens: tokens.transpose()?,
            written: 0,
        })
    }

    /// Writes those of the next entries.
    pub(in crate::index) fn push(&mut self, batch: &EncodedBatch<'_>) -> io::Result<()> {
        let mut signs = Vec::new();
        for texts in batch.entries() {
            for text in texts {
                self.rows.write_all(text.row)?;
                signs.clear();
                append_signs(text.row, &mut signs);
                self.signs.write_all(&signs)?;
                if let Some(tokens) = &mut self.tokens {
                    tokens.push(text.tokens)?;
                }
                self.keys.write_all(text.key)?;
                self.written += 1;
            }
            self.ends.write_all(&self.written.to_le_bytes())?;
        }
        Ok(())
    }

    pub(in crate::index) fn finish(mut self) -> io::Result<()> {
        self.rows.flush()?;
        self.signs.flush()?;
        self.ends.flush()?;
        if let Some(mut tokens) = self.tokens {
            tokens.rows.flush()?;
            tokens.ends.flush()?;
        }
        self.keys.flush()
    }
}

impl TokenWriter {
    fn push(&mut self, rows: &[u8]) -> io::Result<()> {
        self.rows.write_all(rows)?;
        self.written += (rows.len() / self.token_bytes) as u32;
        self.ends.write_all(&self.written.to_le_bytes())
    }
}
