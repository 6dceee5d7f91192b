//! `kill -9` at random moments of a build, of the swap, and of a rollback.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::{Desk, edition, folders, tell, write_edition};

/// How often to kill, unless `TEST_KILLS` says otherwise.
const KILLS: u64 = 20;

/// Numbers that look random (SplitMix64).
struct Random(u64);

impl Random {
    /// A number below `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }

    fn time(&mut self, longest: Duration) -> Duration {
        Duration::from_micros(self.below(longest.as_micros() as u64))
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn start(desk: &Desk, arguments: &[&str]) -> Child {
    let mut command = desk.command(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the binary runs")
}

/// Waits until the new generation is complete in its folder and only the swap is left, or the build has ended.
fn wait_for_swap(child: &mut Child, index: &Path) {
    let generations = index.join("generations");
    let complete = || {
        let entries = std::fs::read_dir(&generations).ok();
        let mut drafts = entries.into_iter().flatten().flatten();
        drafts.any(|draft| {
            draft
                .file_name()
                .to_string_lossy()
                .starts_with(".building-")
                && draft.path().join("fitted.json").exists()
        })
    };
    while !complete() && child.try_wait().expect("a child").is_none() {
        std::thread::sleep(Duration::from_micros(200));
    }
}

#[test]
fn a_killed_build_leaves_the_old_generation_or_the_new_one_and_little_else() {
    let kills = number("TEST_KILLS").unwrap_or(KILLS);
    let clock = || {
        std::time::SystemTime::UNIX_EPOCH
            .elapsed()
            .map_or(0, |since| since.as_nanos())
    };
    let seed = number("TEST_SEED").unwrap_or_else(|| clock() as u64);
    // To run it again the same way.
    tell(&format!("TEST_SEED={seed} TEST_KILLS={kills}"));
    let mut random = Random(seed);
    let desk = Desk::empty();
    let index = desk.path("index");
    // How long each takes here and now, so that the kills fall evenly: a build, its swap, and a rollback.
    let mut times = [Duration::ZERO; 3];
    for round in 0..2 {
        write_edition(&desk, "corpus", round);
        let begun = Instant::now();
        let mut child = start(&desk, &["index", "--quiet"]);
        wait_for_swap(&mut child, &index);
        let swap_begun = Instant::now();
        assert!(child.wait().expect("it ends").success());
        times[0] = times[0].max(begun.elapsed());
        times[1] = times[1].max(swap_begun.elapsed());
    }
    let begun = Instant::now();
    assert_eq!(desk.run(&["rollback"]).code, 0);
    times[2] = begun.elapsed();
    let mut times = times.map(|time| time + time / 8);
    let (mut old, mut killed, mut swapped, mut rolled_back) = (1, 0, 0, 0);
    let mut serves = 0;
    for round in 1..=kills {
        let next = 1 + round as usize;
        let mut expected = vec![serves, next];
        let mut child;
        let kind = match round % 5 {
            0 => {
                child = start(&desk, &["rollback", "--quiet"]);
                expected = vec![serves, old];
                rolled_back += 1;
                2
            }
            1 | 3 => {
                write_edition(&desk, "corpus", next);
                child = start(&desk, &["index", "--quiet"]);
                0
            }
            _ => {
                write_edition(&desk, "corpus", next);
                child = start(&desk, &["index", "--quiet"]);
                wait_for_swap(&mut child, &index);
                1
            }
        };
        std::thread::sleep(random.time(times[kind]));
        // It may have finished already.
        let _ = child.kill();
        let ended = child.wait().expect("it ends");
        match ended.code() {
            None => killed += 1,
            // It takes less time than when it was measured: other work on the machine has ended.
            Some(_) => times[kind] -= times[kind] / 4,
        }
        let found = edition(&index).unwrap_or_else(|error| panic!("round {round}: {error}"));
        assert!(
            expected.contains(&found),
            "round {round}: {found} of {expected:?}"
        );
        let (generations, others) = folders(&index);
        assert!(
            generations <= 4 && others <= 2,
            "round {round}: {generations} generations and {others} left-overs"
        );
        if found != serves {
            swapped += 1;
            old = serves;
        }
        serves = found;
        if round % 10 == 0 {
            let run = desk.run(&["ask", "第7号设备怎么报修？", "--quiet"]);
            assert!(run.stdout.contains(&format!("（第{serves}版）")), "{run:?}");
        }
    }
    tell(&format!(
        "{killed} killed of {kills}, {rolled_back} rollbacks among them; {swapped} had swapped"
    ));
    assert!(killed * 3 > kills, "only {killed} of {kills} were killed");
    write_edition(&desk, "corpus", 1_000_000);
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(edition(&index).expect("an index"), 1_000_000);
    let (generations, others) = folders(&index);
    assert!(
        generations <= 2 && others == 0,
        "{generations} and {others}"
    );
}
