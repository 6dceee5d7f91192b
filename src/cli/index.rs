//! `jida index`: reads the corpus, builds the index, and reports what it found.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jida::corpus::{Corpus, Problem};
use jida::index::{BuildEvent, BuildReport, Index, IndexError, IndexLocation, Judge};
use jida::locale::{Locale, Localized};
use jida::search::{FittedThresholds, SearchError, Searcher};
use jida::semantic::Language;
use serde::Serialize;

use super::Exit;
use super::failure::Failure;
use super::flags::IndexArgs;
use super::origin;
use super::rollback;
use super::source::json;
use super::terminal::Terminal;
use crate::config::Config;

pub(super) fn run(args: &IndexArgs, config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    if args.verify {
        return rollback::verify_all(args.json, config, terminal);
    }
    let language = super::open::language(config)?;
    if config.only_kb {
        return one(args, &config.one(), &language, terminal);
    }
    let mut exit = Exit::Done;
    let bases = config.each();
    let several = bases.len() > 1;
    for base in &bases {
        if several && !args.json {
            terminal.print(&title(base, terminal.locale))?;
        }
        exit = match one(args, base, &language, terminal) {
            Ok(done) => exit.max(done),
            // The others are none the worse for it.
            Err(Failure::Told(error)) if several => {
                terminal.fail(error.as_ref());
                Exit::Failed
            }
            Err(failure) => return Err(failure),
        };
    }
    Ok(exit)
}

/// A line above what is told of one of several.
pub(super) fn title(base: &Config, locale: Locale) -> String {
    let name = locale.pick("知识库", "knowledge base");
    format!("{name} {}\n", base.search.kb)
}

/// One knowledge base.
fn one(
    args: &IndexArgs,
    config: &Config,
    language: &Language,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    let folder = origin::corpus_folder(config);
    let corpus = Corpus::open(&folder, config.corpus_limits.clone())?;
    // Only what was there before can be served by now.
    let replaces = origin::recall(config).is_some();
    let location = super::open::location(config)?;
    let report = build(&corpus, &location, language, terminal)?;
    origin::remember(&folder, config);
    for problem in &report.problems {
        terminal.note(&shown_problem(problem, &folder, terminal));
    }
    if report.entries == 0 {
        terminal.warn(&NothingToAnswer);
    }
    let text = match args.json {
        true => {
            json(&IndexLine {
                kb: &config.search.kb,
                report: &report,
            }) + "\n"
        }
        false => summary(&report, &folder, &location.shown(), terminal.locale),
    };
    terminal.print(&text)?;
    if replaces && !report.unchanged && !args.json {
        let hint = terminal.locale.pick(
            "正在运行的 jida serve 还在用旧索引：重启它，或用 POST /v1/admin/reload 让它重新载入；以 --watch 启动的会自己载入",
            "a running jida serve goes on with the old index: restart it, or reload it with POST /v1/admin/reload; started with --watch, it reloads by itself",
        );
        terminal.note(&terminal.hint(Some(hint.to_owned())));
    }
    Ok(Exit::Done)
}

/// `--json`: one line for each knowledge base.
#[derive(Debug, Serialize)]
struct IndexLine<'a> {
    kb: &'a str,
    #[serde(flatten)]
    report: &'a BuildReport,
}

/// The build went well, but every question will be in vain.
#[derive(Debug)]
pub(super) struct NothingToAnswer;

impl Localized for NothingToAnswer {
    fn message(&self, locale: Locale) -> String {
        locale
            .pick("语料里没有一条问答", "the corpus holds no question")
            .to_owned()
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let hint = locale.pick(
            "在目录里放一个 .md 文件：标题是问题，下面是答案",
            "put an .md file into the folder: a heading is a question, the answer stands below it",
        );
        Some(hint.to_owned())
    }
}

/// How often the log is told that a long build goes on.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// Builds with a progress bar, where someone can see it.
pub(super) fn build(
    corpus: &Corpus,
    location: &IndexLocation,
    language: &Language,
    terminal: Terminal,
) -> Result<BuildReport, Failure> {
    let bar = progress_bar(terminal);
    let mut logged = Instant::now();
    let mut fitted = None;
    let mut fit = |index: Index| {
        let searcher = Searcher::new(index, language.clone(), Default::default());
        fitted = fit_thresholds(&searcher)?;
        Ok(fitted.map(|fitted| fitted.to_bytes()))
    };
    let mut tell = |event: BuildEvent<'_>| match event {
        BuildEvent::Started { files } => bar.set_length(files as u64),
        BuildEvent::File { file, .. } => {
            bar.inc(1);
            bar.set_message(file.to_owned());
        }
        BuildEvent::Encoded { texts } => {
            bar.set_message(terminal.locale.pick(
                format!("已为 {texts} 条文本编码"),
                format!("{} encoded", counted(texts, "text", "texts")),
            ));
            if logged.elapsed() >= LOG_EVERY {
                logged = Instant::now();
                tracing::info!(texts, "encoding");
            }
        }
        BuildEvent::Publishing => {
            bar.set_message(terminal.locale.pick("写入索引", "writing the index"));
        }
    };
    let judge = Judge {
        name: &FittedThresholds::judge(),
        fit: &mut fit,
    };
    let report = jida::index::build_and_fit(corpus, location, language, &mut tell, judge);
    bar.finish_and_clear();
    let report = report?;
    if let Some(fitted) = fitted {
        tracing::info!(?fitted, "thresholds");
    }
    Ok(report)
}

