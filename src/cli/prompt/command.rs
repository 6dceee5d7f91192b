//! What a line at the prompt asks for.

use crate::config::nearest;

/// A line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// Blank.
    Nothing,
    /// A question.
    Ask(String),
    /// A number alone: an entry listed before, if there are so many, else a question.
    Number(usize, String),
    /// `:explain`, of this question or of the last.
    Explain(String),
    /// `:search`.
    Search(String),
    /// `:open N`.
    Open(String),
    /// `:new`: what was said before counts no more.
    New,
    /// `:help`.
    Help,
    /// `:quit`.
    Quit,
    /// Something behind `:` that is no command, and what was probably meant.
    Unknown(String, Option<&'static str>),
}

/// The commands in full, as they are completed and listed.
pub(super) const COMMANDS: [&str; 6] = ["explain", "help", "new", "open", "quit", "search"];

impl Line {
    /// Reads a line. Chinese input methods give full-width colons and digits, which mean the same.
    pub(super) fn parse(line: &str) -> Line {
        let line = line.trim();
        let Some(command) = line.strip_prefix([':', '：']) else {
            return match number(line) {
                _ if line.is_empty() => Line::Nothing,
                Some(number) => Line::Number(number, line.to_owned()),
                None => Line::Ask(line.to_owned()),
            };
        };
        let command = command.trim_start();
        let end = command.find(char::is_whitespace).unwrap_or(command.len());
        let (name, rest) = command.split_at(end);
        let rest = rest.trim().to_owned();
        match name.to_lowercase().as_str() {
            "e" | "explain" | "解释" => Line::Explain(rest),
            "s" | "search" | "搜索" => Line::Search(rest),
            "o" | "open" | "打开" => Line::Open(rest),
            "n" | "new" | "新问题" => Line::New,
            "" | "h" | "?" | "help" | "帮助" => Line::Help,
            "q" | "quit" | "exit" | "退出" => Line::Quit,
            other => Line::Unknown(name.to_owned(), nearest(other, COMMANDS.into_iter())),
        }
    }
}

/// A whole number in digits of either width.
pub(super) fn number(text: &str) -> Option<usize> {
    let narrow = text.chars().map(|c| match c {
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
        _ => c,
    });
    let digits: String = narrow.collect();
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_questions_numbers_or_commands() {
        let ask = |text: &str| Line::Ask(text.to_owned());
        for (line, expected) in [
            ("", Line::Nothing),
            (" \u{3000}", Line::Nothing),
            (" 备案要多久 ", ask("备案要多久")),
            ("12306 是什么", ask("12306 是什么")),
            ("3", Line::Number(3, "3".to_owned())),
            ("１２", Line::Number(12, "１２".to_owned())),
            ("99999999999999999999999", ask("99999999999999999999999")),
            (":explain", Line::Explain(String::new())),
            ("：解释 备案", Line::Explain("备案".to_owned())),
            (":s  备案 多久", Line::Search("备案 多久".to_owned())),
            (":open 2", Line::Open("2".to_owned())),
            (":OPEN ２", Line::Open("２".to_owned())),
            (":new", Line::New),
            (":", Line::Help),
            (": help", Line::Help),
            ("：退出", Line::Quit),
            (
                ":serch x",
                Line::Unknown("serch".to_owned(), Some("search")),
            ),
            (":xyz", Line::Unknown("xyz".to_owned(), None)),
        ] {
            assert_eq!(Line::parse(line), expected, "{line:?}");
        }
    }
}
