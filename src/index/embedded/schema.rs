//! The fields that tantivy searches. What is shown lies in records of our own (see `records`).

use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};

/// The name of the tokenizer that our fields carry. It cuts at white space, for terms come ready-made.
pub(super) const TOKENIZER: &str = "jida";

/// Handles of all fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// Entry id, one term.
    pub(super) id: Field,
    /// Position in the corpus, which is also the number of its records.
    pub(super) ordinal: Field,
    /// Words, bigrams and characters of the question.
    pub(super) question: Field,
    /// The same of all variants together. Its length does not count: an entry must not sink because
    /// its author wrote many.
    pub(super) variants: Field,
    /// The same of question, variants, heading and answer.
    pub(super) all: Field,
    /// One term for each category the entry is in, from the outermost down.
    pub(super) category: Field,
    /// One term a tag.
    pub(super) tag: Field,
}

/// The schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let terms = |fieldnorms: bool| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(TOKENIZER)
                .set_fieldnorms(fieldnorms)
                .set_index_option(IndexRecordOption::WithFreqs),
        )
    };
    let exact = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic),
    );
    let fields = Fields {
        id: builder.add_text_field("id", exact.clone()),
        ordinal: builder.add_u64_field("ordinal", NumericOptions::default().set_fast()),
        question: builder.add_text_field("question", terms(true)),
        variants: builder.add_text_field("variants", terms(false)),
        all: builder.add_text_field("all", terms(true)),
        category: builder.add_text_field("category", exact.clone()),
        tag: builder.add_text_field("tag", exact),
    };
    (builder.build(), fields)
}