/// So often the limits are fitted anew where a cluster does not answer for a moment, and how long it is left alone.
const FIT_ATTEMPTS: usize = 3;
const FIT_PAUSE: Duration = Duration::from_secs(3);

/// The limits of a knowledge base that was just built; `None` where it is too small to tell, or where they can't be
/// fitted here: then those that hold everywhere serve as well.
///
/// # Errors
/// That the index can't be asked: without its limits it would decide otherwise than it should for good.
fn fit_thresholds(searcher: &Searcher) -> Result<Option<FittedThresholds>, IndexError> {
    let Ok(runtime) = super::open::runtime() else {
        return Ok(None);
    };
    let mut left = FIT_ATTEMPTS;
    loop {
        left -= 1;
        match runtime.block_on(searcher.fit_thresholds()) {
            Ok(fitted) => return Ok(fitted),
            Err(SearchError::Index(error)) if left > 0 && error.is_passing() => {
                tracing::warn!(%error, "the cluster does not answer; the limits are fitted again");
                std::thread::sleep(FIT_PAUSE);
            }
            Err(SearchError::Index(error)) => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "no limits are fitted");
                return Ok(None);
            }
        }
    }
}

fn progress_bar(terminal: Terminal) -> ProgressBar {
    if !terminal.shows_progress() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let template = terminal.locale.pick(
        "{bar:30} {pos}/{len} 个文件  {wide_msg}",
        "{bar:30} {pos}/{len} files  {wide_msg}",
    );
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// `file:line: message` and the next step, as editors and CI logs pick it up.
fn shown_problem(problem: &Problem, corpus: &Path, terminal: Terminal) -> String {
    let file = match problem.file.as_str() {
        "" => corpus.to_owned(),
        file => corpus.join(file),
    };
    let line = problem
        .line
        .map_or(String::new(), |line| format!(":{line}"));
    let message = problem.message(terminal.locale);
    let hint = terminal.hint(problem.hint(terminal.locale));
    format!("{}{line}: {message}\n{hint}", file.display())
}

fn summary(report: &BuildReport, corpus: &Path, index: &Path, locale: Locale) -> String {
    let (corpus, index) = (corpus.display(), index.display());
    let files_with_problems: BTreeSet<&str> = report
        .problems
        .iter()
        .map(|problem| problem.file.as_str())
        .collect();
    let (files, entries, problems, troubled) = (
        report.files,
        report.entries,
        report.problems.len(),
        files_with_problems.len(),
    );
    let found = locale.pick(
        format!("{corpus}：{files} 个文件，{entries} 条问答\n"),
        format!(
            "{corpus}: {}, {}\n",
            counted(files, "file", "files"),
            counted(entries, "entry", "entries")
        ),
    );
    let odd = match problems {
        0 => String::new(),
        _ => locale.pick(
            format!("{problems} 处问题，涉及 {troubled} 个文件\n"),
            format!(
                "{} in {}\n",
                counted(problems, "problem", "problems"),
                counted(troubled, "file", "files")
            ),
        ),
    };
    let version = &report.generation;
    let built = match (report.unchanged, report.restored) {
        (true, _) => locale.pick(
            format!("{index}：没有变化，沿用索引版本 {version}\n"),
            format!("{index}: unchanged, still generation {version}\n"),
        ),
        (_, true) => locale.pick(
            format!("{index}：索引版本 {version} 还在，重新启用\n"),
            format!("{index}: generation {version} was still there and serves again\n"),
        ),
        _ => locale.pick(
            format!("{index}：已建好索引版本 {version}\n"),
            format!("{index}: built generation {version}\n"),
        ),
    };
    let vectors = match (report.encoded, report.reused) {
        (0, 0) => String::new(),
        (encoded, reused) => locale.pick(
            format!("向量：新编码 {encoded} 条，沿用 {reused} 条\n"),
            format!("vectors: {encoded} encoded, {reused} reused\n"),
        ),
    };
    let documents = match (report.sent, report.kept) {
        (0, 0) => String::new(),
        (sent, kept) => locale.pick(
            format!("集群：发送 {sent} 条问答，沿用 {kept} 条\n"),
            format!(
                "cluster: {} sent, {kept} taken over\n",
                counted(sent, "entry", "entries")
            ),
        ),
    };
    found + &odd + &vectors + &documents + &built
}

/// A number with its noun.
pub(super) fn counted(number: usize, one: &str, many: &str) -> String {
    let noun = if number == 1 { one } else { many };
    format!("{number} {noun}")
}
