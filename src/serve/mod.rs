//! HTTP: the API and the search page. Nothing but translation: a request becomes a call of
//! [`Searcher`], its reply becomes JSON or a page, and every error becomes one shape.

mod ask;
mod assets;
mod entries;
mod error;
mod explain;
mod headers;
mod health;
mod input;
mod limits;
mod listen;
mod observe;
mod openapi;
mod page;
mod problem;
mod search;
mod settings;
mod suggest;
mod worker;

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use axum::Router;
use axum::body::Bytes;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::locale::Locale;
use crate::search::Searcher;

pub use listen::{ServeError, bind, run};
pub use settings::Settings;

/// What the server answers from. Clones share it, so that the binary can keep one and exchange the
/// searcher while requests run; a request keeps the searcher it began with.
#[derive(Debug, Clone)]
pub struct State {
    searcher: Arc<RwLock<Option<Arc<Searcher>>>>,
    locale: Locale,
}

impl State {
    /// Ready from the start.
    pub fn new(searcher: Arc<Searcher>) -> State {
        State {
            locale: searcher.settings().locale,
            searcher: Arc::new(RwLock::new(Some(searcher))),
        }
    }

    /// Not ready: everything but `/healthz` replies 503 until [`State::replace`].
    pub fn starting(locale: Locale) -> State {
        State {
            searcher: Arc::default(),
            locale,
        }
    }

    /// Answers from `searcher` from now on.
    pub fn replace(&self, searcher: Arc<Searcher>) {
        *self
            .searcher
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(searcher);
    }

    /// The present searcher, if there is one.
    pub fn searcher(&self) -> Option<Arc<Searcher>> {
        self.searcher
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The language for callers who state none.
    fn locale(&self) -> Locale {
        self.locale
    }
}

/// What every handler can reach.
#[derive(Debug)]
struct App {
    state: State,
    settings: Settings,
    /// One permit for each request in flight; none left means shedding.
    tickets: Arc<Semaphore>,
    /// One permit for each request that computes; none left means waiting.
    slots: Arc<Semaphore>,
    openapi: OnceLock<Bytes>,
}

/// The route table. The order of the layers matters and is read from the bottom: a request first gets
/// its id and log line; errors of everything further in become problem documents or error pages.
pub fn router(state: State, settings: Settings) -> Router {
    let cors = headers::cors(&settings);
    let app = Arc::new(App {
        state,
        tickets: Arc::new(Semaphore::new(settings.max_concurrent_requests)),
        slots: Arc::new(Semaphore::new(settings.max_concurrent_searches)),
        settings,
        openapi: OnceLock::new(),
    });

    let (documented, document) = OpenApiRouter::with_openapi(openapi::Document::openapi())
        .routes(routes!(ask::get, ask::post))
        .routes(routes!(search::get))
        .routes(routes!(suggest::get))
        .routes(routes!(entries::list))
        .routes(routes!(entries::one))
        .routes(routes!(entries::related))
        .routes(routes!(explain::get, explain::post))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(openapi::get))
        .split_for_parts();
    app.openapi.get_or_init(|| openapi::to_bytes(&document));

    documented
        .route("/", get(page::search))
        .route("/entries/{id}", get(page::entry))
        .route("/assets/{name}", get(assets::get))
        .layer(from_fn_with_state(app.clone(), limits::guard))
        .layer(CatchPanicLayer::custom(problem::from_panic))
        .layer(from_fn_with_state(app.clone(), problem::render))
        .layer(from_fn(headers::secure))
        .layer(cors)
        .layer(CompressionLayer::new())
        .layer(from_fn(observe::observe))
        .with_state(app)
}
