//! What an interviewer would ask of this very design: each question from a finding or a simulation, each with the answer that was computed.

mod found;

use std::collections::BTreeSet;

use serde::Serialize;

use super::Graded;
use super::failures::{broken, figure, same, singles};
use super::growth::{step, told};
use super::matching::rate;
use crate::analysis::latency::budget;
use crate::diagnostic::Severity;
use crate::model::{AttrId, FlowId};
use crate::study::simulate::{CaseReport, Row, Slo};
use crate::units::{
    MINUTES_PER_YEAR, format_count, format_rate, format_share, format_time, round_significant,
};

/// A question.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct Question {
    /// Where it comes from: the code of a rule, or the study that has the answer.
    pub from: String,
    /// The question.
    pub question: String,
    /// What archc computes; `null` where it is not told.
    pub answer: Option<String>,
}

/// So many are asked.
const MOST: usize = 12;
/// So many losses are asked about, and so many flows that are not there.
const LOSSES: usize = 2;
const GAPS: usize = 2;
/// So many changes are told.
const STEPS: usize = 3;

impl Question {
    fn new(from: impl Into<String>, question: impl Into<String>, answer: impl Into<String>) -> Self {
        Self { from: from.into(), question: question.into(), answer: Some(answer.into()) }
    }
}

/// The questions, the most telling first.
pub(super) fn questions(graded: &Graded<'_>) -> Vec<Question> {
    if graded.sides.design.model.components.is_empty() {
        return Vec::new();
    }
    let mut all = gaps(graded);
    all.extend(losses(graded));
    all.extend(tenfold(graded));
    all.extend(scenarios(graded));
    all.extend(found::findings(graded, Severity::Warning..=Severity::Error));
    all.extend(slowest(graded));
    all.extend(least_available(graded));
    all.extend(cold(graded));
    let is_asked = |path: &str| all.iter().any(|it| it.from == "DR001" && it.question.contains(path));
    let wrong_delete = found::wrong_delete(graded).filter(|(path, _)| !is_asked(&format!("`{path}`")));
    all.extend(wrong_delete.map(|(_, question)| question));
    all.extend(found::read_back(graded));
    all.extend(found::decisions(graded));
    all.extend(found::bill(graded));
    all.extend(found::idle(graded));
    all.extend(found::full(graded));
    all.extend(found::findings(graded, Severity::Note..=Severity::Note));
    all.truncate(MOST);
    all
}

/// Flows of the brief that nothing does.
fn gaps(graded: &Graded<'_>) -> Vec<Question> {
    let missing = graded.asked_flows().filter(|(id, _)| graded.matches.served_by(*id).is_empty());
    let ask = |id: FlowId, title: &str| {
        let rate = rate(&graded.sides.brief.facts, id);
        let rate = rate.map_or_else(String::new, |rate| format!(", {} at the peak", format_rate(rate)));
        Question::new(
            "brief",
            format!("Where in your design does this happen: {title}{rate}?"),
            "no flow of the design does it: draw one, from who starts it to what keeps its data",
        )
    };
    missing.take(GAPS).map(|(id, header)| ask(id, header.title())).collect()
}

/// The single losses that do most.
fn losses(graded: &Graded<'_>) -> Vec<Question> {
    let rows = singles(graded).map_or(&[][..], |it| it.rows.as_slice());
    if rows.is_empty() && graded.coverage() > 0.0 {
        let tried = singles(graded).map_or(0, |it| it.tried);
        let question =
            format!("You lose one of {tried} parts at the peak{}. Which may it not be?", in_all(graded));
        let answer = format!("none: of {tried} single losses no one breaks an objective or fails a request");
        return vec![Question::new("simulate", question, answer)];
    }
    let first = |at: usize, row: &Row| !rows.iter().take(at).any(|it| same(row, it));
    let apart = rows.iter().enumerate().filter(|(at, row)| first(*at, row)).take(LOSSES);
    apart.map(|(_, row)| loss(graded, row)).collect()
}

/// `, 12k/s in all`: the requests of the design at the peak.
fn in_all(graded: &Graded<'_>) -> String {
    let today = graded.trial.scale.as_ref().and_then(|it| it.sizes.first());
    let rate = today.and_then(|it| it.rate_per_s);
    rate.map_or_else(String::new, |rate| format!(", {} in all", format_rate(rate)))
}

