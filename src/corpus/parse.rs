//! One file's text becomes entries and problems: the stages in order.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::ParsedFile;
use super::answer;
use super::coverage::{Lines, left_over};
use super::document::{BlockKind, Document};
use super::entry::{Answer, Entry, EntryId, Source};
use super::id;
use super::mention::Mention;
use super::metadata::{self, Metadata};
use super::outline::{self, Cut, Outline};
use super::place::Place;
use super::problem::{Problem, ProblemKind};
use super::question;
use super::shapes;

/// Reads a file's text; `file` is its path below the corpus folder. Ids are unique in the file only as
/// far as their author cared.
pub fn parse(file: &str, text: &str) -> ParsedFile {
    let mut parsed = ParsedFile {
        file: file.to_owned(),
        ..ParsedFile::default()
    };
    let lines = Lines::of(text);
    let mut from = text.len() - text.trim_start_matches('\u{feff}').len();
    if text[from..].trim_matches(question::blank).is_empty() {
        parsed.report(None, ProblemKind::EmptyFile);
        parsed.prefaces = left_over(text, &[]);
        return parsed;
    }
    let mut file_wide = Metadata::default();
    if let Some((whole, yaml)) = metadata::front_matter(text, from) {
        let first = lines.number(yaml.start);
        let (read, problems) = metadata::read_yaml(&text[yaml]);
        file_wide = read;
        parsed.welcome = std::mem::take(&mut file_wide.welcome);
        parsed.related = std::mem::take(&mut file_wide.mentioned);
        for mention in parsed.welcome.iter_mut().chain(&mut parsed.related) {
            mention.line += first - 1;
        }
        for (line, kind) in problems {
            parsed.report(Some(first + line - 1), kind);
        }
        from = whole.end;
    }
    let masked = without_conflict_markers(text);
    if let Cow::Owned(masked) = &masked {
        let marker = text.lines().zip(masked.lines()).position(|(a, b)| a != b);
        let line = marker.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX));
        parsed.report(line, ProblemKind::MergeConflict);
    }
    if let Some(at) = text.find('\0') {
        parsed.report(Some(lines.number(at)), ProblemKind::NulBytes);
    }
    let document = Document::parse(&masked, from);
    let place = Place::of(file, &file_wide);
    let level = file_wide.question_level;
    let outline = outline::cut(&masked, &document, from, place.asks, level);
    let file_reader = Reader {
        file,
        text,
        masked: &masked,
        document: &document,
        lines: &lines,
        place: &place,
    };
    file_reader.slips(&mut parsed);
    file_reader.entries(&mut parsed, outline, file_wide);
    parsed.problems.sort_by_key(|p| p.line);
    parsed
}

