//! Measures the signals of a candidate.

use std::collections::HashMap;

use crate::index::{Candidate, EntryText, QuestionText, Statistics};
use crate::rank::matching::{Matcher, Occurrence};
use crate::rank::model::{B, FILLER_SHARE, K1, MAX_ORDERED};
use crate::rank::query::{Query, QueryTerm, idf};
use crate::rank::signals::{COUNT, LEADS, MEANINGS, Signal, Signals};
use crate::text::TokenKind::{Character, Word};
use crate::text::{ConditionSort, Conditions, Named, is_ideograph};

/// What ranking needs to know besides the query and its candidates.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// Counts the entries that ask with a term.
    pub asking: &'a dyn Fn(&str) -> u32,
    /// Tells one case from another.
    pub conditions: &'a Conditions,
}

/// What stays the same for all candidates of one reading.
pub(super) struct Scale<'a> {
    query: &'a Query,
    matcher: Matcher,
    statistics: &'a Statistics,
    asking: &'a dyn Fn(&str) -> u32,
    letters: Vec<char>,
    /// Rarity of each of the query's characters among questions.
    rarity: HashMap<char, f64>,
    /// The weight of all its letters, which the heaviest common subsequence can attain.
    weight_in_order: f64,
    conditions: &'a Conditions,
    named: Named,
    length: f64,
    unknown: f64,
    latin: f64,
}

/// Signals of a candidate for each of its phrasings, and the passage that fits best.
pub(super) struct Measured {
    /// As many as the entry has phrasings.
    pub(super) by_question: Vec<Phrasing>,
    /// The best passage, if any holds any of the query's terms.
    pub(super) passage: Option<PassageMatch>,
}

/// One phrasing of an entry's question, measured.
pub(super) struct Phrasing {
    /// Its signals.
    pub(super) signals: Signals,
    /// Its own share of the query's words and bigrams.
    pub(super) share: f64,
}

/// One passage of an answer, measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct PassageMatch {
    /// Index in [`EntryText::passages`].
    pub(super) index: usize,
    /// Its share of the query's words and bigrams.
    pub(super) share: f64,
    words: f64,
    units: f64,
    bytes: usize,
}

/// The best of what all candidates attain, which each is held beside.
pub(super) struct Best(Signals);

impl Best {
    /// Of these candidates.
    pub(super) fn of<'m>(measured: impl Iterator<Item = &'m Measured>) -> Best {
        let mut best = [0.0; COUNT];
        for phrasing in measured.flat_map(|candidate| &candidate.by_question) {
            for (best, &value) in best.iter_mut().zip(&phrasing.signals) {
                *best = value.max(*best);
            }
        }
        Best(best)
    }

    /// Adds to one candidate's signals those that depend on the others.
    pub(super) fn beside(&self, signals: &Signals) -> Signals {
        let mut signals = *signals;
        for (lead, of) in LEADS {
            signals[lead as usize] = part(signals[of as usize], self.0[of as usize]);
        }
        for (of, lead) in MEANINGS {
            signals[lead as usize] = signals[of as usize] - self.0[of as usize] + 1.0;
        }
        signals
    }
}

impl<'a> Scale<'a> {
    /// Prepares a weighed query.
    pub(super) fn new(query: &'a Query, statistics: &'a Statistics, tools: Tools<'a>) -> Self {
        let characters = query.terms.iter().filter(|term| term.kind == Character);
        let letters = letters(&query.text);
        let latin = letters.iter().filter(|c| !is_ideograph(**c)).count();
        let plain = query.terms.iter().filter(|term| term.kind == Word);
        let rarity = characters
            .filter_map(|term| Some((term.term.chars().next()?, term.question_weight)))
            .collect();
        Scale {
            matcher: Matcher::new(query),
            statistics,
            asking: tools.asking,
            weight_in_order: letters.iter().map(|&c| weight_of(c, &rarity)).sum(),
            rarity,
            conditions: tools.conditions,
            named: tools.conditions.named(&query.text),
            length: (letters.len() as f64 / MAX_ORDERED as f64).min(1.0),
            unknown: ratio(plain.map(|term| (term.weight, term.entries == 0))),
            latin: latin as f64 / letters.len().max(1) as f64,
            letters,
            query,
        }
    }

