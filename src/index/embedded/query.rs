//! A scope becomes a tantivy query. User text never meets tantivy's query parser, which would make a phrase of
//! every unspaced run of Chinese.

use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

use crate::index::Scope;
use crate::index::embedded::schema::Fields;

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
