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
