//! The CPU time of processes, as Linux accounts for it, to 10 ms.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// Length of the ticks in `/proc`, the same on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// User and system time so far of all threads of a process (`self`, or a number), and of those of its
/// children that have ended.
pub(crate) fn cpu(process: &str) -> Result<Duration> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is a name in parentheses, which may hold spaces.
    let (_, fields) = text.rsplit_once(") ").context("no process state")?;
    let times = fields.split(' ').skip(11).take(4);
    let ticks = times.map(str::parse::<u32>).sum::<Result<u32, _>>()?;
    Ok(TICK * ticks)
}

/// The middle one; of an even number the upper.
pub(crate) fn median(mut values: Vec<Duration>) -> Duration {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}
