//! An answer from a list, without the list's indentation.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Deeper than this, text behind a blank line is code to Markdown.
const CODE_INDENT: usize = 4;

/// The answer of a list item begins behind the item's marker, and its other lines are indented; alone,
/// they would look like code. What all lines but the first have in common is taken off, unless it may be
/// code that the author has indented below a line of text: indented by four, with no Chinese in it.
pub(super) fn dedented(markdown: &str) -> Cow<'_, str> {
    let Some((first, rest)) = markdown.split_once('\n') else {
        return Cow::Borrowed(markdown);
    };
    let mut lines = rest.split('\n').filter(|line| !line.trim().is_empty());
    let Some(second) = lines.next() else {
        return Cow::Borrowed(markdown);
    };
    let shared = lines.fold(indent(second), |shared, line| common(shared, line));
    let width: usize = shared
        .bytes()
        .map(|b| if b == b'\t' { CODE_INDENT } else { 1 })
        .sum();
    let behind_blank = rest.split('\n').next().is_some_and(|l| l.trim().is_empty());
    let code = width >= CODE_INDENT && behind_blank && !is_prose(second.trim());
    // A list's own first item is followed by what is nested in it, unless something less deep follows.
    let nested = is_item(first) && indent(second) == shared;
    if shared.is_empty() || code || first.starts_with([' ', '\t']) || nested || opens_block(first) {
        return Cow::Borrowed(markdown);
    }
    let mut out = String::with_capacity(markdown.len());
    out.push_str(first);
    for line in rest.split('\n') {
        out.push('\n');
        out.push_str(line.strip_prefix(shared).unwrap_or(line));
    }
    Cow::Owned(out)
}

fn indent(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// What `shared` and the indentation of `line` have in common.
fn common<'a>(shared: &'a str, line: &str) -> &'a str {
    let same = shared
        .bytes()
        .zip(line.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    &shared[..same]
}

/// Whether a line has Chinese in it or is a fence, a picture or an item with text: no code by itself.
fn is_prose(line: &str) -> bool {
    ["```", "~~~", "![", "- "]
        .iter()
        .any(|m| line.starts_with(m))
        || line.chars().any(|c| c.width() == Some(2))
}

fn is_item(line: &str) -> bool {
    let unnumbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let marked = |line: &str, marks: &[char]| {
        line.strip_prefix(marks)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    };
    marked(line, &['-', '*', '+'])
        || (unnumbered.len() < line.len() && marked(unnumbered, &['.', ')']))
}

/// Whether the indentation below this line may be part of what it opens.
fn opens_block(line: &str) -> bool {
    ["```", "~~~", "<", "[^"]
        .iter()
        .any(|m| line.starts_with(m))
}
