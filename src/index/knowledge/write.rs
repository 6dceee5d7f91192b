//! Gathers what is known of a generation while its entries pass, and writes it down.

use std::fs;
use std::path::Path;

use crate::corpus::Entry;
use crate::index::analyzed::AnalyzedEntry;
use crate::index::catalog::CatalogBuilder;
use crate::index::error::IndexError;
use crate::index::knowledge::names;
use crate::index::manifest::Statistics;
use crate::index::rarity::RarityBuilder;
use crate::index::synonyms::{Census, Found};
use crate::index::welcome::OwnWords;
use crate::text::Analyzer;
use crate::text::aliases::AliasBuilder;
use crate::text::lexicon::Lexicon;
use crate::text::respell::VocabularyBuilder;

/// Gathers what is known of one generation.
pub(in crate::index) struct KnowledgeWriter {
    vocabulary: VocabularyBuilder,
    words: OwnWords,
    synonyms: Census,
    aliases: AliasBuilder,
    rarity: RarityBuilder,
    catalog: CatalogBuilder,
    entries: u64,
    question_chars: u64,
    answer_chars: u64,
}

impl Default for KnowledgeWriter {
    fn default() -> Self {
        KnowledgeWriter {
            vocabulary: VocabularyBuilder::default(),
            words: OwnWords::default(),
            synonyms: Census::new(Vec::new()),
            aliases: AliasBuilder::default(),
            rarity: RarityBuilder::default(),
            catalog: CatalogBuilder::default(),
            entries: 0,
            question_chars: 0,
            answer_chars: 0,
        }
    }
}

impl KnowledgeWriter {
    /// Adds the owner's words. They must come before the entries.
    pub(in crate::index) fn add_lexicon(&mut self, lexicon: Lexicon) {
        for word in &lexicon.words {
            self.vocabulary.add_listed(word);
        }
        self.synonyms = Census::new(lexicon.synonyms);
    }

    /// Adds what the owner says to readers.
    pub(in crate::index) fn add_words(&mut self, words: OwnWords) {
        self.words = words;
    }

    /// Adds the next entry.
    pub(in crate::index) fn add(
        &mut self,
        entry: &Entry,
        analyzed: &AnalyzedEntry,
        analyzer: &Analyzer,
    ) {
        let answer = entry.answer.text.as_str();
        let phrasings = analyzed.asked.iter();
        phrasings
            .chain([&analyzed.heading])
            .for_each(|analysis| self.vocabulary.add_question(analysis));
        self.vocabulary.add_answer(&analyzed.answer);
        let normalized = [&analyzed.answer, &analyzed.heading];
        let normalized = normalized.map(|analysis| analysis.normalized.as_str());
        self.synonyms.add(analyzed.questions().chain(normalized));
        let written = std::iter::once(entry.question.as_str());
        let written = written.chain(entry.variants.iter().map(String::as_str));
        for text in written.chain([answer]) {
            self.aliases.add(text, analyzer);
        }
        let terms = [&analyzed.question_terms, &analyzed.variant_terms].into_iter();
        self.rarity
            .add(terms.flat_map(|terms| terms.split_ascii_whitespace()));
        self.catalog.add(entry);
        let chars = |text: &str| text.chars().count() as u64;
        self.question_chars += analyzed.questions().next().map_or(0, chars);
        self.answer_chars += chars(analyzed.answer.normalized.as_str());
        self.entries += 1;
    }

    /// Writes the files, and tells the sizes; of vectors nothing is known here.
    pub(in crate::index) fn finish(self, folder: &Path) -> Result<Statistics, IndexError> {
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            fs::write(&path, bytes).map_err(IndexError::write(&path))
        };
        write(names::CHARACTERS, &self.rarity.characters())?;
        write(names::RARITY, &self.rarity.finish())?;
        let vocabulary = self.vocabulary.finish();
        let lexicon = Found {
            groups: self.synonyms.finish(),
            aliases: self.aliases.finish(&vocabulary),
        };
        write(names::VOCABULARY, &compact(&vocabulary)?)?;
        write(names::LEXICON, &compact(&lexicon)?)?;
        write(names::MESSAGES, &json(&self.words)?)?;
        write(names::CATALOG, &json(&self.catalog.finish())?)?;
        let mean = |total: u64| total as f64 / self.entries.max(1) as f64;
        Ok(Statistics {
            entries: self.entries,
            mean_question_chars: mean(self.question_chars),
            mean_answer_chars: mean(self.answer_chars),
            answer_vectors: false,
        })
    }
}

fn compact(value: &impl serde::Serialize) -> Result<Vec<u8>, IndexError> {
    postcard::to_stdvec(value).map_err(|error| IndexError::Engine(error.to_string()))
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, IndexError> {
    serde_json::to_vec_pretty(value).map_err(|error| IndexError::Engine(error.to_string()))
}
