//! `jida rollback`, and what holds back what was rolled back from; `jida index --verify`.

use std::fs;
use std::path::PathBuf;

use insta::assert_snapshot;

#[cfg(unix)]
use super::serve::Service;
use super::{Desk, REFUNDS};

/// A corpus indexed twice: with two entries, then with three.
fn twice_indexed() -> Desk {
    let desk = Desk::indexed();
    desk.write(
        "corpus/换货.md",
        "# 换货\n\n## 怎么换货？\n\n联系客服换货。\n",
    );
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    desk
}

/// Names, times and the machine's own words replaced.
fn steady(text: &str) -> String {
    let number = |word: &str| word.len() == 16 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let time = |word: &str| word.len() == 20 && word.ends_with('Z') && word.starts_with("20");
    let is_inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ':';
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|c| !is_inner(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(length);
        out.push_str(if number(word) {
            "VERSION"
        } else if time(word) {
            "TIME"
        } else {
            word
        });
        let next = behind.chars().next().map_or(0, char::len_utf8);
        out.push_str(&behind[..next]);
        rest = &behind[next..];
    }
    out
}

fn current(desk: &Desk) -> PathBuf {
    let list = desk.run(&["rollback", "--list", "--json"]).json();
    let all = list.as_array().expect("a list");
    let serves = all.iter().find(|one| one["serves"] == true);
    let name = serves.expect("one serves")["name"].as_str();
    desk.path("index/generations").join(name.expect("a name"))
}

