//! What breaks at ten times the load, and whether more of the same mends it: the verified changes of `archc scale`.

use std::collections::BTreeSet;

use super::trial::GROWTH;
use super::{Criterion, Graded, Line};
use crate::analysis::Facts;
use crate::model::{AttrId, Model};
use crate::study::scale::{ChangeKind, Limit, Resource, Scale, Size, Step};
use crate::units::round_significant;

const POINTS: f64 = 15.0;
const TODAY: f64 = 6.0;
const TENFOLD: f64 = 9.0;
/// What a change of the shape is worth beside one that only adds.
const REDESIGN: f64 = 0.4;
/// What is left at the most where something does not hold today.
const BROKEN: f64 = 0.5;
/// What is left with each quota that has to be raised: a letter to the provider, which may say no.
const LETTER: f64 = 0.8;
/// So many limits are told.
const TOLD: usize = 3;

pub(super) fn criterion(graded: &Graded<'_>) -> Criterion {
    let lines = match graded.trial.scale.as_ref().map(|it| (it, it.sizes.as_slice())) {
        Some((scale, [today, tenfold])) if graded.coverage() > 0.0 => {
            let known = known(graded, scale);
            let sound = sound(graded, today);
            vec![holds(today, sound, known), grows(graded, tenfold, sound * known, &scale.not_assessed)]
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
    // a box that does everything has nothing to break first
    let share = 1.0 - scale.not_assessed.len() as f64 / loaded(graded) as f64;
    let has_parts = facts_have_parts(model);
    if has_parts { share * graded.coverage() } else { share * graded.coverage() * 0.5 }
}

/// How many parts are asked for anything; one at least.
fn loaded(graded: &Graded<'_>) -> usize {
    let model = &graded.trial.compilation.model;
    let facts: &Facts = &graded.trial.compilation.facts;
    let loaded = model.components.ids().filter(|id| {
        let is_loaded = facts.load.component(*id).and_then(|load| load.peak).is_some_and(|rate| rate > 0.0);
        is_loaded && !model.components[*id].kind.is_actor()
    });
    loaded.count().max(1)
}

/// 1 where all holds today, else the share of the parts that do: one that was forgotten is less than all that are too small.
fn sound(graded: &Graded<'_>, today: &Size) -> f64 {
    let broken: BTreeSet<&str> =
        today.broken.iter().filter(|it| is_hard(it)).map(|it| it.subject.as_str()).collect();
    let share = 1.0 - broken.len() as f64 / loaded(graded) as f64;
    share.max(1.0 / over(today).max(1.0)).clamp(0.0, 1.0)
}

fn facts_have_parts(model: &Model) -> bool {
    model.components.iter().any(|it| it.attrs.has(AttrId::STORES))
}

fn holds(today: &Size, sound: f64, known: f64) -> Line {
    let what = "holds at the load of the brief";
    let quotas = today.broken.iter().filter(|it| !is_hard(it)).count();
    let share = known
        * if over(today) > 1.0 { BROKEN * sound } else { 1.0 }
        * LETTER.powi(i32::try_from(quotas).unwrap_or(i32::MAX));
    let found = match (today.broken.as_slice(), &today.next) {
        ([], Some(next)) => format!("nearest to its limit is {}", told(next)),
        ([], None) => "no limit is known".to_owned(),
        (broken, _) => list(broken),
    };
    let win = today.steps.first().map_or_else(|| "give what is loaded its `capacity`".to_owned(), step);
    Line::new(what, TODAY, share, found, win)
}

/// Whether a limit is more than a letter to a provider.
fn is_hard(limit: &Limit) -> bool {
    limit.resource != Resource::Quota
}

/// How often the worst limit is exceeded.
fn over(size: &Size) -> f64 {
    size.broken.iter().filter(|it| is_hard(it)).map(|it| it.ratio).fold(0.0, f64::max)
}

/// What does not hold today is not grown by more of the same: `known` counts it out.
fn grows(graded: &Graded<'_>, tenfold: &Size, known: f64, unknown: &[String]) -> Line {
    let what = format!("{GROWTH} times the load is more of the same");
    let steps: Vec<f64> = tenfold.steps.iter().map(|it| worth(graded, it)).collect();
    let unmended = if tenfold.holds == Some(false) { 1.0 } else { 0.0 };
    let all = steps.len() as f64 + unmended;
    let share = if all > 0.0 { steps.iter().sum::<f64>() / all } else { 1.0 };
    let found = match tenfold.broken.first() {
        None => "nothing breaks".to_owned(),
        Some(first) => format!(
            "`{}` breaks first{}; {}",
            first.subject,
            match tenfold.broken.len() {
                0 | 1 => String::new(),
                2 => ", 1 other after it".to_owned(),
                all => format!(", {} others after it", all - 1),
            },
            mended(tenfold)
        ),
    };
    let redesign = tenfold.steps.iter().find(|it| worth(graded, it) < 1.0).map(step);
    let lacks = || match unknown {
        [] => "draw what is missing".to_owned(),
        _ => format!("give `{}` a `capacity`", unknown.join("`, `")),
    };
    Line::new(what, TENFOLD, share * known, found, redesign.unwrap_or_else(lacks))
}

/// What the changes do, in words.
fn mended(size: &Size) -> String {
    let all = size.holds != Some(false);
    match (size.steps.len(), all) {
        (0, true) => "it mends itself".to_owned(),
        (0, false) => "no change of a number mends it".to_owned(),
        (1, true) => "1 change mends it all".to_owned(),
        (1, false) => "1 change mends not all of it".to_owned(),
        (steps, true) => format!("{steps} changes mend it all"),
        (steps, false) => format!("{steps} changes mend not all of it"),
    }
}

/// 1 for a change that adds to what is there, less for one that makes it something else.
fn worth(graded: &Graded<'_>, step: &Step) -> f64 {
    let model = &graded.sides.design.model;
    // what lies on several nodes by its key takes more nodes: that a cache would do too is one way of several
    let is_spread = || {
        let parts = [AttrId::SHARDS, AttrId::PARTITIONS];
        let component = model.components.iter().find(|it| it.header.path == step.change.subject);
        component.is_some_and(|it| {
            let copies = it.attrs.count(AttrId::REPLICATION_FACTOR);
            parts.iter().any(|id| it.attrs.count(*id) > Some(1))
                || copies.is_some_and(|copies| it.attrs.count(AttrId::REPLICAS) > Some(copies))
        })
    };
    match step.change.kind {
        ChangeKind::Replicas | ChangeKind::ReadReplica | ChangeKind::Quota => 1.0,
        ChangeKind::Shard | ChangeKind::Cache if is_spread() => 1.0,
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
