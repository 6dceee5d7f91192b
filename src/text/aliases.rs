//! Abbreviations that a knowledge base explains itself: 云服务器（CVM）, CDN（内容分发网络）,
//! 慢查询语句（以下简称“慢SQL”).
//!
//! Only what stands in brackets beside its other name is believed, and only if the brackets say 简称 or
//! two places agree. Where the longer name begins (如何购买云服务器（CVM）) is decided by the words of the
//! knowledge base and by what all places have in common.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::text::respell::{Units, Vocabulary};
use crate::text::{Analyzer, is_ideograph};

/// An abbreviation has so many letters and digits, all capitals.
const ABBREVIATION: std::ops::RangeInclusive<usize> = 2..=6;

/// A longer name has so many characters; shorter ones are rather the last word of a name.
const LONG: std::ops::RangeInclusive<usize> = 3..=12;

/// Abbreviations that are words of their own: what stands beside them in brackets says which one.
const WORDS: &[&str] = &[
    "AI", "API", "APP", "HTTP", "HTTPS", "ID", "IOS", "IP", "OK", "PC", "SDK", "SQL", "UI", "URL",
];

/// No name begins with these.
const NOT_FIRST: &[&str] = &[
    "的", "了", "着", "在", "与", "和", "或", "是", "为", "到", "从", "对", "将", "请", "您", "你",
    "若", "如", "被", "把", "及", "并", "等", "该", "此", "其", "某", "各", "每", "个", "可", "需",
    "什么", "怎么", "如何", "使用", "采用", "支持", "进行", "通过", "购买", "提供", "配置", "开通",
    "目前",
];

/// More is not read between brackets, nor before them, in characters.
const MAX_BRACKETS: usize = 48;

/// So many places must agree, unless one says that it is an abbreviation.
const MIN_SUPPORT: u32 = 2;

/// Of all places that explain an abbreviation, so many must mean the same, per cent.
const MIN_SHARE: u32 = 50;

/// Two names of the same thing, both normalised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Alias {
    /// The abbreviation.
    pub short: String,
    /// What it stands for.
    pub long: String,
    /// In how many places the knowledge base says so.
    pub support: u32,
}

/// All aliases of a knowledge base.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Aliases {
    /// Ascending by short, then long.
    aliases: Vec<Alias>,
}

impl Aliases {
    /// All of them, ascending.
    pub fn iter(&self) -> impl Iterator<Item = &Alias> {
        self.aliases.iter()
    }

    /// The other names of a normalised `term`, short or long.
    pub fn of<'a>(&'a self, term: &'a str) -> impl Iterator<Item = &'a str> {
        self.aliases.iter().filter_map(move |alias| {
            if alias.short == term {
                Some(alias.long.as_str())
            } else {
                (alias.long == term).then_some(alias.short.as_str())
            }
        })
    }
}

/// Collects aliases, to be told every text of a knowledge base as it was written.
#[derive(Debug, Default)]
pub struct AliasBuilder {
    /// By abbreviation, how often it is explained how.
    explained: BTreeMap<String, BTreeMap<Explanation, u32>>,
}

/// What stands beside an abbreviation.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Explanation {
    /// Words and characters; the name ends with the last.
    units: Vec<String>,
    /// Whether the name begins with the first.
    whole: bool,
    /// Whether the text says that it is an abbreviation.
    explicit: bool,
}

impl AliasBuilder {
    /// Looks for explained abbreviations in `text`, as it was written.
    pub fn add(&mut self, text: &str, analyzer: &Analyzer) {
        for (open, bracket) in text.match_indices(['(', '（']) {
            let inside: &str = &text[open + bracket.len()..];
            let end = inside
                .char_indices()
                .take(MAX_BRACKETS)
                .find(|(_, c)| matches!(c, ')' | '）' | '(' | '（' | '\n'));
            if let Some((end, ')' | '）')) = end {
                self.look(text[..open].trim_end_matches(' '), &inside[..end], analyzer);
            }
        }
    }

