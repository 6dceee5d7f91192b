//! Finds the entries that hold most of a retrieval's terms: term at a time over tantivy's postings, block by block.
//!
//! A Chinese question is dozens of overlapping terms. tantivy's own search makes a query of objects of them, looks
//! each term up twice and merges the postings through a heap or a window; adding up what every term gives each
//! entry in one array costs a fraction of it, and no lock is taken on the way. Scores are those of tantivy's BM25.

use std::cell::RefCell;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Score, Searcher};

use crate::index::RetrievalTerm;
use crate::index::embedded::schema::Fields;

/// tantivy's saturation of repeated terms and correction for length.
const K1: Score = 1.2;
const B: Score = 0.75;

/// The postings of all segments. There is one, unless nothing was ever merged.
pub(super) struct Scan {
    segments: Vec<Segment>,
    entries: u64,
}

impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scan")
            .field("entries", &self.entries)
            .finish()
    }
}

struct Segment {
    documents: usize,
    all: Postings,
    question: Postings,
    variants: Postings,
}

/// One field's postings.
struct Postings {
    inverted: Arc<InvertedIndexReader>,
    norms: FieldNormReader,
    is_empty: bool,
    /// The length part of BM25 for each of the lengths that a norm can tell.
    length: [Score; 256],
    /// What a term that stands there once gives, as a share of the most it can.
    once: [Score; 256],
}

/// A document that was found: its segment, its number there, its score.
pub(super) type Hit = (usize, DocId, Score);

thread_local! {
    /// A score for each document, all zero between two questions.
    static SCORES: RefCell<Vec<Score>> = const { RefCell::new(Vec::new()) };
}

impl Scan {
    pub(super) fn open(searcher: &Searcher, fields: &Fields) -> tantivy::Result<Scan> {
        let readers = searcher.segment_readers();
        let entries: u64 = readers
            .iter()
            .map(|reader| u64::from(reader.max_doc()))
            .sum();
        let mean = |field: Field| -> tantivy::Result<Score> {
            let mut tokens = 0;
            for reader in readers {
                tokens += reader.inverted_index(field)?.total_num_tokens();
            }
            Ok(tokens as Score / entries as Score)
        };
        let means = [fields.all, fields.question, fields.variants].map(mean);
        let [all, question, variants] = means;
        let (all, question, variants) = (all?, question?, variants?);
        let segments = readers.iter().map(|reader| {
            let open = |field: Field, mean: Score| -> tantivy::Result<Postings> {
                // The variants' length does not count, see the schema.
                let norms = reader
                    .get_fieldnorms_reader(field)
                    .unwrap_or_else(|_| FieldNormReader::constant(reader.max_doc(), 1));
                Ok(Postings::new(reader.inverted_index(field)?, norms, mean))
            };
            Ok(Segment {
                documents: reader.max_doc() as usize,
                all: open(fields.all, all)?,
                question: open(fields.question, question)?,
                variants: open(fields.variants, variants)?,
            })
        });
        Ok(Scan {
            segments: segments.collect::<tantivy::Result<_>>()?,
            entries,
        })
    }

    /// The `limit` best documents that `keep` lets through, best first, ties in document order; and in how many each
    /// term stands anywhere.
    pub(super) fn best(
        &self,
        terms: &[RetrievalTerm],
        limit: usize,
        keep: impl Fn(usize, DocId) -> bool,
    ) -> tantivy::Result<(Vec<Hit>, Vec<u64>)> {
        let everywhere = self.lookup(terms, |segment| &segment.all)?;
        let holding: Vec<u64> = everywhere.iter().map(|found| count(found)).collect();
        let mut best = Best::new(limit);
        if limit == 0 {
            return Ok((Vec::new(), holding));
        }
        // What stands nowhere stands in no question.
        let asked = |postings: fn(&Segment) -> &Postings| {
            let asking = terms.iter().zip(&everywhere);
            let asking: Vec<bool> = asking
                .map(|(term, found)| term.question_boost > 0.0 && count(found) > 0)
                .collect();
            self.lookup_some(terms, &asking, postings)
        };
        let in_questions = asked(|segment| &segment.question)?;
        let in_variants = asked(|segment| &segment.variants)?;
        // Taken out, so that an error or a panic leaves no scores behind for the next question.
        let mut kept = SCORES.take();
        for (number, segment) in self.segments.iter().enumerate() {
            if kept.len() < segment.documents {
                kept.resize(segment.documents, 0.0);
            }
            let scores = &mut kept[..segment.documents];
            for (postings, found, boost) in [
                (
                    &segment.question,
                    &in_questions,
                    question_boost as fn(&RetrievalTerm) -> f32,
                ),
                (&segment.variants, &in_variants, question_boost),
                (&segment.all, &everywhere, answer_boost),
            ] {
                let wanted = terms.iter().zip(found).filter_map(|(term, found)| {
                    let weight = idf(count(found), self.entries) * (1.0 + K1) * boost(term);
                    Some((found[number].as_ref()?, weight)).filter(|_| boost(term) > 0.0)
                });
                postings.add(wanted, scores)?;
            }
            best.take(number, scores, &keep);
        }
        SCORES.set(kept);
        Ok((best.finish(), holding))
    }

