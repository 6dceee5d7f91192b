//! The widget that other sites embed. `GET /widget.js` is a small loader, always at the same address; what it
//! loads in turn is a module with a name of its own for each version and language.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::serve::assets::{IMMUTABLE, JAVASCRIPT};
use crate::serve::packed::Packed;

/// How the loader refers to the modules' addresses, and a module to its words; see the scripts' sources.
const MODULES: &str = "JIDA_MODULES";
const WORDS: &str = "JIDA_WORDS";

/// How long a browser may use the loader without asking: this late all visitors have a new version.
const LOADER_CACHE: &str = "public, max-age=300";

/// Sites that isolate themselves (COEP) take only what says that any site may take it.
const FOR_ALL: (HeaderName, &str) = (
    HeaderName::from_static("cross-origin-resource-policy"),
    "cross-origin",
);

/// What the widget says, by language.
const LANGUAGES: [(&str, &str); 3] = [
    ("zh-CN", include_str!("web/script/widget/words/zh-CN.json")),
    ("zh-TW", include_str!("web/script/widget/words/zh-TW.json")),
    ("en", include_str!("web/script/widget/words/en.json")),
];

/// The widget in one language.
struct Module {
    language: &'static str,
    url: String,
    script: Packed,
}

static BUILT: LazyLock<[Module; 3]> = LazyLock::new(|| {
    LANGUAGES.map(|(language, words)| {
        // JSON is JavaScript, too, and needs no white space between its parts.
        let words: String = words.lines().map(str::trim).collect();
        let words = words.replace("\": \"", "\":\"");
        let script = include_str!("web/built/widget.js").replace(WORDS, &words);
        let hash = blake3::hash(script.as_bytes()).to_hex();
        let url = format!("/assets/widget-{language}-{}.js", &hash[..12]);
        Module {
            language,
            url,
            script: Packed::new(script),
        }
    })
});

/// The loader with the addresses of this version's modules in it, and its entity tag.
static LOADER: LazyLock<(String, String)> = LazyLock::new(|| {
    let mut modules = String::from("{");
    for Module { language, url, .. } in BUILT.iter() {
        // Relative to the loader: to whatever address the page has loaded it from.
        let relative = url.trim_start_matches('/');
        let _ = write!(modules, "{language:?}:{relative:?},");
    }
    modules.push('}');
    let loader = include_str!("web/built/loader.js").replace(MODULES, &modules);
    let hash = blake3::hash(loader.as_bytes()).to_hex();
    // Weak, because the bytes on the wire depend on the compression.
    let tag = format!("W/\"{}\"", &hash[..16]);
    (loader, tag)
});

/// The loader, or word that the browser has it already.
pub(super) async fn get(headers: HeaderMap) -> Response {
    let (loader, tag) = &*LOADER;
    let always = [
        FOR_ALL,
        (header::CACHE_CONTROL, LOADER_CACHE),
        (header::ETAG, tag.as_str()),
    ];
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut known = known.filter_map(|value| value.to_str().ok());
    if known.any(|value| value.contains(tag.as_str())) {
        return (StatusCode::NOT_MODIFIED, always).into_response();
    }
    (always, [JAVASCRIPT], loader.as_str()).into_response()
}

/// The module at `url`, for pages of any origin. A browser may use a loader of an older version for a while:
/// it gets today's module by the old name, which must then not be kept by that.
pub(super) fn module(url: &str, request: &HeaderMap) -> Option<Response> {
    let module = BUILT
        .iter()
        .find(|module| url.starts_with(&format!("/assets/widget-{}-", module.language)))?;
    let cache = if url == module.url {
        IMMUTABLE
    } else {
        "no-store"
    };
    let headers = [
        JAVASCRIPT,
        FOR_ALL,
        (header::CACHE_CONTROL, cache),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    Some(module.script.reply(request, headers))
}
