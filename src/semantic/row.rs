//! A vector at rest: its values as int8, then the f32 that makes a product with them one with a unit vector.

/// Bytes of a row beyond one a dimension.
pub const ROW_OVERHEAD: usize = 4;

/// Appends a vector to the bytes of [`crate::semantic::Vectors`]. Its length does not matter, only its direction.
pub fn append_vector(vector: &[f32], to: &mut Vec<u8>) {
    let peak = vector
        .iter()
        .fold(0f32, |peak, value| peak.max(value.abs()));
    let factor = if peak.is_normal() { 127.0 / peak } else { 0.0 };
    let mut square = 0;
    for value in vector {
        let quantised = (value * factor).round_ties_even() as i8;
        square += i64::from(quantised).pow(2);
        to.push(quantised.to_ne_bytes()[0]);
    }
    let scale = if square > 0 {
        1.0 / (square as f32).sqrt()
    } else {
        0.0
    };
    to.extend(scale.to_le_bytes());
}

/// The vector that [`append_vector`] wrote as `row`, as far as its int8 values tell.
pub fn unit_vector(row: &[u8]) -> Vec<f32> {
    let (values, scale) = row.split_at(row.len().saturating_sub(ROW_OVERHEAD));
    let scale = row_scale(scale);
    let values = values.iter();
    values
        .map(|&value| f32::from(value as i8) * scale)
        .collect()
}

/// What stands behind a row's values: what makes a product with it one with a unit vector.
#[inline(always)]
pub(super) fn row_scale(bytes: &[u8]) -> f32 {
    bytes
        .first_chunk()
        .map_or(0.0, |&scale| f32::from_le_bytes(scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_back_as_a_unit_vector() {
        let mut row = Vec::new();
        append_vector(&[3.0, -4.0], &mut row);
        let found = unit_vector(&row);
        assert!(
            (found[0] - 0.6).abs() < 0.01 && (found[1] + 0.8).abs() < 0.01,
            "{found:?}"
        );
        assert!((found[0].hypot(found[1]) - 1.0).abs() < 1e-6);
        assert!(unit_vector(&[]).is_empty());
    }
}
