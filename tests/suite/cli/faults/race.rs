//! Several processes at one index: builders beside each other, readers beside builders.

use std::fs;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::super::Run;
use super::super::serve::Service;
use super::{Desk, edition, folders, write_edition};

#[test]
fn of_two_builders_each_ends_well_or_says_that_the_other_is_at_it() {
    let desk = Desk::empty();
    let index = desk.path("index");
    write_edition(&desk, "corpus", 0);
    assert_eq!(desk.run(&["index"]).code, 0);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Whoever reads meanwhile always finds a whole generation.
        let reading = scope.spawn(|| {
            let mut read = 0;
            while !done.load(Ordering::SeqCst) {
                edition(&index).expect("an index");
                read += 1;
            }
            read
        });
        for round in 0..6 {
            let editions = [2 * round + 1, 2 * round + 2];
            let builders = editions.map(|edition| {
                let folder = format!("corpus-{}", edition % 2);
                write_edition(&desk, &folder, edition);
                let mut command = desk.command(&["index", "--corpus", &folder]);
                command.stdout(Stdio::piped()).stderr(Stdio::piped());
                command.spawn().expect("the binary runs")
            });
            let runs = builders.map(|builder| Run::of(builder.wait_with_output()));
            for run in &runs {
                let locked = run.code == 2
                    && run
                        .stderr
                        .starts_with("error: another build is running in ")
                    && run.stderr.contains("\nhint: wait until it has finished");
                assert!(run.code == 0 || locked, "{run:?}");
            }
            assert!(runs.iter().any(|run| run.code == 0), "{runs:?}");
            assert!(editions.contains(&edition(&index).expect("an index")));
        }
        done.store(true, Ordering::SeqCst);
        assert!(reading.join().expect("it reads on") > 0);
    });
    assert_eq!(folders(&index).1, 0);
}

#[test]
fn of_two_servers_at_an_empty_folder_one_builds_and_both_serve() {
    let desk = Desk::empty();
    write_edition(&desk, "corpus", 1);
    let services = [(); 2].map(|()| Service::start(&desk, &[]));
    for service in &services {
        service.wait_until_ready();
        let (status, body) = service.get("/v1/entries?limit=1");
        assert_eq!(status, 200, "{body}");
        assert!(
            body.contains("第1版") || body.contains("\"total\":120"),
            "{body}"
        );
    }
}

#[test]
fn a_folder_that_goes_away_under_a_build_is_told_and_the_next_build_mends_it() {
    for wait in [0, 40, 150, 400] {
        let desk = Desk::empty();
        let index = desk.path("index");
        write_edition(&desk, "corpus", 1);
        let mut command = desk.command(&["index"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let builder = command.spawn().expect("the binary runs");
        while !index.join("generations").exists() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(wait));
        // A file may come up while its folder is being removed.
        while index.exists() {
            let _ = fs::remove_dir_all(&index);
        }
        let run = Run::of(builder.wait_with_output());
        assert!(!run.stderr.contains("panicked"), "{run:?}");
        if run.code != 0 {
            assert_eq!(run.code, 2, "{run:?}");
            assert!(run.stderr.starts_with("error: cannot "), "{run:?}");
            assert!(run.stderr.contains("\nhint: "), "{run:?}");
        }
        assert_eq!(desk.run(&["index"]).code, 0);
        assert_eq!(edition(&index).expect("an index"), 1);
    }
}
