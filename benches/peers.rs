//! The time of a question beside other engines, which search the same terms of the same entries.
//!
//! ```text
//! cargo bench --bench peers -- --corpus DIR --queries FILE.jsonl [--python PYTHON] [--postgresql] [--lucene FOLDER] [--rounds 9]
//! ```
//!
//! jida parses and analyses; each peer gets the finished terms of question and answer and ORs those of a query over
//! both fields, for the ten best. jida's own time is that of the whole reply: analysis, retrieval, ranking, highlights and
//! answers. One thread each, everything warm, one after another in one run; a query's time is the median of its rounds.
//! PYTHON has `bm25s` and `numpy`, and `psycopg` for PostgreSQL, which `PGHOST` and the like lead to; FOLDER has
//! `lucene-core` as a jar. A peer whose tool is not named is left out.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use jida::corpus::Corpus;
use jida::index::{Index, Scope};
use jida::search::{Filter, Page, Question, SearchRequest, Searcher, Settings};
use jida::semantic::Language;
use jida::text::Analyzer;
use serde::Deserialize;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Term, doc};

/// Where the scripts for the peers lie.
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers");

#[derive(Deserialize)]
struct Line {
    query: String,
}

struct Arguments {
    corpus: PathBuf,
    queries: PathBuf,
    python: Option<PathBuf>,
    lucene: Option<PathBuf>,
    postgresql: bool,
    rounds: usize,
}

/// The terms of an entry's two fields, or of a query, with blanks between.
struct Terms {
    entries: Vec<[String; 2]>,
    queries: Vec<String>,
}

fn main() -> Result<()> {
    let arguments = arguments()?;
    let place = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let language = Language::lexical();
    let corpus = Corpus::open(&arguments.corpus, Default::default())?;
    let folder = place.path().join("index");
    jida::index::build(&corpus, &folder, &language, &mut |_| {})?;
    let index = Index::open(&folder, &language)?;
    let questions: Vec<Question> = fs::read_to_string(&arguments.queries)?
        .lines()
        .map(|line| Ok(serde_json::from_str::<Line>(line)?.query))
        .collect::<Result<Vec<String>>>()?
        .iter()
        .filter_map(|query| Question::new(query).ok())
        .collect();
    let (_, keys) = runtime.block_on(index.list(&Scope::default(), 0, usize::MAX))?;
    let analyzer = &language.analyzer;
    let entries = runtime.block_on(index.entries(&keys))?;
    let of_entry = |entry: jida::corpus::Entry| {
        let asked = [&[entry.question][..], &entry.variants].concat().join("\n");
        let question = terms(analyzer, &asked);
        let all = format!("{question} {}", terms(analyzer, &entry.answer.text));
        [question, all]
    };
    let terms = Terms {
        entries: entries.into_iter().map(of_entry).collect(),
        queries: questions
            .iter()
            .map(|it| terms(analyzer, it.as_str()))
            .collect(),
    };
    let (docs, queries) = write(&terms, place.path())?;

    let searcher = Searcher::new(index, language, Settings::default());
    let mut measured = vec![(
        "jida, whole search",
        time(&questions, arguments.rounds, |question| {
            let request = SearchRequest {
                question: question.clone(),
                filter: Filter::default(),
                page: Page::default(),
            };
            std::hint::black_box(runtime.block_on(searcher.search(&request))?);
            Ok(())
        })?,
    )];
    let tantivy = Tantivy::new(&terms)?;
    let plain = time(&terms.queries, arguments.rounds, |query| tantivy.top(query))?;
    measured.push(("tantivy", plain));
    let rounds = arguments.rounds.to_string();
    let python = |name: &str| -> Result<Vec<u64>> {
        let python = arguments.python.as_deref().context("no Python")?;
        let script = Path::new(SCRIPTS).join("peers.py");
        run(Command::new(python)
            .arg(script)
            .arg(name)
            .args([&docs, &queries])
            .arg(&rounds))
    };
    if arguments.python.is_some() {
        measured.push(("SQLite FTS5", python("fts5")?));
        measured.push(("bm25s", python("bm25s")?));
    }
    if arguments.postgresql {
        measured.push(("PostgreSQL", python("postgresql")?));
    }
    if let Some(lucene) = &arguments.lucene {
        let jars = format!("{}/*", lucene.display());
        let program = Path::new(SCRIPTS).join("Lucene.java");
        let mut java = Command::new("java");
        java.args(["-cp", &jars]).arg(program);
        measured.push(("Lucene", run(java.args([&docs, &queries]).arg(&rounds))?));
    }
    print(measured, terms.entries.len())
}

fn terms(analyzer: &Analyzer, text: &str) -> String {
    let analysis = analyzer.analyze(text);
    let terms: Vec<&str> = analysis
        .tokens
        .iter()
        .map(|token| analysis.term(token))
        .collect();
    terms.join(" ")
}

