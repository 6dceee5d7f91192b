//! `jida serve` while its corpus changes: `--watch`, orders to reload, and other processes' builds.
#![cfg(unix)]

use std::fs;
use std::io::Write;
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

#[test]
fn what_was_not_built_is_not_said_to_be_without_oddities() {
    let desk = desk();
    desk.write(
        "corpus/odd.md",
        "### 相关？\n答。\n<!-- jida: 相关=#nowhere -->\n",
    );
    let told = || {
        let service = Service::start(&desk, &[]);
        service.wait_until_ready();
        let (_, metrics) = service.get("/metrics");
        let found = metrics
            .lines()
            .find(|line| line.starts_with("jida_corpus_problems{"));
        found.map(str::to_owned)
    };
    assert_eq!(
        told().as_deref(),
        Some("jida_corpus_problems{kb=\"default\"} 1")
    );
    assert_eq!(told(), None);
}

#[test]
fn to_look_at_a_corpus_is_no_change() {
    let desk = desk();
    let service = Service::start(&desk, &["--watch"]);
    service.wait_until_ready();
    // Watching begins when the index is ready.
    std::thread::sleep(Duration::from_millis(300));
    for _ in 0..3 {
        fs::read_dir(desk.path("corpus")).expect("a folder").count();
        fs::read(desk.path("corpus/faq.md")).expect("a file");
        std::thread::sleep(Duration::from_millis(600));
    }
    let (_, metrics) = service.get("/metrics");
    let looks = metrics
        .lines()
        .filter(|line| line.starts_with("jida_reloads_total{"));
    assert_eq!(
        looks.collect::<Vec<_>>(),
        ["jida_reloads_total{kb=\"default\",outcome=\"swapped\"} 1"]
    );
}

#[test]
fn a_build_that_fails_and_a_folder_that_was_emptied_are_told_and_change_nothing() {
    let desk = desk();
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    let failed = || {
        let (status, body) = service.post("/v1/admin/reload", "");
        assert_eq!(status, 500, "{body}");
        let (_, told) = service.get("/v1/admin/status");
        assert!(told.contains("\"outcome\":\"failed\""), "{told}");
        assert!(service.get(ASK).1.contains("不收费"));
        body
    };
    // A file in a folder's place fails every write for every user, root included.
    let aside = desk.path("index/aside");
    fs::rename(desk.path("index/LOCK"), &aside).expect("moved");
    fs::create_dir(desk.path("index/LOCK")).expect("a folder");
    desk.write("corpus/faq.md", "### 备案收费吗？\n收一元钱。\n");
    assert!(failed().contains("LOCK"));
    fs::remove_dir(desk.path("index/LOCK")).expect("removed");
    fs::remove_file(desk.path("corpus/faq.md")).expect("removed");
    assert!(failed().contains("corpus"));
    desk.write("corpus/faq.md", "### 备案收费吗？\n收一元钱。\n");
    assert_eq!(service.post("/v1/admin/reload", "").0, 200);
    assert!(service.get(ASK).1.contains("收一元钱"));
}

#[test]
fn what_is_built_again_in_place_of_a_damaged_index_answers_at_once() {
    let desk = desk();
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    let generation = || {
        let (_, told) = service.get("/v1/admin/status");
        let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
        told["knowledge_bases"][0]["generation"].clone()
    };
    let before = generation();
    let name = before.as_str().expect("a name");
    let damaged = desk.path(&format!("index/generations/{name}/texts.data"));
    let length = fs::metadata(&damaged).expect("a file").len();
    // In place, as a failing disk would: the server has the file mapped.
    let file = fs::File::options().write(true).open(&damaged);
    let mut file = file.expect("a file that can be written");
    file.write_all(&vec![0; length as usize])
        .expect("overwritten");
    let (status, body) = service.post("/v1/admin/reload", "");
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"swapped\""), "{body}");
    assert_ne!(generation(), before);
    assert!(service.get(ASK).1.contains("不收费"));
}
