//! `jida eval --fit`: FAQs with labelled queries in, the model's file out.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jida::eval::fit::{Example, Fitted, Folder, Gain, Trial};
use jida::eval::roster::Roster;
use jida::eval::run as asking;
use jida::eval::truth::{self, Written};
use jida::locale::Locale;
use jida::rank::model::{Evidence, Model};
use jida::semantic::Language;

use super::super::failure::Failure;
use super::super::index::counted;
use super::super::layout::{STRONG, Table, styled};
use super::super::terminal::Terminal;
use super::super::{Exit, open};
use super::error::EvalError;
use super::{files, runtime, tell_moved};
use crate::config::Config;

/// Where a folder's labelled queries are.
const QUERIES: &str = "queries.jsonl";

/// Fits to the folders behind the first of `paths`, which names the file to write.
pub(super) fn run(paths: &[PathBuf], config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    let Some((out, folders)) = paths.split_first() else {
        return Ok(Exit::Done);
    };
    let mut written = Vec::new();
    for folder in folders {
        let queries = folder.join(QUERIES);
        if !queries.is_file() {
            return Err(EvalError::NotLabelled(folder.clone()).into());
        }
        written.push(files::queries(&queries, terminal)?);
    }
    let language = open::language(config)?;
    let (mut asked, mut all_found) = (Vec::new(), true);
    for (folder, written) in folders.iter().zip(written) {
        let (folder, found) = examples(folder, written, config, &language, terminal)?;
        asked.push(folder);
        all_found &= found;
    }
    check(&asked)?;
    let fitted = Fitted::to(&asked, Model::current());
    files::model(out, &fitted.model.to_text(&head(&asked)))?;
    terminal.print(&shown(&fitted, terminal.locale))?;
    Ok(if all_found {
        Exit::Done
    } else {
        Exit::NothingFound
    })
}

/// Asks a folder's queries, and tells whether all their labels were found.
fn examples(
    path: &Path,
    written: Vec<Written>,
    config: &Config,
    language: &Language,
    terminal: Terminal,
) -> Result<(Folder, bool), Failure> {
    // An index of the owner's must not be replaced by one of this folder.
    let config = config.of_corpus_alone(path);
    let searcher = Arc::new(open::up_to_date(&config, language, terminal)?);
    let runtime = runtime()?;
    let roster = runtime.block_on(Roster::read(&searcher))?;
    let (queries, moved) = truth::resolve(written, &roster);
    tell_moved(&moved, Some(&path.join(QUERIES)), terminal);
    let asked = runtime.block_on(asking::run(&searcher, queries, true))?;
    let folder = Folder {
        name: name(path),
        examples: asked.iter().map(Example::from).collect(),
    };
    Ok((folder, moved.is_empty()))
}

/// Numbers fitted to nothing would be written without a word, and believed.
fn check(folders: &[Folder]) -> Result<(), EvalError> {
    let examples = || folders.iter().flat_map(|folder| &folder.examples);
    if !examples().any(Example::teaches_order) {
        return Err(EvalError::NothingToFit);
    }
    match folders.iter().any(|folder| folder.has(Evidence::Answers)) {
        true => Ok(()),
        false => Err(EvalError::NoVectors),
    }
}

/// A folder's own name: where it lies on somebody's machine is nobody else's business.
fn name(path: &Path) -> String {
    let whole = fs::canonicalize(path);
    let whole = whole.as_deref().unwrap_or(path);
    let name = whole.file_name().unwrap_or(whole.as_os_str());
    name.to_string_lossy().into_owned()
}

/// What the model's file says of itself.
fn head(folders: &[Folder]) -> String {
    let mut head = "Written by `jida eval --fit`; change nothing by hand. Fitted to:\n".to_owned();
    for Folder { name, examples } in folders {
        let in_scope = examples.iter().filter(|example| example.in_scope).count();
        let found = examples.iter().filter(|example| example.teaches_order());
        head.push_str(&format!(
            "- {name}: {}, {in_scope} answerable, {} with a right candidate\n",
            counted(examples.len(), "query", "queries"),
            found.count()
        ));
    }
    head
}

/// A table for each sort of evidence.
fn shown(fitted: &Fitted, locale: Locale) -> String {
    let mut out = String::new();
    for (evidence, gains) in &fitted.gains {
        let heading = match evidence {
            Evidence::Words => locale.pick("只凭字词", "by words alone"),
            Evidence::Questions => locale.pick("加上问题的语义", "by the meaning of questions too"),
            Evidence::Answers => locale.pick(
                "再加上答案各部分的语义",
                "by the meaning of questions and answers too",
            ),
            Evidence::QuestionTokens => locale.pick(
                "加上问题及其逐词的语义",
                "by the meaning of questions and of their words",
            ),
            Evidence::AnswerTokens => locale.pick(
                "加上问题、答案及其逐词的语义",
                "by the meaning of questions and answers and of their words",
            ),
        };
        out.push_str(&format!(
            "{}\n{}\n",
            styled(heading, STRONG),
            table(gains, locale)
        ));
    }
    out.push_str(locale.pick(
        "留出：用其他目录拟合、在这个目录上测得的结果，新的 FAQ 可以指望的是这个\n",
        "held out: fitted to the other folders, tried on this one; what a new FAQ may expect\n",
    ));
    out
}

fn table(gains: &[Gain], locale: Locale) -> String {
    let mut table = Table::new(&locale.pick(
        [
            "目录",
            ">n",
            ">现在 R@1",
            ">R@3",
            ">拟合后 R@1",
            ">R@3",
            ">留出 R@1",
            ">R@3",
            ">AUROC",
        ],
        [
            "folder",
            ">n",
            ">now R@1",
            ">R@3",
            ">fitted R@1",
            ">R@3",
            ">held out R@1",
            ">R@3",
            ">AUROC",
        ],
    ));
    for gain in gains {
        let all = locale.pick("全部", "all");
        let mut cells = vec![
            gain.folder.clone().unwrap_or_else(|| all.to_owned()),
            gain.before.recall.n.to_string(),
        ];
        for trial in [Some(gain.before), Some(gain.after), gain.held_out] {
            cells.extend(recalls(trial));
        }
        let auroc = gain.held_out.and_then(|trial| trial.auroc);
        cells.push(auroc.map_or("–".to_owned(), |auroc| format!("{auroc:.3}")));
        table.row(cells);
    }
    table.render("")
}

/// R@1 and R@3 in per cent.
fn recalls(trial: Option<Trial>) -> [String; 2] {
    let Some(Trial { recall, .. }) = trial else {
        return ["–".to_owned(), "–".to_owned()];
    };
    [recall.recall_1, recall.recall_3].map(|share| format!("{:.1}", share * 100.0))
}
