//! Products of int8 rows and int16 columns: the inner loop of the encoder and of the vector scan.
//!
//! Sums of integers are exact, so every kernel, any blocking and any number of threads give the same bits.

/// The largest product of an int8 and an int16 sum that stays within an i32, over `length` terms.
fn largest(length: usize) -> f32 {
    let bound = i32::MAX as usize / 128 / length.max(1);
    bound.min(i16::MAX as usize) as f32
}

/// A way to multiply rows with columns.
pub(super) trait Kernel: Copy {
    /// The products of `R` rows of int8 with `C` columns, all of one length.
    fn products<const R: usize, const C: usize>(
        self,
        rows: [&[u8]; R],
        columns: [&[i16]; C],
    ) -> [[i32; C]; R];
}

/// Work that is compiled once for every kernel, its plain loops included.
pub(super) trait Task {
    /// What it gives.
    type Output;

    /// Does the work. Everything it calls must be `#[inline(always)]`, or stays compiled for the oldest CPU.
    fn run<K: Kernel>(self, kernel: K) -> Self::Output;
}

/// Runs a task with the best kernel of this CPU.
pub(super) fn dispatch<T: Task>(task: T) -> T::Output {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = pulp::x86::V3::try_new() {
        return avx2.vectorize(x86::WithAvx2(avx2, task));
    }
    task.run(Portable)
}

/// Plain loops for any CPU.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Kernel for Portable {
    #[inline(always)]
    fn products<const R: usize, const C: usize>(
        self,
        rows: [&[u8]; R],
        columns: [&[i16]; C],
    ) -> [[i32; C]; R] {
        let mut products = [[0; C]; R];
        for r in 0..R {
            for c in 0..C {
                products[r][c] = product(rows[r], columns[c]);
            }
        }
        products
    }
}

#[inline(always)]
fn product(row: &[u8], column: &[i16]) -> i32 {
    let pairs = row.iter().zip(column);
    pairs
        .map(|(&a, &b)| i32::from(a as i8) * i32::from(b))
        .sum()
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Kernel, Task, product};
    use pulp::x86::V3;

    /// Sixteen products an instruction.
    const STEP: usize = 16;

    pub(super) struct WithAvx2<T>(pub(super) V3, pub(super) T);

    impl<T: Task> pulp::NullaryFnOnce for WithAvx2<T> {
        type Output = T::Output;

        #[inline(always)]
        fn call(self) -> T::Output {
            self.1.run(self.0)
        }
    }

    impl Kernel for V3 {
        #[inline(always)]
        fn products<const R: usize, const C: usize>(
            self,
            rows: [&[u8]; R],
            columns: [&[i16]; C],
        ) -> [[i32; C]; R] {
            let steps = rows[0].len() / STEP;
            let mut sums = [[self.avx._mm256_setzero_si256(); C]; R];
            // Loops, not closures: a closure that isn't inlined would be compiled for the oldest CPU.
            let mut whole_rows: [&[[u8; STEP]]; R] = [&[]; R];
            let mut whole_columns: [&[[i16; STEP]]; C] = [&[]; C];
            for r in 0..R {
                whole_rows[r] = &rows[r].as_chunks().0[..steps];
            }
            for c in 0..C {
                whole_columns[c] = &columns[c].as_chunks().0[..steps];
            }
            for step in 0..steps {
                let mut b = [self.avx._mm256_setzero_si256(); C];
                for c in 0..C {
                    b[c] = pulp::cast(whole_columns[c][step]);
                }
                for r in 0..R {
                    let a = pulp::cast(whole_rows[r][step]);
                    let a = self.avx2._mm256_cvtepi8_epi16(a);
                    for c in 0..C {
                        let pairs = self.avx2._mm256_madd_epi16(a, b[c]);
                        sums[r][c] = self.avx2._mm256_add_epi32(sums[r][c], pairs);
                    }
                }
            }
            let rest = steps * STEP;
            let mut products = [[0; C]; R];
            for r in 0..R {
                for c in 0..C {
                    let lanes: [i32; 8] = pulp::cast(sums[r][c]);
                    for lane in lanes {
                        products[r][c] += lane;
                    }
                    products[r][c] += product(&rows[r][rest..], &columns[c][rest..]);
                }
            }
            products
        }
    }
}

