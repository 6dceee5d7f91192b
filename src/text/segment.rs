//! Cuts normalised text into words, bigrams and characters.

use std::ops::Range;

use crate::text::character::is_ideograph;
use crate::text::dictionary::{Cutter, Dictionary};
use crate::text::normalize::Normalized;
use crate::text::{Token, TokenKind};

/// A Latin word or number longer than this many bytes is cut: no question is as long.
const MAX_WORD_BYTES: usize = 2048;

/// A stretch of characters of one sort, in bytes of the normalised text.
enum Run {
    Ideographs(Range<usize>),
    Word(Range<usize>),
}

/// Cuts `normalized` into tokens, ascending by start; the bounds of dictionary words in plain mode,
/// which do not overlap, come beside them.
pub(super) fn segment(
    dictionary: &Dictionary,
    normalized: &Normalized,
) -> (Vec<Token>, Vec<usize>) {
    let text = normalized.as_str();
    let mut cutter = Cutter::new(dictionary);
    let mut tokens = Vec::with_capacity(text.len());
    let mut boundaries = vec![0];
    for run in runs(normalized) {
        match run {
            Run::Ideographs(range) => {
                ideographs(
                    &mut cutter,
                    text,
                    range.clone(),
                    &mut tokens,
                    &mut boundaries,
                );
                boundaries.push(range.end);
            }
            Run::Word(range) => {
                boundaries.extend([range.start, range.end]);
                latin(text, range, &mut tokens);
            }
        }
    }
    (tokens, boundaries)
}

fn runs(normalized: &Normalized) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for c in normalized.chars() {
        let at = c.at as usize;
        let end = at + c.char.len_utf8();
        let ideograph = is_ideograph(c.char);
        if !ideograph && !c.char.is_alphanumeric() {
            continue;
        }
        match runs.last_mut() {
            Some(Run::Ideographs(range)) if ideograph && range.end == at => range.end = end,
            Some(Run::Word(range)) if !ideograph && range.end == at => range.end = end,
            _ if ideograph => runs.push(Run::Ideographs(at..end)),
            _ => runs.push(Run::Word(at..end)),
        }
    }
    runs
}

/// Dictionary words in search mode (备案号 also yields 备案), every character, every pair of neighbours.
///
/// The hidden Markov model for unknown words is off: what it invents depends on the neighbours
/// (我刚/提交), so that the same words differ between a question and an entry; the bigrams fill the hole.
fn ideographs(
    cutter: &mut Cutter<'_>,
    text: &str,
    range: Range<usize>,
    tokens: &mut Vec<Token>,
    boundaries: &mut Vec<usize>,
) {
    let run = &text[range.clone()];
    let base = range.start;
    cutter.words(run, |word| {
        boundaries.push(base + word.range.start);
        let mut push = |kind, start: usize, end: usize| {
            let range = base + start..base + end;
            let filler = false;
            tokens.push(Token {
                kind,
                range,
                filler,
            });
        };
        let whole = word.is_long().then_some(word.range.end);
        let mut parts = word.parts().peekable();
        for (at, c) in run[word.range.clone()].char_indices() {
            let start = word.range.start + at;
            let end = start + c.len_utf8();
            push(TokenKind::Character, start, end);
            let next = run[end..].chars().next();
            let mut pair = next.map(|next| end + next.len_utf8());
            let parts = std::iter::from_fn(|| parts.next_if(|part| part.start == start));
            let whole = whole.filter(|_| at == 0);
            for end in parts.map(|part| part.end).chain(whole) {
                if let Some(pair) = pair.take_if(|pair| *pair < end) {
                    push(TokenKind::Bigram, start, pair);
                }
                push(TokenKind::Word, start, end);
            }
            if let Some(pair) = pair {
                push(TokenKind::Bigram, start, pair);
            }
        }
    });
}

/// A word or number between spaces, punctuation and ideographs; and, where letters meet digits, its
/// parts too (centos7 also yields centos and 7).
fn latin(text: &str, range: Range<usize>, tokens: &mut Vec<Token>) {
    let run = &text[range.clone()];
    let mut cut = run.len().min(MAX_WORD_BYTES);
    while !run.is_char_boundary(cut) {
        cut -= 1;
    }
    let run = &run[..cut];
    let first = tokens.len();
    let mut push = |from: usize, to: usize| {
        let range = range.start + from..range.start + to;
        tokens.push(Token {
            kind: TokenKind::Word,
            range,
            filler: false,
        });
    };
    push(0, run.len());
    let mut part = 0;
    let mut before: Option<bool> = None;
    for (at, c) in run.char_indices() {
        let digit = c.is_numeric();
        if before.is_some_and(|before| before != digit) {
            push(part, at);
            part = at;
        }
        before = Some(digit);
    }
    if part > 0 {
        push(part, run.len());
        tokens[first..].sort_unstable_by_key(|token| (token.range.start, token.range.end));
    }
}
