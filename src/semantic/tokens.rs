//! Late interaction: every token of a question beside the token of a text that is nearest to it
//! (Khattab and Zaharia 2020, “ColBERT”).
//!
//! One vector must hold all that a text says; tokens keep it apart, so that a long answer is as near to a
//! question about one of its sentences as that sentence alone.

use std::ops::{Deref, Range};

use crate::semantic::encoding::Encoding;
use crate::semantic::kernel::{Columns, Kernel, Task, dispatch};
use crate::semantic::row::{ROW_OVERHEAD, row_scale};

/// Tokens of the question that are multiplied with a row at once.
const TILE: usize = 4;

/// The tokens of texts, over bytes that are owned or mapped; rows as [`crate::semantic::append_vector`]
/// writes them.
#[derive(Debug, Clone)]
pub struct Tokens<B> {
    bytes: B,
    dimensions: usize,
}

/// A question's tokens, ready to be held beside those of many texts.
#[derive(Debug)]
pub struct QuestionTokens {
    /// One token each; zeros make them whole tiles.
    columns: Columns,
    /// What makes a product of a row and a token a cosine.
    scales: Vec<f32>,
    weights: Vec<f32>,
    dimensions: usize,
}

impl QuestionTokens {
    /// The tokens of a question; `None` if its encoder gives none.
    pub fn new(question: &Encoding) -> Option<QuestionTokens> {
        let count = question.weights.len();
        let dimensions = question.tokens.len().checked_div(count)?;
        if dimensions == 0 {
            return None;
        }
        let mut values = question.tokens.clone();
        values.resize(count.next_multiple_of(TILE) * dimensions, 0.0);
        let mut columns = Columns::default();
        columns.fill(&values, dimensions);
        Some(QuestionTokens {
            scales: (0..count).map(|token| columns.unit_scale(token)).collect(),
            weights: question.weights.clone(),
            columns,
            dimensions,
        })
    }

    /// Sums up how near each token of the question found its nearest, by how much the tokens count.
    pub fn sum_up(&self, nearest: &[f32]) -> TokenNearness {
        let mean_of = |value: &dyn Fn(f32) -> f32| -> f32 {
            let weighed = nearest.iter().zip(&self.weights);
            weighed.map(|(&near, weight)| value(near) * weight).sum()
        };
        let mean = mean_of(&|near| near);
        TokenNearness {
            mean,
            spread: mean_of(&|near| (near - mean).powi(2)).sqrt(),
        }
    }
}

/// How near a text comes to a question, token by token.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TokenNearness {
    /// The mean over the question's tokens, from 0 to 1.
    pub mean: f32,
    /// The standard deviation: a text that says all but one word of the question, be it the one that
    /// matters, is as near on the mean as one that says all in other words, but it is near less evenly.
    pub spread: f32,
}

impl<B: Deref<Target = [u8]>> Tokens<B> {
    /// Reads rows; `None` if the bytes are not whole rows of that dimension.
    pub fn open(bytes: B, dimensions: usize) -> Option<Tokens<B>> {
        let whole = dimensions > 0 && bytes.len().is_multiple_of(dimensions + ROW_OVERHEAD);
        whole.then_some(Tokens { bytes, dimensions })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / (self.dimensions + ROW_OVERHEAD)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// For each range of rows, how near its nearest row is to each token of the question: a cosine from 0
    /// to 1, 0 if none is nearer. `None` if the question has another dimension or there are no such rows.
    pub fn nearest(
        &self,
        question: &QuestionTokens,
        ranges: &[Range<usize>],
    ) -> Option<Vec<Vec<f32>>> {
        let len = self.len();
        let known = ranges
            .iter()
            .all(|rows| rows.start <= rows.end && rows.end <= len);
        let fits = known && question.dimensions == self.dimensions;
        fits.then(|| {
            dispatch(Nearest {
                bytes: &self.bytes,
                question,
                ranges,
            })
        })
    }
}

struct Nearest<'a> {
    bytes: &'a [u8],
    question: &'a QuestionTokens,
    ranges: &'a [Range<usize>],
}

