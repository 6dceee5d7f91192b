//! Replies that are kept: a question that is asked again gets the same bytes, less its name and its time.
//!
//! They belong to the searcher that made them and go with it, so that none outlives its index. Questions are told
//! apart as they were typed: a reply repeats its question, and marks its very characters.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Instant;

use axum::Extension;
use axum::body::Bytes;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde::Serialize;

use crate::search::{
    AskReply, AskRequest, Context, Question, SearchReply, SearchRequest, Stages, query_id,
};
use crate::serve::asked::{Asking, Outcome};

/// A guess from which the cache sizes its tables: they grow.
const EXPECTED_REPLIES: usize = 256;

/// What a kept reply takes besides its texts: the cache's own books, and what holds the texts.
const OVERHEAD_BYTES: usize = 256;

/// What was asked, whole: two that are equal have the same reply.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Asked {
    /// For a list.
    Search(SearchRequest),
    /// For a decision.
    Ask(Context, AskRequest),
}

impl Asked {
    /// An explanation tells how long its stages took, and is asked for by people.
    fn can_be_kept(&self) -> bool {
        !matches!(self, Asked::Ask(_, request) if request.explain)
    }

    /// Bytes of its texts.
    fn len(&self) -> usize {
        let (question, filter) = match self {
            Asked::Search(request) => (&request.question, &request.filter),
            Asked::Ask(_, request) => (&request.question, &request.filter),
        };
        let context = match self {
            Asked::Search(_) => [None, None],
            Asked::Ask(context, _) => [
                context.previous_question.as_ref().map(Question::as_str),
                context.previous_entry_id.as_deref(),
            ],
        };
        let given = [filter.category.as_deref(), filter.tag.as_deref()];
        let given = given.into_iter().chain(context).flatten();
        question.as_str().len() + given.map(str::len).sum::<usize>()
    }
}

/// A reply as JSON, but for what is new each time.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// From behind the name to before the time, and from behind it to the end.
    parts: [Bytes; 2],
    /// What the log tells of it.
    pub(super) outcome: Outcome,
    /// How long its making took.
    pub(super) stages: Stages,
    /// How long it holds.
    pub(super) lasting: Lasting,
}

/// Where the name and the time stand: both come first in every reply.
const NAME: &str = "{\"query_id\":\"\"";
const TIME: &[u8] = b"\"took_us\":0";

impl Kept {
    /// `reply` must begin with an empty name, and have a time of 0 before any text of the corpus.
    fn new(
        reply: &impl Serialize,
        outcome: Outcome,
        stages: Stages,
        misses_vectors: bool,
    ) -> Result<Kept, serde_json::Error> {
        // Without the room that it grew into: as many bytes as are counted of what is kept.
        let json = Bytes::from(serde_json::to_vec(reply)?.into_boxed_slice());
        let time = json.windows(TIME.len()).position(|at| at == TIME);
        let time = time.unwrap_or(json.len() - 1);
        let parts = [
            json.slice(NAME.len() - 1..time + TIME.len() - 1),
            json.slice((time + TIME.len()).min(json.len())..),
        ];
        Ok(Kept {
            parts,
            outcome,
            stages,
            lasting: match misses_vectors {
                true => Lasting::Passing,
                false => Lasting::AsLongAsTheIndex,
            },
        })
    }

    /// The list's reply, and what the log tells of it.
    pub(super) fn list(mut reply: SearchReply) -> Result<Kept, serde_json::Error> {
        reply.query_id.clear();
        reply.took_us = 0;
        let outcome = Outcome::of_list(&reply);
        Kept::new(&reply, outcome, reply.stages, reply.misses_vectors)
    }

    /// The decision's.
    pub(super) fn decision(mut reply: AskReply) -> Result<Kept, serde_json::Error> {
        reply.query_id.clear();
        reply.took_us = 0;
        let outcome = Outcome::of_decision(&reply);
        Kept::new(&reply, outcome, reply.stages, reply.misses_vectors)
    }

