//! What the page says in both languages: its own words, and the document's, which are English, in Chinese.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::locale::Locale;

/// The page's own words.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) version: &'static str,
    pub(super) machine: &'static str,
    pub(super) contents: &'static str,
    pub(super) parameters: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) meaning: &'static str,
    pub(super) required: &'static str,
    pub(super) body: &'static str,
    pub(super) call: &'static str,
    pub(super) try_it: &'static str,
    pub(super) send: &'static str,
    pub(super) replies: &'static str,
    pub(super) status: &'static str,
    pub(super) errors: &'static str,
    pub(super) schemas: &'static str,
    pub(super) includes: &'static str,
    pub(super) one_of: &'static str,
    pub(super) list_of: &'static str,
    pub(super) or: &'static str,
    pub(super) comma: &'static str,
    pub(super) characters: &'static str,
    pub(super) default: &'static str,
}

impl Words {
    /// The words of `locale`.
    pub(super) fn of(locale: Locale) -> &'static Words {
        locale.pick(&ZH, &EN)
    }
}

static ZH: Words = Words {
    title: "HTTP 接口",
    version: "版本",
    machine: "供程序读取的 OpenAPI 文档",
    contents: "目录",
    parameters: "参数",
    name: "名称",
    kind: "类型",
    meaning: "含义",
    required: "必填",
    body: "请求体",
    call: "调用示例",
    try_it: "试一试",
    send: "发送",
    replies: "回复",
    status: "状态码",
    errors: "错误示例",
    schemas: "数据结构",
    includes: "另含以下结构的字段：",
    one_of: "取值之一：",
    list_of: "列表：",
    or: " 或 ",
    comma: "、",
    characters: "个字符",
    default: "默认",
};

static EN: Words = Words {
    title: "HTTP API",
    version: "Version",
    machine: "The OpenAPI document, for programs",
    contents: "Contents",
    parameters: "Parameters",
    name: "Name",
    kind: "Type",
    meaning: "Meaning",
    required: "required",
    body: "Request body",
    call: "Example",
    try_it: "Try it",
    send: "Send",
    replies: "Replies",
    status: "Status",
    errors: "Errors as they look",
    schemas: "Schemas",
    includes: "Has the fields of these, too: ",
    one_of: "One of: ",
    list_of: "list of ",
    or: " or ",
    comma: ", ",
    characters: "characters",
    default: "default",
};

/// The document's words in Chinese: a line of English, the line below it in Chinese, a blank line.
static CHINESE: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let pairs = include_str!("chinese.txt").split("\n\n");
    let pairs = pairs.filter_map(|pair| pair.trim().split_once('\n'));
    pairs.collect()
});

/// A text of the document in one language; where it breaks lines means nothing.
pub(super) fn said(english: &str, locale: Locale) -> Cow<'_, str> {
    let line = match english.contains('\n') {
        true => Cow::Owned(english.split_whitespace().collect::<Vec<_>>().join(" ")),
        false => Cow::Borrowed(english.trim()),
    };
    match locale {
        Locale::En => line,
        Locale::Zh => match CHINESE.get(&*line) {
            Some(chinese) => Cow::Borrowed(chinese),
            None => line,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    /// Every text that the page shows, in one line each.
    fn texts(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value.as_str() {
                        Some(text) if ["summary", "description"].contains(&name.as_str()) => {
                            let paragraphs = text.split("\n\n");
                            found
                                .extend(paragraphs.map(|text| said(text, Locale::En).into_owned()));
                        }
                        // Errors have titles of their own, and what is included a description.
                        _ if name != "examples" && name != "allOf" => texts(value, found),
                        _ => list_fields(value, found),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
            _ => {}
        }
    }

    fn list_fields(parts: &Value, found: &mut BTreeSet<String>) {
        for part in parts.as_array().into_iter().flatten() {
            texts(&part["properties"], found);
        }
    }

    #[test]
    fn all_that_the_document_says_has_chinese_words_and_no_words_are_left_over() {
        let (_, document) = crate::serve::documented();
        let mut document = serde_json::to_value(document).expect("a document");
        let paths = document["paths"].as_object_mut().expect("paths");
        for operation in paths.values_mut().flat_map(|path| path.as_object_mut()) {
            for operation in operation.values_mut() {
                let replies = operation["responses"].as_object_mut().expect("replies");
                replies.retain(|status, _| status.starts_with('2'));
            }
        }
        let mut found = BTreeSet::new();
        texts(&document, &mut found);
        assert!(found.len() > 100, "{found:?}");
        let known: BTreeSet<String> = CHINESE.keys().map(|text| (*text).to_owned()).collect();
        let missing: Vec<_> = found.difference(&known).collect();
        let left_over: Vec<_> = known.difference(&found).collect();
        assert!(
            missing.is_empty() && left_over.is_empty(),
            "src/serve/page/docs/chinese.txt lacks {missing:#?}, and has without need {left_over:#?}"
        );
    }
}
