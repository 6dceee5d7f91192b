//! Vectors as they are stored: a scale and a signed byte a dimension, a quarter of their size.

/// Bytes of the scale before the values.
const SCALE: usize = 4;

/// A vector's stored form: its scale (f32, little endian), then one signed byte a dimension.
pub fn quantised(vector: &[f32]) -> Vec<u8> {
    let largest = vector.iter().fold(0.0f32, |most, value| most.max(value.abs()));
    let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
    let values = vector.iter().map(|value| (value / scale).round() as i8 as u8);
    scale.to_le_bytes().into_iter().chain(values).collect()
}

/// The inner product of two stored vectors of one length; their cosine, as they are of unit length.
pub fn cosine(a: &[u8], b: &[u8]) -> f32 {
    let (Some((a_scale, a)), Some((b_scale, b))) =
        (a.split_first_chunk::<SCALE>(), b.split_first_chunk::<SCALE>())
    else {
        return 0.0;
    };
    let products = a.iter().zip(b).map(|(&a, &b)| i32::from(a as i8) * i32::from(b as i8));
    let sum: i32 = products.sum();
    sum as f32 * f32::from_le_bytes(*a_scale) * f32::from_le_bytes(*b_scale)
}
