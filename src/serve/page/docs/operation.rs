//! What can be called: parameters, bodies, replies, and how to try it.

use serde_json::Value;

use crate::locale::Locale;
use crate::serve::code::Code;
use crate::serve::page::docs::prose::{Paragraph, prose};
use crate::serve::page::docs::sample::quoted;
use crate::serve::page::docs::schema::{Field, Kind, body_example, example, kind, shown};
use crate::serve::page::docs::words::{self, Words};
use crate::serve::page::docs::{list, pairs, text};

/// The methods that the document uses, in the order of the page.
const METHODS: [&str; 2] = ["get", "post"];

/// One method of one path.
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) about: Vec<Paragraph>,
    pub(super) parameters: Vec<Field>,
    /// The shape of the body, if it takes one.
    pub(super) body: Kind,
    /// A call for a shell.
    pub(super) call: String,
    /// Whether a form can call it.
    pub(super) can_be_tried: bool,
    pub(super) replies: Vec<Reply>,
}

/// One status.
pub(super) struct Reply {
    pub(super) status: String,
    pub(super) about: String,
    pub(super) kind: Kind,
    /// Codes of errors, with what they look like.
    pub(super) examples: Vec<(String, String)>,
}

/// The operations of a tag, in the order of the document.
pub(super) fn of_tag(document: &Value, tag: &str, host: &str, locale: Locale) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, methods) in pairs(&document["paths"]) {
        for method in METHODS {
            let operation = &methods[method];
            if list(&operation["tags"]).iter().any(|own| text(own) == tag) {
                operations.push(new(document, path, method, operation, host, locale));
            }
        }
    }
    operations
}

fn new(
    document: &Value,
    path: &str,
    method: &str,
    operation: &Value,
    host: &str,
    locale: Locale,
) -> Operation {
    let parameters = list(&operation["parameters"]);
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let call = match method {
        "get" => get_call(path, parameters, host),
        _ => format!(
            "curl -s {host}{path} -H 'Content-Type: application/json' \\\n  -d {}",
            quoted(&body_example(document, body).to_string())
        ),
    };
    Operation {
        id: text(&operation["operationId"]).to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: words::said(text(&operation["summary"]), locale).into_owned(),
        about: prose(text(&operation["description"]), locale),
        parameters: parameters
            .iter()
            .map(|parameter| field(parameter, locale))
            .collect(),
        body: kind(body, locale),
        call,
        can_be_tried: method == "get" && !path.contains('{'),
        replies: pairs(&operation["responses"])
            .map(|(status, reply)| new_reply(status, reply, locale))
            .collect(),
    }
}

/// With examples for what must be given.
fn get_call(path: &str, parameters: &[Value], host: &str) -> String {
    let required = parameters
        .iter()
        .filter(|parameter| parameter["required"] == true && text(&parameter["in"]) == "query");
    let given: Vec<String> = required
        .map(|parameter| {
            let name = text(&parameter["name"]);
            let value = example(parameter).map_or("…".to_owned(), shown);
            let given = quoted(&format!("{name}={value}"));
            format!(" --data-urlencode {given}")
        })
        .collect();
    let url = path.replace("{id}", "ID");
    match given.is_empty() {
        true => format!("curl -s {host}{url}"),
        false => format!("curl -sG {host}{url}{}", given.concat()),
    }
}

fn field(parameter: &Value, locale: Locale) -> Field {
    Field {
        name: text(&parameter["name"]).to_owned(),
        kind: kind(&parameter["schema"], locale),
        required: parameter["required"] == true,
        about: prose(text(&parameter["description"]), locale),
        example: example(parameter).map(shown).unwrap_or_default(),
    }
}

fn new_reply(status: &str, reply: &Value, locale: Locale) -> Reply {
    let content = pairs(&reply["content"]).next().map(|(_, content)| content);
    let content = content.unwrap_or(&Value::Null);
    let mut titles = Vec::new();
    let mut examples = Vec::new();
    for (code, example) in pairs(&content["examples"]) {
        let known: Option<Code> = serde_json::from_value(Value::String(code.clone())).ok();
        titles.extend(known.map(|code| code.title(locale)));
        let value = serde_json::to_string_pretty(&example["value"]).unwrap_or_default();
        examples.push((code.clone(), value));
    }
    Reply {
        status: status.to_owned(),
        about: match titles.is_empty() {
            true => words::said(text(&reply["description"]), locale).into_owned(),
            false => titles.join(Words::of(locale).comma),
        },
        kind: kind(&content["schema"], locale),
        examples,
    }
}
