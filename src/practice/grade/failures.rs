//! Does any single loss break an objective: the sweep of `archc simulate`, under the brief's objectives.

use super::{Criterion, Graded, Line};
use crate::practice::human::{sign, target};
use crate::study::simulate::{BrokenSlo, Losses, Row, Slo};
use crate::units::{format_rate, format_share, format_time};

const POINTS: f64 = 15.0;
/// What is left of the points with each loss that breaks an objective, of those that do it in the same way.
const EACH: f64 = 0.6;
/// So many losses are told.
const TOLD: usize = 4;

pub(super) fn criterion(graded: &Graded<'_>) -> Criterion {
    let what = "no single loss breaks an objective";
    let line = match singles(graded) {
        None => Line::new(what, POINTS, 0.0, "nothing to fail", "draw the design"),
        Some(_) if graded.coverage() == 0.0 => {
            Line::new(what, POINTS, 0.0, "no flow of yours does what is asked", "draw the flows of the brief")
        }
        Some(singles) => {
            let left = EACH.powi(i32::try_from(causes(singles)).unwrap_or(i32::MAX));
            // few parts of which each breaks it are not better than many
            let sound = 1.0 - singles.failing as f64 / singles.tried.max(1) as f64;
            let share = left.min(sound) * graded.coverage() * graded.served();
            let all = format!("{} of {} single losses break one", singles.failing, singles.tried);
            let found = match told(singles) {
                told if told.is_empty() => all,
                told => format!("{all}: {told}"),
            };
            let win = match singles.failing {
                0 => "draw the flows that are missing: what is not drawn cannot be lost".to_owned(),
                _ => "a second replica in another zone, a standby that takes over, a fallback, or an answer without it".to_owned(),
            };
            Line::new(what, POINTS, share, found, win)
        }
    };
    Criterion::new("single_points", "Single points of failure", POINTS, vec![line])
}

/// How many things are wrong: of zones that take the same with them, one is told of by all.
fn causes(singles: &Losses) -> usize {
    let told: Vec<&Row> = singles.rows.iter().filter(|row| !row.objectives.is_empty()).collect();
    let again = told.iter().enumerate().filter(|(at, row)| told.iter().take(*at).any(|it| same(row, it)));
    singles.failing.saturating_sub(again.count())
}

/// Whether two losses overload the same and miss the same by it.
pub(super) fn same(one: &Row, other: &Row) -> bool {
    let full = |row: &Row| row.saturated.iter().map(|it| it.path.clone()).collect::<Vec<_>>();
    let missed =
        |row: &Row| row.objectives.iter().map(|it| (it.flow.clone(), it.slo.metric)).collect::<Vec<_>>();
    !one.saturated.is_empty()
        && full(one) == full(other)
        && one.down == other.down
        && missed(one) == missed(other)
}

/// With one element lost.
pub(super) fn singles<'a>(graded: &'a Graded<'_>) -> Option<&'a Losses> {
    Some(&graded.trial.sweep.as_ref()?.singles)
}

fn told(singles: &Losses) -> String {
    let rows: Vec<&Row> = singles.rows.iter().filter(|row| !row.objectives.is_empty()).collect();
    let mut told: Vec<String> =
        rows.iter().take(TOLD).map(|row| format!("`{}`", row.lost.join("`, `"))).collect();
    if rows.len() > TOLD {
        told.push(format!("{} more", rows.len() - TOLD));
    }
    told.join(", ")
}

/// An objective that fails, with its figure and the target of the brief.
pub(super) fn broken(graded: &Graded<'_>, it: &BrokenSlo) -> String {
    let actual = it.slo.actual.map_or_else(|| "no figure".to_owned(), |actual| figure(&it.slo, actual));
    let model = &graded.trial.compilation.model;
    let flow = model.flows.iter().find(|flow| flow.header.name == it.flow);
    let asked =
        flow.and_then(|flow| flow.objectives.iter().find(|asked| asked.metric.as_str() == it.slo.metric));
    let target = asked.map_or_else(|| figure(&it.slo, it.slo.target), |asked| target(asked, asked.target));
    format!("`{}` has {} {actual}, asked is {} {target}", it.flow, it.slo.metric, sign(it.slo.comparison))
}

/// A figure in the unit of its metric.
pub(super) fn figure(slo: &Slo, value: f64) -> String {
    match slo.metric {
        "availability" => format_share(value),
        "throughput" => format_rate(value),
        metric if metric.starts_with('p') => format_time(value / 1000.0),
        _ => format_time(value),
    }
}
