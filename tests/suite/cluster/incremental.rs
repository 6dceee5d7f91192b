//! Publishing again after a small change: only that travels, and every reply is as if all had been built anew.

use std::process::Stdio;
use std::time::Duration;

use super::program::steady;
use super::{Cluster, tell};
use crate::cli::Desk;

/// Entries of a file.
const MANY: usize = 100;
/// How often a builder is killed.
const KILLS: u32 = 8;

fn entry(number: usize) -> String {
    let subject = ["退款", "发票", "换货", "运费", "会员"][number % 5];
    format!(
        "## 第{number}号{subject}怎么办理？\n\n<!-- jida: 相似问={subject}{number}在哪办 -->\n\n办理第{number}号{subject}请找客服。\n\n"
    )
}

fn file(name: &str, numbers: impl Iterator<Item = usize>) -> String {
    format!("# {name}\n\n{}", numbers.map(entry).collect::<String>())
}

fn both(desks: [&Desk; 2], path: &str, text: &str) {
    desks.iter().for_each(|desk| desk.write(path, text));
}

/// Builds at both desks; how many entries were sent to the cluster, and taken over there.
fn index(here: &Desk, there: &Desk) -> (u64, u64) {
    assert_eq!(here.run(&["index", "--encoder", "none"]).code, 0);
    let run = there.run(&["index", "--encoder", "none", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let report = run.json();
    let number = |field: &str| report[field].as_u64().expect("a number");
    (number("sent"), number("kept"))
}

fn replies_are_alike(here: &Desk, there: &Desk, what: &str) {
    for command in [
        &["ask", "第42号换货怎么办理", "--json"][..],
        &["ask", "新加的一条在哪里", "--json"],
        &["ask", "退款30在哪办", "--json"],
        &["search", "发票", "--json"],
        &["search", "办理 会员", "--limit", "50", "--json"],
        &["explain", "怎么开发票", "--json"],
    ] {
        let command = [command, &["--encoder", "none"]].concat();
        let (one, other) = (here.run(&command), there.run(&command));
        assert_eq!(one.code, other.code, "{what}: {command:?}: {other:?}");
        assert_eq!(
            steady(one.json()),
            steady(other.json()),
            "{what}: {command:?}"
        );
    }
}

#[test]
fn only_what_changed_is_sent_and_replies_are_those_of_a_build_from_nothing() {
    let test = "only_what_changed_is_sent_and_replies_are_those_of_a_build_from_nothing";
    let Some(cluster) = Cluster::shared(test) else {
        return;
    };
    let (here, there) = (Desk::with_corpus(), Desk::with_corpus());
    cluster.serves(&there);
    let desks = [&here, &there];
    let text = file("办理", 0..MANY);
    both(desks, "corpus/办理.md", &text);
    let (all, none) = index(&here, &there);
    assert!(all > MANY as u64 && none == 0, "{all} {none}");
    replies_are_alike(&here, &there, "all");

    let new = "## 新加的一条在哪里？\n\n在中间。\n\n";
    let inserted = text.replace(&entry(50), &(new.to_owned() + &entry(50)));
    let changed = inserted.replace("办理第7号", "办理改过的第7号");
    let first = format!("# 办理\n\n{}", entry(90));
    let moved = changed
        .replace(&entry(90), "")
        .replace("# 办理\n\n", &first);
    let removed = moved.replace(&entry(20), "").replace(&entry(21), "");
    let renamed = removed.replace("# 办理\n", "# 柜台办理\n");
    for (what, path, text, sent) in [
        ("one put in the middle", "corpus/办理.md", inserted, 1),
        ("one changed", "corpus/办理.md", changed, 1),
        ("one moved", "corpus/办理.md", moved, 1),
        ("two removed", "corpus/办理.md", removed, 0),
        (
            "synonyms",
            "corpus/lexicon/synonyms.txt",
            "退款, 退钱\n".to_owned(),
            0,
        ),
    ] {
        both(desks, path, &text);
        let (found, kept) = index(&here, &there);
        assert_eq!(found, sent, "{what}");
        assert!(kept >= all - 2, "{what}: {kept} of {all}");
        replies_are_alike(&here, &there, what);
    }
    both(desks, "corpus/办理.md", &renamed);
    let (sent, kept) = index(&here, &there);
    assert!(
        sent >= MANY as u64 - 1 && kept < MANY as u64,
        "{sent} {kept}"
    );
    replies_are_alike(&here, &there, "a category of another name");
    for desk in desks {
        let run = desk.run(&["rollback"]);
        assert_eq!(run.code, 0, "{run:?}");
    }
    replies_are_alike(&here, &there, "after a rollback");
    let run = there.run(&["index", "--verify"]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_killed_builder_leaves_what_serves_and_the_next_goes_on_from_there() {
    let test = "a_killed_builder_leaves_what_serves_and_the_next_goes_on_from_there";
    let Some(cluster) = Cluster::shared(test) else {
        return;
    };
    let (here, there) = (Desk::with_corpus(), Desk::with_corpus());
    cluster.serves(&there);
    let desks = [&here, &there];
    both(desks, "corpus/办理.md", &file("办理", 0..MANY));
    let (all, _) = index(&here, &there);
    let mut interrupted = 0;
    for kill in 1..=KILLS {
        let served = cluster.leads_to();
        there.write("corpus/办理.md", &file("办理", 0..MANY + kill as usize));
        let mut command = there.command(&["index", "--encoder", "none"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the binary runs");
        // From before the clone is made until after the alias moved.
        std::thread::sleep(Duration::from_millis(150) * kill);
        child.kill().expect("it can be killed");
        let ended = child.wait().expect("it ends");
        interrupted += u32::from(!ended.success());
        let serves = cluster.leads_to();
        assert!(serves.is_some(), "after kill {kill}");
        assert!(
            ended.success() || serves == served,
            "after kill {kill}, or it was as good as done"
        );
        let run = there.run(&["ask", "第42号换货怎么办理", "--encoder", "none"]);
        assert_eq!(run.code, 0, "{run:?}");
    }
    tell(&format!(
        "{interrupted} of {KILLS} builders were killed before they ended"
    ));
    assert!(interrupted > 0);
    both(desks, "corpus/办理.md", &file("办理", 1..MANY + 1));
    let (sent, kept) = index(&here, &there);
    assert!(
        sent <= u64::from(KILLS) && kept + 1 >= all,
        "{sent} {kept} {all}"
    );
    replies_are_alike(&here, &there, "after all kills");
    // What was left is no generation that anybody could go back to.
    let run = there.run(&["rollback", "--list", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let listed = run.json();
    let listed = listed.as_array().expect("a list");
    assert!(listed.iter().all(|one| one["whole"] == true), "{run:?}");
}
