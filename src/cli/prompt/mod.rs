//! `jida` alone on a terminal: questions one after another, each understood by what was said before.

mod command;
mod editor;

use std::io::{self, IsTerminal};
use std::time::Duration;

use jida::locale::Locale;
use jida::search::{AskRequest, Context, Filter, Page, Question, SearchRequest};
use rustyline::error::ReadlineError;
use tokio::runtime::Runtime;

use super::ask;
use super::failure::{CommandError, Failure};
use super::index::counted;
use super::layout::{FAINT, hanging, printable};
use super::source::{Refusal, Source};
use super::terminal::Terminal;
use super::{Exit, explain, open, search};
use crate::config::Config;
use command::Line;
use editor::{Asker, LineEditor, Typed};

/// What stands before the line.
const PROMPT: &str = "jida> ";
/// Entries that `:explain` takes apart.
const EXPLAINED: usize = 3;

/// Whether a person sits at both ends.
pub(super) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

pub(super) fn run(config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    let source = match Source::remote(config, terminal.locale) {
        Some(source) => source,
        None => Source::Local(Box::new(open::built(config, terminal)?)),
    };
    let runtime = open::runtime()?;
    // Also finds out whether a server answers.
    let entries = runtime.block_on(source.entries())?;
    terminal.note(&greeting(&source, entries, terminal.locale));
    ignore_interrupts(&runtime);
    let asker = Asker::new(&source, &runtime, terminal.is_colored());
    let mut editor = LineEditor::new(asker, PROMPT, config.client.history).map_err(unreadable)?;
    let mut session = Session {
        source: &source,
        runtime: &runtime,
        terminal,
        context: Context::default(),
        asked: None,
        listed: Vec::new(),
    };
    loop {
        match editor.read().map_err(unreadable)? {
            Typed::Cleared => {}
            Typed::End => break,
            Typed::Line(line) => {
                if session.line(&line)? == Next::End {
                    break;
                }
            }
        }
    }
    drop(editor);
    // A server that was given up on may still be waited for.
    runtime.shutdown_background();
    Ok(Exit::Done)
}

/// From now on Ctrl-C ends what is waited for, or a pager, not us.
fn ignore_interrupts(runtime: &Runtime) {
    // The system's own way ends with the first listener, whether or not it goes on listening.
    let _ = runtime
        .block_on(async { tokio::time::timeout(Duration::ZERO, tokio::signal::ctrl_c()).await });
}

fn unreadable(error: ReadlineError) -> Failure {
    CommandError::Input(io::Error::other(error)).into()
}

fn greeting(source: &Source, entries: usize, locale: Locale) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let place = match source {
        Source::Local(_) => String::new(),
        Source::Remote(client) => format!(" · {}", client.base()),
    };
    locale.pick(
        format!("jida {version}{place} · {entries} 条问答 · 直接提问；:help 看用法，Ctrl-D 退出\n"),
        format!(
            "jida {version}{place} · {} · type a question; :help tells more, Ctrl-D leaves\n",
            counted(entries, "entry", "entries")
        ),
    )
}

/// Whether the prompt comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Line,
    End,
}

/// What was said so far.
struct Session<'s> {
    source: &'s Source,
    runtime: &'s Runtime,
    terminal: Terminal,
    context: Context,
    /// The last question, and what had been said before it.
    asked: Option<(Question, Context)>,
    /// Ids of the entries listed last, to be opened by number.
    listed: Vec<String>,
}

