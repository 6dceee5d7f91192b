//! `--server`: a running server instead of an index here.
#![cfg(unix)]

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::Value;

use super::serve::Service;
use super::{Desk, Run};

/// A reply without what differs from run to run.
fn stable(run: &Run) -> Value {
    let mut reply = run.json();
    for volatile in ["query_id", "took_us", "stages"] {
        reply[volatile] = Value::Null;
    }
    reply
}

/// What replies to one request with these bytes; its address.
fn replying(bytes: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(bytes.as_bytes());
    });
    format!("http://{addr}")
}

#[test]
fn a_server_gives_what_its_index_would() {
    let desk = Desk::shipped();
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    let (away, url) = (Desk::empty(), service.url());
    for arguments in [
        &["ask", "备案授权码怎么申请"][..],
        &["ask", "备案"],
        &["ask", "梅西踢球厉害"],
        &["ask", "怎么申请", "--category", "接入备案"],
        &["search", "備案被駁回了在哪裡改"],
        &["search", "备案 & 域名=?", "--limit", "3", "--offset", "2"],
        &["explain", "怎么拿授权码", "--top", "2"],
    ] {
        let json = [arguments, &["--json"]].concat();
        let remote = [json.as_slice(), &["--server", &url]].concat();
        let (here, there) = (desk.run(&json), away.run(&remote));
        assert_eq!(stable(&here), stable(&there), "{arguments:?}");
        assert_eq!(here.code, there.code, "{arguments:?}");
    }
    // For a person, too.
    let here = desk.run(&["ask", "备案授权码怎么申请"]);
    let there = away.run(&["ask", "备案授权码怎么申请", "--server", &service.url()]);
    assert_eq!(here.stdout, there.stdout);
    assert_eq!(there.stderr, "");
}

#[test]
fn lines_are_answered_in_order_and_mistakes_told_in_their_place() {
    let desk = Desk::indexed();
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    let url = service.url();
    for arguments in [
        &["ask", "-", "--jsonl"][..],
        &["search", "-", "--jsonl", "--tag", "no"],
    ] {
        let input = "怎么申请退款\n\nquantum chromodynamics\n怎么开发票\n";
        let remote = [arguments, &["--server", &url]].concat();
        let here = desk.run_with_input(arguments, input.as_bytes());
        let there = Desk::empty().run_with_input(&remote, input.as_bytes());
        let lines = |run: &Run| -> Vec<Value> {
            let lines = run.stdout.lines().map(|line| {
                let mut object: Value = serde_json::from_str(line).expect("an object");
                let fields = object.as_object_mut().expect("an object");
                fields.remove("query_id");
                fields.remove("took_us");
                fields.remove("stages");
                object
            });
            lines.collect()
        };
        assert_eq!(lines(&here), lines(&there), "{arguments:?}");
        assert_eq!(here.code, there.code);
    }
}

#[test]
fn a_mistake_is_told_in_the_same_words() {
    let desk = Desk::indexed();
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    let url = service.url();
    for arguments in [
        &["ask", "x", "--tag", "none"][..],
        &["search", "x", "--category", "none"],
        &["ask", ""],
        &["ask", "x", "--tag", "none", "--lang", "zh-CN"],
    ] {
        let remote = [arguments, &["--server", &url]].concat();
        let (here, there) = (desk.run(arguments), Desk::empty().run(&remote));
        assert_eq!(here.stderr, there.stderr, "{arguments:?}");
        assert_eq!((here.code, there.code), (2, 2));
    }
    let run = Desk::empty().run(&["ask", "x", "--kb", "other", "--server", &service.url()]);
    assert!(
        run.stderr
            .starts_with("error: there is no knowledge base “other”"),
        "{run:?}"
    );
}

#[test]
fn a_server_that_does_not_answer_is_named_with_a_next_step() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        format!("http://{}", listener.local_addr().expect("an address"))
    };
    for (url, message, hint) in [
        (
            closed.as_str(),
            "can't reach the server at URL: Connection refused",
            "check address",
        ),
        (
            &replying("HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n<html></html"),
            "what answers at URL is no jida server (status 200)",
            "--server takes",
        ),
        (
            &replying("HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnope"),
            "what answers at URL is no jida server (status 404)",
            "--server takes",
        ),
        (
            &replying(
                "HTTP/1.1 301 Moved\r\nlocation: https://faq.example.com/\r\ncontent-length: 0\r\n\r\n",
            ),
            "URL sends its callers to https://faq.example.com/",
            "give that address",
        ),
        (
            &replying(
                "HTTP/1.1 503 Busy\r\ncontent-type: application/problem+json\r\nconnection: close\r\n\r\n\
                 {\"type\":\"urn:jida:problem:not_ready\",\"title\":\"Not ready\",\"status\":503,\
                 \"detail\":\"the index is still being prepared\",\"code\":\"not_ready\",\"hint\":\"try again\"}",
            ),
            "the server at URL: the index is still being prepared (status 503)",
            "try again",
        ),
    ] {
        let run = Desk::empty().run(&["ask", "备案", "--server", url]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        let told = run.stderr.replace(url, "URL");
        assert!(told.starts_with(&format!("error: {message}")), "{told}");
        assert!(told.contains(&format!("\nhint: {hint}")), "{told}");
    }
}

