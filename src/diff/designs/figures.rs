//! Figures before and after: those of the system, of flows and of components, as far as they differ.

use serde::Serialize;

use super::pairs::Pairs;
use crate::compilation::Compilation;
use crate::model::{ComponentId, FlowId};
use crate::units::{
    Currency, format_count, format_money, format_rate, format_share, format_time, round_significant,
};

/// The share of a figure below which a difference is rounding.
const ROUNDING: f64 = 1e-9;

/// A figure that differs.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct FigureChange {
    /// `system`, `flow` or `component`.
    pub element: &'static str,
    /// The path of whose it is; empty for the system.
    pub path: String,
    /// Its name.
    pub figure: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// Before; `null` where it cannot be computed or there was no such element.
    pub old: Option<f64>,
    /// After.
    pub new: Option<f64>,
    /// Whether less is better, or more; `null` where neither is.
    pub better: Option<Better>,
    #[serde(skip)]
    currency: Currency,
}

/// What a figure counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// From 0 to 1.
    Share,
    /// Milliseconds.
    Ms,
    /// A rate a second.
    PerSecond,
    /// Money for a month of 30 days.
    MoneyPerMonth,
    /// A number.
    Number,
}

/// Which way a figure is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// More.
    More,
    /// Less.
    Less,
}

impl FigureChange {
    /// Whether people can see the difference; programs see all of it.
    pub fn is_visible(&self) -> bool {
        let (old, new) = self.shown();
        old != new
    }

    /// Both values for people, with so many digits that they differ.
    pub fn shown(&self) -> (String, String) {
        let short = (self.show(self.old), self.show(self.new));
        let (Some(old), Some(new), Unit::Share) = (self.old, self.new, self.unit) else { return short };
        let mut digits = (3..=12)
            .map(|digits| (format!("{:.digits$}%", old * 100.0), format!("{:.digits$}%", new * 100.0)));
        if short.0 != short.1 { short } else { digits.find(|(old, new)| old != new).unwrap_or(short) }
    }

    fn show(&self, value: Option<f64>) -> String {
        let Some(value) = value else { return "–".to_owned() };
        match self.unit {
            Unit::Share => format_share(value),
            Unit::Ms => format_time(value / 1000.0),
            Unit::PerSecond => format_rate(value),
            Unit::MoneyPerMonth => format_money(value, self.currency),
            Unit::Number => format_count(round_significant(value, 3)),
        }
    }

    /// Whether it got better; `None` where that cannot be said.
    pub fn is_better(&self) -> Option<bool> {
        let (old, new) = (self.old?, self.new?);
        Some(match self.better? {
            Better::More => new > old,
            Better::Less => new < old,
        })
    }
}

/// A figure of one design: name, unit, better, value.
type Figure = (&'static str, Unit, Option<Better>, Option<f64>);

pub(super) fn changes(old: &Compilation, new: &Compilation, pairs: &Pairs) -> Vec<FigureChange> {
    let mut found = Found { all: Vec::new(), currency: new.facts.cost.currency.unwrap_or(Currency::Dollar) };
    found.compare("system", "", &of_system(old), &of_system(new));
    for (id, flow) in new.model.flows.enumerate() {
        let was = pairs.flows.iter().find(|(_, other)| **other == id).map(|(id, _)| of_flow(old, *id));
        found.compare("flow", &flow.header.path, &was.unwrap_or_default(), &of_flow(new, id));
    }
    let mut before = vec![None; new.model.components.len()];
    for (was, now) in &pairs.components {
        if let Some(slot) = before.get_mut(now.index()) {
            *slot = Some(*was);
        }
    }
    let (up_old, up_new) = (old.facts.reliability.of_components(), new.facts.reliability.of_components());
    for (id, component) in new.model.components.enumerate() {
        let was = before.get(id.index()).copied().flatten();
        // an element that is new has no figures that changed
        let Some(was) = was else { continue };
        let up = |all: &[Option<f64>], id: ComponentId| all.get(id.index()).copied().flatten();
        let (old, new) = (of_component(old, was, up(&up_old, was)), of_component(new, id, up(&up_new, id)));
        found.compare("component", &component.header.path, &old, &new);
    }
    found.all
}

struct Found {
    all: Vec<FigureChange>,
    currency: Currency,
}

impl Found {
    fn compare(&mut self, element: &'static str, path: &str, old: &[Figure], new: &[Figure]) {
        for (name, unit, better, now) in new {
            let was = old.iter().find(|(it, ..)| it == name).and_then(|(.., value)| *value);
            if is_same(was, *now) {
                continue;
            }
            self.all.push(FigureChange {
                element,
                path: path.to_owned(),
                figure: name,
                unit: *unit,
                old: was,
                new: *now,
                better: *better,
                currency: self.currency,
            });
        }
    }
}

fn is_same(old: Option<f64>, new: Option<f64>) -> bool {
    match (old, new) {
        (None, None) => true,
        (Some(old), Some(new)) => {
            // of an availability what is missing counts
            let shares = |value: f64| (value, 1.0 - value);
            let close = |a: f64, b: f64| (a - b).abs() <= ROUNDING * a.abs().max(b.abs());
            let tiny = |a: f64, b: f64| (a - b).abs() < 1e-14;
            let ((a, missing_a), (b, missing_b)) = (shares(old), shares(new));
            close(a, b) && (close(missing_a, missing_b) || tiny(a, b) || !(0.0..=1.0).contains(&a))
        }
        _ => false,
    }
}

fn of_system(it: &Compilation) -> Vec<Figure> {
    let (cost, coupling) = (&it.facts.cost, &it.facts.coupling);
    let circles = coupling.circles.len() as f64;
    let chain = coupling.longest_chain.components.len() as f64;
    vec![
        ("cost", Unit::MoneyPerMonth, Some(Better::Less), cost.total),
        ("coupling", Unit::Number, Some(Better::Less), coupling.weighed),
        ("circles", Unit::Number, Some(Better::Less), Some(circles)),
        ("longest chain", Unit::Number, Some(Better::Less), Some(chain)),
    ]
}

fn of_flow(it: &Compilation, id: FlowId) -> Vec<Figure> {
    let facts = &it.facts;
    let latency = facts.latency.flow(id);
    let ms = |share| latency.as_ref().and_then(|it| it.percentile(share)).map(|seconds| seconds * 1000.0);
    let load = facts.load.flow(id);
    let up = facts.reliability.of(id).map(|it| it.value);
    vec![
        ("availability", Unit::Share, Some(Better::More), up),
        ("latency p50", Unit::Ms, Some(Better::Less), ms(500)),
        ("latency p99", Unit::Ms, Some(Better::Less), ms(990)),
        ("load", Unit::PerSecond, None, load.and_then(|load| load.peak)),
        ("headroom", Unit::Number, Some(Better::More), load.and_then(|load| load.headroom)),
    ]
}

fn of_component(it: &Compilation, id: ComponentId, availability: Option<f64>) -> Vec<Figure> {
    let load = it.facts.load.component(id);
    let busy = load.and_then(crate::analysis::load::ComponentLoad::deciding_utilization);
    vec![
        ("availability", Unit::Share, Some(Better::More), availability),
        ("load", Unit::PerSecond, None, load.and_then(|load| load.peak)),
        ("capacity", Unit::PerSecond, Some(Better::More), load.and_then(|load| load.capacity)),
        ("utilisation", Unit::Share, Some(Better::Less), busy),
        ("cost", Unit::MoneyPerMonth, Some(Better::Less), it.facts.cost.of(id)),
    ]
}
