//! The sizes for a terminal: what breaks first, and the steps that mend it.

use std::fmt::Write as _;

use super::{Limit, Scale, Size, Step};
use crate::units::{format_count, format_rate, round_significant};

/// The sizes as text.
pub fn human(scale: &Scale, color: bool) -> String {
    let bold = |text: String| if color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text };
    let mut out = String::new();
    let name = scale.system.as_deref().unwrap_or("Untitled design");
    let _ = writeln!(
        out,
        "{}",
        bold(format!("{name}: from {} users today", format_count(scale.users_today as f64)))
    );
    for size in &scale.sizes {
        let rate =
            size.rate_per_s.map_or_else(String::new, |rate| format!(", {} at the peak", format_rate(rate)));
        let head = format!("{} users{rate}", format_count(size.users as f64));
        let _ = writeln!(out, "\n{}", bold(head));
        body(&mut out, size);
    }
    if !scale.not_assessed.is_empty() {
        let paths: Vec<String> = scale.not_assessed.iter().map(|path| format!("`{path}`")).collect();
        let _ = writeln!(out, "\nNot assessed for want of `capacity`: {}", paths.join(", "));
    }
    out.push_str("\nLoad is taken to grow with the users; changes stay in place for the sizes below them.\n");
    out
}

fn body(out: &mut String, size: &Size) {
    match size.broken.first() {
        None if size.holds.is_none() => out.push_str("  not assessed: nothing tells a limit\n"),
        None => out.push_str("  holds\n"),
        Some(first) => {
            let earlier = first.breaks_at_users.filter(|users| *users < size.users);
            let at = earlier
                .map_or_else(String::new, |users| format!(", from {} users on", format_count(users as f64)));
            let _ = writeln!(out, "  breaks first  {}{at}", told(first));
            for limit in size.broken.iter().skip(1) {
                let _ = writeln!(out, "  then          {}", told(limit));
            }
        }
    }
    for (at, step) in size.steps.iter().enumerate() {
        let _ = writeln!(out, "  {:>2}. {}", at + 1, change(step));
        if let Some(also) = &step.change.also {
            let _ = writeln!(out, "      or: {also}");
        }
    }
    if size.holds == Some(false) {
        out.push_str("  no change of these kinds mends the rest\n");
    }
    if let Some(next) = &size.next {
        let at = next.breaks_at_users.filter(|_| size.holds == Some(true));
        let far =
            at.map_or_else(String::new, |users| format!(", breaks at {} users", format_count(users as f64)));
        let _ = writeln!(out, "  next          {}{far}", told(next));
    }
}

fn told(limit: &Limit) -> String {
    format!("{} of `{}`: {}", limit.resource.as_str(), limit.subject, limit.arithmetic)
}

fn change(step: &Step) -> String {
    format!(
        "`{}`: {} ({} {} → {} of its limit)",
        step.change.subject,
        step.change.text,
        step.mends.resource.as_str(),
        round_significant(step.mends.ratio, 3),
        round_significant(step.ratio_after, 3)
    )
}
