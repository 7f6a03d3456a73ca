//! What breaks at ten times the load, and whether more of the same mends it: the verified changes of `archc scale`.

use super::trial::GROWTH;
use super::{Criterion, Graded, Line};
use crate::analysis::Facts;
use crate::model::{AttrId, Model};
use crate::study::scale::{ChangeKind, Limit, Scale, Size, Step};
use crate::units::round_significant;

const POINTS: f64 = 15.0;
const TODAY: f64 = 6.0;
const TENFOLD: f64 = 9.0;
/// What a change of the shape is worth beside one that only adds.
const REDESIGN: f64 = 0.4;
/// So many limits are told.
const TOLD: usize = 3;

pub(super) fn criterion(graded: &Graded<'_>) -> Criterion {
    let lines = match graded.trial.scale.as_ref().map(|it| (it, it.sizes.as_slice())) {
        Some((scale, [today, tenfold])) if graded.coverage() > 0.0 => {
            let known = known(graded, scale);
            vec![holds(today, known), grows(graded, tenfold, known, &scale.not_assessed)]
        }
        _ => {
            let win = "give the clients their load, and what takes it `replicas` and `capacity`";
            vec![Line::new("what takes the load", POINTS, 0.0, "no load and no capacity is told", win)]
        }
    };
    Criterion::new("growth", "Bottleneck at 10 times the load", POINTS, lines)
}

/// The share of what is loaded of which a limit is known; a managed store takes what it is paid for.
fn known(graded: &Graded<'_>, scale: &Scale) -> f64 {
    let model = &graded.trial.compilation.model;
    let facts: &Facts = &graded.trial.compilation.facts;
    let loaded = model.components.ids().filter(|id| {
        let is_loaded = facts.load.component(*id).and_then(|load| load.peak).is_some_and(|rate| rate > 0.0);
        is_loaded && !model.components[*id].kind.is_actor()
    });
    let loaded = loaded.count();
    // a box that does everything has nothing to break first
    let share = 1.0 - scale.not_assessed.len() as f64 / loaded.max(1) as f64;
    let has_parts = facts_have_parts(model);
    if has_parts { share * graded.coverage() } else { share * graded.coverage() * 0.5 }
}

fn facts_have_parts(model: &Model) -> bool {
    model.components.iter().any(|it| it.attrs.has(AttrId::STORES))
}

fn holds(today: &Size, known: f64) -> Line {
    let what = "holds at the load of the brief";
    let worst = today.broken.first().map_or(1.0, |limit| limit.ratio);
    let share = known * if worst > 1.0 { 0.5 / worst } else { 1.0 };
    let found = match (today.broken.as_slice(), &today.next) {
        ([], Some(next)) => format!("nearest to its limit is {}", told(next)),
        ([], None) => "no limit is known".to_owned(),
        (broken, _) => list(broken),
    };
    let win = today.steps.first().map_or_else(|| "give what is loaded its `capacity`".to_owned(), step);
    Line::new(what, TODAY, share, found, win)
}

fn grows(graded: &Graded<'_>, tenfold: &Size, known: f64, unknown: &[String]) -> Line {
    let what = format!("{GROWTH} times the load is more of the same");
    let steps: Vec<f64> = tenfold.steps.iter().map(|it| worth(graded, it)).collect();
    let unmended = if tenfold.holds == Some(false) { 1.0 } else { 0.0 };
    let all = steps.len() as f64 + unmended;
    let share = if all > 0.0 { steps.iter().sum::<f64>() / all } else { 1.0 };
    let found = match tenfold.broken.first() {
        None => "nothing breaks".to_owned(),
        Some(first) => format!(
            "`{}` breaks first, {} others after it; {} changes mend {}",
            first.subject,
            tenfold.broken.len() - 1,
            tenfold.steps.len(),
            if tenfold.holds == Some(false) { "not all of it" } else { "it all" }
        ),
    };
    let redesign = tenfold.steps.iter().find(|it| worth(graded, it) < 1.0).map(step);
    let lacks = || match unknown {
        [] => "draw what is missing".to_owned(),
        _ => format!("give `{}` a `capacity`", unknown.join("`, `")),
    };
    Line::new(what, TENFOLD, share * known, found, redesign.unwrap_or_else(lacks))
}

/// 1 for a change that adds to what is there, less for one that makes it something else.
fn worth(graded: &Graded<'_>, step: &Step) -> f64 {
    let model = &graded.sides.design.model;
    let is_sharded = || {
        let parts = [AttrId::SHARDS, AttrId::PARTITIONS];
        let component = model.components.iter().find(|it| it.header.path == step.change.subject);
        component.is_some_and(|it| parts.iter().any(|id| it.attrs.count(*id) > Some(1)))
    };
    match step.change.kind {
        ChangeKind::Replicas | ChangeKind::ReadReplica | ChangeKind::Quota => 1.0,
        ChangeKind::Shard if is_sharded() => 1.0,
        ChangeKind::Shard | ChangeKind::Cache | ChangeKind::Pool | ChangeKind::Proxy => REDESIGN,
    }
}

fn list(limits: &[Limit]) -> String {
    let mut all: Vec<String> = limits.iter().take(TOLD).map(told).collect();
    if limits.len() > TOLD {
        all.push(format!("{} more", limits.len() - TOLD));
    }
    all.join("; ")
}

/// A limit with its arithmetic.
pub(super) fn told(limit: &Limit) -> String {
    format!("{} of `{}`: {}", limit.resource.as_str(), limit.subject, limit.arithmetic)
}

/// A change with what it does.
pub(super) fn step(step: &Step) -> String {
    format!(
        "`{}`: {} ({} from {} to {} of its limit)",
        step.change.subject,
        step.change.text,
        step.mends.resource.as_str(),
        round_significant(step.mends.ratio, 3),
        round_significant(step.ratio_after, 3)
    )
}