fn loss(graded: &Graded<'_>, row: &Row) -> Question {
    let lost = format!("`{}`", row.lost.join("` and `"));
    let question = format!("{lost} is gone at the peak{}. What still works?", in_all(graded));
    let mut parts = vec![match row.lost_requests {
        share if share < 1e-9 => "no request fails".to_owned(),
        share if share > 1.0 - 1e-6 => "all requests fail while it lasts".to_owned(),
        share => format!("{} of all requests fail while it lasts", format_share(share)),
    }];
    let many = |all: &[String], one: &str, more: &str| {
        format!("`{}` {}", all.join("`, `"), if all.len() == 1 { one } else { more })
    };
    if !row.down.is_empty() {
        parts.push(many(&row.down, "never succeeds", "never succeed"));
    }
    if !row.degraded.is_empty() {
        parts.push(many(&row.degraded, "goes on with a part missing", "go on with a part missing"));
    }
    if let Some(full) = row.saturated.first() {
        parts.push(format!(
            "`{}` gets {} times what it can take",
            full.path,
            round_significant(full.utilization, 3)
        ));
    }
    match row.objectives.as_slice() {
        [] if row.down.is_empty() => parts.push("the objectives hold".to_owned()),
        [] => parts.push("no objective is missed by that: none promises more than this part does".to_owned()),
        all => parts.extend(all.iter().take(2).map(|it| broken(graded, it))),
    }
    Question::new("simulate", question, parts.join("; "))
}

/// Ten times the load.
fn tenfold(graded: &Graded<'_>) -> Option<Question> {
    let size = graded.trial.scale.as_ref()?.sizes.last()?;
    let rate = size.rate_per_s.map_or_else(String::new, |rate| format!(", to {} in all", format_rate(rate)));
    let question = format!("The load grows tenfold{rate}. What breaks first?");
    let mut parts = Vec::new();
    match size.broken.first() {
        None => parts.push("nothing that gives a limit breaks".to_owned()),
        Some(first) => {
            parts.push(format!("first {}", told(first)));
            let mut more: Vec<String> = size.broken.iter().map(|it| format!("`{}`", it.subject)).collect();
            // a part may break by more than one of its limits
            let mut known = BTreeSet::from([format!("`{}`", first.subject)]);
            more.retain(|it| known.insert(it.clone()));
            more.truncate(2);
            if !more.is_empty() {
                parts.push(format!("next {}", more.join(", ")));
            }
        }
    }
    let steps: Vec<String> = size.steps.iter().take(STEPS).map(step).collect();
    if !steps.is_empty() {
        parts.push(format!("then change {}", steps.join(", ")));
    }
    if size.holds == Some(false) {
        parts.push("more of the same does not mend the rest".to_owned());
    }
    Some(Question::new("scale", question, parts.join("; ")))
}

/// The scenarios of the brief.
fn scenarios(graded: &Graded<'_>) -> Vec<Question> {
    let cases = graded.trial.simulation.as_ref().map_or(&[][..], |it| it.cases.as_slice());
    cases.iter().skip(1).map(scenario).collect()
}

fn scenario(case: &CaseReport) -> Question {
    let name = case.label.as_deref().unwrap_or(&case.name);
    let question = format!("{name}: {} times the peak. Do the objectives hold?", format_count(case.load));
    let mut parts = Vec::new();
    let full = case.saturated.iter().take(2);
    parts.extend(full.map(|it| {
        format!("`{}` gets {} times what it can take", it.path, round_significant(it.utilization, 3))
    }));
    if let (Some(next), true) = (&case.next_to_saturate, case.saturated.is_empty()) {
        parts.push(format!("`{}` is used to {}", next.path, format_share(next.utilization)));
    }
    let failed: Vec<String> = case
        .flows
        .iter()
        .flat_map(|flow| {
            flow.slos.iter().filter(|slo| slo.met == Some(false)).map(move |slo| failed(&flow.name, slo))
        })
        .collect();
    match failed.as_slice() {
        [] => parts.push("every objective holds of which a figure is known".to_owned()),
        all => parts.extend(all.iter().take(2).cloned()),
    }
    Question::new("simulate", question, parts.join("; "))
}

