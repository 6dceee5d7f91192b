//! Atoms: the smallest parts of a text that a term can begin or end with.
//!
//! An ideograph is one, and so is a whole stretch of letters or of digits, for Latin words and numbers must stand
//! alone: ip is not in script, and 7 is in centos7, not in 17. To find a term is to find its atoms side by side,
//! and two atoms are compared as two numbers.

use std::ops::Range;

use crate::text::is_ideograph;

/// An atom by its number: an ideograph's code point, or a stretch's hash. Different stretches may share a number, one
/// pair in two thousand million.
pub type AtomId = u32;

/// Stands for whatever lies between atoms: no term goes across it.
pub const GAP: AtomId = 0;

/// Marks the numbers of stretches; no code point has it.
const STRETCH: AtomId = 1 << 31;

/// What sort of atom a character is part of.
#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Ideograph,
    Digits,
    Letters,
    Gap,
}

impl Sort {
    fn of(c: char) -> Sort {
        match c {
            c if is_ideograph(c) => Sort::Ideograph,
            c if c.is_numeric() => Sort::Digits,
            c if c.is_alphabetic() => Sort::Letters,
            _ => Sort::Gap,
        }
    }
}

/// The atoms of a text in the analyzer's spelling, in order and without a hole, with their bytes.
pub fn atoms(text: &str) -> Vec<(AtomId, Range<usize>)> {
    let mut atoms: Vec<(AtomId, Range<usize>)> = Vec::with_capacity(text.len() / 2);
    let mut before = Sort::Ideograph;
    for (at, c) in text.char_indices() {
        let sort = Sort::of(c);
        let end = at + c.len_utf8();
        match atoms.last_mut() {
            Some((id, range)) if sort == before && sort != Sort::Ideograph => {
                range.end = end;
                if sort != Sort::Gap {
                    *id = hashed(*id, c);
                }
            }
            _ => {
                let id = match sort {
                    Sort::Ideograph => AtomId::from(c),
                    Sort::Gap => GAP,
                    Sort::Digits | Sort::Letters => hashed(0x811c_9dc5, c),
                };
                atoms.push((id, at..end));
            }
        }
        before = sort;
    }
    atoms
}

/// Goes on with the hash of a stretch: 32-bit FNV-1a (RFC 9923) over code points.
fn hashed(hash: AtomId, c: char) -> AtomId {
    (hash ^ AtomId::from(c)).wrapping_mul(0x0100_0193) | STRETCH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_letters_and_of_digits_are_whole_and_ideographs_single() {
        let text = "未备案 centos7, 17й";
        let parts = atoms(text);
        let slices: Vec<&str> = parts
            .iter()
            .map(|(_, range)| &text[range.clone()])
            .collect();
        assert_eq!(
            slices,
            ["未", "备", "案", " ", "centos", "7", ", ", "17", "й"]
        );
        let of = |text: &str| atoms(text)[0].0;
        assert_eq!((parts[4].0, parts[5].0), (of("centos"), of("7")));
        assert_eq!((parts[3].0, parts[6].0), (GAP, GAP));
        assert_ne!(parts[7].0, of("7"));
    }
}
