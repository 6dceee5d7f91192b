//! The pages' script: plain modules that import each other by their names, all of one version in one folder
//! whose name changes with their content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, header};
use axum::response::Response;

use crate::serve::assets::{IMMUTABLE, JAVASCRIPT};
use crate::serve::error::Problem;
use crate::serve::packed::Packed;

/// The modules; the first is the one that a page runs, the others are what it imports.
static MODULES: [(&str, &str); 8] = [
    ("page.js", include_str!("web/script/page.js")),
    ("combobox.js", include_str!("web/script/combobox.js")),
    ("composition.js", include_str!("web/script/composition.js")),
    ("navigation.js", include_str!("web/script/navigation.js")),
    ("newest.js", include_str!("web/script/newest.js")),
    ("recent.js", include_str!("web/script/recent.js")),
    ("shortcut.js", include_str!("web/script/shortcut.js")),
    ("view.js", include_str!("web/script/view.js")),
];

/// Where a page finds them, in the same order.
pub(super) static URLS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for (name, content) in MODULES {
        // Lengths keep two different sets of files from reading the same.
        hasher.update(&name.len().to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(&content.len().to_le_bytes());
        hasher.update(content.as_bytes());
    }
    let hash = hasher.finalize().to_hex();
    MODULES
        .iter()
        .map(|(name, _)| format!("/assets/script-{}/{name}", &hash[..12]))
        .collect()
});

/// The modules packed, in the same order.
static PACKED: LazyLock<[Packed; MODULES.len()]> =
    LazyLock::new(|| MODULES.map(|(_, content)| Packed::new(content)));

/// A module of this very version. An old version's name is unknown rather than wrong.
pub(super) async fn get(
    request: HeaderMap,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, Problem> {
    let Path((folder, name)) = path.map_err(|_| Problem::InvalidRequest)?;
    let url = format!("/assets/{folder}/{name}");
    let position = URLS
        .iter()
        .position(|known| *known == url)
        .ok_or(Problem::UnknownPath)?;
    let headers = [JAVASCRIPT, (header::CACHE_CONTROL, IMMUTABLE)];
    Ok(PACKED[position].reply(&request, headers))
}
