//! The tools that tell what archc knows: rules, the language, technologies.

use serde_json::{Value, json};

use super::answer::{Answer, value};
use super::asked;
use crate::cli::rules::{rows, table};
use crate::guide;
use crate::ide::reference;
use crate::model::Kind;
use crate::model::catalogue::{Catalogue, Figure, Technology, catalogue};
use crate::resolve::Suggestions;
use crate::rules;

pub(super) fn explain(asked: asked::Explain) -> Result<Answer, String> {
    let wanted = asked.rule.trim();
    let text = rules::explain(wanted).ok_or_else(|| no_rule(wanted))?;
    let found = rules::find(wanted).map(|rule| {
        let (code, name, category) = (rule.code, rule.name, rule.category.as_str());
        let (severity, summary) = (rule.severity_words(), rules::doc::summary(rule));
        json!({ "code": code, "name": name, "category": category, "severity": severity, "summary": summary, "markdown": text })
    });
    let data = found.unwrap_or_else(|| json!({ "code": wanted, "severity": "error", "markdown": text }));
    Ok(Answer::new(text, data))
}

fn no_rule(wanted: &str) -> String {
    let nearest = rules::nearest(wanted).map(|rule| format!("; did you mean `{rule}`?"));
    let nearest = nearest.unwrap_or_else(|| "; the tool `rules` lists them all".to_owned());
    format!("there is no rule `{wanted}`{nearest}")
}

pub(super) fn list(asked: asked::Rules) -> Result<Answer, String> {
    let mut rows = rows();
    if let Some(category) = &asked.category {
        let wanted = category.trim().to_lowercase();
        rows.retain(|row| {
            row.category.eq_ignore_ascii_case(&wanted) || row.code.to_lowercase().starts_with(&wanted)
        });
        if rows.is_empty() {
            let mut names: Vec<&str> = rules::all().map(|rule| rule.category.as_str()).collect();
            names.dedup();
            return Err(format!("there is no category `{category}`; there is {}", names.join(", ")));
        }
    }
    Ok(Answer::new(table(&rows), json!({ "rules": value(&rows) })))
}

pub(super) fn language(asked: asked::Language) -> Result<Answer, String> {
    let sections: Vec<&str> = guide::sections().collect();
    let text = match &asked.section {
        None => guide::page(),
        Some(name) => guide::section(name.trim())
            .ok_or_else(|| format!("there is no section `{name}`; there is {}", sections.join(", ")))?,
    };
    let data = json!({ "sections": sections, "markdown": text });
    Ok(Answer::new(text, data))
}

pub(super) fn technologies(asked: asked::Technologies) -> Result<Answer, String> {
    let catalogue = catalogue();
    match &asked.name {
        Some(name) => one(catalogue, name.trim()),
        None => several(catalogue, asked.kind.as_deref()),
    }
}

fn one(catalogue: &Catalogue, name: &str) -> Result<Answer, String> {
    let (Some(it), Some(text)) = (catalogue.find(name), reference::technology(name)) else {
        let near = Suggestions::default().nearest(name, catalogue.names());
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return Err(format!(
            "the catalogue has no `{name}`{near}; a design may name it all the same, without defaults"
        ));
    };
    let defaults = it.defaults.iter().map(|(attribute, figure)| figure_json(catalogue, attribute, figure));
    let pacelc = it.pacelc.iter().map(
        |it| json!({ "class": it.class, "condition": it.condition, "source": source(catalogue, &it.source) }),
    );
    let facts =
        it.facts.iter().map(|fact| json!({ "text": fact.text, "source": source(catalogue, &fact.source) }));
    let data = json!({
        "name": it.name, "aliases": it.aliases, "label": it.label, "kinds": it.kinds, "class": it.class,
        "vendor": it.vendor, "managed": it.managed, "lock_in": it.lock_in, "consensus": it.consensus, "url": it.url,
        "defaults": defaults.collect::<Vec<_>>(), "pacelc": pacelc.collect::<Vec<_>>(),
        "facts": facts.collect::<Vec<_>>(),
    });
    Ok(Answer::new(text, data))
}

fn figure_json(catalogue: &Catalogue, attribute: &str, figure: &Figure) -> Value {
    json!({
        "attribute": attribute, "value": figure.value, "source": source(catalogue, &figure.source),
        "as_of": catalogue.as_of(figure), "scope": figure.scope, "note": figure.note,
    })
}

fn source(catalogue: &Catalogue, key: &str) -> Value {
    match catalogue.source(key) {
        Some(source) => json!({ "title": source.title, "url": source.url }),
        None => json!({ "title": key }),
    }
}

fn several(catalogue: &Catalogue, kind: Option<&str>) -> Result<Answer, String> {
    if let Some(kind) = kind.filter(|kind| Kind::from_name(kind).is_none()) {
        let kinds: Vec<&str> = Kind::all().map(Kind::as_str).collect();
        return Err(format!("there is no kind `{kind}`; there is {}", kinds.join(", ")));
    }
    let fitting = |it: &&Technology| kind.is_none_or(|kind| it.fits(kind));
    let found: Vec<&Technology> = catalogue.technologies().filter(fitting).collect();
    let lines = found.iter().map(|it| format!("{}: {}, {}\n", it.name, it.label, it.class));
    let data = found
        .iter()
        .map(|it| json!({ "name": it.name, "label": it.label, "class": it.class, "kinds": it.kinds }));
    Ok(Answer::new(lines.collect(), json!({ "technologies": data.collect::<Vec<_>>() })))
}