/// A line for each entry, its fields with a tab between, and one for each query.
fn write(terms: &Terms, folder: &Path) -> Result<(PathBuf, PathBuf)> {
    let lines = terms
        .entries
        .iter()
        .map(|[question, all]| format!("{question}\t{all}\n"));
    let (docs, queries) = (folder.join("docs.tsv"), folder.join("queries.txt"));
    fs::write(&docs, lines.collect::<String>())?;
    fs::write(&queries, terms.queries.join("\n") + "\n")?;
    Ok((docs, queries))
}

/// Nanoseconds of each query, the median of the rounds after one that warms up.
fn time<Q>(queries: &[Q], rounds: usize, ask: impl Fn(&Q) -> Result<()>) -> Result<Vec<u64>> {
    let mut times = vec![Vec::with_capacity(rounds); queries.len()];
    for round in 0..=rounds {
        for (query, times) in queries.iter().zip(&mut times) {
            let begin = Instant::now();
            ask(query)?;
            if round > 0 {
                times.push(begin.elapsed().as_nanos() as u64);
            }
        }
    }
    Ok(times
        .into_iter()
        .map(|times| percentile(times, 50))
        .collect())
}

/// What a peer prints: nanoseconds of each query, a line each.
fn run(command: &mut Command) -> Result<Vec<u64>> {
    let output = command.output().context("a peer can't be started")?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "a peer failed: {told}");
    let lines = String::from_utf8(output.stdout)?;
    Ok(lines.lines().map(str::parse).collect::<Result<_, _>>()?)
}

struct Tantivy {
    searcher: tantivy::Searcher,
    fields: [Field; 2],
}

impl Tantivy {
    fn new(terms: &Terms) -> Result<Tantivy> {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::WithFreqs);
        let options = TextOptions::default().set_indexing_options(indexing);
        let mut schema = Schema::builder();
        let fields = ["question", "all"].map(|name| schema.add_text_field(name, options.clone()));
        let index = tantivy::Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 128 << 20)?;
        for [question, all] in &terms.entries {
            writer.add_document(doc!(fields[0] => question.as_str(), fields[1] => all.as_str()))?;
        }
        writer.commit()?;
        Ok(Tantivy {
            searcher: index.reader()?.searcher(),
            fields,
        })
    }

    fn top(&self, query: &str) -> Result<()> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut distinct: Vec<&str> = query.split(' ').filter(|term| !term.is_empty()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        for term in distinct {
            for field in self.fields {
                let term = Term::from_field_text(field, term);
                let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                clauses.push((Occur::Should, Box::new(query)));
            }
        }
        let best = TopDocs::with_limit(10).order_by_score();
        std::hint::black_box(self.searcher.search(&BooleanQuery::new(clauses), &best)?);
        Ok(())
    }
}

fn percentile(mut values: Vec<u64>, percent: usize) -> u64 {
    values.sort_unstable();
    let at = values.len() * percent / 100;
    values
        .get(at.min(values.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

fn print(measured: Vec<(&str, Vec<u64>)>, entries: usize) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let queries = measured[0].1.len();
    writeln!(out, "{entries} entries, {queries} queries")?;
    writeln!(
        out,
        "{:<20} {:>9} {:>9} {:>12}",
        "µs", "p50", "p99", "jida / this"
    )?;
    let ours = percentile(measured[0].1.clone(), 50) as f64;
    for (name, times) in measured {
        ensure!(
            times.len() == queries,
            "{name} answered {} queries",
            times.len()
        );
        let (p50, p99) = (
            percentile(times.clone(), 50) as f64,
            percentile(times, 99) as f64,
        );
        writeln!(
            out,
            "{name:<20} {:>9.0} {:>9.0} {:>12.2}",
            p50 / 1e3,
            p99 / 1e3,
            ours / p50
        )?;
    }
    Ok(())
}

fn arguments() -> Result<Arguments> {
    let (mut corpus, mut queries, mut python, mut lucene, mut rounds) = (None, None, None, None, 9);
    let mut postgresql = false;
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let mut value = || {
            given
                .next()
                .with_context(|| format!("{name} needs a value"))
        };
        match name.as_str() {
            "--corpus" => corpus = Some(PathBuf::from(value()?)),
            "--queries" => queries = Some(PathBuf::from(value()?)),
            "--python" => python = Some(PathBuf::from(value()?)),
            "--lucene" => lucene = Some(PathBuf::from(value()?)),
            "--postgresql" => postgresql = true,
            "--rounds" => rounds = value()?.parse()?,
            // What cargo adds.
            "--bench" => {}
            other => bail!("unknown argument {other}"),
        }
    }
    Ok(Arguments {
        corpus: corpus.context("--corpus DIR is needed")?,
        queries: queries.context("--queries FILE is needed")?,
        python,
        lucene,
        postgresql,
        rounds,
    })
}
