//! Vectors at rest: int8 rows in a file's bytes, scanned whole for the nearest.
//!
//! A row is its values as int8, then the f32 that turns a product into a cosine. The scan is exact over these
//! rows, so results depend on nothing but the bytes and the question.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::{Deref, Range};

use rayon::prelude::*;

use crate::semantic::kernel::{Columns, Kernel, Task, dispatch};
use crate::semantic::row::{ROW_OVERHEAD, row_scale};

/// Rows that one thread scans at a time; fewer are not worth a second thread.
const SHARE: usize = 1 << 15;

/// Rows of one dimension, over bytes that are owned or mapped.
#[derive(Debug, Clone)]
pub struct Vectors<B> {
    bytes: B,
    dimensions: usize,
}

/// A row and how near it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbor {
    /// The row's number.
    pub row: u32,
    /// Cosine of row and question, from -1 to 1.
    pub cosine: f32,
}

impl<B: Deref<Target = [u8]> + Sync> Vectors<B> {
    /// Reads what [`crate::semantic::append_vector`] wrote; `None` if the bytes are not whole rows of that dimension, or more
    /// than a `u32` counts.
    pub fn open(bytes: B, dimensions: usize) -> Option<Vectors<B>> {
        let stride = dimensions.checked_add(ROW_OVERHEAD)?;
        let whole = dimensions > 0 && bytes.len().is_multiple_of(stride);
        let counted = u32::try_from(bytes.len() / stride).is_ok();
        (whole && counted).then_some(Vectors { bytes, dimensions })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / (self.dimensions + ROW_OVERHEAD)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Values of a row.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The `count` nearest rows among those that `accept` takes, nearest first, ties by row number. `None` if
    /// the question has another dimension. Large files are scanned on all cores.
    pub fn nearest(
        &self,
        question: &[f32],
        count: usize,
        accept: impl Fn(u32) -> bool + Sync,
    ) -> Option<Vec<Neighbor>> {
        let question = Question::new(question, self.dimensions)?;
        let scan = |rows: Range<usize>| {
            dispatch(Scan {
                bytes: &self.bytes,
                question: &question,
                rows,
                count,
                accept: &accept,
            })
        };
        let best = if self.len() <= SHARE {
            scan(0..self.len())
        } else {
            let shares = (0..self.len().div_ceil(SHARE)).into_par_iter();
            let shares = shares.map(|share| {
                let start = share * SHARE;
                scan(start..self.len().min(start + SHARE))
            });
            shares.reduce(BinaryHeap::new, |mut all, some| {
                some.into_iter()
                    .for_each(|found| keep(&mut all, found, count));
                all
            })
        };
        Some(
            best.into_sorted_vec()
                .into_iter()
                .map(|found| found.0)
                .collect(),
        )
    }

    /// The `count` nearest of chosen rows, as [`Vectors::nearest`] gives them. `None` if the question has another
    /// dimension or there is no such row.
    pub fn nearest_of(
        &self,
        question: &[f32],
        rows: &[u32],
        count: usize,
    ) -> Option<Vec<Neighbor>> {
        let found = rows.iter().zip(self.cosines(question, rows)?);
        let mut found: Vec<Found> = found
            .map(|(&row, cosine)| Found(Neighbor { row, cosine }))
            .collect();
        found.sort_unstable();
        found.truncate(count);
        Some(found.into_iter().map(|found| found.0).collect())
    }

    /// Cosines of chosen rows, in the order asked. `None` if the question has another dimension or there is no
    /// such row.
    pub fn cosines(&self, question: &[f32], rows: &[u32]) -> Option<Vec<f32>> {
        let question = Question::new(question, self.dimensions)?;
        let len = self.len();
        let known = rows.iter().all(|&row| (row as usize) < len);
        known.then(|| {
            dispatch(Chosen {
                bytes: &self.bytes,
                question: &question,
                rows,
            })
        })
    }
}

/// A question as one column of the products.
struct Question {
    column: Columns,
    /// Its cosine's share of the scale.
    scale: f32,
}

impl Question {
    fn new(question: &[f32], dimensions: usize) -> Option<Question> {
        if question.len() != dimensions {
            return None;
        }
        let mut column = Columns::default();
        column.fill(question, dimensions);
        Some(Question {
            scale: column.unit_scale(0),
            column,
        })
    }

    #[inline(always)]
    fn cosines<K: Kernel, const R: usize>(&self, kernel: K, rows: [&[u8]; R]) -> [f32; R] {
        let [column] = self.column.at::<1>(0);
        let mut values: [&[u8]; R] = [&[]; R];
        let mut scales = [0.0; R];
        for r in 0..R {
            let (row, scale) = rows[r].split_at(column.len());
            values[r] = row;
            scales[r] = row_scale(scale);
        }
        let products = kernel.products::<R, 1>(values, [column]);
        let mut cosines = [0.0; R];
        for r in 0..R {
            cosines[r] = products[r][0] as f32 * scales[r] * self.scale;
        }
        cosines
    }
}

struct Scan<'a, A> {
    bytes: &'a [u8],
    question: &'a Question,
    rows: Range<usize>,
    count: usize,
    accept: &'a A,
}

