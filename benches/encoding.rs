//! How long the built-in encoder takes for a question, alone and in company, and how long the vector scan: over
//! all rows, and over those that their signs make likely, with the share of the nearest that it finds.
//!
//! ```text
//! cargo bench --bench encoding
//! ```
//!
//! Every figure is the least and the median of its rounds.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jida::semantic::{Encoder, Neighbor, Signs, Vectors, append_signs, append_vector};

/// So many rows are looked for: those of 40 entries.
const NEAREST: usize = 80;

/// A way to the nearest rows of a question.
type Search<'a> = &'a (dyn Fn(&[f32]) -> Option<Vec<Neighbor>> + Sync);

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
        "\n{:34} {:>10} {:>10}",
        format!("nearest {NEAREST}, 512 values"),
        "least",
        "median"
    )?;
    let mut vector = clustered();
    for rows in [12_000, 100_000, 400_000, 1_000_000] {
        let mut bytes = Vec::with_capacity(rows * 516);
        let mut signs = Vec::with_capacity(rows * 64);
        for _ in 0..rows {
            let start = bytes.len();
            append_vector(&vector(), &mut bytes);
            append_signs(&bytes[start..], &mut signs);
        }
        let vectors = Vectors::open(bytes, 512).context("whole rows")?;
        let signs = Signs::open(signs, 512, rows).context("whole rows")?;
        let questions: Vec<Vec<f32>> = (0..20).map(|_| vector()).collect();
        let exact = |question: &[f32]| vectors.nearest(question, NEAREST, |_| true);
        let approximate = |question: &[f32]| signs.nearest(&vectors, question, NEAREST, |_| true);
        let ways: [(&str, Search<'_>); 2] = [("exact", &exact), ("approximate", &approximate)];
        for (name, nearest) in ways {
            let mut asked = questions.iter().cycle();
            let mut work = || {
                let question = asked.next().context("a question")?;
                nearest(question).map(drop).context("same dimension")
            };
            let alone = one.install(|| timed(20, &mut work))?;
            let all = timed(20, &mut work)?;
            for (cores, times) in [("one core", alone), ("all cores", all)] {
                writeln!(
                    out,
                    "{:34} {:>10.2?} {:>10.2?}",
                    format!("{rows}, {name}, {cores}"),
                    times.0,
                    times.1
                )?;
            }
        }
        let mut found = 0;
        for question in &questions {
            let near = approximate(question).context("same dimension")?;
            let nearest = exact(question).context("same dimension")?;
            found += nearest.iter().filter(|row| near.contains(row)).count();
        }
        let recall = found as f64 / (questions.len() * NEAREST) as f64;
        writeln!(out, "{:34} {recall:>10.4}", format!("{rows}, recall"))?;
    }
    Ok(())
}

/// Vectors around a hundred middles, the same every time.
fn clustered() -> impl FnMut() -> Vec<f32> {
    let mut state = 1u64;
    let mut next = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state >> 40
    };
    let middles: Vec<Vec<f32>> = (0..100)
        .map(|_| (0..512).map(|_| next() as f32 - (1 << 23) as f32).collect())
        .collect();
    move || {
        let middle = &middles[next() as usize % middles.len()];
        let values = middle.iter();
        values
            .map(|at| at + next() as f32 - (1 << 23) as f32)
            .collect()
    }
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
