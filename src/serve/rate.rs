//! How often one client may ask, and how often a key may be used.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{NotUntil, Quota, RateLimiter};
use quick_cache::sync::Cache;

use crate::serve::client::Client;
use crate::serve::error::{Limited, Problem};

/// Clients that are remembered. Of more, those are forgotten that asked least and longest ago, so that a crowd of
/// made-up addresses takes no memory and pushes out nobody who is being counted.
const MAX_CLIENTS: usize = 1 << 16;

/// The field of a request's line in the log.
const LIMIT: &str = "limit";

type Now = <MonotonicClock as Clock>::Instant;

/// A limit on each client.
pub(super) struct ByClient(RateLimiter<Client, Counts, MonotonicClock, NoOpMiddleware<Now>>);

/// A limit on all who use one key.
pub(super) struct OfKey(RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<Now>>);

impl ByClient {
    /// So many requests a minute, and so many at once after a pause.
    pub(super) fn new(per_minute: NonZeroU32, burst: NonZeroU32) -> ByClient {
        let quota = Quota::per_minute(per_minute).allow_burst(burst);
        let counts = Counts(Cache::new(MAX_CLIENTS));
        ByClient(RateLimiter::new(quota, counts, MonotonicClock))
    }

    /// Counts a request.
    ///
    /// # Errors
    /// A problem that says when to come back, if it is one too many.
    pub(super) fn check(&self, client: Client) -> Result<(), Problem> {
        let counted = self.0.check_key(&client);
        counted.map_err(|until| too_many(Limited::Client, until))
    }
}

impl OfKey {
    /// So many requests a minute; as many at once after a pause.
    pub(super) fn new(per_minute: NonZeroU32) -> OfKey {
        let quota = Quota::per_minute(per_minute);
        OfKey(RateLimiter::new(
            quota,
            InMemoryState::default(),
            MonotonicClock,
        ))
    }

    /// Counts a request.
    ///
    /// # Errors
    /// A problem that says when to come back, if it is one too many.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let counted = self.0.check();
        counted.map_err(|until| too_many(Limited::Key, until))
    }
}

/// Notes in the request's line of the log whose limit it was: `client`, or the name of a key.
pub(super) fn note(whose: &str) {
    tracing::Span::current().record(LIMIT, whose);
}

fn too_many(of: Limited, until: NotUntil<Now>) -> Problem {
    let seconds = whole_seconds(until.wait_time_from(MonotonicClock.now()));
    Problem::RateLimited { of, seconds }
}

/// Rounded up: whoever waits so long is let in.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0).max(u64::from(wait.is_zero()))
}

/// What each client has used up.
struct Counts(Cache<Client, Arc<InMemoryState>>);

impl StateStore for Counts {
    type Key = Client;

    fn measure_and_replace<T, F, E>(&self, client: &Client, decide: F) -> Result<T, E>
    where
        F: Fn(Option<governor::nanos::Nanos>) -> Result<(T, governor::nanos::Nanos), E>,
    {
        let count = self.0.get(client).unwrap_or_else(|| {
            let new = self
                .0
                .get_or_insert_with(client, || Ok::<_, std::convert::Infallible>(Arc::default()));
            let Ok(new) = new;
            new
        });
        count.measure_and_replace(&NotKeyed::NonKey, decide)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use axum::http::HeaderMap;

    use super::*;

    fn client(number: u32) -> Client {
        let address = IpAddr::V4(Ipv4Addr::from_bits(0x0b00_0000 + number));
        Client::of(address, &HeaderMap::new(), &[]).expect("not this machine")
    }

    fn limits(per_minute: u32, burst: u32) -> ByClient {
        let some = |number| NonZeroU32::new(number).expect("not zero");
        ByClient::new(some(per_minute), some(burst))
    }

    fn wait(limits: &ByClient, client: Client) -> Option<u64> {
        let refused = limits.check(client).err();
        refused.and_then(|problem| problem.retry_after())
    }

    #[test]
    fn who_has_used_up_the_burst_waits_for_the_next_place() {
        let limits = limits(20, 3);
        let one = client(1);
        assert_eq!([(); 3].map(|()| wait(&limits, one)), [None; 3]);
        assert_eq!(
            wait(&limits, one),
            Some(3),
            "20 a minute is one in 3 seconds"
        );
        assert_eq!(wait(&limits, client(2)), None, "others are counted apart");
    }

    #[test]
    fn a_crowd_of_addresses_is_not_remembered_and_pushes_out_nobody() {
        let limits = limits(1, 2);
        let busy = client(0);
        assert_eq!([(); 2].map(|()| wait(&limits, busy)), [None; 2]);
        for number in 1..4 * MAX_CLIENTS as u32 {
            assert_eq!(wait(&limits, client(number)), None);
            if number % 1000 == 0 {
                assert!(wait(&limits, busy).is_some());
            }
        }
        assert!(wait(&limits, busy).is_some());
    }

    #[test]
    fn seconds_are_rounded_up() {
        for (millis, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (59_999, 60)] {
            assert_eq!(whole_seconds(Duration::from_millis(millis)), seconds);
        }
    }
}
