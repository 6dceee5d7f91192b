//! Reads the owner's word lists: words of the domain, and words that mean the same.
//!
//! A line of `synonyms.txt` holds words with spaces or commas between them; a line of `words.txt` holds
//! one word. `#` begins a comment. What can't be used is reported and left out.

use crate::text::{Analyzer, is_ideograph};

/// A longer word is a sentence.
const MAX_WORD_CHARS: usize = 40;

/// A word list: where it came from, and its text.
#[derive(Debug, Clone, Copy)]
pub struct WordList<'t> {
    /// Named in problems.
    pub file: &'t str,
    /// Its lines.
    pub text: &'t str,
}

/// The owner's words, all normalised.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Lexicon {
    /// Words of the domain, ascending, each once.
    pub words: Vec<String>,
    /// Groups of two or more words that mean the same, in the order of their first lines. A word stands
    /// in one group: lines that share one are joined.
    pub synonyms: Vec<Vec<String>>,
}

/// A line that can't be used as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexiconProblem {
    /// As in [`WordList`].
    pub file: String,
    /// From 1.
    pub line: u32,
    /// What is wrong.
    pub kind: LexiconProblemKind,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LexiconProblemKind {
    /// A single word among the synonyms.
    LoneSynonym {
        /// As written.
        word: String,
    },
    /// No letter, digit or ideograph, or far too long.
    BadWord {
        /// As written, cut.
        text: String,
    },
}

impl Lexicon {
    /// Reads lists of words and lists of synonyms. Synonyms are words of the domain too.
    pub fn read(
        words: &[WordList<'_>],
        synonyms: &[WordList<'_>],
        analyzer: &Analyzer,
    ) -> (Lexicon, Vec<LexiconProblem>) {
        let mut lexicon = Lexicon::default();
        let mut problems = Vec::new();
        for list in words {
            for (line, text) in lines(list.text) {
                match word(text, analyzer) {
                    Ok(word) => lexicon.words.push(word),
                    Err(kind) => problems.push(problem(list, line, kind)),
                }
            }
        }
        for list in synonyms {
            for (line, text) in lines(list.text) {
                let mut group: Vec<String> = Vec::new();
                let mut whole = true;
                for part in text.split(is_separator).filter(|part| !part.is_empty()) {
                    match word(part, analyzer) {
                        Ok(word) if group.contains(&word) => {}
                        Ok(word) => group.push(word),
                        Err(kind) => {
                            whole = false;
                            problems.push(problem(list, line, kind));
                        }
                    }
                }
                match group.as_slice() {
                    [] => {}
                    // Its other words have been told about.
                    [_] if !whole => {}
                    [only] => {
                        let word = only.clone();
                        let kind = LexiconProblemKind::LoneSynonym { word };
                        problems.push(problem(list, line, kind));
                    }
                    _ => lexicon.add_group(group),
                }
            }
        }
        let of_groups = lexicon.synonyms.iter().flatten().cloned();
        lexicon.words.extend(of_groups.collect::<Vec<_>>());
        lexicon.words.sort_unstable();
        lexicon.words.dedup();
        (lexicon, problems)
    }

    /// Adds words that mean the same, together with all groups that hold one of them.
    fn add_group(&mut self, group: Vec<String>) {
        let shares = |known: &Vec<String>| known.iter().any(|word| group.contains(word));
        let Some(at) = self.synonyms.iter().position(shares) else {
            self.synonyms.push(group);
            return;
        };
        let mut joined = Vec::new();
        let mut index = 0;
        self.synonyms.retain(|known| {
            index += 1;
            let later = index - 1 > at && shares(known);
            if later {
                joined.extend(known.iter().cloned());
            }
            !later
        });
        for word in group.iter().chain(&joined) {
            if !self.synonyms[at].contains(word) {
                self.synonyms[at].push(word.clone());
            }
        }
    }
}

/// Lines that say something, with their numbers, comments cut off.
fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    (1..)
        .zip(text.lines())
        .map(|(number, line)| (number, line.split('#').next().unwrap_or_default().trim()))
        .filter(|(_, line)| !line.is_empty())
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；')
}

/// A word in the analyzer's spelling.
fn word(written: &str, analyzer: &Analyzer) -> Result<String, LexiconProblemKind> {
    let normalized = analyzer.normalize(written);
    let word = normalized.as_str().trim();
    let says_something = word.chars().any(|c| c.is_alphanumeric() || is_ideograph(c));
    if says_something && word.chars().count() <= MAX_WORD_CHARS {
        Ok(word.to_owned())
    } else {
        Err(LexiconProblemKind::BadWord {
            text: written.chars().take(MAX_WORD_CHARS).collect(),
        })
    }
}

fn problem(list: &WordList<'_>, line: u32, kind: LexiconProblemKind) -> LexiconProblem {
    LexiconProblem {
        file: list.file.to_owned(),
        line,
        kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str, synonyms: &str) -> (Lexicon, Vec<(u32, LexiconProblemKind)>) {
        let list = |file, text| [WordList { file, text }];
        let (lexicon, problems) = Lexicon::read(
            &list("words.txt", words),
            &list("synonyms.txt", synonyms),
            &Analyzer::new(),
        );
        let problems = problems.into_iter().map(|found| (found.line, found.kind));
        (lexicon, problems.collect())
    }

    #[test]
    fn words_and_synonyms_are_read_in_the_analyzers_spelling() {
        let (lexicon, problems) = read(
            "\u{feff}# 词\r\n幕布照片\r\n\r\n備案號 # 注\r\n幕布照片\r\n",
            "CVM 云服务器，雲主機\n# 空\n域名, 网域",
        );
        assert_eq!(problems, []);
        assert_eq!(
            lexicon.synonyms,
            [vec!["cvm", "云服务器", "云主机"], vec!["域名", "网域"]]
        );
        let expected = [
            "cvm",
            "云主机",
            "云服务器",
            "域名",
            "备案号",
            "幕布照片",
            "网域",
        ];
        assert_eq!(lexicon.words, expected);
    }

    #[test]
    fn lines_that_share_a_word_are_one_group() {
        let (lexicon, _) = read("", "甲 乙\n丙 丁\n戊 己\n丁 甲\n");
        assert_eq!(
            lexicon.synonyms,
            [vec!["甲", "乙", "丁", "丙"], vec!["戊", "己"]]
        );
    }

    #[test]
    fn a_line_that_can_not_be_used_is_told_with_its_number() {
        let long = "长".repeat(41);
        let (lexicon, problems) = read(&format!("好\n！？\n{long}"), "\n孤单\n甲 乙 …\n丙，丙");
        let lone = |word: &str| LexiconProblemKind::LoneSynonym { word: word.into() };
        let bad = |text: &str| LexiconProblemKind::BadWord { text: text.into() };
        assert_eq!(
            problems,
            [
                (2, bad("！？")),
                (3, bad(&"长".repeat(40))),
                (2, lone("孤单")),
                (3, bad("…")),
                (4, lone("丙")),
            ]
        );
        assert_eq!(lexicon.synonyms, [vec!["甲", "乙"]]);
    }
}
