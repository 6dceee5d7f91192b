//! What goes where, in colour or not, and readers that leave early.

use std::process::Stdio;

use super::Desk;

const ESCAPE: char = '\u{1b}';

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let desk = Desk::shipped();
    for arguments in [
        &["search", "备案", "--limit", "100"][..],
        &["ask", "备案授权码怎么申请？", "--json"],
        &["man"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let mut command = desk.command(arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        // Nobody reads, from the start: every write fails.
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the binary ends");
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            (output.status.code(), messages.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn colour_follows_flag_then_environment_then_terminal() {
    let desk = Desk::shipped();
    for (flag, variables, colored) in [
        (None, &[][..], false),
        (Some("auto"), &[], false),
        (Some("always"), &[], true),
        (Some("never"), &[], false),
        (None, &[("JIDA_COLOR", "always")], true),
        (Some("never"), &[("JIDA_COLOR", "always")], false),
        (None, &[("CLICOLOR_FORCE", "1")], true),
        (None, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        // Who writes `always` means it.
        (Some("always"), &[("NO_COLOR", "1")], true),
    ] {
        let mut command = desk.command(&["search", "授权码", "--limit", "1"]);
        command.envs(variables.iter().copied());
        if let Some(flag) = flag {
            command.args(["--color", flag]);
        }
        let run = super::Run::of(command.output());
        assert_eq!(
            run.stdout.contains(ESCAPE),
            colored,
            "--color {flag:?} {variables:?}"
        );
    }
}

#[test]
fn json_is_never_coloured() {
    let run = Desk::shipped().run(&["search", "授权码", "--json", "--color", "always"]);
    assert!(!run.stdout.contains(ESCAPE), "{run:?}");
}

#[test]
fn errors_are_coloured_on_request_only() {
    for (color, colored) in [("always", true), ("never", false), ("auto", false)] {
        for arguments in [&["ask", ""][..], &["ask", "x", "--nonsense"]] {
            let mut all = arguments.to_vec();
            all.extend(["--color", color]);
            let run = Desk::empty().run(&all);
            assert_eq!(run.code, 2);
            assert_eq!(run.stderr.contains(ESCAPE), colored, "{run:?}");
        }
    }
}
