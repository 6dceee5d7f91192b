//! The scan beside tantivy's own search.

use super::*;
use crate::index::embedded::schema::{TOKENIZER, schema};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::tokenizer::WhitespaceTokenizer;
use tantivy::{Index, TantivyDocument, Term};

/// Documents with one to three of ten words in their questions and more in their answers; every seventh has a
/// variant.
fn searcher(documents: u64, commits: usize) -> (Searcher, Fields) {
    let (schema, fields) = schema();
    let index = Index::create_in_ram(schema);
    let tokenizers = index.tokenizers();
    tokenizers.register(TOKENIZER, WhitespaceTokenizer::default());
    let mut writer = index
        .writer_with_num_threads(1, 15 << 20)
        .expect("a writer");
    writer.set_merge_policy(Box::new(tantivy::indexer::NoMergePolicy));
    let word = |number: u64| format!("w{}", number * number % 10);
    for number in 0..documents {
        let question: Vec<String> = (0..=number % 3).map(|at| word(number + at)).collect();
        let answer: Vec<String> = (0..number % 11).map(|at| word(number / 2 + at)).collect();
        let mut document = TantivyDocument::default();
        document.add_u64(fields.ordinal, number);
        document.add_text(fields.question, question.join(" "));
        if number % 7 == 0 {
            document.add_text(fields.variants, word(number / 7));
            document.add_text(fields.all, word(number / 7));
        }
        document.add_text(fields.all, question.join(" "));
        document.add_text(fields.all, answer.join(" "));
        writer.add_document(document).expect("a document");
        if (number + 1) % (documents / commits as u64) == 0 {
            writer.commit().expect("a commit");
        }
    }
    writer.commit().expect("a commit");
    let reader = index.reader().expect("a reader");
    (reader.searcher(), fields)
}

fn terms() -> Vec<RetrievalTerm> {
    let boosts = [(2.0, 1.0), (1.0, 0.5), (0.5, 0.0), (0.0, 0.0), (1.0, 1.0)];
    let words = ["w0", "w1", "w4", "w5", "nowhere"];
    let terms = words
        .into_iter()
        .zip(boosts)
        .map(|(word, boosts)| RetrievalTerm {
            term: word.to_owned(),
            question_boost: boosts.0,
            answer_boost: boosts.1,
        });
    terms.collect()
}

#[test]
fn scores_and_order_are_those_of_tantivy() {
    for commits in [1, 3] {
        let (searcher, fields) = searcher(999, commits);
        assert_eq!(searcher.segment_readers().len(), commits);
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for term in terms() {
            for (field, boost) in [
                (fields.question, term.question_boost),
                (fields.variants, term.question_boost),
                (fields.all, term.answer_boost),
            ] {
                let query = Term::from_field_text(field, &term.term);
                let query = TermQuery::new(query, IndexRecordOption::WithFreqs);
                let query = BoostQuery::new(Box::new(query), boost);
                clauses.push((Occur::Should, Box::new(query)));
            }
        }
        let best = TopDocs::with_limit(1000).order_by_score();
        let query = BooleanQuery::new(clauses);
        let expected = searcher.search(&query, &best).expect("a search");
        let scan = Scan::open(&searcher, &fields).expect("a scan");
        let (found, holding) = scan.best(&terms(), 1000, |_, _| true).expect("a scan");
        let positive = expected.iter().filter(|(score, _)| *score > 0.0).count();
        assert_eq!(found.len(), positive);
        let score = |wanted: &Hit| {
            let of = expected
                .iter()
                .find(|(_, at)| (at.segment_ord as usize, at.doc_id) == (wanted.0, wanted.1));
            of.map_or(0.0, |(score, _)| *score)
        };
        for hit in &found {
            assert!((hit.2 - score(hit)).abs() < 1e-4, "{hit:?} {}", score(hit));
        }
        assert!(found.is_sorted_by(|a, b| better(a, b).is_lt()));
        for (term, holding) in terms().iter().zip(holding) {
            let term = Term::from_field_text(fields.all, &term.term);
            assert_eq!(holding, searcher.doc_freq(&term).expect("a count"));
        }
        for limit in [0, 1, 7, 200] {
            let (few, _) = scan.best(&terms(), limit, |_, _| true).expect("a scan");
            assert_eq!(few, found[..limit.min(found.len())], "{limit}");
        }
        let odd = |_: usize, document: DocId| document % 2 == 1;
        let (kept, _) = scan.best(&terms(), 5, odd).expect("a scan");
        let expected = found.iter().filter(|hit| odd(hit.0, hit.1)).take(5);
        assert_eq!(kept, expected.copied().collect::<Vec<_>>());
    }
}

#[test]
fn an_index_without_entries_has_nothing() {
    let (schema, fields) = schema();
    let index = Index::create_in_ram(schema);
    let searcher = index.reader().expect("a reader").searcher();
    let scan = Scan::open(&searcher, &fields).expect("a scan");
    let (found, holding) = scan.best(&terms(), 5, |_, _| true).expect("a scan");
    assert_eq!((found, holding), (Vec::new(), vec![0; 5]));
}

#[test]
fn what_breaks_off_in_the_middle_leaves_nothing_for_the_next_question() {
    let (searcher, fields) = searcher(99, 1);
    let scan = Scan::open(&searcher, &fields).expect("a scan");
    let best = || scan.best(&terms(), 9, |_, _| true).expect("a scan");
    let before = best();
    let breaks_off = |_: usize, document: DocId| match document {
        50.. => panic!("on purpose"),
        _ => true,
    };
    let broken = std::panic::AssertUnwindSafe(|| scan.best(&terms(), 9, breaks_off));
    assert!(std::panic::catch_unwind(broken).is_err());
    assert_eq!(best(), before);
}
