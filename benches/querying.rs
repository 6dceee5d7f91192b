//! How long a question takes, stage by stage, beside plain tantivy asked the same.
//!
//! ```text
//! cargo bench --bench querying -- --corpus DIR --queries FILE.jsonl [--rounds 7] [--encoder] [--index DIR]
//! ```
//!
//! A line of the queries is a JSON object with a `query`. One thread. Each question runs in every round, all
//! stages in turn; its time is the median of its rounds, which keeps a busy machine out of the figures as
//! far as that goes; the table's percentiles are over the questions. In the first round nothing was asked before, so
//! that no answer is at hand as HTML and no vector is kept; what that costs stands in lines of its own, and counts
//! nowhere else. "Unpruned" scores every entry that holds any term, without tantivy's block-max pruning. Without
//! `--encoder` questions are matched by their words alone. With `--index` a large index need not be built each time.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use jida::corpus::{Corpus, Settings as CorpusSettings};
use jida::index::{Index, Retrieval, build};
use jida::rank::Readings;
use jida::rank::model;
use jida::search::{AskRequest, Filter, Page, Question, SearchRequest, Searcher, Settings};
use jida::semantic::Language;
use serde::Deserialize;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query as Clause, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, ReloadPolicy, Score, SegmentReader, Term};
use tokio::runtime::Runtime;

#[derive(Deserialize)]
struct Line {
    query: String,
}

/// What is timed, in the order of the table. The first five are the stages of the search, as it tells them.
const STAGES: [&str; 12] = [
    "analyse",
    "encode",
    "retrieve",
    "rank",
    "render",
    "search, whole",
    "ask, whole",
    "tantivy top 10",
    "tantivy top 80",
    "80, unpruned",
    "search, first",
    "ask, first",
];
const WHOLE: [usize; 2] = [5, 6];
const PLAIN: usize = 7;
const FIRST: usize = 10;

fn main() -> Result<()> {
    let arguments = arguments()?;
    let file = std::fs::File::open(&arguments.queries)?;
    let questions = BufReader::new(file)
        .lines()
        .map(|line| Ok(Question::new(&serde_json::from_str::<Line>(&line?)?.query)?))
        .collect::<Result<Vec<Question>>>()?;
    let rounds = arguments.rounds;

    let language = if arguments.encoder {
        Language::built_in()
    } else {
        Language::lexical()
    };
    let built = tempfile::tempdir()?;
    let corpus = Corpus::open(&arguments.corpus, CorpusSettings::default())?;
    let folder = arguments.index.as_deref().unwrap_or(built.path());
    let report = build(&corpus, folder, &language, &mut |_| {})?;
    let index = Index::open(folder, &language)?;
    let bench = Bench {
        plain: Plain::open(folder, &report.generation)?,
        searcher: Searcher::new(index, language.clone(), Settings::default()),
        language,
        runtime: tokio::runtime::Builder::new_current_thread().build()?,
    };

    let mut clauses: Vec<u64> = Vec::new();
    let mut rows = vec![Vec::new(); STAGES.len()];
    for question in &questions {
        let mut times = vec![Vec::new(); FIRST];
        for round in 0..=rounds {
            let (took, count) = bench.ask(question)?;
            if round == 0 {
                clauses.push(count as u64);
                for (at, whole) in WHOLE.into_iter().enumerate() {
                    rows[FIRST + at].push(took[whole]);
                }
                continue;
            }
            for (stage, time) in times.iter_mut().zip(took) {
                stage.push(time);
            }
        }
        for (row, time) in rows.iter_mut().zip(times) {
            row.push(percentile(time, 50));
        }
    }

    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} entries, {} questions, median {} clauses, {rounds} rounds",
        report.entries,
        questions.len(),
        percentile(clauses, 50)
    )?;
    let limit = percentile(rows[PLAIN].clone(), 50) as f64;
    writeln!(
        out,
        "{:<16} {:>8} {:>8} {:>20}",
        "µs", "p50", "p99", "p50 / tantivy top 10"
    )?;
    for (stage, row) in STAGES.iter().zip(rows) {
        let (half, slow) = (percentile(row.clone(), 50), percentile(row, 99));
        let (ratio, half, slow) = (half as f64 / limit, half as f64 / 1e3, slow as f64 / 1e3);
        writeln!(out, "{stage:<16} {half:>8.1} {slow:>8.1} {ratio:>20.2}")?;
    }
    Ok(())
}

struct Bench {
    language: Language,
    searcher: Searcher,
    plain: Plain,
    runtime: Runtime,
}

