//! Rates: what actors bring, how flows divide it, what reaches each component.

use std::collections::BTreeSet;

use super::Unit;
use super::sheet::{Entry, Sheet, in_words, period, seconds};
use crate::analysis::Subject;
use crate::model::{AttrId, Attributes, ComponentId, FlowId, Model};
use crate::units::{DAY, format_count, format_rate, format_share, round_significant};

pub(super) fn write(sheet: &mut Sheet<'_>) {
    sheet.section("traffic", "Traffic");
    let unknown = starters_of_unknown(sheet.model);
    for id in sheet.model.components.ids() {
        actor(sheet, id, &unknown);
    }
    for id in sheet.model.flows.ids() {
        flow(sheet, id);
    }
    for id in sheet.model.components.ids() {
        if !sheet.model.components[id].kind.is_actor() {
            component(sheet, id);
        }
    }
}

fn factor(attrs: &Attributes, assumed: f64) -> f64 {
    let given = attrs.beyond_default(AttrId::PEAK_FACTOR);
    let number =
        given.and_then(|_| attrs.number(AttrId::PEAK_FACTOR).or_else(|| attrs.factor(AttrId::PEAK_FACTOR)));
    number.filter(|factor| *factor > 0.0).unwrap_or(assumed)
}

/// The number of the assumption that a subject's peak factor is, where nobody gave it.
fn assumed_factor(sheet: &mut Sheet<'_>, subject: &Subject) -> Vec<usize> {
    sheet.assumed(subject, AttrId::PEAK_FACTOR).into_iter().collect()
}

fn actor(sheet: &mut Sheet<'_>, id: ComponentId, unknown: &BTreeSet<ComponentId>) {
    let component = &sheet.model.components[id];
    let attrs = &component.attrs;
    let name = sheet.model.path(id);
    if !component.kind.is_actor() {
        return;
    }
    let factor = factor(attrs, sheet.config.assumed.peak_factor);
    let times = format_count(factor);
    let entry = |what, arithmetic, value, unit, assumptions| Entry {
        subject: name.to_owned(),
        what,
        arithmetic,
        value,
        unit,
        assumptions,
    };
    if let Some(peak) = attrs.per_second(AttrId::RATE) {
        let assumptions = assumed_factor(sheet, &Subject::Component(id));
        let arithmetic = format!("{} ÷ {times}", format_rate(peak));
        sheet.line(entry("requests, peak", "given".to_owned(), peak, Unit::PerSecond, Vec::new()));
        sheet.line(entry("requests, average", arithmetic, peak / factor, Unit::PerSecond, assumptions));
        return;
    }
    let users = attrs.count(AttrId::USERS).map(|users| users as f64);
    let (Some(users), Some(each)) = (users, attrs.per_second(AttrId::REQUESTS_PER_USER)) else {
        match (users, attrs.has(AttrId::REQUESTS_PER_USER)) {
            (Some(_), false) => sheet.lacks(name, AttrId::REQUESTS_PER_USER, "rates"),
            (None, true) => sheet.lacks(name, AttrId::USERS, "rates"),
            _ if !unknown.contains(&id) => {}
            _ => sheet.lacks(name, AttrId::RATE, "rates, and all that follows from them"),
        }
        return;
    };
    let average = users * each;
    let span = period(each);
    let (people, count) = (in_words(users), format_count(each * span.seconds));
    if span.name == "day" {
        let arithmetic = format!("{people} users × {count}/day");
        sheet.line(entry("requests a day", arithmetic, average * DAY, Unit::PerDay, Vec::new()));
        let arithmetic = format!("{}/day ÷ 86 400 s/day", in_words(average * DAY));
        sheet.line(entry("requests, average", arithmetic, average, Unit::PerSecond, Vec::new()));
    } else {
        let divisor = if span.name == "s" {
            String::new()
        } else {
            format!(" ÷ {} s/{}", seconds(span.seconds), span.name)
        };
        let arithmetic = format!("{people} users × {count}/{}{divisor}", span.name);
        sheet.line(entry("requests, average", arithmetic, average, Unit::PerSecond, Vec::new()));
    }
    let assumptions = assumed_factor(sheet, &Subject::Component(id));
    let arithmetic = format!("{} × {times}", format_rate(average));
    sheet.line(entry("requests, peak", arithmetic, average * factor, Unit::PerSecond, assumptions));
}

/// The components that start a flow which does not tell its own rate.
fn starters_of_unknown(model: &Model) -> BTreeSet<ComponentId> {
    let unknown = model.flows.iter().filter(|flow| !flow.attrs.has(AttrId::RATE));
    unknown.flat_map(|flow| flow.roots.iter().map(|root| flow.visits[*root].component)).collect()
}

