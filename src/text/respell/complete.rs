//! What unfinished typing may become: `beian shou` is on its way to 备案授权码.

use crate::text::Analysis;
use crate::text::character::MappedChar;
use crate::text::respell::initials::{Abbreviations, cuts, typed};
use crate::text::respell::lattice::{Arc, Lattice, letters};
use crate::text::respell::path::{self, Step};
use crate::text::respell::vocabulary::{Cost, MAX_WORD_CHARS, Vocabulary};
use crate::text::respell::{MAX_CHARS, context, drop_spaces, noise, respell, write};

/// What was typed in pinyin or initials, the last syllable perhaps unfinished, as at most `limit` texts,
/// the likeliest first; otherwise its respelling, if it has one.
pub fn complete(typed: &Analysis, vocabulary: &Vocabulary, limit: usize) -> Vec<String> {
    let chars = typed.normalized.chars();
    if chars.is_empty() || chars.len() > MAX_CHARS {
        return Vec::new();
    }
    let texts = unfinished(typed, vocabulary, limit);
    if texts.is_empty() {
        let respelling = respell(typed, vocabulary);
        return Vec::from_iter(respelling.map(|found| found.text.as_str().to_owned()));
    }
    texts
}

/// Texts whose last word need not be finished.
fn unfinished(question: &Analysis, vocabulary: &Vocabulary, limit: usize) -> Vec<String> {
    let chars = question.normalized.chars();
    let lattice = Lattice::new(chars, vocabulary);
    if lattice.letters_until(chars.len() - 1).is_none() {
        return Vec::new();
    }
    let search = path::search(question, vocabulary, &[]);
    let abbreviations = Abbreviations::new(chars, vocabulary);
    // Farther back no word begins that reaches the end.
    let furthest = MAX_WORD_CHARS * (1 + crate::text::pinyin::MAX_LETTERS);
    let mut ways: Vec<(Cost, usize, Arc<'_>)> = Vec::new();
    for at in chars.len().saturating_sub(furthest)..chars.len() {
        let Some(before) = search.cheapest_to(at) else {
            continue;
        };
        let pinyin = lattice.unfinished(at);
        let initials = abbreviated(&abbreviations, vocabulary, chars, at);
        for mut arc in pinyin.into_iter().chain(initials) {
            arc.cost -= abbreviations.spoken_for(at..arc.end, arc.word);
            ways.push((before + arc.cost, at, arc));
        }
    }
    // What is a word as it stands needs no completing.
    let as_typed = search.cheapest_to(chars.len()).unwrap_or(Cost::MAX);
    ways.retain(|(cost, ..)| *cost <= as_typed.saturating_add(noise::UNFINISHED));
    ways.sort_by(|a, b| (a.0, a.1, a.2.word).cmp(&(b.0, b.1, b.2.word)));
    let mut texts: Vec<String> = Vec::new();
    for (_, at, arc) in ways {
        let word = arc.word;
        let mut steps = search.way_to(at);
        steps.push((at..chars.len(), Step::Read(arc)));
        drop_spaces(&mut steps, chars);
        steps.pop();
        context::settle(&mut steps, chars, vocabulary);
        let before = write(&steps, chars).out;
        let text: String = before.iter().map(|c| c.char).chain(word.chars()).collect();
        if !texts.contains(&text) {
            texts.push(text);
        }
        if texts.len() == limit {
            break;
        }
    }
    texts
}

/// The words that begin with the initials from `at` to the end of the text.
fn abbreviated<'v>(
    abbreviations: &Abbreviations<'_, 'v>,
    vocabulary: &'v Vocabulary,
    chars: &[MappedChar],
    at: usize,
) -> Vec<Arc<'v>> {
    if abbreviations.until(at) != Some(chars.len()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for cut in cuts(&letters(&chars[at..])) {
        for sounding in vocabulary.abbreviated_from(&cut) {
            found.push(Arc {
                end: chars.len(),
                word: sounding.word,
                typed: typed(at, &cut),
                cost: sounding.cost + noise::INITIALS,
                noise: noise::INITIALS,
            });
        }
    }
    found
}
