//! Measures how well questions find their answers: labelled queries in, numbers out.
//!
//! [`truth`] reads queries and what answers them, [`roster`] knows which entry a label means, [`run`] asks.
//! [`own`] asks what the corpus asks itself, [`robustness`] the same in spoilt spellings.
//! What comes back is judged once, query by query ([`run::Judged`]); all numbers are computed from these
//! judgements, so that a saved run can be compared with another whatever queries they have in common.
//! [`fit`] makes the ranking's numbers anew from what was asked.

pub mod calibration;
pub mod compare;
pub mod decisions;
pub mod dump;
pub mod fit;
pub mod metrics;
pub mod own;
pub mod report;
pub mod robustness;
pub mod roster;
pub mod run;
pub mod truth;
