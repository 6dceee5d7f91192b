//! The shapes of what is sent and replied: tables of fields, and the names of their kinds.

use serde_json::{Map, Value};

use crate::locale::Locale;
use crate::serve::code::Code;
use crate::serve::page::docs::prose::{Paragraph, prose};
use crate::serve::page::docs::words::Words;
use crate::serve::page::docs::{list, pairs, text};

/// Where the shapes stand in the document.
const PREFIX: &str = "#/components/schemas/";

/// A named shape.
pub(super) struct Schema {
    pub(super) name: String,
    pub(super) about: Vec<Paragraph>,
    /// Shapes whose fields it has, too.
    pub(super) includes: Kind,
    pub(super) fields: Vec<Field>,
    /// What it may be, if it is one of some words, with what they mean.
    pub(super) values: Vec<(String, String)>,
}

/// A field or a parameter.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) about: Vec<Paragraph>,
    pub(super) example: String,
}

/// The name of a kind in pieces, some of which lead to their shape.
pub(super) type Kind = Vec<Piece>;

/// A piece of a kind's name.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) href: Option<String>,
}

impl Piece {
    pub(super) fn plain(text: impl Into<String>) -> Piece {
        Piece {
            text: text.into(),
            href: None,
        }
    }

    /// The name of a shape that stands on the page.
    pub(super) fn link(name: &str) -> Piece {
        Piece {
            text: name.to_owned(),
            href: Some(format!("#schema-{name}")),
        }
    }
}

/// All named shapes of the document.
pub(super) fn all(document: &Value, locale: Locale) -> Vec<Schema> {
    let schemas = pairs(&document["components"]["schemas"]);
    schemas
        .map(|(name, schema)| Schema::new(name, schema, locale))
        .collect()
}

impl Schema {
    fn new(name: &str, schema: &Value, locale: Locale) -> Schema {
        let parts = list(&schema["allOf"]);
        let referred = parts.iter().filter(|part| part.get("$ref").is_some());
        let includes: Vec<Kind> = referred.map(|part| kind(part, locale)).collect();
        let own = parts.iter().chain([schema]);
        Schema {
            name: name.to_owned(),
            about: prose(text(&schema["description"]), locale),
            includes: joined(includes, Words::of(locale).comma),
            fields: own.flat_map(|part| fields(part, locale)).collect(),
            values: values(schema, locale),
        }
    }
}

/// The fields of a shape that is an object.
fn fields(schema: &Value, locale: Locale) -> Vec<Field> {
    let required = list(&schema["required"]);
    let fields = pairs(&schema["properties"]).map(|(name, field)| Field {
        name: name.clone(),
        kind: kind(field, locale),
        required: required.iter().any(|required| text(required) == name),
        about: prose(description(field), locale),
        example: example(field).map(shown).unwrap_or_default(),
    });
    fields.collect()
}

/// What is said of a field: beside its kind, or beside the only kind that it has but null.
fn description(field: &Value) -> &str {
    let of_kinds = list(&field["oneOf"])
        .iter()
        .map(|kind| &kind["description"]);
    let mut all = std::iter::once(&field["description"]).chain(of_kinds);
    all.find_map(Value::as_str).unwrap_or_default()
}

/// The words that a shape may be. Those that name errors have titles.
fn values(schema: &Value, locale: Locale) -> Vec<(String, String)> {
    let values = list(&schema["enum"]).iter().map(|value| {
        let code: Option<Code> = serde_json::from_value(value.clone()).ok();
        let title = code.map(|code| code.title(locale)).unwrap_or_default();
        (shown(value), title.to_owned())
    });
    values.collect()
}

/// What a value of this shape is called.
pub(super) fn kind(schema: &Value, locale: Locale) -> Kind {
    let words = Words::of(locale);
    if let Some(name) = text(&schema["$ref"]).strip_prefix(PREFIX) {
        return vec![Piece::link(name)];
    }
    let choices = list(&schema["oneOf"]);
    if !choices.is_empty() {
        let kinds = choices.iter().map(|choice| kind(choice, locale)).collect();
        return joined(kinds, words.or);
    }
    let types = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        several => list(several).iter().map(text).collect(),
    };
    let kinds = types.iter().map(|name| match *name {
        "array" => {
            let mut pieces = vec![Piece::plain(words.list_of)];
            pieces.extend(kind(&schema["items"], locale));
            pieces
        }
        "null" => vec![Piece::plain("null")],
        name => vec![Piece::plain(format!("{name}{}", limits(schema, words)))],
    });
    joined(kinds.collect(), words.or)
}

/// What a value is held to, in brackets.
fn limits(schema: &Value, words: &Words) -> String {
    let mut limits = Vec::new();
    match (&schema["minimum"], &schema["maximum"]) {
        (Value::Null, Value::Null) => {}
        (least, Value::Null) => limits.push(format!("≥ {least}")),
        (Value::Null, most) => limits.push(format!("≤ {most}")),
        (least, most) => limits.push(format!("{least}–{most}")),
    }
    if let Some(most) = schema["maxLength"].as_u64() {
        limits.push(format!("≤ {most} {}", words.characters));
    }
    match &schema["default"] {
        Value::Null => {}
        default => limits.push(format!("{} {default}", words.default)),
    }
    match limits.is_empty() {
        true => String::new(),
        false => format!(" ({})", limits.join(words.comma)),
    }
}

fn joined(kinds: Vec<Kind>, between: &str) -> Kind {
    let mut all = Vec::new();
    for kind in kinds {
        if !all.is_empty() {
            all.push(Piece::plain(between));
        }
        all.extend(kind);
    }
    all
}

/// An example of a value, where the document gives one.
pub(super) fn example(schema: &Value) -> Option<&Value> {
    let several = list(&schema["examples"]).first();
    schema.get("example").or(several)
}

/// An example of a request's body: the fields that have examples, and those that are required.
pub(super) fn body_example(document: &Value, schema: &Value) -> Value {
    let schema = resolved(document, schema);
    let required = list(&schema["required"]);
    let mut body = Map::new();
    for (name, field) in pairs(&schema["properties"]) {
        let is_required = required.iter().any(|required| text(required) == name);
        let first = list(&resolved(document, field)["enum"]).first();
        let value = example(field).or(first.filter(|_| is_required));
        if let Some(value) = value {
            body.insert(name.clone(), value.clone());
        }
    }
    Value::Object(body)
}

/// The shape that a reference leads to, or the shape itself.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match text(&schema["$ref"]).strip_prefix(PREFIX) {
        Some(name) => &document["components"]["schemas"][name],
        None => schema,
    }
}

/// A value as a caller writes it: text without quotes.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
