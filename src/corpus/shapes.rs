//! Questions that are not headings: `<details>`, `Q：`/`A：`, bold lines, numbered lines, list items.

use std::ops::Range;

use super::details;
use super::document::{BlockKind, Document};
use super::heading::anchors_above;
use super::outline::Cut;
use super::question::{self, Speaker};

/// A question found in running text, before its answer's end is known.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) lead: usize,
    pub(super) question: Range<usize>,
    pub(super) text: String,
    pub(super) id: Option<String>,
    pub(super) body_start: usize,
    /// `None`: up to the next question.
    pub(super) body_end: Option<usize>,
}

/// The questions in `body`; `None` if it holds none of these shapes. `category` is given to each.
pub(super) fn cut(
    text: &str,
    document: &Document<'_>,
    body: &Range<usize>,
    category: &[String],
) -> Option<Vec<Cut>> {
    let found = find(text, document, body)?;
    let leads: Vec<usize> = found.iter().map(|f| f.lead).collect();
    let cuts = found
        .into_iter()
        .enumerate()
        .map(|(i, f)| {
            let next = leads.get(i + 1).copied().unwrap_or(body.end);
            let end = f.body_end.unwrap_or(next).min(next).max(f.body_start);
            Cut {
                lead: f.lead,
                question: f.question,
                text: f.text,
                id: f.id,
                body: f.body_start..end,
                category: category.to_vec(),
            }
        })
        .collect();
    Some(cuts)
}

/// Whether `body` holds questions of these shapes.
pub(super) fn any(text: &str, document: &Document<'_>, body: &Range<usize>) -> bool {
    find(text, document, body).is_some()
}

fn find(text: &str, document: &Document<'_>, body: &Range<usize>) -> Option<Vec<Found>> {
    let mut found = details::find(text, document, body);
    if found.is_empty() {
        let lines = lines(text, document, body);
        found = speakers(text, document, &lines, body);
        if found.is_empty() {
            found = bold_or_numbered(text, document, &lines, body);
        }
    }
    if found.is_empty() {
        found = items(text, document, body);
    }
    (!found.is_empty()).then_some(found)
}

/// The first `Q：…` in an answer with its `A：…` on the next line: where it begins, and the line.
pub(super) fn pair_in(
    text: &str,
    document: &Document<'_>,
    answer: &Range<usize>,
) -> Option<(usize, String)> {
    let lines = lines(text, document, answer);
    let speaker = |line: &Line| question::speaker(&line.text).map(|(speaker, _)| speaker);
    let pair = lines.windows(2).find(|pair| {
        speaker(&pair[0]) == Some(Speaker::Question) && speaker(&pair[1]) == Some(Speaker::Answer)
    })?;
    let question = &pair[0];
    let start = trim(text, question.source.clone()).start;
    Some((start, question.text.trim().chars().take(40).collect()))
}

/// A line of a paragraph.
#[derive(Debug)]
struct Line {
    source: Range<usize>,
    /// Without `{#id}` at its end.
    text: String,
    id: Option<String>,
    /// All of it is bold, `{#id}` aside.
    bold: bool,
    block: usize,
    /// First line of its paragraph.
    first: bool,
}

fn lines(text: &str, document: &Document<'_>, body: &Range<usize>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    // What of the last line is not bold.
    let mut plain = String::new();
    for block in document.blocks_in(body) {
        let paragraph = &document.blocks[block];
        if paragraph.kind != BlockKind::Paragraph {
            continue;
        }
        let quoted = paragraph
            .parent
            .is_some_and(|p| document.blocks[p].kind == BlockKind::Quote);
        if quoted {
            continue;
        }
        let before = lines.len();
        let mut number = None;
        let mut reach = paragraph.range.start;
        for run in document.runs_in(&paragraph.range) {
            if number != Some(run.line) {
                // Only the gap between two runs is searched, so that long lines cost no more than once.
                let gap = text.get(reach..run.source.start).unwrap_or_default();
                let start = match gap.rfind('\n') {
                    Some(at) => reach + at + 1,
                    None if number.is_some() => run.source.start,
                    None => reach,
                };
                if let Some(last) = lines.last_mut() {
                    last.finish(&std::mem::take(&mut plain));
                    if number.is_some() {
                        last.source.end = start.max(last.source.start);
                    }
                }
                lines.push(Line {
                    source: start..paragraph.range.end.max(start),
                    text: String::new(),
                    id: None,
                    bold: true,
                    block,
                    first: lines.len() == before,
                });
                number = Some(run.line);
            }
            reach = run.source.end.max(reach);
            if let Some(line) = lines.last_mut() {
                line.text.push_str(&run.text);
                if !run.strong {
                    plain.push_str(&run.text);
                }
            }
        }
    }
    if let Some(last) = lines.last_mut() {
        last.finish(&plain);
    }
    lines
}

