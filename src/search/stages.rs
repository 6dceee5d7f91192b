//! How long each stage of a question took.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The stages of one question. They do not add up to the whole: between them lie some clicks of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stages {
    /// Reading the question in every way.
    pub analyse: Duration,
    /// Making its vectors; nothing without an encoder.
    pub encode: Duration,
    /// Finding candidates.
    pub retrieve: Duration,
    /// Weighing and ordering them.
    pub rank: Duration,
    /// Fetching what is shown and putting the reply together.
    pub render: Duration,
}

impl Stages {
    /// With another question's stages added, where one was asked in two ways.
    pub(super) fn and(self, other: Stages) -> Stages {
        Stages {
            analyse: self.analyse + other.analyse,
            encode: self.encode + other.encode,
            retrieve: self.retrieve + other.retrieve,
            rank: self.rank + other.rank,
            render: self.render + other.render,
        }
    }
}

/// Microseconds of each stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct StageTimes {
    /// Reading the question in every way.
    pub analyse_us: u64,
    /// Making its vectors; 0 without an encoder.
    pub encode_us: u64,
    /// Finding candidates.
    pub retrieve_us: u64,
    /// Weighing and ordering them.
    pub rank_us: u64,
    /// Fetching what is shown and putting it together.
    pub render_us: u64,
}

impl From<Stages> for StageTimes {
    fn from(stages: Stages) -> StageTimes {
        StageTimes {
            analyse_us: micros(stages.analyse),
            encode_us: micros(stages.encode),
            retrieve_us: micros(stages.retrieve),
            rank_us: micros(stages.rank),
            render_us: micros(stages.render),
        }
    }
}

/// A duration as replies tell it.
pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Gives the time from lap to lap.
pub(super) struct Watch(Instant);

impl Watch {
    pub(super) fn start() -> Watch {
        Watch(Instant::now())
    }

    pub(super) fn lap(&mut self) -> Duration {
        let now = Instant::now();
        let lap = now - self.0;
        self.0 = now;
        lap
    }
}