    fn look(&mut self, before: &str, inside: &str, analyzer: &Analyzer) {
        let (inside, explicit) = match after_announcement(inside) {
            Some(rest) => (rest, true),
            None => (inside, false),
        };
        let inside = inside.trim_matches(is_quote_or_space);
        let last = inside.rsplit([',', '，']).next().unwrap_or_default().trim();
        let last = after_announcement(last).unwrap_or(last);
        if is_abbreviation(last) {
            self.explain(last, name_before(before), explicit, analyzer);
        } else if explicit && is_short_name(inside) {
            self.explain(inside, name_before(before), explicit, analyzer);
        } else if LONG.contains(&inside.chars().count()) && inside.chars().all(is_ideograph) {
            let start = before
                .char_indices()
                .rev()
                .take_while(|(_, c)| c.is_ascii_alphanumeric())
                .last();
            if let Some((start, _)) = start
                && is_abbreviation(&before[start..])
            {
                self.explain(&before[start..], Some((inside, true)), explicit, analyzer);
            }
        }
    }

    fn explain(
        &mut self,
        short: &str,
        long: Option<(&str, bool)>,
        explicit: bool,
        analyzer: &Analyzer,
    ) {
        let Some((long, whole)) = long else { return };
        let analysis = analyzer.analyze(long);
        let units = Units::of(&analysis);
        let mut runs = units.runs();
        let (Some(run), None) = (runs.next(), runs.next()) else {
            return;
        };
        let explanation = Explanation {
            units: run.iter().map(|unit| (*unit).to_owned()).collect(),
            whole,
            explicit,
        };
        let short = analyzer.normalize(short).as_str().trim().to_owned();
        let explanations = self.explained.entry(short).or_default();
        *explanations.entry(explanation).or_default() += 1;
    }

    /// The aliases on which enough places agree.
    pub fn finish(self, vocabulary: &Vocabulary) -> Aliases {
        let aliases = self
            .explained
            .into_iter()
            .filter_map(|(short, explanations)| agreed(short, &explanations, vocabulary))
            .collect();
        Aliases { aliases }
    }
}

/// The name that most explanations end with: of all that begin with a word the longest that is about
/// as frequent as any.
fn agreed(
    short: String,
    explanations: &BTreeMap<Explanation, u32>,
    vocabulary: &Vocabulary,
) -> Option<Alias> {
    let total: u32 = explanations.values().sum();
    let explicit = explanations.keys().any(|explanation| explanation.explicit);
    let mut names: HashSet<String> = HashSet::new();
    for explanation in explanations.keys() {
        for from in 0..explanation.units.len() {
            let name = explanation.units[from..].concat();
            let first = explanation.units[from].as_str();
            if NOT_FIRST.contains(&first) {
                continue;
            }
            // Brackets hold as many remarks as names: another place must agree.
            let begins_here = from == 0
                && explanation.whole
                && (explanation.explicit
                    || explanations
                        .keys()
                        .any(|other| !other.whole && ends_with(other, &name)));
            if LONG.contains(&name.chars().count()) && (begins_here || vocabulary.contains(&name)) {
                names.insert(name);
            }
        }
    }
    let support = |name: &str| -> u32 {
        let agreeing = explanations
            .iter()
            .filter(|(explanation, _)| ends_with(explanation, name));
        agreeing.map(|(_, count)| count).sum()
    };
    let mut names: Vec<(u32, String)> = names
        .into_iter()
        .map(|name| (support(&name), name))
        .collect();
    names.sort_unstable();
    let most = names.last()?.0;
    let (support, long) = names
        .into_iter()
        .filter(|(support, _)| support * 2 > most)
        .max_by_key(|(support, name)| (name.chars().count(), *support, name.clone()))?;
    let enough = support >= MIN_SUPPORT || explicit;
    // The characters of a short name come from the long one.
    let ideographs = || short.chars().filter(|c| is_ideograph(*c));
    let related = ideographs().filter(|c| long.contains(*c)).count() * 2 >= ideographs().count();
    let agreed = enough && related && support * 100 >= total * MIN_SHARE && long != short;
    agreed.then_some(Alias {
        short,
        long,
        support,
    })
}

/// Whether the last units make up `name`.
fn ends_with(explanation: &Explanation, name: &str) -> bool {
    let units = &explanation.units;
    (0..units.len()).any(|from| units[from..].concat() == name)
}

/// Capitals and digits, mostly capitals.
fn is_abbreviation(text: &str) -> bool {
    let capitals = text.chars().filter(char::is_ascii_uppercase).count();
    ABBREVIATION.contains(&text.len())
        && capitals >= 2
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        && !WORDS.contains(&text)
}

