//! Entries that an author names: those to welcome readers with, and related ones.

/// An entry that is named in a file, by its id or by its text. Any entry of the corpus may be meant, so that it
/// is looked for when all files are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where it stands in its file, from 1.
    pub line: u32,
    /// As written.
    pub text: String,
}

impl Mention {
    /// What some YAML names, each with its line there, from 1; their key stands on line `key`.
    pub(super) fn located(texts: Vec<String>, yaml: &str, key: u32) -> Vec<Mention> {
        let from = key as usize - 1;
        let line_of = |text: &str| {
            let below = yaml.lines().skip(from).position(|line| line.contains(text));
            below.map_or(key, |below| key + u32::try_from(below).unwrap_or(0))
        };
        let mentions = texts.into_iter().map(|text| Mention {
            line: line_of(&text),
            text,
        });
        mentions.collect()
    }
}
