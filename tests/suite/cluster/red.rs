//! An index of which a part is on no node: nothing is answered from the rest as if that were all.

use std::time::Duration;

use super::load::{ask, comes_to_be};
use super::{Cluster, tell};
use crate::cli::Desk;
use crate::cli::serve::Service;

const SOON: Duration = Duration::from_secs(20);

/// The last of three nodes has a third of the entries, and nobody else has these.
pub(super) fn lose_the_only_copy(cluster: &Cluster) {
    let desk = Desk::with_corpus();
    let prefix = format!("{}-alone", cluster.prefix);
    let urls = &cluster.urls[..2];
    desk.write(
        "jida.toml",
        &format!("[opensearch]\nurls = {urls:?}\nprefix = '{prefix}'\nshards = 3\nreplicas = 0\n"),
    );
    for number in 0..20 {
        let text = format!("# 退款\n\n## 第{number}种退款怎么申请？\n\n说明{number}。\n");
        desk.write(&format!("corpus/{number}.md"), &text);
    }
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    assert_eq!(ask(&service).0, 200);

    cluster.script(&["kill", "3"]);
    let away = comes_to_be(&service, 503, SOON);
    let (body, after) = away.expect("it says that the index can't be searched");
    tell(&format!(
        "/readyz was 503 {after:?} after the only copy of a shard was lost"
    ));
    assert!(body.contains("engine_unavailable"), "{body}");
    for _ in 0..10 {
        let (status, body, _) = ask(&service);
        assert_eq!(status, 503, "{body}");
        assert!(body.contains("engine_unavailable"), "{body}");
    }
    // 退款; and entries of all shards.
    for path in ["/v1/search?q=%E9%80%80%E6%AC%BE", "/v1/entries?limit=20"] {
        let (status, body) = service.get(path);
        assert_eq!(status, 503, "{path}: {body}");
    }

    cluster.script(&["restart", "3"]);
    let back = comes_to_be(&service, 200, SOON);
    let (_, after) = back.expect("it says that the index can be searched");
    tell(&format!("/readyz was 200 {after:?} after it was back"));
    let (status, body, _) = ask(&service);
    assert_eq!(status, 200, "{body}");
    let (_, told) = service.end_with("-TERM");
    assert!(told.contains("can't be searched"), "{told}");
    assert!(told.contains("can't serve the index"), "{told}");
}
