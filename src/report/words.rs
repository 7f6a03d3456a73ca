//! How a report prints its figures, whatever the form. Knows no form.

use crate::units::{format_rate, format_share, format_time, round_significant};

pub(super) fn or_empty<T>(value: Option<T>, show: impl Fn(T) -> String) -> String {
    value.map_or_else(String::new, show)
}

/// A share in percent with three digits: for parts of a whole, not for availability.
pub(super) fn percent(share: f64) -> String {
    format!("{}%", round_significant(share * 100.0, 3))
}

/// A utilisation, which may have no end: nothing is left to take the load.
pub(super) fn utilization(share: f64) -> String {
    if share.is_finite() { percent(share) } else { "no replica left".to_owned() }
}

pub(super) fn minutes(minutes: f64) -> String {
    format_time(minutes * 60.0)
}

pub(super) fn factor(value: f64) -> String {
    format!("{}x", round_significant(value, 3))
}

/// `1 error`, `2 errors`.
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A figure of an objective in the unit of its metric.
pub(super) fn figure(metric: &str, value: f64) -> String {
    match metric {
        "availability" => format_share(value),
        "p50" | "p90" | "p95" | "p99" | "p999" => format_time(value / 1000.0),
        "throughput" => format_rate(value),
        "cost" => format!("{value:.2} a month"),
        _ => format_time(value),
    }
}
