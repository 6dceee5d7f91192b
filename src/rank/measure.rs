//! Measures the signals of a candidate.

use crate::index::{Candidate, EntryText, QuestionText, Statistics};
use crate::rank::characters::Characters;
use crate::rank::found::{Found, Weighed, portion};
use crate::rank::letters::{Letters, Rows};
use crate::rank::matching::{Hits, Matcher, Occurrence, Slots};
use crate::rank::model::{B, FILLER_SHARE, K1, MAX_ORDERED};
use crate::rank::query::Query;
use crate::rank::signals::{COUNT, LEADS, MEANINGS, Signal, Signals};
use crate::text::TokenKind::{Character, Word};
use crate::text::{ConditionSort, Conditions, Named, is_ideograph};

/// What ranking needs to know besides the query and its candidates.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// What each character tells.
    pub characters: &'a Characters,
    /// Tells one case from another.
    pub conditions: &'a Conditions,
}

/// What stays the same for all candidates of one reading.
pub(super) struct Scale<'a> {
    query: &'a Query,
    matcher: Matcher,
    weighed: Weighed,
    statistics: &'a Statistics,
    characters: &'a Characters,
    letters: Letters,
    /// All characters of the query.
    said: Slots,
    /// The weight of all its letters, which the heaviest common subsequence can attain.
    weight_in_order: f64,
    conditions: &'a Conditions,
    named: Named,
    length: f64,
    unknown: f64,
    latin: f64,
}

/// Buffers that measuring uses over and over.
#[derive(Default)]
pub(super) struct Desk {
    hits: Hits,
    in_answer: Vec<Occurrence>,
    answer: Found,
    heading: Found,
    asked: Found,
    passage: Found,
    rows: Rows,
}

/// All candidates by one reading.
pub(super) struct Measured {
    /// Phrasings of all candidates, one candidate's after the other's.
    phrasings: Vec<Phrasing>,
    /// For each candidate where its phrasings end, and its best passage, if any holds any of the query's terms.
    candidates: Vec<(usize, Option<PassageMatch>)>,
}

impl Measured {
    /// One candidate's phrasings.
    pub(super) fn phrasings(&self, candidate: usize) -> &[Phrasing] {
        let start = candidate
            .checked_sub(1)
            .map_or(0, |before| self.candidates[before].0);
        &self.phrasings[start..self.candidates[candidate].0]
    }

    /// One candidate's best passage.
    pub(super) fn passage(&self, candidate: usize) -> Option<PassageMatch> {
        self.candidates[candidate].1
    }
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
    /// Its number among the entry's passages.
    pub(super) index: usize,
    /// Its share of the query's words and bigrams.
    pub(super) share: f64,
    words: f64,
    units: f64,
    bytes: u32,
}

/// The best of what all candidates attain, which each is held beside.
pub(super) struct Best(Signals);

