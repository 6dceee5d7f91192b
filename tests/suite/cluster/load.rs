//! Asking all the time, while something happens to a cluster.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::tell;
use crate::cli::serve::Service;

const ASKERS: usize = 4;

/// A reply may take as long as the wait before another node is asked, and what a busy machine adds.
pub(super) const LONGEST: Duration = Duration::from_secs(3);

static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// Status, body, and how long that took.
pub(super) type Reply = (u16, String, Duration);

/// Asks what was never asked before, so that nothing is remembered.
pub(super) fn ask(service: &Service) -> Reply {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let began = Instant::now();
    // 怎么申请退款
    let path =
        format!("/v1/ask?q=%E6%80%8E%E4%B9%88%E7%94%B3%E8%AF%B7%E9%80%80%E6%AC%BEno{number}");
    let (status, body) = service.get(&path);
    (status, body, began.elapsed())
}

/// What was replied, and when that was asked.
pub(super) struct Replies(Vec<(Instant, Reply)>);

impl Replies {
    /// Those to all that several ask while `happens` does.
    pub(super) fn during(service: &Service, happens: impl FnOnce()) -> Replies {
        let stop = AtomicBool::new(false);
        let replies = std::thread::scope(|scope| {
            let ask_on = || {
                let mut replies = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    replies.push((Instant::now(), ask(service)));
                }
                replies
            };
            let askers = [(); ASKERS].map(|()| scope.spawn(ask_on));
            happens();
            stop.store(true, Ordering::Relaxed);
            askers.map(|asker| asker.join().expect("no panic"))
        });
        Replies(replies.into_iter().flatten().collect())
    }

    /// That every one was an answer.
    pub(super) fn assert_answered(&self) {
        let failed = self.0.iter().filter(|(_, reply)| reply.0 != 200);
        let failed: Vec<_> = failed.map(|(_, reply)| reply).collect();
        assert!(failed.is_empty(), "{} failed: {failed:?}", failed.len());
    }

    /// How long half of them took, and the longest, of those asked for in this span; told to a person.
    pub(super) fn times(&self, when: &str, from: Instant, to: Instant) -> (Duration, Duration) {
        let of = self.0.iter().filter(|(at, _)| (from..to).contains(at));
        let mut times: Vec<Duration> = of.map(|(_, reply)| reply.2).collect();
        times.sort_unstable();
        let at = |part: usize| times[times.len() * part / 100];
        let longest = *times.last().expect("something was asked");
        tell(&format!(
            "{when}: {} replies, half within {:?}, 99 % within {:?}, all within {longest:?}",
            times.len(),
            at(50),
            at(99),
        ));
        (at(50), longest)
    }
}

/// Whether `/readyz` comes to say so.
pub(super) fn comes_to_be(
    service: &Service,
    status: u16,
    within: Duration,
) -> Option<(String, Duration)> {
    let began = Instant::now();
    while began.elapsed() < within {
        let (found, body) = service.get("/readyz");
        if found == status {
            return Some((body, began.elapsed()));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    None
}
