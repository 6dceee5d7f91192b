//! Nodes that are there and slow, or hold still, and connections that end when they are used again.

use std::time::{Duration, Instant};

use super::Cluster;
use super::front::{Front, Manner};
use super::load::{LONGEST, Replies, ask};
use crate::cli::Desk;
use crate::cli::serve::Service;

/// How long a node is held still: shorter than its peers take to throw it out.
const FROZEN: Duration = Duration::from_secs(15);

/// By then everybody knows which node is held still.
const KNOWN: Duration = Duration::from_secs(6);

/// A node that is held still keeps its connections and says nothing, neither to jida nor to other nodes that wait for
/// its share of an answer. It is the one that manages the cluster, whom all others ask where an alias leads.
pub(super) fn freeze_a_node(cluster: &Cluster, service: &Service) {
    let (_, manager) = cluster.call("GET", "_cat/cluster_manager?h=node&format=json", "");
    let name = manager[0]["node"].as_str().expect("a manager");
    let node = name.trim_start_matches("node-");
    let began = Instant::now();
    let mut frozen = began;
    let mut resumed = began;
    let mut ready = Vec::new();
    let replies = Replies::during(service, || {
        std::thread::sleep(Duration::from_secs(2));
        frozen = Instant::now();
        cluster.script(&["pause", node]);
        while frozen.elapsed() < FROZEN {
            std::thread::sleep(Duration::from_secs(1));
            ready.push(service.get("/readyz").0);
        }
        cluster.script(&["resume", node]);
        resumed = Instant::now();
        std::thread::sleep(Duration::from_secs(6));
    });
    let end = Instant::now();
    replies.times("before a node is held still", began, frozen);
    let (_, longest) = replies.times("while it is", frozen, resumed);
    let (half, _) = replies.times("of these the last", frozen + KNOWN, resumed);
    let (_, after) = replies.times("when it goes on", resumed, end);
    replies.assert_answered();
    assert!(ready.iter().all(|&status| status == 200), "{ready:?}");
    assert!(longest <= LONGEST, "{longest:?}");
    assert!(after <= LONGEST, "{after:?}");
    assert!(
        half <= Duration::from_millis(250),
        "nobody waits for it any more: {half:?}"
    );

    // Still again and again, each time just long enough to be noticed.
    let began = Instant::now();
    let replies = Replies::during(service, || {
        for _ in 0..6 {
            cluster.script(&["pause", node]);
            std::thread::sleep(Duration::from_millis(700));
            cluster.script(&["resume", node]);
            std::thread::sleep(Duration::from_millis(500));
        }
    });
    let (_, longest) = replies.times("while it stutters", began, Instant::now());
    replies.assert_answered();
    assert!(longest <= LONGEST, "{longest:?}");
    assert_eq!(service.get("/readyz").0, 200);
}

fn indexed(test: &str) -> Option<(Cluster, Desk)> {
    let cluster = Cluster::shared(test)?;
    let desk = Desk::with_corpus();
    cluster.serves(&desk);
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    Some((cluster, desk))
}

#[test]
fn a_slow_node_is_left_alone() {
    let Some((cluster, desk)) = indexed("a_slow_node_is_left_alone") else {
        return;
    };
    let slow = Front::start(&cluster.urls[0], Manner::Slow(Duration::from_secs(2)));
    let mut urls = vec![format!("http://{}", slow.addr)];
    urls.extend(cluster.urls.iter().skip(1).cloned());
    cluster.serves_at(&desk, &urls, "");
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    let (began, asked) = (Instant::now(), slow.asked());
    let replies = Replies::during(&service, || std::thread::sleep(Duration::from_secs(8)));
    replies.assert_answered();
    let (half, longest) = replies.times("with a slow node", began, Instant::now());
    assert!(longest <= LONGEST, "{longest:?}");
    assert!(half <= Duration::from_millis(250), "{half:?}");
    let asked = slow.asked() - asked;
    assert!(asked <= 40, "it was asked {asked} times");
}

#[test]
fn a_connection_that_ends_when_it_is_used_again_costs_no_answer() {
    let test = "a_connection_that_ends_when_it_is_used_again_costs_no_answer";
    let Some((cluster, desk)) = indexed(test) else {
        return;
    };
    let front = Front::start(&cluster.urls[0], Manner::CutsOff);
    cluster.serves_at(
        &desk,
        &[format!("http://{}", front.addr)],
        "timeout_ms = 30000\n",
    );
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    for _ in 0..20 {
        let (status, body, _) = ask(&service);
        assert_eq!(status, 200, "{body}");
    }
    assert!(front.cut_off() > 0, "no connection was used again");
    assert_eq!(service.get("/readyz").0, 200);
}
