//! A retrieval becomes a tantivy query, clause by clause. User text never meets tantivy's query parser,
//! which would make a phrase of every unspaced run of Chinese.

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::index::embedded::schema::Fields;
use crate::index::{Retrieval, Scope};

/// The clauses that score: each term in every field, OR-ed. `None` if there is nothing to look for.
pub(super) fn scoring(retrieval: &Retrieval, fields: &Fields) -> Option<Box<dyn Query>> {
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for term in &retrieval.terms {
        for (field, boost) in [
            (fields.question, term.question_boost),
            (fields.variants, term.question_boost),
            (fields.all, term.answer_boost),
        ] {
            if boost > 0.0 {
                let term = Term::from_field_text(field, &term.term);
                let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                clauses.push((
                    Occur::Should,
                    Box::new(BoostQuery::new(Box::new(query), boost)),
                ));
            }
        }
    }
    if clauses.is_empty() {
        return None;
    }
    let scoring = BooleanQuery::new(clauses);
    Some(match within(&retrieval.scope, fields) {
        None => Box::new(scoring),
        Some(filter) => Box::new(BooleanQuery::new(vec![
            (
                Occur::Must,
                Box::new(ConstScoreQuery::new(filter, 0.0)) as Box<dyn Query>,
            ),
            (Occur::Must, Box::new(scoring)),
        ])),
    })
}

/// All entries in a scope.
pub(super) fn listing(scope: &Scope, fields: &Fields) -> Box<dyn Query> {
    within(scope, fields).unwrap_or_else(|| Box::new(AllQuery))
}

fn within(scope: &Scope, fields: &Fields) -> Option<Box<dyn Query>> {
    let exact = |field: Field, value: &String| -> (Occur, Box<dyn Query>) {
        let term = Term::from_field_text(field, value);
        (
            Occur::Must,
            Box::new(TermQuery::new(term, IndexRecordOption::Basic)),
        )
    };
    let clauses: Vec<_> = [
        scope
            .category
            .as_ref()
            .map(|category| exact(fields.category, category)),
        scope.tag.as_ref().map(|tag| exact(fields.tag, tag)),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!clauses.is_empty()).then(|| Box::new(BooleanQuery::new(clauses)) as Box<dyn Query>)
}