    /// The whole reply, under a name, as having taken so long.
    pub(super) fn named(&self, query_id: &str, took_us: u64) -> Bytes {
        let [before, after] = &self.parts;
        let took = took_us.to_string();
        let begin = &NAME[..NAME.len() - 1];
        let mut json = Vec::with_capacity(
            begin.len() + query_id.len() + before.len() + took.len() + after.len(),
        );
        for part in [
            begin.as_bytes(),
            query_id.as_bytes(),
            before,
            took.as_bytes(),
            after,
        ] {
            json.extend_from_slice(part);
        }
        json.into()
    }

    fn len(&self) -> usize {
        let json: usize = self.parts.iter().map(Bytes::len).sum();
        json + self.outcome.len()
    }
}

/// Counts what a reply takes, with what was asked for it.
#[derive(Debug, Clone)]
struct InBytes;

impl Weighter<Asked, Arc<Kept>> for InBytes {
    fn weight(&self, asked: &Asked, reply: &Arc<Kept>) -> u64 {
        (asked.len() + reply.len() + OVERHEAD_BYTES) as u64
    }
}

/// The replies of one searcher.
#[derive(Debug)]
pub(super) struct Replies(Option<Cache<Asked, Arc<Kept>, InBytes>>);

/// How a reply was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It was kept.
    Kept,
    /// It was made for this request.
    Made,
}

impl Replies {
    /// Keeps so many bytes at most; none if 0.
    pub(super) fn new(max_bytes: usize) -> Replies {
        let cache = || Cache::with_weighter(EXPECTED_REPLIES, max_bytes as u64, InBytes);
        Replies((max_bytes > 0).then(cache))
    }

    /// What they take.
    pub(super) fn bytes(&self) -> usize {
        let bytes = self.0.as_ref().map_or(0, Cache::weight);
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }

    /// The reply to `asked`, made by `make` unless it is there. Of many who ask the same at the same time one makes
    /// it and the others wait; if that one gives up, another takes over. What holds for a while only is not kept.
    pub(super) async fn get<E>(
        &self,
        asked: Asked,
        make: impl Future<Output = Result<Kept, E>>,
    ) -> Result<(Arc<Kept>, Origin), E> {
        let Some(cache) = self.0.as_ref().filter(|_| asked.can_be_kept()) else {
            return Ok((Arc::new(make.await?), Origin::Made));
        };
        match cache.get_value_or_guard_async(&asked).await {
            Ok(kept) => Ok((kept, Origin::Kept)),
            Err(place) => {
                let made = Arc::new(make.await?);
                if made.lasting == Lasting::AsLongAsTheIndex {
                    // It fails only if somebody removed the place, which nobody does.
                    let _ = place.insert(made.clone());
                }
                Ok((made, Origin::Made))
            }
        }
    }
}

/// What a job makes of a reply.
pub(super) type Made = Result<Kept, serde_json::Error>;

/// A reply under a name of its own, ready to be sent.
#[derive(Debug)]
pub(super) struct Named {
    reply: Arc<Kept>,
    query_id: String,
    began: Instant,
}

impl Named {
    pub(super) fn new(reply: Arc<Kept>, began: Instant) -> Named {
        Named {
            reply,
            query_id: query_id(),
            began,
        }
    }

    /// Tells the log, where questions are kept.
    pub(super) fn tell(self, asking: Asking) -> Named {
        asking.became(&self.query_id, &self.reply.outcome);
        self
    }
}

impl IntoResponse for Named {
    fn into_response(self) -> Response {
        let took_us = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let json = self.reply.named(&self.query_id, took_us);
        let lasting = Extension(self.reply.lasting);
        (lasting, [(header::CONTENT_TYPE, "application/json")], json).into_response()
    }
}

