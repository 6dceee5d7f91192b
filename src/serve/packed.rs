//! Files that never change, packed once: they are free of the limits, so to send one must cost next to nothing.

use std::io::{self, Write};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

/// A text, plain and packed.
#[derive(Debug)]
pub(super) struct Packed {
    plain: Bytes,
    gzip: Option<Bytes>,
}

impl Packed {
    /// Packs a text.
    pub(super) fn new(plain: impl Into<Bytes>) -> Packed {
        let plain = plain.into();
        Packed {
            gzip: gzip(&plain).ok(),
            plain,
        }
    }

    /// As whoever sent `request` can read it.
    pub(super) fn reply<const N: usize>(
        &self,
        request: &HeaderMap,
        headers: [(HeaderName, &str); N],
    ) -> Response {
        let varies = [(header::VARY, "accept-encoding")];
        match self.gzip.as_ref().filter(|_| takes_gzip(request)) {
            Some(gzip) => {
                let packed = [(header::CONTENT_ENCODING, "gzip")];
                (headers, varies, packed, gzip.clone()).into_response()
            }
            None => (headers, varies, self.plain.clone()).into_response(),
        }
    }
}

fn gzip(plain: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?.into())
}

/// Whether `Accept-Encoding` names gzip with a weight other than 0.
fn takes_gzip(request: &HeaderMap) -> bool {
    let offers = request.get_all(header::ACCEPT_ENCODING).iter();
    let offers = offers.filter_map(|value| value.to_str().ok());
    offers.flat_map(|value| value.split(',')).any(|offer| {
        let (coding, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let weight = weight.trim().strip_prefix("q=");
        let weight = weight.and_then(|weight| weight.trim().parse::<f32>().ok());
        coding.trim().eq_ignore_ascii_case("gzip") && weight.is_none_or(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_who_takes_gzip_gets_it() {
        for (accepted, expected) in [
            ("gzip", true),
            ("br, GZIP", true),
            ("deflate, gzip;q=1.0, *;q=0.5", true),
            ("br;q=1.0,gzip; q=0.2", true),
            ("gzip;q=0", false),
            ("gzip;q=0.000", false),
            ("identity", false),
            ("", false),
        ] {
            let value = HeaderValue::from_static(accepted);
            let request = HeaderMap::from_iter([(header::ACCEPT_ENCODING, value)]);
            assert_eq!(takes_gzip(&request), expected, "{accepted:?}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
