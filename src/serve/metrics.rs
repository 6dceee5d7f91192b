//! `GET /metrics`: what the server has done and how it stands, for Prometheus.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::search::{Decision, Stages};
use crate::serve::App;
use crate::serve::asked;
use crate::serve::error::Problem;
use crate::serve::openapi::Readable;
use crate::serve::operator::Operator;
use crate::serve::reload::{Outcome, Reloaded};
use crate::serve::replies::Origin;

/// OpenMetrics, as its specification spells it.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper ends of what requests are sorted into: from a reply that was kept to one that times out, in seconds.
const SECONDS: [f64; 12] = [
    0.000_1, 0.000_3, 0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRequest {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfStage {
    stage: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfDecision {
    kb: String,
    decision: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfReply {
    kb: String,
    origin: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfReload {
    kb: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfBase {
    kb: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfGeneration {
    kb: String,
    index_version: String,
}

/// Everything that is counted. Labels are few and ours: no question, address or id is among them.
#[derive(Debug)]
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<OfRequest, Counter>,
    durations: Family<OfRoute, Histogram, fn() -> Histogram>,
    stages: Family<OfStage, Histogram, fn() -> Histogram>,
    decisions: Family<OfDecision, Counter>,
    replies: Family<OfReply, Counter>,
    reloads: Family<OfReload, Counter>,
    problems: Family<OfBase, Gauge>,
    entries: Family<OfBase, Gauge>,
    cached: Family<OfBase, Gauge>,
    generation: Family<OfGeneration, Gauge>,
    in_flight: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("jida");
        let requests = Family::default();
        registry.register("requests", "Requests by route and status", requests.clone());
        let durations =
            Family::<OfRoute, Histogram, fn() -> Histogram>::new_with_constructor(|| {
                Histogram::new(SECONDS)
            });
        registry.register_with_unit(
            "request_duration",
            "Time from the head of a request to its reply",
            Unit::Seconds,
            durations.clone(),
        );
        let stages = Family::<OfStage, Histogram, fn() -> Histogram>::new_with_constructor(|| {
            Histogram::new(SECONDS)
        });
        registry.register_with_unit(
            "stage_duration",
            "Time of each stage of making a reply",
            Unit::Seconds,
            stages.clone(),
        );
        let decisions = Family::default();
        registry.register(
            "decisions",
            "Decisions by knowledge base",
            decisions.clone(),
        );
        let replies = Family::default();
        registry.register(
            "replies",
            "Replies to questions, kept from before or made",
            replies.clone(),
        );
        let reloads = Family::default();
        registry.register(
            "reloads",
            "Looks at the corpus, by outcome",
            reloads.clone(),
        );
        let problems = Family::default();
        registry.register(
            "corpus_problems",
            "Oddities that the last build of this process told of",
            problems.clone(),
        );
        let entries = Family::default();
        registry.register("entries", "Entries that answer", entries.clone());
        let cached = Family::default();
        registry.register_with_unit(
            "cached_replies",
            "Replies that are kept",
            Unit::Bytes,
            cached.clone(),
        );
        let generation = Family::default();
        registry.register(
            "generation",
            "The index that answers; always 1",
            generation.clone(),
        );
        let in_flight = Gauge::default();
        registry.register(
            "requests_in_flight",
            "Requests that are being answered",
            in_flight.clone(),
        );
        Metrics {
            registry,
            requests,
            durations,
            stages,
            decisions,
            replies,
            reloads,
            problems,
            entries,
            cached,
            generation,
            in_flight,
        }
    }
}

impl Metrics {
    /// A request was answered. `route` is its pattern, never what a caller wrote.
    pub(super) fn replied(&self, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        self.durations
            .get_or_create(&OfRoute {
                route: route.clone(),
            })
            .observe(took.as_secs_f64());
        self.requests
            .get_or_create(&OfRequest { route, status })
            .inc();
    }

    /// A question was answered.
    pub(super) fn answered(&self, kb: &str, decision: Option<Decision>, origin: Origin) {
        let origin = match origin {
            Origin::Kept => "kept",
            Origin::Made => "made",
        };
        let kb = kb.to_owned();
        if let Some(decision) = decision {
            let decision = asked::name(decision);
            let kb = kb.clone();
            self.decisions
                .get_or_create(&OfDecision { kb, decision })
                .inc();
        }
        self.replies.get_or_create(&OfReply { kb, origin }).inc();
    }

    /// A reply was made, with so long for each stage.
    pub(super) fn made(&self, stages: &Stages) {
        for (stage, took) in [
            ("analyse", stages.analyse),
            ("encode", stages.encode),
            ("retrieve", stages.retrieve),
            ("rank", stages.rank),
            ("render", stages.render),
        ] {
            let of = OfStage { stage };
            self.stages.get_or_create(&of).observe(took.as_secs_f64());
        }
    }

    /// Somebody looked at a corpus again.
    pub(super) fn reloaded(&self, reloaded: &Reloaded) {
        let outcome = match reloaded.outcome {
            Outcome::Swapped => "swapped",
            Outcome::Unchanged => "unchanged",
            Outcome::Failed => "failed",
        };
        let kb = reloaded.kb.clone();
        // What was not built told of nothing; that is not the same as having nothing to tell.
        if let Some(problems) = reloaded.problems {
            let problems = i64::try_from(problems).unwrap_or(i64::MAX);
            let of = OfBase { kb: kb.clone() };
            self.problems.get_or_create(&of).set(problems);
        }
        self.reloads.get_or_create(&OfReload { kb, outcome }).inc();
    }
}

/// Metrics
///
/// Requests, decisions, kept replies, indexes and reloads, in the OpenMetrics text format that Prometheus reads.
#[utoipa::path(
    get, path = "/metrics", operation_id = "metrics", tag = "operations",
    responses(
        (status = 200, description = "The metrics", body = String, content_type = "application/openmetrics-text"),
        Readable
    )
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    _operator: Operator,
) -> Result<Response, Problem> {
    let metrics = app.state.metrics();
    let busy = app.settings.max_concurrent_requests - app.tickets.available_permits();
    metrics
        .in_flight
        .set(i64::try_from(busy).unwrap_or(i64::MAX));
    metrics.generation.clear();
    for base in app.state.bases() {
        let kb = base.name().to_owned();
        let Some(present) = base.present() else {
            continue;
        };
        let of = OfBase { kb: kb.clone() };
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let entries = present.searcher.index().len();
        metrics.entries.get_or_create(&of).set(count(entries));
        let bytes = present.replies.bytes();
        metrics.cached.get_or_create(&of).set(count(bytes));
        let index_version = present.searcher.version().to_owned();
        metrics
            .generation
            .get_or_create(&OfGeneration { kb, index_version })
            .set(1);
    }
    let mut text = String::new();
    encode(&mut text, &metrics.registry).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, OPENMETRICS)], text).into_response())
}
