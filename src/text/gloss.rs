//! A question in which English is mixed, said in the Chinese of the knowledge base: account 被 lock 了
//! becomes 账号被锁定了.
//!
//! A word on our list becomes the one of its Chinese words that the [`Vocabulary`] knows best, beside
//! what it would stand beside: root domain is 根域名 where people write so. Words that the knowledge base
//! itself writes in Latin letters stay.

use std::ops::Range;

use crate::text::Analysis;
use crate::text::character::{MappedChar, is_ideograph};
use crate::text::english::{self, MAX_TERM_WORDS};
use crate::text::normalize::Normalized;
use crate::text::respell::Vocabulary;

/// A longer text is no question.
const MAX_CHARS: usize = 512;

/// What it costs, in hundredths of a natural logarithm as words do, to take a word that stands further
/// behind on its line of the list.
const LESS_USUAL: i32 = 75;

/// A Latin word of the knowledge base stays unless its Chinese is likelier by so much: what an answer
/// names once in passing is said in Chinese, what it is about is not.
const OWN_WORD: i32 = 175;

/// A character that no word of the vocabulary is.
const UNKNOWN_CHARACTER: i32 = 1200;

/// Marks that hold addresses, paths, options and names in code together.
const CODE_MARKS: &str = ".@_=\\#&%+~$";

/// Brackets and quotes of code, wherever they stand.
const CODE_BRACKETS: &str = "{}<>[]`|;";

/// Another reading of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Gloss {
    /// The text in Chinese; its characters map to the bytes of what was typed, as those of a
    /// [`crate::text::respell::Respelling`] do.
    pub text: Normalized,
    /// How many characters of it stand for English words.
    pub changed: u32,
}

/// Says the English of `question` in the Chinese of `vocabulary`; `None` if there is none to say.
pub fn gloss(question: &Analysis, vocabulary: &Vocabulary) -> Option<Gloss> {
    let chars = question.normalized.chars();
    if chars.len() > MAX_CHARS || !chars.iter().any(|c| c.char.is_ascii_alphabetic()) {
        return None;
    }
    let pieces = pieces(chars, vocabulary);
    let chosen = choose(&pieces, vocabulary);
    let mut out: Vec<MappedChar> = Vec::with_capacity(chars.len());
    let mut changed = 0;
    for (piece, chosen) in pieces.iter().zip(chosen) {
        match piece {
            Piece::Kept(c) => out.push(*c),
            Piece::Term { typed, .. } => out.extend(chosen.chars().map(|char| {
                changed += 1;
                MappedChar {
                    char,
                    at: 0,
                    start: chars[typed.start].start,
                    end: chars[typed.end - 1].end,
                }
            })),
        }
    }
    (changed > 0).then(|| Gloss {
        text: Normalized::of_chars(out),
        changed,
    })
}

