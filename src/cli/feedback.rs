//! `jida feedback`: what people said about the answers.

use std::collections::HashMap;

use jida::corpus::Source;
use jida::index::Index;
use jida::locale::Locale;
use jida::store::{self, Selection, Summary, UnansweredQuestion};
use serde::Serialize;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::failure::{CommandError, Failure};
use super::flags::{FeedbackArgs, FeedbackCommand};
use super::layout::{FAINT, STRONG, hanging, printable, styled};
use super::source::json;
use super::terminal::Terminal;
use super::{Exit, open};
use crate::config::Config;

/// Reasons and entries that a summary lists.
const LISTED: usize = 10;
/// Questions without an answer that a person is shown; `--json` gives all.
const QUESTIONS: usize = 50;

pub(super) fn run(
    args: &FeedbackArgs,
    config: &Config,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    let folder = config.data_folder();
    let since = args.command.kept().since.as_deref();
    let selection = Selection {
        since: since.map(time).transpose()?,
        kb: config.only_kb.then(|| config.search.kb.clone()),
    };
    match &args.command {
        FeedbackCommand::Export(_) => store::export(&folder, &selection, |record| {
            terminal.print(&(json(&record) + "\n"))
        })?,
        FeedbackCommand::Summary(_) => {
            let summary = store::summary(&folder, &selection, LISTED)?;
            let entries = summary.entries.iter();
            let ids = entries.map(|entry| (entry.kb.as_deref(), &*entry.entry_id));
            let names = Names::of(ids, config);
            terminal.print(&show(&summary, &names, terminal.locale))?;
        }
        FeedbackCommand::Unanswered(args) => {
            let questions = store::unanswered(&folder, &selection)?;
            let ids = questions
                .iter()
                .filter_map(|one| Some((one.kb.as_deref(), one.entry_id.as_deref()?)));
            let names = Names::of(ids, config);
            if args.json {
                let questions = questions.into_iter().map(|one| names.beside(one));
                let unanswered = questions.collect();
                terminal.print(&(json(&Unanswered { unanswered }) + "\n"))?;
            } else {
                let logs = config.store.log_questions;
                let text = show_unanswered(&questions, &names, logs, terminal);
                terminal.show(&text)?;
            }
        }
    }
    Ok(Exit::Done)
}

/// What the entries are about whose ids were kept, and of which of several knowledge bases they are.
#[derive(Debug, Default)]
struct Names {
    several: bool,
    named: HashMap<(Option<String>, String), NearestEntry>,
}

/// An entry by name.
#[derive(Debug, Clone, Serialize)]
struct NearestEntry {
    id: String,
    question: Option<String>,
    /// `file:line`.
    source: Option<String>,
}

impl Names {
    /// Looks entries up in the index that `config` names. Without one, or where an entry is gone, its id has to
    /// do: what was kept can be read all the same.
    fn of<'a>(ids: impl Iterator<Item = (Option<&'a str>, &'a str)>, config: &Config) -> Names {
        let bases = config.each();
        let mut names = Names {
            several: bases.len() > 1,
            ..Names::default()
        };
        let (Ok(language), Ok(runtime)) = (open::language(config), open::runtime()) else {
            return names;
        };
        let open = |base: &Config| {
            let index = Index::open(&base.index, &language).ok()?;
            Some((base.search.kb.clone(), index))
        };
        let indexes: HashMap<String, Index> = bases.iter().filter_map(open).collect();
        for (kb, id) in ids {
            // What does not say which knowledge base it is of is older than that there are several.
            let name = kb.unwrap_or(&bases[0].search.kb);
            let entry = runtime.block_on(async {
                let index = indexes.get(name)?;
                let key = index.find(id).await.ok().flatten()?;
                index.entries(&[key]).await.ok()?.pop()
            });
            if let Some(entry) = entry {
                let Source { file, line, .. } = &entry.source;
                let named = NearestEntry {
                    id: id.to_owned(),
                    source: Some(format!("{file}:{line}")),
                    question: Some(entry.question),
                };
                let key = (kb.map(str::to_owned), id.to_owned());
                names.named.insert(key, named);
            }
        }
        names
    }

    /// The entry, or its id alone.
    fn entry(&self, kb: Option<&str>, id: &str) -> NearestEntry {
        let key = (kb.map(str::to_owned), id.to_owned());
        self.named.get(&key).cloned().unwrap_or(NearestEntry {
            id: id.to_owned(),
            question: None,
            source: None,
        })
    }

    /// The entry for a person, on one line.
    fn shown(&self, kb: Option<&str>, id: &str) -> String {
        let NearestEntry {
            question, source, ..
        } = self.entry(kb, id);
        match (question, source) {
            (Some(question), Some(source)) => {
                format!("{}  {}", printable(&question), styled(&source, FAINT))
            }
            _ => printable(id),
        }
    }

    /// The knowledge base's name before what is of it, where there are several.
    fn prefix(&self, kb: Option<&str>) -> String {
        let kb = kb.filter(|_| self.several);
        kb.map_or(String::new(), |kb| format!("{}  ", printable(kb)))
    }

    fn beside(&self, question: UnansweredQuestion) -> UnansweredLine {
        UnansweredLine {
            nearest: question
                .entry_id
                .as_deref()
                .map(|id| self.entry(question.kb.as_deref(), id)),
            kb: question.kb,
            question: question.question,
            count: question.count,
            last: question.last,
            decision: question.decision,
        }
    }
}

