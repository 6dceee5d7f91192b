//! What a cluster, or what stands before it, may refuse: each is told with its cause and the next step.

use super::Cluster;
use super::front::Front;
use crate::cli::{Desk, Run};

const QUESTION: &[&str] = &["ask", "怎么申请退款"];

fn asks_for_a_password(head: &str) -> Option<(&'static str, &'static str)> {
    // jida:right
    let knows = head.contains("Basic amlkYTpyaWdodA==");
    (!knows).then_some(("401 Unauthorized", "{}"))
}

fn takes_no_entries(head: &str) -> Option<(&'static str, &'static str)> {
    let is_bulk = head.lines().next()?.contains("_bulk");
    is_bulk.then_some((
        "403 Forbidden",
        r#"{"error":{"type":"security_exception","reason":"no permissions for bulk"},"status":403}"#,
    ))
}

fn indexed(test: &str) -> Option<(Cluster, Desk)> {
    let cluster = Cluster::shared(test)?;
    let desk = Desk::with_corpus();
    cluster.serves(&desk);
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    Some((cluster, desk))
}

/// That it failed, saying this and what to do.
fn assert_told(run: &Run, cause: &str) {
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains(cause), "{cause}: {run:?}");
    assert!(run.stderr.contains("hint: "), "{run:?}");
}

#[test]
fn an_address_where_nothing_listens_is_told() {
    let cluster = Cluster::at(vec!["http://127.0.0.1:1".to_owned()]);
    let desk = Desk::with_corpus();
    cluster.serves(&desk);
    for command in [QUESTION, &["index"]] {
        let run = desk.run(command);
        assert_told(&run, "no node of the cluster answers at http://127.0.0.1:1");
    }
    // There is nothing to clean up.
    std::mem::forget(cluster);
}

#[test]
fn one_node_of_those_named_is_enough() {
    let Some((cluster, desk)) = indexed("one_node_of_those_named_is_enough") else {
        return;
    };
    let urls = ["http://127.0.0.1:1".to_owned(), cluster.urls[0].clone()];
    cluster.serves_at(&desk, &urls, "");
    for _ in 0..2 {
        let run = desk.run(QUESTION);
        assert_eq!(run.code, 0, "{run:?}");
    }
}

