//! The encoder's floating point, written so that it gives the same bits on every CPU.
//!
//! A sum is folded in an order fixed here, whatever the width of the CPU's registers; exponentials are
//! polynomials, not the system's library; nothing is fused that is not written so.

/// Partial sums kept side by side.
const LANES: usize = 16;

/// The sum of `f` over pairs of values.
#[inline(always)]
fn folded(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) -> f32 {
    let (chunks, rest) = a.as_chunks::<LANES>();
    let (others, other_rest) = b.as_chunks::<LANES>();
    let mut lanes = [0f32; LANES];
    for (chunk, other) in chunks.iter().zip(others) {
        for lane in 0..LANES {
            lanes[lane] += f(chunk[lane], other[lane]);
        }
    }
    for (lane, (&a, &b)) in rest.iter().zip(other_rest).enumerate() {
        lanes[lane] += f(a, b);
    }
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}

/// The inner product.
#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    folded(a, b, |a, b| a * b)
}

/// Scales a vector to unit length; one without a direction becomes the first axis.
#[inline(always)]
pub(super) fn normalize(values: &mut [f32]) {
    let length = dot(values, values).sqrt();
    if length.is_normal() {
        values.iter_mut().for_each(|value| *value /= length);
    } else {
        values.fill(0.0);
        values.iter_mut().take(1).for_each(|value| *value = 1.0);
    }
}

/// Layer normalisation of every row of `values`.
#[inline(always)]
pub(super) fn layer_norm(values: &mut [f32], weight: &[f32], bias: &[f32]) {
    let width = weight.len();
    for row in values.chunks_exact_mut(width) {
        let mean = folded(row, row, |value, _| value) / width as f32;
        row.iter_mut().for_each(|value| *value -= mean);
        let deviation = (dot(row, row) / width as f32 + 1e-12).sqrt();
        for ((value, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
            *value = *value / deviation * weight + bias;
        }
    }
}

/// Turns scores into weights that sum to one.
#[inline(always)]
pub(super) fn softmax(scores: &mut [f32]) {
    let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    scores
        .iter_mut()
        .for_each(|score| *score = exp(*score - best));
    let sum = folded(scores, scores, |score, _| score);
    scores.iter_mut().for_each(|score| *score /= sum);
}

/// The exact GELU, `x·Φ(x)`, by Abramowitz and Stegun 7.1.26, which is right to 1.5e-7.
#[inline(always)]
pub(super) fn gelu(values: &mut [f32]) {
    for value in values {
        let x = *value * std::f32::consts::FRAC_1_SQRT_2;
        let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
        let series = ((((1.061_405_4 * t - 1.453_152) * t + 1.421_413_7) * t - 0.284_496_74) * t
            + 0.254_829_6)
            * t;
        let erf = (1.0 - series * exp(-x * x)).copysign(x);
        *value = 0.5 * *value * (1.0 + erf);
    }
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
pub(super) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp((-x).min(87.0)))
}

/// `e^x` to a relative error of some 1e-7, for `x` up to 88; below -87 it stays at `e^-87`.
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// Adding it leaves the nearest integer in the lowest bits of the sum.
    const ROUNDS: f32 = 12_582_912.0;
    let x = x.max(-87.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUNDS;
    let whole = shifted - ROUNDS;
    // ln 2 in two parts, of which the first times a small integer is exact.
    let r = x - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let series = 1.0
        + r * (1.0
            + r * (0.5
                + r * (0.166_666_67
                    + r * (0.041_666_67 + r * (0.008_333_334 + r * 0.001_388_889)))));
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23));
    series * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_right_over_its_range() {
        for step in -8700..=8800 {
            let x = step as f32 / 100.0;
            let expected = f64::from(x).exp();
            let error = f64::from(exp(x)) / expected - 1.0;
            assert!(error.abs() < 1e-6, "{x}: {error}");
        }
        assert!(exp(-1e9) < 1e-37);
    }

    #[test]
    fn gelu_is_right_to_six_digits() {
        for step in -600..=600 {
            let x = f64::from(step) / 100.0;
            let mut found = [x as f32];
            gelu(&mut found);
            let expected = 0.5 * x * (1.0 + libm::erf(x / 2f64.sqrt()));
            assert!((f64::from(found[0]) - expected).abs() < 1e-6, "{x}");
        }
    }

    #[test]
    fn a_sigmoid_stays_between_zero_and_one() {
        assert_eq!((sigmoid(0.0), sigmoid(1e9)), (0.5, 1.0));
        assert!((0.0..1e-30).contains(&sigmoid(-1e9)));
        assert!((sigmoid(2.0) - 0.880_797).abs() < 1e-6);
    }

    #[test]
    fn a_softmax_sums_to_one_and_keeps_the_order() {
        let mut scores: Vec<f32> = (0..50).map(|n| (n as f32 * 0.7).sin() * 9.0).collect();
        let before = scores.clone();
        softmax(&mut scores);
        assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        for (a, b) in before
            .iter()
            .zip(&scores)
            .zip(before.iter().zip(&scores).skip(1))
            .map(|(x, y)| ((x.0 < y.0), (x.1 < y.1)))
        {
            assert_eq!(a, b);
        }
    }

    #[test]
    fn what_has_no_direction_still_becomes_a_unit_vector() {
        for values in [[0.0, 0.0], [f32::NAN, 1.0], [f32::INFINITY, 0.0]] {
            let mut values = values;
            normalize(&mut values);
            assert_eq!(values, [1.0, 0.0]);
        }
    }
}
