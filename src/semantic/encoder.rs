//! The built-in encoder: a small BGE, its weights inside the program.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rayon::prelude::*;

use crate::semantic::encoding::Encoding;
use crate::semantic::error::EncodeError;
use crate::semantic::kernel::dispatch;
use crate::semantic::network::{Forward, Scratch};
use crate::semantic::vocabulary::{LONGEST, Vocabulary};
use crate::semantic::weights::{self, HIDDEN, TOKEN, Unfit, Weights};

static WEIGHTS: &[u8] = include_bytes!("../../models/encoder.safetensors");
static VOCABULARY: &str = include_str!("../../models/vocab.txt");

/// Raised when the same weights come to other vectors.
const ARITHMETIC: u32 = 2;

/// Tokens of one forward pass: as many as the longest text has. Short texts share a pass, so that the
/// weights are read from memory once for all of them.
const PASS: usize = LONGEST + 2;

/// The model, read when it is first used.
#[derive(Debug)]
pub(super) struct BuiltIn {
    vocabulary: Vocabulary,
    weights: Weights,
    /// Memory of passes that are done.
    spare: Mutex<Vec<Scratch>>,
}

impl BuiltIn {
    /// Values of a vector.
    pub(super) const DIMENSIONS: usize = HIDDEN;
    /// Values of a token's vector.
    pub(super) const TOKEN_DIMENSIONS: usize = TOKEN;

