//! Are trade-offs written down; and what else a review would find.

use super::{Criterion, Graded, Line};
use crate::diagnostic::Severity;
use crate::model::{AttrId, Decision};
use crate::practice::human::counted;

const DECISIONS: f64 = 10.0;
const REVIEW: f64 = 5.0;
/// So many decisions are asked for.
const ENOUGH: usize = 3;
/// A reason of fewer letters is none.
const LETTERS: usize = 20;
/// What is left of the points with each error, and with each warning.
const EACH_ERROR: f64 = 0.75;
const EACH_WARNING: f64 = 0.9;
/// So many findings are told.
const TOLD: usize = 3;

pub(super) fn criterion(graded: &Graded<'_>) -> Criterion {
    let model = &graded.sides.design.model;
    let mut all: Vec<(f64, &Decision)> = model.decisions.iter().map(|it| (weighed(it), it)).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut lines = Vec::new();
    for at in 0..ENOUGH {
        let what = format!("decision {}", at + 1);
        let ask = "write a `decision` with its `because`, what it was chosen `over`, and what it `costs`";
        lines.push(match all.get(at) {
            Some((share, it)) => {
                Line::new(what, 1.0, *share, format!("`{}`", it.header.title()), missing(it))
            }
            None => Line::new(what, 1.0, 0.0, "none", ask),
        });
    }
    // words about nothing are no trade-offs
    let lines = lines
        .into_iter()
        .map(|line| if graded.coverage() > 0.0 { line } else { Line { points: 0.0, ..line } });
    Criterion::new("trade_offs", "Trade-offs recorded", DECISIONS, lines.collect())
}

/// What a decision says of what it should: why, and what it costs or was chosen over.
fn weighed(it: &Decision) -> f64 {
    let because = it.attrs.text(AttrId::BECAUSE).is_some_and(|text| text.chars().count() >= LETTERS);
    let price = it.attrs.has(AttrId::COSTS);
    let choice = it.attrs.has(AttrId::OVER) || it.attrs.has(AttrId::GIVES);
    0.4 * f64::from(u8::from(because)) + 0.4 * f64::from(u8::from(price)) + 0.2 * f64::from(u8::from(choice))
}

fn missing(it: &Decision) -> String {
    let lacks = [
        (AttrId::BECAUSE, "why, by `because`"),
        (AttrId::COSTS, "its price, by `costs`"),
        (AttrId::GIVES, "what it wins, by `gives`"),
    ];
    let all: Vec<&str> = lacks.iter().filter(|(id, _)| !it.attrs.has(*id)).map(|(_, what)| *what).collect();
    if all.is_empty() { "say more of why".to_owned() } else { format!("say {}", all.join(" and ")) }
}

/// What `archc check` finds under the objectives of the brief.
pub(super) fn review(graded: &Graded<'_>) -> Criterion {
    let findings = &graded.trial.compilation.diagnostics;
    let of = |severity: Severity| findings.iter().filter(move |it| it.severity == severity);
    let (errors, warnings) = (of(Severity::Error).count(), of(Severity::Warning).count());
    let power = |base: f64, count: usize| base.powi(i32::try_from(count).unwrap_or(i32::MAX));
    let share = power(EACH_ERROR, errors) * power(EACH_WARNING, warnings) * graded.coverage();
    let told: Vec<String> = of(Severity::Error)
        .chain(of(Severity::Warning))
        .take(TOLD)
        .map(|it| format!("{} {}", it.code, it.message))
        .collect();
    let found = format!("{} and {}", counted(errors, "error"), counted(warnings, "warning"));
    let win = match told.as_slice() {
        [] => "draw the flows that are missing".to_owned(),
        told => format!("begin with {}", told.join("; ")),
    };
    let line = Line::new("what a review finds", REVIEW, share, found, win);
    Criterion::new("review", "What else a review finds", REVIEW, vec![line])
}
