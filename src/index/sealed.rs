//! JSON that ends with a hash of all that stands before it: a flipped or missing byte anywhere shows.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::index::IndexError;
use crate::index::error::Damage;

/// What stands between the value and its hash.
const BEFORE: &str = ",\n  \"seal\": \"";
/// What stands behind the hash.
const BEHIND: &str = "\"\n}\n";
/// Hexadecimal digits of a hash.
const DIGITS: usize = 64;

/// The value, which must be one with named fields, as JSON with a last field `seal`.
pub(super) fn seal(value: &impl Serialize) -> Result<Vec<u8>, IndexError> {
    let json = serde_json::to_string_pretty(value)
        .map_err(|error| IndexError::Engine(error.to_string()))?;
    let fields = json.strip_suffix("\n}").unwrap_or(&json);
    let before = format!("{fields}{BEFORE}");
    let hash = blake3::hash(before.as_bytes()).to_hex();
    Ok(format!("{before}{hash}{BEHIND}").into_bytes())
}

/// Reads what [`seal`] made, and nothing else.
pub(super) fn unseal<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Damage> {
    let end = bytes.len().checked_sub(DIGITS + BEHIND.len());
    let (before, behind) = bytes
        .split_at_checked(end.ok_or(Damage::Content)?)
        .ok_or(Damage::Content)?;
    let expected = format!("{}{BEHIND}", blake3::hash(before).to_hex());
    if behind != expected.as_bytes() {
        return Err(Damage::Content);
    }
    serde_json::from_slice(bytes).map_err(|error| Damage::Other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_and_every_missing_byte_shows() {
        let value = std::collections::BTreeMap::from([("format", 6), ("entries", 23)]);
        let sealed = seal(&value).expect("a map has a JSON");
        let read = |bytes: &[u8]| unseal::<serde_json::Value>(bytes);
        assert_eq!(read(&sealed).expect("it is whole")["entries"], 23);
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut flipped = sealed.clone();
                flipped[at] ^= 1 << bit;
                assert!(read(&flipped).is_err(), "bit {bit} of byte {at}");
            }
            assert!(read(&sealed[..at]).is_err(), "only {at} bytes");
        }
    }
}
