//! The text of a rule, for a finding or a code.

use crate::compilation::Compilation;
use crate::rules::{self, Rule, doc};
use crate::source::{FileId, Span};

/// Findings that are told of at one place.
const TOLD: usize = 2;

/// What the rules behind the findings at an offset say, the narrowest finding first.
pub(super) fn at(compilation: &Compilation, file: FileId, offset: usize) -> Vec<(Span, String)> {
    let here = compilation.diagnostics.iter().filter(|it| it.span.file == file && it.span.touches(offset));
    let mut here: Vec<(Span, &str)> = here.map(|it| (it.span, it.code)).collect();
    here.sort_by_key(|(span, code)| (span.len(), *code));
    here.dedup_by_key(|(_, code)| *code);
    here.into_iter().filter_map(|(span, code)| Some((span, rule(code)?))).take(TOLD).collect()
}

/// A rule in short: what it finds, why it matters, how to mend it.
pub(super) fn rule(code_or_name: &str) -> Option<String> {
    let rule = rules::find(code_or_name)?;
    let mut text = format!("**{} {}** · {}", rule.code, rule.name, doc::summary(rule));
    for section in ["Why it matters", "How to mend it"] {
        if let Some(first) = section_start(rule, section) {
            text.push_str(&format!("\n\n*{section}* {first}"));
        }
    }
    Some(text)
}

/// The first paragraph of a section.
fn section_start(rule: &Rule, section: &str) -> Option<String> {
    let text = doc::text(rule);
    let (_, rest) = text.split_once(&format!("## {section}\n"))?;
    let first: Vec<&str> = rest.trim_start().lines().take_while(|line| !line.is_empty()).collect();
    (!first.is_empty()).then(|| first.join("\n"))
}
