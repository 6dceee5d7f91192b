//! What speaks for a candidate, each signal from 0 to 1 whatever the corpus: a share of what was
//! attainable.
//!
//! Of some two dozen signals tried on development queries these nine remained; coverage of the question
//! field by words or bigrams alone, for one, adds nothing once the order of characters is known.

/// The signals, in the order in which they stand in [`Signals`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// The question agrees letter by letter.
    Same,
    /// The question's characters stand in the entry's question in the same order.
    Order,
    /// The same, counting rare characters more, as a share of the user's question alone.
    RareOrder,
    /// How much of the entry's question the user said.
    Said,
    /// How much of the user's words and bigrams the entry holds, question and answer together.
    EntryTerms,
    /// The same for single characters and Latin words.
    EntryUnits,
    /// The same, counting how often, in proportion to the entry's length.
    EntryFrequency,
    /// How much of the user's words the best single passage of the answer holds.
    PassageWords,
    /// How much of the user's words and bigrams folders and headings hold.
    Heading,
}

/// How many signals there are.
pub const COUNT: usize = Signal::Heading as usize + 1;

/// What each signal is called in explanations.
pub const NAMES: [&str; COUNT] = [
    "same",
    "order",
    "rare_order",
    "said",
    "entry_terms",
    "entry_units",
    "entry_frequency",
    "passage_words",
    "heading",
];

/// The values of all signals for one question and one phrasing of an entry.
pub type Signals = [f64; COUNT];