#[test]
fn the_generation_before_serves_again_and_nothing_undoes_that() {
    let desk = twice_indexed();
    let run = desk.run(&["rollback"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_snapshot!(steady(&run.stdout), @"index: rolled back from VERSION (3 entries, built TIME) to VERSION (2 entries, built TIME)");
    assert_snapshot!(steady(&run.stderr), @"generation VERSION is held back until the corpus changes or `jida index` is run; reload or restart a running server");

    let run = desk.run(&["ask", "怎么换货"]);
    assert!(!run.stdout.contains("联系客服换货"), "{run:?}");
    assert_snapshot!(run.stderr, @r"
    warning: index was rolled back: what corpus holds is held back, an earlier generation answers
    hint: change the corpus, or serve it all the same: jida index corpus --index index
    ");
    assert_eq!(desk.run(&["ask", "怎么申请退款", "--quiet"]).stderr, "");
    // To measure it, it is built aside.
    let run = desk.run(&["eval", "--own", "--json"]);
    assert_eq!(run.json()["entries"], 3);
    assert!(
        !desk
            .run(&["ask", "怎么换货"])
            .stdout
            .contains("联系客服换货")
    );

    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_snapshot!(steady(&run.stdout), @r"
    corpus: 2 files, 3 entries
    index: generation VERSION was still there and serves again
    ");
    let run = desk.run(&["ask", "怎么换货？"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_server_holds_back_too_until_the_corpus_changes() {
    let desk = twice_indexed();
    assert_eq!(desk.run(&["rollback"]).code, 0);
    let service = Service::start(&desk, &["--lang", "en"]);
    service.wait_until_ready();
    let (_, body) = service.get("/v1/entries");
    assert!(!body.contains("怎么换货？"), "{body}");
    let (_, told) = service.end_with("-TERM");
    assert!(told.contains("was rolled back"), "{told}");

    desk.write("corpus/换货.md", "# 换货\n\n## 怎么换货？\n\n不能换货。\n");
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    let (_, body) = service.get("/v1/entries");
    assert!(body.contains("怎么换货？"), "{body}");
}

#[cfg(unix)]
#[test]
fn a_server_finds_a_damaged_index_before_it_serves_and_builds_it_anew() {
    let desk = twice_indexed();
    let broken = current(&desk).join("entries.data");
    let mut bytes = fs::read(&broken).expect("the file is there");
    bytes[3] ^= 0x10;
    fs::write(&broken, bytes).expect("it can be written");
    let service = Service::start(&desk, &["--lang", "en"]);
    service.wait_until_ready();
    // The generation before answers until the new one is there.
    for attempt in 0.. {
        let (status, body) = service.get("/v1/entries");
        assert_eq!(status, 200, "{body}");
        if body.contains("怎么换货？") {
            break;
        }
        assert!(attempt < 600, "it was never built: {body}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let (_, told) = service.end_with("-TERM");
    assert!(told.contains("the index is damaged at"), "{told}");
    assert!(told.contains("an earlier generation answers"), "{told}");
    assert_eq!(desk.run(&["index", "--verify"]).code, 0);
}

#[test]
fn generations_are_listed_and_chosen_by_name() {
    let desk = twice_indexed();
    assert_eq!(desk.run(&["rollback"]).code, 0);
    let run = desk.run(&["rollback", "--list"]);
    assert_snapshot!(steady(&run.stdout), @r"
      VERSION  3 entries, built TIME  held back, whole
    * VERSION  2 entries, built TIME  serves, whole
    ");
    let list = desk.run(&["rollback", "--list", "--json"]).json();
    let name = list[0]["name"].as_str().expect("a name");
    let run = desk.run(&["rollback", "--to", &name[..8], "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.json()["to"]["name"], *name);
    assert_eq!(run.json()["from"]["entries"], 2);
    assert_eq!(desk.run(&["ask", "怎么换货？"]).code, 0);

    let run = desk.run(&["rollback", "--list", "--lang", "zh-CN"]);
    assert_snapshot!(steady(&run.stdout), @r"
    * VERSION  3 条问答，建于 TIME  使用中、完好
      VERSION  2 条问答，建于 TIME  已撤下、完好
    ");
}

#[test]
fn what_can_not_be_gone_back_to_is_told_with_a_next_step() {
    let desk = Desk::indexed();
    for (arguments, expected) in [
        (
            &["rollback"][..],
            "error: there is no generation before VERSION in index\nhint: mend the corpus, then run `jida index`\n",
        ),
        (
            &["rollback", "--to", "nothing"],
            "error: there is no generation nothing in index\nhint: see `jida rollback --list` for those that there are\n",
        ),
        (
            &["rollback", "--lang", "zh-CN"],
            "错误：index 里没有比 VERSION 更早的索引版本\n提示：改好语料后运行 `jida index`\n",
        ),
        (
            &["rollback", "--index", "nowhere"],
            "error: there is no index in nowhere\nhint: run `jida index` to build it\n",
        ),
    ] {
        let run = desk.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert_eq!(steady(&run.stderr), expected);
    }
}

#[test]
fn a_close_look_names_what_is_damaged_and_what_mends_it() {
    let desk = twice_indexed();
    let run = desk.run(&["index", "--verify"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let broken = current(&desk).join("texts.data");
    let bytes = fs::read(&broken).expect("the file is there");
    fs::write(&broken, &bytes[..bytes.len() - 1]).expect("it can be written");
    let run = desk.run(&["index", "--verify"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_snapshot!(steady(&run.stdout), @r"
    * VERSION  3 entries, built TIME  serves, damaged
      VERSION  2 entries, built TIME  whole
    ");
    assert!(run.stderr.contains("texts.data: "), "{run:?}");
    assert!(
        run.stderr.contains("hint: run `jida index` to rebuild it"),
        "{run:?}"
    );
    // The build before it says that nothing changed looks as closely.
    let run = desk.run(&["index"]);
    assert!(run.stdout.contains("built generation"), "{run:?}");
    assert_eq!(desk.run(&["index", "--verify"]).code, 0);
}

#[test]
fn half_a_note_of_the_corpus_leads_nowhere() {
    let desk = Desk::empty();
    desk.write("docs/退款.md", REFUNDS);
    assert_eq!(desk.run(&["index", "docs"]).code, 0);
    for note in ["", "..", "../do"] {
        desk.write("index/CORPUS", note);
        let run = desk.run(&["ask", "怎么申请退款"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{note:?}");
    }
}
