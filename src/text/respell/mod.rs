//! A question typed in pinyin, by initials or with slips, spelled by the words of the knowledge base:
//! `beian shouquanma`, `basqm`, 被案授权吗 and 备案授码 all become 备案授权码.
//!
//! A noisy channel: every word of the [`Vocabulary`] costs the more the rarer it is, and believing that
//! it was meant costs the more the less what was typed is like it. The cheapest way through a question
//! is its respelling. What was typed right is cheapest as it stands, so that most questions have none.

mod builder;
mod complete;
mod context;
mod initials;
mod lattice;
mod mine;
mod noise;
mod omissions;
mod pairs;
mod path;
mod vocabulary;

use std::ops::Range;

use crate::text::Analysis;
use crate::text::character::MappedChar;
use crate::text::normalize::Normalized;

pub use builder::VocabularyBuilder;
pub use complete::complete;
pub use vocabulary::Vocabulary;

pub(in crate::text) use builder::COMMON_WORDS;
pub(in crate::text) use mine::Units;
pub(in crate::text) use noise::{ABBREVIATIONS, ENGLISH, LOOKALIKES, SLIPS};

use lattice::{Arc, What};
use path::Step;
use vocabulary::Cost;

/// A longer text is no question to be respelled.
const MAX_CHARS: usize = 512;

/// Another reading of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Respelling {
    /// The text as it was probably meant; its characters map to the bytes of what was typed, so that
    /// [`crate::text::Analyzer::segment`] gives tokens whose spans slice the original.
    pub text: Normalized,
    /// What was changed, in reading order, a word each.
    pub edits: Vec<Edit>,
    /// What had to be believed: the sum of the edits' costs.
    pub cost: f32,
    /// How much likelier the respelling is than the text as typed, beyond that cost. Never negative.
    pub gain: f32,
}

impl Respelling {
    /// How many Chinese characters were replaced, put in or taken out.
    pub fn changed(&self) -> u32 {
        self.edits.iter().map(|edit| edit.changed).sum()
    }

    /// How many characters were read from Latin letters.
    pub fn read(&self) -> u32 {
        self.edits.iter().map(|edit| edit.read).sum()
    }
}

/// A word that was not typed as it stands in the respelling.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Bytes of the original text.
    pub original: Range<usize>,
    /// Bytes of the respelled text.
    pub respelled: Range<usize>,
    /// How many Chinese characters were replaced, put in or taken out.
    pub changed: u32,
    /// How many characters were read from Latin letters.
    pub read: u32,
    /// How hard it is to believe, in natural logarithms; 0 for pinyin spelled right.
    pub cost: f32,
}

/// Reads `question` by the words of `vocabulary`; `None` if it is best left as it is.
pub fn respell(question: &Analysis, vocabulary: &Vocabulary) -> Option<Respelling> {
    let chars = question.normalized.chars();
    if chars.len() > MAX_CHARS {
        return None;
    }
    let mut path = path::cheapest(question, vocabulary);
    drop_spaces(&mut path.steps, chars);
    path.gain += context::settle(&mut path.steps, chars, vocabulary);
    let Written { out, edits, cost } = write(&path.steps, chars);
    let read = edits.iter().any(|edit| edit.read > 0);
    let worth_it = !edits.is_empty() && (read || path.gain >= noise::MIN_GAIN);
    worth_it.then(|| Respelling {
        text: Normalized::of_chars(out),
        edits,
        cost: cost as f32 / 100.0,
        gain: path.gain.max(0) as f32 / 100.0,
    })
}

/// A path as a text.
struct Written {
    out: Vec<MappedChar>,
    edits: Vec<Edit>,
    cost: Cost,
}

fn write(steps: &[(Range<usize>, Step<'_>)], chars: &[MappedChar]) -> Written {
    let mut out: Vec<MappedChar> = Vec::with_capacity(chars.len());
    let (mut edits, mut cost) = (Vec::new(), 0);
    let mut bytes = 0;
    for (range, step) in steps {
        let start = bytes;
        match step {
            Step::Keep => {
                out.extend_from_slice(&chars[range.clone()]);
                bytes += chars[range.clone()]
                    .iter()
                    .map(|c| c.char.len_utf8())
                    .sum::<usize>();
            }
            Step::Read(arc) => {
                let (mut changed, mut read) = (0, 0);
                for (typed, meant) in arc.typed.iter().zip(arc.word.chars()) {
                    match typed.what {
                        What::Character(c) => changed += u32::from(c != meant),
                        What::Twice(_) | What::LeftOut => changed += 1,
                        What::Letters(_) | What::Initial(_) => read += 1,
                    }
                    out.push(MappedChar {
                        char: meant,
                        at: 0,
                        start: chars[typed.start].start,
                        end: chars[typed.end - 1].end,
                    });
                    bytes += meant.len_utf8();
                }
                if changed + read > 0 {
                    cost += arc.noise;
                    let first = chars[range.start].start as usize;
                    let last = chars[range.end - 1].end as usize;
                    edits.push(Edit {
                        original: first..last,
                        respelled: start..bytes,
                        changed,
                        read,
                        cost: arc.noise as f32 / 100.0,
                    });
                }
            }
        }
    }
    Written { out, edits, cost }
}

/// There are no spaces in Chinese: those beside words that were read from letters go.
fn drop_spaces(steps: &mut Vec<(Range<usize>, Step<'_>)>, chars: &[MappedChar]) {
    let word = |at: Option<usize>| match at.and_then(|at| steps.get(at)) {
        Some((_, Step::Read(arc))) => Some(is_from_letters(arc)),
        _ => None,
    };
    let dropped: Vec<bool> = (0..steps.len())
        .map(|at| {
            let (range, step) = &steps[at];
            let space = matches!(step, Step::Keep) && chars[range.start].char == ' ';
            match (word(at.checked_sub(1)), word(Some(at + 1))) {
                (Some(before), Some(behind)) => space && (before || behind),
                _ => false,
            }
        })
        .collect();
    let mut dropped = dropped.into_iter();
    steps.retain(|_| !dropped.next().unwrap_or_default());
}

fn is_from_letters(arc: &Arc<'_>) -> bool {
    arc.typed.iter().any(|typed| typed.what.is_latin())
}

#[cfg(test)]
mod tests;
