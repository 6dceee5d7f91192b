//! A value as it was given, text or TOML, and what a setting makes of it.

use std::net::{SocketAddr, ToSocketAddrs};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jida::locale::Locale;
use jida::semantic::EndpointSettings;
use toml::de::DeValue;

use super::bases::{Base, is_name};
use super::serving::MAX_RATE;

/// A value before anyone has judged it.
#[derive(Debug)]
pub(super) enum Given<'a> {
    /// From a flag or a variable.
    Text(&'a str),
    /// From the file, which lies in this folder.
    Toml(&'a DeValue<'a>, &'a Path),
}

/// What would have been allowed, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    zh: String,
    en: String,
    item: Option<String>,
}

impl Expected {
    pub(super) fn new(zh: impl Into<String>, en: impl Into<String>) -> Expected {
        Expected {
            zh: zh.into(),
            en: en.into(),
            item: None,
        }
    }

    /// Instead of this one in a list.
    pub(super) fn instead_of(self, item: String) -> Expected {
        Expected {
            item: Some(item),
            ..self
        }
    }

    /// The one in a list that is wrong, as an error message quotes it.
    pub(super) fn item(&self) -> Option<&str> {
        self.item.as_deref()
    }

    /// The sentence in one language.
    pub(super) fn text(&self, locale: Locale) -> &str {
        locale.pick(&self.zh, &self.en)
    }
}

