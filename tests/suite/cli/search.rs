//! `jida search`: the ranked list.

use insta::assert_snapshot;

use super::Desk;

#[test]
fn the_list_shows_rank_question_excerpt_and_source() {
    let run = Desk::indexed().run(&["search", "怎么申请退款", "--limit", "1"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_snapshot!(run.steady_output(), @r"
     1.  NN%  怎么申请退款？
        在订单页点击“申请退款”，三个工作日内到账。
        退款.md:3

    1–1 of 2
    ");
}

#[test]
fn nothing_found_is_exit_code_1() {
    let run = Desk::indexed().run(&["search", "quantum chromodynamics"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_snapshot!(run.steady_output(), @r"
    nothing found
    ");
}

#[test]
fn pages_join_without_gap_or_overlap() {
    let desk = Desk::shipped();
    let ids = |arguments: &[&str]| -> Vec<String> {
        let mut all = vec!["search", "备案", "--json"];
        all.extend(arguments);
        let reply = desk.run(&all).json();
        let hits = reply["hits"].as_array().expect("hits");
        hits.iter().map(|hit| hit["id"].to_string()).collect()
    };
    let whole = ids(&["--limit", "6"]);
    let mut pages = ids(&["--limit", "3"]);
    pages.extend(ids(&["--limit", "3", "--offset", "3"]));
    assert_eq!(whole.len(), 6);
    assert_eq!(pages, whole);
}

#[test]
fn json_is_one_object_with_the_fields_of_the_api() {
    let run = Desk::shipped().run(&["search", "授权码", "--json"]);
    let reply: jida::search::SearchReply =
        serde_json::from_str(&run.stdout).expect("the API's reply");
    assert_eq!(
        serde_json::to_value(&reply).expect("a reply is JSON"),
        run.json()
    );
}

#[test]
fn a_category_narrows_the_list() {
    let run = Desk::indexed().run(&["search", "订单页", "--category", "退款", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.json()["facets"]["category"][0]["value"], "退款");
}

#[test]
fn a_limit_out_of_range_is_refused() {
    for limit in ["0", "101", "many"] {
        let run = Desk::empty().run(&["search", "x", "--limit", limit]);
        assert_eq!(run.code, 2);
        let message = format!("error: --limit <N> can't be {limit:?}\nhint: ");
        assert!(run.stderr.starts_with(&message), "{run:?}");
    }
}

#[test]
fn no_line_is_wider_than_the_page() {
    let run = Desk::shipped().run(&["search", "备案需要什么资料"]);
    for line in run.stdout.lines() {
        // Questions stand on one line, however long.
        if line.starts_with("    ") {
            let width = textwrap::core::display_width(line);
            assert!(width <= 80, "{width}: {line}");
        }
    }
}
