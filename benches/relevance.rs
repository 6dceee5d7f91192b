//! How often the right entry comes first: labelled queries against a corpus.
//!
//! ```text
//! cargo bench --bench relevance -- --corpus DIR [--queries FILE.jsonl] [--dump SIGNALS.jsonl] [--misses]
//! ```
//!
//! Without queries every question of the corpus that stands in it only once is asked as it is written.
//!
//! A query is one JSON object a line: `{"id","query","relevant":[{"path","question","grade"}],"kind"}`.
//! Ranks are worst ranks: of entries with equal confidence the wrong ones count as first.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use jida::corpus::{Corpus, Settings as CorpusSettings};
use jida::index::{Index, build};
use jida::search::{
    AskRequest, Decision, Filter, MAX_QUESTION_CHARS, Page, Question, SearchRequest, Searcher,
    Settings,
};
use jida::text::Analyzer;
use serde::Deserialize;

#[derive(Deserialize)]
struct Labelled {
    id: String,
    query: String,
    relevant: Vec<Relevant>,
    kind: String,
}

#[derive(Deserialize)]
struct Relevant {
    path: String,
    question: String,
}

struct Arguments {
    corpus: PathBuf,
    queries: Option<PathBuf>,
    dump: Option<PathBuf>,
    misses: bool,
}

#[derive(Default)]
struct Tally {
    queries: usize,
    first: usize,
    third: usize,
    tenth: usize,
    found: usize,
    reciprocal: f64,
}

impl Tally {
    fn add(&mut self, rank: Option<usize>, found: bool) {
        self.queries += 1;
        self.found += usize::from(found);
        if let Some(rank) = rank {
            self.first += usize::from(rank <= 1);
            self.third += usize::from(rank <= 3);
            self.tenth += usize::from(rank <= 10);
            self.reciprocal += if rank <= 10 { 1.0 / rank as f64 } else { 0.0 };
        }
    }
}

fn main() -> Result<()> {
    let arguments = arguments()?;
    let analyzer = Arc::new(Analyzer::new());
    let folder = tempfile::tempdir()?;
    let corpus = Corpus::open(&arguments.corpus, CorpusSettings::default())?;
    let report = build(&corpus, folder.path(), &analyzer, &mut |_| {})?;
    let index = Index::open(folder.path(), &analyzer)?;
    let searcher = Searcher::new(index, analyzer, Settings::default());
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} entries from {}",
        report.entries,
        arguments.corpus.display()
    )?;
    runtime.block_on(measure(&arguments, &searcher, &mut out))
}

async fn measure(arguments: &Arguments, searcher: &Searcher, out: &mut impl Write) -> Result<()> {
    let queries = match &arguments.queries {
        Some(path) => labelled(path)?,
        None => own_questions(&arguments.corpus)?,
    };
    let mut dump = arguments
        .dump
        .as_ref()
        .map(std::fs::File::create)
        .transpose()?;
    let mut kinds: BTreeMap<String, Tally> = BTreeMap::new();
    let mut decisions: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    let mut took = Vec::new();
    for labelled in queries {
        let question = Question::new(&labelled.query)?;
        let page = Page {
            limit: 100,
            offset: 0,
        };
        let request = SearchRequest {
            question,
            filter: Filter::default(),
            page,
        };
        let reply = searcher.search(&request).await?;
        let ask = AskRequest {
            question: request.question,
            filter: Filter::default(),
            top: 5,
            explain: false,
        };
        let asked = searcher.ask(&ask).await?;
        took.push(asked.took_us);
        let right: Vec<bool> = reply
            .hits
            .iter()
            .map(|hit| {
                labelled
                    .relevant
                    .iter()
                    .any(|label| is(label, &hit.source.file, &hit.question))
            })
            .collect();
        let outcome = match (asked.decision, right.first()) {
            (Decision::Answered, Some(true)) => "answered right",
            (Decision::Answered, _) => "answered wrong",
            (Decision::Clarify, _) if right.iter().take(asked.candidates.len()).any(|&r| r) => {
                "clarify with the right one"
            }
            (Decision::Clarify, _) => "clarify without it",
            (Decision::NoAnswer, _) => "no answer",
        };
        *decisions
            .entry((labelled.relevant.is_empty(), outcome))
            .or_default() += 1;
        if let Some(dump) = &mut dump {
            let explained = searcher.explain(&AskRequest { top: 100, ..ask }).await?;
            let rows: Vec<_> = explained
                .explanation
                .hits
                .iter()
                .zip(&right)
                .map(|(hit, right)| {
                    let values: Vec<f64> = hit.signals.iter().map(|signal| signal.value).collect();
                    serde_json::json!({"right": right, "signals": values})
                })
                .collect();
            let row = serde_json::json!({"id": labelled.id, "kind": labelled.kind,
                "labelled": !labelled.relevant.is_empty(), "hits": rows});
            writeln!(dump, "{row}")?;
        }
        if labelled.relevant.is_empty() {
            continue;
        }
        let rank = right.iter().position(|&right| right).map(|at| {
            let confidence = reply.hits[at].confidence;
            let ahead = reply.hits.iter().zip(&right);
            1 + ahead
                .filter(|(hit, right)| !**right && hit.confidence >= confidence)
                .count()
        });
        if arguments.misses && rank != Some(1) {
            let best = reply.hits.first().map_or("-", |hit| hit.question.as_str());
            let wanted = &labelled.relevant[0].question;
            let rank = rank.map_or("-".to_owned(), |rank| rank.to_string());
            writeln!(
                out,
                "{rank:>3} {} | {} | got {best} | want {wanted}",
                labelled.kind, labelled.query
            )?;
        }
        for kind in [labelled.kind.as_str(), "all", lexical(&labelled.kind)] {
            if !kind.is_empty() {
                kinds
                    .entry(kind.to_owned())
                    .or_default()
                    .add(rank, right.contains(&true));
            }
        }
    }
    report(&kinds, &decisions, &mut took, out)
}

