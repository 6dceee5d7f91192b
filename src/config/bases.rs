//! Several knowledge bases side by side: a configuration for each, made of what they share and what is its own.

use std::path::PathBuf;

use super::{Config, ConfigError};

/// How strongly a flag chooses.
const FLAG: u8 = 3;

/// One of several knowledge bases.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Base {
    /// As callers give it in `kb`, and the folder of its index.
    pub(super) name: String,
    /// The folder of its Markdown files.
    pub(super) corpus: PathBuf,
    /// Its own thresholds: answer, clarify. Half of them is none.
    pub(super) thresholds: [Option<f64>; 2],
}

impl Base {
    pub(super) fn new(name: &str, corpus: PathBuf) -> Base {
        Base {
            name: name.to_owned(),
            corpus,
            thresholds: [None, None],
        }
    }
}

/// Whether `name` can name a knowledge base and a folder, on any system.
pub(super) fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.chars().count())
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

impl Config {
    /// A configuration for each knowledge base, the one first that answers where none is named.
    pub(crate) fn each(&self) -> Vec<Config> {
        if self.bases.is_empty() {
            return vec![self.clone()];
        }
        let is_first = |base: &&Base| base.name == self.search.kb;
        let first = self.bases.iter().filter(is_first);
        let others = self.bases.iter().filter(|base| !is_first(base));
        first.chain(others).map(|base| self.of(base)).collect()
    }

    /// The configuration of the knowledge base that was chosen, or answers where none is.
    pub(crate) fn one(&self) -> Config {
        self.each().swap_remove(0)
    }

    fn of(&self, base: &Base) -> Config {
        let mut config = self.clone();
        config.data = Some(self.data_folder());
        config.index = self.index.join(&base.name);
        config.corpus = base.corpus.clone();
        config.corpus_is_chosen = true;
        config.search.kb = base.name.clone();
        if let [Some(answer), Some(clarify)] = base.thresholds {
            config.search.thresholds = Some((answer, clarify));
        }
        config.bases = Vec::new();
        config
    }

    /// Makes sure that the bases can stand beside each other, and that the chosen one is among them.
    ///
    /// # Errors
    /// [`ConfigError`] with what is wrong.
    pub(super) fn settle_bases(&mut self) -> Result<(), ConfigError> {
        // Whoever names a folder for this run means only that; with a name, for that one. A variable may have been
        // set long ago, by somebody else.
        if self.wanted.corpus == FLAG && self.wanted.bases < FLAG {
            match self
                .bases
                .iter_mut()
                .find(|base| base.name == self.search.kb)
            {
                Some(base) if self.only_kb => base.corpus = self.corpus.clone(),
                _ => self.bases.clear(),
            }
        }
        self.check_keys()?;
        if self.bases.is_empty() {
            return Ok(());
        }
        if self.corpus_is_chosen && self.wanted.corpus < FLAG {
            return Err(ConfigError::CorpusAndBases);
        }
        for base in &self.bases {
            check_thresholds(base.thresholds)?;
        }
        let asks_here = self.client.server.is_none();
        if asks_here
            && self.kb_is_chosen
            && self.bases.iter().all(|base| base.name != self.search.kb)
        {
            return Err(self.no_base(&self.search.kb));
        }
        Ok(())
    }

    /// Makes sure that keys of callers open something.
    fn check_keys(&self) -> Result<(), ConfigError> {
        let mut named = self.serve.keys.iter().flat_map(|key| &key.kbs);
        let is_missing = |kb: &&String| match self.bases.is_empty() {
            true => **kb != self.search.kb,
            false => self.bases.iter().all(|base| base.name != **kb),
        };
        named
            .find(is_missing)
            .map_or(Ok(()), |kb| Err(self.no_base(kb)))
    }

    fn no_base(&self, name: &str) -> ConfigError {
        let names = self.bases.iter().map(|base| base.name.clone());
        let alone = self.bases.is_empty().then(|| self.search.kb.clone());
        ConfigError::UnknownBase {
            name: name.to_owned(),
            known: names.chain(alone).collect(),
        }
    }
}

/// Both or neither, and answering needs at least as much confidence as asking back.
pub(super) fn check_thresholds(given: [Option<f64>; 2]) -> Result<Option<(f64, f64)>, ConfigError> {
    match given {
        [Some(answer), Some(clarify)] if clarify <= answer => Ok(Some((answer, clarify))),
        [None, None] => Ok(None),
        [Some(_), Some(_)] => Err(ConfigError::ThresholdsCrossed),
        _ => Err(ConfigError::HalfThresholds),
    }
}
