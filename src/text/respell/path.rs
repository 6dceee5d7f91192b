//! The cheapest way through a text, word by word.

use std::ops::Range;

use crate::text::character::{MappedChar, is_ideograph};
use crate::text::respell::initials::Abbreviations;
use crate::text::respell::lattice::{Arc, Lattice, What, is_latin};
use crate::text::respell::vocabulary::{Cost, Vocabulary};
use crate::text::respell::{noise, omissions};
use crate::text::{Analysis, TokenKind};

/// What a stretch of the text becomes.
#[derive(Debug, Clone)]
pub(super) enum Step<'v> {
    /// Itself.
    Keep,
    /// A word of the vocabulary, perhaps just as typed.
    Read(Arc<'v>),
}

/// A way through the whole text.
#[derive(Debug)]
pub(super) struct Path<'v> {
    /// Positions among the text's characters, and what becomes of them.
    pub(super) steps: Vec<(Range<usize>, Step<'v>)>,
    /// How much more the text costs as it was typed.
    pub(super) gain: Cost,
    /// What it costs as typed up to each of its characters.
    pub(super) typed: Vec<Cost>,
}

/// Whether the Latin letters before a place were pinyin; initials are as much like Latin words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    None,
    Latin,
    Pinyin,
}

const MODES: [Mode; 3] = [Mode::None, Mode::Latin, Mode::Pinyin];

/// The cheapest way to a place.
#[derive(Debug, Clone)]
struct Reached<'v> {
    cost: Cost,
    from: (usize, Mode),
    step: Step<'v>,
}

/// All cheapest ways.
pub(super) struct Search<'v> {
    reached: Vec<[Option<Reached<'v>>; MODES.len()]>,
    /// The cheapest way to each place without changing anything.
    unchanged: Vec<Cost>,
}

/// The cheapest way through the text of `question`.
pub(super) fn cheapest<'v>(question: &Analysis, vocabulary: &'v Vocabulary) -> Path<'v> {
    let path = search(question, vocabulary, &[]).finish();
    let omissions = omissions::arcs(&path, question.normalized.chars(), vocabulary);
    if omissions.is_empty() {
        return path;
    }
    search(question, vocabulary, &omissions).finish()
}

/// Looks for ways through the text of `question`, over some further words that begin where they say.
pub(super) fn search<'v>(
    question: &Analysis,
    vocabulary: &'v Vocabulary,
    further: &[(usize, Arc<'v>)],
) -> Search<'v> {
    let chars = question.normalized.chars();
    let abbreviations = Abbreviations::new(chars, vocabulary);
    let lattice = Lattice::new(chars, vocabulary);
    let mut search = Search {
        reached: vec![[const { None }; MODES.len()]; chars.len() + 1],
        unchanged: vec![Cost::MAX; chars.len() + 1],
    };
    search.unchanged[0] = 0;
    let mut words = DictionaryWords::new(question);
    for at in 0..chars.len() {
        let inside = at > 0 && is_latin(chars[at - 1].char) && is_latin(chars[at].char);
        let c = chars[at].char;
        if is_ideograph(c) {
            let word = words.longest_at(chars, at);
            for end in at + 1..=word {
                let known = words.is_word(chars, at..end);
                let cost = match end - at {
                    1 => noise::UNKNOWN_CHARACTER,
                    length if known => {
                        noise::DICTIONARY_WORD + length as Cost * noise::DICTIONARY_CHARACTER
                    }
                    _ => continue,
                };
                search.keep(at, end, cost, None);
            }
        } else if !inside {
            let end = end_of_run(chars, at);
            let run = &chars[at..end];
            if run.iter().any(|c| c.char.is_alphabetic()) {
                search.keep(at, end, latin_cost(run, vocabulary), Some(Mode::Latin));
            } else {
                search.keep(at, end, 0, None);
            }
        }
        if is_ideograph(c) || lattice.letters_until(at).is_some() {
            if inside && search.reached[at][Mode::Pinyin as usize].is_none() {
                continue;
            }
            for arc in lattice.arcs(at) {
                search.read(at, arc);
            }
            if let Some(arc) = abbreviations.arc(at, lattice.in_pinyin()) {
                search.read(at, arc);
            }
        }
        for (_, arc) in further.iter().filter(|(start, _)| *start == at) {
            search.read(at, arc.clone());
        }
    }
    search
}

impl<'v> Search<'v> {
    fn cost_at(&self, at: usize, mode: Mode) -> Option<Cost> {
        match &self.reached[at][mode as usize] {
            Some(reached) => Some(reached.cost),
            None => (at == 0 && mode == Mode::None).then_some(0),
        }
    }

    /// Leaves the characters from `at` to `end` as they are.
    fn keep(&mut self, at: usize, end: usize, cost: Cost, becomes: Option<Mode>) {
        self.reach(at, end, cost, becomes, &Step::Keep);
        self.stay(at, end, cost);
    }

