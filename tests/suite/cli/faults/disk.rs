//! Disks that are full or read-only, and files that are somebody else's.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::super::Run;
use super::{Desk, edition, tell, write_edition};

/// A shell in this folder, in which `$0` is jida.
fn shell(desk: &Desk, script: &str, arguments: &[&str]) -> Command {
    let jida = desk.command(&[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(jida.get_program());
    shell.args(arguments).current_dir(&desk.folder);
    shell.env("LC_ALL", "en_US.UTF-8");
    shell.env("JIDA_ENCODER", "none");
    shell
}

/// The same in which small file systems can be mounted that nobody else sees; `None` where that is not allowed.
fn mounting_shell(desk: &Desk, script: &str, arguments: &[&str]) -> Option<Command> {
    let probe = Command::new("unshare")
        .args(["-rm", "sh", "-c", "mount -t tmpfs none \"$0\""])
        .arg(&desk.folder)
        .output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        tell("SKIPPED: no file system can be mounted here (unshare -rm)");
        return None;
    }
    let plain = shell(desk, script, arguments);
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh"]).args(plain.get_args());
    command.current_dir(&desk.folder);
    command
        .env("LC_ALL", "en_US.UTF-8")
        .env("JIDA_ENCODER", "none");
    Some(command)
}

/// A folder with an index of edition 1 and a corpus of edition 2.
fn behind() -> Desk {
    let desk = Desk::empty();
    write_edition(&desk, "corpus", 1);
    assert_eq!(desk.run(&["index"]).code, 0);
    write_edition(&desk, "corpus", 2);
    desk
}

/// A limit on the size of each file, from one block on until the build has room enough.
#[test]
fn wherever_a_build_runs_out_of_room_the_old_index_stays_whole() {
    let desk = behind();
    let script = "trap '' XFSZ; ulimit -f \"$1\"; exec \"$0\" index";
    let mut failures = 0;
    for blocks in [
        0, 1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 1024, 8192,
    ] {
        let run = Run::of(shell(&desk, script, &[&blocks.to_string()]).output());
        assert!(!run.stderr.contains("panicked"), "{blocks}: {run:?}");
        let found = edition(&desk.path("index")).expect("an index");
        if run.code == 0 {
            assert_eq!(found, 2, "{blocks}");
            break;
        }
        failures += 1;
        assert_eq!((run.code, found), (2, 1), "{blocks}: {run:?}");
        assert!(
            run.stderr.starts_with("error: cannot write index/"),
            "{blocks}: {run:?}"
        );
        assert!(run.stderr.contains("\nhint: "), "{blocks}: {run:?}");
    }
    assert!(failures >= 4, "only {failures} limits were too small");
    assert_eq!(edition(&desk.path("index")).expect("an index"), 2);
}

#[test]
fn a_full_disk_is_told_and_the_old_index_answers_from_it() {
    let desk = behind();
    // What the old index takes, and so many kilobytes more.
    let script = "set -e; cp -r index seed; size=$(du -sk seed | cut -f1)
        mount -t tmpfs -o size=$((size + $1))k none index; cp -r seed/. index
        code=0; \"$0\" index || code=$?
        \"$0\" ask --quiet 第7号设备怎么报修？; \"$0\" index --verify >&2 && exit $code";
    for room in ["4", "60", "200", "400"] {
        let Some(mut command) = mounting_shell(&desk, script, &[room]) else {
            return;
        };
        let run = Run::of(command.output());
        let _ = fs::remove_dir_all(desk.path("seed"));
        assert!(!run.stderr.contains("panicked"), "{room}: {run:?}");
        if run.code == 0 {
            assert!(
                room != "4" && run.stdout.contains("（第2版）"),
                "{room}: {run:?}"
            );
            continue;
        }
        assert_eq!(run.code, 2, "{room}: {run:?}");
        assert!(run.stdout.contains("（第1版）"), "{room}: {run:?}");
        assert!(
            run.stderr.starts_with("error: cannot write index"),
            "{run:?}"
        );
        assert!(
            run.stderr.contains("hint: make room on the disk"),
            "{room}: {run:?}"
        );
    }
}

#[test]
fn an_index_on_a_read_only_disk_answers_and_what_would_change_it_is_refused() {
    let desk = behind();
    let script = "set -e; cp -r index seed
        mount -t tmpfs none index; cp -r seed/. index; mount -o remount,ro index
        \"$0\" ask --quiet 第7号设备怎么报修？; \"$0\" index --verify > verified
        code=0; \"$0\" index || code=$?; test $code = 2
        \"$0\" rollback || code=$?; exit $code";
    let Some(mut command) = mounting_shell(&desk, script, &[]) else {
        return;
    };
    let run = Run::of(command.output());
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stdout.contains("（第1版）"), "{run:?}");
    let refusals = run.stderr.matches("error: cannot write index/LOCK: ");
    assert_eq!(refusals.count(), 2, "{run:?}");
    assert_eq!(run.stderr.matches("hint: check the directory").count(), 2);
}

#[test]
fn files_of_somebody_else_are_named_not_taken_for_damaged() {
    let desk = behind();
    let private = |path: &str| {
        let path = desk.path(path);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("its permissions");
    };
    let open = |path: &str, mode: u32| {
        let path = desk.path(path);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its permissions");
    };
    open("", 0o755);
    // Root may read everything, so that it is nobody who tries.
    let owner = fs::metadata(desk.path("corpus")).expect("a folder");
    let is_root = std::os::unix::fs::MetadataExt::uid(&owner) == 0;
    let nobody = |arguments: &[&str]| {
        let mut command = desk.command(arguments);
        if is_root {
            command.uid(65534).gid(65534);
        }
        command.output()
    };
    if is_root && nobody(&["--version"]).is_err() {
        tell("SKIPPED: the binary is out of reach for others");
        return;
    }
    let run = Run::of(nobody(&["ask", "--quiet", "第7号设备怎么报修？"]));
    assert!(run.stdout.contains("（第1版）"), "{run:?}");
    if is_root {
        let run = Run::of(nobody(&["index"]));
        assert_eq!(run.code, 2, "{run:?}");
        assert!(
            run.stderr.starts_with("error: cannot write index/"),
            "{run:?}"
        );
        assert!(
            run.stderr
                .contains("hint: check the directory's permissions")
        );
    }
    private("index/CURRENT");
    let run = Run::of(nobody(&["ask", "第7号设备怎么报修？"]));
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stderr.starts_with("error: cannot read index/CURRENT"),
        "{run:?}"
    );
    assert!(run.stderr.contains("\nhint: check that"), "{run:?}");
    open("index/CURRENT", 0o644);
    assert_eq!(edition(&desk.path("index")).expect("an index"), 1);
}
