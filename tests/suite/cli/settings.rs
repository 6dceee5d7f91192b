//! Settings from four places: who wins, and what is said about mistakes.

use insta::assert_snapshot;

use super::{Desk, Run};

#[test]
fn flags_win_over_environment_over_file_over_defaults() {
    let named_in_file = "index = 'in-file'\n";
    let variable = ("JIDA_INDEX", "in-variable");
    let flag = ["--index", "in-flag"];
    for (file, with_variable, with_flag, expected) in [
        (false, false, false, "index"),
        (true, false, false, "in-file"),
        (true, true, false, "in-variable"),
        (true, true, true, "in-flag"),
        (false, false, true, "in-flag"),
        (false, true, false, "in-variable"),
    ] {
        let desk = Desk::empty();
        if file {
            desk.write("jida.toml", named_in_file);
        }
        let mut command = desk.command(&["ask", "怎么申请退款"]);
        if with_variable {
            command.env(variable.0, variable.1);
        }
        if with_flag {
            command.args(flag);
        }
        let run = Run::of(command.output());
        let first = run.stderr.lines().next();
        let message = format!("error: there is no index in {expected}");
        assert_eq!(first, Some(message.as_str()), "{run:?}");
    }
}

#[test]
fn a_named_file_replaces_the_one_in_the_working_directory() {
    let desk = Desk::empty();
    desk.write("jida.toml", "index = 'here'\n");
    desk.write("etc/other.toml", "index = 'there'\n");
    let run = desk.run(&["ask", "x1", "--config", "etc/other.toml"]);
    assert!(
        run.stderr
            .starts_with("error: there is no index in etc/there\n"),
        "{run:?}"
    );
    let mut command = desk.command(&["ask", "x1"]);
    let run = Run::of(command.env("JIDA_CONFIG", "etc/other.toml").output());
    assert!(
        run.stderr
            .starts_with("error: there is no index in etc/there\n"),
        "{run:?}"
    );
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let desk = Desk::empty();
    desk.write(
        "jida.toml",
        "kb = 'faq'\n\n[serve]\nadress = '127.0.0.1:1'\n",
    );
    let run = desk.run(&["ask", "x1"]);
    assert_eq!(run.code, 2);
    assert_snapshot!(run.stderr, @r"
    error: jida.toml:4:1: unknown key `serve.adress`
    hint: allowed here: addr, public, watch, pages, admin_key, cors_origins, frame_origins, trusted_proxies, rate_per_minute, rate_burst, header_timeout_ms, request_timeout_ms, body_timeout_ms, drain_timeout_ms, cache_bytes, max_body_bytes, max_uri_bytes, max_header_bytes, max_connections, max_connections_per_client, max_concurrent_requests, max_concurrent_searches
    ");
    let run = desk.run(&["ask", "x1", "--lang", "zh-CN"]);
    assert_snapshot!(run.stderr, @r"
    错误：jida.toml:4:1: 没有 `serve.adress` 这一项
    提示：这里可以写：addr、public、watch、pages、admin_key、cors_origins、frame_origins、trusted_proxies、rate_per_minute、rate_burst、header_timeout_ms、request_timeout_ms、body_timeout_ms、drain_timeout_ms、cache_bytes、max_body_bytes、max_uri_bytes、max_header_bytes、max_connections、max_connections_per_client、max_concurrent_requests、max_concurrent_searches
    ");
}

#[test]
fn a_bad_value_is_named_with_its_place() {
    let desk = Desk::empty();
    desk.write("jida.toml", "[serve]\nmax_body_bytes = 'lots'\n");
    let run = desk.run(&["ask", "x1"]);
    assert_eq!(run.code, 2);
    assert_snapshot!(run.stderr, @r#"
    error: jida.toml:2:18: `serve.max_body_bytes` can't be "lots"
    hint: expected a whole number from 1 to 1073741824
    "#);

    let desk = Desk::empty();
    let mut command = desk.command(&["ask", "x1"]);
    let run = Run::of(command.env("JIDA_LANG", "klingon").output());
    assert_eq!(run.code, 2);
    assert_snapshot!(run.stderr, @r#"
    error: the variable JIDA_LANG can't be "klingon"
    hint: expected zh-CN or en
    "#);
}

#[test]
fn an_endpoint_without_an_address_is_told_and_no_key_is_printed() {
    let desk = Desk::with_corpus();
    let run = desk.run(&["index", "--encoder", "openai"]);
    assert_eq!(run.code, 2);
    assert_snapshot!(run.stderr, @r#"
    error: --encoder openai needs `encoder.url`
    hint: write url = "http://host:port" below [encoder], or set the variable JIDA_ENCODER_URL
    "#);
    let mut command = desk.command(&["index"]);
    let run = Run::of(command.env("JIDA_ENCODER_API_KEY", "密码一二三").output());
    assert_eq!(run.code, 2);
    assert_snapshot!(run.stderr, @r"
    error: the variable JIDA_ENCODER_API_KEY can't be …
    hint: a key has visible ASCII characters only
    ");
}

#[test]
fn an_encoder_that_is_not_the_indexs_is_told_before_any_question() {
    let desk = Desk::indexed();
    let arguments = ["ask", "怎么申请退款", "--encoder", "tei"];
    let mut command = desk.command(&arguments);
    command.env("JIDA_ENCODER_URL", "http://127.0.0.1:9");
    let run = Run::of(command.output());
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stderr.contains("built with the encoder none") && run.stderr.contains("`jida index`"),
        "{run:?}"
    );
}

#[test]
fn a_build_whose_endpoint_fails_names_it_and_the_old_index_answers() {
    let desk = Desk::indexed();
    let mut command = desk.command(&["index", "--encoder", "tei"]);
    // Nobody may listen on this port.
    command.env("JIDA_ENCODER_URL", "http://127.0.0.1:9");
    let run = Run::of(command.output());
    assert_eq!(run.code, 2, "{run:?}");
    let (error, hint) = run.stderr.split_once('\n').expect("two lines");
    assert!(
        error.starts_with(
            "error: cannot encode the questions: the encoder at http://127.0.0.1:9/embed cannot be reached"
        ),
        "{run:?}"
    );
    assert_eq!(
        hint,
        "hint: check the address and that the encoder is running\n"
    );
    assert_eq!(desk.run(&["ask", "怎么申请退款"]).code, 0);
}

#[test]
fn an_unknown_variable_of_ours_is_a_warning() {
    let desk = Desk::indexed();
    let mut command = desk.command(&["ask", "怎么申请退款"]);
    let run = Run::of(command.env("JIDA_CORPSU", "x").output());
    assert_eq!(run.code, 0);
    assert_snapshot!(run.stderr, @r"
    warning: the variable JIDA_CORPSU does nothing: jida has no such setting
    hint: did you mean JIDA_CORPUS?
    ");
}

#[test]
fn thresholds_of_the_owner_decide() {
    let desk = Desk::indexed();
    desk.write(
        "jida.toml",
        "[search]\nthresholds = { answer = 1.0, clarify = 1.0 }\n",
    );
    let run = desk.run(&["ask", "订单页", "--json"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(run.json()["thresholds"]["origin"], "config");
    assert_eq!(run.json()["decision"], "no_answer");
}

#[test]
fn the_owners_message_stands_where_there_is_no_answer() {
    let desk = Desk::with_corpus();
    let message = || {
        let run = desk.run(&["index"]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(!run.stderr.contains("no_answer"), "{run:?}");
        assert!(
            run.stdout.starts_with("corpus: 1 file, 2 entries\n"),
            "{run:?}"
        );
        let reply = desk
            .run(&["ask", "quantum chromodynamics", "--json"])
            .json();
        (reply["index_version"].clone(), reply["message"].clone())
    };
    desk.write("corpus/no_answer.md", "请致电**前台**，分机 8000。\n");
    let before = message();
    assert_eq!(before.1, "请致电前台，分机 8000。");
    desk.write("corpus/no_answer.md", "请发邮件。\n");
    let after = message();
    assert_eq!(after.1, "请发邮件。");
    assert_ne!(before.0, after.0, "a reply changed");

    desk.write("corpus/no_answer.md", "\n");
    let run = desk.run(&["index"]);
    assert!(
        run.stderr
            .starts_with("corpus/no_answer.md: the file is empty\n"),
        "{run:?}"
    );
    let message = &desk
        .run(&["ask", "quantum chromodynamics", "--json"])
        .json()["message"];
    assert!(
        message
            .as_str()
            .is_some_and(|text| text.starts_with("抱歉"))
    );
}

#[test]
fn the_knowledge_base_takes_the_language_of_the_settings() {
    let desk = Desk::indexed();
    let message = |arguments: &[&str]| {
        let mut all = vec!["ask", "quantum chromodynamics", "--json"];
        all.extend(arguments);
        desk.run(&all).json()["message"].to_string()
    };
    assert!(message(&["--lang", "en"]).starts_with("\"Sorry"));
    // Unset, a service and a script get what ships: Chinese.
    assert!(message(&[]).starts_with("\"抱歉"));
}

#[test]
fn strangers_are_not_let_in_unawares() {
    let desk = Desk::indexed();
    let run = desk.run(&["serve", "--addr", "0.0.0.0:80"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.stderr,
        "error: 0.0.0.0:80 can be reached from other machines, and no admin key is set\n\
         hint: set one in the variable JIDA_ADMIN_KEY or, if nobody is to administer it from elsewhere, say so: \
         jida serve --addr 0.0.0.0:80 --public\n"
    );
    let run = desk.run(&["serve", "--addr", "[::]:80", "--lang", "zh-CN"]);
    assert!(
        run.stderr.contains("其他机器能访问 [::]:80") && run.stderr.contains("--public"),
        "{run:?}"
    );
    // It goes on to the next difficulty: here, keys that can't be told apart.
    desk.write("jida.toml", "[keys.site]\nkey = 'same-key'\n");
    let mut command = desk.command(&["serve", "--addr", "0.0.0.0:80"]);
    let run = Run::of(command.env("JIDA_ADMIN_KEY", "same-key").output());
    assert!(
        run.stderr
            .starts_with("error: admin_key and keys.site are the same key\n"),
        "{run:?}"
    );
    assert!(!run.stderr.contains("same-key"), "{run:?}");
}