impl<A: Fn(u32) -> bool> Task for Scan<'_, A> {
    type Output = BinaryHeap<Found>;

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> BinaryHeap<Found> {
        /// Rows that are multiplied together.
        const TILE: usize = 4;
        let stride = self.question.column.at::<1>(0)[0].len() + ROW_OVERHEAD;
        let bytes = &self.bytes[self.rows.start * stride..self.rows.end * stride];
        let mut best = BinaryHeap::new();
        let mut row = self.rows.start as u32;
        let mut offer = |cosine: f32| {
            let found = Found(Neighbor { row, cosine });
            row += 1;
            let full = best.len() >= self.count;
            if !(full && best.peek().is_none_or(|worst| *worst <= found))
                && (self.accept)(found.0.row)
            {
                keep(&mut best, found, self.count);
            }
        };
        let mut tiles = bytes.chunks_exact(TILE * stride);
        for tile in &mut tiles {
            let (a, b) = tile.split_at(2 * stride);
            let ((a, b), (c, d)) = (a.split_at(stride), b.split_at(stride));
            for cosine in self.question.cosines(kernel, [a, b, c, d]) {
                offer(cosine);
            }
        }
        for last in tiles.remainder().chunks_exact(stride) {
            let [cosine] = self.question.cosines(kernel, [last]);
            offer(cosine);
        }
        best
    }
}

struct Chosen<'a> {
    bytes: &'a [u8],
    question: &'a Question,
    rows: &'a [u32],
}

impl Task for Chosen<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> Vec<f32> {
        let stride = self.question.column.at::<1>(0)[0].len() + ROW_OVERHEAD;
        let mut cosines = Vec::with_capacity(self.rows.len());
        for &row in self.rows {
            let row = &self.bytes[row as usize * stride..][..stride];
            let [cosine] = self.question.cosines(kernel, [row]);
            cosines.push(cosine);
        }
        cosines
    }
}

/// A neighbour in the order of results: the greatest is the one to give up first.
#[derive(Debug, Clone, Copy)]
struct Found(Neighbor);

impl Ord for Found {
    fn cmp(&self, other: &Found) -> Ordering {
        let nearer = other.0.cosine.total_cmp(&self.0.cosine);
        nearer.then(self.0.row.cmp(&other.0.row))
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Found) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Found {
    fn eq(&self, other: &Found) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Found {}

fn keep(best: &mut BinaryHeap<Found>, found: Found, count: usize) {
    best.push(found);
    if best.len() > count {
        best.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::append_vector;
    use proptest::prelude::*;

    fn stored(rows: &[Vec<f32>]) -> Vec<u8> {
        let mut bytes = Vec::new();
        rows.iter().for_each(|row| append_vector(row, &mut bytes));
        bytes
    }

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let lengths = (dot(a, a) * dot(b, b)).sqrt();
        if lengths > 0.0 {
            dot(a, b) / lengths
        } else {
            0.0
        }
    }

    proptest! {
        #[test]
        fn the_scan_finds_what_sorting_finds(
            rows in prop::collection::vec(prop::collection::vec(-1f32..1.0, 19), 0..40),
            question in prop::collection::vec(-1f32..1.0, 19),
            count in 0usize..12,
        ) {
            let bytes = stored(&rows);
            let vectors = Vectors::open(bytes.as_slice(), 19).expect("whole rows");
            let numbers: Vec<u32> = (0..rows.len() as u32).collect();
            let cosines = vectors.cosines(&question, &numbers).expect("known rows");
            for (row, found) in rows.iter().zip(&cosines) {
                prop_assert!((found - cosine(row, &question)).abs() < 0.02);
            }
            let mut expected: Vec<u32> = numbers.iter().copied().filter(|row| row % 3 != 1).collect();
            expected.sort_by(|&a, &b| cosines[b as usize].total_cmp(&cosines[a as usize]));
            expected.truncate(count);
            let found = vectors.nearest(&question, count, |row| row % 3 != 1).expect("same dimension");
            for neighbor in &found {
                prop_assert_eq!(neighbor.cosine, cosines[neighbor.row as usize]);
            }
            prop_assert_eq!(found.iter().map(|found| found.row).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn ties_go_to_the_earlier_row_on_any_number_of_threads() {
        let rows = SHARE * 2 + 7;
        let mut bytes = Vec::new();
        for row in 0..rows {
            append_vector(&[1.0, (row % 5) as f32], &mut bytes);
        }
        let vectors = Vectors::open(bytes, 2).expect("whole rows");
        let found = vectors
            .nearest(&[1.0, 0.0], 4, |row| row > 3)
            .expect("same dimension");
        let found: Vec<(u32, f32)> = found
            .iter()
            .map(|found| (found.row, found.cosine))
            .collect();
        assert_eq!(found, [(5, 1.0), (10, 1.0), (15, 1.0), (20, 1.0)]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let bytes = stored(&[vec![1.0, 2.0, 3.0]]);
        assert!(Vectors::open(&bytes[1..], 3).is_none());
        assert!(Vectors::open(&bytes[..], 0).is_none());
        assert!(Vectors::open(&bytes[..], usize::MAX).is_none());
        let vectors = Vectors::open(&bytes[..], 3).expect("whole rows");
        assert!(vectors.nearest(&[1.0], 1, |_| true).is_none());
        assert!(vectors.cosines(&[1.0, 2.0, 3.0], &[1]).is_none());
        assert_eq!((vectors.len(), vectors.is_empty()), (1, false));
    }

    #[test]
    fn a_vector_without_direction_is_near_nothing() {
        let bytes = stored(&[vec![0.0, 0.0], vec![f32::NAN, 0.0]]);
        let vectors = Vectors::open(bytes, 2).expect("whole rows");
        assert_eq!(vectors.cosines(&[1.0, 1.0], &[0, 1]), Some(vec![0.0, 0.0]));
        assert_eq!(vectors.cosines(&[0.0, 0.0], &[0]), Some(vec![0.0]));
    }
}
