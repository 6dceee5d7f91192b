//! Single characters are chosen again by what stands beside them: as words they are all alike.

use std::ops::Range;

use crate::text::character::MappedChar;
use crate::text::pinyin::readings;
use crate::text::respell::initials::Initial;
use crate::text::respell::lattice::{Arc, Typed, What};
use crate::text::respell::noise;
use crate::text::respell::path::Step;
use crate::text::respell::vocabulary::{Cost, Sounding, Vocabulary};

/// For one typed syllable only so many characters are tried, the most common ones.
const MAX_CHOICES: usize = 12;

/// Something that may stand at a step.
struct Choice<'v> {
    first: Option<char>,
    last: Option<char>,
    /// A character to be read here; `None` for the step as it is.
    instead: Option<Sounding<'v>>,
    noise: Cost,
    /// The cheapest way here, and which choice of the step before it comes from.
    cost: Cost,
    from: usize,
}

/// Chooses each single character of `steps` anew where its neighbours speak for another one; returns how
/// much cheaper that is.
pub(super) fn settle<'v>(
    steps: &mut [(Range<usize>, Step<'v>)],
    chars: &[MappedChar],
    vocabulary: &'v Vocabulary,
) -> Cost {
    let mut before: Vec<Choice<'v>> = Vec::new();
    let (mut as_is, mut last_as_is) = (0, None);
    let mut columns: Vec<Vec<Choice<'v>>> = Vec::with_capacity(steps.len());
    for (range, step) in steps.iter() {
        let mut choices = choices(range.clone(), step, chars, vocabulary);
        as_is += choices[0].cost - worth(vocabulary, last_as_is, choices[0].first);
        last_as_is = choices[0].last;
        for choice in &mut choices {
            let own = choice.cost;
            let ways = before.iter().enumerate().map(|(from, earlier)| {
                let worth = worth(vocabulary, earlier.last, choice.first);
                (earlier.cost - worth, from)
            });
            let (cheapest, from) = ways.min().unwrap_or((0, 0));
            choice.cost = own + cheapest;
            choice.from = from;
        }
        columns.push(std::mem::replace(&mut before, choices));
    }
    columns.push(before);
    columns.remove(0);
    let Some(last) = columns.last() else { return 0 };
    let cheapest = (0..last.len()).min_by_key(|&at| last[at].cost);
    let mut at = cheapest.unwrap_or_default();
    let saved = as_is - last[at].cost;
    for ((range, step), column) in steps.iter_mut().zip(&columns).rev() {
        let chosen = &column[at];
        at = chosen.from;
        if let Some(sounding) = chosen.instead {
            *step = Step::Read(read(range.clone(), step, sounding, chosen.noise, chars));
        }
    }
    saved
}

fn worth(vocabulary: &Vocabulary, before: Option<char>, behind: Option<char>) -> Cost {
    match (before, behind) {
        (Some(before), Some(behind)) => vocabulary.worth(before, behind),
        _ => 0,
    }
}

/// What may stand at a step: itself first, so that it is kept where nothing is better.
fn choices<'v>(
    range: Range<usize>,
    step: &Step<'v>,
    chars: &[MappedChar],
    vocabulary: &'v Vocabulary,
) -> Vec<Choice<'v>> {
    let (first, last, noise, own) = match step {
        Step::Keep => {
            let (first, last) = (chars[range.start].char, chars[range.end - 1].char);
            (Some(first), Some(last), 0, None)
        }
        Step::Read(arc) => (
            arc.word.chars().next(),
            arc.word.chars().last(),
            arc.noise,
            Some(arc.cost),
        ),
    };
    let mut choices = vec![Choice {
        first,
        last,
        instead: None,
        noise,
        cost: own.unwrap_or(noise::UNKNOWN_CHARACTER),
        from: 0,
    }];
    let initials = match step {
        Step::Read(arc) => initials(arc),
        Step::Keep => Vec::new(),
    };
    let typed = single(range, step, chars);
    if typed.is_none() && initials.is_empty() {
        return choices;
    }
    let own = choices[0].cost;
    let mut offer = |sounding: Sounding<'v>, cost: Cost, noise: Cost| {
        choices.push(Choice {
            first: sounding.word.chars().next(),
            last: sounding.word.chars().last(),
            instead: Some(sounding),
            noise,
            cost: cost + noise,
            from: 0,
        });
    };
    for sounding in vocabulary.abbreviated(&initials).take(MAX_CHOICES) {
        offer(sounding, sounding.cost, noise);
    }
    match typed {
        Some(What::Letters(syllable)) => {
            let rows = vocabulary.narrow(vocabulary.all_rows(), 0, syllable.folded());
            let same = vocabulary
                .ending(rows, 1)
                .filter(|sounding| sounding.syllables == [syllable]);
            for sounding in same.take(MAX_CHOICES) {
                offer(sounding, sounding.cost, noise);
            }
        }
        Some(What::Character(c)) => {
            for syllable in readings(c).iter() {
                let rows = vocabulary.narrow(vocabulary.all_rows(), 0, syllable.folded());
                let same = vocabulary
                    .ending(rows, 1)
                    .filter(|sounding| sounding.syllables == [syllable]);
                for sounding in same.take(MAX_CHOICES) {
                    let meant = sounding.word.chars().next().unwrap_or(c);
                    if meant != c && noise::character(c, meant, syllable).is_some() {
                        // That it is more common says little: its neighbours must speak for it.
                        let cost = sounding.cost.max(own - noise::MORE_COMMON);
                        offer(sounding, cost, noise::SINGLE_CHARACTER);
                    }
                }
            }
        }
        _ => {}
    }
    choices
}

/// The initials that a step was read from, if from nothing else.
fn initials(arc: &Arc<'_>) -> Vec<Initial> {
    let initials = arc.typed.iter().map(|typed| match typed.what {
        What::Initial(initial) => Some(initial),
        _ => None,
    });
    initials.collect::<Option<_>>().unwrap_or_default()
}

/// What was typed at a step that is a single character.
fn single(range: Range<usize>, step: &Step<'_>, chars: &[MappedChar]) -> Option<What> {
    match step {
        Step::Keep if range.len() == 1 => {
            let c = chars[range.start].char;
            readings(c).usual().map(|_| What::Character(c))
        }
        Step::Keep => None,
        Step::Read(arc) => match arc.typed.as_slice() {
            [only] => Some(only.what),
            _ => None,
        },
    }
}

fn read<'v>(
    range: Range<usize>,
    step: &Step<'v>,
    sounding: Sounding<'v>,
    noise: Cost,
    chars: &[MappedChar],
) -> Arc<'v> {
    let typed = match step {
        Step::Read(arc) => arc.typed.clone(),
        Step::Keep => vec![Typed {
            start: range.start,
            end: range.end,
            what: What::Character(chars[range.start].char),
        }],
    };
    Arc {
        end: range.end,
        word: sounding.word,
        typed,
        cost: sounding.cost + noise,
        noise,
    }
}
