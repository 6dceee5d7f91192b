//! What an encoder makes of a text.

/// A text as vectors: one for the whole, and one for each of its tokens where the encoder gives them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Encoding {
    /// Of unit length; its direction is the text's meaning.
    pub vector: Vec<f32>,
    /// The tokens' unit vectors one after the other, each what a token means in this text; empty if the
    /// encoder gives none.
    pub tokens: Vec<f32>,
    /// How much each token counts where the text is a question; together 1.
    pub weights: Vec<f32>,
}

impl Encoding {
    /// Of a text that has one vector and no tokens.
    pub(super) fn whole(vector: Vec<f32>) -> Encoding {
        Encoding {
            vector,
            ..Encoding::default()
        }
    }

    /// Bytes of memory beyond its own size.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.vector[..])
            + size_of_val(&self.tokens[..])
            + size_of_val(&self.weights[..])
    }

    /// Each token's vector.
    pub fn token_vectors(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        let values = self.tokens.len().checked_div(self.weights.len());
        self.tokens.chunks_exact(values.unwrap_or(1).max(1))
    }
}
