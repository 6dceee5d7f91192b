//! Fits to queries made by hand.

use super::*;
use crate::rank::signals::Signal;

/// Queries of five candidates whose right one, if any, is what the entry said most of; all other signals
/// come and go. Every fourth query is out of scope.
pub(super) fn examples(count: usize) -> Vec<Example> {
    let mut seed = 1u64;
    // Numbers that look like chance and are the same everywhere (Knuth's multiplier).
    let mut chance = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as f64 / (1u64 << 24) as f64
    };
    let example = |at: usize| {
        let in_scope = at % 4 != 3;
        let length = chance();
        let candidates = (0..5).map(|candidate| {
            let mut signals: Signals = std::array::from_fn(|_| chance());
            let right = in_scope && candidate == at % 5;
            signals[Signal::Said as usize] = match right {
                true => 0.4 + 0.6 * chance(),
                false => 0.6 * chance(),
            };
            signals[Signal::Same as usize] = 0.0;
            signals[Signal::Length as usize] = length;
            let grade = match right {
                true if at.is_multiple_of(3) => 1,
                true => 2,
                false => 0,
            };
            (signals, grade)
        });
        Example {
            in_scope,
            weight: 1.0,
            candidates: candidates.collect(),
        }
    };
    (0..count).map(example).collect()
}

fn folders() -> Vec<Folder> {
    let examples = examples(120);
    let folders = examples.chunks(40).enumerate();
    folders
        .map(|(at, examples)| Folder {
            name: at.to_string(),
            examples: examples.to_vec(),
        })
        .collect()
}

/// A model to which all candidates are alike.
fn indifferent() -> Model {
    let weights = Evidence::ALL.map(|evidence| (evidence, Weights::default()));
    Model::new(BTreeMap::from(weights))
}

#[test]
fn a_fit_finds_what_tells_and_holds_for_others() {
    let fitted = Fitted::to(&folders(), &indifferent());
    for (evidence, gains) in &fitted.gains {
        assert_eq!(gains.len(), 4);
        let all = &gains[3];
        assert_eq!((&all.folder, all.before.recall.n), (&None, 90));
        let held_out = all.held_out.expect("there are others");
        for trial in [all.after, held_out] {
            assert!(trial.recall.recall_1 > 0.7, "{evidence:?} {trial:?}");
            assert!(trial.auroc > Some(0.7), "{evidence:?} {trial:?}");
        }
        assert!(all.before.recall.recall_1 < 0.5, "{evidence:?}");
    }
}

#[test]
fn the_same_queries_give_the_same_file() {
    let model = |folders: &[Folder]| {
        let fitted = Fitted::to(folders, Model::current());
        fitted.model.to_text("")
    };
    let text = model(&folders());
    assert_eq!(text, model(&folders()));
    let read = Model::parse(&text).expect("a model's text");
    assert_eq!(read, Fitted::to(&folders(), Model::current()).model);
    assert!(!text.contains("-0.000"), "{text}");
}

#[test]
fn without_evidence_its_signals_have_no_weight() {
    let folder = Folder {
        name: "one".to_owned(),
        examples: examples(40),
    };
    let model = fit(&[&folder]);
    for (evidence, signal, silent) in [
        (Evidence::Words, Signal::Meaning, true),
        (Evidence::Words, Signal::PartMeaningLead, true),
        (Evidence::Questions, Signal::PartMeaning, true),
        (Evidence::Questions, Signal::Meaning, false),
        (Evidence::Answers, Signal::PartMeaning, false),
        (Evidence::Answers, Signal::TokenMeaning, true),
        (Evidence::QuestionTokens, Signal::EntryTokenMeaning, true),
        (Evidence::AnswerTokens, Signal::EntryTokenMeaning, false),
    ] {
        let weight = model.weights(evidence).order[signal as usize];
        assert_eq!(weight == 0.0, silent, "{evidence:?} {signal:?} {weight}");
    }
}

#[test]
fn one_folder_has_no_others() {
    let fitted = Fitted::to(&folders()[..1], Model::current());
    for (_, gains) in fitted.gains {
        assert!(gains.iter().all(|gain| gain.held_out.is_none()));
    }
}

#[test]
fn a_folder_teaches_only_what_its_index_gave() {
    let mut folders = folders();
    for (signals, _) in folders[0]
        .examples
        .iter_mut()
        .flat_map(|e| &mut e.candidates)
    {
        *signals = Evidence::QuestionTokens.limited(signals);
    }
    let fitted = Fitted::to(&folders, Model::current());
    for (evidence, gains) in fitted.gains {
        let names: Vec<&str> = gains
            .iter()
            .filter_map(|gain| gain.folder.as_deref())
            .collect();
        let without = matches!(evidence, Evidence::Answers | Evidence::AnswerTokens);
        assert_eq!(names.contains(&"0"), !without, "{evidence:?}");
    }
}

#[test]
fn every_folder_is_as_heavy_as_another() {
    let folders = folders();
    let mut longer = folders.clone();
    let again = longer[0].examples.clone();
    longer[0].examples.extend(again);
    let weights = |folders: &[Folder]| {
        let model = fit(&folders.iter().collect::<Vec<_>>());
        model.weights(Evidence::Words).order
    };
    for (a, b) in weights(&folders).iter().zip(weights(&longer)) {
        assert!((a - b).abs() < 0.005, "{a} {b}");
    }
}
