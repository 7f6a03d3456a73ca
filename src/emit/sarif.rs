//! Findings as SARIF 2.1.0: with the rules' documentation, fixes, the path that shows a finding, and fingerprints.

use serde_json::{Value, json};

use super::{Before, Findings, range};
use crate::diagnostic::{Diagnostic, Fix, Remark, Severity};
use crate::diff::{Fingerprint, fingerprints};
use crate::rules::{self, doc};
use crate::source::{Sources, Span};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The findings of all roots as one SARIF log with a line end behind it. Beside an earlier run they are those that are new;
/// what is known or gone is left out, for a reader that knows no `baselineState` would take it for a finding.
pub fn sarif(roots: &[Findings<'_>], before: Option<&Before>) -> String {
    let rules = Rules::new(roots);
    let mut results: Vec<Value> = roots.iter().flat_map(|root| results(root, &rules)).collect();
    if before.is_some() {
        for result in results.iter_mut().filter_map(Value::as_object_mut) {
            result.insert("baselineState".to_owned(), "new".into());
        }
    }
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "archc",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.list,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

/// Every rule, and the mistakes in the source that occur.
struct Rules {
    codes: Vec<&'static str>,
    list: Vec<Value>,
}

impl Rules {
    fn new(roots: &[Findings<'_>]) -> Self {
        let occurs = |code: &str| roots.iter().any(|root| root.diagnostics.iter().any(|it| it.code == code));
        let mut rules = Self { codes: Vec::new(), list: Vec::new() };
        for (code, name, meaning) in doc::mistakes().filter(|(code, _, _)| occurs(code)) {
            rules.codes.push(code);
            rules.list.push(json!({
                "id": code,
                "name": name,
                "shortDescription": { "text": meaning },
                "defaultConfiguration": { "level": "error" },
                "properties": { "tags": ["source"] },
            }));
        }
        for rule in rules::all() {
            rules.codes.push(rule.code);
            rules.list.push(json!({
                "id": rule.code,
                "name": rule.name,
                "shortDescription": { "text": doc::summary(rule) },
                "help": { "text": doc::text(rule), "markdown": doc::text(rule) },
                "defaultConfiguration": { "level": level(rule.severity()) },
                "properties": { "tags": [rule.category.as_str()] },
            }));
        }
        rules
    }
}

fn results(root: &Findings<'_>, rules: &Rules) -> Vec<Value> {
    let prints = fingerprints(root.sources, root.diagnostics);
    let each = root.diagnostics.iter().zip(prints);
    each.map(|(diagnostic, print)| result(root.sources, diagnostic, print, rules)).collect()
}

fn result(sources: &Sources, it: &Diagnostic, print: Fingerprint, rules: &Rules) -> Value {
    let help = it.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let mut place = location(sources, it.span);
    if let (Some(place), false) = (place.as_object_mut(), it.subjects.is_empty()) {
        let logical: Vec<Value> =
            it.subjects.iter().map(|path| json!({ "fullyQualifiedName": path, "kind": "element" })).collect();
        place.insert("logicalLocations".to_owned(), logical.into());
    }
    let mut result = json!({
        "ruleId": it.code,
        "level": level(it.severity),
        "message": { "text": format!("{}{help}", it.message) },
        "locations": [place],
        "partialFingerprints": { "archcFinding/v1": print.to_string() },
    });
    let Some(fields) = result.as_object_mut() else { return result };
    if let Some(index) = rules.codes.iter().position(|code| *code == it.code) {
        fields.insert("ruleIndex".to_owned(), index.into());
    }
    if !it.related.is_empty() {
        let related: Vec<Value> = it.related.iter().map(|remark| remarked(sources, remark)).collect();
        fields.insert("relatedLocations".to_owned(), related.into());
    }
    if !it.witness.is_empty() {
        let steps: Vec<Value> =
            it.witness.iter().map(|step| json!({ "location": remarked(sources, step) })).collect();
        fields.insert("codeFlows".to_owned(), json!([{ "threadFlows": [{ "locations": steps }] }]));
    }
    if let Some(mending) = it.mending() {
        fields.insert("fixes".to_owned(), json!([fix(sources, mending)]));
    }
    if !it.flows.is_empty() {
        fields.insert("properties".to_owned(), json!({ "flows": it.flows }));
    }
    result
}

fn level(severity: Severity) -> &'static str {
    severity.as_str()
}

fn remarked(sources: &Sources, remark: &Remark) -> Value {
    let mut place = location(sources, remark.span);
    if let Some(fields) = place.as_object_mut() {
        fields.insert("message".to_owned(), json!({ "text": remark.message }));
    }
    place
}

fn location(sources: &Sources, span: Span) -> Value {
    json!({ "physicalLocation": { "artifactLocation": artifact(sources, span), "region": region(sources, span) } })
}

fn artifact(sources: &Sources, span: Span) -> Value {
    json!({ "uri": uri(sources.path(span)) })
}

fn region(sources: &Sources, span: Span) -> Value {
    let (start, end) = range(sources, span);
    json!({
        "startLine": start.line, "startColumn": start.column,
        "endLine": end.line, "endColumn": end.column,
    })
}

fn fix(sources: &Sources, fix: &Fix) -> Value {
    // edits of one file stand together
    let mut changes: Vec<(&str, Value, Vec<Value>)> = Vec::new();
    for edit in &fix.edits {
        let replacement = json!({
            "deletedRegion": region(sources, edit.span),
            "insertedContent": { "text": edit.new_text },
        });
        let path = sources.path(edit.span);
        match changes.iter_mut().find(|(known, _, _)| *known == path) {
            Some((_, _, replacements)) => replacements.push(replacement),
            None => changes.push((path, artifact(sources, edit.span), vec![replacement])),
        }
    }
    let changes: Vec<Value> = changes
        .into_iter()
        .map(|(_, artifact, replacements)| json!({ "artifactLocation": artifact, "replacements": replacements }))
        .collect();
    json!({ "description": { "text": fix.title }, "artifactChanges": changes })
}

/// A path as a relative or `file:` reference of RFC 3986.
fn uri(path: &str) -> String {
    let mut out = String::new();
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compilation::check;
    use crate::config::Config;
    use crate::source::{Document, MemoryLoader};

    fn log(path: &str, text: &str) -> Value {
        let it = check(Document::new(path, text), &MemoryLoader::default(), &Config::default());
        let roots = [Findings { sources: &it.sources, diagnostics: &it.diagnostics }];
        serde_json::from_str(&sarif(&roots, None)).unwrap()
    }

    #[test]
    fn a_result_names_its_rule_place_subjects_and_path() {
        let log = log(
            "my designs/shop ü.arch",
            "client c\nservice api { replicas = 1 }\nc -> api\nflow f { c -> api }\n",
        );
        let run = &log["runs"][0];
        let result = run["results"].as_array().unwrap().iter().find(|it| it["ruleId"] == "AV001").unwrap();
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "AV001");
        let place = &result["locations"][0];
        assert_eq!(place["physicalLocation"]["artifactLocation"]["uri"], "my%20designs/shop%20%C3%BC.arch");
        assert_eq!(place["physicalLocation"]["region"]["startLine"], 2);
        assert_eq!(place["logicalLocations"][0]["fullyQualifiedName"], "api");
        assert!(!result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap().is_empty());
    }

    #[test]
    fn a_mistake_has_a_rule_and_a_fix_its_edits() {
        let log = log("x.arch", "servce x\n");
        let run = &log["runs"][0];
        let result = &run["results"][0];
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], result["ruleId"]);
        let change = &result["fixes"][0]["artifactChanges"][0];
        assert_eq!(change["replacements"][0]["insertedContent"]["text"], "service");
        assert_eq!(change["replacements"][0]["deletedRegion"]["endColumn"], 7);
    }
}
