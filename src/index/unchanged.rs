//! What a new generation takes over from the one before: vectors of texts that are still there.

use std::path::Path;

use crate::index::embedded::Known;
use crate::index::encode::TextKey;
use crate::index::manifest::Manifest;

/// The vectors of the generation before, by their texts.
#[derive(Debug, Default)]
pub(super) struct Unchanged(Option<Known>);

impl Unchanged {
    /// Those of a generation; nothing if they can't be read, or are not what was written: what is taken
    /// over gets a new seal.
    pub(super) fn of(generation: &Path, manifest: &Manifest) -> Unchanged {
        Unchanged(Known::of(generation, manifest))
    }

    /// The bytes of a text's vector, and those of its tokens.
    pub(super) fn row(&self, key: &TextKey) -> Option<(&[u8], &[u8])> {
        self.0.as_ref()?.row(key)
    }
}
