//! `jida` alone on a terminal, typed at through a pseudo-terminal.
#![cfg(unix)]

use std::fs;

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

use super::Desk;
use super::serve::Service;

const FILING: &str = "\
# 备案

## 个人备案需要什么材料？

身份证正反面。

## 企业备案需要什么材料？

营业执照。

## 备案要多久？

一般 20 天。
";

/// The session reads bytes as characters of their own: the same of a text.
fn as_bytes(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// The text again.
fn from_bytes(shown: &str) -> String {
    let bytes: Vec<u8> = shown.chars().map(|c| c as u8).collect();
    String::from_utf8(bytes).expect("what is shown is UTF-8")
}

/// `jida`, with a person before it.
struct Prompt {
    desk: Desk,
    session: PtySession,
}

impl Prompt {
    fn start(desk: Desk, arguments: &[&str]) -> Prompt {
        let mut command = desk.command(arguments);
        command
            .env("TERM", "xterm")
            .env("NO_COLOR", "1")
            .env("PAGER", "")
            .env("XDG_STATE_HOME", desk.path("state"));
        let options = Options::new()
            .timeout_ms(Some(60_000))
            .strip_ansi_escape_codes(true);
        let session = spawn_with_options(command, options).expect("a pseudo-terminal");
        let mut prompt = Prompt { desk, session };
        prompt.expect("Ctrl-D leaves");
        prompt.expect("jida> ");
        prompt
    }

    fn filing(arguments: &[&str]) -> Prompt {
        let desk = Desk::empty();
        desk.write("corpus/备案.md", FILING);
        Prompt::start(desk, arguments)
    }

    /// What is shown up to `text`.
    fn expect(&mut self, text: &str) -> String {
        let shown = self.session.exp_string(&as_bytes(text));
        from_bytes(&shown.unwrap_or_else(|error| panic!("{text:?} was not shown: {error}")))
    }

    /// Types what does not end a line.
    fn keys(&mut self, keys: &str) {
        self.session.send(keys).expect("it reads");
        self.session.flush().expect("it reads");
    }

    /// Types a line; what is shown until the prompt is back.
    fn ask(&mut self, line: &str) -> String {
        self.session.send_line(line).expect("it reads");
        // What is typed is echoed behind a prompt that is drawn again and again.
        self.expect("\n");
        self.expect("jida> ")
    }

    fn leave(mut self) -> Desk {
        self.session.send_control('d').expect("it reads");
        self.session.exp_eof().expect("it ends");
        let status = self.session.process().wait().expect("it ends");
        assert!(format!("{status:?}").contains("Exited"), "{status:?}");
        assert!(format!("{status:?}").contains(", 0"), "{status:?}");
        self.desk
    }
}

#[test]
fn a_missing_index_is_built_and_questions_answered_one_after_another() {
    let mut prompt = Prompt::filing(&[]);
    let shown = prompt.ask("个人备案需要什么材料");
    assert!(
        shown.contains("answered") && shown.contains("身份证正反面。"),
        "{shown}"
    );
    assert!(shown.contains("备案.md:3"), "{shown}");
    // Follow-ups lean on what was said before, until told not to.
    let shown = prompt.ask("那企业呢");
    assert!(
        shown.contains("understood as 企业备案需要什么材料"),
        "{shown}"
    );
    assert!(shown.contains("营业执照。"), "{shown}");
    prompt.ask(":new");
    let shown = prompt.ask("那企业呢");
    assert!(!shown.contains("understood as"), "{shown}");
    let desk = prompt.leave();
    assert!(desk.path("index/CURRENT").exists());
}

#[test]
fn what_is_listed_is_opened_by_its_number() {
    let mut prompt = Prompt::filing(&[]);
    let shown = prompt.ask(":search 备案要多久");
    assert!(shown.contains(" 1. "), "{shown}");
    for line in ["1", "１", ":open 1", "：打开 1"] {
        let shown = prompt.ask(line);
        assert!(shown.contains("一般 20 天。"), "{line}: {shown}");
        assert!(shown.contains("source 备案.md:11"), "{line}: {shown}");
    }
    let shown = prompt.ask(":open 9");
    assert!(shown.contains("nothing was listed as \"9\""), "{shown}");
    assert!(shown.contains("hint: give a number from 1 to "), "{shown}");
    prompt.leave();
}

#[test]
fn commands_explain_help_and_guess() {
    let mut prompt = Prompt::filing(&[]);
    let shown = prompt.ask(":explain");
    assert!(shown.contains("nothing has been asked yet"), "{shown}");
    prompt.ask("备案要多久");
    for line in [":explain", ":explain 备案要多久"] {
        let shown = prompt.ask(line);
        assert!(
            shown.contains("thresholds") && shown.contains("signal"),
            "{shown}"
        );
    }
    let shown = prompt.ask(":serch x");
    assert!(shown.contains("did you mean :search?"), "{shown}");
    let shown = prompt.ask(":help");
    assert!(shown.contains(":explain [Q]"), "{shown}");
    prompt.session.send_line(":quit").expect("it reads");
    prompt.session.exp_eof().expect("it ends");
}

#[test]
fn tab_completes_and_control_c_clears() {
    let mut prompt = Prompt::filing(&["--lang", "en"]);
    prompt.keys("企业备案\t");
    prompt.expect("企业备案需要什么材料？");
    let shown = prompt.ask("");
    assert!(shown.contains("营业执照。"), "{shown}");
    prompt.keys("清掉我");
    prompt.session.send_control('c').expect("it reads");
    prompt.expect("jida> ");
    let shown = prompt.ask("备案要多久");
    assert!(shown.contains("一般 20 天。"), "{shown}");
    prompt.leave();
}

#[test]
fn lines_are_remembered_unless_told_not_to() {
    let history = "state/jida/history";
    let mut prompt = Prompt::filing(&[]);
    prompt.ask("备案要多久");
    prompt.ask(" 不要记住");
    let desk = prompt.leave();
    let text = fs::read_to_string(desk.path(history)).expect("there is a history");
    assert!(
        text.contains("备案要多久") && !text.contains("不要记住"),
        "{text}"
    );
    let mode = {
        use std::os::unix::fs::PermissionsExt;
        let metadata = fs::metadata(desk.path(history)).expect("there is a history");
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode, 0o600, "nobody else reads it");
    // The arrow brings it back in the next session.
    let mut prompt = Prompt::start(desk, &[]);
    prompt.keys("\u{1b}[A");
    prompt.expect("备案要多久");
    let shown = prompt.ask("");
    assert!(shown.contains("一般 20 天。"), "{shown}");
    prompt.leave();

    let mut prompt = Prompt::filing(&["--no-history"]);
    prompt.ask("备案要多久");
    let desk = prompt.leave();
    assert!(!desk.path(history).exists());
}

#[test]
fn a_server_answers_at_the_prompt() {
    let served = Desk::indexed();
    let service = Service::start(&served, &[]);
    service.wait_until_ready();
    let mut prompt = Prompt::start(Desk::empty(), &["--server", &service.url()]);
    let shown = prompt.ask("怎么申请退款");
    assert!(shown.contains("三个工作日内到账"), "{shown}");
    let shown = prompt.ask("1");
    assert!(shown.contains("怎么开发票？"), "{shown}");
    drop(service);
    let shown = prompt.ask("怎么申请退款");
    assert!(shown.contains("error: can't reach the server"), "{shown}");
    prompt.leave();
}

#[test]
fn what_is_longer_than_the_screen_goes_through_the_pager() {
    let desk = Desk::indexed();
    for (rows, pager, flags, paged) in [
        (4, "sed s/^/PAGED:/", "", true),
        (50, "sed s/^/PAGED:/", "", false),
        (4, "sed s/^/PAGED:/", "--no-pager", false),
        (4, "sed s/^/PAGED:/", "--json", false),
        (4, "", "", false),
        (4, "no-such-pager-anywhere", "", false),
    ] {
        let jida = desk.command(&[]);
        let mut command = std::process::Command::new("sh");
        command.arg("-c").arg(format!(
            "stty rows {rows} cols 60; '{}' ask 怎么申请退款 --lang en {flags}",
            jida.get_program().to_string_lossy()
        ));
        command
            .current_dir(&desk.folder)
            .env("PAGER", pager)
            .env("JIDA_ENCODER", "none");
        let options = Options::new()
            .timeout_ms(Some(60_000))
            .strip_ansi_escape_codes(true);
        let mut session = spawn_with_options(command, options).expect("a pseudo-terminal");
        let shown = from_bytes(&session.exp_eof().expect("it ends"));
        assert!(shown.contains("三个工作日内到账"), "{shown}");
        assert_eq!(
            shown.contains("PAGED:"),
            paged,
            "{rows} {pager:?} {flags}: {shown}"
        );
    }
}
