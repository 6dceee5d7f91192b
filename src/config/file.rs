//! `jida.toml`: walked key by key, so that whatever is wrong is named with its line.

use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

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
