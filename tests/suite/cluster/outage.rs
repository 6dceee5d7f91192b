//! A node lost under load, and the whole cluster.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{Cluster, tell};
use crate::cli::Desk;
use crate::cli::serve::Service;

const ASKERS: usize = 4;

/// A reply may take as long as the wait before another node is asked, and what a busy machine adds.
const LONGEST: Duration = Duration::from_secs(3);

static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// Asks what was never asked before, so that nothing is remembered.
fn ask(service: &Service) -> (u16, String, Duration) {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let began = Instant::now();
    // 怎么申请退款
    let path =
        format!("/v1/ask?q=%E6%80%8E%E4%B9%88%E7%94%B3%E8%AF%B7%E9%80%80%E6%AC%BEno{number}");
    let (status, body) = service.get(&path);
    (status, body, began.elapsed())
}

/// Whether `/readyz` comes to say so.
fn comes_to_be(service: &Service, status: u16, within: Duration) -> Option<(String, Duration)> {
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

fn threads(service: &Service) -> usize {
    let tasks = fs::read_dir(format!("/proc/{}/task", service.id()));
    tasks.map_or(0, Iterator::count)
}

/// Everything takes half a minute to start, so both are one test.
#[test]
fn readers_notice_no_lost_node_and_a_lost_cluster_is_told_until_it_is_back() {
    let test = "readers_notice_no_lost_node_and_a_lost_cluster_is_told_until_it_is_back";
    let Some(cluster) = Cluster::own(test) else {
        return;
    };
    let desk = Desk::with_corpus();
    cluster.serves_at(&desk, &cluster.urls, "replicas = 2\n");
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    for _ in 0..20 {
        ask(&service);
    }
    lose_a_node(&cluster, &service);
    lose_all(&cluster, &service);
}

fn lose_a_node(cluster: &Cluster, service: &Service) {
    let stop = AtomicBool::new(false);
    let (replies, killed) = std::thread::scope(|scope| {
        let ask_on = || {
            let mut replies = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                replies.push((Instant::now(), ask(service)));
            }
            replies
        };
        let askers = [(); ASKERS].map(|()| scope.spawn(ask_on));
        std::thread::sleep(Duration::from_secs(3));
        let killed = Instant::now();
        cluster.script(&["kill", "2"]);
        std::thread::sleep(Duration::from_secs(10));
        stop.store(true, Ordering::Relaxed);
        let replies = askers.map(|asker| asker.join().expect("no panic"));
        let replies: Vec<_> = replies.into_iter().flatten().collect();
        (replies, killed)
    });
    let times = |after: bool| {
        let of = replies.iter().filter(|(at, _)| (*at >= killed) == after);
        let mut times: Vec<Duration> = of.map(|(_, reply)| reply.2).collect();
        times.sort_unstable();
        let at = |part: usize| times.get(times.len() * part / 100).copied();
        let (half, most, longest) = (at(50), at(99), times.last().copied());
        let count = times.len();
        tell(&format!(
            "{} the node is killed: {count} replies, half within {half:?}, 99 % within {most:?}, all within {longest:?}",
            if after { "after" } else { "before" }
        ));
        longest.expect("something was asked")
    };
    let failed: Vec<_> = replies.iter().filter(|(_, reply)| reply.0 != 200).collect();
    times(false);
    let longest = times(true);
    assert!(failed.is_empty(), "{failed:?}");
    assert!(longest <= LONGEST, "{longest:?}");
    assert_eq!(service.get("/readyz").0, 200);
}

fn lose_all(cluster: &Cluster, service: &Service) {
    let before = threads(service);
    cluster.script(&["kill", "1"]);
    cluster.script(&["kill", "3"]);
    let away = comes_to_be(service, 503, Duration::from_secs(15));
    let (body, after) = away.expect("it says that the cluster is away");
    assert!(body.contains("engine_unavailable"), "{body}");
    tell(&format!(
        "/readyz was 503 {after:?} after the cluster was lost"
    ));
    assert_eq!(service.get("/healthz").0, 200, "the program is well");
    let replies = std::thread::scope(|scope| {
        let askers = [(); 20].map(|()| scope.spawn(|| ask(service)));
        askers.map(|asker| asker.join().expect("no panic"))
    });
    let longest = replies
        .iter()
        .map(|reply| reply.2)
        .max()
        .unwrap_or_default();
    tell(&format!(
        "without a cluster the longest of 20 replies took {longest:?}"
    ));
    for (status, body, _) in &replies {
        assert_eq!(*status, 503, "{body}");
        assert!(body.contains("engine_unavailable"), "{body}");
    }
    assert!(
        longest <= LONGEST,
        "nobody waits for what is gone: {longest:?}"
    );

    cluster.script(&["restart"]);
    let back = comes_to_be(service, 200, Duration::from_secs(60));
    let (_, after) = back.expect("it says that the cluster is back");
    tell(&format!(
        "/readyz was 200 {after:?} after the cluster was back"
    ));
    // A node that was left alone may be tried once more before it is trusted.
    let until = Instant::now() + Duration::from_secs(20);
    while ask(service).0 != 200 {
        assert!(Instant::now() < until, "questions are answered again");
        std::thread::sleep(Duration::from_millis(200));
    }
    for _ in 0..20 {
        let (status, body, _) = ask(service);
        assert_eq!(status, 200, "{body}");
    }
    let now = threads(service);
    assert!(
        now <= before + 8,
        "threads are stuck: {before} before, {now} now"
    );
}
