//! Files the pages refer to: embedded, under a name that changes with their content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::HeaderMap;
use axum::http::header::{self, HeaderName};
use axum::response::Response;

use crate::serve::error::Problem;
use crate::serve::packed::Packed;
use crate::serve::widget;

/// What a script is.
pub(super) const JAVASCRIPT: (HeaderName, &str) =
    (header::CONTENT_TYPE, "text/javascript; charset=utf-8");

/// For what has a name of its own for each content.
pub(super) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The pages' stylesheet, in the order of its parts.
pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let parts = concat!(
        include_str!("web/base.css"),
        include_str!("web/search.css"),
        include_str!("web/hits.css"),
        include_str!("web/browse.css"),
        include_str!("web/media.css"),
    );
    Asset::new("style", "css", "text/css; charset=utf-8", parts)
});

/// The pages' icon.
pub(super) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_str!("web/icon.svg")));

/// What the description of the API needs besides.
pub(super) static DOCS_STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let style = include_str!("web/docs.css");
    Asset::new("docs", "css", "text/css; charset=utf-8", style)
});

/// One embedded file.
#[derive(Debug)]
pub(super) struct Asset {
    /// Where pages find it.
    pub(super) url: String,
    content_type: &'static str,
    content: Packed,
}

impl Asset {
    fn new(
        stem: &str,
        extension: &str,
        content_type: &'static str,
        content: &'static str,
    ) -> Asset {
        let hash = blake3::hash(content.as_bytes()).to_hex();
        Asset {
            url: format!("/assets/{stem}-{}.{extension}", &hash[..12]),
            content_type,
            content: Packed::new(content),
        }
    }
}

/// An asset of this very version. An old version's name is unknown rather than wrong.
pub(super) async fn get(
    request: HeaderMap,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(name) = name.map_err(|_| Problem::InvalidRequest)?;
    let url = format!("/assets/{name}");
    if name.starts_with("widget-") {
        return widget::module(&url, &request).ok_or(Problem::UnknownPath);
    }
    let asset = [&STYLE, &ICON, &DOCS_STYLE]
        .into_iter()
        .find(|asset| asset.url == url)
        .ok_or(Problem::UnknownPath)?;
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, IMMUTABLE),
    ];
    Ok(asset.content.reply(&request, headers))
}
