//! Cost: replicas, groups, traffic, and what a million requests come to.

use smol_str::SmolStr;

use super::Unit;
use super::sheet::{Entry, Sheet};
use crate::analysis::Subject;
use crate::model::AttrId;
use crate::units::{MONTH, format_count, format_rate, format_size};

pub(super) fn write(sheet: &mut Sheet<'_>) {
    sheet.section("cost", "Cost");
    let cost = &sheet.facts.cost;
    let Some(given) = cost.given else { return };
    for id in sheet.model.components.ids() {
        let Some(whole) = cost.of(id) else { continue };
        let nodes = sheet.facts.placement.of(id).map_or(1.0, |it| it.high as f64 * it.shards as f64);
        let arithmetic = format!("{} × {}/month", format_count(nodes), sheet.money(whole / nodes.max(1.0)));
        let assumptions = sheet.assumed(&Subject::Component(id), AttrId::REPLICAS).into_iter().collect();
        let subject = sheet.model.path(id).to_owned();
        sheet.line(Entry {
            subject,
            what: "all replicas",
            arithmetic,
            value: whole,
            unit: Unit::MoneyPerMonth,
            assumptions,
        });
    }
    if cost.groups > 0.0 {
        let arithmetic = "what groups cost beside their parts".to_owned();
        sheet.line(sum("groups", arithmetic, cost.groups, Unit::MoneyPerMonth, Vec::new()));
    }
    let mut prices: Vec<usize> = Vec::new();
    for it in &cost.traffic {
        if it.cost <= 0.0 {
            continue;
        }
        let crossing = it.crossing;
        let used = [
            (crossing.zone, "traffic between zones"),
            (crossing.region, "traffic between regions"),
            (crossing.egress, "traffic of the internet"),
        ];
        let mut assumptions = Vec::new();
        for (_, what) in used.into_iter().filter(|(share, _)| *share > 0.0) {
            let subject = Subject::Nameless(SmolStr::new(what));
            assumptions.extend(sheet.assumed(&subject, AttrId::COST));
        }
        prices.extend(&assumptions);
        let gigabytes = it.bytes / 1e9;
        let arithmetic = format!(
            "{} a month × {}/GB",
            format_size(it.bytes),
            sheet.money(if gigabytes > 0.0 { it.cost / gigabytes } else { 0.0 })
        );
        let subject = sheet.model.connection_subject(it.connection);
        sheet.line(Entry {
            subject,
            what: "traffic",
            arithmetic,
            value: it.cost,
            unit: Unit::MoneyPerMonth,
            assumptions,
        });
    }
    let traffic = cost.traffic_total.unwrap_or(0.0);
    let total = given + traffic;
    let arithmetic = format!("{} + {} of traffic", sheet.money(given), sheet.money(traffic));
    sheet.line(sum("all", arithmetic, total, Unit::MoneyPerMonth, prices));
    let started = sheet.model.flows.ids().filter_map(|id| sheet.facts.load.flow(id)?.average);
    let requests: f64 = started.sum();
    if requests > 0.0 {
        let millions = requests * MONTH / 1e6;
        let arithmetic =
            format!("{}/month ÷ ({} × 2 592 000 s/month)", sheet.money(total), format_rate(requests));
        sheet.line(sum("a million requests", arithmetic, total / millions, Unit::Money, Vec::new()));
    }
}

fn sum(subject: &str, arithmetic: String, value: f64, unit: Unit, assumptions: Vec<usize>) -> Entry {
    Entry { subject: subject.to_owned(), what: "cost", arithmetic, value, unit, assumptions }
}
