//! Whatever stands in a file: settings, or an error that names the file and has words in both languages.

use std::fs;

use jida::locale::{Locale, Localized};
use proptest::prelude::*;

use super::{Sources, load};

/// Lines of the example as somebody may have put and misspelled them.
fn lines() -> impl Strategy<Value = String> {
    let example: Vec<String> = include_str!("../../jida.example.toml")
        .lines()
        .map(|line| line.trim_start_matches("# ").to_owned())
        .filter(|line| line.contains('=') || line.starts_with('['))
        .collect();
    let line = proptest::sample::select(example);
    let harmed =
        (line.clone(), any::<prop::sample::Index>(), ".{0,3}").prop_map(|(line, at, inserted)| {
            let mut chars: Vec<char> = line.chars().collect();
            let at = at.index(chars.len() + 1);
            let end = chars.len().min(at + 1);
            chars.splice(at..end, inserted.chars());
            chars.into_iter().collect()
        });
    let value = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:?}")),
        "\"[^\"\\\\\\p{Cc}]{0,20}\"",
        Just("[]".to_owned()),
        Just("true".to_owned()),
        Just("{}".to_owned()),
    ];
    let other_value = (line.clone(), value).prop_map(|(line, value)| {
        let name = line.split('=').next().unwrap_or_default().to_owned();
        format!("{name} = {value}")
    });
    let lines = prop::collection::vec(prop_oneof![3 => line, 1 => harmed, 2 => other_value], 0..8);
    lines.prop_map(|lines| lines.join("\n"))
}

fn check(text: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("jida.toml");
    fs::write(&file, text).expect("the file can be written");
    let sources = Sources {
        file: Some(file),
        ..Sources::default()
    };
    if let Err(error) = load(&sources) {
        for locale in [Locale::Zh, Locale::En] {
            let message = error.message(locale);
            assert!(!message.trim().is_empty(), "{text}");
            assert!(
                !message.contains('\u{1b}') && error.hint(locale).is_some(),
                "{text}\n{message}"
            );
        }
    }
}

proptest! {
    #[test]
    fn settings_of_any_kind_are_taken_or_refused_with_a_next_step(text in lines()) {
        check(&text);
    }

    #[test]
    fn any_text_is_taken_or_refused_with_a_next_step(text in any::<String>()) {
        check(&text);
    }
}
