//! What the owner may set: flags over environment over `jida.toml` over defaults.
//!
//! Each layer owns its settings; here they are put together and checked once, before anything runs.
//! Every setting is one row of [`keys::all`], so a flag, a variable and a line of the file go the same way
//! and fail with the same words.

mod bases;
mod client;
mod encoder;
mod error;
mod file;
mod keys;
mod serving;
mod value;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use jida::locale::{Locale, Localized};

pub(crate) use client::Client;
pub(crate) use encoder::{ApiKey, EncoderKind};
pub(crate) use error::ConfigError;
use error::Origin;
pub(crate) use error::nearest;
use keys::Key;
use value::Given;

/// Read from the working directory unless another file is named.
pub(crate) const DEFAULT_FILE: &str = "jida.toml";
/// The folder beside the index in which feedback is kept.
const DEFAULT_DATA: &str = "data";
/// Every variable of ours begins with this.
const PREFIX: &str = "JIDA_";
/// Names the file, so it can't be a setting in it.
const FILE_VARIABLE: &str = "JIDA_CONFIG";

/// All settings, checked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// The folder of Markdown files.
    pub(crate) corpus: PathBuf,
    /// Whether anyone chose it. If not, an index knows better which folder it is of.
    pub(crate) corpus_is_chosen: bool,
    /// Where built generations lie.
    pub(crate) index: PathBuf,
    /// Whether anyone chose it.
    pub(crate) index_is_chosen: bool,
    /// Where feedback is kept, if anyone chose.
    pub(crate) data: Option<PathBuf>,
    /// What is kept of feedback and questions.
    pub(crate) store: jida::store::Settings,
    /// Whether anyone chose `search.kb`.
    pub(crate) kb_is_chosen: bool,
    /// Whether it was chosen for this run alone, by a flag.
    pub(crate) only_kb: bool,
    /// Several knowledge bases in place of the one in `corpus`, in the owner's order.
    bases: Vec<bases::Base>,
    /// The language, if anyone chose one.
    pub(crate) lang: Option<Locale>,
    /// Whether to colour.
    pub(crate) color: anstream::ColorChoice,
    /// How a corpus is read.
    pub(crate) corpus_limits: jida::corpus::Settings,
    /// What turns texts into vectors.
    pub(crate) encoder: encoder::Encoder,
    /// How questions are answered.
    pub(crate) search: jida::search::Settings,
    /// Whether the service looks out for changes of its corpus.
    pub(crate) watch: bool,
    /// How the service behaves.
    pub(crate) serve: jida::serve::Settings,
    /// How the command line asks.
    pub(crate) client: Client,
    /// What is logged.
    pub(crate) log: Log,
    /// Held apart until all layers are in: both or neither.
    thresholds: [Option<f64>; 2],
    /// How strongly something here was chosen to answer, and a server.
    wanted: Wanted,
    /// Where the encoder was chosen, until it is known to be complete.
    encoder_from: Option<Origin>,
}

/// By which source, the later the stronger; 0 by none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Wanted {
    here: u8,
    server: u8,
    corpus: u8,
    bases: u8,
}

/// What is logged, and how it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Log {
    /// A `tracing` filter, such as `info` or `jida=debug,tower_http=info`.
    pub(crate) level: String,
    /// How a line looks.
    pub(crate) format: LogFormat,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// Text on a terminal, else JSON.
    Auto,
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            corpus: PathBuf::from("corpus"),
            corpus_is_chosen: false,
            index: PathBuf::from("index"),
            index_is_chosen: false,
            data: None,
            store: jida::store::Settings::default(),
            kb_is_chosen: false,
            only_kb: false,
            bases: Vec::new(),
            lang: None,
            color: anstream::ColorChoice::Auto,
            corpus_limits: jida::corpus::Settings::default(),
            encoder: encoder::Encoder::default(),
            search: jida::search::Settings::default(),
            watch: false,
            serve: jida::serve::Settings::default(),
            client: Client::default(),
            log: Log {
                level: "info".to_owned(),
                format: LogFormat::Auto,
            },
            thresholds: [None, None],
            wanted: Wanted::default(),
            encoder_from: None,
        }
    }
}

impl Config {
    /// Where feedback is kept: beside the index unless chosen.
    pub(crate) fn data_folder(&self) -> PathBuf {
        let beside = || self.index.with_file_name(DEFAULT_DATA);
        self.data.clone().unwrap_or_else(beside)
    }
}

/// Where settings come from, besides the defaults.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// `--config`.
    pub(crate) file: Option<PathBuf>,
    /// The process's environment.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// Key of [`keys::all`], the flag as typed, its value.
    pub(crate) flags: Vec<(&'static str, &'static str, String)>,
}

/// A variable that looks like ours and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownVariable {
    name: String,
    nearest: Option<&'static str>,
}