fn labelled(path: &Path) -> Result<Vec<Labelled>> {
    let file =
        std::fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    BufReader::new(file)
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect()
}

fn own_questions(corpus: &Path) -> Result<Vec<Labelled>> {
    let corpus = Corpus::open(corpus, CorpusSettings::default())?;
    let mut asked: BTreeMap<String, Vec<Relevant>> = BTreeMap::new();
    for entry in corpus.parsed_files().flat_map(|file| file.entries) {
        let same = asked.entry(letters(&entry.question)).or_default();
        same.push(Relevant {
            path: entry.source.file,
            question: entry.question,
        });
    }
    let unique = asked.into_values().filter(|same| same.len() == 1);
    let queries = unique.map(|relevant| Labelled {
        id: String::new(),
        query: relevant[0]
            .question
            .chars()
            .take(MAX_QUESTION_CHARS)
            .collect(),
        relevant,
        kind: "own question".to_owned(),
    });
    Ok(queries
        .filter(|labelled| Question::new(&labelled.query).is_ok())
        .collect())
}

/// The kinds that words alone can reach.
fn lexical(kind: &str) -> &'static str {
    if kind == "pinyin" {
        ""
    } else {
        "all but pinyin"
    }
}

fn report(
    kinds: &BTreeMap<String, Tally>,
    decisions: &BTreeMap<(bool, &str), usize>,
    took: &mut [u64],
    out: &mut impl Write,
) -> Result<()> {
    writeln!(
        out,
        "{:<20} {:>5} {:>6} {:>6} {:>6} {:>6} {:>7}",
        "kind", "n", "R@1", "R@3", "R@10", "MRR", "R@100"
    )?;
    for (kind, tally) in kinds {
        let share = |count: usize| 100.0 * count as f64 / tally.queries as f64;
        writeln!(
            out,
            "{kind:<20} {:>5} {:>6.1} {:>6.1} {:>6.1} {:>6.1} {:>7.1}",
            tally.queries,
            share(tally.first),
            share(tally.third),
            share(tally.tenth),
            100.0 * tally.reciprocal / tally.queries as f64,
            share(tally.found),
        )?;
    }
    for ((out_of_scope, outcome), count) in decisions {
        let scope = if *out_of_scope {
            "out of scope"
        } else {
            "in scope"
        };
        writeln!(out, "{scope:<13} {outcome:<27} {count}")?;
    }
    took.sort_unstable();
    if let (Some(median), Some(slow)) = (took.get(took.len() / 2), took.get(took.len() * 99 / 100))
    {
        writeln!(out, "ask: median {median} µs, 99th percentile {slow} µs")?;
    }
    Ok(())
}

/// Whether a label names this entry: same file, and the same letters in the question. A label is the
/// heading as written, which may begin with an ordinal or end in an anchor.
fn is(label: &Relevant, file: &str, question: &str) -> bool {
    let (wanted, found) = (letters(&label.question), letters(question));
    label.path == file && !found.is_empty() && (wanted == found || wanted.ends_with(&found))
}

fn letters(question: &str) -> String {
    let mut text = question.to_owned();
    for (open, close) in [("(id:", ')'), ("{#", '}')] {
        while let Some(start) = text.find(open) {
            let end = text[start..]
                .find(close)
                .map_or(text.len(), |at| start + at + 1);
            text.replace_range(start..end, "");
        }
    }
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn arguments() -> Result<Arguments> {
    let mut found = Arguments {
        corpus: PathBuf::new(),
        queries: None,
        dump: None,
        misses: false,
    };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let mut value = || {
            given
                .next()
                .map(PathBuf::from)
                .with_context(|| format!("{name} needs a value"))
        };
        match name.as_str() {
            "--corpus" => found.corpus = value()?,
            "--queries" => found.queries = Some(value()?),
            "--dump" => found.dump = Some(value()?),
            "--misses" => found.misses = true,
            "--bench" => {}
            other => bail!("unknown argument {other}"),
        }
    }
    if found.corpus.as_os_str().is_empty() {
        bail!("--corpus DIR is needed");
    }
    Ok(found)
}