impl ParsedFile {
    fn report(&mut self, line: Option<u32>, kind: ProblemKind) {
        self.problems.push(Problem {
            file: self.file.clone(),
            line,
            kind,
        });
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    /// The text without conflict markers, byte for byte in step with it.
    masked: &'a str,
    document: &'a Document<'a>,
    lines: &'a Lines,
    place: &'a Place,
}

impl Reader<'_> {
    fn entries(&self, parsed: &mut ParsedFile, outline: Outline, file_wide: Metadata) {
        let Outline {
            cuts,
            headings,
            by_name,
        } = outline;
        if by_name && !self.place.asks {
            parsed.report(None, ProblemKind::NoQuestion);
        }
        let comments = self.comments(parsed);
        let single = cuts.len() == 1;
        if !single && !file_wide.variants.is_empty() {
            parsed.report(Some(1), ProblemKind::VariantsForMany);
        }
        let first_heading = headings.iter().map(|h| h.start).min();
        let first = cuts
            .first()
            .map_or(usize::MAX, |c| c.question.start)
            .min(first_heading.unwrap_or(usize::MAX));
        let mut shared = file_wide;
        let mut own: Vec<Metadata> = vec![Metadata::default(); cuts.len()];
        for (range, metadata) in &comments {
            let at = cuts.partition_point(|c| c.question.start <= range.start);
            let below = at
                .checked_sub(1)
                .filter(|&i| range.start < cuts[i].body.end);
            match below {
                Some(index) => own[index].merge(metadata.clone()),
                None if range.start < first => shared.merge(metadata.clone()),
                None => parsed.report(
                    Some(self.lines.number(range.start)),
                    ProblemKind::StrayComment,
                ),
            }
        }
        let mut seen: HashMap<String, u32> = HashMap::new();
        let mut covered = headings.clone();
        for (cut, metadata) in cuts.into_iter().zip(own) {
            let entry = self.entry(cut, metadata, &shared, single, &comments);
            let Source { line, .. } = entry.source;
            let Answer { markdown, text, .. } = &entry.answer;
            let has_picture = ["![", "<img", "<IMG"]
                .iter()
                .any(|mark| markdown.contains(mark));
            if text.is_empty() && !has_picture {
                let question = entry.question.clone();
                parsed.report(Some(line), ProblemKind::EmptyAnswer { question });
            }
            let pair = shapes::pair_in(self.text, self.document, &entry.source.answer);
            if let Some((at, text)) = pair {
                let question = entry.question.clone();
                let line = self.lines.number(at);
                parsed.report(Some(line), ProblemKind::QuestionInAnswer { text, question });
            }
            match seen.get(&entry.question) {
                Some(&first_line) => {
                    let question = entry.question.clone();
                    parsed.report(
                        Some(line),
                        ProblemKind::DuplicateQuestion {
                            question,
                            first_line,
                        },
                    );
                }
                None => {
                    seen.insert(entry.question.clone(), line);
                }
            }
            covered.push(entry.source.question.clone());
            covered.push(entry.source.answer.clone());
            parsed.entries.push(entry);
        }
        covered.sort_by_key(|r| r.start);
        parsed.headings = headings;
        parsed.prefaces = left_over(self.text, &covered);
    }

    fn entry(
        &self,
        cut: Cut,
        metadata: Metadata,
        shared: &Metadata,
        single: bool,
        comments: &[(Range<usize>, Metadata)],
    ) -> Entry {
        let by_name = cut.text.is_empty();
        let question = if by_name {
            self.place.name.clone()
        } else {
            cut.text
        };
        let answer = self.trim_answer(&cut.body, comments);
        let base = if by_name {
            &self.place.folders
        } else {
            &self.place.category
        };
        let mut category = base.clone();
        for heading in cut.category {
            if category.last() != Some(&heading) {
                category.push(heading);
            }
        }
        let mut variants = metadata.variants;
        if single {
            metadata::append(&mut variants, shared.variants.clone());
        }
        variants.retain(|v| *v != question);
        let mut tags = shared.tags.clone();
        metadata::append(&mut tags, metadata.tags);
        let mut related = metadata.related;
        metadata::append(&mut related, shared.related.clone());
        let shared_id = shared.id.clone().filter(|_| single);
        let explicit = metadata.id.or(cut.id).or(shared_id);
        let id = explicit
            .as_deref()
            .and_then(metadata::valid_id)
            .map_or_else(|| id::derive(self.file, &question), EntryId::new);
        Entry {
            id,
            variants,
            answer: answer::read(self.text, self.document, &answer),
            category,
            tags,
            related: related.into_iter().map(EntryId::new).collect(),
            source: Source {
                file: self.file.to_owned(),
                line: if by_name {
                    1
                } else {
                    self.lines.number(cut.question.start)
                },
                question: cut.question,
                answer_line: self.lines.number(answer.start),
                answer,
                url: metadata.url.or_else(|| shared.url.clone()),
            },
            question,
        }
    }

    /// The answer in `body`: without blank lines around it, `A：` before it and our comment above it.
    fn trim_answer(
        &self,
        body: &Range<usize>,
        comments: &[(Range<usize>, Metadata)],
    ) -> Range<usize> {
        let mut start = body.start;
        loop {
            let slice = &self.masked[start..body.end];
            start += slice.len() - slice.trim_start_matches(question::blank).len();
            let comment = comments.binary_search_by_key(&start, |(r, _)| r.start);
            match comment {
                Ok(at) if comments[at].0.end <= body.end => start = comments[at].0.end,
                _ => break,
            }
        }
        start += shapes::answer_prefix(first_line(&self.masked[start..body.end]));
        let slice = &self.masked[start..body.end];
        start += slice.len() - slice.trim_start_matches(question::blank).len();
        let end = start + without_empty_tail(&self.masked[start..body.end]).len();
        // The indentation of an indented code block is markup, not a blank.
        if let Some(at) = self.text[body.start..start].rfind('\n') {
            let line = body.start + at + 1;
            let indent = &self.text[line..start];
            if (indent.len() >= 4 || indent.contains('\t')) && self.is_code(line, start) {
                start = line;
            }
        }
        start.min(end)..end
    }