#[test]
fn what_a_server_says_gives_the_terminal_no_commands() {
    let url = replying(
        "HTTP/1.1 422 No\r\ncontent-type: application/problem+json\r\nconnection: close\r\n\r\n\
         {\"type\":\"urn:jida:problem:x\",\"title\":\"x\",\"status\":422,\"code\":\"x\",\
         \"detail\":\"a\\u001b]0;title\\u0007b\",\"hint\":\"c\\u001b[2Jd\\u202ee\"}",
    );
    let run = Desk::empty().run(&["ask", "备案", "--server", &url]);
    assert_eq!(run.stderr, "error: a ]0;title b\nhint: c [2Jde\n");
}

#[test]
fn a_server_that_is_silent_is_not_waited_for_for_ever() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let desk = Desk::empty();
    let mut command = desk.command(&["ask", "备案", "--server", &url]);
    let run = Run::of(command.env("JIDA_CLIENT_TIMEOUT_MS", "300").output());
    assert_eq!(run.code, 2);
    let expected = format!("error: the server at {url} did not answer within 0.3 s\nhint: ");
    assert!(run.stderr.starts_with(&expected), "{run:?}");
}

#[test]
fn the_server_is_chosen_by_flag_variable_or_file_and_an_index_by_flag_wins() {
    let desk = Desk::indexed();
    let gone = "http://127.0.0.1:9";
    let asks_server = |run: &Run| {
        run.stderr
            .contains("can't reach the server at http://127.0.0.1:9")
    };
    for (toml, variable, flags, remote) in [
        ("", None, &["--server", gone][..], true),
        ("", Some(gone), &[], true),
        ("client.server = 'http://127.0.0.1:9'\n", None, &[], true),
        ("", Some(gone), &["--index", "index"], false),
        (
            "client.server = 'http://127.0.0.1:9'\n",
            None,
            &["--corpus", "corpus"],
            false,
        ),
        ("index = 'index'\n", Some(gone), &[], true),
    ] {
        desk.write("jida.toml", toml);
        let mut command = desk.command(&["ask", "怎么申请退款"]);
        command
            .args(flags)
            .envs(variable.map(|url| ("JIDA_SERVER", url)));
        let run = Run::of(command.output());
        assert_eq!(
            asks_server(&run),
            remote,
            "{toml:?} {variable:?} {flags:?}: {run:?}"
        );
    }
}

#[test]
fn a_server_where_it_means_nothing_is_refused() {
    let desk = Desk::empty();
    for (arguments, message) in [
        (
            &["index", "--server", "http://localhost:8080"][..],
            "error: this command works on files here and can't use --server\nhint: ",
        ),
        (
            &[
                "ask",
                "x",
                "--server",
                "http://localhost:8080",
                "--index",
                "a",
            ],
            "error: --server <URL> can't be used with --index <DIR>\nhint: ",
        ),
        (
            &["ask", "x", "--server", "localhost:8080"],
            "error: --server can't be \"localhost:8080\"\nhint: ",
        ),
    ] {
        let run = desk.run(arguments);
        assert_eq!(run.code, 2);
        assert!(run.stderr.starts_with(message), "{run:?}");
    }
}

#[test]
fn a_server_that_asks_for_a_key_gets_it() {
    let desk = Desk::indexed();
    desk.write("jida.toml", "[keys.staff]\nkey = 'staff-key'\n");
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    let (away, url) = (Desk::empty(), service.url());
    for command in ["ask", "search", "explain"] {
        let arguments = [command, "怎么申请退款", "--json", "--server", &url];
        let run = away.run(&arguments);
        assert_eq!(run.code, 2);
        assert!(
            run.stderr.contains("needs a key") && run.stderr.contains("JIDA_KEY"),
            "{run:?}"
        );
        let run = Run::of(
            away.command(&arguments)
                .env("JIDA_KEY", "staff-key")
                .output(),
        );
        assert_eq!(run.code, 0, "{run:?}");
    }
    away.write("jida.toml", "[client]\nkey = 'staff-key'\n");
    let run = away.run(&["ask", "怎么申请退款", "--server", &url]);
    assert!(run.stdout.contains("申请退款"), "{run:?}");
}
