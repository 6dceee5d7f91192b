//! What reads texts, for building an index and for answering from it alike.

use std::sync::Arc;

use crate::semantic::{Encoder, Encoding};
use crate::text::Analyzer;

/// The analyzer, and the encoder if there is one. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Language {
    /// Turns texts into terms.
    pub analyzer: Arc<Analyzer>,
    /// Turns texts into vectors.
    pub encoder: Option<Arc<Encoder>>,
}

impl Language {
    /// The built-in analyzer and encoder.
    pub fn built_in() -> Language {
        Language::with(Encoder::built_in())
    }

    /// The built-in analyzer and some encoder.
    pub fn with(encoder: Encoder) -> Language {
        Language {
            encoder: Some(Arc::new(encoder)),
            ..Language::lexical()
        }
    }

    /// The built-in analyzer alone: words, no meaning.
    pub fn lexical() -> Language {
        Language {
            analyzer: Arc::new(Analyzer::new()),
            encoder: None,
        }
    }

    /// The encoding of a normalised question; `None` without an encoder or while it fails.
    pub(crate) fn encoding(&self, normalized: &str) -> Option<Encoding> {
        self.encoder.as_deref()?.question(normalized)
    }
}
