//! Every command over an index in a cluster, and many servers over one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Cluster, tell};
use crate::cli::Desk;
use crate::cli::serve::Service;

/// 怎么换货
const ASK: &str = "/v1/ask?q=%E6%80%8E%E4%B9%88%E6%8D%A2%E8%B4%A7";

const MORE: &str = "# 换货\n\n## 怎么换货？\n\n联系客服换货。\n";

/// How soon every server serves what one has published. A second passes between two looks.
const SOON: Duration = Duration::from_secs(5);

pub(super) fn steady(mut reply: Value) -> Value {
    for volatile in ["query_id", "took_us", "stages"] {
        if let Some(fields) = reply.as_object_mut() {
            fields.remove(volatile);
        }
    }
    // The engine's own sum of the same numbers: the last digit depends on their order.
    for hit in reply["hits"].as_array_mut().into_iter().flatten() {
        if let Some(hit) = hit.as_object_mut() {
            hit.remove("engine_score");
        }
    }
    reply
}

#[test]
fn each_command_says_of_a_cluster_what_it_says_of_a_folder() {
    let test = "each_command_says_of_a_cluster_what_it_says_of_a_folder";
    let Some(cluster) = Cluster::shared(test) else {
        return;
    };
    let (here, there) = (Desk::with_corpus(), Desk::with_corpus());
    cluster.serves(&there);
    for desk in [&here, &there] {
        desk.write(
            "corpus/更多.md",
            "# 更多\n\n## 怎么退货？\n\n七天内寄回。\n",
        );
        assert_eq!(desk.run(&["index"]).code, 0);
        desk.write("corpus/换货.md", MORE);
        assert_eq!(desk.run(&["index"]).code, 0);
    }
    let commands: &[&[&str]] = &[
        &["ask", "怎么申请退款", "--json"],
        &["ask", "怎么换货", "--json"],
        &["ask", "火锅底料", "--json"],
        &["search", "发票", "--json"],
        &["explain", "怎么开发票", "--json"],
        &["eval", "--own", "--json"],
    ];
    let compare = || {
        for command in commands {
            let (one, other) = (here.run(command), there.run(command));
            assert_eq!(one.code, other.code, "{command:?}: {other:?}");
            if command[0] == "eval" {
                // Of these the times differ.
                assert_eq!(one.json()["entries"], other.json()["entries"]);
                continue;
            }
            assert_eq!(steady(one.json()), steady(other.json()), "{command:?}");
        }
    };
    compare();
    assert!(
        there
            .run(&["ask", "怎么换货"])
            .stdout
            .contains("联系客服换货")
    );
    for desk in [&here, &there] {
        let run = desk.run(&["rollback"]);
        assert_eq!(run.code, 0, "{run:?}");
    }
    compare();
    assert!(
        !there
            .run(&["ask", "怎么换货"])
            .stdout
            .contains("联系客服换货")
    );
}

#[test]
fn flags_choose_the_engine() {
    let Some(cluster) = Cluster::shared("flags_choose_the_engine") else {
        return;
    };
    let desk = Desk::with_corpus();
    desk.write(
        "jida.toml",
        &format!("[opensearch]\nprefix = '{}'\n", cluster.prefix),
    );
    let urls = cluster.urls.join(",");
    let flags = ["--engine", "opensearch", "--opensearch-url", &urls];
    let with = |command: &[&str]| desk.run(&[command, &flags].concat());
    let run = with(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains(&cluster.urls[0]), "{run:?}");
    assert!(cluster.leads_to().is_some(), "it is in the cluster");
    let run = with(&["ask", "怎么申请退款"]);
    assert!(run.stdout.contains("三个工作日内到账"), "{run:?}");
    let folder = desk.run(&["ask", "怎么申请退款"]);
    assert_ne!(folder.code, 0, "nothing was built in a folder: {folder:?}");
}

/// Asks until it is told to stop; how often, and what was no success.
fn ask_on(
    service: &Service,
    stop: &AtomicBool,
    wanted: &str,
) -> (usize, Vec<String>, Option<Instant>) {
    let (mut asked, mut failed, mut served) = (0, Vec::new(), None);
    while !stop.load(Ordering::Relaxed) {
        let (status, body) = service.get(ASK);
        asked += 1;
        if status != 200 {
            failed.push(format!("{status}: {body}"));
        } else if served.is_none() && body.contains(wanted) {
            served = Some(Instant::now());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    (asked, failed, served)
}

#[test]
fn what_one_publishes_every_server_serves_and_no_request_fails() {
    let test = "what_one_publishes_every_server_serves_and_no_request_fails";
    let Some(cluster) = Cluster::shared(test) else {
        return;
    };
    let publisher = Desk::with_corpus();
    cluster.serves(&publisher);
    assert_eq!(publisher.run(&["index"]).code, 0);
    // They have nothing but the cluster.
    let desk = Desk::empty();
    cluster.serves(&desk);
    let services = [(); 2].map(|()| Service::start(&desk, &[]));
    services.iter().for_each(Service::wait_until_ready);

    publisher.write("corpus/换货.md", MORE);
    let stop = AtomicBool::new(false);
    let (published, outcomes) = std::thread::scope(|scope| {
        let stop = &stop;
        let askers = services
            .each_ref()
            .map(|service| scope.spawn(move || ask_on(service, stop, "联系客服换货")));
        let run = publisher.run(&["index"]);
        let published = Instant::now();
        // Ends the threads before it looks at anything.
        std::thread::sleep(SOON + Duration::from_secs(1));
        stop.store(true, Ordering::Relaxed);
        assert_eq!(run.code, 0, "{run:?}");
        (
            published,
            askers.map(|asker| asker.join().expect("no panic")),
        )
    });
    for (asked, failed, served) in outcomes {
        assert!(failed.is_empty(), "{} of {asked}: {failed:?}", failed.len());
        let after = served
            .expect("it serves the new one")
            .saturating_duration_since(published);
        tell(&format!(
            "served {after:?} after `jida index` ended; {asked} requests, none failed"
        ));
        assert!(after <= SOON, "{after:?}");
    }
}
