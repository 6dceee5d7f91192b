//! A text with some of its words put otherwise.

use std::ops::Range;

use crate::text::character::MappedChar;
use crate::text::normalize::Normalized;

/// Puts `words`, ascending ranges of bytes of the normalised text, otherwise. Every new character maps to
/// all the bytes of the original that its word stands for.
pub fn reword(text: &Normalized, words: &[(Range<usize>, &str)]) -> Normalized {
    let mut out: Vec<MappedChar> = Vec::with_capacity(text.chars().len());
    let mut words = words.iter().peekable();
    let mut skip_to = 0;
    for &c in text.chars() {
        let at = c.at as usize;
        if at < skip_to {
            continue;
        }
        match words.next_if(|(range, _)| range.start <= at) {
            Some((range, word)) => {
                skip_to = range.end;
                let original = text.to_original(range.clone());
                out.extend(word.chars().map(|char| MappedChar {
                    char,
                    at: 0,
                    start: original.start as u32,
                    end: original.end as u32,
                }));
            }
            None => out.push(c),
        }
    }
    Normalized::of_chars(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Analyzer;

    #[test]
    fn new_words_stand_for_what_was_typed() {
        let analyzer = Analyzer::new();
        let typed = "換CVM的接入方要重新備案嗎";
        let text = analyzer.normalize(typed);
        let found = |word: &str| {
            let start = text.as_str().find(word).expect("it is there");
            start..start + word.len()
        };
        let words = [(found("cvm"), "云服务器"), (found("接入方"), "服务商")];
        let reworded = reword(&text, &words);
        assert_eq!(reworded.as_str(), "换云服务器的服务商要重新备案吗");
        let start = reworded.as_str().find("服务商").expect("it is there");
        assert_eq!(&typed[reworded.to_original(start..start + 9)], "接入方");
        assert_eq!(reword(&text, &[]), text);
    }
}
