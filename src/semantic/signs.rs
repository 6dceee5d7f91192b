//! Signs of vectors: a bit a value, by which a few likely rows are found among millions.
//!
//! A value of the question counts against a row where their signs differ, by its size in eighths. The rows of
//! the least sums get their exact cosines. Row signs stand in one file, in order: two builds write the same bytes.
//!
//! No graph of a crate (hnsw_rs, instant-distance): threads that insert at once may make another one each time,
//! and it is loaded when opened, not mapped and read where it lies (hnsw_rs maps its vectors only).

use std::ops::{Deref, Range};

use rayon::prelude::*;

use crate::semantic::kernel::{Kernel, Task, dispatch};
use crate::semantic::row::ROW_OVERHEAD;
use crate::semantic::vectors::{Neighbor, Vectors};

/// Bytes of a word of signs.
const WORD: usize = 8;
/// Bits of a value's weight. On real questions two lose rows, and four find no more than three.
const PLANES: usize = 3;
/// The largest weight.
const HEAVIEST: f32 = ((1 << PLANES) - 1) as f32;
/// Weight of a value of average size.
const AVERAGE: f32 = 3.0;
/// Rows that one thread measures at a time.
const SHARE: usize = 1 << 15;
/// So many rows get their cosine for each that is wanted,
const LOOKS_A_ROW: usize = 20;
/// and so many more, for those that want few.
const LOOKS: usize = 1000;

/// The signs of rows of one dimension, over bytes that are owned or mapped.
#[derive(Debug, Clone)]
pub struct Signs<B> {
    bytes: B,
    dimensions: usize,
}

/// Appends the signs of a row, as [`crate::semantic::append_vector`] writes it, to the bytes of [`Signs`].
pub fn append_signs(row: &[u8], to: &mut Vec<u8>) {
    let values = &row[..row.len().saturating_sub(ROW_OVERHEAD)];
    for values in values.chunks(u64::BITS as usize) {
        let bits = values.iter().zip(0u32..);
        let word = bits.fold(0u64, |word, (&value, bit)| {
            word | u64::from(value >> 7) << bit
        });
        to.extend(word.to_le_bytes());
    }
}

impl<B: Deref<Target = [u8]> + Sync> Signs<B> {
    /// Reads what [`append_signs`] wrote of rows of that dimension; `None` if it is not that of so many rows.
    pub fn open(bytes: B, dimensions: usize, rows: usize) -> Option<Signs<B>> {
        let row = dimensions.div_ceil(u64::BITS as usize) * WORD;
        let fits = dimensions > 0 && row.checked_mul(rows) == Some(bytes.len());
        fits.then_some(Signs { bytes, dimensions })
    }

    /// About what [`Vectors::nearest`] gives: the nearest of the rows that their signs make likely. `None` if
    /// question or vectors have another dimension, or there are fewer vectors.
    pub fn nearest<V: Deref<Target = [u8]> + Sync>(
        &self,
        vectors: &Vectors<V>,
        question: &[f32],
        count: usize,
        accept: impl Fn(u32) -> bool + Sync,
    ) -> Option<Vec<Neighbor>> {
        let looks = count.saturating_mul(LOOKS_A_ROW).saturating_add(LOOKS);
        let likely = self.likely(question, looks, accept)?;
        vectors.nearest_of(question, &likely, count)
    }

    /// The `count` rows whose signs fit best among those that `accept` takes, ties by row number.
    fn likely(
        &self,
        question: &[f32],
        count: usize,
        accept: impl Fn(u32) -> bool + Sync,
    ) -> Option<Vec<u32>> {
        if question.len() != self.dimensions {
            return None;
        }
        let (distances, counts) = self.measured(&Weighed::new(question));
        let mut likely: Vec<u32> = Vec::new();
        let (mut seen, mut band) = (0, count);
        while likely.len() < count && seen < counts.len() {
            let from = seen;
            let mut rows = 0;
            while seen < counts.len() && (rows < band || rows == 0) {
                rows += counts[seen] as usize;
                seen += 1;
            }
            let here = from..seen;
            let mut found: Vec<(u16, u32)> = Vec::with_capacity(rows);
            let all = distances.iter().zip(0u32..);
            found.extend(
                all.filter(|(distance, _)| here.contains(&usize::from(**distance)))
                    .map(|(&distance, row)| (distance, row)),
            );
            found.sort_unstable();
            // Whether a row is in scope is dear to tell, so none is asked for that is too far away.
            let found = found.into_par_iter().with_min_len(1 << 12);
            likely.par_extend(found.map(|(_, row)| row).filter(|&row| accept(row)));
            // A narrow scope takes few: a wider band each time leaves few passes over all rows.
            band = band.saturating_mul(2);
        }
        likely.truncate(count);
        Some(likely)
    }

