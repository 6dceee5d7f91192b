//! Our tokens as tantivy takes them.
//!
//! Analysis costs far more than writing postings, and a single tantivy writer keeps the order of
//! documents fixed. So entries are analysed on all cores before they reach the writer, and fields get
//! their tokens ready-made. The registered tokenizer stands for the name in the schema and refuses
//! to cut raw text by rules that differ from ours.

use tantivy::tokenizer::{PreTokenizedString, Token, TokenStream, Tokenizer};

/// Yields nothing: raw text never reaches our fields.
#[derive(Debug, Clone, Default)]
pub(super) struct Pretokenized;

/// The stream of [`Pretokenized`].
#[derive(Debug, Default)]
pub(super) struct NoTokens {
    token: Token,
}

impl Tokenizer for Pretokenized {
    type TokenStream<'a> = NoTokens;

    fn token_stream<'a>(&'a mut self, _text: &'a str) -> NoTokens {
        NoTokens::default()
    }
}

impl TokenStream for NoTokens {
    fn advance(&mut self) -> bool {
        false
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// Terms as a field value. Offsets and positions are left out: fields index frequencies only.
pub(super) fn field_value(terms: Vec<String>) -> PreTokenizedString {
    let tokens = terms.into_iter().enumerate().map(|(position, text)| Token {
        position,
        text,
        ..Token::default()
    });
    PreTokenizedString {
        text: String::new(),
        tokens: tokens.collect(),
    }
}
