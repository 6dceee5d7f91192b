//! Keys for callers: where some are set, the API answers only who has one, and only as far as that key reaches.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;

use crate::search::SearchError;
use crate::serve::App;
use crate::serve::error::Problem;
use crate::serve::key::Key;
use crate::serve::limits::Ticket;
use crate::serve::rate::{self, OfKey};
use crate::serve::site::browser_origin;

/// The header that carries a key, where `Authorization` is not at hand.
pub(super) const KEY_HEADER: HeaderName = HeaderName::from_static("x-jida-key");

/// What the search page's own script asks. It tells nothing that the pages don't, so it is as open as they are.
const OF_THE_PAGES: &str = "/v1/suggest";

/// A key for callers. It may stand in a web page, so it keeps nobody out who reads that; what it does is to bind
/// callers to sites, knowledge bases and a number of requests, and to be withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// What the owner calls it.
    pub name: String,
    /// The key itself.
    pub key: Key,
    /// The sites whose pages may use it, such as `https://www.example.com`; any if empty. Programs, which send no
    /// `Origin`, are not bound by it.
    pub origins: Vec<String>,
    /// The knowledge bases that it opens; all if empty.
    pub kbs: Vec<String>,
    /// How often it may be used in a minute, by all together.
    pub per_minute: Option<NonZeroU32>,
}

impl PublicKey {
    /// The same, with its sites as browsers name them.
    fn as_browsers_say(&self) -> PublicKey {
        // What is no site stays: it fits none, while an empty list would fit all.
        let named = |site: &String| browser_origin(site).unwrap_or_else(|| site.clone());
        PublicKey {
            origins: self.origins.iter().map(named).collect(),
            ..self.clone()
        }
    }

    /// Whether the page that made this request may use the key.
    fn is_for(&self, headers: &HeaderMap) -> bool {
        let allowed = |origin: &[u8]| {
            let same = |known: &String| known == "*" || known.as_bytes() == origin;
            self.origins.iter().any(same)
        };
        let mut origins = headers.get_all(header::ORIGIN).iter();
        self.origins.is_empty() || origins.all(|origin| allowed(origin.as_bytes()))
    }
}

/// A key, and what lies behind it.
struct Door {
    key: PublicKey,
    limit: Option<OfKey>,
    leads_to: Room,
}

/// What a key opens.
enum Room {
    /// All knowledge bases.
    Everything,
    /// Some: these routes know no others.
    Some(Router),
    /// None that there is.
    Nothing(String),
}

/// Who may use the API.
pub(super) struct Gate {
    app: Arc<App>,
    doors: Vec<Door>,
}

impl Gate {
    /// `routes` makes the API's routes over what a key reaches.
    pub(super) fn new(app: &Arc<App>, routes: impl Fn(Arc<App>) -> Router) -> Gate {
        let room = |kbs: &[String]| match kbs {
            [] => Room::Everything,
            [first, ..] => match app.narrowed(kbs) {
                Some(app) => Room::Some(routes(Arc::new(app))),
                None => Room::Nothing(first.clone()),
            },
        };
        let door = |key: &PublicKey| Door {
            limit: key.per_minute.map(OfKey::new),
            leads_to: room(&key.kbs),
            key: key.as_browsers_say(),
        };
        Gate {
            doors: app.settings.keys.iter().map(door).collect(),
            app: app.clone(),
        }
    }

    /// Whether it takes a key to ask for `path`. The operator's addresses look after themselves.
    fn guards(&self, path: &str) -> bool {
        !self.doors.is_empty() && path.starts_with("/v1/") && !path.starts_with("/v1/admin/")
    }

    fn is_operator(&self, presented: &[Key]) -> bool {
        let key = self.app.settings.admin_key.as_ref();
        key.is_some_and(|key| presented.contains(key))
    }
}

/// Lets those in who have a key, where one is needed.
pub(super) async fn check(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !gate.guards(path) {
        return next.run(request).await;
    }
    let presented = presented(request.headers());
    if gate.is_operator(&presented) {
        return next.run(request).await;
    }
    let fits = |door: &&Door| presented.contains(&door.key.key);
    let Some(door) = gate.doors.iter().find(fits) else {
        return match gate.app.settings.pages && path == OF_THE_PAGES {
            true => next.run(request).await,
            false => Problem::KeyNeeded.into_response(),
        };
    };
    if !door.key.is_for(request.headers()) {
        return Problem::KeyNotForThisOrigin.into_response();
    }
    if let Some(Err(problem)) = door.limit.as_ref().map(OfKey::check) {
        rate::note(&door.key.name);
        return problem.into_response();
    }
    match &door.leads_to {
        Room::Everything => next.run(request).await,
        Room::Some(routes) => {
            let Ok(response) = routes.clone().oneshot(afresh(request)).await;
            response
        }
        Room::Nothing(name) => Problem::from(SearchError::UnknownKb {
            name: name.clone(),
            known: Vec::new(),
        })
        .into_response(),
    }
}

/// The request without what the router has found out about it, which another router would add to.
fn afresh(request: Request) -> Request {
    let (mut parts, body) = request.into_parts();
    let ticket = parts.extensions.remove::<Ticket>();
    parts.extensions = Extensions::new();
    if let Some(ticket) = ticket {
        parts.extensions.insert(ticket);
    }
    Request::from_parts(parts, body)
}

/// The keys that a request carries. Hashes are compared in constant time.
fn presented(headers: &HeaderMap) -> Vec<Key> {
    let own = headers.get(KEY_HEADER).and_then(|key| key.to_str().ok());
    own.into_iter()
        .chain(bearer(headers))
        .map(Key::new)
        .collect()
}

/// The key in `Authorization: Bearer …`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| key.trim_start())
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("doors", &self.doors.len())
            .finish()
    }
}
