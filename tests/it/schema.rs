//! Output held against its schema in docs/schemas/: the few words of JSON Schema that these use.

use serde_json::Value;

/// The schema of that name.
pub(crate) fn schema(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What of a value breaks a schema, a line each; a word of the schema that is not known here breaks it too.
pub(crate) fn breaches(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(&inlined(schema, schema), value, "$", &mut found);
    found
}

/// A schema with what it refers to in the places of the references; none refers to itself.
fn inlined(root: &Value, schema: &Value) -> Value {
    match schema {
        Value::Object(words) => {
            if let Some(path) = words.get("$ref") {
                let pointer = path.as_str().unwrap().trim_start_matches('#');
                return inlined(root, root.pointer(pointer).unwrap());
            }
            words
                .iter()
                .filter(|(word, _)| *word != "$defs")
                .map(|(word, it)| (word.clone(), inlined(root, it)))
                .collect()
        }
        Value::Array(items) => items.iter().map(|item| inlined(root, item)).collect(),
        other => other.clone(),
    }
}

fn check(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    for (word, rule) in schema.as_object().unwrap() {
        match word.as_str() {
            "$schema" | "title" | "description" | "required" | "additionalProperties" => {}
            "type" => {
                let names = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                if !names.iter().any(|name| is_a(value, name.as_str().unwrap())) {
                    found.push(format!("{at}: {value} is no {rule}"));
                }
            }
            "const" if value != rule => found.push(format!("{at}: {value} is not {rule}")),
            "enum" if !rule.as_array().unwrap().contains(value) => {
                found.push(format!("{at}: {value} is none of {rule}"))
            }
            "const" | "enum" => {}
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(rule, item, &format!("{at}[{i}]"), found);
                }
            }
            "properties" => object(schema, rule, value, at, found),
            other => found.push(format!("{at}: the schema says `{other}`, which the test does not know")),
        }
    }
}

fn object(schema: &Value, properties: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(object) = value.as_object() else { return };
    for (key, inner) in object {
        match properties.get(key) {
            Some(rule) => check(rule, inner, &format!("{at}.{key}"), found),
            None if schema.get("additionalProperties") == Some(&Value::Bool(false)) => {
                found.push(format!("{at}: no `{key}` is foreseen"));
            }
            None => {}
        }
    }
    for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        if !object.contains_key(key.as_str().unwrap()) {
            found.push(format!("{at}: `{key}` is missing"));
        }
    }
}

fn is_a(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    }
}

#[test]
fn the_validator_sees_what_is_wrong() {
    let schema = schema("estimate.schema.json");
    let wrong = serde_json::json!({ "version": 2, "system": {}, "sections": [{ "name": "x" }], "assumptions": 3, "more": 1 });
    // version, name and label of the system, a section's name, title and lines, the type, the stranger, what is missing
    assert_eq!(breaches(&schema, &wrong).len(), 9, "{:#?}", breaches(&schema, &wrong));
}
