//! Words that a knowledge base uses and the dictionary lacks: 授权码, 备案号, 幕布照片.
//!
//! A word is mined when neighbouring units (dictionary words and single characters) stand together far
//! more often than by chance, and when what stands before and behind them varies.

use rustc_hash::FxHashMap;

use crate::text::{Analysis, TokenKind, is_ideograph};

/// A mined word has at most so many units and characters.
const MAX_UNITS: usize = 4;
const MAX_CHARS: usize = 6;

/// It stands at least so often in questions, or as many times more in answers.
const MIN_COUNT: u32 = 8;

/// Its parts stand together at least so many times more often than by chance.
const MIN_COHESION: f64 = 8.0;

/// So many different neighbours on each side are enough; the ends of a text count as ever new ones.
const NEIGHBOURS: usize = 3;

/// Once so many candidates are counted, the rarest are forgotten.
const MAX_CANDIDATES: usize = 1 << 19;

/// Candidates with what stood around them.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    candidates: FxHashMap<Box<str>, Candidate>,
}

#[derive(Debug, Default)]
struct Candidate {
    count: u32,
    before: Around,
    behind: Around,
    /// Bytes of the first unit and of the last, by which cohesion is judged.
    first: u8,
    last: u8,
}

/// Different neighbours, as many as matter.
#[derive(Debug, Default)]
struct Around {
    seen: [char; NEIGHBOURS],
    different: u8,
}

impl Around {
    fn meet(&mut self, neighbour: Option<char>) {
        let met = usize::from(self.different);
        let new = neighbour.is_none_or(|c| !self.seen[..met].contains(&c));
        if met < NEIGHBOURS && new {
            self.seen[met] = neighbour.unwrap_or('\0');
            self.different += 1;
        }
    }

    fn varies(&self) -> bool {
        usize::from(self.different) == NEIGHBOURS
    }
}

/// The runs of ideographs of a text as dictionary words and single characters that do not overlap.
pub(in crate::text) fn units(analysis: &Analysis) -> Vec<Vec<&str>> {
    let text = analysis.normalized.as_str();
    let mut runs: Vec<Vec<&str>> = Vec::new();
    let mut end = usize::MAX;
    let mut tokens = analysis.tokens.iter().peekable();
    while let Some(token) = tokens.next() {
        // Of the tokens that begin here, the longest word; else the character.
        let mut range = token.range.clone();
        let mut kind = token.kind;
        while let Some(other) = tokens.next_if(|other| other.range.start == range.start) {
            let better = match (other.kind, kind) {
                (TokenKind::Word, TokenKind::Word) => other.range.end > range.end,
                (TokenKind::Word, _) => true,
                (TokenKind::Character, TokenKind::Bigram) => true,
                _ => false,
            };
            if better {
                (range, kind) = (other.range.clone(), other.kind);
            }
        }
        let ideographs = text[range.clone()].chars().all(is_ideograph);
        if !ideographs || (end != usize::MAX && range.start < end) {
            continue;
        }
        if range.start == end
            && let Some(run) = runs.last_mut()
        {
            run.push(&text[range.clone()]);
        } else {
            runs.push(vec![&text[range.clone()]]);
        }
        end = range.end;
    }
    runs
}

impl Phrases {
    /// Counts the candidates of one run of units.
    pub(super) fn add(&mut self, run: &[&str], weight: u32) {
        let mut joined = String::new();
        for start in 0..run.len() {
            joined.clear();
            let mut chars = 0;
            for (length, unit) in run[start..].iter().take(MAX_UNITS).enumerate() {
                joined.push_str(unit);
                chars += unit.chars().count();
                if chars > MAX_CHARS {
                    break;
                }
                if length == 0 {
                    continue;
                }
                let candidate = match self.candidates.get_mut(joined.as_str()) {
                    Some(candidate) => candidate,
                    None => self
                        .candidates
                        .entry(joined.as_str().into())
                        .or_insert_with(|| Candidate {
                            first: run[start].len() as u8,
                            last: unit.len() as u8,
                            ..Candidate::default()
                        }),
                };
                candidate.count = candidate.count.saturating_add(weight);
                let before = start.checked_sub(1).and_then(|at| run[at].chars().last());
                candidate.before.meet(before);
                let behind = run
                    .get(start + length + 1)
                    .and_then(|unit| unit.chars().next());
                candidate.behind.meet(behind);
            }
        }
        if self.candidates.len() > MAX_CANDIDATES {
            let mut least = weight;
            while self.candidates.len() > MAX_CANDIDATES / 2 {
                self.candidates
                    .retain(|_, candidate| candidate.count > least);
                least = least.saturating_mul(2);
            }
        }
    }

    /// The candidates that are words, given how often each unit was met and how many there were.
    pub(super) fn words(
        &mut self,
        units: &FxHashMap<Box<str>, u32>,
        total: u64,
    ) -> Vec<(Box<str>, u32)> {
        let candidates = std::mem::take(&mut self.candidates);
        let count_of = |part: &str| {
            let unit = units.get(part).copied().unwrap_or_default();
            let phrase = candidates.get(part).map_or(0, |candidate| candidate.count);
            f64::from(unit.max(phrase).max(1))
        };
        let mut words: Vec<(Box<str>, u32)> = Vec::new();
        for (text, candidate) in &candidates {
            if candidate.count < MIN_COUNT
                || !candidate.before.varies()
                || !candidate.behind.varies()
            {
                continue;
            }
            let (first, last) = (
                usize::from(candidate.first),
                text.len() - usize::from(candidate.last),
            );
            let apart = [first, last].map(|cut| count_of(&text[..cut]) * count_of(&text[cut..]));
            let cohesion = f64::from(candidate.count) * total as f64 / apart[0].max(apart[1]);
            if cohesion >= MIN_COHESION {
                words.push((text.clone(), candidate.count));
            }
        }
        words.sort_unstable();
        words
    }
}
