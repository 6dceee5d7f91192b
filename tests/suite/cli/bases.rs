//! Several knowledge bases, by configuration: one index each, chosen by `--kb`.

use super::Desk;

const SETTINGS: &str = "encoder.kind = 'none'\n\n[knowledge_bases.shop]\ncorpus = 'faq/shop'\n\n\
                        [knowledge_bases.clinic]\ncorpus = 'faq/clinic'\n";

fn desk() -> Desk {
    let desk = Desk::empty();
    desk.write("jida.toml", SETTINGS);
    desk.write("faq/shop/a.md", "### 怎么退货？\n七天内可以退货。\n");
    desk.write("faq/clinic/a.md", "### 怎么挂号？\n在小程序里挂号。\n");
    desk
}

#[test]
fn index_builds_all_and_questions_choose_one() {
    let desk = desk();
    let built = desk.run(&["index"]);
    assert_eq!(built.code, 0, "{}", built.stderr);
    for kb in ["shop", "clinic"] {
        assert!(
            built.stdout.contains(&format!("knowledge base {kb}\n")),
            "{}",
            built.stdout
        );
        assert!(desk.path(&format!("index/{kb}/CURRENT")).is_file());
    }
    for (arguments, found) in [
        (&["search", "退货"][..], "怎么退货？"),
        (&["search", "--kb", "shop", "退货"], "怎么退货？"),
        (&["search", "--kb", "clinic", "挂号"], "怎么挂号？"),
    ] {
        let run = desk.run(arguments);
        assert!(
            run.stdout.contains(found),
            "{arguments:?}: {}{}",
            run.stdout,
            run.stderr
        );
    }
    let unknown = desk.run(&["ask", "--kb", "bank", "退货"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("there is no knowledge base “bank”"),
        "{}",
        unknown.stderr
    );
    assert!(
        unknown.stderr.contains("“shop”, “clinic”"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn one_that_cannot_be_built_keeps_no_other_from_it() {
    let desk = desk();
    std::fs::remove_dir_all(desk.path("faq/shop")).expect("removed");
    let built = desk.run(&["index"]);
    assert_eq!(built.code, 2);
    assert!(built.stderr.contains("faq/shop"), "{}", built.stderr);
    assert!(desk.path("index/clinic/CURRENT").is_file());
    let alone = desk.run(&["index", "--kb", "clinic"]);
    assert_eq!(alone.code, 0, "{}", alone.stderr);
}

#[cfg(unix)]
#[test]
fn votes_and_questions_tell_which_one_they_are_of() {
    use super::feedback::{lines, serve, vote};
    let desk = Desk::empty();
    desk.write("jida.toml", &format!("queries.log = true\n{SETTINGS}"));
    desk.write("faq/shop/a.md", "### 怎么退货？ {#a}\n七天内可以退货。\n");
    desk.write("faq/clinic/a.md", "### 怎么挂号？ {#a}\n在小程序里挂号。\n");
    let service = serve(&desk, &[]);
    for (number, kb) in [(1, "shop"), (2, "clinic"), (3, "clinic")] {
        let rest = format!(r#""kb":"{kb}","value":"down","entry_id":"a""#);
        vote(&service, number, &rest);
        let question = jida::serve::percent_encoded("怎么上天");
        assert_eq!(service.get(&format!("/v1/ask?kb={kb}&q={question}")).0, 200);
    }
    service.end_with("-TERM");
    insta::assert_snapshot!(desk.run(&["feedback", "summary"]).stdout, @r"
    helpful 0, not helpful 3

    entries that helped least (not helpful, helpful, entry)
         2      0  clinic  怎么挂号？  a.md:1
         1      0  shop  怎么退货？  a.md:1
    ");
    let shop = desk.run(&["feedback", "summary", "--kb", "shop"]);
    assert!(
        shop.stdout.starts_with("helpful 0, not helpful 1\n"),
        "{shop:?}"
    );
    let votes = lines(&desk.run(&["feedback", "export"]));
    let kbs: Vec<_> = votes.iter().map(|vote| vote["kb"].clone()).collect();
    assert_eq!(kbs, ["shop", "clinic", "clinic"]);
    let run = desk.run(&["feedback", "unanswered", "--json"]);
    let rows = run.json()["unanswered"].clone();
    let rows: Vec<_> = rows.as_array().expect("a list").iter().collect();
    let counts: Vec<_> = rows
        .iter()
        .map(|row| (row["kb"].clone(), row["count"].clone()))
        .collect();
    assert_eq!(
        counts,
        [("clinic".into(), 2.into()), ("shop".into(), 1.into())]
    );
}
