//! Pinyin without tones: syllables, and how characters and words are read.

mod reading;
mod syllable;

pub use reading::{Reading, readings, sounds, word_readings};
pub use syllable::{Folded, Syllable, initials};

pub(in crate::text) use reading::POLYPHONES;
pub(in crate::text) use syllable::{MAX_LETTERS, beginning, is_spelled, letter};

#[cfg(test)]
mod tests;