impl Line {
    /// When all of it is read: `plain` is what is not bold.
    fn finish(&mut self, plain: &str) {
        let (text, id) = question::id_mark(&self.text);
        let mark = &self.text[text.len()..];
        let plain = plain.trim_end().strip_suffix(mark.trim()).unwrap_or(plain);
        self.bold = plain.trim().is_empty();
        self.id = id.map(str::to_owned);
        let length = text.len();
        self.text.truncate(length);
    }
}

/// `Q：…` and `A：…`.
fn speakers(
    text: &str,
    document: &Document<'_>,
    lines: &[Line],
    body: &Range<usize>,
) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut answered = true;
    for (i, line) in lines.iter().enumerate() {
        let unnumbered = question::without_ordinal(line.text.trim());
        match question::speaker(unnumbered) {
            Some((Speaker::Question, _)) => {
                let floor = found.last().map_or(body.start, |f| f.body_start);
                found.push(Found::on(text, document, line, floor));
                answered = false;
                if let Some(head) = bold_head(text, line).filter(|_| !line.bold)
                    && let Some(last) = found.last_mut()
                {
                    let bold = document.plain(&head);
                    let end = head.end + mark_length(&text[head.end..line.source.end]);
                    let marked = format!("{bold}{}", &text[head.end..end]);
                    let id = question::id_mark(&marked).1.map(str::to_owned);
                    last.id = id.or(last.id.take());
                    last.text = question::clean(&bold);
                    last.question.end = end;
                    last.body_start = end;
                    answered = true;
                }
            }
            Some((Speaker::Answer, _)) if !answered => {
                answered = true;
                let Some(last) = found.last_mut() else {
                    continue;
                };
                // Lines between `Q：` and `A：` are the rest of the question.
                let between = text.get(last.body_start..line.source.start);
                let from = lines[..i]
                    .iter()
                    .rposition(|l| l.source.start < last.question.end)
                    .map_or(i, |at| at + 1);
                let rest = &lines[from..i];
                if rest.len() <= 2 && rest.iter().all(|l| l.block == line.block) {
                    for l in rest {
                        last.text = question::clean(&format!("{} {}", last.text, l.text.trim()));
                        last.id = l.id.clone().or(last.id.take());
                        last.question.end = trim(text, l.source.clone()).end;
                    }
                } else if between.is_some_and(|b| !b.trim().is_empty()) {
                    continue;
                }
                last.body_start = line.source.start + answer_prefix(&text[line.source.clone()]);
            }
            _ => {}
        }
    }
    found
}

/// The bold question at the beginning of `**Q：question？** answer`, whether Markdown takes it for bold
/// or not.
fn bold_head(text: &str, line: &Line) -> Option<Range<usize>> {
    let raw = &text[line.source.clone()];
    let inner = raw.trim_start().strip_prefix("**")?;
    let (head, _) = inner.split_once("**")?;
    let start = line.source.start + (raw.len() - inner.len());
    let end = start + head.len() + 2;
    question::asks(question::id_mark(head).0).then_some(start - 2..end)
}

/// The length of `{#id}` at the beginning of a text, blanks before it included; 0 without one.
fn mark_length(text: &str) -> usize {
    let mark = text.trim_start_matches([' ', '\t']);
    match mark.find(['}', '\n']) {
        Some(end) if mark.starts_with("{#") && mark[end..].starts_with('}') => {
            text.len() - mark.len() + end + 1
        }
        _ => 0,
    }
}

