//! Sites as browsers name them.

use ammonia::Url;

/// The origin that a browser sends from the site that `text` names: scheme, host and port, nothing behind them; the
/// host in small letters, the usual port left out. `*` is any. `None` if it is no origin.
pub fn browser_origin(text: &str) -> Option<String> {
    if text == "*" {
        return Some(text.to_owned());
    }
    let (scheme, host) = text.split_once("://")?;
    let is_web = ["http", "https"]
        .iter()
        .any(|web| scheme.eq_ignore_ascii_case(web));
    let is_strange = |c: char| {
        matches!(c, '/' | '\\' | '?' | '#' | '@' | '*') || c.is_whitespace() || c.is_control()
    };
    if !is_web || host.contains(is_strange) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    Some(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_named_as_browsers_name_it() {
        for (text, expected) in [
            ("https://www.example.com", Some("https://www.example.com")),
            ("HTTPS://WWW.Example.COM", Some("https://www.example.com")),
            (
                "https://shop.example.com:443",
                Some("https://shop.example.com"),
            ),
            (
                "http://shop.example.com:80",
                Some("http://shop.example.com"),
            ),
            (
                "http://shop.example.com:443",
                Some("http://shop.example.com:443"),
            ),
            ("http://localhost:3000", Some("http://localhost:3000")),
            ("http://[::1]:8080", Some("http://[::1]:8080")),
            ("https://例子.中国", Some("https://xn--fsqu00a.xn--fiqs8s")),
            ("*", Some("*")),
            ("https://www.example.com/", None),
            ("https://www.example.com/path", None),
            ("https://*.example.com", None),
            ("https://user@example.com", None),
            ("https://a.example:99999", None),
            ("https://", None),
            ("ftp://example.com", None),
            (" https://example.com", None),
            ("www.example.com", None),
            ("null", None),
            ("", None),
        ] {
            assert_eq!(browser_origin(text).as_deref(), expected, "{text:?}");
        }
    }
}