impl Session<'_> {
    /// Does what a line asks for. What goes wrong with it is told, and the prompt comes back.
    fn line(&mut self, line: &str) -> Result<Next, Failure> {
        let outcome = match Line::parse(line) {
            Line::Nothing => Ok(()),
            Line::Quit => return Ok(Next::End),
            Line::Help => self.terminal.show(&help(self.terminal)),
            Line::New => {
                self.context = Context::default();
                Ok(())
            }
            Line::Ask(question) => self.ask(&question),
            Line::Number(number, _) if (1..=self.listed.len()).contains(&number) => {
                self.open(number)
            }
            Line::Number(_, text) => self.ask(&text),
            Line::Open(which) => match command::number(&which) {
                Some(number) if (1..=self.listed.len()).contains(&number) => self.open(number),
                _ => Err(PromptError::NotListed(which, self.listed.len()).into()),
            },
            Line::Search(question) => self.search(&question),
            Line::Explain(question) => self.explain(&question),
            Line::Unknown(name, nearest) => Err(PromptError::Unknown(name, nearest).into()),
        };
        match outcome {
            Ok(()) => Ok(Next::Line),
            Err(Failure::PipeClosed) => Ok(Next::End),
            Err(Failure::Told(error)) => {
                self.terminal.fail(error.as_ref());
                Ok(Next::Line)
            }
        }
    }

    fn ask(&mut self, text: &str) -> Result<(), Failure> {
        let question = Question::new(text)?;
        let request = AskRequest::new(question.clone());
        let context = self.context.clone();
        let work = async {
            let reply = self.source.ask(&context, &request).await?.value;
            let near = ask::near(&reply, &question, self.source).await;
            Ok((reply, near))
        };
        let Some((reply, near)) = self.wait(work)? else {
            return Ok(());
        };
        self.source.warn_without_vectors(self.terminal);
        let listed = ask::listed(&reply, &near);
        self.listed = listed.iter().map(|one| one.id.to_owned()).collect();
        let meant = reply.interpreted.as_deref().map(Question::new);
        self.context.previous_question = Some(match meant {
            Some(Ok(whole)) => whole,
            _ => question.clone(),
        });
        if let Some(answer) = &reply.answer {
            self.context.previous_entry_id = Some(answer.hit.id.clone());
        }
        self.asked = Some((question, context));
        let shown = ask::show(&reply, &near, true, self.terminal.page());
        self.show(&shown)
    }

    fn open(&mut self, number: usize) -> Result<(), Failure> {
        let id = self.listed[number - 1].clone();
        let Some(entry) = self.wait(self.source.entry(&id))? else {
            return Ok(());
        };
        // What is asked next is about what is read now.
        self.context = Context {
            previous_question: None,
            previous_entry_id: Some(id),
        };
        self.show(&ask::show_entry(&entry, self.terminal.page()))
    }

    fn search(&mut self, text: &str) -> Result<(), Failure> {
        let request = SearchRequest {
            question: Question::new(text)?,
            filter: Filter::default(),
            page: Page::default(),
        };
        let Some(reply) = self.wait(self.source.search(&request))? else {
            return Ok(());
        };
        let reply = reply.value;
        self.listed = reply.hits.iter().map(|hit| hit.id.clone()).collect();
        let width = self.terminal.width();
        self.show(&search::show(&reply, 0, self.terminal.locale, width))
    }

    fn explain(&mut self, text: &str) -> Result<(), Failure> {
        let (question, context) = match (text, &self.asked) {
            ("", Some(asked)) => asked.clone(),
            ("", None) => return Err(PromptError::NothingAsked.into()),
            (text, _) => (Question::new(text)?, self.context.clone()),
        };
        let request = AskRequest {
            top: EXPLAINED,
            explain: true,
            ..AskRequest::new(question)
        };
        let Some(reply) = self.wait(self.source.explain(&context, &request))? else {
            return Ok(());
        };
        let (locale, width) = (self.terminal.locale, self.terminal.width());
        self.show(&explain::show(&reply.value, locale, width))
    }

    fn show(&self, text: &str) -> Result<(), Failure> {
        self.terminal.show(&format!("\n{text}\n"))
    }

    /// Waits for a reply; `None` if the person gave up with Ctrl-C.
    fn wait<T>(
        &self,
        work: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<Option<T>, Failure> {
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                _ = tokio::signal::ctrl_c() => {
                    self.terminal.tell("\n");
                    Ok(None)
                }
                reply = work => Ok(Some(reply?)),
            }
        })
    }
}

