//! The questions that the owner wants readers to be welcomed with, as front matter names them.

/// A question to welcome readers with: its text, or `#` and its id. Any question of the corpus may be meant,
/// so that it is looked for when all files are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WelcomeWish {
    /// Where it stands in its file, from 1.
    pub line: u32,
    /// As written.
    pub text: String,
}

impl WelcomeWish {
    /// The wishes in some YAML, each with its line there, from 1; their key stands on line `key`.
    pub(super) fn located(texts: Vec<String>, yaml: &str, key: u32) -> Vec<WelcomeWish> {
        let from = key as usize - 1;
        let line_of = |text: &str| {
            let below = yaml.lines().skip(from).position(|line| line.contains(text));
            below.map_or(key, |below| key + u32::try_from(below).unwrap_or(0))
        };
        let wishes = texts.into_iter().map(|text| WelcomeWish {
            line: line_of(&text),
            text,
        });
        wishes.collect()
    }
}