#[test]
fn a_wrong_password_is_told_and_the_right_one_is_taken() {
    let Some((cluster, desk)) = indexed("a_wrong_password_is_told_and_the_right_one_is_taken")
    else {
        return;
    };
    let front = Front::plain(&cluster.urls[0], asks_for_a_password);
    let url = [format!("http://{}", front.addr)];
    cluster.serves_at(&desk, &url, "user = 'jida'\npassword = 'wrong'\n");
    for command in [QUESTION, &["index"]] {
        let run = desk.run(command);
        assert_told(&run, "refuses the user and password");
        assert!(!run.stderr.contains("wrong"), "it is a secret: {run:?}");
    }
    cluster.serves_at(&desk, &url, "user = 'jida'\npassword = 'right'\n");
    let run = desk.run(QUESTION);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_certificate_of_a_stranger_is_told_and_its_authority_may_be_named() {
    let test = "a_certificate_of_a_stranger_is_told_and_its_authority_may_be_named";
    let Some((cluster, desk)) = indexed(test) else {
        return;
    };
    let (front, authority) = Front::tls(&cluster.urls[0]);
    desk.write("authority.pem", &authority);
    let trusts = "ca = 'authority.pem'\n";
    let url = [format!("https://{}", front.addr)];
    cluster.serves_at(&desk, &url, "");
    assert_told(&desk.run(QUESTION), "can't be trusted");
    cluster.serves_at(&desk, &url, trusts);
    let run = desk.run(QUESTION);
    assert_eq!(run.code, 0, "{run:?}");
    // The certificate is of the address, not of this name.
    let url = [format!("https://localhost:{}", front.addr.port())];
    cluster.serves_at(&desk, &url, trusts);
    assert_told(&desk.run(QUESTION), "can't be trusted");
}

#[test]
fn something_else_than_a_cluster_is_told() {
    fn greets(_: &str) -> Option<(&'static str, &'static str)> {
        Some(("200 OK", "<html>welcome</html>"))
    }
    let front = Front::plain("http://127.0.0.1:1", greets);
    let cluster = Cluster::at(vec![format!("http://{}", front.addr)]);
    let desk = Desk::with_corpus();
    cluster.serves(&desk);
    assert_told(&desk.run(QUESTION), "does not look like OpenSearch");
    std::mem::forget(cluster);
}

#[test]
fn an_alias_that_leads_nowhere_or_to_a_strangers_index_is_told() {
    let test = "an_alias_that_leads_nowhere_or_to_a_strangers_index_is_told";
    let Some(cluster) = Cluster::shared(test) else {
        return;
    };
    let desk = Desk::with_corpus();
    cluster.serves(&desk);
    assert_told(&desk.run(QUESTION), "there is no index in ");

    let stranger = format!("{}-stranger", cluster.prefix);
    let body = format!(r#"{{"aliases":{{"{}":{{}}}}}}"#, cluster.alias());
    let (status, made) = cluster.call("PUT", &stranger, &body);
    assert_eq!(status, 200, "{made}");
    let run = desk.run(QUESTION);
    assert_told(&run, &cluster.alias());
    let (status, _) = cluster.call("GET", &stranger, "");
    assert_eq!(status, 200, "what is a stranger's stays");
}

#[test]
fn an_index_of_another_layout_is_told_and_built_anew() {
    let Some((cluster, desk)) = indexed("an_index_of_another_layout_is_told_and_built_anew") else {
        return;
    };
    let index = cluster.leads_to().expect("an index");
    let (_, mapping) = cluster.call("GET", &format!("{index}/_mapping"), "");
    let mut meta = mapping[&index]["mappings"]["_meta"].clone();
    assert_eq!(meta["jida"]["layout"], 2, "{mapping}");
    meta["jida"]["layout"] = 99.into();
    let body = format!(r#"{{"_meta":{meta}}}"#);
    let (status, put) = cluster.call("PUT", &format!("{index}/_mapping"), &body);
    assert_eq!(status, 200, "{put}");
    assert_told(&desk.run(QUESTION), "99");
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    let run = desk.run(QUESTION);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_build_that_fails_leaves_what_serves() {
    let Some((cluster, desk)) = indexed("a_build_that_fails_leaves_what_serves") else {
        return;
    };
    let before = cluster.leads_to();
    let front = Front::plain(&cluster.urls[0], takes_no_entries);
    cluster.serves_at(&desk, &[format!("http://{}", front.addr)], "");
    desk.write("corpus/换货.md", "# 换货\n\n## 怎么换货？\n\n联系客服。\n");
    assert_told(&desk.run(&["index"]), "no permissions for bulk");
    assert_eq!(cluster.leads_to(), before);
    cluster.serves(&desk);
    let run = desk.run(QUESTION);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("三个工作日内到账"), "{run:?}");
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "the next one goes through: {run:?}");
    assert_ne!(cluster.leads_to(), before);
}

#[test]
fn a_closed_index_is_told_and_answers_again_when_it_is_open() {
    let Some((cluster, desk)) = indexed("a_closed_index_is_told_and_answers_again_when_it_is_open")
    else {
        return;
    };
    let index = cluster.leads_to().expect("an index");
    let closed = cluster.call("POST", &format!("{index}/_close"), "");
    assert_eq!(closed.0, 200, "{closed:?}");
    let run = desk.run(QUESTION);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("hint: "), "{run:?}");
    let opened = cluster.call("POST", &format!("{index}/_open"), "");
    assert_eq!(opened.0, 200, "{opened:?}");
    let health = format!("_cluster/health/{index}?wait_for_status=yellow&timeout=30s");
    assert_eq!(cluster.call("GET", &health, "").0, 200);
    let run = desk.run(QUESTION);
    assert_eq!(run.code, 0, "{run:?}");
}