/// Puts the layers together and checks the whole.
///
/// # Errors
/// [`ConfigError`], naming the file and line, the variable or the flag.
pub(crate) fn load(sources: &Sources) -> Result<(Config, Vec<UnknownVariable>), ConfigError> {
    let mut config = Config::default();
    match named_file(sources) {
        Some(path) => file::apply(&mut config, &path)?,
        None if Path::new(DEFAULT_FILE).exists() => {
            file::apply(&mut config, Path::new(DEFAULT_FILE))?;
        }
        None => {}
    }
    let unknown = apply_environment(&mut config, &sources.environment)?;
    for (path, flag, text) in &sources.flags {
        if let Some(key) = keys::find(path) {
            set(&mut config, key, Given::Text(text), Origin::Flag(flag))?;
        }
    }
    config.search.thresholds = bases::check_thresholds(config.thresholds)?;
    if let (Some(origin), EncoderKind::Endpoint(_), None) = (
        config.encoder_from.take(),
        config.encoder.kind,
        &config.encoder.url,
    ) {
        let kind = config.encoder.kind.name();
        return Err(ConfigError::NoUrl { origin, kind });
    }
    // A flag for an index wins over a variable for a server, and the other way round.
    if config.wanted.here > config.wanted.server {
        config.client.server = None;
    }
    config.settle_bases()?;
    config.wanted = Wanted::default();
    if let Some(locale) = config.lang {
        config.search.locale = locale;
    }
    Ok((config, unknown))
}

/// The language that the environment or the system asks for; what help is printed in.
pub(crate) fn ambient_locale(environment: &[(OsString, OsString)]) -> Locale {
    let ours = environment
        .iter()
        .find(|(name, _)| name == "JIDA_LANG")
        .and_then(|(_, tag)| Locale::from_tag(tag.to_str()?));
    ours.unwrap_or_else(|| {
        sys_locale::get_locale()
            .and_then(|tag| Locale::from_tag(&tag))
            .unwrap_or(Locale::En)
    })
}

fn named_file(sources: &Sources) -> Option<PathBuf> {
    let variable = || {
        let (_, path) = sources
            .environment
            .iter()
            .find(|(name, value)| name == FILE_VARIABLE && !value.is_empty())?;
        Some(PathBuf::from(path))
    };
    sources.file.clone().or_else(variable)
}

/// An empty variable counts as unset: that is how a wrapper script or a container clears one.
fn apply_environment(
    config: &mut Config,
    environment: &[(OsString, OsString)],
) -> Result<Vec<UnknownVariable>, ConfigError> {
    let mut unknown = Vec::new();
    for (name, value) in environment {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
            continue;
        };
        if name == FILE_VARIABLE || value.is_empty() {
            continue;
        }
        match keys::all().find(|key| key.variable == name) {
            Some(key) => {
                let text = value.to_string_lossy();
                set(
                    config,
                    key,
                    Given::Text(&text),
                    Origin::Variable(key.variable),
                )?;
            }
            None => unknown.push(UnknownVariable {
                name: name.to_owned(),
                nearest: nearest(name, keys::all().map(|key| key.variable)),
            }),
        }
    }
    unknown.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(unknown)
}

fn set(
    config: &mut Config,
    key: &'static Key,
    given: Given<'_>,
    origin: Origin,
) -> Result<(), ConfigError> {
    match (key.set)(config, &given) {
        Ok(()) => {
            match key.path {
                "index" => config.wanted.here = origin.strength(),
                "corpus" => {
                    config.wanted.here = origin.strength();
                    config.wanted.corpus = origin.strength();
                }
                keys::BASES => config.wanted.bases = origin.strength(),
                // A file that was begun as a copy of the example names the default.
                "kb" => {
                    config.kb_is_chosen =
                        origin.strength() > 1 || config.search.kb != Config::default().search.kb;
                    config.only_kb = matches!(origin, Origin::Flag(_));
                }
                keys::SERVER => config.wanted.server = origin.strength(),
                keys::ENCODER => config.encoder_from = Some(origin),
                _ => {}
            }
            Ok(())
        }
        Err(expected) => Err(ConfigError::BadValue {
            origin,
            key: key.path.to_owned(),
            given: match keys::SECRETS.contains(&key.path) {
                true => "…".to_owned(),
                false => given.shown(),
            },
            expected: Box::new(expected),
        }),
    }
}

impl Localized for UnknownVariable {
    fn message(&self, locale: Locale) -> String {
        let name = &self.name;
        locale.pick(
            format!("环境变量 {name} 不起作用：jida 没有这一项"),
            format!("the variable {name} does nothing: jida has no such setting"),
        )
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let nearest = self.nearest?;
        Some(locale.pick(
            format!("是不是 {nearest}？"),
            format!("did you mean {nearest}?"),
        ))
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