/// The length of `A：`, `**答：**` at the beginning of a line.
pub(super) fn answer_prefix(line: &str) -> usize {
    let rest = line.trim_start();
    let indent = line.len() - rest.len();
    if let Some((Speaker::Answer, used)) = question::speaker(rest) {
        return indent + used;
    }
    for marks in ["**", "__"] {
        let Some(inner) = rest.strip_prefix(marks) else {
            continue;
        };
        // `**答**：`
        if let Some((name, after)) = inner.split_once(marks)
            && let Some(colon) = after.chars().next().filter(|c| matches!(c, ':' | '：'))
            && name.len() < 12
            && matches!(
                question::speaker(&format!("{name}:")),
                Some((Speaker::Answer, _))
            )
        {
            return indent + 2 * marks.len() + name.len() + colon.len_utf8();
        }
        if let Some((Speaker::Answer, used)) = question::speaker(inner)
            && let Some(after) = inner[used..].strip_prefix(marks)
        {
            let blanks = after.len() - after.trim_start_matches([' ', '\t', ':', '：']).len();
            return indent + marks.len() + used + marks.len() + blanks;
        }
    }
    0
}

/// Bold lines and numbered lines, where at least two ask something.
fn bold_or_numbered(
    text: &str,
    document: &Document<'_>,
    lines: &[Line],
    body: &Range<usize>,
) -> Vec<Found> {
    let free: Vec<&Line> = lines
        .iter()
        .filter(|l| document.blocks[l.block].depth == 0)
        .collect();
    let bold = |l: &&Line| l.bold && !l.text.trim().is_empty();
    let numbered = |l: &&Line| question::has_ordinal(&l.text) && question::asks(&l.text);
    for shape in [&bold as &dyn Fn(&&Line) -> bool, &numbered] {
        let chosen: Vec<&&Line> = free.iter().filter(|l| shape(l)).collect();
        let asking = chosen.iter().filter(|l| question::asks(&l.text)).count();
        let begins = chosen
            .first()
            .is_some_and(|l| text[body.start..l.source.start].trim().len() < 300);
        if asking < 2 || asking * 2 < chosen.len() || !begins {
            continue;
        }
        let mut found: Vec<Found> = Vec::new();
        for line in chosen {
            let named = question::asks(&line.text) || question::has_ordinal(&line.text);
            if named && (line.first || line.bold || question::has_ordinal(&line.text)) {
                let floor = found.last().map_or(body.start, |f| f.body_start);
                found.push(Found::on(text, document, line, floor));
            }
        }
        return found;
    }
    Vec::new()
}

/// List items whose first line asks and whose rest answers.
fn items(text: &str, document: &Document<'_>, body: &Range<usize>) -> Vec<Found> {
    let lines = lines(text, document, body);
    let mut found: Vec<Found> = Vec::new();
    let (mut asking, mut all) = (0usize, 0usize);
    for index in document.blocks_in(body) {
        let item = &document.blocks[index];
        if item.kind != BlockKind::Item || item.depth != 1 {
            continue;
        }
        all += 1;
        let first = lines.partition_point(|l| l.source.start < item.range.start);
        let Some(line) = lines.get(first).filter(|l| l.source.start < item.range.end) else {
            continue;
        };
        let end = item.range.end.min(body.end);
        let answered = text
            .get(line.source.end..end)
            .is_some_and(|rest| !rest.trim_matches(question::blank).is_empty());
        if !answered {
            continue;
        }
        asking += usize::from(question::asks(&line.text));
        let floor = found.last().map_or(body.start, |f| f.body_start);
        found.push(Found::on(text, document, line, floor));
    }
    // Where every item has an answer, a few without a question mark may be among them.
    let most = if found.len() == all { 4 } else { 2 };
    if asking < 2 || asking * most < all {
        return Vec::new();
    }
    found
}

impl Found {
    /// The question that `line` holds.
    fn on(text: &str, document: &Document<'_>, line: &Line, floor: usize) -> Found {
        let question = trim(text, line.source.clone());
        let opens_block = line.first;
        let start = if opens_block {
            document.lead(line.block).min(question.start)
        } else {
            line.source.start
        };
        let (lead, above) = anchors_above(text, start.max(floor), floor);
        let anchors = document
            .anchors
            .partition_point(|(r, _)| r.start < question.start);
        let anchor = document
            .anchors
            .get(anchors)
            .filter(|(r, _)| r.end <= question.end)
            .map(|(_, id)| id.clone());
        Found {
            lead,
            text: question::clean(&line.text),
            body_start: question.end,
            question,
            id: line.id.clone().or(anchor).or(above),
            body_end: None,
        }
    }
}

pub(super) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let slice = &text[range.clone()];
    let start = range.start + (slice.len() - slice.trim_start().len());
    start..start + slice.trim().len()
}