/// What may be announced as a short name: some characters and Latin words without punctuation.
fn is_short_name(text: &str) -> bool {
    LONG.contains(&text.chars().count())
        && text
            .chars()
            .all(|c| is_ideograph(c) || c.is_ascii_alphanumeric() || c == ' ')
}

/// What follows 以下简称 and the like, without quotes.
fn after_announcement(text: &str) -> Option<&str> {
    let text = text.trim();
    let text = ["以下", "下文", "后文", "英文"]
        .iter()
        .find_map(|when| text.strip_prefix(when))
        .unwrap_or(text);
    let rest = text
        .strip_prefix("简称")
        .or_else(|| text.strip_prefix("缩写"))?;
    let rest = rest.trim_start_matches([':', '：', ' ']);
    let rest = rest.strip_prefix('为').unwrap_or(rest);
    Some(rest.trim_matches(is_quote_or_space))
}

fn is_quote_or_space(c: char) -> bool {
    c.is_whitespace() || "“”\"「」『』《》‘’'*`".contains(c)
}

/// The ideographs at the end of `text`, and whether they are the whole name: in quotes they are.
fn name_before(text: &str) -> Option<(&str, bool)> {
    let quoted = text.trim_end_matches(['”', '"', '」', '』', '》', '’']);
    let whole_behind = quoted.len() < text.len();
    let start = quoted
        .char_indices()
        .rev()
        .take(MAX_BRACKETS)
        .take_while(|(_, c)| is_ideograph(*c))
        .last()?
        .0;
    let opened = quoted[..start].ends_with(['“', '"', '「', '『', '《', '‘']);
    Some((&quoted[start..], whole_behind && opened))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::text::respell::VocabularyBuilder;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn aliases(texts: &[&str]) -> Vec<(String, String, u32)> {
        let mut builder = AliasBuilder::default();
        let mut words = VocabularyBuilder::default();
        for text in texts {
            builder.add(text, &ANALYZER);
            words.add_answer(&ANALYZER.analyze(text));
        }
        let found = builder.finish(&words.finish());
        let found = found.iter().cloned();
        found
            .map(|found| (found.short, found.long, found.support))
            .collect()
    }

    fn check(texts: &[&str], expected: &[(&str, &str, u32)]) {
        let expected: Vec<(String, String, u32)> = expected
            .iter()
            .map(|&(short, long, support)| (short.to_owned(), long.to_owned(), support))
            .collect();
        assert_eq!(aliases(texts), expected, "{texts:?}");
    }

    #[test]
    fn what_two_places_explain_alike_is_an_alias() {
        check(
            &[
                "购买负载均衡（CLB）实例",
                "CLB（负载均衡）的规格",
                "私有网络 (VPC) 和子网",
            ],
            &[("clb", "负载均衡", 2)],
        );
        check(
            &["数据库（Cloud Database，CDB）", "使用数据库(CDB)时"],
            &[("cdb", "数据库", 2)],
        );
    }

    #[test]
    fn what_is_announced_needs_no_second_place() {
        check(
            &["“慢查询语句”（以下简称“慢SQL”）"],
            &[("慢sql", "慢查询语句", 1)],
        );
        check(
            &["《网络文化经营许可证》（简称：文网文）"],
            &[("文网文", "网络文化经营许可证", 1)],
        );
    }

    #[test]
    fn places_that_disagree_and_remarks_in_brackets_are_no_aliases() {
        check(&["手动触发（API）", "浏览器（API）", "脚本（API）"], &[]);
        check(
            &[
                "系统（Windows）",
                "系统（Windows）",
                "（见上文）",
                "（CVM",
                "ID（可选）",
            ],
            &[],
        );
    }

    #[test]
    fn an_alias_is_found_from_both_sides() {
        let aliases = Aliases {
            aliases: vec![Alias {
                short: "cvm".to_owned(),
                long: "云服务器".to_owned(),
                support: 2,
            }],
        };
        assert_eq!(aliases.of("cvm").collect::<Vec<_>>(), ["云服务器"]);
        assert_eq!(aliases.of("云服务器").collect::<Vec<_>>(), ["cvm"]);
        assert_eq!(aliases.of("服务器").count(), 0);
    }

    proptest! {
        #[test]
        fn any_text_can_be_searched(text in prop_oneof![
            any::<String>(),
            "[云服务器CVMA，简称“”《》()（） ]{0,40}",
        ]) {
            AliasBuilder::default().add(&text, &ANALYZER);
        }
    }
}