impl Best {
    /// Of these candidates.
    pub(super) fn of(measured: &[Measured]) -> Best {
        let mut best = [0.0; COUNT];
        for phrasing in measured.iter().flat_map(|reading| &reading.phrasings) {
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
            signals[lead as usize] = portion(signals[of as usize], self.0[of as usize]);
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
        let rarity: Vec<(char, f64)> = characters
            .filter_map(|term| Some((term.term.chars().next()?, term.question_weight)))
            .collect();
        // Letters and digits weigh 1; ideographs their rarity among questions.
        let letters = Letters::new(&query.text, |letter| {
            let known = rarity.iter().find(|(known, _)| *known == letter);
            let latin = if letter.is_ascii() { 1.0 } else { 0.0 };
            known.map_or(latin, |(_, rarity)| *rarity)
        });
        let compared = query.text.chars().filter(|c| c.is_alphanumeric());
        let compared = compared.take(MAX_ORDERED);
        let latin = compared.filter(|&c| !is_ideograph(c)).count();
        let mut said = Slots::new(query.text.chars().count());
        for character in query.text.chars() {
            said.insert(character.into());
        }
        let (mut unknown, mut all) = (0.0, 0.0);
        for word in query.terms.iter().filter(|term| term.kind == Word) {
            all += word.weight;
            if word.entries == 0 {
                unknown += word.weight;
            }
        }
        Scale {
            matcher: Matcher::new(query),
            weighed: Weighed::new(query),
            statistics,
            characters: tools.characters,
            said,
            weight_in_order: letters.weight(),
            conditions: tools.conditions,
            named: tools.conditions.named(&query.text),
            length: (letters.len() as f64 / MAX_ORDERED as f64).min(1.0),
            unknown: portion(unknown, all),
            latin: latin as f64 / letters.len().max(1) as f64,
            letters,
            query,
        }
    }

    /// Measures candidates, but for what depends on the other candidates.
    pub(super) fn measure(&self, candidates: &[Candidate<'_>], desk: &mut Desk) -> Measured {
        let mut measured = Measured {
            phrasings: Vec::with_capacity(candidates.len()),
            candidates: Vec::with_capacity(candidates.len()),
        };
        for candidate in candidates {
            let passage = self.measure_one(candidate, desk, &mut measured.phrasings);
            let end = measured.phrasings.len();
            measured.candidates.push((end, passage));
        }
        measured
    }

    fn measure_one(
        &self,
        candidate: &Candidate<'_>,
        desk: &mut Desk,
        phrasings: &mut Vec<Phrasing>,
    ) -> Option<PassageMatch> {
        let (entry, terms) = (&candidate.text, self.query.terms.len());
        let Desk {
            hits,
            in_answer,
            answer,
            heading,
            asked,
            passage,
            rows,
        } = desk;
        answer.clear(terms);
        in_answer.clear();
        self.matcher.find(entry.answer, hits, |found| {
            answer.add(found.term);
            in_answer.push(found);
        });
        heading.clear(terms);
        let in_heading = |found: Occurrence| heading.add(found.term);
        self.matcher.find(entry.heading, hits, in_heading);
        let passage = self.best_passage(entry, in_answer, passage);
        let Weighed {
            terms: said, units, ..
        } = &self.weighed;
        let in_heading = self.weighed.share(said, [heading]);
        let similarity = &candidate.similarity;
        for (at, question) in entry.questions().enumerate() {
            asked.clear(terms);
            self.matcher
                .find(question.atoms, hits, |found| asked.add(found.term));
            let mut signals = [0.0; COUNT];
            let mut set = |signal: Signal, value: f64| signals[signal as usize] = value;
            // Who types a question as it stands means that one, and not the one that it could be read as.
            let same = if self.query.typed { 1.0 } else { 0.5 };
            let is_same = self.letters.same(question.letters());
            set(Signal::Same, if is_same { same } else { 0.0 });
            let (order, in_order) = self.letters.in_order(question.letters(), rows);
            let (met, unmet) = self.said(question);
            set(Signal::Order, order);
            set(Signal::RareOrder, portion(in_order, self.weight_in_order));
            set(Signal::SaidOrder, portion(in_order, met + unmet));
            set(Signal::Said, portion(met, met + unmet));
            let share = self.weighed.share(said, [asked]);
            set(Signal::QuestionTerms, share);
            let anywhere = [&*asked, answer, heading];
            set(Signal::EntryTerms, self.weighed.share(said, anywhere));
            set(Signal::EntryUnits, self.weighed.share(units, anywhere));
            let mean = self.statistics.mean_question_chars;
            let norm = length_norm(question.text.len(), mean);
            let frequency = self.weighed.frequency(norm, [asked]);
            set(Signal::QuestionFrequency, frequency);
            let norm = length_norm(
                entry.answer_bytes + question.text.len(),
                mean + self.statistics.mean_answer_chars,
            );
            let frequency = self.weighed.frequency(norm, [asked, answer]);
            set(Signal::EntryFrequency, frequency);
            set(Signal::PassageWords, passage.map_or(0.0, |best| best.words));
            let together = self.weighed.share(units, [asked]);
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
            let compared = |sort| {
                let sides = &self.named.sides;
                self.conditions.compare(sides, question.sides(), sort)
            };
            let case = compared(ConditionSort::Case);
            set(Signal::CaseAgreed, case.agreed);
            set(Signal::CaseOpposed, case.opposed);
            set(Signal::CaseUnasked, case.unasked);
            let ways = compared(ConditionSort::Asked);
            set(Signal::AskedAgreed, ways.agreed);
            set(Signal::AskedOpposed, ways.opposed);
            let differs = question.negated != self.named.negated;
            set(Signal::Negation, if differs { 1.0 } else { 0.0 });
            set(Signal::Respelled, self.query.respelled);
            set(Signal::Length, self.length);
            set(Signal::Unknown, self.unknown);
            set(Signal::Latin, self.latin);
            phrasings.push(Phrasing { signals, share });
        }
        passage
    }

    /// The weight of the entry's question, by rarity of its characters: what stands in the user's, and
    /// what does not.
    fn said(&self, question: &QuestionText<'_>) -> (f64, f64) {
        let (mut said, mut unsaid) = (0.0, 0.0);
        for (ideograph, filler) in question.ideographs() {
            let share = if filler { FILLER_SHARE } else { 1.0 };
            let rarity = share * self.characters.rarity(ideograph);
            if self.said.get(ideograph).is_some() {
                said += rarity;
            } else {
                unsaid += rarity;
            }
        }
        (said, unsaid)
    }

    /// The passage that holds most of the query, of terms found ascending by start.
    fn best_passage(
        &self,
        entry: &EntryText<'_>,
        found: &[Occurrence],
        inside: &mut Found,
    ) -> Option<PassageMatch> {
        if found.is_empty() {
            return None;
        }
        let mut best: Option<PassageMatch> = None;
        for (index, passage) in entry.passages().enumerate() {
            let (start, end) = (passage.start as usize, passage.end as usize);
            let first = found.partition_point(|occurrence| occurrence.start < start);
            inside.clear(self.query.terms.len());
            found[first..]
                .iter()
                .take_while(|occurrence| occurrence.start < end)
                .filter(|occurrence| occurrence.end <= end)
                .for_each(|occurrence| inside.add(occurrence.term));
            let share = self.weighed.share(&self.weighed.terms, [inside]);
            if share == 0.0 || best.is_some_and(|best| share < best.share) {
                continue;
            }
            let words = self.weighed.share(&self.weighed.words, [inside]);
            let units = self.weighed.share(&self.weighed.units, [inside]);
            // The shortest of equals says it most plainly.
            let better = best.is_none_or(|best| {
                (share, words, best.bytes) > (best.share, best.words, passage.bytes)
            });
            if better {
                best = Some(PassageMatch {
                    index,
                    share,
                    words,
                    units,
                    bytes: passage.bytes,
                });
            }
        }
        best
    }
}

/// The length part of BM25 for a text of so many bytes. Most characters are ideographs of three bytes; the exact
/// count is not worth a pass.
fn length_norm(bytes: usize, mean_chars: f64) -> f64 {
    let length = bytes as f64 / 3.0;
    K1 * (1.0 - B + B * length / mean_chars.max(1.0))
}

/// A cosine as a signal: what points away is as far as what has nothing to do with it.
fn bounded(cosine: f32) -> f64 {
    f64::from(cosine).clamp(0.0, 1.0)
}
