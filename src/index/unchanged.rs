//! What a new generation takes over from the one before: vectors of texts that are still there, and in a cluster the
//! documents of entries that are still the same.

use std::path::Path;

use crate::corpus::Entry;
use crate::index::encode::TextKey;
use crate::index::error::IndexError;
use crate::index::manifest::{Fingerprints, Manifest};
use crate::index::opensearch::Changes;
use crate::index::{embedded, opensearch};

/// What is known of the generation before.
#[derive(Debug, Default)]
pub(super) struct Unchanged(Option<Known>);

#[derive(Debug)]
enum Known {
    Embedded(Box<embedded::Known>),
    Cluster(Box<opensearch::Known>),
}

impl Unchanged {
    /// Those of a generation in a folder; nothing if they can't be read, or are not what was written: what is
    /// taken over gets a new seal.
    pub(super) fn of(generation: &Path, manifest: &Manifest) -> Unchanged {
        let known = embedded::Known::of(generation, manifest);
        Unchanged(known.map(|known| Known::Embedded(Box::new(known))))
    }

    /// Of a generation in a cluster.
    pub(super) fn in_cluster(known: opensearch::Known) -> Unchanged {
        Unchanged(Some(Known::Cluster(Box::new(known))))
    }

    /// What an engine outside the program has to change to hold these entries instead of those before; `None` if all
    /// of it is made anew. `answers` tells whether answers are to have vectors.
    pub(super) fn changes(
        &self,
        fingerprints: &Fingerprints,
        answers: bool,
        entries: impl Iterator<Item = Entry>,
    ) -> Result<Option<Changes>, IndexError> {
        match &self.0 {
            Some(Known::Cluster(known)) => known.changes(fingerprints, answers, entries),
            Some(Known::Embedded(_)) | None => Ok(None),
        }
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