fn help(terminal: Terminal) -> String {
    let locale = terminal.locale;
    let lines = [
        (
            locale.pick("问题", "a question"),
            locale.pick(
                "回答；可以接着问，例如“那企业呢”",
                "is answered; go on asking, as in 那企业呢",
            ),
        ),
        (
            locale.pick("数字，:open N", "N, :open N"),
            locale.pick("打开列出的第 N 条", "opens what was listed as N"),
        ),
        (
            locale.pick(":search 问题", ":search Q"),
            locale.pick("列出相符的条目", "lists the entries that fit"),
        ),
        (
            locale.pick(":explain [问题]", ":explain [Q]"),
            locale.pick(
                "说明为何这样排序，不写问题则是上一个",
                "shows why the entries stand in this order; the last question's unless one is given",
            ),
        ),
        (
            ":new",
            locale.pick("重新开始，不再联系上文", "forgets what was said before"),
        ),
        (
            ":help, :quit",
            locale.pick("显示这些；退出", "shows this; leaves"),
        ),
        (
            "Tab, →",
            locale.pick(
                "补全问题（再按换下一个）；接受灰色的提示",
                "completes a question, again for the next; takes the grey hint",
            ),
        ),
        (
            "↑ ↓, Ctrl-R",
            locale.pick("以前的提问；查找", "what was asked before; looks for it"),
        ),
        (
            "Ctrl-C, Ctrl-D",
            locale.pick("清空这一行；退出", "clears the line; leaves"),
        ),
    ];
    let mut out = String::from("\n");
    for (what, does) in lines {
        let width = unicode_width::UnicodeWidthStr::width(what);
        let first = format!("  {what}{}", " ".repeat(18usize.saturating_sub(width)));
        let rest = " ".repeat(20);
        out.push_str(&hanging(does, terminal.width(), &first, &rest));
    }
    let where_to = locale.pick(
        "以空格开头的一行不会记入历史。",
        "A line that begins with a blank is not remembered.",
    );
    out + &format!("\n  {FAINT}{where_to}{FAINT:#}\n\n")
}

/// What can be wrong with a line at the prompt.
#[derive(Debug, thiserror::Error)]
#[error("{}", jida::locale::Localized::message(self, Locale::En))]
enum PromptError {
    /// No such command, and what was probably meant.
    Unknown(String, Option<&'static str>),
    /// No entry was listed under this number; how many were.
    NotListed(String, usize),
    /// `:explain` before any question.
    NothingAsked,
}

impl jida::locale::Localized for PromptError {
    fn message(&self, locale: Locale) -> String {
        match self {
            PromptError::Unknown(name, _) => {
                let name = printable(name);
                locale.pick(
                    format!("没有 :{name} 这个命令"),
                    format!("unknown command :{name}"),
                )
            }
            PromptError::NotListed(which, _) => {
                let which = printable(which);
                locale.pick(
                    format!("没有列出第 {which} 条"),
                    format!("nothing was listed as {which:?}"),
                )
            }
            PromptError::NothingAsked => locale
                .pick("还没有提过问题", "nothing has been asked yet")
                .to_owned(),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        Some(match self {
            PromptError::Unknown(_, Some(nearest)) => locale.pick(
                format!("是不是 :{nearest}？"),
                format!("did you mean :{nearest}?"),
            ),
            PromptError::Unknown(_, None) => locale
                .pick("命令见 :help", ":help lists the commands")
                .to_owned(),
            PromptError::NotListed(_, 0) => locale
                .pick("先提问，或用 :search", "ask first, or use :search")
                .to_owned(),
            PromptError::NotListed(_, last) => locale.pick(
                format!("写 1 到 {last} 的数字"),
                format!("give a number from 1 to {last}"),
            ),
            PromptError::NothingAsked => locale
                .pick("写成 :explain 问题", "write :explain and a question")
                .to_owned(),
        })
    }
}
