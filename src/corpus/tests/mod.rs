//! Tests of the parser as a whole, and what has to hold for every file.

mod entries;
mod levels;
mod properties;
mod shapes;

use super::{ParsedFile, parse};

/// Entries as `category / category > question = first words of the answer`, one a line.
fn outline(file: &str, text: &str) -> String {
    let parsed = parse(file, text);
    assert_sound(text, &parsed);
    let lines: Vec<String> = parsed
        .entries
        .iter()
        .map(|e| {
            let answer = e.answer.text.replace('\n', " ⏎ ");
            let category = e.category.join(" / ");
            format!("{category} > {} = {answer}", e.question)
        })
        .collect();
    lines.join("\n")
}

fn check(cases: &[(&str, &str, &str)]) {
    for (name, text, expected) in cases {
        assert_eq!(outline("产品/faq.md", text), *expected, "{name}");
    }
}

/// What holds for every file.
fn assert_sound(text: &str, parsed: &ParsedFile) {
    let mut covered: Vec<_> = parsed.headings.clone();
    covered.extend(parsed.prefaces.iter().cloned());
    let mut before = 0;
    for entry in &parsed.entries {
        let (source, answer) = (&entry.source, &entry.answer);
        assert_eq!(&text[source.answer.clone()], answer.markdown);
        assert!(text.get(source.question.clone()).is_some());
        assert!(source.question.start >= before, "entries overlap");
        assert!(source.question.end <= source.answer.start);
        before = source.answer.end;
        assert!(!entry.question.is_empty());
        let unmarked = crate::corpus::question::id_mark(&entry.question).0;
        assert_eq!(entry.question, unmarked, "an id is no part of a question");
        let line = |at: usize| 1 + text[..at].matches('\n').count();
        assert_eq!(source.answer_line as usize, line(source.answer.start));
        assert_eq!(answer.text, answer.text.trim_end());
        for passage in &answer.passages {
            let slice = answer.text.get(passage.text.clone());
            assert!(slice.is_some_and(|s| !s.trim().is_empty()), "{passage:?}");
            let slice = answer.markdown.get(passage.markdown.clone());
            assert!(slice.is_some_and(|s| !s.is_empty()), "{passage:?}");
        }
        covered.push(source.question.clone());
        covered.push(source.answer.clone());
    }
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let range = offset..offset + line.len();
        offset = range.end;
        let blank = line.chars().all(crate::corpus::question::blank);
        let touched = |r: &std::ops::Range<usize>| r.start < range.end && r.end > range.start;
        assert!(blank || covered.iter().any(touched), "lost: {line:?}");
    }
}