    /// Whether a code block begins between `line` and `start`.
    fn is_code(&self, line: usize, start: usize) -> bool {
        let blocks = &self.document.blocks;
        let index = blocks.partition_point(|b| b.range.start < line);
        blocks
            .get(index)
            .is_some_and(|b| b.kind == BlockKind::Code && b.range.start <= start)
    }

    fn comments(&self, parsed: &mut ParsedFile) -> Vec<(Range<usize>, Metadata)> {
        let mut found: Vec<(Range<usize>, Metadata)> = Vec::new();
        for html in &self.document.html {
            let slice = &self.text[html.clone()];
            let mut offset = 0;
            while let Some(at) = slice[offset..].find("<!--") {
                let start = offset + at;
                let end = slice[start..]
                    .find("-->")
                    .map_or(slice.len(), |end| start + end + 3);
                offset = end;
                let Some(content) = metadata::comment_content(&slice[start..end]) else {
                    continue;
                };
                let (metadata, problems) = metadata::read_comment(content);
                let range = html.start + start..html.start + end;
                for kind in problems {
                    parsed.report(Some(self.lines.number(range.start)), kind);
                }
                let comment = &self.text[range.clone()];
                let mentions = metadata.related.iter().map(|id| Mention {
                    line: self
                        .lines
                        .number(range.start + comment.find(id).unwrap_or(0)),
                    text: id.clone(),
                });
                parsed.related.extend(mentions);
                found.push((range, metadata));
            }
        }
        found
    }

    /// Reports what looks like Markdown and is not.
    fn slips(&self, parsed: &mut ParsedFile) {
        let mut line = None;
        for run in &self.document.runs {
            let begins = line != Some(run.line);
            line = Some(run.line);
            let rest = run.text.trim_start_matches('#');
            let hashes = run.text.len() - rest.len();
            if begins && !run.code && (2..=6).contains(&hashes) && !rest.is_empty() {
                let text = rest.chars().take(40).collect::<String>();
                let text = format!("{}{text}", "#".repeat(hashes));
                parsed.report(
                    Some(self.lines.number(run.source.start)),
                    ProblemKind::HeadingWithoutSpace { text },
                );
            }
        }
        for &fence in &self.document.unclosed {
            parsed.report(Some(self.lines.number(fence)), ProblemKind::UnclosedFence);
        }
    }
}

/// The text without blank lines at its end, those of an empty quote (`>`) or a `<br>` among them.
fn without_empty_tail(text: &str) -> &str {
    let mut rest = text.trim_end_matches(question::blank);
    loop {
        let line = rest.rfind('\n').map_or(0, |at| at + 1);
        if line == 0 || !matches!(rest[line..].trim(), ">" | "<br>" | "<br/>" | "<br />") {
            return rest;
        }
        rest = rest[..line].trim_end_matches(question::blank);
    }
}

fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or_default()
}

/// The file's text with conflict markers blanked out, byte for byte: `=======` would make the line above
/// it a heading.
fn without_conflict_markers(text: &str) -> Cow<'_, str> {
    let starts = |mark: &str| text.starts_with(mark) || text.contains(&format!("\n{mark}"));
    if !(starts("<<<<<<< ") && starts(">>>>>>> ")) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let marker = content == "======="
            || ["<<<<<<< ", ">>>>>>> ", "||||||| "]
                .iter()
                .any(|mark| content.starts_with(mark));
        if marker {
            out.extend(std::iter::repeat_n(' ', content.len()));
            out.push_str(&line[content.len()..]);
        } else {
            out.push_str(line);
        }
    }
    Cow::Owned(out)
}