    /// Where each term's postings lie, segment by segment.
    fn lookup(
        &self,
        terms: &[RetrievalTerm],
        postings: fn(&Segment) -> &Postings,
    ) -> tantivy::Result<Vec<Vec<Option<TermInfo>>>> {
        self.lookup_some(terms, &vec![true; terms.len()], postings)
    }

    fn lookup_some(
        &self,
        terms: &[RetrievalTerm],
        wanted: &[bool],
        postings: fn(&Segment) -> &Postings,
    ) -> tantivy::Result<Vec<Vec<Option<TermInfo>>>> {
        let terms = terms.iter().zip(wanted).map(|(term, wanted)| {
            let segments = self.segments.iter().map(|segment| {
                let postings = postings(segment);
                if !wanted || postings.is_empty {
                    return Ok(None);
                }
                Ok(postings.inverted.terms().get(term.term.as_bytes())?)
            });
            segments.collect()
        });
        terms.collect()
    }
}

fn count(found: &[Option<TermInfo>]) -> u64 {
    found
        .iter()
        .flatten()
        .map(|info| u64::from(info.doc_freq))
        .sum()
}

fn question_boost(term: &RetrievalTerm) -> f32 {
    term.question_boost
}

fn answer_boost(term: &RetrievalTerm) -> f32 {
    term.answer_boost
}

fn idf(holding: u64, entries: u64) -> Score {
    let others = (entries - holding.min(entries)) as Score;
    (1.0 + (others + 0.5) / (holding as Score + 0.5)).ln()
}

impl Postings {
    fn new(inverted: Arc<InvertedIndexReader>, norms: FieldNormReader, mean: Score) -> Postings {
        let length = std::array::from_fn(|id| {
            let length = FieldNormReader::id_to_fieldnorm(id as u8) as Score;
            K1 * (1.0 - B + B * length / mean)
        });
        Postings {
            is_empty: inverted.terms().num_terms() == 0,
            inverted,
            norms,
            once: length.map(|length: Score| 1.0 / (1.0 + length)),
            length,
        }
    }

    /// Adds what each of the terms gives to the documents that hold it.
    fn add<'t>(
        &self,
        terms: impl Iterator<Item = (&'t TermInfo, Score)>,
        scores: &mut [Score],
    ) -> tantivy::Result<()> {
        let mut block: Option<BlockSegmentPostings> = None;
        for (info, weight) in terms {
            let inverted = &self.inverted;
            let block = match &mut block {
                Some(block) => {
                    inverted.reset_block_postings_from_terminfo(info, block)?;
                    block
                }
                None => {
                    let option = IndexRecordOption::WithFreqs;
                    block.insert(inverted.read_block_postings_from_terminfo(info, option)?)
                }
            };
            let mut left = info.doc_freq as usize;
            while left > 0 && block.block_len() > 0 {
                for (&document, &frequency) in block.docs().iter().zip(block.freqs()) {
                    let norm = usize::from(self.norms.fieldnorm_id(document));
                    let share = if frequency == 1 {
                        self.once[norm]
                    } else {
                        let frequency = frequency as Score;
                        frequency / (frequency + self.length[norm])
                    };
                    scores[document as usize] += weight * share;
                }
                left -= block.block_len().min(left);
                block.advance();
            }
        }
        Ok(())
    }
}

/// The best documents so far: up to twice as many as wanted, of which the worse half is dropped now and then.
struct Best {
    limit: usize,
    hits: Vec<Hit>,
    /// What a later document must exceed.
    bar: Score,
}

impl Best {
    fn new(limit: usize) -> Best {
        Best {
            limit,
            hits: Vec::new(),
            bar: 0.0,
        }
    }

    /// Takes the scores of a segment, and leaves zeros.
    fn take(&mut self, segment: usize, scores: &mut [Score], keep: &impl Fn(usize, DocId) -> bool) {
        for (document, score) in (0..).zip(scores) {
            let found = std::mem::take(score);
            if found > self.bar && keep(segment, document) {
                self.hits.push((segment, document, found));
                if self.hits.len() >= self.limit.saturating_mul(2).max(64) {
                    self.cut();
                }
            }
        }
    }

    fn cut(&mut self) {
        if self.hits.len() > self.limit {
            self.hits.select_nth_unstable_by(self.limit - 1, better);
            self.hits.truncate(self.limit);
            self.bar = self.hits[self.limit - 1].2;
        }
    }

    fn finish(mut self) -> Vec<Hit> {
        self.cut();
        self.hits.sort_unstable_by(better);
        self.hits
    }
}

/// Higher scores first, then document order.
fn better(a: &Hit, b: &Hit) -> std::cmp::Ordering {
    b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1)))
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
