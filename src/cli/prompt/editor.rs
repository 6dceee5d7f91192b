//! Editing a line: completions, hints, and what was asked before.

use std::borrow::Cow;
use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

use etcetera::BaseStrategy;
use jida::search::Question;
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::{FileHistory, History};
use rustyline::validate::Validator;
use rustyline::{ColorMode, CompletionType, Config, Context, Editor, Helper};
use tokio::runtime::Runtime;

use super::command::COMMANDS;
use crate::cli::layout::{FAINT, STRONG, printable};
use crate::cli::source::Source;

/// Lines that are remembered.
const REMEMBERED: usize = 1000;
/// Completions to go through.
const COMPLETIONS: usize = 8;
/// A hint for less would only flicker.
const LEAST_TYPED: usize = 2;

/// What the person typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// A line.
    Line(String),
    /// Ctrl-C: begin again.
    Cleared,
    /// Ctrl-D: it is enough.
    End,
}

/// The line at the prompt.
pub(super) struct LineEditor<'s> {
    editor: Editor<Asker<'s>, FileHistory>,
    prompt: String,
    /// Where lines are remembered; `None` if they are not.
    file: Option<PathBuf>,
}

impl<'s> LineEditor<'s> {
    /// `history` tells whether lines outlive the session.
    pub(super) fn new(
        asker: Asker<'s>,
        prompt: &str,
        history: bool,
    ) -> Result<LineEditor<'s>, ReadlineError> {
        let color = match asker.color {
            true => ColorMode::Enabled,
            false => ColorMode::Disabled,
        };
        let config = Config::builder()
            .completion_type(CompletionType::Circular)
            .max_history_size(REMEMBERED)?
            .history_ignore_space(true)
            .history_ignore_dups(true)?
            .color_mode(color)
            .build();
        let mut editor = Editor::with_config(config)?;
        editor.set_helper(Some(asker));
        let file = history.then(history_file).flatten();
        if let Some(file) = &file {
            // A first session has none.
            let _ = editor.load_history(file);
        }
        Ok(LineEditor {
            editor,
            prompt: prompt.to_owned(),
            file,
        })
    }

    /// Waits for a line.
    pub(super) fn read(&mut self) -> Result<Typed, ReadlineError> {
        match self.editor.readline(&self.prompt) {
            Ok(line) => {
                self.remember(&line);
                Ok(Typed::Line(line))
            }
            Err(ReadlineError::Interrupted) => Ok(Typed::Cleared),
            Err(ReadlineError::Eof) => Ok(Typed::End),
            Err(error) => Err(error),
        }
    }

    /// That a line can't be remembered is no reason to stop: it is remembered until the end.
    fn remember(&mut self, line: &str) {
        let line = line.trim_end();
        let added = !line.is_empty() && self.editor.add_history_entry(line).unwrap_or(false);
        let Some(file) = self.file.as_ref().filter(|_| added) else {
            return;
        };
        if let Some(folder) = file.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        let _ = self.editor.history_mut().append(file);
    }
}

/// In the folder for what programs keep about their use, `~/.local/state` on Linux.
fn history_file() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    let folder = folders.state_dir().unwrap_or_else(|| folders.data_dir());
    Some(folder.join("jida").join("history"))
}

/// Knows how lines may go on.
pub(super) struct Asker<'s> {
    source: &'s Source,
    runtime: &'s Runtime,
    color: bool,
    /// The last line hinted at, with its hint: moving the cursor asks again.
    hinted: RefCell<(String, Option<String>)>,
}

/// So long a completion is waited for: the line takes no key meanwhile, not even Ctrl-C.
const PATIENCE: Duration = Duration::from_millis(700);

impl<'s> Asker<'s> {
    pub(super) fn new(source: &'s Source, runtime: &'s Runtime, color: bool) -> Asker<'s> {
        Asker {
            source,
            runtime,
            color,
            hinted: RefCell::default(),
        }
    }

    /// Questions that what was typed may become. What goes wrong here, the question itself will tell.
    fn questions(&self, typed: &str, limit: usize) -> Vec<String> {
        let Ok(typed) = Question::new(typed) else {
            return Vec::new();
        };
        let found = self.runtime.block_on(async {
            tokio::time::timeout(PATIENCE, self.source.suggest(&typed, limit)).await
        });
        let found = found.ok().and_then(Result::ok);
        let suggestions = found.map(|reply| reply.suggestions).unwrap_or_default();
        let texts = suggestions.into_iter();
        texts
            .map(|suggestion| printable(&suggestion.text).replace('\n', " "))
            .collect()
    }

    fn hint_for(&self, line: &str) -> Option<String> {
        let questions = self.questions(line, 1);
        let rest = questions.first()?.strip_prefix(line)?;
        (!rest.is_empty()).then(|| rest.to_owned())
    }
}

/// Where the question in a line begins: behind the commands that take one. `None` if it has none.
fn question_start(line: &str) -> Option<usize> {
    if !line.trim_start().starts_with([':', '：']) {
        return Some(0);
    }
    let taking = ["explain", "search", "解释", "搜索", "e", "s"];
    let (command, _) = line.split_once(' ')?;
    let name = command.trim_start().trim_start_matches([':', '：']);
    taking.contains(&name).then_some(command.len() + 1)
}

impl Completer for Asker<'_> {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let typed = &line[..pos];
        let pair = |text: String| Pair {
            display: text.clone(),
            replacement: text,
        };
        if let Some(start) = question_start(typed) {
            let questions = self.questions(&typed[start..], COMPLETIONS);
            return Ok((start, questions.into_iter().map(pair).collect()));
        }
        let name = typed.trim_start().trim_start_matches([':', '：']);
        let fitting = COMMANDS.iter().filter(|command| command.starts_with(name));
        let commands = fitting.map(|command| pair(format!(":{command} ")));
        Ok((0, commands.collect()))
    }
}

impl Hinter for Asker<'_> {
    type Hint = String;

    /// The rest of the first question that begins so, where colour tells it from what was typed. A server
    /// would be asked at every key.
    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<String> {
        let local = matches!(self.source, Source::Local(_));
        let command = line.trim_start().starts_with([':', '：']);
        if !local
            || !self.color
            || command
            || pos < line.len()
            || line.chars().count() < LEAST_TYPED
        {
            return None;
        }
        let mut hinted = self.hinted.borrow_mut();
        if hinted.0 != line {
            *hinted = (line.to_owned(), self.hint_for(line));
        }
        hinted.1.clone()
    }
}

impl Highlighter for Asker<'_> {
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        Cow::Owned(format!("{STRONG}{prompt}{STRONG:#}"))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("{FAINT}{hint}{FAINT:#}"))
    }
}

impl Validator for Asker<'_> {}
impl Helper for Asker<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_begins_behind_the_command_that_takes_it() {
        for (line, start) in [
            ("备案", Some(0)),
            ("", Some(0)),
            (":explain 备案", Some(9)),
            ("：搜索 备案", Some("：搜索 ".len())),
            (":expl", None),
            (":open 1", None),
            (":", None),
        ] {
            assert_eq!(question_start(line), start, "{line:?}");
        }
    }
}
