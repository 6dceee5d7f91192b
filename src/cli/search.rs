//! `jida search`: the ranked list.

use jida::locale::Locale;
use jida::search::{Hit, Page, Question, SearchReply, SearchRequest};

use super::Exit;
use super::failure::Failure;
use super::flags::SearchArgs;
use super::layout::{FAINT, MARK, hanging, painted, percent, strong, styled, wrapped};
use super::questions::{Answering, answer};
use super::source::{Refusal, Reply, Source};
use super::terminal::Terminal;
use crate::config::Config;

/// How much of an answer stands in the list, in code points: about two lines.
const EXCERPT: usize = 90;

pub(super) fn run(args: &SearchArgs, config: &Config, terminal: Terminal) -> Result<Exit, Failure> {
    answer(&args.question, args, config, terminal)
}

impl Answering for SearchArgs {
    type Reply = SearchReply;

    async fn reply(
        &self,
        source: &Source,
        question: Question,
    ) -> Result<Reply<SearchReply>, Refusal> {
        let request = SearchRequest {
            question,
            filter: self.filter.filter(),
            page: Page {
                limit: usize::try_from(self.limit).unwrap_or(jida::search::MAX_LIMIT),
                offset: self.offset,
            },
        };
        source.search(&request).await
    }

    fn exit(&self, reply: &SearchReply) -> Exit {
        match reply.hits.is_empty() {
            true => Exit::NothingFound,
            false => Exit::Done,
        }
    }

    async fn show(
        &self,
        reply: &SearchReply,
        _: &Question,
        _: &Source,
        terminal: Terminal,
    ) -> String {
        show(reply, self.offset, terminal.locale, terminal.width())
    }
}

pub(super) fn show(reply: &SearchReply, offset: usize, locale: Locale, width: usize) -> String {
    if reply.hits.is_empty() {
        return match reply.total {
            0 => locale.pick("没有找到\n", "nothing found\n").to_owned(),
            total => locale.pick(
                format!("一共 {total} 条，这一页是空的\n"),
                format!("{total} entries in all, none on this page\n"),
            ),
        };
    }
    let mut out = String::new();
    for (number, hit) in reply.hits.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        out.push_str(&show_hit(hit, offset + number + 1, locale, width));
    }
    let (first, last) = (offset + 1, offset + reply.hits.len());
    if first > 1 || last < reply.total {
        let total = reply.total;
        let rest = locale.pick(
            format!("第 {first}–{last} 条，共 {total} 条"),
            format!("{first}–{last} of {total}"),
        );
        out.push_str(&format!("\n{}\n", styled(&rest, FAINT)));
    }
    out
}

fn show_hit(hit: &Hit, rank: usize, locale: Locale, width: usize) -> String {
    let question = strong(&hit.question, &hit.highlights.question);
    let sure = percent(hit.confidence);
    let first = format!("{rank:>2}. {sure:>4}  ");
    let rest = " ".repeat(first.len());
    let mut out = hanging(&question, width, &first, &rest);
    let (excerpt, cut_before, cut_after) = excerpt(hit);
    let before = if cut_before { "…" } else { "" };
    let after = if cut_after { "…" } else { "" };
    // Line breaks in an answer separate blocks; an excerpt is read as one run.
    let text = painted(&hit.answer.text, excerpt, &[(&hit.highlights.answer, MARK)]);
    let text = text.trim().replace('\n', " ");
    let text = match hit.answer.html.is_empty() {
        true => unanswered(locale).to_owned(),
        false => format!("{before}{text}{after}"),
    };
    out.push_str(&wrapped(&text, width, "    "));
    let place = format!("{}:{}", hit.source.file, hit.source.line);
    out.push_str(&format!("    {}\n", styled(&place, FAINT)));
    out
}

/// In the place of an answer that nobody has written yet.
pub(super) fn unanswered(locale: Locale) -> &'static str {
    locale.pick("（还没有写答案）", "(no answer yet)")
}

/// The code points of the answer to show, and whether something is cut off before and after them: from the
/// best passage on where there is one.
fn excerpt(hit: &Hit) -> ([usize; 2], bool, bool) {
    let length = hit.answer.text.chars().count();
    let (from, to) = match &hit.passage {
        Some(passage) => (passage.start.min(length), passage.end.min(length)),
        None => (0, length),
    };
    let end = to.min(from + EXCERPT);
    ([from, end], from > 0, end < length)
}