impl Given<'_> {
    /// How an error message quotes it.
    pub(super) fn shown(&self) -> String {
        match self {
            Given::Text(text) => format!("{text:?}"),
            Given::Toml(DeValue::String(text), _) => format!("{text:?}"),
            Given::Toml(DeValue::Integer(number), _) => number.to_string(),
            Given::Toml(DeValue::Float(number), _) => number.to_string(),
            Given::Toml(DeValue::Boolean(truth), _) => truth.to_string(),
            Given::Toml(DeValue::Array(items), _) if items.is_empty() => "[]".to_owned(),
            Given::Toml(other, _) => format!("<{}>", other.type_str()),
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Given::Text(text) => Some(text),
            Given::Toml(value, _) => value.as_str(),
        }
    }

    /// A path in the file means the file's own folder, so that `--config` works from anywhere.
    pub(super) fn path(&self) -> Result<PathBuf, Expected> {
        match (self.as_text(), self) {
            (Some(text), _) if text.trim().is_empty() => None,
            (Some(text), Given::Toml(_, folder)) => Some(folder.join(text)),
            (Some(text), Given::Text(_)) => Some(PathBuf::from(text)),
            (None, _) => None,
        }
        .ok_or_else(|| Expected::new("应为一个路径", "expected a path"))
    }

    pub(super) fn name(&self) -> Result<String, Expected> {
        match self.as_text().map(str::trim) {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(Expected::new("应为一个名字", "expected a name")),
        }
    }

    /// A variable names them as `name=folder`, separated by commas. The file has a table.
    pub(super) fn bases(&self) -> Result<Vec<Base>, Expected> {
        let mut bases: Vec<Base> = Vec::new();
        let text = match self {
            Given::Text(text) => *text,
            Given::Toml(..) => "",
        };
        for item in text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
        {
            let (name, folder) = item.split_once('=').unwrap_or((item, ""));
            let (name, folder) = (name.trim(), folder.trim());
            let known = bases.iter().any(|base| base.name == name);
            if !is_name(name) || folder.is_empty() || known {
                return Err(expected_bases());
            }
            bases.push(Base::new(name, PathBuf::from(folder)));
        }
        match bases.is_empty() {
            true => Err(expected_bases()),
            false => Ok(bases),
        }
    }

    pub(super) fn locale(&self) -> Result<Locale, Expected> {
        self.as_text()
            .and_then(Locale::from_tag)
            .ok_or_else(|| Expected::new("应为 zh-CN 或 en", "expected zh-CN or en"))
    }

    pub(super) fn one_of<T: Copy>(&self, allowed: &[(&str, T)]) -> Result<T, Expected> {
        allowed
            .iter()
            .find(|(name, _)| self.as_text() == Some(name))
            .map(|&(_, value)| value)
            .ok_or_else(|| {
                let names: Vec<&str> = allowed.iter().map(|&(name, _)| name).collect();
                Expected::new(
                    format!("可选：{}", names.join("、")),
                    format!("expected one of {}", names.join(", ")),
                )
            })
    }

    pub(super) fn integer(&self, least: u64, most: u64) -> Result<u64, Expected> {
        let number = match self {
            Given::Text(text) => text.trim().parse().ok(),
            Given::Toml(DeValue::Integer(number), _) => {
                u64::from_str_radix(number.as_str(), number.radix()).ok()
            }
            Given::Toml(..) => None,
        };
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| {
                Expected::new(
                    format!("应为 {least} 到 {most} 的整数"),
                    format!("expected a whole number from {least} to {most}"),
                )
            })
    }

    /// At least one: a limit of nothing would refuse everything.
    pub(super) fn count(&self, most: usize) -> Result<usize, Expected> {
        let number = self.integer(1, most as u64)?;
        Ok(usize::try_from(number).unwrap_or(most))
    }

    /// At most an hour.
    pub(super) fn milliseconds(&self) -> Result<Duration, Expected> {
        self.integer(1, 3_600_000).map(Duration::from_millis)
    }

    pub(super) fn fraction(&self) -> Result<f64, Expected> {
        let number: Option<f64> = match self {
            Given::Text(text) => text.trim().parse().ok(),
            Given::Toml(DeValue::Float(number), _) => number.as_str().parse().ok(),
            Given::Toml(DeValue::Integer(number), _) => number.as_str().parse().ok(),
            Given::Toml(..) => None,
        };
        number
            .filter(|number| (0.0..=1.0).contains(number))
            .ok_or_else(|| {
                Expected::new(
                    "应为 0 到 1 的小数，例如 0.8",
                    "expected a number from 0 to 1, such as 0.8",
                )
            })
    }

    /// A host name is looked up once, here, so that `localhost:8080` works too.
    pub(super) fn address(&self) -> Result<SocketAddr, Expected> {
        self.as_text()
            .and_then(|text| text.to_socket_addrs().ok()?.next())
            .ok_or_else(|| {
                Expected::new(
                    "应为 主机:端口，例如 127.0.0.1:8080 或 [::1]:8080",
                    "expected host:port, such as 127.0.0.1:8080 or [::1]:8080",
                )
            })
    }

    /// So many in a minute.
    pub(super) fn rate(&self) -> Result<NonZeroU32, Expected> {
        let number = self.number(1, MAX_RATE)?;
        Ok(NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN))
    }

    pub(super) fn number(&self, least: u32, most: u32) -> Result<u32, Expected> {
        let number = self.integer(least.into(), most.into())?;
        Ok(u32::try_from(number).unwrap_or(most))
    }

    /// The one key of callers that a variable can set. The file has a table.
    pub(super) fn public_key(&self) -> Result<jida::serve::Key, Expected> {
        match self {
            Given::Text(_) => self.api_key().map(|key| jida::serve::Key::new(&key)),
            Given::Toml(..) => Err(Expected::new(
                "应为每个密钥写一个表，例如 [keys.site]",
                "expected a table for each key, such as [keys.site]",
            )),
        }
    }

    pub(super) fn switch(&self) -> Result<bool, Expected> {
        match self {
            Given::Text("true" | "1" | "on") | Given::Toml(DeValue::Boolean(true), _) => Ok(true),
            Given::Text("false" | "0" | "off") | Given::Toml(DeValue::Boolean(false), _) => {
                Ok(false)
            }
            _ => Err(Expected::new(
                "应为 true 或 false",
                "expected true or false",
            )),
        }
    }

    pub(super) fn url(&self) -> Result<String, Expected> {
        self.as_text()
            .filter(|text| EndpointSettings::accepts_url(text))
            .map(str::to_owned)
            .ok_or_else(|| {
                Expected::new(
                    "应为 http:// 或 https:// 开头的网址，不含用户名、密码和问号，例如 http://localhost:8080",
                    "expected an address with http:// or https://, without user, password or query, such as http://localhost:8080",
                )
            })
    }

    /// What names in a cluster begin with: what it allows everywhere in them.
    pub(super) fn prefix(&self) -> Result<String, Expected> {
        let is_good = |text: &&str| {
            let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            (1..=64).contains(&text.len()) && text.chars().all(is_letter) && !text.starts_with('-')
        };
        let text = self.as_text().filter(is_good);
        text.map(str::to_owned).ok_or_else(|| {
            Expected::new(
                "由小写字母、数字和 - 组成，不以 - 开头",
                "expected small letters, digits and -, not beginning with -",
            )
        })
    }

    /// Anything but nothing.
    pub(super) fn password(&self) -> Result<String, Expected> {
        let text = self.as_text().filter(|text| !text.is_empty());
        text.map(str::to_owned)
            .ok_or_else(|| Expected::new("密码不能为空", "a password can't be empty"))
    }

    pub(super) fn api_key(&self) -> Result<String, Expected> {
        self.as_text()
            .map(str::trim)
            .filter(|text| !text.is_empty() && EndpointSettings::accepts_key(text))
            .map(str::to_owned)
            .ok_or_else(|| {
                Expected::new(
                    "密钥只含可见的 ASCII 字符",
                    "a key has visible ASCII characters only",
                )
            })
    }

    pub(super) fn log_filter(&self) -> Result<String, Expected> {
        self.as_text()
            .filter(|text| tracing_subscriber::EnvFilter::try_new(text).is_ok())
            .map(str::to_owned)
            .ok_or_else(|| {
                Expected::new(
                    "可选：error、warn、info、debug、trace，或按模块写，例如 jida=debug,tower_http=info",
                    "expected error, warn, info, debug, trace, or by module, such as jida=debug,tower_http=info",
                )
            })
    }
}

fn expected_bases() -> Expected {
    Expected::new(
        "应写成 名字=目录，多个用逗号分开，例如 icp=faq/icp,cloud=faq/cloud；名字由字母、数字、- 和 _ 组成，不能重复",
        "expected name=folder, several separated by commas, such as icp=faq/icp,cloud=faq/cloud; a name has letters, digits, - and _, and stands once",
    )
}