    /// Every row's distance, and how many rows there are at each distance.
    fn measured(&self, question: &Weighed) -> (Vec<u16>, Vec<u32>) {
        let row = question.signs.len() * WORD;
        let mut distances = vec![0; self.bytes.len() / row];
        let measure = |(share, distances): (usize, &mut [u16])| {
            let start = share * SHARE;
            let rows: Range<usize> = start * row..(start + distances.len()) * row;
            dispatch(Measure {
                signs: &self.bytes[rows],
                question,
                distances,
            })
        };
        let counts = distances.par_chunks_mut(SHARE).enumerate().map(measure);
        let none = || vec![0; question.farthest() + 1];
        let counts = counts.reduce(none, |mut all, some| {
            for (all, some) in all.iter_mut().zip(some) {
                *all += some;
            }
            all
        });
        (distances, counts)
    }
}

/// A question's signs, and what each is worth, its bits in planes.
struct Weighed {
    signs: Vec<u64>,
    planes: [Vec<u64>; PLANES],
}

impl Weighed {
    fn new(question: &[f32]) -> Weighed {
        let square: f32 = question.iter().map(|value| value * value).sum();
        let average = (square / question.len() as f32).sqrt();
        let factor = if average.is_normal() {
            AVERAGE / average
        } else {
            0.0
        };
        let words = question.len().div_ceil(u64::BITS as usize);
        let mut signs = vec![0; words];
        let mut planes = [const { Vec::new() }; PLANES];
        planes.iter_mut().for_each(|plane| plane.resize(words, 0));
        for (at, &value) in question.iter().enumerate() {
            let (word, bit) = (at / u64::BITS as usize, at % u64::BITS as usize);
            signs[word] |= u64::from(value < 0.0) << bit;
            let weight = (value.abs() * factor).round_ties_even().min(HEAVIEST) as u64;
            for (place, plane) in planes.iter_mut().enumerate() {
                plane[word] |= (weight >> place & 1) << bit;
            }
        }
        Weighed { signs, planes }
    }

    /// What the signs weigh that differ, in words from `first` on.
    #[inline(always)]
    fn differing<const N: usize>(&self, first: usize, row: &[[u8; WORD]; N]) -> u32 {
        let signs = &self.signs[first..first + N];
        let mut sum = 0;
        for (place, plane) in self.planes.iter().enumerate() {
            let plane = &plane[first..first + N];
            let mut bits = 0;
            for word in 0..N {
                let differ = u64::from_le_bytes(row[word]) ^ signs[word];
                bits += (differ & plane[word]).count_ones();
            }
            sum += bits << place;
        }
        sum
    }

    /// No row is farther away.
    fn farthest(&self) -> usize {
        let planes = self.planes.iter().enumerate();
        let worth = planes.map(|(place, plane)| {
            let bits: u32 = plane.iter().map(|word| word.count_ones()).sum();
            (bits as usize) << place
        });
        worth.sum::<usize>().min(usize::from(u16::MAX))
    }
}

/// Words that are measured together: a loop of known length needs no other inside.
const BLOCK: usize = 8;

/// Measures the distances of rows, and counts them.
struct Measure<'a> {
    signs: &'a [u8],
    question: &'a Weighed,
    distances: &'a mut [u16],
}