/// Columns of int16, each with the scale that turns it back.
#[derive(Debug, Default)]
pub(super) struct Columns {
    length: usize,
    values: Vec<i16>,
    scales: Vec<f32>,
}

impl Columns {
    /// Replaces what is held by `values`, cut into columns of `length`.
    #[inline(always)]
    pub(super) fn fill(&mut self, values: &[f32], length: usize) {
        self.length = length;
        self.values.resize(values.len(), 0);
        self.scales.clear();
        let largest = largest(length);
        let columns = self.values.chunks_exact_mut(length);
        for (column, values) in columns.zip(values.chunks_exact(length)) {
            let peak = peak(values);
            let factor = if peak > 0.0 { largest / peak } else { 0.0 };
            for (quantised, value) in column.iter_mut().zip(values) {
                *quantised = (value * factor).round_ties_even() as i16;
            }
            self.scales.push(peak / largest);
        }
    }

    /// How many columns there are.
    pub(super) fn count(&self) -> usize {
        self.scales.len()
    }

    /// `N` columns from `first` on.
    #[inline(always)]
    pub(super) fn at<const N: usize>(&self, first: usize) -> [&[i16]; N] {
        let mut columns: [&[i16]; N] = [&[]; N];
        for (n, column) in columns.iter_mut().enumerate() {
            *column = &self.values[(first + n) * self.length..][..self.length];
        }
        columns
    }

    /// What makes a product with this column one with its unit vector; 0 if it has no direction.
    pub(super) fn unit_scale(&self, column: usize) -> f32 {
        let [values] = self.at::<1>(column);
        let square: i64 = values.iter().map(|&value| i64::from(value).pow(2)).sum();
        if square > 0 {
            (1.0 / (square as f64).sqrt()) as f32
        } else {
            0.0
        }
    }

    /// What a product with this column is to be multiplied by.
    #[inline(always)]
    pub(super) fn scale(&self, column: usize) -> f32 {
        self.scales[column]
    }
}

/// The largest magnitude.
#[inline(always)]
fn peak(values: &[f32]) -> f32 {
    let (chunks, rest) = values.as_chunks::<16>();
    let mut lanes = [0f32; 16];
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = lane.max(value.abs());
        }
    }
    let lanes = lanes.iter().copied();
    lanes
        .chain(rest.iter().map(|value| value.abs()))
        .fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Products<'a>(&'a [u8], &'a [u8], &'a [i16]);

    impl Task for Products<'_> {
        type Output = [[i32; 1]; 2];

        fn run<K: Kernel>(self, kernel: K) -> Self::Output {
            kernel.products([self.0, self.1], [self.2])
        }
    }

    proptest! {
        #[test]
        fn every_kernel_gives_the_same_products(
            terms in prop::collection::vec((any::<u8>(), any::<u8>(), -8000i16..8000), 0..200),
        ) {
            let first: Vec<u8> = terms.iter().map(|term| term.0).collect();
            let second: Vec<u8> = terms.iter().map(|term| term.1).collect();
            let column: Vec<i16> = terms.iter().map(|term| term.2).collect();
            let expected: [[i32; 1]; 2] = [&first, &second].map(|row| {
                [row.iter().zip(&column).map(|(&a, &b)| i32::from(a as i8) * i32::from(b)).sum()]
            });
            prop_assert_eq!(dispatch(Products(&first, &second, &column)), expected);
            prop_assert_eq!(Products(&first, &second, &column).run(Portable), expected);
        }
    }

    #[test]
    fn the_largest_values_do_not_overflow() {
        for length in [1, 512, 2048, 4096] {
            let mut columns = Columns::default();
            columns.fill(&vec![-3.0; length], length);
            let row = vec![128u8; length];
            let [[product]] = Portable.products([&row], columns.at(0));
            let expected = 128.0 * 3.0 * length as f32;
            let found = product as f32 * columns.scale(0);
            assert!((found / expected - 1.0).abs() < 1e-4, "{length}: {found}");
        }
    }
}
