//! `jida serve` while its corpus changes: `--watch`, orders to reload, and other processes' builds.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::time::Duration;

use super::Desk;
use super::encoder::Endpoint;
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
    desk.write("corpus/faq.md", "### 备案收费吗？\n收一元钱。\n");
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
fn a_change_during_the_first_build_is_not_lost() {
    let endpoint = Endpoint::start();
    let desk = desk();
    desk.write(
        "jida.toml",
        &format!("[encoder]\nurl = '{}'\n", endpoint.url),
    );
    let held = endpoint.gate.lock().expect("nobody holds it");
    let service = Service::start(&desk, &["--watch", "--encoder", "tei"]);
    // By now the corpus has been read, and its texts wait to be encoded.
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(service.get("/readyz").0, 503);
    desk.write("corpus/faq.md", "### 备案收费吗？\n收一元钱。\n");
    drop(held);
    service.wait_until_ready();
    assert!(comes_to_say(&service, "收一元钱"));
}

#[test]
fn what_comes_late_is_watched_and_keeps_nobody_from_being_watched() {
    let desk = desk();
    desk.write(
        "jida.toml",
        "encoder.kind = 'none'\n[knowledge_bases.one]\ncorpus = 'corpus'\n\
         [knowledge_bases.late]\ncorpus = 'late'\n",
    );
    let service = Service::start(&desk, &["--watch"]);
    let comes = |path: &str, text: &str| {
        (0..300).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            service.get(path).1.contains(text)
        })
    };
    assert!(comes(ASK, "不收费"), "one of them is ready");
    desk.write("corpus/faq.md", "### 备案收费吗？\n收一元钱。\n");
    assert!(comes(ASK, "收一元钱"));
    desk.write("late/faq.md", "### 备案收费吗？\n迟到了。\n");
    assert!(comes(&format!("{ASK}&kb=late"), "迟到了"));
    desk.write("late/faq.md", "### 备案收费吗？\n又改了。\n");
    assert!(comes(&format!("{ASK}&kb=late"), "又改了"));
}

#[test]
fn a_folder_in_the_place_of_another_is_taken_over() {
    let desk = desk();
    desk.write("r1/faq.md", "### 备案收费吗？\n一版。\n");
    desk.write("r2/faq.md", "### 备案收费吗？\n二版。\n");
    desk.write("r3/faq.md", "### 备案收费吗？\n三版。\n");
    let lead = |to: &str| {
        std::os::unix::fs::symlink(to, desk.path("next")).expect("a link");
        fs::rename(desk.path("next"), desk.path("current")).expect("moved");
    };
    lead("r1");
    let service = Service::start(&desk, &["--watch", "--corpus", "current"]);
    service.wait_until_ready();
    assert!(service.get(ASK).1.contains("一版"));
    lead("r2");
    assert!(comes_to_say(&service, "二版"));
    desk.write("r2/faq.md", "### 备案收费吗？\n二版改了。\n");
    assert!(comes_to_say(&service, "二版改了"));
    fs::rename(desk.path("r2"), desk.path("old")).expect("moved");
    fs::rename(desk.path("r3"), desk.path("r2")).expect("moved");
    assert!(comes_to_say(&service, "三版"));
    desk.write("r2/faq.md", "### 备案收费吗？\n三版改了。\n");
    assert!(comes_to_say(&service, "三版改了"));
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
