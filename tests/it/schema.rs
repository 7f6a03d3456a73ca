//! Output held against its schema, those in docs/schemas/ and those of others in tests/data/schemas/: the words of JSON Schema
//! that these use.

use serde_json::Value;

/// The schema that others publish under that name.
pub(crate) fn published(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/schemas").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The schema of that name.
pub(crate) fn schema(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What of a value breaks a schema, a line each; a word of the schema that is not known here breaks it too.
pub(crate) fn breaches(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Held { root: schema }.check(schema, value, "$", &mut found);
    found
}

/// A schema, in which references are looked up.
struct Held<'s> {
    root: &'s Value,
}

impl Held<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        for (word, rule) in schema.as_object().unwrap() {
            match word.as_str() {
                "$schema"
                | "$id"
                | "$defs"
                | "definitions"
                | "title"
                | "description"
                | "default"
                | "format"
                | "required"
                | "additionalProperties" => {}
                "$ref" => {
                    let pointer = rule.as_str().unwrap().trim_start_matches('#');
                    self.check(self.root.pointer(pointer).unwrap(), value, at, found);
                }
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
                "anyOf" | "oneOf" => self.choice(word, rule, value, at, found),
                "minItems" | "uniqueItems" | "minimum" | "maximum" | "pattern" => {
                    limit(word, rule, value, at, found)
                }
                "items" => {
                    for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{at}[{i}]"), found);
                    }
                }
                "properties" => {}
                other => found.push(format!("{at}: the schema says `{other}`, which the test does not know")),
            }
        }
        self.object(schema, value, at, found);
    }

    fn choice(&self, word: &str, rule: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let fits = |one: &&Value| {
            let mut wrong = Vec::new();
            // what only asks for keys is asked of objects alone
            self.check(one, value, at, &mut wrong);
            wrong.is_empty()
        };
        let count = rule.as_array().unwrap().iter().filter(fits).count();
        if count == 0 || (word == "oneOf" && count > 1) {
            found.push(format!("{at}: fits {count} of {word} {rule}"));
        }
    }

    fn object(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let Some(object) = value.as_object() else { return };
        for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            if !object.contains_key(key.as_str().unwrap()) {
                found.push(format!("{at}: `{key}` is missing"));
            }
        }
        let none = Value::Object(serde_json::Map::new());
        let properties = schema.get("properties").unwrap_or(&none);
        for (key, inner) in object {
            match (properties.get(key), schema.get("additionalProperties")) {
                (Some(rule), _) => self.check(rule, inner, &format!("{at}.{key}"), found),
                (None, Some(Value::Bool(false))) => found.push(format!("{at}: no `{key}` is foreseen")),
                (None, Some(rule @ Value::Object(_))) => {
                    self.check(rule, inner, &format!("{at}.{key}"), found)
                }
                (None, _) => {}
            }
        }
    }
}

fn limit(word: &str, rule: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let items = value.as_array();
    let fine = match word {
        "minItems" => items.is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
        "uniqueItems" => {
            let twice =
                |items: &Vec<Value>| items.iter().enumerate().any(|(i, item)| items[..i].contains(item));
            rule != true || !items.is_some_and(twice)
        }
        "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
        // patterns are not read here: what has one must not be written without a test of its own
        _ => !value.is_string(),
    };
    if !fine {
        found.push(format!("{at}: {value} breaks {word} {rule}"));
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
fn the_validator_follows_references_and_choices() {
    let schema = serde_json::json!({
        "definitions": { "tree": {
            "type": "object", "additionalProperties": false,
            "properties": { "kids": { "type": "array", "minItems": 1, "uniqueItems": true, "items": { "$ref": "#/definitions/tree" } },
                            "n": { "minimum": 0, "maximum": 2 } },
            "anyOf": [ { "required": ["kids"] }, { "required": ["n"] } ] } },
        "$ref": "#/definitions/tree"
    });
    let wrong = |value: Value| breaches(&schema, &value).len();
    assert_eq!(wrong(serde_json::json!({ "kids": [{ "n": 1 }, { "n": 2 }] })), 0);
    assert_eq!(wrong(serde_json::json!({ "kids": [{ "n": 1 }, { "n": 1 }] })), 1);
    assert_eq!(wrong(serde_json::json!({ "kids": [{ "n": 3 }, {}] })), 2);
    assert_eq!(wrong(serde_json::json!({ "kids": [], "x": 1 })), 2);
}

#[test]
fn the_validator_sees_what_is_wrong() {
    let schema = schema("estimate.schema.json");
    let wrong = serde_json::json!({ "version": 2, "system": {}, "sections": [{ "name": "x" }], "assumptions": 3, "more": 1 });
    // version, name and label of the system, a section's name, title and lines, the type, the stranger, what is missing
    assert_eq!(breaches(&schema, &wrong).len(), 9, "{:#?}", breaches(&schema, &wrong));
}
