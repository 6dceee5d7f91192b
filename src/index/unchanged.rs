//! What a new generation takes over from the one before: vectors of texts that are still there.

use std::path::Path;

use crate::index::encode::TextKey;
use crate::index::error::IndexError;
use crate::index::manifest::Manifest;
use crate::index::{embedded, opensearch};

/// The vectors of the generation before, by their texts.
#[derive(Debug, Default)]
pub(super) struct Unchanged(Option<Known>);

#[derive(Debug)]
enum Known {
    Embedded(Box<embedded::Known>),
    Cluster(opensearch::Known),
}

impl Unchanged {
    /// Those of a generation in a folder; nothing if they can't be read, or are not what was written: what is
    /// taken over gets a new seal.
    pub(super) fn of(generation: &Path, manifest: &Manifest) -> Unchanged {
        let known = embedded::Known::of(generation, manifest);
        Unchanged(known.map(|known| Known::Embedded(Box::new(known))))
    }

    /// Those of a generation in a cluster.
    pub(super) fn in_cluster(known: opensearch::Known) -> Unchanged {
        Unchanged(Some(Known::Cluster(known)))
    }

    /// Sends for what is known of these texts; no others are asked for before the next time.
    pub(super) fn make_ready(&mut self, keys: &[TextKey]) -> Result<(), IndexError> {
        match &mut self.0 {
            Some(Known::Cluster(known)) => known.make_ready(keys),
            Some(Known::Embedded(_)) | None => Ok(()),
        }
    }

    /// The bytes of a text's vector, and those of its tokens.
    pub(super) fn row(&self, key: &TextKey) -> Option<(&[u8], &[u8])> {
        match self.0.as_ref()? {
            Known::Embedded(known) => known.row(key),
            Known::Cluster(known) => known.row(key),
        }
    }
}
