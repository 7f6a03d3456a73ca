//! Questions from findings of rules, from what stores lose and hold, from decisions.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::super::Graded;
use super::super::requirements::keepers;
use super::{Question, answering};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::attributes::Word as _;
use crate::model::attributes::words::Quality;
use crate::model::{AttrId, ComponentId, FlowId, Kind};
use crate::units::format_time;

/// So many findings are asked about.
const FINDINGS: usize = 4;

/// How a question about something begins, by what a rule is about.
const ASKED: &[(&str, &str)] = &[
    ("AV", "What do users notice when {} fails, and does the objective allow it?"),
    ("CA", "What do readers get around {} when a copy is old, or all copies are gone?"),
    ("CO", "What else stops, or has to change, when {} does?"),
    ("CP", "How much can {} take, and what happens above that?"),
    ("CS", "Two people use {} in the same moment. What does each of them see?"),
    ("CX", "What does {} cost, and what would you pay it for?"),
    ("DA", "Load and data grow unevenly. What becomes of {}?"),
    ("DE", "Why is {} as it is, and what was the price?"),
    ("DR", "The region of {} is gone, or somebody deletes everything. What is lost, and when are you back?"),
    ("LT", "What does the time around {} consist of, and what would you cut?"),
    ("MQ", "A message around {} comes twice, late, or never. What then?"),
    ("OB", "How do you learn that {} is in trouble before your users do?"),
    ("RS", "{} is slow or fails for a minute. What happens to its callers?"),
    ("SE", "Who can reach or read {}, and how do you know?"),
];

/// The worst findings, one of a rule, errors first.
pub(super) fn findings(graded: &Graded<'_>, severities: RangeInclusive<Severity>) -> Vec<Question> {
    let mut known = BTreeSet::new();
    let mut found: Vec<&Diagnostic> = graded.trial.compilation.diagnostics.iter().collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.severity));
    let worth = |it: &&Diagnostic| severities.contains(&it.severity);
    let ask = |it: &Diagnostic| {
        let (_, text) = ASKED.iter().find(|(prefix, _)| it.code.starts_with(prefix))?;
        let subject = it.subjects.first().map_or_else(|| "this".to_owned(), |it| format!("`{it}`"));
        let help = it.help.as_deref().map_or_else(String::new, |help| format!("; {help}"));
        Some(Question::new(it.code, text.replace("{}", &subject), format!("{}{help}", it.message)))
    };
    found
        .into_iter()
        .filter(worth)
        .filter(|it| known.insert(it.code))
        .filter_map(ask)
        .take(FINDINGS)
        .collect()
}

/// What a wrong delete takes from the store of the data that may be lost least.
pub(super) fn wrong_delete(graded: &Graded<'_>) -> Option<Question> {
    let brief = &graded.sides.brief.model;
    let compilation = &graded.trial.compilation;
    let limit = |it: &crate::model::Data| it.attrs.seconds(AttrId::RPO);
    let mut asked: Vec<_> = brief.data.enumerate().filter_map(|(id, it)| Some((limit(it)?, id))).collect();
    asked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let kept = |id| keepers(graded, graded.matches.of_data(id)?).first().copied();
    let (store, id) = asked.iter().find_map(|(_, id)| Some((kept(*id)?, *id)))?;
    let recovery = compilation.facts.recovery.of(store)?;
    let path = compilation.model.path(store);
    let title = brief.data[id].header.title();
    let question = format!(
        "Somebody deletes `{path}` by mistake at noon. What of {title} is gone, and when is it back?"
    );
    let lost = match recovery.lost_by_delete {
        Some(lost) => {
            format!("what was written in the last {}, which is how often it is backed up", format_time(lost))
        }
        None => "all of it: no backup is told".to_owned(),
    };
    let back = match recovery.gone_by_delete() {
        Some(time) => format!("back after {}", format_time(time)),
        None => "no `restore_time` tells when it is back".to_owned(),
    };
    Some(Question::new("recovery", question, format!("{lost}; {back}")))
}

