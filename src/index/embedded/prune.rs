//! Leaving out postings that change nothing: the documents that could still be among the best are few before the
//! commonest terms are read, which are most of all postings.
//!
//! Turtle and Flood, “Query evaluation: strategies and optimizations” (1995), term at a time: once all terms that are
//! left together give less than the last of the best has, no document without a score gets among them.

use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score};

use super::{Clause, add_all};

/// What sums of scores may be off by, as a share.
const ROUNDING: Score = 1e-4;

/// Adds what each clause gives to the documents that may be among the best in the end. The scores of others may stay
/// behind what they would be, always below `bar`, which gives the score that a document would have to exceed if
/// these were final.
pub(super) fn add(
    mut clauses: Vec<Clause<'_>>,
    scores: &mut [Score],
    bar: impl Fn(&[Score]) -> Score,
) -> tantivy::Result<()> {
    clauses.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let mut left: Score = clauses.iter().map(|clause| clause.weight).sum();
    let mut read = 0;
    for (at, clause) in clauses.iter().enumerate() {
        let next = clause.info.doc_freq as usize;
        // To look costs about as much as to read a posting of every document.
        if read + next > scores.len() / 2 {
            read = 0;
            let lowest = bar(scores) * (1.0 - ROUNDING) - left;
            if lowest > 0.0 {
                return add_to_few(&clauses[at..], scores, lowest);
            }
        }
        add_all(std::slice::from_ref(clause), scores)?;
        left -= clause.weight;
        read += next;
    }
    Ok(())
}

/// Adds what clauses give to the documents that have more than `lowest` by now.
fn add_to_few(clauses: &[Clause<'_>], scores: &mut [Score], lowest: Score) -> tantivy::Result<()> {
    let documents = (0..).zip(scores.iter());
    let few = documents.filter(|&(_, &score)| score > lowest);
    let few: Vec<DocId> = few.map(|(document, _)| document).collect();
    for clause in clauses {
        // As many blocks would be read one by one.
        if few.len() > clause.info.doc_freq as usize {
            add_all(std::slice::from_ref(clause), scores)?;
            continue;
        }
        let option = IndexRecordOption::WithFreqs;
        let inverted = &clause.postings.inverted;
        let mut block = inverted.read_block_postings_from_terminfo(clause.info, option)?;
        for &document in &few {
            let at = block.seek(document);
            if block.doc(at) == document {
                let share = clause.postings.share(document, block.freq(at));
                scores[document as usize] += clause.weight * share;
            }
        }
    }
    Ok(())
}