fn failed(flow: &str, slo: &Slo) -> String {
    let actual = slo.actual.map_or_else(|| "no figure".to_owned(), |actual| figure(slo, actual));
    format!("`{flow}` has {} {actual} instead of {}", slo.metric, figure(slo, slo.target))
}

/// The flows of the design that answer the brief.
pub(super) fn answering<'a>(graded: &'a Graded<'_>) -> impl Iterator<Item = FlowId> + 'a {
    let model = &graded.trial.compilation.model;
    model.flows.ids().filter(|id| graded.trial.answers.get(id.index()).copied().flatten().is_some())
}

/// Where the time of the slowest flow goes.
fn slowest(graded: &Graded<'_>) -> Option<Question> {
    let compilation = &graded.trial.compilation;
    let (model, facts) = (&compilation.model, &compilation.facts);
    let slow = |id: FlowId| Some((facts.latency.flow(id)?.percentile(990)?, id));
    let (p99, id) =
        answering(graded).filter_map(slow).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
    let latency = facts.latency.flow(id)?;
    let hops = budget(&model.flows[id], &latency);
    let hop = hops.iter().max_by(|a, b| a.share.total_cmp(&b.share).then(b.visit.cmp(&a.visit)))?;
    let name = &model.flows[id].header.name;
    let question = format!(
        "99 of 100 runs of `{name}` take {} or less. Which hop would you cut first?",
        format_time(p99)
    );
    let waits = hop
        .queue
        .filter(|queue| queue.mean > hop.contribution * 0.1)
        .map_or_else(String::new, |queue| format!(", {} of it in line", format_time(queue.mean)));
    let way = match hop.network * hop.times {
        way if way > 0.0 => format!("; {} on the way there", format_time(way)),
        _ => String::new(),
    };
    let answer = format!(
        "`{}`: it has {} of the mean time, {}{waits}{way}",
        model.path(hop.component),
        format_share(hop.share),
        format_time(hop.contribution),
    );
    Some(Question::new("latency", question, answer))
}

/// What causes the downtime of the flow that is down most.
fn least_available(graded: &Graded<'_>) -> Option<Question> {
    let compilation = &graded.trial.compilation;
    let (model, facts) = (&compilation.model, &compilation.facts);
    let of = |id: FlowId| Some((facts.reliability.of(id)?.unavailability, id));
    let (down, id) =
        answering(graded).filter_map(of).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
    let worst = facts.reliability.of(id)?.importance.iter().take(2);
    let told: Vec<String> = worst
        .map(|it| format!("`{}` {}", it.fault.path(model, &facts.placement), format_share(it.fussell_vesely)))
        .collect();
    let minutes = down * MINUTES_PER_YEAR;
    let name = &model.flows[id].header.name;
    let question =
        format!("`{name}` is down {} a year. Which part would you mend first?", format_time(minutes * 60.0));
    (!told.is_empty())
        .then(|| Question::new("availability", question, format!("of that time {}", told.join(", "))))
}

/// A cache that is empty.
fn cold(graded: &Graded<'_>) -> Option<Question> {
    let compilation = &graded.trial.compilation;
    let (model, load) = (&compilation.model, &compilation.facts.load);
    let cold =
        load.cold_caches.iter().max_by(|a, b| a.peak.total_cmp(&b.peak).then(b.cache.cmp(&a.cache)))?;
    let (cache, store) = (model.path(cold.cache), model.path(cold.store));
    let question = format!("`{cache}` starts empty at the peak. What does `{store}` get?");
    let asked = format_rate(cold.peak);
    let answer = match load.component(cold.store).and_then(|it| it.capacity) {
        Some(capacity) if load.carries(cold) => {
            format!("{asked} against the {} that it can take: it holds", format_rate(capacity))
        }
        Some(capacity) => format!(
            "{asked} against the {} that it can take: it falls, and the cache never fills",
            format_rate(capacity)
        ),
        None => format!("{asked}; nothing says whether it can take that: give `{store}` a `capacity`"),
    };
    let coalesce = model.components[cold.cache].attrs.is_true(AttrId::COALESCE);
    let answer = if coalesce { format!("{answer}; one miss asks for all that wait") } else { answer };
    Some(Question::new("cold cache", question, answer))
}
