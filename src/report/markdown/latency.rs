//! How long a flow takes, and where the time goes.

use super::{MOST, code, line, message, or_empty, percent, table};
use crate::report::document::{Flow, Hop};
use crate::units::format_time;

/// Waits below a nanosecond are none.
const TOLD: f64 = 1e-6;

pub(super) fn section(out: &mut String, flow: &Flow<'_>) {
    let latency = &flow.latency_ms;
    let ms = |ms: f64| format_time(ms / 1000.0);
    let certain = match (latency.p99_lower, latency.p99_upper) {
        (Some(low), Some(high)) => format!("certain: {} to {}", ms(low), ms(high)),
        (Some(low), None) => format!("certain: at least {}", ms(low)),
        _ => return,
    };
    let sentence = match (latency.p50, latency.p99) {
        (Some(p50), Some(p99)) => format!("Latency: median {}, p99 {} ({certain}).", ms(p50), ms(p99)),
        _ => {
            let gaps: Vec<String> = flow.latency_gaps.iter().map(|gap| message(gap)).collect();
            format!("Latency: no estimate, as {}; p99 {certain}.", gaps.join(", "))
        }
    };
    let queued = flow.latency_budget.iter().any(|hop| hop.queue_ms.is_some_and(|wait| wait >= TOLD));
    let queued = match queued {
        true => {
            " Waiting in line is an approximation (Allen–Cunneen on Erlang C): stationary, ρ < 0.95, first come first served."
        }
        false => "",
    };
    line(out, &format!("{sentence}{queued}"));
    let row = |hop: &Hop<'_>| {
        vec![
            code(hop.path),
            format!("{:.3}", hop.times).trim_end_matches('0').trim_end_matches('.').to_owned(),
            or_empty(hop.own_ms, ms),
            or_empty(hop.own_p99_ms, ms),
            or_empty(hop.queue_ms.filter(|wait| *wait >= TOLD), ms),
            if hop.network_ms > 0.0 { ms(hop.network_ms) } else { String::new() },
            ms(hop.contribution_ms),
            if hop.critical { percent(hop.share) } else { String::new() },
        ]
    };
    let mut longest: Vec<&Hop<'_>> = flow.latency_budget.iter().collect();
    longest.sort_by(|a, b| b.contribution_ms.total_cmp(&a.contribution_ms));
    let rows: Vec<Vec<String>> = longest.into_iter().take(MOST).map(row).collect();
    if !rows.is_empty() {
        line(out, "Where the time goes, on average, the longest first:");
        let head =
            ["hop", "times", "own work", "its p99", "in line", "network", "in all", "of the critical path"];
        table(out, &head, &rows);
    }
}