impl Task for Measure<'_> {
    type Output = Vec<u32>;

    #[inline(always)]
    fn run<K: Kernel>(self, _: K) -> Vec<u32> {
        let mut counts = vec![0; self.question.farthest() + 1];
        let words = self.question.signs.len();
        let rows = self.signs.as_chunks().0.chunks_exact(words);
        for (row, distance) in rows.zip(self.distances) {
            let (blocks, rest) = row.as_chunks::<BLOCK>();
            let mut sum = 0;
            for (block, row) in blocks.iter().enumerate() {
                sum += self.question.differing(block * BLOCK, row);
            }
            for (word, row) in rest.iter().enumerate() {
                sum += self.question.differing(words - rest.len() + word, &[*row]);
            }
            *distance = sum.min(u32::from(u16::MAX)) as u16;
            counts[usize::from(*distance)] += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::append_vector;
    use crate::semantic::kernel::Portable;
    use proptest::prelude::*;

    fn stored(rows: &[Vec<f32>]) -> (Vec<u8>, Vec<u8>) {
        let (mut vectors, mut signs) = (Vec::new(), Vec::new());
        for row in rows {
            let start = vectors.len();
            append_vector(row, &mut vectors);
            append_signs(&vectors[start..], &mut signs);
        }
        (vectors, signs)
    }

    /// A word and three bits.
    const ODD: usize = 67;

    proptest! {
        #[test]
        fn looking_at_all_rows_finds_what_the_exact_scan_finds(
            rows in prop::collection::vec(prop::collection::vec(-1f32..1.0, ODD), 0..60),
            question in prop::collection::vec(-1f32..1.0, ODD),
            count in 0usize..12,
            third in 0u32..4,
        ) {
            let (vectors, signs) = stored(&rows);
            let vectors = Vectors::open(vectors, ODD).expect("whole rows");
            let signs = Signs::open(signs, ODD, rows.len()).expect("whole rows");
            let accept = |row: u32| row % 3 != third;
            let likely = signs.likely(&question, rows.len(), accept).expect("same dimension");
            let found = vectors.nearest_of(&question, &likely, count);
            prop_assert_eq!(found, vectors.nearest(&question, count, accept));
        }

        #[test]
        fn the_likely_are_those_that_differ_in_the_lightest_values(
            rows in prop::collection::vec(prop::collection::vec(-1f32..1.0, ODD), 0..60),
            question in prop::collection::vec(-1f32..1.0, ODD),
            count in 0usize..40,
        ) {
            let (vectors, signs) = stored(&rows);
            let average = (question.iter().map(|v| v * v).sum::<f32>() / ODD as f32).sqrt();
            let weights = question.iter().map(|v| (v.abs() * (AVERAGE / average)).round_ties_even());
            let weights: Vec<f32> = weights.map(|weight| weight.min(HEAVIEST)).collect();
            let distance = |row: u32| {
                let values = &vectors[row as usize * (ODD + ROW_OVERHEAD)..][..ODD];
                let differ = values.iter().zip(&question).map(|(&a, &b)| ((a as i8) < 0) != (b < 0.0));
                differ.zip(&weights).map(|(differ, &weight)| if differ { weight as u32 } else { 0 }).sum::<u32>()
            };
            let mut expected: Vec<u32> = (0..rows.len() as u32).filter(|row| row % 5 != 1).collect();
            expected.sort_by_key(|&row| (distance(row), row));
            expected.truncate(count);
            let signs = Signs::open(signs, ODD, rows.len()).expect("whole rows");
            prop_assert_eq!(signs.likely(&question, count, |row| row % 5 != 1), Some(expected));
        }

        #[test]
        fn every_kernel_measures_the_same(
            bytes in prop::collection::vec(any::<u8>(), 40 * 2 * WORD),
            question in prop::collection::vec(-1f32..1.0, ODD),
        ) {
            let question = Weighed::new(&question);
            let (mut fast, mut plain) = (vec![0; 40], vec![0; 40]);
            let measure = |distances| Measure { signs: &bytes, question: &question, distances };
            let counts = dispatch(measure(&mut fast));
            prop_assert_eq!(counts, measure(&mut plain).run(Portable));
            prop_assert_eq!(fast, plain);
        }
    }

    /// Numbers about normally distributed, the same every time.
    fn noise(seed: u64) -> impl FnMut() -> f32 {
        let mut state = seed;
        move || {
            let uniform = (0..4).map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (state >> 40) as f32 / (1 << 23) as f32 - 1.0
            });
            uniform.sum()
        }
    }

    #[test]
    fn hardly_a_near_row_is_missed_among_clusters() {
        const ROWS: usize = 20_000;
        const WANTED: usize = 40;
        let mut noise = noise(7);
        let mut vector = |around: &[f32], spread: f32| -> Vec<f32> {
            around.iter().map(|at| at + spread * noise()).collect()
        };
        let middles: Vec<Vec<f32>> = (0..5).map(|_| vector(&[0.0; 512], 1.0)).collect();
        let rows = (0..ROWS).map(|row| vector(&middles[row % middles.len()], 0.8));
        let (vectors, signs) = stored(&rows.collect::<Vec<_>>());
        let vectors = Vectors::open(vectors, 512).expect("whole rows");
        let signs = Signs::open(signs, 512, ROWS).expect("whole rows");
        let mut found = 0;
        for middle in middles.iter().cycle().take(20) {
            let question = vector(middle, 0.8);
            let exact = vectors
                .nearest(&question, WANTED, |_| true)
                .expect("fitting");
            let near = signs
                .nearest(&vectors, &question, WANTED, |_| true)
                .expect("fitting");
            found += exact.iter().filter(|row| near.contains(row)).count();
        }
        let recall = found as f64 / (WANTED * 20) as f64;
        assert!(recall >= 0.95, "{recall}");
    }

    #[test]
    fn ties_go_to_the_earlier_row_on_any_number_of_threads() {
        let rows: Vec<Vec<f32>> = (0..SHARE * 2 + 7)
            .map(|row| vec![1.0, if row % 5 == 0 { 1.0 } else { -1.0 }])
            .collect();
        let (vectors, signs) = stored(&rows);
        let vectors = Vectors::open(vectors, 2).expect("whole rows");
        let signs = Signs::open(signs, 2, rows.len()).expect("whole rows");
        for threads in [1, 2, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let nearest = || signs.nearest(&vectors, &[1.0, 1.0], 4, |row| row > 3);
            let found = pool.expect("threads").install(nearest);
            let found = found.expect("fitting").into_iter().map(|found| found.row);
            assert_eq!(found.collect::<Vec<_>>(), [5, 10, 15, 20], "{threads}");
        }
    }

    #[test]
    fn a_narrow_scope_is_found_however_far_away() {
        let rows: Vec<Vec<f32>> = (0..5000)
            .map(|row| vec![if row % 1000 == 7 { -1.0 } else { 1.0 }; 3])
            .collect();
        let (vectors, signs) = stored(&rows);
        let vectors = Vectors::open(vectors, 3).expect("whole rows");
        let signs = Signs::open(signs, 3, rows.len()).expect("whole rows");
        let found = signs.nearest(&vectors, &[1.0; 3], 9, |row| row % 1000 == 7);
        let found = found.expect("fitting").into_iter().map(|found| found.row);
        assert_eq!(found.collect::<Vec<_>>(), [7, 1007, 2007, 3007, 4007]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let (vectors, bytes) = stored(&[vec![1.0, 2.0, 3.0], vec![1.0, -2.0, 3.0]]);
        for (bytes, dimensions, rows) in [
            (&bytes[1..], 3, 2),
            (&bytes[..], 3, 1),
            (&bytes[..], 65, 2),
            (&bytes[..], 0, 2),
            (&bytes[..], usize::MAX, usize::MAX),
        ] {
            assert!(Signs::open(bytes, dimensions, rows).is_none(), "{rows}");
        }
        let signs = Signs::open(&bytes[..], 3, 2).expect("whole rows");
        let all = Vectors::open(&vectors[..], 3).expect("whole rows");
        let fewer = Vectors::open(&vectors[..7], 3).expect("whole rows");
        assert!(signs.nearest(&all, &[1.0], 1, |_| true).is_none());
        assert!(signs.nearest(&fewer, &[1.0; 3], 1, |_| true).is_none());
    }

    #[test]
    fn a_question_without_direction_is_answered_in_order() {
        let (_, bytes) = stored(&[vec![1.0, 2.0], vec![-1.0, 2.0]]);
        let signs = Signs::open(bytes, 2, 2).expect("whole rows");
        for question in [[0.0, 0.0], [f32::NAN, 0.0], [f32::INFINITY, 1.0]] {
            assert_eq!(signs.likely(&question, 5, |_| true), Some(vec![0, 1]));
        }
    }
}