impl Task for Nearest<'_> {
    type Output = Vec<Vec<f32>>;

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> Vec<Vec<f32>> {
        let QuestionTokens {
            columns,
            scales,
            dimensions,
            ..
        } = self.question;
        let stride = dimensions + ROW_OVERHEAD;
        let mut all = Vec::with_capacity(self.ranges.len());
        for rows in self.ranges {
            let mut best = vec![0f32; columns.count()];
            let bytes = &self.bytes[rows.start * stride..rows.end * stride];
            for row in bytes.chunks_exact(stride) {
                let (values, scale) = row.split_at(*dimensions);
                let scale = row_scale(scale);
                for first in (0..columns.count()).step_by(TILE) {
                    let [products] = kernel.products::<1, TILE>([values], columns.at(first));
                    for c in 0..TILE {
                        best[first + c] = best[first + c].max(products[c] as f32 * scale);
                    }
                }
            }
            best.truncate(scales.len());
            for (best, scale) in best.iter_mut().zip(scales) {
                *best = (*best * scale).min(1.0);
            }
            all.push(best);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::append_vector;
    use proptest::prelude::*;

    const DIMENSIONS: usize = 19;

    fn question(tokens: &[Vec<f32>]) -> QuestionTokens {
        let encoding = Encoding {
            tokens: tokens.concat(),
            weights: vec![1.0 / tokens.len() as f32; tokens.len()],
            ..Encoding::default()
        };
        QuestionTokens::new(&encoding).expect("there are tokens")
    }

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(f32::MIN_POSITIVE)
    }

    fn token() -> impl Strategy<Value = Vec<f32>> {
        prop::collection::vec(-1f32..1.0, DIMENSIONS)
    }

    proptest! {
        #[test]
        fn every_token_finds_its_nearest(
            asked in prop::collection::vec(token(), 1..7),
            text in prop::collection::vec(token(), 0..9),
        ) {
            let mut bytes = Vec::new();
            text.iter().for_each(|row| append_vector(row, &mut bytes));
            let tokens = Tokens::open(bytes, DIMENSIONS).expect("whole rows");
            prop_assert_eq!(tokens.len(), text.len());
            let question = question(&asked);
            let middle = text.len() / 2;
            let parts = [0..middle, middle..text.len(), 0..text.len()];
            let found = tokens.nearest(&question, &parts).expect("known rows");
            for (range, found) in parts.into_iter().zip(&found) {
                for (asked, found) in asked.iter().zip(found) {
                    let cosines = text[range.clone()].iter().map(|row| cosine(asked, row));
                    let expected = cosines.fold(0.0, f32::max);
                    prop_assert!((found - expected).abs() < 0.02, "{} {}", found, expected);
                }
            }
            for ((whole, first), second) in found[2].iter().zip(&found[0]).zip(&found[1]) {
                prop_assert_eq!(*whole, first.max(*second));
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut bytes = Vec::new();
        append_vector(&[1.0, 0.0], &mut bytes);
        assert!(Tokens::open(&bytes[1..], 2).is_none());
        assert!(Tokens::open(&bytes[..], 0).is_none());
        let tokens = Tokens::open(bytes, 2).expect("whole rows");
        assert!(!tokens.is_empty());
        let one = |values: &[f32]| question(&[values.to_vec()]);
        assert_eq!(tokens.nearest(&one(&[1.0; 3]), &[0..1, 0..0]), None);
        assert_eq!(tokens.nearest(&one(&[1.0; 2]), &[0..2, 0..1]), None);
        assert_eq!(
            tokens.nearest(&one(&[-1.0, 0.0]), &[0..1, 1..1]),
            Some(vec![vec![0.0], vec![0.0]])
        );
        assert!(QuestionTokens::new(&Encoding::whole(vec![1.0])).is_none());
    }

    #[test]
    fn tokens_count_by_their_weights() {
        let encoding = Encoding {
            tokens: vec![1.0, 0.0, 0.0, 1.0],
            weights: vec![0.75, 0.25],
            ..Encoding::default()
        };
        let question = QuestionTokens::new(&encoding).expect("there are tokens");
        let uneven = question.sum_up(&[1.0, 0.2]);
        assert_eq!(uneven.mean, 0.8);
        assert!((uneven.spread - 0.346).abs() < 1e-3, "{uneven:?}");
        let even = question.sum_up(&[0.5, 0.5]);
        assert_eq!((even.mean, even.spread), (0.5, 0.0));
        assert_eq!(encoding.token_vectors().len(), 2);
    }
}
