//! A text with some of its words put otherwise.

use std::ops::Range;

use crate::text::character::{MappedChar, runs_on};
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
                let original = text.to_original(range.clone());
                let mapped = |char| MappedChar {
                    char,
                    at: 0,
                    start: original.start as u32,
                    end: original.end as u32,
                };
                let before = gap(&out, word);
                out.extend(before.map(mapped));
                out.extend(word.chars().map(mapped));
                skip_to = range.end;
            }
            None => {
                if skip_to > 0 && at == skip_to {
                    let behind = gap(&out, c.char.encode_utf8(&mut [0; 4]));
                    out.extend(behind.map(|char| MappedChar { char, ..c }));
                }
                out.push(c);
            }
        }
    }
    Normalized::of_chars(out)
}

/// What must stand between a text and what follows: Latin words side by side would be one.
fn gap(before: &[MappedChar], behind: &str) -> Option<char> {
    let before = before.last().map(|last| last.char);
    runs_on(before, behind.chars().next()).then_some(' ')
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

    #[test]
    fn latin_words_stay_apart() {
        let text = Analyzer::new().normalize("linux小鸡小鸡64");
        let words = [(5..11, "cvm"), (11..17, "vps")];
        assert_eq!(reword(&text, &words).as_str(), "linux cvm vps 64");
    }
}
