//! Compares our parser with a reference extraction of question/answer pairs.
//!
//! `cargo bench --bench parser_parity -- --corpus DIR --reference FILE.jsonl[.gz]` prints the share of
//! reference pairs that are entries with the same answer, and every difference. A reference line has
//! `path`, `question` and `answer_md`; blanks, ordinals and anchors are not compared. `--brief` leaves the
//! differences out. Also checks every span and that no line of a file goes unaccounted for.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use jida::corpus::{Corpus, Entry, ParsedFile, Settings, decode};
use serde::Deserialize;

#[derive(Deserialize)]
struct Pair {
    path: String,
    question: String,
    answer_md: String,
    #[serde(default)]
    shape: String,
}

fn main() -> Result<()> {
    let mut corpus = None;
    let mut reference = None;
    let mut brief = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--corpus" => corpus = arguments.next().map(PathBuf::from),
            "--reference" => reference = arguments.next().map(PathBuf::from),
            "--brief" => brief = true,
            // What cargo adds.
            "--bench" => {}
            other => bail!("unknown argument {other}"),
        }
    }
    let mut out = std::io::stdout().lock();
    let (Some(corpus), Some(reference)) = (corpus, reference) else {
        writeln!(
            out,
            "usage: cargo bench --bench parser_parity -- --corpus DIR --reference FILE.jsonl[.gz]"
        )?;
        return Ok(());
    };
    let pairs = load(&reference)?;

    let begin = Instant::now();
    let root = corpus;
    let corpus = Corpus::open(&root, Settings::default())?;
    let mut entries: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    let (mut count, mut problems) = (0usize, BTreeMap::<String, usize>::new());
    let (mut answer_bytes, mut preface_bytes) = (0usize, 0usize);
    let mut unsound = 0usize;
    for parsed in corpus.parsed_files() {
        unsound += flaws(&root, &parsed)?;
        count += parsed.entries.len();
        for problem in &parsed.problems {
            let code = serde_json::to_value(&problem.kind)?["code"].to_string();
            *problems.entry(code).or_default() += 1;
        }
        answer_bytes += parsed
            .entries
            .iter()
            .map(|e| e.answer.markdown.len())
            .sum::<usize>();
        preface_bytes += parsed.prefaces.iter().map(|r| r.len()).sum::<usize>();
        entries.insert(parsed.file, parsed.entries);
    }
    let took = begin.elapsed();

    let (mut same, mut answer_differs, mut missing) = (0usize, 0usize, 0usize);
    let mut matched = 0usize;
    for pair in &pairs {
        let candidates = entries.get_mut(&pair.path);
        let wanted = question(&pair.question);
        let answer = bare(&pair.answer_md);
        let candidates = candidates.map(std::mem::take).unwrap_or_default();
        let by_question: Vec<&Entry> = candidates
            .iter()
            .filter(|e| question(&e.question) == wanted)
            .collect();
        let verdict = if by_question
            .iter()
            .any(|e| bare(&e.answer.markdown) == answer)
        {
            same += 1;
            matched += 1;
            None
        } else if let Some(entry) = by_question.first() {
            answer_differs += 1;
            matched += 1;
            Some(difference(&answer, &bare(&entry.answer.markdown)))
        } else {
            missing += 1;
            Some("no such entry".to_owned())
        };
        if let Some(verdict) = verdict.filter(|_| !brief) {
            writeln!(
                out,
                "{} [{}] {}: {verdict}",
                pair.path, pair.shape, pair.question
            )?;
        }
        entries.insert(pair.path.clone(), candidates);
    }
    let share = 100.0 * same as f64 / pairs.len().max(1) as f64;
    writeln!(
        out,
        "{} reference pairs: {same} the same ({share:.2} %), {answer_differs} with another answer, {missing} missing",
        pairs.len()
    )?;
    writeln!(
        out,
        "{count} entries of ours ({matched} matched), {answer_bytes} bytes in answers, {preface_bytes} in prefaces, parsed in {took:?}"
    )?;
    writeln!(out, "wrong spans and lost lines: {unsound}")?;
    writeln!(out, "problems: {problems:?}")?;
    Ok(())
}

/// Answers that are no slice of their file, and lines that nothing accounts for.
fn flaws(root: &Path, parsed: &ParsedFile) -> Result<usize> {
    let Ok(bytes) = std::fs::read(root.join(&parsed.file)) else {
        return Ok(0);
    };
    if parsed.entries.is_empty() && !parsed.problems.is_empty() {
        return Ok(0);
    }
    let text = decode(&bytes).text;
    let mut flaws = 0;
    let mut covered: Vec<_> = parsed
        .headings
        .iter()
        .chain(&parsed.prefaces)
        .cloned()
        .collect();
    for entry in &parsed.entries {
        let slice = text.get(entry.source.answer.clone());
        flaws += usize::from(slice != Some(&entry.answer.markdown));
        covered.extend([entry.source.question.clone(), entry.source.answer.clone()]);
    }
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let end = offset + line.len();
        let blank = line
            .chars()
            .all(|c| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
        let lost = !blank && !covered.iter().any(|r| r.start < end && r.end > offset);
        flaws += usize::from(lost);
        offset = end;
    }
    Ok(flaws)
}

fn load(path: &Path) -> Result<Vec<Pair>> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let reader: Box<dyn Read> = if path.extension().is_some_and(|e| e == "gz") {
        Box::new(flate2::read::GzDecoder::new(file))
    } else {
        Box::new(file)
    };
    BufReader::new(reader)
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect()
}

/// A question without blanks, punctuation, markup and ordinal.
fn question(text: &str) -> String {
    let text = text.split("](id:").next().unwrap_or(text);
    let bare: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    bare.trim_start_matches(|c: char| c.is_ascii_digit())
        .to_lowercase()
}

/// An answer without blanks.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}'))
        .collect()
}

/// Where two texts part, without quoting more than a few characters.
fn difference(theirs: &str, ours: &str) -> String {
    let common = theirs
        .chars()
        .zip(ours.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let tail = |text: &str| text.chars().skip(common).take(24).collect::<String>();
    format!(
        "answers part after {common} characters (theirs {}, ours {}): theirs “{}”, ours “{}”",
        theirs.chars().count(),
        ours.chars().count(),
        tail(theirs),
        tail(ours)
    )
}
