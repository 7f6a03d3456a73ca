//! What was decided and what was allowed, as tables of a Markdown report.

use super::super::document::{AllowedRule, Decision, Report};
use super::{code, escape, line, table};

pub(super) fn decisions(out: &mut String, report: &Report<'_>) {
    if report.decisions.is_empty() {
        return;
    }
    line(out, "## Decisions");
    let listed = |words: &[&str]| words.iter().map(|word| escape(word)).collect::<Vec<_>>().join(", ");
    let row = |it: &Decision<'_>| {
        let allows: Vec<String> = it.allows.iter().map(allowed_rule).collect();
        vec![
            it.label.map_or_else(|| code(it.name), escape),
            [it.status.map(str::to_owned), it.date.clone()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(", "),
            listed(&it.chose),
            listed(&it.over),
            listed(&it.gives),
            listed(&it.costs),
            allows.join(", "),
            it.because.map(escape).unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = report.decisions.iter().map(row).collect();
    table(out, &["decision", "status", "chose", "over", "gives", "costs", "allows", "because"], &rows);
}

fn allowed_rule(it: &AllowedRule<'_>) -> String {
    format!("{} ({} silenced, {} told)", code(it.code), it.silenced, it.told)
}

pub(super) fn allowed(out: &mut String, report: &Report<'_>) {
    let rows: Vec<Vec<String>> = report
        .allowed
        .iter()
        .map(|it| {
            let owners: Vec<String> = it.decisions.iter().map(|name| code(name)).collect();
            let owners = if owners.is_empty() { "none".to_owned() } else { owners.join(", ") };
            vec![it.code.to_owned(), code(it.subject), it.reason.map(escape).unwrap_or_default(), owners]
        })
        .collect();
    if !rows.is_empty() {
        line(out, "## Allowed");
        line(out, "Findings that an annotation silences, and the decisions that own them.");
        table(out, &["rule", "element", "reason", "owned by"], &rows);
    }
}
