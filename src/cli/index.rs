//! `jida index`: reads the corpus, builds the index, and reports what it found.

use std::collections::BTreeSet;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jida::corpus::{Corpus, Problem};
use jida::index::{BuildEvent, BuildReport};
use jida::locale::{Locale, Localized};
use jida::text::Analyzer;

use super::Exit;
use super::failure::Failure;
use super::flags::IndexArgs;
use super::terminal::Terminal;
use crate::config::Config;

pub(super) fn run(args: &IndexArgs, config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    let corpus = Corpus::open(&config.corpus, config.corpus_limits.clone())?;
    let analyzer = Analyzer::new();
    let report = build(&corpus, config, &analyzer, terminal)?;
    for problem in &report.problems {
        terminal.note(&shown_problem(problem, &config.corpus, terminal));
    }
    let text = match args.json {
        true => serde_json::to_string(&report).unwrap_or_default() + "\n",
        false => summary(&report, config, terminal.locale),
    };
    terminal.print(&text)?;
    Ok(Exit::Done)
}

/// Builds with a progress bar, where someone can see it.
pub(super) fn build(
    corpus: &Corpus,
    config: &Config,
    analyzer: &Analyzer,
    terminal: Terminal,
) -> Result<BuildReport, Failure> {
    let bar = progress_bar(terminal);
    let report = jida::index::build(corpus, &config.index, analyzer, &mut |event| match event {
        BuildEvent::Started { files } => bar.set_length(files as u64),
        BuildEvent::File { file, .. } => {
            bar.inc(1);
            bar.set_message(file.to_owned());
        }
        BuildEvent::Publishing => {
            bar.set_message(terminal.locale.pick("写入索引", "writing the index"));
        }
    });
    bar.finish_and_clear();
    Ok(report?)
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

fn summary(report: &BuildReport, config: &Config, locale: Locale) -> String {
    let index = config.index.display();
    let corpus = config.corpus.display();
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
        format!("{corpus}: {files} files, {entries} entries\n"),
    );
    let odd = match problems {
        0 => String::new(),
        _ => locale.pick(
            format!("{problems} 处问题，涉及 {troubled} 个文件\n"),
            format!("{problems} problems in {troubled} files\n"),
        ),
    };
    let version = &report.index_version;
    let built = match report.unchanged {
        true => locale.pick(
            format!("{index}：没有变化，沿用版本 {version}\n"),
            format!("{index}: unchanged, still version {version}\n"),
        ),
        false => locale.pick(
            format!("{index}：已建好版本 {version}\n"),
            format!("{index}: built version {version}\n"),
        ),
    };
    found + &odd + &built
}