    fn read(&mut self, at: usize, arc: Arc<'v>) {
        let becomes = arc.typed.iter().find_map(|typed| match typed.what {
            What::Letters(_) => Some(Mode::Pinyin),
            What::Initial(_) => Some(Mode::Latin),
            _ => None,
        });
        if becomes.is_none() && arc.noise == 0 {
            self.stay(at, arc.end, arc.cost);
        }
        let (end, cost) = (arc.end, arc.cost);
        self.reach(at, end, cost, becomes, &Step::Read(arc));
    }

    fn stay(&mut self, at: usize, end: usize, cost: Cost) {
        let cost = self.unchanged[at].saturating_add(cost);
        self.unchanged[end] = self.unchanged[end].min(cost);
    }

    fn reach(&mut self, at: usize, end: usize, cost: Cost, becomes: Option<Mode>, step: &Step<'v>) {
        for mode in MODES {
            let Some(before) = self.cost_at(at, mode) else {
                continue;
            };
            let then = becomes.unwrap_or(mode);
            let switch = mode != Mode::None && then != mode;
            let cost = before + cost + if switch { noise::SWITCH } else { 0 };
            let place = &mut self.reached[end][then as usize];
            if place.as_ref().is_none_or(|known| cost < known.cost) {
                *place = Some(Reached {
                    cost,
                    from: (at, mode),
                    step: step.clone(),
                });
            }
        }
    }

    /// What the cheapest way to `at` costs.
    pub(super) fn cheapest_to(&self, at: usize) -> Option<Cost> {
        self.last_mode(at).map(|(cost, _)| cost)
    }

    /// The steps of that way.
    pub(super) fn way_to(&self, mut at: usize) -> Vec<(Range<usize>, Step<'v>)> {
        let mut mode = self.last_mode(at).map_or(Mode::None, |(_, mode)| mode);
        let mut steps = Vec::new();
        while let Some(reached) = &self.reached[at][mode as usize] {
            let (from, before) = reached.from;
            steps.push((from..at, reached.step.clone()));
            (at, mode) = (from, before);
        }
        steps.reverse();
        steps
    }

    fn last_mode(&self, at: usize) -> Option<(Cost, Mode)> {
        MODES
            .into_iter()
            .filter_map(|mode| Some((self.cost_at(at, mode)?, mode)))
            .min_by_key(|(cost, _)| *cost)
    }

    fn finish(self) -> Path<'v> {
        let length = self.unchanged.len() - 1;
        let cost = self.cheapest_to(length).unwrap_or(0);
        let steps = self.way_to(length);
        Path {
            steps,
            gain: self.unchanged[length].saturating_sub(cost),
            typed: self.unchanged,
        }
    }
}

/// Where the word, number, or run of spaces ends that begins at `at`; any other character is one alone.
fn end_of_run(chars: &[MappedChar], at: usize) -> usize {
    let same: fn(char) -> bool = match chars[at].char {
        ' ' => |c| c == ' ',
        c if is_latin(c) => is_latin,
        _ => return at + 1,
    };
    at + chars[at..].iter().take_while(|c| same(c.char)).count()
}

/// What a Latin word costs as it is.
fn latin_cost(run: &[MappedChar], vocabulary: &Vocabulary) -> Cost {
    let word: String = run.iter().map(|c| c.char).collect();
    let english = noise::is_english(&word).then_some(noise::ENGLISH_WORD);
    let known = vocabulary.cost(&word).into_iter().chain(english).min();
    known.unwrap_or_else(|| noise::unknown_latin(run.len()))
}

/// The words that the dictionary found in the text.
struct DictionaryWords {
    /// In bytes of the normalised text, ascending.
    ranges: Vec<Range<usize>>,
}

impl DictionaryWords {
    fn new(question: &Analysis) -> DictionaryWords {
        let words = question
            .tokens
            .iter()
            .filter(|token| token.kind == TokenKind::Word);
        DictionaryWords {
            ranges: words.map(|token| token.range.clone()).collect(),
        }
    }

    /// Where the longest word ends that begins at `at`, at least one character further.
    fn longest_at(&mut self, chars: &[MappedChar], at: usize) -> usize {
        let start = chars[at].at as usize;
        let first = self.ranges.partition_point(|range| range.start < start);
        let begin_here = self.ranges[first..]
            .iter()
            .take_while(|range| range.start == start);
        let end = begin_here.map(|range| range.end).max().unwrap_or(start);
        at + chars[at..]
            .iter()
            .take_while(|c| (c.at as usize) < end)
            .count()
            .max(1)
    }

    fn is_word(&self, chars: &[MappedChar], range: Range<usize>) -> bool {
        let start = chars[range.start].at as usize;
        let end = chars.get(range.end).map_or(usize::MAX, |c| c.at as usize);
        let first = self.ranges.partition_point(|range| range.start < start);
        self.ranges[first..]
            .iter()
            .take_while(|range| range.start == start)
            .any(|range| range.end == end || (end == usize::MAX && range.end > start))
    }
}
