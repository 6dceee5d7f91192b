//! Where the time of indexing goes, beside what others need for parts of it. Linux only.
//!
//! ```text
//! cargo bench --bench indexing -- --corpus DIR [--corpus DIR …] [--rounds 3]
//! ```
//!
//! For each corpus, CPU seconds (median of the rounds) of: the whole build; our parser alone; our analysis of
//! all questions and answers alone; jieba alone cutting the same texts, in the mode that we use; tantivy
//! alone indexing the same ready-made terms into two fields. Peak memory is another process's business:
//! `/usr/bin/time -v jida index …`.

mod process;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jida::corpus::{Corpus, Settings};
use jida::index::{build, distinct_ranges};
use jida::semantic::Language;
use jida::text::Analyzer;
use jieba_rs::Jieba;
use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, IndexWriter, TantivyDocument};

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As our own writer is set.
const WRITER_BYTES: usize = 64 << 20;

/// One entry's question and answer.
type Pair = (String, String);

fn main() -> Result<()> {
    let (corpora, rounds) = arguments()?;
    let mut out = std::io::stdout().lock();
    let language = Language::lexical();
    let analyzer = &language.analyzer;
    let jieba = Jieba::new();
    writeln!(
        out,
        "{:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>8}",
        "entries", "MB", "wall", "build", "parse", "analyse", "jieba", "tantivy", "build/MB"
    )?;
    for folder in corpora {
        let corpus = Corpus::open(&folder, Settings::default())?;
        let (mut walls, mut columns) = (Vec::new(), [const { Vec::new() }; 5]);
        let mut size = (0, 0);
        for _ in 0..rounds {
            let index = tempfile::tempdir()?;
            let begin = Instant::now();
            columns[0].push(cost(|| {
                build(&corpus, index.path(), &language, &mut |_| {})?;
                Ok(())
            })?);
            walls.push(begin.elapsed());
            columns[1].push(cost(|| {
                let entries: usize = corpus.parsed_files().map(|file| file.entries.len()).sum();
                size.0 = entries;
                Ok(())
            })?);
            let pairs = pairs(&corpus);
            size.1 = pairs.iter().map(|(q, a)| q.len() + a.len()).sum();
            columns[2].push(cost(|| {
                for text in texts(&pairs) {
                    std::hint::black_box(analyzer.analyze(text));
                }
                Ok(())
            })?);
            columns[3].push(cost(|| {
                for text in texts(&pairs) {
                    std::hint::black_box(jieba.cut_for_search(text, false));
                }
                Ok(())
            })?);
            let terms: Vec<Pair> = pairs
                .iter()
                .map(|(question, answer)| (terms(analyzer, question), terms(analyzer, answer)))
                .collect();
            let plain = tempfile::tempdir()?;
            columns[4].push(cost(|| plain_tantivy(&terms, plain.path()))?);
        }
        let (entries, megabytes) = (size.0, size.1 as f64 / 1e6);
        write!(out, "{entries:>8} {megabytes:>7.1}")?;
        write!(out, " {:>7.2}", process::median(walls).as_secs_f64())?;
        let medians = columns.map(|column| process::median(column).as_secs_f64());
        for seconds in medians {
            write!(out, " {seconds:>7.2}")?;
        }
        writeln!(out, " {:>8.3}", medians[0] / megabytes)?;
    }
    Ok(())
}

/// CPU time that `work` takes on all threads of this process.
fn cost(work: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let begin = process::cpu("self")?;
    work()?;
    Ok(process::cpu("self")? - begin)
}

fn pairs(corpus: &Corpus) -> Vec<Pair> {
    let entries = corpus.parsed_files().flat_map(|file| file.entries);
    entries
        .map(|entry| (entry.question, entry.answer.text))
        .collect()
}

fn texts(pairs: &[Pair]) -> impl Iterator<Item = &str> {
    pairs
        .iter()
        .flat_map(|(question, answer)| [question.as_str(), answer.as_str()])
}

/// The terms that our index holds for a text, a space between them.
fn terms(analyzer: &Analyzer, text: &str) -> String {
    let analysis = analyzer.analyze(text);
    let terms: Vec<&str> = distinct_ranges(&analysis.tokens)
        .map(|token| analysis.term(token))
        .collect();
    terms.join(" ")
}

/// Indexes questions, and questions with answers, as our schema does, but stores nothing else.
fn plain_tantivy(terms: &[Pair], folder: &Path) -> Result<()> {
    let mut schema = Schema::builder();
    let options = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::WithFreqs),
    );
    let question = schema.add_text_field("question", options.clone());
    let all = schema.add_text_field("all", options);
    let index = Index::create_in_dir(folder, schema.build())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
    for (asked, answered) in terms {
        let mut document = TantivyDocument::default();
        document.add_text(question, asked);
        document.add_text(all, asked);
        document.add_text(all, answered);
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

fn arguments() -> Result<(Vec<PathBuf>, usize)> {
    let (mut corpora, mut rounds) = (Vec::new(), 3);
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let mut value = || {
            given
                .next()
                .with_context(|| format!("{name} needs a value"))
        };
        match name.as_str() {
            "--corpus" => corpora.push(PathBuf::from(value()?)),
            "--rounds" => rounds = value()?.parse()?,
            // What cargo adds.
            "--bench" => {}
            other => bail!("unknown argument {other}"),
        }
    }
    if corpora.is_empty() || rounds == 0 {
        bail!("--corpus DIR is needed, and a round");
    }
    Ok((corpora, rounds))
}
