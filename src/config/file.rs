//! `jida.toml`: walked key by key, so that whatever is wrong is named with its line.

use std::ops::Range;
use std::path::Path;

use jida::serve::{Key, PublicKey};
use toml::de::{DeTable, DeValue};

use super::bases::{Base, is_name};
use super::error::{ConfigError, Origin, Place, nearest};
use super::serving::PUBLIC_KEYS;
use super::value::{Expected, Given};
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
/// What may be set for a key of callers.
const KEY_KEYS: &[&str] = &["key", "origins", "kbs", "per_minute"];

/// A table whose name the owner has chosen.
struct Named<'a> {
    name: &'a str,
    /// Its path in the file.
    key: &'a str,
    place: &'a Place,
    settings: &'a DeTable<'a>,
}

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
                (Some(key), DeValue::Table(inner)) if key.path == PUBLIC_KEYS => {
                    self.public_keys(config, inner)?;
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
        config.wanted.bases = 1;
        let bases = self.named(keys::BASES, table, BASE_KEYS, |named| self.base(named))?;
        config.bases = bases;
        Ok(())
    }

    /// A table for each key of callers, in the order of the file.
    fn public_keys(&self, config: &mut Config, table: &DeTable<'_>) -> Result<(), ConfigError> {
        let named = self.named(PUBLIC_KEYS, table, KEY_KEYS, |named| self.public_key(named));
        config.serve.keys = named?;
        Ok(())
    }

    /// What `take` makes of each table in the table `path`, in the order of the file.
    fn named<T>(
        &self,
        path: &'static str,
        table: &DeTable<'_>,
        allowed: &'static [&'static str],
        take: impl Fn(&Named<'_>) -> Result<T, ConfigError>,
    ) -> Result<Vec<T>, ConfigError> {
        let mut tables: Vec<_> = table.iter().collect();
        tables.sort_by_key(|(name, _)| name.span().start);
        let made = tables.into_iter().map(|(name, value)| {
            let place = self.place(name.span());
            let key = format!("{path}.{}", name.get_ref());
            if !is_name(name.get_ref()) {
                return Err(ConfigError::BadName {
                    place,
                    name: name.get_ref().to_string(),
                });
            }
            let DeValue::Table(settings) = value.get_ref() else {
                return Err(ConfigError::NotATable {
                    place,
                    key,
                    allowed: allowed.to_vec(),
                });
            };
            if let Some(other) = settings
                .keys()
                .find(|it| !allowed.contains(&it.get_ref().as_ref()))
            {
                return Err(ConfigError::UnknownKey {
                    place: self.place(other.span()),
                    key: format!("{key}.{}", other.get_ref()),
                    nearest: nearest(other.get_ref(), allowed.iter().copied()),
                    allowed: allowed.to_vec(),
                });
            }
            take(&Named {
                name: name.get_ref(),
                key: &key,
                place: &place,
                settings,
            })
        });
        made.collect()
    }

    /// The setting called `setting` as `take` reads it, if it is there.
    fn one<'s, T>(
        &'s self,
        named: &Named<'s>,
        setting: &str,
        take: impl Fn(&Given<'s>) -> Result<T, Expected>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(value) = named.settings.get(setting) else {
            return Ok(None);
        };
        let given = Given::Toml(value.get_ref(), self.folder);
        take(&given)
            .map(Some)
            .map_err(|expected| ConfigError::BadValue {
                origin: Origin::File(self.place(value.span())),
                key: format!("{}.{setting}", named.key),
                given: match setting {
                    "key" => "…".to_owned(),
                    _ => given.shown(),
                },
                expected: Box::new(expected),
            })
    }

    fn base(&self, named: &Named<'_>) -> Result<Base, ConfigError> {
        let answer = self.one(named, "answer", Given::fraction)?;
        let clarify = self.one(named, "clarify", Given::fraction)?;
        let corpus = self.one(named, "corpus", Given::path)?;
        let corpus = corpus.ok_or_else(|| ConfigError::BaseWithoutCorpus {
            place: named.place.clone(),
            name: named.name.to_owned(),
        })?;
        Ok(Base {
            thresholds: [answer, clarify],
            ..Base::new(named.name, corpus)
        })
    }

    fn public_key(&self, named: &Named<'_>) -> Result<PublicKey, ConfigError> {
        let key = self.one(named, "key", Given::api_key)?;
        let key = key.ok_or_else(|| ConfigError::KeyWithoutKey {
            place: named.place.clone(),
            name: named.name.to_owned(),
        })?;
        Ok(PublicKey {
            name: format!("{PUBLIC_KEYS}.{}", named.name),
            key: Key::new(&key),
            origins: self
                .one(named, "origins", Given::sites)?
                .unwrap_or_default(),
            kbs: self.one(named, "kbs", Given::names)?.unwrap_or_default(),
            per_minute: self.one(named, "per_minute", Given::rate)?,
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
