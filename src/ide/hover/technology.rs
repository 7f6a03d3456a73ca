//! What the catalogue knows of a technology, each figure with its source and day.

use crate::model::catalogue::{Catalogue, Figure, catalogue};

/// Facts that are told.
const FACTS: usize = 4;

/// A technology in Markdown; `None` where the catalogue does not know it.
pub(in crate::ide) fn technology(name: &str) -> Option<String> {
    let catalogue = catalogue();
    let it = catalogue.find(name)?;
    let vendor = it.vendor.as_ref().map_or_else(String::new, |vendor| format!(" · {vendor}"));
    let managed = if it.managed { ", managed" } else { "" };
    let label = match &it.url {
        Some(url) => format!("[{}]({url})", it.label),
        None => it.label.clone(),
    };
    let mut text = format!("**{label}**{vendor} · {}{managed}", it.class);
    if !it.pacelc.is_empty() {
        let classes = it.pacelc.iter().map(|class| {
            format!("- **{}** {} ({})", class.class, class.condition, source(catalogue, &class.source))
        });
        text.push_str(&format!("\n\n{}", classes.collect::<Vec<_>>().join("\n")));
    }
    if !it.defaults.is_empty() {
        let rows = it.defaults.iter().map(|(key, figure)| row(catalogue, key, figure));
        text.push_str("\n\n| assumed | value | source |\n|---|---|---|\n");
        text.push_str(&rows.collect::<Vec<_>>().join("\n"));
    }
    if !it.facts.is_empty() {
        let facts = it.facts.iter().take(FACTS);
        let facts = facts.map(|fact| format!("- {} ({})", fact.text, source(catalogue, &fact.source)));
        text.push_str(&format!("\n\n{}", facts.collect::<Vec<_>>().join("\n")));
    }
    Some(text)
}

fn row(catalogue: &Catalogue, key: &str, figure: &Figure) -> String {
    let note = figure.scope.iter().chain(&figure.note).map(|note| format!("; {note}")).collect::<String>();
    let cell = format!("{}{note}", source(catalogue, &figure.source)).replace('|', "\\|");
    format!("| `{key}` | `{}` | {cell} |", figure.value)
}

/// A source by name, with its address and its day.
fn source(catalogue: &Catalogue, key: &str) -> String {
    let Some(source) = catalogue.source(key) else { return key.to_owned() };
    let named = match &source.url {
        Some(url) => format!("[{}]({url})", source.title),
        None => source.title.clone(),
    };
    match (&source.date, &source.read) {
        (Some(date), _) => format!("{named}, {date}"),
        (None, Some(read)) => format!("{named}, read {read}"),
        (None, None) => named,
    }
}
