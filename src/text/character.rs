//! Characters: where each came from, and what sort it is.

/// One normalised character: its byte in the normalised text, and its bytes in the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MappedChar {
    pub(super) char: char,
    pub(super) at: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Whether `c` is written without spaces around words, so that a dictionary must find them: Chinese
/// ideographs, and kana and Hangul, which fall to single characters.
pub fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

/// Whether two characters side by side are in one Latin word or number.
pub fn runs_on(before: Option<char>, behind: Option<char>) -> bool {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    latin(before) && latin(behind)
}

/// Characters without ink or width, which people paste without knowing: zero-width spaces and joiners,
/// direction marks, soft hyphen, byte-order mark, variation selectors.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}