    /// The one model of the process.
    pub(super) fn get() -> Result<&'static BuiltIn, EncodeError> {
        static MODEL: OnceLock<Result<BuiltIn, Unfit>> = OnceLock::new();
        let model = MODEL.get_or_init(BuiltIn::read);
        model.as_ref().map_err(damaged)
    }

    fn read() -> Result<BuiltIn, Unfit> {
        let vocabulary = Vocabulary::read(VOCABULARY)
            .ok_or_else(|| Unfit("its vocabulary lacks a special token".to_owned()))?;
        Ok(BuiltIn {
            weights: Weights::read(WEIGHTS, vocabulary.len())?,
            spare: Mutex::default(),
            vocabulary,
        })
    }

    /// Names everything that moves a vector. An index is opened by it, for which the model is not read.
    pub(super) fn fingerprint() -> Result<String, EncodeError> {
        let weights = weights::fingerprint(WEIGHTS).map_err(|unfit| damaged(&unfit))?;
        let weights = weights.get(..16).unwrap_or_default();
        Ok(format!("bge-small-zh/{ARITHMETIC}/{weights}"))
    }

    /// Encodes texts in order, many on all cores. A text's vectors are the same bits alone, in any company,
    /// and on any CPU.
    pub(super) fn encode(&self, texts: &[&str]) -> Vec<Encoding> {
        let ids: Vec<Vec<u32>> = texts.iter().map(|text| self.vocabulary.ids(text)).collect();
        match passes(&ids).as_slice() {
            [] => Vec::new(),
            [pass] => self.run(pass),
            passes => passes
                .par_iter()
                .flat_map_iter(|pass| self.run(pass))
                .collect(),
        }
    }

    fn run(&self, texts: &[Vec<u32>]) -> Vec<Encoding> {
        let mut scratch = self.spare().pop().unwrap_or_default();
        scratch.load(texts);
        dispatch(Forward {
            weights: &self.weights,
            scratch: &mut scratch,
        });
        let encodings = scratch.encodings();
        self.spare().push(scratch);
        encodings
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Scratch>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn damaged(unfit: &Unfit) -> EncodeError {
    EncodeError::Damaged(unfit.to_string())
}

/// Cuts texts into runs of at most [`PASS`] tokens.
fn passes(texts: &[Vec<u32>]) -> Vec<&[Vec<u32>]> {
    let mut passes = Vec::new();
    let (mut start, mut tokens) = (0, 0);
    for (at, ids) in texts.iter().enumerate() {
        if tokens + ids.len() > PASS && at > start {
            passes.push(&texts[start..at]);
            (start, tokens) = (at, 0);
        }
        tokens += ids.len();
    }
    if start < texts.len() {
        passes.push(&texts[start..]);
    }
    passes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::kernel::{Portable, Task};
    use proptest::prelude::*;
    use serde::Deserialize;
    use sha2::{Digest, Sha256};

    /// A line of `models/expected.json`, which `models/convert.py` writes together with the weights.
    #[derive(Deserialize)]
    struct Expected {
        text: String,
        ids: Vec<u32>,
        vector: Vec<f32>,
        tokens: Vec<f32>,
        weights: Vec<f32>,
    }

    fn expected() -> Vec<Expected> {
        let json = include_str!("../../models/expected.json");
        serde_json::from_str(json).expect("the converter writes JSON")
    }

    fn model() -> &'static BuiltIn {
        BuiltIn::get().expect("the weights that ship are whole")
    }

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        dot(a, b) / dot(a, a).sqrt() / dot(b, b).sqrt()
    }

    #[test]
    fn tokens_are_those_of_the_original() {
        for expected in expected() {
            let ids = model().vocabulary.ids(&expected.text);
            assert_eq!(ids, expected.ids, "{:?}", expected.text);
        }
    }

    #[test]
    fn vectors_are_close_to_the_original_before_rounding() {
        for expected in expected() {
            let [found] = &model().encode(&[&expected.text])[..] else {
                panic!("one text, one encoding");
            };
            let near = cosine(&found.vector, &expected.vector);
            assert!(near > 0.995, "{:?}: {near}", expected.text);
            assert_eq!(found.weights.len(), expected.weights.len());
            assert_eq!(found.weights.len(), expected.ids.len() - 2);
            let tokens = expected.tokens.chunks_exact(TOKEN);
            for (found, expected) in found.token_vectors().zip(tokens) {
                assert!(cosine(found, expected) > 0.98);
            }
            for (found, expected) in found.weights.iter().zip(&expected.weights) {
                assert!((found - expected).abs() < 0.01, "{found} {expected}");
            }
        }
    }

    #[test]
    fn the_fingerprint_is_of_these_weights_and_this_vocabulary() {
        let header = u64::from_le_bytes(*WEIGHTS.first_chunk().expect("eight bytes"));
        let tensors = &WEIGHTS[8 + usize::try_from(header).expect("it fits")..];
        let mut hash = Sha256::new();
        hash.update(tensors);
        hash.update(VOCABULARY);
        let hash: String = hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let fingerprint = weights::fingerprint(WEIGHTS).expect("it has one");
        assert_eq!(fingerprint, hash, "run models/convert.py");
    }

    #[test]
    fn company_does_not_change_a_vector() {
        let expected = expected();
        let texts: Vec<&str> = expected
            .iter()
            .map(|expected| expected.text.as_str())
            .collect();
        let together = model().encode(&texts);
        for (text, vector) in texts.iter().zip(&together) {
            assert_eq!(&model().encode(&[text])[0], vector, "{text:?}");
        }
        assert!(model().encode(&[]).is_empty());
    }

    #[test]
    fn every_kind_of_cpu_gives_the_same_bits() {
        let text = "备案授权码怎么申请？";
        let mut scratch = Scratch::default();
        scratch.load(&[model().vocabulary.ids(text)]);
        let forward = Forward {
            weights: &model().weights,
            scratch: &mut scratch,
        };
        forward.run(Portable);
        assert_eq!(scratch.encodings(), model().encode(&[text]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn any_text_becomes_a_finite_unit_vector(text in "\\PC{0,20}") {
            let vectors = model().encode(&[&text, "备案"]);
            let length = vectors[0].vector.iter().map(|value| value * value).sum::<f32>();
            prop_assert!((length - 1.0).abs() < 1e-4);
            let weight: f32 = vectors[0].weights.iter().sum();
            prop_assert!(vectors[0].weights.is_empty() || (weight - 1.0).abs() < 1e-4);
            prop_assert_eq!(vectors[0].tokens.len(), vectors[0].weights.len() * TOKEN);
            prop_assert_eq!(&vectors[1], &model().encode(&["备案"])[0]);
        }
    }

    #[test]
    fn odd_texts_become_finite_unit_vectors() {
        for text in [
            "",
            " ",
            "\u{0}",
            "😀😀",
            "，。？！",
            &"备".repeat(10_000),
            &"a".repeat(10_000),
        ] {
            let vectors = model().encode(&[text]);
            assert_eq!(vectors[0].vector.len(), BuiltIn::DIMENSIONS);
            let length = vectors[0]
                .vector
                .iter()
                .map(|value| value * value)
                .sum::<f32>();
            assert!((length - 1.0).abs() < 1e-4, "{length}");
        }
    }

    #[test]
    fn a_pass_is_never_longer_than_the_longest_text() {
        for lengths in [&[128usize, 3, 125, 1, 128][..], &[], &[20; 30], &[128]] {
            let texts: Vec<Vec<u32>> = lengths.iter().map(|&length| vec![0; length]).collect();
            let passes = passes(&texts);
            assert_eq!(passes.concat().len(), texts.len());
            for pass in passes {
                assert!((1..=PASS).contains(&pass.iter().map(Vec::len).sum()));
            }
        }
    }
}
