//! A cluster that has no room: for so much at once, for requests so large, or for a document.

use serde_json::Value;

use super::{Cluster, tell};
use crate::cli::{Desk, Run};

const ENTRIES: usize = 1500;

/// Entries of about a thousand characters each: several bulk requests.
fn write_corpus(desk: &Desk) {
    for file in 0..ENTRIES / 100 {
        let mut text = format!("# 第{file}册\n\n");
        for number in file * 100..(file + 1) * 100 {
            let answer = format!("第{number}号办理说明，请按步骤提交材料并等待审核。").repeat(25);
            text += &format!("## 第{number}号业务怎么办理？\n\n{answer}\n\n");
        }
        desk.write(&format!("corpus/{file}.md"), &text);
    }
}

fn assert_whole(cluster: &Cluster, run: &Run) {
    assert_eq!(run.code, 0, "{run:?}");
    let (_, found) = cluster.call("GET", &format!("{}/_count", cluster.alias()), "");
    assert_eq!(found["count"], ENTRIES, "{found}");
}

/// The sum of a number that every node keeps.
fn of_nodes(cluster: &Cluster, kind: &str, pointer: &str) -> u64 {
    let (_, stats) = cluster.call("GET", &format!("_nodes/stats/{kind}"), "");
    let nodes = stats["nodes"].as_object().expect("nodes").values();
    nodes
        .filter_map(|node| node.pointer(pointer).and_then(Value::as_u64))
        .sum()
}

#[test]
fn what_a_busy_cluster_turns_away_is_sent_again_and_what_is_too_large_in_parts() {
    let test = "what_a_busy_cluster_turns_away_is_sent_again_and_what_is_too_large_in_parts";
    let settings = [
        "thread_pool.write.size=1",
        "thread_pool.write.queue_size=1",
        "http.max_content_length=1mb",
    ];
    let Some(cluster) = Cluster::own(test, 1, &settings) else {
        return;
    };
    let desk = Desk::empty();
    write_corpus(&desk);
    cluster.serves_at(&desk, &cluster.urls, "shards = 6\nreplicas = 0\n");
    assert_whole(&cluster, &desk.run(&["index"]));
    let rejected = of_nodes(&cluster, "thread_pool", "/thread_pool/write/rejected");
    tell(&format!(
        "{rejected} parts of bulk requests were turned away"
    ));
    assert!(rejected > 0, "the cluster was not busy");

    let before = cluster.leads_to();
    let long = "这一条的回答长得离谱。".repeat(40_000);
    desk.write(
        "corpus/长.md",
        &format!("# 长\n\n## 怎么这么长？ {{#too-long}}\n\n{long}\n"),
    );
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("takes no request of"), "{run:?}");
    assert!(run.stderr.contains("“too-long”"), "{run:?}");
    assert!(run.stderr.contains("http.max_content_length"), "{run:?}");
    assert_eq!(cluster.leads_to(), before, "what served before serves");
}

#[test]
fn a_cluster_without_memory_for_a_request_gets_smaller_ones() {
    let test = "a_cluster_without_memory_for_a_request_gets_smaller_ones";
    let settings = ["indexing_pressure.memory.limit=300kb"];
    let Some(cluster) = Cluster::own(test, 1, &settings) else {
        return;
    };
    let desk = Desk::empty();
    write_corpus(&desk);
    cluster.serves_at(&desk, &cluster.urls, "replicas = 0\n");
    assert_whole(&cluster, &desk.run(&["index"]));
    let pointer = "/indexing_pressure/memory/total/coordinating_rejections";
    let rejected = of_nodes(&cluster, "indexing_pressure", pointer);
    tell(&format!("{rejected} bulk requests were turned away"));
    assert!(rejected > 0, "the cluster had room for all");
}
