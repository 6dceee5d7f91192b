//! Any text as a file of an FAQ: nothing panics, and every answer is a slice of it.
#![no_main]

use jida::corpus::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for file in ["目录/faq.md", "怎么办.md"] {
        let parsed = parse(file, text);
        for entry in &parsed.entries {
            assert!(!entry.question.trim().is_empty());
            assert!(text.contains(&entry.answer.markdown));
        }
        for range in parsed.headings.iter().chain(&parsed.prefaces) {
            assert!(text.get(range.clone()).is_some());
        }
    }
});