    /// Measures one candidate, but for what depends on the other candidates.
    pub(super) fn measure(&self, candidate: &Candidate) -> Measured {
        let entry = &candidate.text;
        let in_answer = self.matcher.find(&entry.answer);
        let answer = self.counts(&in_answer);
        let heading = self.counts(&self.matcher.find(&entry.heading));
        let passage = self.best_passage(entry, in_answer);
        let in_heading = self.share(&heading, is_term);
        let similarity = &candidate.similarity;
        let phrasings = entry.questions.iter().enumerate().map(|(at, question)| {
            let asked = self.counts(&self.matcher.find(&question.text));
            let text: Vec<u32> = asked.iter().zip(&answer).map(|(a, b)| a + b).collect();
            let anywhere: Vec<u32> = text.iter().zip(&heading).map(|(a, b)| a + b).collect();
            let mut signals = [0.0; COUNT];
            let mut set = |signal: Signal, value: f64| signals[signal as usize] = value;
            let letters = letters(&question.text);
            let (said, unsaid) = self.said(question);
            let in_order = self.in_order(&letters);
            // Who types a question as it stands means that one, and not the one that it could be read as.
            let same = if self.query.typed { 1.0 } else { 0.5 };
            set(Signal::Same, if self.same(question) { same } else { 0.0 });
            set(Signal::Order, order(&self.letters, &letters));
            set(Signal::RareOrder, part(in_order, self.weight_in_order));
            set(Signal::SaidOrder, part(in_order, said + unsaid));
            set(Signal::Said, part(said, said + unsaid));
            set(Signal::QuestionTerms, self.share(&asked, is_term));
            set(Signal::EntryTerms, self.share(&anywhere, is_term));
            set(
                Signal::EntryUnits,
                self.share(&anywhere, QueryTerm::is_unit),
            );
            let mean = self.statistics.mean_question_chars;
            set(
                Signal::QuestionFrequency,
                self.frequency(question.text.len(), mean, &asked),
            );
            set(
                Signal::EntryFrequency,
                self.frequency(
                    entry.answer.len() + question.text.len(),
                    mean + self.statistics.mean_answer_chars,
                    &text,
                ),
            );
            set(Signal::PassageWords, passage.map_or(0.0, |best| best.words));
            let together = self.share(&asked, QueryTerm::is_unit);
            set(
                Signal::PassageUnits,
                passage.map_or(together, |best| best.units.max(together)),
            );
            set(Signal::Heading, in_heading);
            let meaning = similarity.questions.get(at).copied();
            set(Signal::Meaning, bounded(meaning.unwrap_or_default()));
            set(Signal::PartMeaning, bounded(similarity.parts));
            let asked_tokens = similarity.question_tokens.get(at).copied();
            let asked_tokens = asked_tokens.unwrap_or_default();
            let entry_tokens = similarity.entry_tokens.unwrap_or_default();
            set(Signal::TokenMeaning, bounded(asked_tokens.mean));
            set(Signal::EntryTokenMeaning, bounded(entry_tokens.mean));
            set(Signal::TokenSpread, bounded(asked_tokens.spread));
            set(Signal::EntryTokenSpread, bounded(entry_tokens.spread));
            let named = self.conditions.named(&question.text);
            let case = self
                .conditions
                .compare(&self.named, &named, ConditionSort::Case);
            set(Signal::CaseAgreed, case.agreed);
            set(Signal::CaseOpposed, case.opposed);
            set(Signal::CaseUnasked, case.unasked);
            let ways = self
                .conditions
                .compare(&self.named, &named, ConditionSort::Asked);
            set(Signal::AskedAgreed, ways.agreed);
            set(Signal::AskedOpposed, ways.opposed);
            let differs = named.negated != self.named.negated;
            set(Signal::Negation, if differs { 1.0 } else { 0.0 });
            set(Signal::Respelled, self.query.respelled);
            set(Signal::Length, self.length);
            set(Signal::Unknown, self.unknown);
            set(Signal::Latin, self.latin);
            Phrasing {
                signals,
                share: self.share(&asked, is_term),
            }
        });
        Measured {
            by_question: phrasings.collect(),
            passage,
        }
    }

