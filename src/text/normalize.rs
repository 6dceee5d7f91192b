//! One spelling for the many ways of writing the same text: width, case, compatibility forms, script.
//!
//! Every normalised character remembers which bytes of the original it came from, so that whatever is
//! found in the normalised text can be shown in the original.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::text::character::{MappedChar, is_invisible};
use crate::text::script::ScriptConverter;

/// A normalised text and where each of its characters came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Normalized {
    text: String,
    chars: Vec<MappedChar>,
}

impl Normalized {
    /// Applies NFKC and lower case, drops invisible characters, turns controls and all white space into
    /// plain spaces, then converts Traditional characters and Taiwan and Hong Kong words to the
    /// mainland's Simplified.
    ///
    /// Texts above 4 GiB are not supported: offsets are 32 bits wide.
    pub(super) fn new(original: &str, converter: &ScriptConverter) -> Normalized {
        let mut chars = Vec::with_capacity(original.len() / 2);
        fold_width_and_case(original, &mut chars);
        converter.convert(&mut chars);
        Normalized::of_chars(chars)
    }

    /// A text of characters that know where they came from, in the order of the original.
    pub(super) fn of_chars(mut chars: Vec<MappedChar>) -> Normalized {
        let mut text = String::with_capacity(chars.len() * 3);
        for mapped in &mut chars {
            mapped.at = text.len() as u32;
            text.push(mapped.char);
        }
        Normalized { text, chars }
    }

    /// The normalised text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the original from which the bytes `range` of the normalised text were made.
    ///
    /// `range` must lie on character boundaries; an empty range maps to an empty one.
    pub fn to_original(&self, range: Range<usize>) -> Range<usize> {
        let first = self
            .chars
            .partition_point(|c| (c.at as usize) < range.start);
        let past = self.chars.partition_point(|c| (c.at as usize) < range.end);
        match self.chars.get(first..past) {
            Some([only]) => only.start as usize..only.end as usize,
            Some([head, .., tail]) => head.start as usize..tail.end as usize,
            _ => {
                let at = self.chars.get(first).map_or_else(
                    || self.chars.last().map_or(0, |c| c.end as usize),
                    |c| c.start as usize,
                );
                at..at
            }
        }
    }

    /// The bytes of the normalised text that were made from the bytes `range` of the original.
    pub fn from_original(&self, range: Range<usize>) -> Range<usize> {
        let first = self
            .chars
            .partition_point(|c| (c.end as usize) <= range.start);
        let past = self
            .chars
            .partition_point(|c| (c.start as usize) < range.end);
        let at = |index: usize| {
            self.chars
                .get(index)
                .map_or(self.text.len(), |c| c.at as usize)
        };
        at(first)..at(past.max(first))
    }

    pub(super) fn chars(&self) -> &[MappedChar] {
        &self.chars
    }
}

/// Whether NFKC may join `c` to what stands before it: combining marks, Hangul vowels and finals, the
/// voicing marks of half-width kana.
fn joins_to_previous(c: char) -> bool {
    c >= '\u{300}'
        && (canonical_combining_class(c) != 0
            || matches!(c, '\u{1160}'..='\u{11ff}' | '\u{ff9e}' | '\u{ff9f}'))
}

fn fold_width_and_case(original: &str, out: &mut Vec<MappedChar>) {
    let mut rest = original.char_indices().peekable();
    let mut push = |c: char, start: usize, end: usize| {
        let c = if c.is_whitespace() || c.is_control() {
            ' '
        } else {
            c
        };
        if !is_invisible(c) {
            out.push(MappedChar {
                char: c,
                at: 0,
                start: start as u32,
                end: end as u32,
            });
        }
    };
    while let Some((start, c)) = rest.next() {
        let mut end = start + c.len_utf8();
        let mut joined = false;
        while let Some(&(at, next)) = rest.peek() {
            if !joins_to_previous(next) {
                break;
            }
            joined = true;
            end = at + next.len_utf8();
            rest.next();
        }
        // Most text is ASCII or plain ideographs, on which NFKC does nothing.
        if !joined && c.is_ascii() {
            push(c.to_ascii_lowercase(), start, end);
        } else if !joined && ('\u{4e00}'..='\u{9fff}').contains(&c) {
            push(c, start, end);
        } else {
            // Lower-casing can undo a composition and NFKC a lower case (ϓ): twice round is stable.
            let once: String = original[start..end]
                .nfkc()
                .flat_map(char::to_lowercase)
                .collect();
            for folded in once.nfkc().flat_map(char::to_lowercase) {
                push(folded, start, end);
            }
        }
    }
}
