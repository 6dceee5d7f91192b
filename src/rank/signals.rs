//! What speaks for a candidate, each signal from 0 to 1 whatever the corpus: a share of what was
//! attainable, or of what the best candidate of the list attains.

/// Names the signals and counts them.
macro_rules! signals {
    ($($(#[doc = $doc:literal])+ $signal:ident = $name:literal,)+) => {
        /// The signals, in the order in which they stand in [`Signals`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Signal {
            $($(#[doc = $doc])+ $signal,)+
        }

        /// What each signal is called in explanations and in the model's file.
        pub const NAMES: [&str; COUNT] = [$($name,)+];

        /// How many signals there are.
        pub const COUNT: usize = [$($name,)+].len();
    };
}

signals! {
    /// The question agrees letter by letter.
    Same = "same",
    /// The question's characters stand in the entry's question in the same order.
    Order = "order",
    /// The same, counting rare characters more, as a share of the user's question alone.
    RareOrder = "rare_order",
    /// The same, as a share of the entry's question alone.
    SaidOrder = "said_order",
    /// How much of the entry's question the user said, in whatever order.
    Said = "said",
    /// How much of the user's words and bigrams the entry's question holds.
    QuestionTerms = "question_terms",
    /// How much of the user's words and bigrams the entry holds, question, answer and heading together.
    EntryTerms = "entry_terms",
    /// The same for single characters and Latin words.
    EntryUnits = "entry_units",
    /// How often the entry's question holds them, in proportion to its length.
    QuestionFrequency = "question_frequency",
    /// How often question and answer together do, in proportion to their length.
    EntryFrequency = "entry_frequency",
    /// How much of the user's words the best single passage of the answer holds.
    PassageWords = "passage_words",
    /// How much of the user's characters and Latin words the best passage and the question hold together.
    PassageUnits = "passage_units",
    /// How much of the user's words and bigrams folders and headings hold.
    Heading = "heading",
    /// Nearness in meaning of the two questions, by the encoder.
    Meaning = "meaning",
    /// Nearness in meaning to the nearest part of the answer, where answers have vectors.
    PartMeaning = "part_meaning",
    /// How near the words of the entry's question come to the user's, each read in its place.
    TokenMeaning = "token_meaning",
    /// The same for the words of question and answer together.
    EntryTokenMeaning = "entry_token_meaning",
    /// How unevenly the words of the entry's question come near the user's: a word may be missing.
    TokenSpread = "token_spread",
    /// The same for the words of question and answer together.
    EntryTokenSpread = "entry_token_spread",
    /// Of the cases that the user names, the share that the entry's question names too.
    CaseAgreed = "case_agreed",
    /// Of the cases that both name, the share in which they differ.
    CaseOpposed = "case_opposed",
    /// Of the cases that the entry's question names, the share that the user leaves open.
    CaseUnasked = "case_unasked",
    /// Of what the user wants to know, the share that the entry's question is about.
    AskedAgreed = "asked_agreed",
    /// Whether both say what they are about and it is not the same.
    AskedOpposed = "asked_opposed",
    /// Whether one negates and the other does not.
    Negation = "negation",
    /// How much of the question had to be respelled to be read so.
    Respelled = "respelled",
    /// `rare_order` beside the best candidate's.
    RareOrderLead = "rare_order_lead",
    /// `question_frequency` beside the best candidate's.
    QuestionFrequencyLead = "question_frequency_lead",
    /// `entry_frequency` beside the best candidate's.
    EntryFrequencyLead = "entry_frequency_lead",
    /// `passage_units` beside the best candidate's.
    PassageLead = "passage_lead",
    /// `meaning` less the best candidate's, plus 1.
    MeaningLead = "meaning_lead",
    /// `part_meaning` less the best candidate's, plus 1.
    PartMeaningLead = "part_meaning_lead",
    /// `token_meaning` less the best candidate's, plus 1.
    TokenMeaningLead = "token_meaning_lead",
    /// `entry_token_meaning` less the best candidate's, plus 1.
    EntryTokenMeaningLead = "entry_token_meaning_lead",
    /// How long the user's question is.
    Length = "length",
    /// How much of the user's words stands in no entry.
    Unknown = "unknown",
    /// How much of the user's question is Latin letters and digits.
    Latin = "latin",
}

/// The values of all signals for one reading of the question and one phrasing of an entry.
pub type Signals = [f64; COUNT];

/// Signals that the encoder gives, and what each is beside the best candidate's.
pub const MEANINGS: [(Signal, Signal); 4] = [
    (Signal::Meaning, Signal::MeaningLead),
    (Signal::PartMeaning, Signal::PartMeaningLead),
    (Signal::TokenMeaning, Signal::TokenMeaningLead),
    (Signal::EntryTokenMeaning, Signal::EntryTokenMeaningLead),
];

/// Signals that stand beside the best candidate's: where each is taken from.
pub(super) const LEADS: [(Signal, Signal); 4] = [
    (Signal::RareOrderLead, Signal::RareOrder),
    (Signal::QuestionFrequencyLead, Signal::QuestionFrequency),
    (Signal::EntryFrequencyLead, Signal::EntryFrequency),
    (Signal::PassageLead, Signal::PassageUnits),
];