impl Bench {
    /// Asks one question once: nanoseconds of each stage, and the number of clauses.
    fn ask(&self, question: &Question) -> Result<([u64; FIRST], usize)> {
        let request = SearchRequest {
            question: question.clone(),
            filter: Filter::default(),
            page: Page::default(),
        };
        let mut watch = Watch::start();
        let reply = self.runtime.block_on(self.searcher.search(&request))?;
        let search = watch.lap();
        let request = AskRequest::new(request.question);
        std::hint::black_box(self.runtime.block_on(self.searcher.ask(&request))?);
        let ask = watch.lap();

        let retrieval =
            Readings::new(&self.language.analyzer.analyze(question.as_str())).retrieval();
        watch.lap();
        self.plain.top(&retrieval, 10)?;
        let ten = watch.lap();
        self.plain.top(&retrieval, model::CANDIDATES)?;
        let all = watch.lap();
        let clauses = self.plain.top_unpruned(&retrieval, model::CANDIDATES)?;
        let unpruned = watch.lap();
        let stages = reply.stages;
        let [analyse, encode, retrieve, rank, render] = [
            stages.analyse,
            stages.encode,
            stages.retrieve,
            stages.rank,
            stages.render,
        ]
        .map(|stage| stage.as_nanos() as u64);
        let took = [
            analyse, encode, retrieve, rank, render, search, ask, ten, all, unpruned,
        ];
        Ok((took, clauses))
    }
}

/// The same segments, opened with nothing of ours in between.
struct Plain {
    searcher: tantivy::Searcher,
}

impl Plain {
    fn open(index: &Path, generation: &str) -> Result<Plain> {
        let segments = index.join("generations").join(generation).join("segments");
        let reader = tantivy::Index::open_in_dir(segments)?
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(Plain {
            searcher: reader.searcher(),
        })
    }

    fn top(&self, retrieval: &Retrieval, limit: usize) -> Result<()> {
        let query = BooleanQuery::new(self.clauses(retrieval)?);
        let best = TopDocs::with_limit(limit).order_by_score();
        std::hint::black_box(self.searcher.search(&query, &best)?);
        Ok(())
    }

    /// Returns how many clauses there were.
    fn top_unpruned(&self, retrieval: &Retrieval, limit: usize) -> Result<usize> {
        let clauses = self.clauses(retrieval)?;
        let count = clauses.len();
        // A score that might be changed can't be bounded, so nothing is pruned.
        let as_it_is = |_: &SegmentReader| |_: DocId, score: Score| score;
        let best = TopDocs::with_limit(limit).tweak_score(as_it_is);
        let query = BooleanQuery::new(clauses);
        std::hint::black_box(self.searcher.search(&query, &best)?);
        Ok(count)
    }

    /// The clauses that our engine makes of `retrieval`.
    fn clauses(&self, retrieval: &Retrieval) -> Result<Vec<(Occur, Box<dyn Clause>)>> {
        let schema = self.searcher.schema();
        let fields = (schema.get_field("question")?, schema.get_field("all")?);
        let mut clauses: Vec<(Occur, Box<dyn Clause>)> = Vec::new();
        for wanted in &retrieval.terms {
            for (field, boost) in [
                (fields.0, wanted.question_boost),
                (fields.1, wanted.answer_boost),
            ] {
                if boost > 0.0 {
                    let term = Term::from_field_text(field, &wanted.term);
                    let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                    let query = BoostQuery::new(Box::new(query), boost);
                    clauses.push((Occur::Should, Box::new(query)));
                }
            }
        }
        Ok(clauses)
    }
}

/// Nanoseconds from lap to lap.
struct Watch(Instant);

impl Watch {
    fn start() -> Watch {
        Watch(Instant::now())
    }

    fn lap(&mut self) -> u64 {
        let lap = self.0.elapsed().as_nanos() as u64;
        self.0 = Instant::now();
        lap
    }
}

fn percentile(mut values: Vec<u64>, percent: usize) -> u64 {
    values.sort_unstable();
    let at = values.len() * percent / 100;
    values.get(at).copied().unwrap_or_default()
}

struct Arguments {
    corpus: PathBuf,
    queries: PathBuf,
    rounds: usize,
    encoder: bool,
    /// Kept for the next time, where it may be found unchanged.
    index: Option<PathBuf>,
}

fn arguments() -> Result<Arguments> {
    let (mut corpus, mut queries, mut rounds, mut encoder) = (None, None, 7, false);
    let mut index = None;
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
            "--rounds" => rounds = value()?.parse()?,
            "--encoder" => encoder = true,
            "--index" => index = Some(PathBuf::from(value()?)),
            // What cargo adds.
            "--bench" => {}
            other => bail!("unknown argument {other}"),
        }
    }
    match (corpus, queries) {
        (Some(corpus), Some(queries)) if rounds > 0 => Ok(Arguments {
            corpus,
            queries,
            rounds,
            encoder,
            index,
        }),
        _ => bail!("--corpus DIR and --queries FILE are needed, and a round"),
    }
}
