//! The forward pass of BERT: token ids in, vectors of texts and of tokens out.

use std::ops::Range;

use crate::semantic::arithmetic::{dot, gelu, layer_norm, normalize, sigmoid, softmax};
use crate::semantic::encoding::Encoding;
use crate::semantic::kernel::{Columns, Kernel, Task};
use crate::semantic::weights::{HIDDEN, INNER, Layer, TOKEN, Weights};

/// Attention heads, and the width of each.
const HEADS: usize = HIDDEN / WIDTH;
const WIDTH: usize = 64;

/// Memory of one forward pass, kept for the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Token ids of all texts, one after the other.
    ids: Vec<u32>,
    /// Which of them belong to which text.
    pub(super) texts: Vec<Range<usize>>,
    /// When the pass is done: one unit vector a text.
    pub(super) vectors: Vec<f32>,
    /// One unit vector a token.
    pub(super) tokens: Vec<f32>,
    /// How much each token counts, from 0 to 1.
    pub(super) gates: Vec<f32>,
    columns: Columns,
    state: Vec<f32>,
    query: Vec<f32>,
    key: Vec<f32>,
    value: Vec<f32>,
    mixed: Vec<f32>,
    inner: Vec<f32>,
    added: Vec<f32>,
    scores: Vec<f32>,
}

impl Scratch {
    /// Sets the texts of the next pass.
    pub(super) fn load(&mut self, texts: &[Vec<u32>]) {
        self.ids.clear();
        self.texts.clear();
        for ids in texts {
            let start = self.ids.len();
            self.ids.extend(ids);
            self.texts.push(start..self.ids.len());
        }
    }

    /// What a pass has made of its texts. The tokens around a text are no part of it.
    pub(super) fn encodings(&self) -> Vec<Encoding> {
        let vectors = self.vectors.chunks_exact(HIDDEN).zip(&self.texts);
        let encodings = vectors.map(|(vector, text)| {
            let inner = text.start + 1..(text.end - 1).max(text.start + 1);
            let gates = &self.gates[inner.clone()];
            let all: f32 = gates.iter().sum();
            Encoding {
                vector: vector.to_vec(),
                tokens: self.tokens[inner.start * TOKEN..inner.end * TOKEN].to_vec(),
                weights: gates.iter().map(|gate| gate / all).collect(),
            }
        });
        encodings.collect()
    }
}

/// A forward pass over the texts of a scratch. A text's vector does not depend on the others.
pub(super) struct Forward<'a> {
    pub(super) weights: &'a Weights,
    pub(super) scratch: &'a mut Scratch,
}

impl Task for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) {
        let Forward {
            weights,
            scratch: s,
        } = self;
        s.state.clear();
        for text in &s.texts {
            for (position, &id) in s.ids[text.clone()].iter().enumerate() {
                let start = s.state.len();
                weights.embedding.append_row(id as usize, &mut s.state);
                weights.positions.add_row(position, &mut s.state[start..]);
            }
        }
        let norm = &weights.embedding_norm;
        layer_norm(&mut s.state, &norm.weight, &norm.bias);
        for layer in &weights.layers {
            run_layer(kernel, layer, s);
        }
        s.vectors.clear();
        for text in &s.texts {
            let first = text.start * HIDDEN;
            s.vectors.extend(&s.state[first..first + HIDDEN]);
        }
        for vector in s.vectors.chunks_exact_mut(HIDDEN) {
            normalize(vector);
        }
        s.columns.fill(&s.state, HIDDEN);
        weights.token.apply(kernel, &s.columns, &mut s.tokens);
        for token in s.tokens.chunks_exact_mut(TOKEN) {
            normalize(token);
        }
        s.gates.clear();
        for state in s.state.chunks_exact(HIDDEN) {
            s.gates
                .push(sigmoid(dot(state, &weights.gate) + weights.gate_bias));
        }
    }
}

/// Takes the state through a layer.
#[inline(always)]
fn run_layer<K: Kernel>(kernel: K, layer: &Layer, s: &mut Scratch) {
    s.columns.fill(&s.state, HIDDEN);
    layer.key.apply(kernel, &s.columns, &mut s.key);
    layer.value.apply(kernel, &s.columns, &mut s.value);
    layer.query.apply(kernel, &s.columns, &mut s.query);
    s.mixed.clear();
    s.mixed.resize(s.state.len(), 0.0);
    for text in &s.texts {
        let whole = text.start * HIDDEN..text.end * HIDDEN;
        let (key, value) = (&s.key[whole.clone()], &s.value[whole]);
        for row in text.clone() {
            let row = row * HIDDEN..(row + 1) * HIDDEN;
            attend(
                &s.query[row.clone()],
                key,
                value,
                &mut s.scores,
                &mut s.mixed[row],
            );
        }
    }
    s.columns.fill(&s.mixed, HIDDEN);
    layer.output.apply(kernel, &s.columns, &mut s.added);
    add(&mut s.state, &s.added);
    let norm = &layer.attention_norm;
    layer_norm(&mut s.state, &norm.weight, &norm.bias);

    s.columns.fill(&s.state, HIDDEN);
    layer.up.apply(kernel, &s.columns, &mut s.inner);
    gelu(&mut s.inner);
    s.columns.fill(&s.inner, INNER);
    layer.down.apply(kernel, &s.columns, &mut s.added);
    add(&mut s.state, &s.added);
    let norm = &layer.feed_forward_norm;
    layer_norm(&mut s.state, &norm.weight, &norm.bias);
}

/// One row's attention to a text, all heads; `mixed` must be zero.
#[inline(always)]
fn attend(query: &[f32], key: &[f32], value: &[f32], scores: &mut Vec<f32>, mixed: &mut [f32]) {
    for head in 0..HEADS {
        let part = head * WIDTH..(head + 1) * WIDTH;
        let query = &query[part.clone()];
        scores.clear();
        for key in key.chunks_exact(HIDDEN) {
            // Eight is the square root of a head's width.
            scores.push(dot(query, &key[part.clone()]) / 8.0);
        }
        softmax(scores);
        let mixed = &mut mixed[part.clone()];
        for (weight, value) in scores.iter().zip(value.chunks_exact(HIDDEN)) {
            for (mixed, value) in mixed.iter_mut().zip(&value[part.clone()]) {
                *mixed += weight * value;
            }
        }
    }
}

#[inline(always)]
fn add(to: &mut [f32], values: &[f32]) {
    for (to, value) in to.iter_mut().zip(values) {
        *to += value;
    }
}
