//! `jida serve` while its corpus changes: `--watch`, orders to reload, and other processes' builds.
#![cfg(unix)]

use std::fs;
use std::time::Duration;

use super::Desk;
use super::serve::Service;

const ASK: &str = "/v1/ask?q=%E5%A4%87%E6%A1%88%E6%94%B6%E8%B4%B9%E5%90%97";

fn desk() -> Desk {
    let desk = Desk::empty();
    desk.write("jida.toml", "encoder.kind = 'none'\n");
    desk.write("corpus/faq.md", "### 备案收费吗？\n不收费。\n");
    desk
}

/// Whether the service says so within half a minute.
fn comes_to_say(service: &Service, text: &str) -> bool {
    (0..300).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        let (status, body) = service.get(ASK);
        assert_eq!(status, 200, "{body}");
        body.contains(text)
    })
}

#[test]
fn a_watching_service_takes_over_what_changes() {
    let desk = desk();
    let service = Service::start(&desk, &["--watch"]);
    service.wait_until_ready();
    // Watching begins when the index is ready; the first change may come before that.
    desk.write("corpus/faq.md", "### 备案收费吗？\n收一元钱。\n");
    std::thread::sleep(Duration::from_millis(300));
    desk.write("corpus/new/more.md", "### 要多久？\n二十天。\n");
    assert!(comes_to_say(&service, "收一元钱"));
    desk.write("corpus/faq.md", "### 备案收费吗？\n收两元钱。\n");
    // Two may want to build at the same time; who comes second is told so.
    let is_built = |_| {
        std::thread::sleep(Duration::from_millis(100));
        desk.run(&["index"]).code == 0
    };
    assert!((0..100).any(is_built));
    assert!(comes_to_say(&service, "收两元钱"));
}

#[test]
fn an_order_to_reload_takes_over_what_changed_and_says_so() {
    let desk = desk();
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    let reload = || service.post("/v1/admin/reload", "");
    let (status, body) = reload();
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"unchanged\""), "{body}");
    desk.write("corpus/faq.md", "### 备案收费吗？\n收一元钱。\n");
    let (status, body) = reload();
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"swapped\""), "{body}");
    assert!(service.get(ASK).1.contains("收一元钱"));
    fs::remove_dir_all(desk.path("corpus")).expect("removed");
    let (status, body) = reload();
    assert_eq!(status, 500, "{body}");
    assert!(
        body.contains("reload_failed") && body.contains("corpus"),
        "{body}"
    );
    assert!(
        service.get(ASK).1.contains("收一元钱"),
        "the old one answers on"
    );
    let (_, metrics) = service.get("/metrics");
    for line in [
        "jida_reloads_total{kb=\"default\",outcome=\"swapped\"} 2",
        "jida_reloads_total{kb=\"default\",outcome=\"failed\"} 1",
        "jida_entries{kb=\"default\"} 1",
        "jida_requests_total{route=\"/v1/admin/reload\",status=\"500\"} 1",
    ] {
        assert!(metrics.contains(line), "no {line} in {metrics}");
    }
}
