//! The JSON schema of `archc.toml`, for editors, from the tables that reading it uses.

use serde_json::{Map, Value, json};

use crate::config::{FIGURES, FailOn, Figure, KEYS, Level, Measure, THEMES};
use crate::resolve::technology_attributes;
use crate::rules::{Category, Rule, all, doc};

/// The schema.
pub fn schema() -> Value {
    let mut sections = Map::new();
    for key in KEYS {
        let schema = match *key {
            "fail_on" => described(words(FailOn::WORDS), "From which severity on a check fails."),
            "theme" => json!({
                "type": "string",
                "description": "Which colours pictures have: one of `themes`, or built in.",
                "examples": THEMES,
            }),
            "themes" => themes(),
            "assumed" => figures("assumed", "What stands in for figures that a design leaves open."),
            "prices" => figures("prices", "What a gigabyte of traffic costs."),
            "rules" => rules(),
            "paths" => paths(),
            "tech" => technologies(),
            _ => continue,
        };
        sections.insert((*key).to_owned(), schema);
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "archc.schema.json",
        "title": "archc.toml",
        "description": "The configuration of archc.",
        "type": "object",
        "additionalProperties": false,
        "properties": sections,
        "definitions": { "level": described(words(Level::WORDS), "off, or the severity of every finding.") },
    })
}

fn described(mut schema: Value, text: &str) -> Value {
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".to_owned(), text.into());
    }
    schema
}

fn words<T>(words: &[(&str, T)]) -> Value {
    let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    json!({ "type": "string", "enum": words })
}

fn level() -> Value {
    json!({ "$ref": "#/definitions/level" })
}

fn figures(section: &str, text: &str) -> Value {
    let of = FIGURES.iter().filter(|figure| figure.section == section);
    let keys: Map<String, Value> = of.map(|it| (it.key.to_owned(), figure(it))).collect();
    json!({ "type": "object", "description": text, "additionalProperties": false, "properties": keys })
}

fn figure(figure: &Figure) -> Value {
    let number = match figure.measure {
        Measure::Share => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        Measure::Part => json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 }),
        Measure::Time | Measure::Price => json!({ "type": "number", "minimum": 0 }),
        Measure::Span => json!({ "type": "number", "exclusiveMinimum": 0 }),
        Measure::Factor => json!({ "type": "number", "minimum": 1 }),
    };
    let value = (figure.get)(&crate::config::Assumed::default());
    json!({
        "description": format!("{}: {}", figure.meaning, figure.wanted()),
        "default": value,
        "anyOf": [number, { "type": "string" }],
    })
}

fn rules() -> Value {
    let mut keys = Map::new();
    keys.insert("all".to_owned(), described_level("every rule"));
    for category in Category::all() {
        let text = format!("{} ({})", category.as_str(), category.prefixes().join(", "));
        keys.insert(category.word().to_owned(), described_level(&text));
        for prefix in category.prefixes() {
            keys.insert(
                (*prefix).to_owned(),
                described_level(&format!("rules whose codes begin with {prefix}")),
            );
        }
    }
    for it in all() {
        let schema = rule(it);
        keys.insert(it.code.to_owned(), schema.clone());
        keys.insert(it.name.to_owned(), schema);
    }
    json!({
        "type": "object",
        "description": "Levels by code, name, group or prefix, the narrower one holds; thresholds below a code.",
        "additionalProperties": false,
        "properties": keys,
    })
}

fn described_level(text: &str) -> Value {
    json!({ "description": text, "allOf": [level()] })
}

fn rule(rule: &Rule) -> Value {
    let mut keys = Map::new();
    keys.insert("level".to_owned(), level());
    for it in rule.thresholds {
        let text = format!("{} (in {})", it.meaning, it.unit);
        let percentage = json!({ "type": "string", "pattern": "%\\s*$" });
        let number = json!({ "type": "number", "minimum": 0 });
        let schema = json!({ "description": text, "default": it.default, "anyOf": [number, percentage] });
        keys.insert(it.key.to_owned(), schema);
    }
    let table = json!({ "type": "object", "additionalProperties": false, "properties": keys });
    json!({
        "description": format!("{} {} ({}): {}", rule.code, rule.name, rule.severity_words(), doc::summary(rule)),
        "anyOf": [level(), table],
    })
}

fn paths() -> Value {
    let pattern = json!({ "type": "string" });
    json!({
        "type": "array",
        "description": "Levels for what is found in some files.",
        "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["files"],
            "properties": {
                "files": {
                    "description": "Patterns for paths below the folder of this file; `**` stands for any folders.",
                    "anyOf": [pattern, { "type": "array", "items": pattern, "minItems": 1 }],
                },
                "rules": { "type": "object", "additionalProperties": level() },
            },
        },
    })
}

fn themes() -> Value {
    let colour = json!({ "type": "string", "pattern": "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$" });
    let one = [
        "canvas",
        "surface",
        "ink",
        "muted",
        "line",
        "border",
        "actor",
        "traffic",
        "compute",
        "data",
        "messaging",
        "platform",
    ];
    let mut keys: Map<String, Value> = one.into_iter().map(|key| (key.to_owned(), colour.clone())).collect();
    keys.insert("tints".to_owned(), json!({ "type": "array", "items": colour }));
    let shades = json!({ "type": "object", "additionalProperties": false, "properties": keys });
    json!({
        "type": "object",
        "description": "Themes of one's own, by name; what they leave out stays as built in.",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": false,
            "properties": { "light": shades, "dark": shades },
        },
    })
}

fn technologies() -> Value {
    let value = json!({ "anyOf": [
        { "type": ["string", "number", "boolean"] },
        { "type": "array" },
    ] });
    let keys: Map<String, Value> = technology_attributes()
        .map(|id| (id.name().to_owned(), described(value.clone(), id.spec().meaning)))
        .collect();
    json!({
        "type": "object",
        "description": "Attributes of technologies, before those of the catalogue; values as a design writes them.",
        "additionalProperties": { "type": "object", "additionalProperties": false, "properties": keys },
    })
}
