//! A node lost under load, and the whole cluster.

use std::fs;
use std::time::{Duration, Instant};

use super::load::{LONGEST, Replies, ask, comes_to_be};
use super::red::lose_the_only_copy;
use super::slow::freeze_a_node;
use super::{Cluster, tell};
use crate::cli::Desk;
use crate::cli::serve::Service;

fn threads(service: &Service) -> usize {
    let tasks = fs::read_dir(format!("/proc/{}/task", service.id()));
    tasks.map_or(0, Iterator::count)
}

/// A cluster takes half a minute to start, so all is one test.
#[test]
fn readers_notice_no_still_or_lost_node_and_a_lost_cluster_is_told_until_it_is_back() {
    let test = "readers_notice_no_still_or_lost_node_and_a_lost_cluster_is_told_until_it_is_back";
    let Some(cluster) = Cluster::own(test, 3, &[]) else {
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
    freeze_a_node(&cluster, &service);
    lose_a_node(&cluster, &service);
    lose_all(&cluster, &service);
    drop(service);
    lose_the_only_copy(&cluster);
}

fn lose_a_node(cluster: &Cluster, service: &Service) {
    let began = Instant::now();
    let mut killed = began;
    let replies = Replies::during(service, || {
        std::thread::sleep(Duration::from_secs(3));
        killed = Instant::now();
        cluster.script(&["kill", "2"]);
        std::thread::sleep(Duration::from_secs(10));
    });
    replies.times("before a node is killed", began, killed);
    let (_, longest) = replies.times("after it is", killed, Instant::now());
    replies.assert_answered();
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
