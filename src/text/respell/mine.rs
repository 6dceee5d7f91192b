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
    /// By the hash of their texts: there are hundreds of thousands, of which few become words.
    candidates: FxHashMap<u64, Candidate>,
    /// The texts of all candidates, one behind the other.
    text: String,
}

#[derive(Debug, Default)]
struct Candidate {
    count: u32,
    /// Where its text begins, and how many bytes it has.
    at: u32,
    length: u8,
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
#[derive(Debug, Default)]
pub(in crate::text) struct Units<'t> {
    units: Vec<&'t str>,
    /// Where in `units` each run begins.
    starts: Vec<usize>,
}

impl<'t> Units<'t> {
    pub(in crate::text) fn of(analysis: &'t Analysis) -> Units<'t> {
        let text = analysis.normalized.as_str();
        let mut units = Units::default();
        let mut end = None;
        for beginning in analysis
            .tokens
            .chunk_by(|a, b| a.range.start == b.range.start)
        {
            let start = beginning[0].range.start;
            let ideograph = text[start..].chars().next().is_some_and(is_ideograph);
            if !ideograph || end.is_some_and(|end| start < end) {
                continue;
            }
            // Of the tokens that begin here, the longest word; else the character.
            let word = beginning
                .iter()
                .rfind(|token| token.kind == TokenKind::Word);
            let range = word.unwrap_or(&beginning[0]).range.clone();
            if end != Some(start) {
                units.starts.push(units.units.len());
            }
            end = Some(range.end);
            units.units.push(&text[range]);
        }
        units
    }

    /// Run by run.
    pub(in crate::text) fn runs(&self) -> impl Iterator<Item = &[&'t str]> {
        let ends = self.starts.iter().skip(1).copied();
        let ends = ends.chain([self.units.len()]);
        self.starts
            .iter()
            .zip(ends)
            .map(|(&start, end)| &self.units[start..end])
    }
}

/// 64-bit FNV-1a over code points, which can be gone on with.
fn hashed(hash: u64, text: &str) -> u64 {
    text.chars().fold(hash, |hash, c| {
        (hash ^ u64::from(c)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The hash of no text.
const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

impl Candidate {
    fn text<'t>(&self, texts: &'t str) -> &'t str {
        &texts[self.at as usize..][..usize::from(self.length)]
    }
}

impl Phrases {
    /// Counts the candidates of one run of units.
    pub(super) fn add(&mut self, run: &[&str], weight: u32) {
        let mut before = None;
        for start in 0..run.len() {
            let (mut hash, mut chars) = (EMPTY, 0);
            for (length, unit) in run[start..].iter().take(MAX_UNITS).enumerate() {
                hash = hashed(hash, unit);
                chars += unit.chars().count();
                if chars > MAX_CHARS {
                    break;
                }
                if length == 0 {
                    continue;
                }
                let text = &mut self.text;
                let candidate = self.candidates.entry(hash).or_insert_with(|| {
                    let at = text.len();
                    text.extend(run[start..=start + length].iter().copied());
                    Candidate {
                        at: at as u32,
                        length: (text.len() - at) as u8,
                        first: run[start].len() as u8,
                        last: unit.len() as u8,
                        ..Candidate::default()
                    }
                });
                candidate.count = candidate.count.saturating_add(weight);
                candidate.before.meet(before);
                let behind = run.get(start + length + 1);
                candidate
                    .behind
                    .meet(behind.and_then(|unit| unit.chars().next()));
            }
            before = run[start].chars().next_back();
        }
        if self.candidates.len() > MAX_CANDIDATES {
            self.forget(weight);
        }
    }

    /// Forgets the rarest half of the candidates, those met with no more than `least` first.
    fn forget(&mut self, mut least: u32) {
        while self.candidates.len() > MAX_CANDIDATES / 2 {
            self.candidates
                .retain(|_, candidate| candidate.count > least);
            least = least.saturating_mul(2);
        }
        let mut kept = String::new();
        for candidate in self.candidates.values_mut() {
            let at = kept.len() as u32;
            kept.push_str(candidate.text(&self.text));
            candidate.at = at;
        }
        self.text = kept;
    }

    /// The candidates that are words, given how often each unit was met and how many there were.
    pub(super) fn words(
        &mut self,
        units: &FxHashMap<Box<str>, u32>,
        total: u64,
    ) -> Vec<(Box<str>, u32)> {
        let Phrases { candidates, text } = std::mem::take(self);
        let count_of = |part: &str| {
            let unit = units.get(part).copied().unwrap_or_default();
            let phrase = candidates.get(&hashed(EMPTY, part));
            let phrase = phrase.map_or(0, |candidate| candidate.count);
            f64::from(unit.max(phrase).max(1))
        };
        let mut words: Vec<(Box<str>, u32)> = Vec::new();
        for candidate in candidates.values() {
            if candidate.count < MIN_COUNT
                || !candidate.before.varies()
                || !candidate.behind.varies()
            {
                continue;
            }
            let text = candidate.text(&text);
            let (first, last) = (
                usize::from(candidate.first),
                text.len() - usize::from(candidate.last),
            );
            let apart = [first, last].map(|cut| count_of(&text[..cut]) * count_of(&text[cut..]));
            let cohesion = f64::from(candidate.count) * total as f64 / apart[0].max(apart[1]);
            if cohesion >= MIN_COHESION {
                words.push((text.into(), candidate.count));
            }
        }
        words.sort_unstable();
        words
    }
}