/// A part of the glossed text.
#[derive(Debug)]
enum Piece {
    /// A character as typed.
    Kept(MappedChar),
    /// One of these, with what each costs, for the characters typed.
    Term {
        typed: Range<usize>,
        chinese: Vec<(&'static str, i32)>,
    },
}

/// Cuts a text into what stays and what is to be said in Chinese; gaps beside the latter are left out.
fn pieces(chars: &[MappedChar], vocabulary: &Vocabulary) -> Vec<Piece> {
    let words = words(chars);
    let mut pieces: Vec<Piece> = Vec::with_capacity(chars.len());
    let (mut at, mut word) = (0, 0);
    while at < chars.len() {
        if words.get(word).is_none_or(|next| at < next.range.start) {
            pieces.push(Piece::Kept(chars[at]));
            at += 1;
            continue;
        }
        let rest = &words[word..];
        if let Some((length, chinese)) = term(rest, vocabulary) {
            let typed = rest[0].range.start..rest[length - 1].range.end;
            at = typed.end;
            word += length;
            pieces.push(Piece::Term { typed, chinese });
        } else if rest[0].says_nothing(&pieces, rest) && !vocabulary.contains(&rest[0].text) {
            at = rest[0].range.end + usize::from(rest[0].gap.is_some());
            word += 1;
        } else {
            pieces.extend(chars[rest[0].range.clone()].iter().map(|&c| Piece::Kept(c)));
            at = rest[0].range.end;
            word += 1;
        }
    }
    drop_gaps(pieces)
}

/// An English word as typed.
#[derive(Debug)]
struct Word {
    /// Positions among the text's characters.
    range: Range<usize>,
    text: String,
    /// What alone stands between it and the next word: a space or a hyphen.
    gap: Option<char>,
}

impl Word {
    /// Whether it is a word like “the” among other English.
    fn says_nothing(&self, before: &[Piece], rest: &[Word]) -> bool {
        let beside = self.gap.is_some() && rest.len() > 1;
        let behind = before.iter().rfind(|piece| !piece.is_gap());
        // The A of plan A says something.
        let behind = self.text.len() > 1 && matches!(behind, Some(Piece::Term { .. }));
        english::is_empty(&self.text) && (beside || behind)
    }
}

/// The words of plain letters, those in addresses, paths and code left out.
fn words(chars: &[MappedChar]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut start = 0;
    for chunk in chars.chunk_by(|a, b| !is_chunk_end(a.char) && !is_chunk_end(b.char)) {
        let end = start + chunk.len();
        if !is_code(chunk) {
            let mut from = start;
            for run in chunk.chunk_by(|a, b| is_word_part(a.char) == is_word_part(b.char)) {
                let text: String = run.iter().map(|c| c.char).collect();
                let trimmed = text.trim_matches(is_apostrophe);
                if trimmed.starts_with(|c: char| c.is_ascii_alphabetic())
                    && trimmed
                        .chars()
                        .all(|c| c.is_ascii_alphabetic() || is_apostrophe(c))
                {
                    let lead = text.chars().take_while(|&c| is_apostrophe(c)).count();
                    let range = from + lead..from + lead + trimmed.chars().count();
                    words.push(Word {
                        range,
                        text: trimmed.replace('’', "'"),
                        gap: None,
                    });
                }
                from += run.len();
            }
        }
        start = end;
    }
    for at in 1..words.len() {
        let (before, behind) = (words[at - 1].range.end, words[at].range.start);
        let gap = chars[before].char;
        words[at - 1].gap = (before + 1 == behind && is_gap(gap)).then_some(gap);
    }
    without_names(words)
}

/// Leaves out what hyphens hold together unless it is English as a whole: X-Event-Id is a name.
fn without_names(words: Vec<Word>) -> Vec<Word> {
    let mut kept: Vec<Word> = Vec::with_capacity(words.len());
    let mut chain: Vec<Word> = Vec::new();
    for word in words {
        let goes_on = word.gap == Some('-');
        chain.push(word);
        if goes_on {
            continue;
        }
        let texts: Vec<&str> = chain.iter().map(|word| &*word.text).collect();
        let listed = |words: &[&str]| english::term(words).is_some();
        let each = |text: &&str| english::is_empty(text) || listed(&[text]);
        if texts.len() == 1 || listed(&texts) || texts.iter().all(each) {
            kept.append(&mut chain);
        } else if let Some(before) = kept.last_mut() {
            before.gap = None;
        }
        chain.clear();
    }
    kept
}

fn is_chunk_end(c: char) -> bool {
    c == ' ' || is_ideograph(c)
}

/// Letters of all scripts and digits, so that only whole words are found.
fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || is_apostrophe(c)
}

fn is_apostrophe(c: char) -> bool {
    c == '\'' || c == '’'
}

fn is_gap(c: char) -> bool {
    c == ' ' || c == '-'
}

/// Whether something between spaces is an address, a path, an option or a name in code.
fn is_code(chunk: &[MappedChar]) -> bool {
    let begins_so = |marks: &str| chunk.len() > 1 && marks.contains(chunk[0].char);
    let marked = chunk.windows(2).any(|pair| {
        let (mark, next) = (pair[0].char, pair[1].char);
        CODE_MARKS.contains(mark) && next.is_alphanumeric()
            || "/:".contains(mark) && "/\\".contains(next)
    });
    let bracketed = chunk.iter().any(|c| CODE_BRACKETS.contains(c.char));
    marked || bracketed || begins_so("-/")
}