    /// How often each of the query's terms was found.
    fn counts<'b>(&self, found: impl IntoIterator<Item = &'b Occurrence>) -> Vec<u32> {
        let mut counts = vec![0; self.query.terms.len()];
        for occurrence in found {
            counts[occurrence.term] += 1;
        }
        counts
    }

    /// Share of the query's weight that was found.
    fn share(&self, counts: &[u32], of: fn(&QueryTerm) -> bool) -> f64 {
        let terms = self.query.terms.iter().zip(counts);
        let terms = terms.filter(|(term, _)| of(term));
        ratio(terms.map(|(term, &count)| (term.weight, count > 0)))
    }

    /// The weight of the entry's question, by rarity of its characters: what stands in the user's, and
    /// what does not.
    fn said(&self, question: &QuestionText) -> (f64, f64) {
        let (mut said, mut unsaid) = (0.0, 0.0);
        let characters = question.tokens.iter();
        for token in characters.filter(|token| token.kind == Character) {
            let term = question.term(token);
            let share = if token.filler { FILLER_SHARE } else { 1.0 };
            let rarity = idf(u64::from((self.asking)(term)), self.statistics.entries);
            if self.query.text.contains(term) {
                said += share * rarity;
            } else {
                unsaid += share * rarity;
            }
        }
        (said, unsaid)
    }

    /// BM25 of characters and Latin words in a text of so many bytes, as a share of what the query could
    /// attain.
    fn frequency(&self, bytes: usize, mean_chars: f64, counts: &[u32]) -> f64 {
        // Most characters are ideographs of three bytes; the exact count is not worth a pass.
        let length = bytes as f64 / 3.0;
        let norm = K1 * (1.0 - B + B * length / mean_chars.max(1.0));
        let (mut got, mut most) = (0.0, 0.0);
        for (term, &count) in self.query.terms.iter().zip(counts) {
            if term.is_unit() {
                let count = f64::from(count);
                got += term.weight * count / (count + norm);
                most += term.weight;
            }
        }
        part(got, most)
    }

    fn same(&self, question: &QuestionText) -> bool {
        let only = |text: &'a str| text.chars().filter(|c| c.is_alphanumeric());
        !self.letters.is_empty()
            && only(&self.query.text).eq(question.text.chars().filter(|c| c.is_alphanumeric()))
    }

    /// Weight of the heaviest common subsequence. Letters and digits weigh 1; ideographs their rarity
    /// among questions.
    fn in_order(&self, question: &[char]) -> f64 {
        heaviest_common_subsequence(&self.letters, question, |c| weight_of(c, &self.rarity))
    }

    fn best_passage(&self, entry: &EntryText, mut found: Vec<Occurrence>) -> Option<PassageMatch> {
        found.sort_unstable_by_key(|occurrence| occurrence.start);
        let mut best: Option<PassageMatch> = None;
        for (index, range) in entry.passages.iter().enumerate() {
            let first = found.partition_point(|occurrence| occurrence.start < range.start);
            let inside = found[first..]
                .iter()
                .take_while(|occurrence| occurrence.start < range.end)
                .filter(|occurrence| occurrence.end <= range.end);
            let counts = self.counts(inside);
            let share = self.share(&counts, is_term);
            if share == 0.0 {
                continue;
            }
            let words = self.share(&counts, |term| term.kind == Word);
            let units = self.share(&counts, QueryTerm::is_unit);
            // The shortest of equals says it most plainly.
            let better = best.is_none_or(|best| {
                (share, words, best.bytes) > (best.share, best.words, range.len())
            });
            if better {
                best = Some(PassageMatch {
                    index,
                    share,
                    words,
                    units,
                    bytes: range.len(),
                });
            }
        }
        best
    }
}

/// Words and bigrams: everything that says more than a character does.
fn is_term(term: &QueryTerm) -> bool {
    term.kind != Character
}

/// Weight found by weight in all; 0 where there is none.
fn ratio(weights: impl Iterator<Item = (f64, bool)>) -> f64 {
    let (mut got, mut most) = (0.0, 0.0);
    for (weight, found) in weights {
        most += weight;
        if found {
            got += weight;
        }
    }
    part(got, most)
}

fn weight_of(c: char, rarity: &HashMap<char, f64>) -> f64 {
    let letter = if c.is_ascii() { 1.0 } else { 0.0 };
    rarity.get(&c).copied().unwrap_or(letter)
}

fn part(of: f64, whole: f64) -> f64 {
    if whole > 0.0 {
        (of / whole).min(1.0)
    } else {
        0.0
    }
}

/// A cosine as a signal: what points away is as far as what has nothing to do with it.
fn bounded(cosine: f32) -> f64 {
    f64::from(cosine).clamp(0.0, 1.0)
}

/// Length of the longest common subsequence by the longer text's length.
fn order(query: &[char], question: &[char]) -> f64 {
    let longer = query.len().max(question.len());
    if longer == 0 {
        0.0
    } else {
        heaviest_common_subsequence(query, question, |_| 1.0) / longer as f64
    }
}

fn letters(text: &str) -> Vec<char> {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .take(MAX_ORDERED)
        .collect()
}

/// Total weight of the common subsequence that weighs most (Wagner and Fischer 1974, one row kept).
fn heaviest_common_subsequence(a: &[char], b: &[char], weight: impl Fn(char) -> f64) -> f64 {
    let mut row = vec![0.0; b.len() + 1];
    for &x in a {
        let weight = weight(x);
        let mut diagonal = 0.0;
        for (at, &y) in b.iter().enumerate() {
            let above: f64 = row[at + 1];
            let skipped = above.max(row[at]);
            row[at + 1] = if x == y {
                skipped.max(diagonal + weight)
            } else {
                skipped
            };
            diagonal = above;
        }
    }
    row[b.len()]
}