/// `--json`.
#[derive(Debug, Serialize)]
struct Unanswered {
    unanswered: Vec<UnansweredLine>,
}

/// A question without an answer.
#[derive(Debug, Serialize)]
struct UnansweredLine {
    kb: Option<String>,
    question: String,
    count: u64,
    last: String,
    decision: String,
    nearest: Option<NearestEntry>,
}

fn show_unanswered(
    questions: &[UnansweredQuestion],
    names: &Names,
    logs: bool,
    terminal: Terminal,
) -> String {
    let locale = terminal.locale;
    let mut out = String::new();
    if questions.is_empty() {
        out.push_str(locale.pick("没有未答上的问题\n", "no question without an answer\n"));
        if !logs {
            out.push_str(locale.pick(
                "提问没有保存：在配置里写 [queries] log = true 才会保存\n",
                "questions are not kept: [queries] log = true in the configuration keeps them\n",
            ));
        }
        return out;
    }
    for one in questions.iter().take(QUESTIONS) {
        let rest = " ".repeat(8);
        let first = format!("{:>6}  ", one.count);
        let kb = one.kb.as_deref();
        let question = format!("{}{}", names.prefix(kb), styled(&one.question, STRONG));
        out.push_str(&hanging(&question, terminal.width(), &first, &rest));
        let decision = match one.decision.as_str() {
            "clarify" => locale.pick("已反问", "asked back"),
            _ => locale.pick("没有答案", "no answer"),
        };
        // Seconds and below tell nothing here.
        let last = one.last.get(..16).unwrap_or(&one.last).replace('T', " ");
        let last = locale.pick(format!("最近 {last} UTC"), format!("last {last} UTC"));
        out.push_str(&format!("{rest}{decision} · {last}\n"));
        if let Some(id) = &one.entry_id {
            let label = locale.pick("最接近", "nearest");
            let nearest = format!("{FAINT}{label}{FAINT:#} {}", names.shown(kb, id));
            out.push_str(&hanging(&nearest, terminal.width(), &rest, &rest));
        }
    }
    let more = questions.len().saturating_sub(QUESTIONS);
    if more > 0 {
        out.push_str(&locale.pick(
            format!("还有 {more} 个，--json 全部列出\n"),
            format!("{more} more; --json lists all\n"),
        ));
    }
    out
}

/// A day, or a point in time.
fn time(text: &str) -> Result<OffsetDateTime, CommandError> {
    let day = format_description!("[year]-[month]-[day]");
    Date::parse(text, day)
        .map(|day| day.midnight().assume_utc())
        .or_else(|_| OffsetDateTime::parse(text, &Rfc3339))
        .map_err(|_| CommandError::NoTime(text.to_owned()))
}

fn show(summary: &Summary, names: &Names, locale: Locale) -> String {
    let (up, down) = (summary.up, summary.down);
    let mut out = locale.pick(
        format!("有帮助 {up}，没帮助 {down}\n"),
        format!("helpful {up}, not helpful {down}\n"),
    );
    if !summary.reasons.is_empty() {
        let heading = locale.pick("原因", "reasons");
        out.push_str(&format!("\n{}\n", styled(heading, STRONG)));
        for reason in &summary.reasons {
            let text = printable(&reason.reason);
            out.push_str(&format!("{:>6}  {text}\n", reason.count));
        }
    }
    if !summary.entries.is_empty() {
        let heading = locale.pick(
            "没帮助最多的条目（没帮助、有帮助、条目）",
            "entries that helped least (not helpful, helpful, entry)",
        );
        out.push_str(&format!("\n{}\n", styled(heading, STRONG)));
        for entry in &summary.entries {
            let kb = entry.kb.as_deref();
            let (kb, name) = (names.prefix(kb), names.shown(kb, &entry.entry_id));
            out.push_str(&format!("{:>6} {:>6}  {kb}{name}\n", entry.down, entry.up));
        }
    }
    out
}
