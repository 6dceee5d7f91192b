//! HTTP: the API and the search page. Nothing but translation: a request becomes a call of
//! [`crate::search::Searcher`], its reply becomes JSON or a page, and every error becomes one shape.

mod access;
mod admin;
mod allowed;
mod ask;
mod asked;
mod assets;
mod base;
mod client;
mod code;
mod entries;
mod error;
mod explain;
mod feedback;
mod headers;
mod health;
mod input;
mod key;
mod limits;
mod listen;
mod metrics;
mod object;
mod observe;
mod openapi;
mod operator;
mod page;
mod places;
mod problem;
mod rate;
mod reader;
mod reload;
mod replies;
mod revalidate;
mod scripts;
mod search;
mod settings;
mod suggest;
mod welcome;
mod widget;
mod worker;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tokio::sync::Semaphore;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use access::Gate;
use headers::Pages;
use rate::ByClient;

pub use access::PublicKey;
pub use base::State;
pub use key::Key;
pub use listen::{ServeError, bind, run};
pub use page::link::percent_encoded;
pub use problem::{ProblemDocument, Unanswered, problem_for};
pub use reload::{Outcome, ReloadOrder, Reloaded};
pub use settings::Settings;

/// What every handler can reach.
struct App {
    state: State,
    settings: Settings,
    /// One permit for each request in flight; none left means shedding.
    tickets: Arc<Semaphore>,
    /// One permit for each request that computes; none left means waiting.
    slots: Arc<Semaphore>,
    /// How often one client may ask.
    by_client: Option<Arc<ByClient>>,
    openapi: OnceLock<Bytes>,
}

impl App {
    fn new(state: State, settings: Settings) -> App {
        App {
            state,
            tickets: Arc::new(Semaphore::new(settings.max_concurrent_requests)),
            slots: Arc::new(Semaphore::new(settings.max_concurrent_searches)),
            by_client: settings
                .rate_per_minute
                .map(|per_minute| Arc::new(ByClient::new(per_minute, settings.rate_burst))),
            settings,
            openapi: OnceLock::new(),
        }
    }

    /// The same, as if there were only these knowledge bases; nothing if there are none of them.
    fn narrowed(&self, kbs: &[String]) -> Option<App> {
        Some(App {
            state: self.state.narrowed(kbs)?,
            settings: self.settings.clone(),
            tickets: self.tickets.clone(),
            slots: self.slots.clone(),
            by_client: self.by_client.clone(),
            openapi: self.openapi.clone(),
        })
    }
}

/// The route table.
pub fn router(state: State, settings: Settings) -> Router {
    let app = Arc::new(App::new(state, settings));
    let (documented, document) = documented();
    app.openapi.get_or_init(|| openapi::to_bytes(&document));

    let pages = match app.settings.pages {
        true => Router::new()
            .route("/", get(page::search))
            .route("/entries", get(page::entries))
            .route("/entries/{id}", get(page::entry)),
        false => Router::new(),
    };
    let routes = documented
        .merge(pages)
        .route("/docs", get(page::docs::get))
        .route("/widget.js", get(widget::get))
        .route("/assets/{name}", get(assets::get))
        .route("/assets/{folder}/{name}", get(scripts::get));
    wrapped(routes, app)
}

/// The API's routes, and their description.
fn documented() -> (Router<Arc<App>>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .routes(routes!(ask::get, ask::post))
        .routes(routes!(search::get))
        .routes(routes!(suggest::get))
        .routes(routes!(entries::list))
        .routes(routes!(entries::one))
        .routes(routes!(entries::related))
        .routes(routes!(explain::get, explain::post))
        .routes(routes!(welcome::get))
        .routes(routes!(feedback::post))
        .routes(routes!(admin::reload))
        .routes(routes!(admin::status))
        .routes(routes!(metrics::get))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(openapi::get))
        .split_for_parts()
}

/// Routes inside everything that holds for all of them. The order matters: a request first gets its id and log
/// line; errors of everything further in become problem documents or error pages. All are one layer to the router,
/// which would box what is inside of each of several for each request.
fn wrapped(routes: Router<Arc<App>>, app: Arc<App>) -> Router {
    let revalidated = |app: Arc<App>| from_fn_with_state(app, revalidate::revalidate);
    let gate = Gate::new(&app, |app| {
        let routes = routes.clone().layer(revalidated(app.clone()));
        routes.with_state(app)
    });
    let pages = Pages::new(&app.settings);
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .layer(CompressionLayer::new())
        .layer(headers::cors(&app.settings))
        .layer(from_fn_with_state(Arc::new(pages), headers::secure))
        .layer(from_fn_with_state(app.clone(), problem::render))
        .layer(CatchPanicLayer::custom(problem::from_panic))
        .layer(from_fn_with_state(app.clone(), limits::guard))
        .layer(from_fn_with_state(Arc::new(gate), access::check))
        .layer(revalidated(app.clone()));
    routes.layer(layers).with_state(app)
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, header};
    use tower::ServiceExt;

    use super::error::Problem;
    use super::*;
    use crate::locale::Locale;

    #[tokio::test]
    async fn our_own_failures_tell_nothing_but_that_they_happened() {
        async fn panicking() -> &'static str {
            panic!("secret cause")
        }
        async fn failing() -> Problem {
            Problem::internal("secret cause")
        }
        let app = App::new(
            State::starting(Locale::En, "default", &[]),
            Settings::default(),
        );
        let routes = Router::new()
            .route("/panicking", get(panicking))
            .route("/failing", get(failing));
        let router = wrapped(routes, Arc::new(app));
        for (path, accept, kind) in [
            ("/panicking", "*/*", "application/problem+json"),
            ("/failing", "*/*", "application/problem+json"),
            ("/failing", "text/html", "text/html; charset=utf-8"),
        ] {
            let request = Request::get(path).header(header::ACCEPT, accept);
            let request = request.body(Body::empty()).expect("a request");
            let Ok(reply) = router.clone().oneshot(request).await;
            assert_eq!(reply.status(), 500, "{path}");
            assert_eq!(reply.headers()[header::CONTENT_TYPE], kind, "{path}");
            assert!(reply.headers().contains_key("x-request-id"));
            let body = to_bytes(reply.into_body(), 1 << 20).await.expect("a body");
            let body = String::from_utf8_lossy(&body);
            assert!(body.contains("something went wrong"), "{body}");
            assert!(!body.contains("secret"), "{body}");
        }
    }
}
