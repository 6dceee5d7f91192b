//! What an author says about questions out of the readers' sight: YAML front matter for a whole file,
//! `<!-- jida: … -->` for one question.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde_json::Value;

use super::mention::Mention;
use super::problem::ProblemKind;

/// The settings that front matter and comments share, and those of front matter alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) id: Option<String>,
    pub(super) variants: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) related: Vec<String>,
    pub(super) url: Option<String>,
    pub(super) title: Option<String>,
    pub(super) category: Option<Vec<String>>,
    pub(super) question_level: Option<u8>,
    pub(super) welcome: Vec<Mention>,
    /// `related` once more, with the lines of front matter.
    pub(super) mentioned: Vec<Mention>,
}

/// A key by any of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Id,
    Variants,
    Tags,
    Related,
    Url,
    Title,
    Category,
    QuestionLevel,
    Welcome,
    /// Known to other tools, meaningless here.
    Ignored,
}

fn key(name: &str) -> Option<Key> {
    Some(match name.trim().to_lowercase().as_str() {
        "id" | "编号" => Key::Id,
        "相似问" | "相似问法" | "variants" | "variant" | "aliases" | "alias" => {
            Key::Variants
        }
        "tags" | "tag" | "标签" | "keywords" => Key::Tags,
        "related" | "相关" | "相关问题" => Key::Related,
        "url" | "link" | "网址" | "链接" => Key::Url,
        "title" | "标题" => Key::Title,
        "category" | "categories" | "分类" => Key::Category,
        "question_level" | "question-level" | "问题层级" => Key::QuestionLevel,
        "welcome" | "欢迎" | "欢迎问题" => Key::Welcome,
        "date" | "author" | "lang" | "language" | "layout" | "draft" | "weight" | "description"
        | "slug" | "updated" | "lastmod" | "order" | "sidebar_position" | "作者" | "日期" => {
            Key::Ignored
        }
        _ => return None,
    })
}

/// The front matter at `from`: its whole range, and that of the YAML in it.
pub(super) fn front_matter(text: &str, from: usize) -> Option<(Range<usize>, Range<usize>)> {
    let rest = &text[from..];
    let first = rest.split_inclusive('\n').next()?;
    if first.trim_end() != "---" || !first.ends_with('\n') {
        return None;
    }
    let yaml_start = from + first.len();
    let mut at = yaml_start;
    for line in text[yaml_start..].split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            let yaml = &text[yaml_start..at];
            // Two rules around running text are no front matter.
            let keyed = yaml.lines().all(|l| {
                let l = l.trim_end();
                l.is_empty() || l.starts_with([' ', '\t', '#', '-', '}', ']']) || l.contains(':')
            });
            return keyed.then(|| (from..at + line.len(), yaml_start..at));
        }
        at += line.len();
    }
    None
}

/// Reads front matter; problems come with their line within the YAML, from 1.
pub(super) fn read_yaml(yaml: &str) -> (Metadata, Vec<(u32, ProblemKind)>) {
    let mut metadata = Metadata::default();
    let mut problems = Vec::new();
    if yaml.trim().is_empty() {
        return (metadata, problems);
    }
    let values: BTreeMap<String, Value> = match serde_saphyr::from_str(yaml) {
        Ok(values) => values,
        Err(error) => {
            let line = error
                .location()
                .map_or(1, |l| u32::try_from(l.line()).unwrap_or(1));
            let reason = error.to_string();
            let reason = reason.lines().next().unwrap_or_default();
            // The parser counts lines of the YAML, we those of the file: ours is in the problem.
            let reason = match reason.split_once("column ") {
                Some((_, rest)) => rest.split_once(": ").map_or(rest, |(_, reason)| reason),
                None => reason,
            };
            let reason = reason.to_owned();
            problems.push((line.max(1), ProblemKind::BadFrontMatter { reason }));
            return (metadata, problems);
        }
    };
    for (name, value) in &values {
        let line = yaml
            .lines()
            .position(|l| l.trim_start().starts_with(name.as_str()))
            .map_or(1, |at| u32::try_from(at + 1).unwrap_or(1));
        let Some(known) = key(name) else {
            problems.push((line, ProblemKind::UnknownKey { key: name.clone() }));
            continue;
        };
        let strings = match value {
            Value::Array(list) => list.iter().filter_map(scalar).collect(),
            Value::String(text) => split(known, text),
            other => scalar(other).into_iter().collect(),
        };
        if known == Key::Related {
            let ids = strings
                .iter()
                .map(|id| id.trim_start_matches('#').to_owned());
            let ids = ids.filter(|id| !id.is_empty());
            metadata.mentioned = Mention::located(ids.collect(), yaml, line);
        }
        if known == Key::Welcome {
            metadata.welcome = Mention::located(strings, yaml, line);
        } else if !metadata.set(known, strings) {
            problems.push((line, ProblemKind::BadValue { key: name.clone() }));
        }
    }
    (metadata, problems)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// What stands between `<!-- jida:` and `-->`; `None` if the comment is not meant for us.
pub(super) fn comment_content(comment: &str) -> Option<&str> {
    let inner = comment.strip_prefix("<!--")?.trim_start();
    let inner = inner
        .strip_prefix("jida")
        .or_else(|| inner.strip_prefix("JIDA"))?;
    let inner = inner.trim_start().strip_prefix([':', '：'])?;
    Some(inner.strip_suffix("-->").unwrap_or(inner).trim())
}

/// Reads `相似问=a | b; tags=x, y; related=#id`.
pub(super) fn read_comment(content: &str) -> (Metadata, Vec<ProblemKind>) {
    let mut metadata = Metadata::default();
    let mut problems = Vec::new();
    for part in content.split([';', '；', '\n']) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let Some((name, value)) = part.split_once(['=', '＝', ':', '：']) else {
            problems.push(ProblemKind::UnknownKey {
                key: part.to_owned(),
            });
            continue;
        };
        let name = name.trim();
        match key(name) {
            Some(known) => {
                if !metadata.set(known, split(known, value)) {
                    problems.push(ProblemKind::BadValue {
                        key: name.to_owned(),
                    });
                }
            }
            None => problems.push(ProblemKind::UnknownKey {
                key: name.to_owned(),
            }),
        }
    }
    (metadata, problems)
}

