//! English words and the Chinese ones that they may stand for.

use std::collections::HashMap;
use std::sync::LazyLock;

/// An English word or several, then its Chinese ones, the most usual first; `#` begins a comment.
pub(super) const WORDS: &str = include_str!("gloss.txt");

/// So many words make the longest term of the list.
pub(super) const MAX_TERM_WORDS: usize = 4;

/// Words without a Chinese of their own: 怎么 says all that “how do I” says.
const EMPTY: &[&str] = &[
    "a", "am", "an", "are", "be", "been", "being", "did", "do", "does", "hello", "hi", "i", "is",
    "it", "its", "of", "please", "pls", "s", "thank", "thanks", "the", "there", "to", "was",
    "were", "will", "would",
];

/// A line of the list.
#[derive(Debug)]
pub(super) struct Term {
    /// With spaces between words.
    pub(super) english: &'static str,
    /// The most usual first.
    pub(super) chinese: Vec<&'static str>,
}

/// By their letters alone, so that `sign up`, `sign-up` and `signup` are one.
static LIST: LazyLock<HashMap<String, Term>> =
    LazyLock::new(|| terms().map(|term| (joined(term.english), term)).collect());

fn terms() -> impl Iterator<Item = Term> {
    let lines = WORDS.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        let cut = line.find(|c: char| !c.is_ascii()).unwrap_or(line.len());
        let (english, chinese) = line.split_at(cut);
        Term {
            english: english.trim_end(),
            chinese: chinese.split(' ').collect(),
        }
    })
}

fn joined(words: &str) -> String {
    words.chars().filter(|c| !" '".contains(*c)).collect()
}

/// The term that words in lower case make one behind the other.
pub(super) fn term(words: &[&str]) -> Option<&'static Term> {
    if let Some(found) = LIST.get(&joined(&words.concat())) {
        return Some(found);
    }
    // Any of the words may be bent: due dates, signing up.
    words.iter().enumerate().find_map(|(at, word)| {
        let (before, behind) = (words[..at].concat(), words[at + 1..].concat());
        let mut stems = stems(&joined(word)).into_iter();
        stems.find_map(|stem| LIST.get(&joined(&format!("{before}{stem}{behind}"))))
    })
}

/// Whether a word says nothing that Chinese would say with a word.
pub(super) fn is_empty(word: &str) -> bool {
    EMPTY.binary_search(&word).is_ok()
}

/// What `word` may be a form of, the likelier first: plurals, -ing, -ed and -ly undone.
fn stems(word: &str) -> Vec<String> {
    let mut stems = Vec::new();
    let mut cut = |ending: &str, instead: &str| {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() + instead.len() >= 3
        {
            stems.push(format!("{stem}{instead}"));
        }
    };
    if !word.ends_with("ss") {
        cut("s", "");
    }
    cut("ies", "y");
    cut("es", "");
    for ending in ["ing", "ed"] {
        cut(ending, "");
        cut(ending, "e");
        // cancelled, shipping
        if let Some(stem) = word.strip_suffix(ending)
            && let [.., last, doubled] = stem.as_bytes()
            && last == doubled
            && doubled.is_ascii_alphabetic()
        {
            let undoubled =
                String::from_utf8_lossy(&stem.as_bytes()[..stem.len() - 1]).into_owned();
            cut(&word[undoubled.len()..], "");
        }
    }
    cut("ied", "y");
    cut("ly", "");
    stems
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::text::is_ideograph;

    #[test]
    fn every_line_is_english_then_chinese_and_stands_once() {
        let mut seen = HashSet::new();
        for Term {
            english: term,
            chinese,
        } in terms()
        {
            let line = format!("{term} {}", chinese.join(" "));
            let english = |word: &str| {
                word.starts_with(|c: char| c.is_ascii_lowercase())
                    && word.chars().all(|c| c.is_ascii_lowercase() || c == '\'')
            };
            let words: Vec<&str> = term.split(' ').collect();
            assert!(words.iter().all(|word| english(word)), "{line}");
            assert!(words.len() <= MAX_TERM_WORDS, "{line}");
            assert!(seen.insert(joined(term)), "{line}: stands twice");
            assert!(
                chinese
                    .iter()
                    .all(|word| !word.is_empty() && word.chars().all(is_ideograph)),
                "{line}"
            );
            let distinct: HashSet<&&str> = chinese.iter().collect();
            assert_eq!(distinct.len(), chinese.len(), "{line}");
            assert!(!is_empty(term), "{line}: is said to have no Chinese");
        }
        assert!(seen.len() > 700, "{}", seen.len());
        assert!(EMPTY.is_sorted());
    }

    #[test]
    fn forms_of_a_word_are_found() {
        for (words, expected) in [
            (vec!["refunds"], "退款"),
            (vec!["refunded"], "退款"),
            (vec!["refunding"], "退款"),
            (vec!["cancelled"], "取消"),
            (vec!["canceled"], "取消"),
            (vec!["deleting"], "删除"),
            (vec!["policies"], "政策"),
            (vec!["applied"], "申请"),
            (vec!["addresses"], "地址"),
            (vec!["expires"], "过期"),
            (vec!["company's"], "企业"),
            (vec!["can't"], "不能"),
            (vec!["signing", "up"], "注册"),
            (vec!["due", "dates"], "到期日"),
            (vec!["e", "mail"], "邮箱"),
            (vec!["successfully"], "成功"),
        ] {
            let found = term(&words).map(|term| term.chinese[0]);
            assert_eq!(found, Some(expected), "{words:?}");
        }
        for word in ["zzz", "loaner", "s", "ing", "", "ess"] {
            assert!(term(&[word]).is_none(), "{word}");
        }
    }
}
