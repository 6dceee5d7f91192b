//! The forward pass of RoFormer-Sim: token ids in, one vector a text out.

use std::ops::Range;

use crate::semantic::arithmetic::{dot, gelu, layer_norm, normalize, softmax};
use crate::semantic::kernel::{Columns, Kernel, Task};
use crate::semantic::weights::{HIDDEN, INNER, Layer, Weights};

/// Attention heads, and the width of each.
const HEADS: usize = 6;
const WIDTH: usize = HIDDEN / HEADS;

/// Sines and cosines of the rotary positions, for pairs of neighbouring values.
#[derive(Debug)]
pub(super) struct Rotary {
    /// Sine and cosine of a position's angles, position by position.
    turns: Vec<[(f32, f32); WIDTH / 2]>,
}

impl Rotary {
    pub(super) fn new(positions: usize) -> Rotary {
        let turn = |position: usize| {
            std::array::from_fn(|pair| {
                // `libm` gives the same bits everywhere; the system's functions need not.
                let pace = libm::pow(10_000.0, -((2 * pair) as f64) / WIDTH as f64);
                let (sin, cos) = libm::sincos(position as f64 * pace);
                (sin as f32, cos as f32)
            })
        };
        Rotary {
            turns: (0..positions).map(turn).collect(),
        }
    }

    /// Turns every head of every row by the row's position in its text.
    #[inline(always)]
    fn turn(&self, rows: &mut [f32], texts: &[Range<usize>]) {
        for text in texts {
            let rows = &mut rows[text.start * HIDDEN..text.end * HIDDEN];
            for (row, turns) in rows.chunks_exact_mut(HIDDEN).zip(&self.turns) {
                for head in row.chunks_exact_mut(WIDTH) {
                    for (pair, (sin, cos)) in head.as_chunks_mut::<2>().0.iter_mut().zip(turns) {
                        let [even, odd] = *pair;
                        *pair = [even * cos - odd * sin, odd * cos + even * sin];
                    }
                }
            }
        }
    }
}

/// Memory of one forward pass, kept for the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Token ids of all texts, one after the other.
    ids: Vec<u32>,
    /// Which of them belong to which text.
    texts: Vec<Range<usize>>,
    /// One unit vector a text, when the pass is done.
    pub(super) vectors: Vec<f32>,
    columns: Columns,
    state: Vec<f32>,
    query: Vec<f32>,
    key: Vec<f32>,
    value: Vec<f32>,
    mixed: Vec<f32>,
    inner: Vec<f32>,
    added: Vec<f32>,
    scores: Vec<f32>,
    firsts: Vec<Range<usize>>,
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
}

/// A forward pass over the texts of a scratch. A text's vector does not depend on the others.
pub(super) struct Forward<'a> {
    pub(super) weights: &'a Weights,
    pub(super) rotary: &'a Rotary,
    pub(super) scratch: &'a mut Scratch,
}

impl Task for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) {
        let Forward {
            weights,
            rotary,
            scratch: s,
        } = self;
        s.state.clear();
        for &id in &s.ids {
            weights.embedding.append_row(id as usize, &mut s.state);
        }
        let norm = &weights.embedding_norm;
        layer_norm(&mut s.state, &norm.weight, &norm.bias);
        s.firsts.clear();
        s.firsts
            .extend((0..s.texts.len()).map(|text| text..text + 1));
        for (number, layer) in weights.layers.iter().enumerate() {
            let last = number + 1 == weights.layers.len();
            run_layer(kernel, layer, rotary, s, last);
        }
        s.columns.fill(&s.state, HIDDEN);
        weights.pooler.apply(kernel, &s.columns, &mut s.vectors);
        for vector in s.vectors.chunks_exact_mut(HIDDEN) {
            normalize(vector);
        }
    }
}

/// Takes the state through a layer. After the last one only each text's first token is read, so that one
/// only computes those.
#[inline(always)]
fn run_layer<K: Kernel>(kernel: K, layer: &Layer, rotary: &Rotary, s: &mut Scratch, last: bool) {
    s.columns.fill(&s.state, HIDDEN);
    layer.key.apply(kernel, &s.columns, &mut s.key);
    layer.value.apply(kernel, &s.columns, &mut s.value);
    rotary.turn(&mut s.key, &s.texts);
    if last {
        for (text, range) in s.texts.iter().enumerate() {
            let first = range.start * HIDDEN;
            s.state.copy_within(first..first + HIDDEN, text * HIDDEN);
        }
        s.state.truncate(s.texts.len() * HIDDEN);
        s.columns.fill(&s.state, HIDDEN);
    }
    layer.query.apply(kernel, &s.columns, &mut s.query);
    let queries = if last { &s.firsts } else { &s.texts };
    rotary.turn(&mut s.query, queries);
    s.mixed.clear();
    s.mixed.resize(s.state.len(), 0.0);
    for (rows, text) in queries.iter().zip(&s.texts) {
        let whole = text.start * HIDDEN..text.end * HIDDEN;
        let (key, value) = (&s.key[whole.clone()], &s.value[whole]);
        for row in rows.clone() {
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