fn split(key: Key, value: &str) -> Vec<String> {
    let separators: &[char] = match key {
        Key::Variants | Key::Welcome => &['|', '｜', '\n'],
        Key::Tags | Key::Related => &['|', '｜', ',', '，', '、', '\n'],
        Key::Category => &['/', '>', '|', '｜'],
        _ => &[],
    };
    value
        .split(separators)
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

impl Metadata {
    /// Sets a key; `false` if the value makes no sense for it.
    fn set(&mut self, key: Key, values: Vec<String>) -> bool {
        let single = values.first().cloned();
        match key {
            Key::Id => {
                self.id = single.as_deref().and_then(valid_id).map(str::to_owned);
                return self.id.is_some();
            }
            Key::Variants => append(&mut self.variants, values),
            Key::Tags => append(&mut self.tags, values),
            Key::Related => append(
                &mut self.related,
                values
                    .iter()
                    .map(|id| id.trim_start_matches('#').to_owned())
                    .filter(|id| !id.is_empty())
                    .collect(),
            ),
            Key::Url => self.url = single,
            Key::Title => self.title = single,
            Key::Category => self.category = Some(values),
            Key::QuestionLevel => {
                self.question_level = single
                    .and_then(|level| level.trim_start_matches(['h', 'H']).parse().ok())
                    .filter(|level| (1..=6).contains(level));
                return self.question_level.is_some();
            }
            // Only front matter chooses, for the whole knowledge base.
            Key::Welcome | Key::Ignored => {}
        }
        true
    }

    /// Adds what `other` says; its single values win.
    pub(super) fn merge(&mut self, other: Metadata) {
        append(&mut self.variants, other.variants);
        append(&mut self.tags, other.tags);
        append(&mut self.related, other.related);
        self.id = other.id.or(self.id.take());
        self.url = other.url.or(self.url.take());
        self.title = other.title.or(self.title.take());
        self.category = other.category.or(self.category.take());
        self.question_level = other.question_level.or(self.question_level);
    }
}

/// Appends without duplicates, in order.
pub(super) fn append(to: &mut Vec<String>, values: Vec<String>) {
    let mut seen: HashSet<String> = to.iter().cloned().collect();
    to.extend(values.into_iter().filter(|v| seen.insert(v.clone())));
}

/// An id that can stand in a URL and after `#`; others are ignored in favour of a derived one.
pub(super) fn valid_id(id: &str) -> Option<&str> {
    let id = id.trim().trim_start_matches('#');
    let fits = !id.is_empty() && id.chars().count() <= 64;
    let clean = id
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'));
    (fits && clean).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_gives_variants_tags_and_related() {
        let content = comment_content("<!-- jida: 相似问=甲 | 乙；tags=x, y; related=#a、#b -->");
        let (metadata, problems) = read_comment(content.expect("a jida comment"));
        assert_eq!(metadata.variants, ["甲", "乙"]);
        assert_eq!(metadata.tags, ["x", "y"]);
        assert_eq!(metadata.related, ["a", "b"]);
        assert!(problems.is_empty());
        assert_eq!(comment_content("<!-- TODO -->"), None);
    }

    #[test]
    fn unknown_keys_and_senseless_values_are_told() {
        let (_, problems) = read_comment("相拟问=甲; question_level=9; 只有字");
        insta::assert_debug_snapshot!(problems, @r#"
        [
            UnknownKey {
                key: "相拟问",
            },
            BadValue {
                key: "question_level",
            },
            UnknownKey {
                key: "只有字",
            },
        ]
        "#);
    }

    #[test]
    fn front_matter_is_told_from_rules() {
        for (text, expected) in [
            (
                "---\ntags: [a]\n---\n正文",
                Some(("---\ntags: [a]\n---\n", "tags: [a]\n")),
            ),
            ("---\n---\n", Some(("---\n---\n", ""))),
            ("---\n这是正文\n---\n", None),
            ("---\ntags: a\n没有结尾", None),
            ("正文\n---\na: b\n---\n", None),
        ] {
            let found = front_matter(text, 0).map(|(all, yaml)| (&text[all], &text[yaml]));
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn broken_yaml_is_reported_with_its_line() {
        let (_, problems) = read_yaml("tags: [a]\nurl: [unclosed\n");
        assert!(matches!(
            problems.as_slice(),
            [(line, ProblemKind::BadFrontMatter { .. })] if *line >= 2
        ));
    }
}