/// What somebody sees who reads what was written a moment ago.
pub(super) fn read_back(graded: &Graded<'_>) -> Option<Question> {
    let compilation = &graded.trial.compilation;
    let model = &compilation.model;
    let of = |id: FlowId| {
        let seen = compilation
            .facts
            .consistency
            .flow(id)?
            .data
            .iter()
            .find(|it| it.level.is_some() && !it.weakest.is_empty());
        seen.map(|it| (id, it))
    };
    let (flow, seen) = answering(graded).find_map(of)?;
    let level = seen.level?;
    let (data, name) = (model.data[seen.data].header.title(), &model.flows[flow].header.name);
    let question = format!(
        "Somebody changes {data} and `{name}` reads it at once. What can it see, and what when the network parts?"
    );
    let weakest: Vec<String> = seen.weakest.iter().map(|(id, _)| format!("`{}`", model.path(*id))).collect();
    let class = seen.pacelc.map_or_else(String::new, |it| format!("; {}", it.as_str()));
    let age = crate::analysis::staleness::of_flow(model, flow).filter(|age| age.is_finite() && *age > 0.0);
    let age = age.map_or_else(String::new, |age| format!(", at most {} old", format_time(age)));
    let level = level.as_str().replace('_', " ");
    let answer = format!("what {} gives, which is {level}{age}{class}", weakest.join(" or "));
    Some(Question::new("consistency", question, answer))
}

/// The price of a decision.
pub(super) fn decision(graded: &Graded<'_>) -> Option<Question> {
    let model = &graded.sides.design.model;
    let Some(it) = model.decisions.iter().find(|it| it.attrs.has(AttrId::BECAUSE)) else {
        let store = model.components.iter().find(|it| it.kind.is_store())?;
        let tech = store.tech.as_ref().map_or("this", |it| it.name.as_str());
        let question = format!("Why {tech} for `{}`, and what did you give up by it?", store.header.path);
        return Some(Question::new(
            "decisions",
            question,
            "no `decision` says so: write down what was chosen over what, and its price",
        ));
    };
    let over: Vec<&str> = it.attrs.texts(AttrId::OVER).iter().map(|(text, _)| text.as_str()).collect();
    let costs: Vec<&str> = it
        .attrs
        .words::<Quality>(AttrId::COSTS)
        .unwrap_or_default()
        .into_iter()
        .map(Quality::as_str)
        .collect();
    let instead = if over.is_empty() { String::new() } else { format!(", not {}", over.join(" or ")) };
    let question = format!(
        "{}{instead}: what does it cost you, and which number would change your mind?",
        it.header.title()
    );
    let price = if costs.is_empty() {
        "its price is not told".to_owned()
    } else {
        format!("it costs {}", costs.join(", "))
    };
    let why = it.attrs.text(AttrId::BECAUSE).unwrap_or_default().trim_end_matches('.');
    Some(Question::new("decisions", question, format!("{why}; {price}")))
}

/// What no request passes.
pub(super) fn idle(graded: &Graded<'_>) -> Option<Question> {
    let model = &graded.sides.design.model;
    let visited: BTreeSet<ComponentId> =
        model.flows.iter().flat_map(|flow| flow.visits.iter().map(|visit| visit.component)).collect();
    let works = |kind: Kind| kind.is_compute() || kind.is_store() || kind.is_broker() || kind == Kind::Cache;
    let (_, it) = model.components.enumerate().find(|(id, it)| works(it.kind) && !visited.contains(id))?;
    let question = format!("What would you delete? No flow passes `{}`.", it.header.path);
    Some(Question::new("flows", question, "either it goes, or the flow is missing that needs it"))
}

/// The store that is full first.
pub(super) fn full(graded: &Graded<'_>) -> Option<Question> {
    let compilation = &graded.trial.compilation;
    let model = &compilation.model;
    let of = |id: ComponentId| Some((compilation.facts.storage.store(id)?.exhausted_after?, id));
    let (time, id) =
        model.components.ids().filter_map(of).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
    let question = format!("When is `{}` full, and what do you do the month before?", model.path(id));
    Some(Question::new(
        "storage",
        question,
        format!("after {} from empty, at the growth of the design", format_time(time)),
    ))
}
