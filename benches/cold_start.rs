//! What one question on a command line costs, beside a process that only loads jieba. Linux only.
//!
//! ```text
//! cargo bench --bench cold_start -- --corpus DIR --question TEXT [--runs 20]
//! ```
//!
//! Builds an index with vectors and one without, then runs in turn: `jida --version`; a process that makes a
//! `Jieba` and ends; one that makes our `Analyzer`; `jida ask` with the corpus at hand, which it compares with
//! the index first; `jida ask` with the index alone; and the same without the encoder. Wall time is the median
//! of the runs, CPU time their mean.

mod process;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, io::Write};

use anyhow::{Context, Result, bail, ensure};
use jida::text::Analyzer;
use jieba_rs::Jieba;

/// Tell this program to be one of the processes that are measured.
const JIEBA: &str = "--only-jieba";
const ANALYZER: &str = "--only-analyzer";

const JIDA: &str = env!("CARGO_BIN_EXE_jida");

fn main() -> Result<()> {
    match env::args().nth(1).as_deref() {
        Some(JIEBA) => {
            std::hint::black_box(Jieba::new());
            return Ok(());
        }
        Some(ANALYZER) => {
            std::hint::black_box(Analyzer::new());
            return Ok(());
        }
        _ => {}
    }
    let (corpus, question, runs) = arguments()?;
    let place = tempfile::tempdir()?;
    let [index, lexical] = ["index", "lexical"].map(|name| place.path().join(name));
    for (index, encoder) in [(&index, "built-in"), (&lexical, "none")] {
        let mut build = jida(index, encoder);
        let built = build.arg("index").arg("--corpus").arg(&corpus).output()?;
        ensure!(built.status.success(), "cannot build an index");
    }

    // A folder that is not there: the index is taken as it is.
    let nowhere = place.path().join("nowhere");
    let ask = |index: &Path, encoder: &str, corpus: &Path| {
        let mut command = jida(index, encoder);
        command.arg("ask").arg("--json").arg(&question);
        command.arg("--corpus").arg(corpus);
        command
    };
    let this = |role: &str| -> Result<Command> {
        let mut command = Command::new(env::current_exe()?);
        command.arg(role);
        Ok(command)
    };
    let mut version = Command::new(JIDA);
    version.arg("--version");
    let mut measured = [
        ("jida --version", version),
        ("Jieba::new()", this(JIEBA)?),
        ("Analyzer::new()", this(ANALYZER)?),
        ("jida ask", ask(&index, "built-in", &corpus)),
        ("jida ask, index alone", ask(&index, "built-in", &nowhere)),
        ("  without the encoder", ask(&lexical, "none", &nowhere)),
    ];
    let mut walls = [const { Vec::new() }; 6];
    let mut cpus = [Duration::ZERO; 6];
    for _ in 0..runs {
        for (at, (_, command)) in measured.iter_mut().enumerate() {
            let (cpu, begin) = (process::cpu("self")?, Instant::now());
            command.stdout(Stdio::null()).stderr(Stdio::null());
            let status = command.status()?;
            // 1 says that there is no sure answer.
            ensure!(matches!(status.code(), Some(0 | 1)), "a command failed");
            walls[at].push(begin.elapsed());
            cpus[at] += process::cpu("self")? - cpu;
        }
    }
    let walls = walls.map(process::median);
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<22} {:>8} {:>8} {:>6}",
        "ms", "wall", "CPU", "ratio"
    )?;
    for (((name, _), wall), cpu) in measured.iter().zip(walls).zip(cpus) {
        let mean = cpu.as_secs_f64() / f64::from(runs);
        let ratio = cpu.as_secs_f64() / cpus[1].as_secs_f64();
        let (wall, mean) = (wall.as_secs_f64() * 1e3, mean * 1e3);
        writeln!(out, "{name:<22} {wall:>8.1} {mean:>8.1} {ratio:>6.2}")?;
    }
    Ok(())
}

fn jida(index: &Path, encoder: &str) -> Command {
    let mut command = Command::new(JIDA);
    command.args(["--quiet", "--encoder", encoder]);
    command.arg("--index").arg(index);
    command
}

fn arguments() -> Result<(PathBuf, String, u32)> {
    let (mut corpus, mut question, mut runs) = (None, None, 20);
    let mut given = env::args().skip(1);
    while let Some(name) = given.next() {
        let mut value = || {
            given
                .next()
                .with_context(|| format!("{name} needs a value"))
        };
        match name.as_str() {
            "--corpus" => corpus = Some(PathBuf::from(value()?)),
            "--question" => question = Some(value()?),
            "--runs" => runs = value()?.parse()?,
            // What cargo adds.
            "--bench" => {}
            other => bail!("unknown argument {other}"),
        }
    }
    match (corpus, question) {
        (Some(corpus), Some(question)) if runs > 0 => Ok((corpus, question, runs)),
        _ => bail!("--corpus DIR and --question TEXT are needed, and a run"),
    }
}
