//! A design under the brief's terms: the brief's objectives in place of its own, the brief's load in place of what it says.

use super::matching::{Matches, Sides};
use crate::analysis::{Case, analyse};
use crate::compilation::Compilation;
use crate::config::Config;
use crate::model::{
    Arena, AttrId, AttrValue, Attributes, FlowId, Metric, Model, Objective, Origin, Scenario, Value,
};
use crate::rules;
use crate::study::cases::Asked;
use crate::study::scale::{self, Scale, grown, users};
use crate::study::simulate::{Question, Simulation, Sweep, simulate};

/// Loads so near to the brief's are the brief's.
const NEAR: std::ops::RangeInclusive<f64> = 0.9..=1.1;
/// Rows of a sweep that are looked at.
const ROWS: usize = 100;
/// How many times the load "tenfold" is.
pub(super) const GROWTH: u64 = 10;
/// People that stand for a load which nobody's number gives.
const PEOPLE: u64 = 1_000_000;

/// What comes of it.
pub(super) struct Trial {
    /// The design under the brief's terms, with its findings.
    pub(super) compilation: Compilation,
    /// The case as drawn, and the brief's scenarios.
    pub(super) simulation: Option<Simulation>,
    /// Every single loss. An objective that is missed anyway would hide what a loss does: it is lowered to what is reached.
    pub(super) sweep: Option<Sweep>,
    /// At the brief's load, and at ten times that.
    pub(super) scale: Option<Scale>,
    /// By flow of the design: the flow of the brief that it answers.
    pub(super) answers: Vec<Option<FlowId>>,
}

impl Trial {
    pub(super) fn new(sides: Sides<'_>, matches: &Matches, config: &Config) -> Self {
        let given = &sides.design.model;
        let mut model = given.clone();
        if let Some(load) = matches.load.filter(|load| *load > 0.0 && !NEAR.contains(load)) {
            model = grown(&model, 1.0 / load);
        }
        let mut answers: Vec<Option<FlowId>> = vec![None; model.flows.len()];
        for asked in sides.brief.model.flows.ids() {
            for id in matches.served_by(asked) {
                if let Some(slot @ None) = answers.get_mut(id.index()) {
                    *slot = Some(asked);
                }
            }
        }
        set_objectives(&mut model, sides, &answers);
        set_needs(&mut model, &sides.brief.model, matches);
        model.scenarios = scenarios(&sides.brief.model);
        let facts = analyse(&model, config, &Case::default());
        let found = rules::check(&model, &facts, config, &rules::Written::default());
        let compilation = Compilation {
            model,
            facts,
            diagnostics: found.findings,
            suppressed: found.suppressed,
            unassessed: found.unassessed,
            allowed: found.allowed,
            ..sides.design.clone()
        };
        let question = Question { asked: Asked::default(), losses: 0, pairs_count: false, rows: ROWS };
        let simulation = simulate(&compilation, config, &question).ok();
        let sweep = simulation.as_ref().and_then(|drawn| sweep(&compilation, drawn, config));
        let scale = tenfold(&compilation, config);
        Self { compilation, simulation, sweep, scale, answers }
    }
}

/// Each flow has the objectives of what it answers, and those of the brief's system; the others have none.
fn set_objectives(model: &mut Model, sides: Sides<'_>, answers: &[Option<FlowId>]) {
    let asked = &sides.brief.model;
    for (id, answer) in model.flows.ids().collect::<Vec<_>>().into_iter().zip(answers) {
        // places in the brief are none in the design
        let span = model.flows[id].header.name_span;
        let of_all = || asked.objectives.iter().filter(|it| it.metric != Metric::Cost);
        let all = answer.iter().flat_map(|answer| asked.flows[*answer].objectives.iter().chain(of_all()));
        let here: Vec<Objective> = all.map(|it| Objective { span, ..it.clone() }).collect();
        model.flows[id].objectives = here;
    }
    // a budget is of all
    model.objectives = Vec::new();
    if let Some(span) = model.system.as_ref().map(|it| it.name_span) {
        let budgets = asked.objectives.iter().filter(|it| it.metric == Metric::Cost);
        model.objectives.extend(budgets.map(|it| Objective { span, ..it.clone() }));
    }
}

/// What the brief needs of data holds, whatever the design says of it.
const NEEDS: [AttrId; 4] = [AttrId::CONSISTENCY, AttrId::RPO, AttrId::CLASS, AttrId::RESIDENCY];
/// What it tells of data holds where the design says nothing.
const TOLD: [AttrId; 5] =
    [AttrId::SIZE, AttrId::GROWTH, AttrId::RETENTION, AttrId::IMMUTABLE, AttrId::DERIVED];

fn set_needs(model: &mut Model, asked: &Model, matches: &Matches) {
    for (id, data) in asked.data.enumerate() {
        let Some(own) = matches.of_data(id) else { continue };
        let attrs = &mut model.data[own].attrs;
        let of = |attr: AttrId| data.attrs.get(attr).map(|it| Value { span: None, ..it.clone() });
        for attr in NEEDS {
            if let Some(value) = of(attr) {
                attrs.set(attr, value);
            }
        }
        for attr in TOLD {
            if let (Some(value), false) = (of(attr), attrs.has(attr)) {
                attrs.set(attr, value);
            }
        }
        // nobody may lose by decree what must not be lost
        let may_go = AttrValue::Flag(data.attrs.is_true(AttrId::LOSS_OK));
        if attrs.has(AttrId::LOSS_OK) || data.attrs.has(AttrId::LOSS_OK) {
            attrs.set(AttrId::LOSS_OK, Value { value: may_go, origin: Origin::File, span: None });
        }
    }
}

/// The scenarios of a brief that make sense in any design: their load.
fn scenarios(asked: &Model) -> Arena<Scenario> {
    let mut all = Arena::default();
    for it in &asked.scenarios {
        if let Some(load) = it.attrs.get(AttrId::LOAD) {
            let attrs = Attributes::from_entries(vec![(AttrId::LOAD, load.clone())]);
            all.push(Scenario { header: it.header.clone(), attrs });
        }
    }
    all
}

/// Every single loss, with objectives on availability lowered to what is reached as drawn.
fn sweep(compilation: &Compilation, drawn: &Simulation, config: &Config) -> Option<Sweep> {
    let mut lowered = compilation.clone();
    let model = &mut lowered.model;
    let flows = drawn.cases.first().map_or(&[][..], |case| case.flows.as_slice());
    for (id, report) in compilation.model.flows.ids().zip(flows) {
        let reached = report.availability.value * report.served * (1.0 - 1e-6);
        for it in model.flows[id].objectives.iter_mut().filter(|it| it.metric == Metric::Availability) {
            it.target = it.target.min(reached);
        }
    }
    model.scenarios = Arena::default();
    let question = Question { asked: Asked::default(), losses: 1, pairs_count: false, rows: ROWS };
    simulate(&lowered, config, &question).ok()?.sweep
}

/// What breaks at the brief's load and at ten times that.
fn tenfold(compilation: &Compilation, config: &Config) -> Option<Scale> {
    let mut today = users(&compilation.model);
    let mut counted = compilation.clone();
    if today == 0 {
        // a rate alone says how much as well; somebody has to be counted for it to grow
        let model = &mut counted.model;
        let id = model.components.ids().find(|id| model.components[*id].kind.is_actor())?;
        let value = Value { value: AttrValue::Count(PEOPLE), origin: Origin::Kind, span: None };
        model.components[id].attrs.set(AttrId::USERS, value);
        today = PEOPLE;
    }
    scale::scale(&counted, config, &[today, today.saturating_mul(GROWTH)]).ok()
}