/// The longest term of the list that `words` begin with and the knowledge base lacks as it stands: of
/// how many words it is, and its Chinese ones with what each costs.
fn term(words: &[Word], vocabulary: &Vocabulary) -> Option<(usize, Vec<(&'static str, i32)>)> {
    let joined = words.iter().take_while(|word| word.gap.is_some()).count() + 1;
    let longest = joined.min(MAX_TERM_WORDS).min(words.len());
    (1..=longest).rev().find_map(|length| {
        let texts: Vec<&str> = words[..length].iter().map(|word| &*word.text).collect();
        let listed = english::term(&texts)?;
        let chinese: Vec<(&'static str, i32)> = (0..)
            .zip(&listed.chinese)
            .map(|(at, word)| (*word, cost(word, vocabulary) + at * LESS_USUAL))
            .collect();
        let cheapest = chinese.iter().map(|(_, cost)| *cost).min()?;
        // The knowledge base may write Wi-Fi for wifi, and the other way round.
        let written: Vec<&str> = listed.english.split(' ').collect();
        let spellings = [&texts[..], &written, &[&texts.concat()]];
        let own = spellings
            .iter()
            .filter_map(|words| own_cost(words, vocabulary))
            .min();
        let stays = own.is_some_and(|own| own <= cheapest + OWN_WORD);
        (!stays).then_some((length, chinese))
    })
}

/// What Latin words cost if the knowledge base has them all.
fn own_cost(words: &[&str], vocabulary: &Vocabulary) -> Option<i32> {
    let costs = words.iter().map(|word| vocabulary.cost(word));
    costs.collect::<Option<Vec<i32>>>()?.into_iter().max()
}

/// What a Chinese word costs, or else the words of the vocabulary that it is made of.
fn cost(word: &str, vocabulary: &Vocabulary) -> i32 {
    if let Some(cost) = vocabulary.cost(word) {
        return cost;
    }
    let bounds: Vec<usize> = word
        .char_indices()
        .map(|(at, _)| at)
        .chain([word.len()])
        .collect();
    let mut reached = vec![0];
    for end in 1..bounds.len() {
        let cheapest = (0..end).map(|start| {
            let part = &word[bounds[start]..bounds[end]];
            let unknown = (end - start) as i32 * UNKNOWN_CHARACTER;
            reached[start] + vocabulary.cost(part).unwrap_or(unknown)
        });
        reached.push(cheapest.min().unwrap_or_default());
    }
    reached.last().copied().unwrap_or_default()
}

impl Piece {
    fn is_gap(&self) -> bool {
        matches!(self, Piece::Kept(c) if is_gap(c.char))
    }
}

/// There are no spaces in Chinese: those between it and what is said in Chinese go.
fn drop_gaps(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut kept: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut pieces = pieces.into_iter().peekable();
    while let Some(piece) = pieces.next() {
        if !piece.is_gap() {
            kept.push(piece);
            continue;
        }
        let mut gap = vec![piece];
        while let Some(more) = pieces.next_if(Piece::is_gap) {
            gap.push(more);
        }
        let sides = [kept.last(), pieces.peek()];
        let term = |side: &Option<&Piece>| matches!(side, Some(Piece::Term { .. }));
        let chinese = |side: &Option<&Piece>| match side {
            Some(Piece::Kept(c)) => is_ideograph(c.char),
            _ => true,
        };
        if !(sides.iter().any(term) && sides.iter().all(chinese)) {
            kept.append(&mut gap);
        }
    }
    kept
}

/// The word of each term, so that all together with their neighbours cost least; nothing for the rest.
fn choose(pieces: &[Piece], vocabulary: &Vocabulary) -> Vec<&'static str> {
    // For each piece and each of its words: the cost so far, and the word before.
    let mut reached: Vec<Vec<(i32, usize)>> = Vec::with_capacity(pieces.len());
    for (at, piece) in pieces.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| (&pieces[at], &reached[at]));
        let best_way = |first: char| match before {
            None => (0, 0),
            Some((piece, reached)) => {
                let ways = reached.iter().enumerate().map(|(choice, (cost, _))| {
                    let last = piece.last_of(choice);
                    (cost - vocabulary.worth(last, first), choice)
                });
                ways.min().unwrap_or_default()
            }
        };
        reached.push(match piece {
            Piece::Kept(c) => vec![best_way(c.char)],
            Piece::Term { chinese, .. } => {
                let choices = chinese.iter().map(|(word, cost)| {
                    let (so_far, way) = best_way(word.chars().next().unwrap_or_default());
                    (so_far + cost, way)
                });
                choices.collect()
            }
        });
    }
    let ends = reached.last().into_iter().flatten().enumerate();
    let mut choice = ends
        .min_by_key(|(_, (cost, _))| *cost)
        .map_or(0, |end| end.0);
    let mut chosen = vec![""; pieces.len()];
    for at in (0..pieces.len()).rev() {
        if let Piece::Term { chinese, .. } = &pieces[at] {
            chosen[at] = chinese[choice].0;
        }
        choice = reached[at][choice].1;
    }
    chosen
}

impl Piece {
    /// The last character if it is said by the word of this index.
    fn last_of(&self, choice: usize) -> char {
        match self {
            Piece::Kept(c) => c.char,
            Piece::Term { chinese, .. } => chinese[choice].0.chars().last().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests;