/// How long a reply holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasting {
    /// The same request gets the same reply.
    AsLongAsTheIndex,
    /// Something was out of order: it may be better next time.
    Passing,
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::search::{Facets, Page};

    fn list(query: &str) -> SearchReply {
        SearchReply {
            query_id: "0123456789abcdef0123456789abcdef".to_owned(),
            index_version: "7b88159e4e3ecd22".to_owned(),
            took_us: 4321,
            query: query.to_owned(),
            total: 0,
            hits: Vec::new(),
            facets: Facets::default(),
            stages: Stages::default(),
            misses_vectors: false,
        }
    }

    fn asked(question: &str) -> Asked {
        Asked::Search(SearchRequest {
            question: Question::new(question).expect("a question"),
            filter: Default::default(),
            page: Page::default(),
        })
    }

    #[test]
    fn a_kept_reply_has_the_bytes_of_a_fresh_one() {
        for query in ["备案", "\"took_us\":0", "{\"query_id\":\"\""] {
            let fresh = list(query);
            let kept = Kept::list(fresh.clone()).expect("JSON");
            let json = kept.named(&fresh.query_id, fresh.took_us);
            assert_eq!(json, serde_json::to_vec(&fresh).expect("JSON"), "{query}");
        }
    }

    #[tokio::test]
    async fn many_who_ask_the_same_at_once_have_it_made_once() {
        let replies = Arc::new(Replies::new(1 << 20));
        let made = Arc::new(AtomicUsize::new(0));
        let mut waiting = Vec::new();
        for _ in 0..20 {
            let (replies, made) = (replies.clone(), made.clone());
            waiting.push(tokio::spawn(async move {
                let make = async {
                    tokio::task::yield_now().await;
                    made.fetch_add(1, Ordering::SeqCst);
                    Ok::<_, Infallible>(Kept::list(list("备案")).expect("JSON"))
                };
                replies.get(asked("备案"), make).await
            }));
        }
        for task in waiting {
            let Ok((kept, _)) = task.await.expect("a reply");
            assert!(kept.len() > 0);
        }
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn who_gives_up_leaves_the_making_to_the_next() {
        let replies = Replies::new(1 << 20);
        let never = replies.get(
            asked("备案"),
            std::future::pending::<Result<Kept, Infallible>>(),
        );
        let patience = std::time::Duration::from_millis(5);
        assert!(tokio::time::timeout(patience, never).await.is_err());
        let make = async { Ok::<_, Infallible>(Kept::list(list("备案")).expect("JSON")) };
        let Ok((_, origin)) = replies.get(asked("备案"), make).await;
        assert_eq!(origin, Origin::Made);
    }

    #[tokio::test]
    async fn what_is_passing_or_a_failure_is_not_kept() {
        let replies = Replies::new(1 << 20);
        let failing = replies.get(asked("备案"), async { Err("broken") }).await;
        assert_eq!(failing.map(|(_, origin)| origin), Err("broken"));
        for (lasting, next) in [
            (Lasting::Passing, Origin::Made),
            (Lasting::AsLongAsTheIndex, Origin::Made),
            (Lasting::Passing, Origin::Kept),
        ] {
            let reply = SearchReply {
                misses_vectors: lasting == Lasting::Passing,
                ..list("备案")
            };
            let make = async { Ok::<_, &str>(Kept::list(reply).expect("JSON")) };
            let got = replies.get(asked("备案"), make).await;
            assert_eq!(got.map(|(_, origin)| origin), Ok(next), "{lasting:?}");
        }
    }

    #[tokio::test]
    async fn no_more_bytes_are_kept_than_allowed() {
        let replies = Replies::new(64 << 10);
        for number in 0..1000 {
            let question = format!("问题{number}");
            let make = async {
                let kept = Kept::list(list(&question.repeat(30))).expect("JSON");
                Ok::<_, Infallible>(kept)
            };
            let Ok(_) = replies.get(asked(&question), make).await;
        }
        let cache = replies.0.as_ref().expect("a cache");
        assert!(cache.weight() <= 64 << 10, "{}", cache.weight());
        assert!(cache.len() > 10, "{}", cache.len());
    }

    #[tokio::test]
    async fn what_was_asked_counts_as_much_as_the_reply() {
        let replies = Replies::new(64 << 10);
        let long = |number: usize| format!("{number}{}", "x".repeat(4 << 10));
        for number in 0..100 {
            let context = Context {
                previous_entry_id: Some(long(number)),
                ..Context::default()
            };
            let request = AskRequest::new(Question::new("备案").expect("a question"));
            let make = async { Ok::<_, Infallible>(Kept::list(list("备案")).expect("JSON")) };
            let Ok(_) = replies.get(Asked::Ask(context, request), make).await;
        }
        let cache = replies.0.as_ref().expect("a cache");
        assert!((1..16).contains(&cache.len()), "{}", cache.len());
    }
}
