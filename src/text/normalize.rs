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
        let folded = Normalized::of_chars(chars);
        match converter.convert(&folded.chars, &folded.text) {
            Some(converted) => Normalized::of_chars(converted),
            None => folded,
        }
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
        let chars = &self.chars;
        let first = chars.partition_point(|c| (c.at as usize) < range.start);
        let past = chars.partition_point(|c| (c.at as usize) < range.end);
        self.origin(first..past)
    }

    /// [`Normalized::to_original`] of each of `ranges`, which ascend: quicker than one by one.
    pub fn all_to_original(
        &self,
        ranges: impl Iterator<Item = Range<usize>>,
    ) -> impl Iterator<Item = Range<usize>> {
        let mut first = 0;
        let skip = |from: usize, byte: usize| {
            let before = self.chars[from..].iter();
            from + before.take_while(|c| (c.at as usize) < byte).count()
        };
        ranges.map(move |range| {
            first = skip(first, range.start);
            self.origin(first..skip(first, range.end))
        })
    }

    /// The bytes of the original from which these characters were made.
    fn origin(&self, chars: Range<usize>) -> Range<usize> {
        let first = chars.start;
        match self.chars.get(chars) {
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
        && plainly_folded(c).is_none()
        && (canonical_combining_class(c) != 0
            || matches!(c, '\u{1160}'..='\u{11ff}' | '\u{ff9e}' | '\u{ff9f}'))
}

/// What becomes of `c` if nothing joins it, for the characters that most text is made of and that need no table.
fn plainly_folded(c: char) -> Option<char> {
    match c {
        '\0'..='\x7f' => Some(c.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' => Some(c),
        // Quotation marks and 、。〈〉《》「」『』【】.
        '\u{2018}'..='\u{201f}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' => Some(c),
        // ASCII in full width.
        '\u{ff01}'..='\u{ff5e}' => {
            let narrow = char::from_u32(u32::from(c) - 0xfee0)?;
            Some(narrow.to_ascii_lowercase())
        }
        _ => None,
    }
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
        if let Some(folded) = plainly_folded(c).filter(|_| !joined) {
            push(folded, start, end);
        } else {
            folded(&original[start..end]).for_each(|c| push(c, start, end));
        }
    }
}

/// Lower-casing can undo a composition and NFKC a lower case (ϓ): twice round is stable.
fn folded(text: &str) -> impl Iterator<Item = char> {
    let once: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let once: Vec<char> = once.nfkc().flat_map(char::to_lowercase).collect();
    once.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_no_table_is_folded_as_by_the_table() {
        for c in '\0'..=char::MAX {
            let Some(plain) = plainly_folded(c) else {
                continue;
            };
            assert_eq!(folded(&c.to_string()).collect::<Vec<_>>(), [plain], "{c:?}");
            assert_eq!(canonical_combining_class(c), 0, "{c:?} joins nothing");
        }
    }
}
