//! What is known of a generation without asking its engine: sizes, words, synonyms, messages, the catalog, rarity.
//!
//! Small files, read or mapped when the generation is opened. They are the same whichever engine finds its entries.

mod write;

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::index::catalog::Catalog;
use crate::index::embedded::{Mapped, map_file};
use crate::index::error::IndexError;
use crate::index::manifest::Manifest;
use crate::index::rarity::{self, Rarity};
use crate::index::synonyms::Synonyms;
use crate::index::welcome::OwnWords;
use crate::text::respell::Vocabulary;

pub(super) use write::KnowledgeWriter;

/// Names of the files in a generation.
mod names {
    pub(super) const RARITY: &str = "rarity";
    pub(super) const CHARACTERS: &str = "characters";
    pub(super) const CATALOG: &str = "catalog.json";
    pub(super) const VOCABULARY: &str = "vocabulary";
    pub(super) const LEXICON: &str = "lexicon";
    pub(super) const MESSAGES: &str = "messages.json";
}

/// What is known of one generation. All its files are read or mapped: it goes on working if they are deleted.
#[derive(Debug)]
pub(super) struct Knowledge {
    pub(super) manifest: Manifest,
    pub(super) vocabulary: Vocabulary,
    pub(super) synonyms: Synonyms,
    pub(super) words: OwnWords,
    pub(super) catalog: Catalog,
    rarity: Rarity<Mapped>,
    characters: Mapped,
}

impl Knowledge {
    /// Reads the files in a generation's folder.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] naming the file that is missing or makes no sense.
    pub(super) fn open(generation: &Path, manifest: Manifest) -> Result<Knowledge, IndexError> {
        let damaged =
            |name: &str, reason: &str| IndexError::damaged(&generation.join(name), reason);
        let vocabulary = Vocabulary::from_bytes(&map_file(generation, names::VOCABULARY)?);
        let rarity = Rarity::new(map_file(generation, names::RARITY)?);
        Ok(Knowledge {
            vocabulary: vocabulary
                .ok_or_else(|| damaged(names::VOCABULARY, "it is no vocabulary"))?,
            synonyms: Synonyms::new(compact(generation, names::LEXICON)?),
            words: json(generation, names::MESSAGES)?,
            rarity: rarity.ok_or_else(|| damaged(names::RARITY, "it is cut short"))?,
            characters: map_file(generation, names::CHARACTERS)?,
            catalog: json(generation, names::CATALOG)?,
            manifest,
        })
    }

    /// In how many entries a term stands in the question or a variant.
    pub(super) fn entries_asking(&self, term: &str) -> u32 {
        self.rarity.entries_asking(term)
    }

    /// The same for every single character that any question or variant holds, ascending.
    pub(super) fn characters_asking(&self) -> impl Iterator<Item = (char, u32)> {
        rarity::characters(&self.characters)
    }
}

fn compact<T: DeserializeOwned>(generation: &Path, name: &str) -> Result<T, IndexError> {
    let damaged = |error| IndexError::damaged(&generation.join(name), error);
    postcard::from_bytes(&map_file(generation, name)?).map_err(damaged)
}

fn json<T: DeserializeOwned>(generation: &Path, name: &str) -> Result<T, IndexError> {
    let damaged = |error| IndexError::damaged(&generation.join(name), error);
    serde_json::from_slice(&map_file(generation, name)?).map_err(damaged)
}
