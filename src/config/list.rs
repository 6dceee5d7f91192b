//! Lists among the settings: what is wrong is said of the one that is.

use std::net::IpAddr;

use ipnet::IpNet;
use jida::semantic::EndpointSettings;
use jida::serve::browser_origin;
use toml::de::DeValue;

use super::value::{Expected, Given};

impl Given<'_> {
    /// Each as `take` reads it. A variable separates them by commas.
    fn list<T>(
        &self,
        take: impl Fn(&str) -> Option<T>,
        expected: impl Fn(&str) -> Expected,
    ) -> Result<Vec<T>, Expected> {
        let one = |text: &str| {
            let instead = || expected(text).instead_of(format!("{text:?}"));
            take(text).ok_or_else(instead)
        };
        match self {
            Given::Text(text) => {
                let items = text.split(',').map(str::trim);
                items.filter(|item| !item.is_empty()).map(one).collect()
            }
            Given::Toml(DeValue::Array(items), folder) => items
                .iter()
                .map(|item| match item.get_ref().as_str() {
                    Some(text) => one(text),
                    None => {
                        let shown = Given::Toml(item.get_ref(), folder).shown();
                        Err(expected("").instead_of(shown))
                    }
                })
                .collect(),
            Given::Toml(..) => Err(expected("")),
        }
    }

    /// Sites as browsers name them.
    pub(super) fn origins(&self) -> Result<Vec<String>, Expected> {
        self.list(browser_origin, |text| {
            let with_scheme = format!("https://{text}");
            match browser_origin(&with_scheme) {
                Some(_) if !text.contains("://") => Expected::new(
                    format!("来源要以协议开头：{with_scheme}"),
                    format!("an origin begins with its scheme: {with_scheme}"),
                ),
                _ => Expected::new(
                    "应为网站来源的列表，例如 [\"https://www.example.com\"]，末尾没有斜杠；或 [\"*\"]",
                    "expected a list of origins such as [\"https://www.example.com\"], without a trailing slash; or [\"*\"]",
                ),
            }
        })
    }

    /// The same for a key, which is open to all sites without: whoever writes a list of none means no such thing.
    pub(super) fn sites(&self) -> Result<Vec<String>, Expected> {
        let origins = self.origins()?;
        match origins.is_empty() {
            false => Ok(origins),
            true => Err(Expected::new(
                "至少写一个网站，例如 [\"https://www.example.com\"]；要对所有网站开放，就删去这一项",
                "expected at least one site, such as [\"https://www.example.com\"]; leave it out to open the key to all",
            )),
        }
    }

    /// Names of knowledge bases.
    pub(super) fn names(&self) -> Result<Vec<String>, Expected> {
        let expected = || {
            Expected::new(
                "应为名字的列表，例如 [\"icp\"]",
                "expected a list of names, such as [\"icp\"]",
            )
        };
        let name = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
        let names = self.list(name, |_| expected())?;
        match names.is_empty() {
            false => Ok(names),
            true => Err(expected()),
        }
    }

    /// Addresses of one cluster's nodes.
    pub(super) fn urls(&self) -> Result<Vec<String>, Expected> {
        let expected = || {
            Expected::new(
                "应为各节点网址的列表，以 http:// 或 https:// 开头，不含用户名和密码，例如 [\"http://127.0.0.1:9200\"]",
                "expected a list of the nodes' addresses with http:// or https://, without user and password, such as [\"http://127.0.0.1:9200\"]",
            )
        };
        let url = |text: &str| EndpointSettings::accepts_url(text).then(|| text.to_owned());
        // One needs no list.
        let urls = match self.as_text().filter(|text| !text.contains(',')) {
            Some(one) => url(one.trim()).into_iter().collect(),
            None => self.list(url, |_| expected())?,
        };
        match urls.is_empty() {
            false => Ok(urls),
            true => Err(expected()),
        }
    }

    /// An address alone is a network of one.
    pub(super) fn networks(&self) -> Result<Vec<IpNet>, Expected> {
        let network = |text: &str| {
            let network = text.parse::<IpNet>().ok();
            network.or_else(|| Some(IpNet::from(text.parse::<IpAddr>().ok()?.to_canonical())))
        };
        self.list(network, |_| {
            Expected::new(
                "应为地址和网段的列表，例如 [\"10.0.0.0/8\", \"192.0.2.7\"]",
                "expected a list of addresses and networks such as [\"10.0.0.0/8\", \"192.0.2.7\"]",
            )
        })
    }
}