/// A flow that takes but a part of its starter's load, or tells its own.
fn flow(sheet: &mut Sheet<'_>, id: FlowId) {
    let flow = &sheet.model.flows[id];
    let Some(load) = sheet.facts.load.flow(id) else { return };
    let (Some(peak), Some(average)) = (load.peak, load.average) else { return };
    let starter = flow.roots.first().map(|root| flow.visits[*root].component);
    let of_starter = starter.and_then(|id| sheet.facts.load.component(id)).and_then(|load| load.peak);
    let given = flow.attrs.has(AttrId::RATE);
    let share = flow.attrs.share(AttrId::SHARE);
    let is_whole = of_starter.is_none_or(|all| (all - peak).abs() <= 1e-9 * all);
    if !given && share.is_none() && is_whole {
        return;
    }
    let arithmetic = match (given, share, of_starter) {
        (true, ..) => "given".to_owned(),
        (_, Some(share), _) if share > 0.0 => {
            format!("{} × {}", format_rate(peak / share), format_share(share))
        }
        (.., Some(all)) if all > 0.0 => format!("{} × {}", format_rate(all), format_share(peak / all)),
        _ => format_rate(peak),
    };
    let subject = flow.header.name.to_string();
    let entry = |what, arithmetic, value, assumptions| Entry {
        subject: subject.clone(),
        what,
        arithmetic,
        value,
        unit: Unit::PerSecond,
        assumptions,
    };
    sheet.line(entry("runs of the flow, peak", arithmetic, peak, Vec::new()));
    let factor = if average > 0.0 { peak / average } else { 1.0 };
    let mut assumptions = assumed_factor(sheet, &Subject::Flow(id));
    if let Some(starter) = starter.filter(|_| !given) {
        assumptions.extend(assumed_factor(sheet, &Subject::Component(starter)));
    }
    let arithmetic = format!("{} ÷ {}", format_rate(peak), format_count(factor));
    sheet.line(entry("runs of the flow, average", arithmetic, average, assumptions));
}

/// What reaches a component: of each caller's requests the part that it passes on.
fn component(sheet: &mut Sheet<'_>, id: ComponentId) {
    let Some(load) = sheet.facts.load.component(id) else { return };
    let (Some(peak), Some(average)) = (load.peak, load.average) else { return };
    if peak <= 0.0 {
        return;
    }
    let kind = sheet.model.components[id].kind;
    let mut parts: Vec<String> = Vec::new();
    let mut assumptions = Vec::new();
    for (connection, it, from) in sheet.calls_of(id) {
        let rate = sheet.facts.load.connection(connection).and_then(|load| load.peak);
        let of_caller = sheet.facts.load.component(from).and_then(|load| load.peak);
        let (Some(rate), Some(of_caller)) = (rate.filter(|rate| *rate > 0.0), of_caller) else { continue };
        let passed = if of_caller > 0.0 { rate / of_caller } else { 1.0 };
        parts.push(match passed {
            passed if (passed - 1.0).abs() <= 1e-9 => {
                format!("{} of {}", format_rate(rate), sheet.model.path(from))
            }
            passed => {
                let times = if passed < 1.0 {
                    format_share(passed)
                } else {
                    round_significant(passed, 3).to_string()
                };
                format!("{} of {} × {times}", format_rate(of_caller), sheet.model.path(from))
            }
        });
        for cache in it.attrs.components(AttrId::BEHIND) {
            assumptions.extend(sheet.assumed(&Subject::Component(cache), AttrId::HIT_RATIO));
        }
    }
    let what = if kind.is_broker() { "messages, peak" } else { "requests, peak" };
    let arithmetic = if parts.is_empty() { "as its flows bring it".to_owned() } else { parts.join(" + ") };
    let subject = sheet.model.path(id).to_owned();
    let entry = |what, arithmetic, value, unit, assumptions| Entry {
        subject: subject.clone(),
        what,
        arithmetic,
        value,
        unit,
        assumptions,
    };
    sheet.line(entry(what, arithmetic, peak, Unit::PerSecond, assumptions));
    let writes = load.average_writes.unwrap_or(0.0);
    if kind.is_store() && writes > 0.0 {
        let reads = (average - writes).max(0.0);
        sheet.line(entry(
            "writes, average",
            "its calls with access = write".to_owned(),
            writes,
            Unit::PerSecond,
            Vec::new(),
        ));
        if reads <= 1e-9 * average {
            return;
        }
        let arithmetic = format!("{} − {}", format_rate(average), format_rate(writes));
        sheet.line(entry("reads, average", arithmetic, reads, Unit::PerSecond, Vec::new()));
        let arithmetic = format!("{} ÷ {}", format_rate(reads), format_rate(writes));
        sheet.line(entry("reads for each write", arithmetic, reads / writes, Unit::Count, Vec::new()));
    }
}
