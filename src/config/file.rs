//! `jida.toml`: walked key by key, so that whatever is wrong is named with its line.

use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::bases::{Base, is_name};
use super::error::{ConfigError, Origin, Place, nearest};
use super::value::Given;
use super::{Config, keys, set};

/// Reads `path` into `config`.
///
/// # Errors
/// [`ConfigError`] at the first line that can't be taken.
pub(super) fn apply(config: &mut Config, path: &Path) -> Result<(), ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let text = &text;
    Walk { path, folder, text }.document(config)
}

/// What may be set for one of several knowledge bases.
const BASE_KEYS: &[&str] = &["corpus", "answer", "clarify"];

struct Walk<'a> {
    path: &'a Path,
    folder: &'a Path,
    text: &'a str,
}

impl Walk<'_> {
    fn document(&self, config: &mut Config) -> Result<(), ConfigError> {
        let table = DeTable::parse(self.text).map_err(|error| ConfigError::Syntax {
            place: self.place(error.span().unwrap_or(0..0)),
            message: error.message().replace('\n', ", "),
        })?;
        self.table(config, "", table.get_ref())
    }

    fn table(
        &self,
        config: &mut Config,
        prefix: &str,
        table: &DeTable<'_>,
    ) -> Result<(), ConfigError> {
        let allowed = keys::names_in(prefix);
        for (name, value) in table {
            let path = match prefix {
                "" => name.get_ref().to_string(),
                _ => format!("{prefix}.{}", name.get_ref()),
            };
            if !allowed.contains(&name.get_ref().as_ref()) {
                return Err(ConfigError::UnknownKey {
                    place: self.place(name.span()),
                    nearest: nearest(name.get_ref(), allowed.iter().copied()),
                    key: path,
                    allowed,
                });
            }
            match (keys::find(&path), value.get_ref()) {
                (Some(key), DeValue::Table(inner)) if key.path == keys::BASES => {
                    self.bases(config, inner)?;
                }
                (Some(key), given) => set(
                    config,
                    key,
                    Given::Toml(given, self.folder),
                    Origin::File(self.place(value.span())),
                )?,
                (None, DeValue::Table(inner)) => self.table(config, &path, inner)?,
                (None, _) => {
                    return Err(ConfigError::NotATable {
                        place: self.place(value.span()),
                        allowed: keys::names_in(&path),
                        key: path,
                    });
                }
            }
        }
        Ok(())
    }

    /// A table for each knowledge base, in the order of the file.
    fn bases(&self, config: &mut Config, table: &DeTable<'_>) -> Result<(), ConfigError> {
        let mut named: Vec<_> = table.iter().collect();
        named.sort_by_key(|(name, _)| name.span().start);
        config.bases.clear();
        config.wanted.bases = 1;
        for (name, value) in named {
            let key = format!("{}.{}", keys::BASES, name.get_ref());
            let place = || self.place(name.span());
            if !is_name(name.get_ref()) {
                return Err(ConfigError::BadBaseName {
                    place: place(),
                    name: name.get_ref().to_string(),
                });
            }
            let DeValue::Table(settings) = value.get_ref() else {
                return Err(ConfigError::NotATable {
                    place: place(),
                    key,
                    allowed: BASE_KEYS.to_vec(),
                });
            };
            config
                .bases
                .push(self.base(name.get_ref(), &key, place(), settings)?);
        }
        Ok(())
    }

    fn base(
        &self,
        name: &str,
        key: &str,
        place: Place,
        settings: &DeTable<'_>,
    ) -> Result<Base, ConfigError> {
        let mut corpus = None;
        let mut thresholds = [None, None];
        for (setting, value) in settings {
            let given = Given::Toml(value.get_ref(), self.folder);
            let taken = match setting.get_ref().as_ref() {
                "corpus" => given.path().map(|path| corpus = Some(path)),
                "answer" => given.fraction().map(|least| thresholds[0] = Some(least)),
                "clarify" => given.fraction().map(|least| thresholds[1] = Some(least)),
                other => {
                    return Err(ConfigError::UnknownKey {
                        place: self.place(setting.span()),
                        key: format!("{key}.{other}"),
                        nearest: nearest(other, BASE_KEYS.iter().copied()),
                        allowed: BASE_KEYS.to_vec(),
                    });
                }
            };
            taken.map_err(|expected| ConfigError::BadValue {
                origin: Origin::File(self.place(value.span())),
                key: keys::BASES,
                given: given.shown(),
                expected: Box::new(expected),
            })?;
        }
        let corpus = corpus.ok_or_else(|| ConfigError::BaseWithoutCorpus {
            place,
            name: name.to_owned(),
        })?;
        Ok(Base {
            thresholds,
            ..Base::new(name, corpus)
        })
    }

    /// Line and column of a byte range's start; columns count characters, as editors do.
    fn place(&self, span: Range<usize>) -> Place {
        let mut start = span.start.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let before = &self.text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place {
            path: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}
