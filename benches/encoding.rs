//! How long the built-in encoder takes for a question, alone and in company, and how long the vector scan.
//!
//! ```text
//! cargo bench --bench encoding
//! ```
//!
//! Every figure is the least and the median of its rounds.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jida::semantic::{Encoder, Vectors, append_vector};

fn main() -> Result<()> {
    let mut out = std::io::stdout().lock();
    let started = Instant::now();
    let encoder = Encoder::built_in();
    encoder.encode(&["备案"])?;
    writeln!(out, "first use, two characters: {:.2?}", started.elapsed())?;

    writeln!(out, "\n{:24} {:>10} {:>10}", "encode", "least", "median")?;
    let question = "我是香港人想做个人网站要交啥证件呢";
    let long = question.repeat(8);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    for (name, texts) in [
        ("6 characters", vec!["备案要多久呢"]),
        (
            "18 characters",
            vec!["我是香港人想做个人网站要交啥证件呢？"],
        ),
        ("136 characters", vec![long.as_str()]),
        ("64 × 17, one core", vec![question; 64]),
    ] {
        let rounds = if texts.len() > 1 { 20 } else { 200 };
        let times = one.install(|| timed(rounds, || encoder.encode(&texts).map(drop)))?;
        writeln!(out, "{name:24} {:>10.2?} {:>10.2?}", times.0, times.1)?;
    }

    writeln!(
        out,
        "\n{:24} {:>10} {:>10}",
        "nearest 100, 512 values", "least", "median"
    )?;
    let mut state = 1u64;
    let mut vector = || {
        let values = (0..512).map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 40) as f32 / (1 << 23) as f32 - 1.0
        });
        values.collect::<Vec<f32>>()
    };
    for rows in [12_000, 100_000, 400_000, 1_000_000] {
        let mut bytes = Vec::with_capacity(rows * 388);
        (0..rows).for_each(|_| append_vector(&vector(), &mut bytes));
        let question = vector();
        let vectors = Vectors::open(bytes, 512).context("whole rows")?;
        let work = || {
            vectors
                .nearest(&question, 100, |_| true)
                .map(drop)
                .context("same dimension")
        };
        let times = one.install(|| timed(20, work))?;
        writeln!(
            out,
            "{:24} {:>10.2?} {:>10.2?}",
            format!("{rows}, one core"),
            times.0,
            times.1
        )?;
        let times = timed(20, work)?;
        writeln!(
            out,
            "{:24} {:>10.2?} {:>10.2?}",
            format!("{rows}, all cores"),
            times.0,
            times.1
        )?;
    }
    Ok(())
}

/// The least and the median time.
fn timed<E>(
    rounds: usize,
    mut work: impl FnMut() -> Result<(), E>,
) -> Result<(Duration, Duration), E> {
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let started = Instant::now();
        work()?;
        times.push(started.elapsed());
    }
    times.sort();
    Ok((times[0], times[rounds / 2]))
}
