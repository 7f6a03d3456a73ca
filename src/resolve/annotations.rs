//! `@allow(…)` and `@tags(…)` before a statement.

use smol_str::SmolStr;

use super::Resolver;
use super::mistakes::{BAD_ARGUMENT, UNKNOWN_ANNOTATION};
use super::values::with_nearest;
use crate::model::Allow;
use crate::syntax::ast::{Annotation, Argument, Stmt, StmtKind, Value, ValueKind};

const KNOWN: [&str; 2] = ["allow", "tags"];
const ALLOW_KEYS: [&str; 2] = ["reason", "until"];

/// The tags before a statement, each once, in the order written.
pub(crate) fn tags_of(stmt: &Stmt) -> Vec<SmolStr> {
    let mut tags = Vec::new();
    for annotation in stmt.annotations().filter(|annotation| annotation.name.name == "tags") {
        for argument in annotation.arguments.iter().filter(|argument| argument.key.is_none()) {
            if let Some(tag) = word(&argument.value)
                && !tags.contains(&tag)
            {
                tags.push(tag);
            }
        }
    }
    tags
}

impl Resolver<'_> {
    /// Checks the annotations before a statement and records its `@allow`s.
    pub(crate) fn annotate(&mut self, stmt: &Stmt) {
        for annotation in stmt.annotations() {
            match annotation.name.name.as_str() {
                "allow" => self.allow(annotation, stmt),
                "tags" => self.tags(annotation, stmt),
                "" => {}
                name => {
                    let message = format!("there is no annotation `@{name}`; there are `@allow` and `@tags`");
                    let told = UNKNOWN_ANNOTATION.at(annotation.name.span, message);
                    let near = self.suggestions.nearest(name, KNOWN);
                    self.report(with_nearest(told, annotation.name.span, near));
                }
            }
        }
    }

    fn tags(&mut self, annotation: &Annotation, stmt: &Stmt) {
        if !matches!(stmt.kind, StmtKind::Declaration(_) | StmtKind::Connection(_) | StmtKind::Junk) {
            let message = "`@tags` stands before a declaration or a connection";
            self.report(BAD_ARGUMENT.at(annotation.span, message).with_help("other statements have no tags"));
            return;
        }
        for argument in &annotation.arguments {
            let fine = argument.key.is_none() && word(&argument.value).is_some();
            if !fine && !is_lost(&argument.value) {
                let told =
                    BAD_ARGUMENT.at(argument.value.span, "a tag is a word, as in `@tags(edge, legacy)`");
                self.report(told);
            }
        }
    }

    fn allow(&mut self, annotation: &Annotation, stmt: &Stmt) {
        let mut allow =
            Allow { rules: Vec::new(), reason: None, until: None, span: annotation.span, scope: stmt.span };
        for argument in &annotation.arguments {
            self.allow_argument(argument, &mut allow);
        }
        self.model.allows.push(allow);
    }

    fn allow_argument(&mut self, argument: &Argument, allow: &mut Allow) {
        let value = &argument.value;
        if is_lost(value) {
            return;
        }
        let Some(key) = &argument.key else {
            match word(value) {
                Some(rule) => allow.rules.push((rule, value.span)),
                None => {
                    self.report(BAD_ARGUMENT.at(
                        value.span,
                        "a rule is its code or its name, as in `@allow(AV001, reason = \"…\")`",
                    ))
                }
            }
            return;
        };
        match (key.name.as_str(), &value.kind) {
            ("reason", ValueKind::Text(text)) => allow.reason = Some(text.value.clone()),
            ("reason", _) => {
                self.report(BAD_ARGUMENT.at(value.span, "a `reason` is a text, such as `reason = \"…\"`"));
            }
            ("until", ValueKind::Date(date)) => allow.until = Some(*date),
            ("until", _) => {
                self.report(BAD_ARGUMENT.at(value.span, "`until` is a day, such as `until = 2027-03-01`"));
            }
            ("", _) => {}
            (name, _) => {
                let message = format!("`@allow` takes rules, `reason` and `until`, but no `{name}`");
                let near = self.suggestions.nearest(name, ALLOW_KEYS);
                self.report(with_nearest(BAD_ARGUMENT.at(key.span, message), key.span, near));
            }
        }
    }
}

fn is_lost(value: &Value) -> bool {
    matches!(value.kind, ValueKind::Missing | ValueKind::Invalid)
}

fn word(value: &Value) -> Option<SmolStr> {
    match &value.kind {
        ValueKind::Text(text) => Some(text.value.clone()),
        ValueKind::Path(path) if !path.is_missing() => Some(path.text().into()),
        _ => None,
    }
}
