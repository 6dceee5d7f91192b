//! Any text as a question: tokens ascend, and each maps back to a slice of what was typed.
#![no_main]

use std::sync::LazyLock;

use jida::text::Analyzer;
use libfuzzer_sys::fuzz_target;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

fuzz_target!(|text: &str| {
    let analysis = ANALYZER.analyze(text);
    let mut last = 0;
    for token in &analysis.tokens {
        assert!(!analysis.term(token).is_empty());
        assert!(token.range.start >= last);
        last = token.range.start;
        let span = analysis.span(token);
        assert!(text.get(span).is_some_and(|slice| !slice.is_empty()));
    }
});
