//! The document's examples, in the words of the knowledge base that is served.

use serde_json::Value;

/// Code points of a question that is still being typed.
const TYPED: usize = 2;

/// Puts `question` where the document has a question of its own for an example; without one, no example is left
/// that nothing here may answer.
pub(super) fn speak_of(document: &mut Value, question: Option<&str>) {
    let typed = question.map(|question| question.chars().take(TYPED).collect::<String>());
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, methods) in paths.into_iter().flatten() {
        let said = match path.ends_with("/suggest") {
            true => typed.as_deref(),
            false => question,
        };
        let operations = methods.as_object_mut().into_iter();
        for operation in operations.flat_map(|methods| methods.values_mut()) {
            let parameters = operation
                .get_mut("parameters")
                .and_then(Value::as_array_mut);
            let asked = parameters.into_iter().flatten();
            for parameter in asked.filter(|parameter| parameter["name"] == "q") {
                set(parameter, said);
            }
        }
    }
    let schemas = document.pointer_mut("/components/schemas");
    let schemas = schemas.and_then(Value::as_object_mut).into_iter();
    for schema in schemas.flat_map(|schemas| schemas.values_mut()) {
        for name in ["q", "previous_question"] {
            if let Some(field) = schema.pointer_mut(&format!("/properties/{name}")) {
                set(field, question);
            }
        }
    }
}

fn set(described: &mut Value, example: Option<&str>) {
    let Some(described) = described.as_object_mut() else {
        return;
    };
    described.remove("examples");
    match example {
        Some(example) => described.insert("example".to_owned(), Value::from(example)),
        None => described.remove("example"),
    };
}

/// A word for a shell, whatever stands in it.
pub(super) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn examples_are_questions_of_the_knowledge_base_or_none() {
        let document = || {
            json!({
                "paths": {
                    "/v1/ask": {"get": {"parameters": [
                        {"name": "q", "example": "甲"}, {"name": "top", "example": 5},
                    ]}, "post": {}},
                    "/v1/suggest": {"get": {"parameters": [{"name": "q", "example": "甲"}]}},
                },
                "components": {"schemas": {
                    "AskBody": {"properties": {"q": {"example": "甲"}}},
                    "Decision": {"enum": ["answered"]},
                }},
            })
        };
        for (question, ask, suggest) in [
            (Some("怎么退款？"), json!("怎么退款？"), json!("怎么")),
            (None, Value::Null, Value::Null),
        ] {
            let mut document = document();
            speak_of(&mut document, question);
            let parameters = |path: &str| document["paths"][path]["get"]["parameters"].clone();
            assert_eq!(parameters("/v1/ask")[0]["example"], ask);
            assert_eq!(parameters("/v1/ask")[1]["example"], 5);
            assert_eq!(parameters("/v1/suggest")[0]["example"], suggest);
            let body = &document["components"]["schemas"]["AskBody"]["properties"];
            assert_eq!(body["q"]["example"], ask);
        }
    }

    #[test]
    fn a_shell_reads_a_quoted_word_as_it_is() {
        assert_eq!(quoted("a 'b' $c"), r"'a '\''b'\'' $c'");
    }
}
