//! A simulation for a terminal: tables that line up and fit its width.

use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{CaseReport, Losses, Row, Simulation, Slo, State, Used};
use crate::units::{format_rate, format_share, format_shares_apart, format_time, round_significant};

/// Columns below which no table is squeezed.
const NARROWEST: usize = 60;
/// Names that a cell lists.
const LISTED: usize = 4;

/// The simulation as text, for so many columns.
pub fn human(simulation: &Simulation, width: usize) -> String {
    let width = width.max(NARROWEST);
    let mut out = String::new();
    let title = simulation.system.label.as_deref().or(simulation.system.name.as_deref());
    let _ =
        writeln!(out, "{}: what happens when things fail\n", printable(title.unwrap_or("Untitled design")));
    cases(&mut out, &simulation.cases, width);
    if let Some(sweep) = &simulation.sweep {
        let title = format!(
            "Losing one of {}: {}",
            counted(sweep.elements, "element"),
            breaking(sweep.singles.failing, "loss breaks", "losses break")
        );
        losses(&mut out, &title, &sweep.singles, width);
        if let Some(pairs) = &sweep.pairs {
            let title = format!(
                "Losing two: {}, {}; {} worse together than each alone",
                counted(pairs.tried, "pair"),
                breaking(pairs.failing, "breaks", "break"),
                pairs.worse_together.unwrap_or_default()
            );
            losses(&mut out, &title, pairs, width);
        }
    }
    let spare = simulation.sweep.as_ref().map_or(0, super::Sweep::pairs_failing);
    let verdict = match (simulation.holds, spare) {
        (true, 0) => "Every objective holds in all that was looked at.",
        (true, _) => {
            "Every objective holds in every case and under every single loss; pairs count where --losses 2 asks for them."
        }
        (false, _) => "Objectives fail: see above.",
    };
    let _ = writeln!(out, "\n{verdict}");
    if simulation.cases.len() > 1 || simulation.sweep.is_some() {
        for line in wrap(READING, width) {
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

/// How the tables judge.
const READING: &str = "While something is down, an availability objective asks whether requests still succeed as long as nothing else \
                       fails; the year's figure is that of the design as drawn. A region, managed component or external may be lost \
                       where the objective promises no more than it does.";

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn breaking(count: usize, one: &str, several: &str) -> String {
    match count {
        0 => "no objective breaks".to_owned(),
        1 => format!("1 {one} an objective"),
        _ => format!("{count} {several} an objective"),
    }
}

fn cases(out: &mut String, cases: &[CaseReport], width: usize) {
    let mut table = Table::new([
        "case",
        "what differs",
        "requests that fail",
        "objectives that fail",
        "flows",
        "saturated",
        "next",
    ]);
    for case in cases {
        let failed = case.flows.iter().flat_map(|flow| {
            let failed = flow.slos.iter().filter(|slo| slo.met == Some(false));
            failed.map(|slo| objective(&flow.name, slo))
        });
        let named = |state: State| {
            let flows = case.flows.iter().filter(move |flow| flow.state == state);
            flows.map(|flow| flow.name.clone()).collect::<Vec<_>>()
        };
        table.add([
            case.name.clone(),
            listed(&circumstances(case)),
            format_share(case.lost_requests),
            listed(&failed.collect::<Vec<_>>()),
            flows(&named(State::Down), &named(State::Degraded)),
            used(&case.saturated),
            case.next_to_saturate.as_ref().map_or_else(String::new, one_used),
        ]);
    }
    table.write(out, width);
}

fn circumstances(case: &CaseReport) -> Vec<String> {
    let mut all: Vec<String> = case.fail.iter().map(|path| format!("{path} down")).collect();
    if case.load != 1.0 {
        all.push(format!("load {}x", round_significant(case.load, 3)));
    }
    all.extend(case.users.map(|users| format!("{users} users")));
    all.extend(case.cold.iter().map(|path| format!("{path} cold")));
    all.extend(case.slow.iter().map(|it| format!("{} {}x slower", it.path, round_significant(it.factor, 3))));
    if let [one, other] = case.partition.as_slice() {
        all.push(format!("{one} and {other} apart"));
    }
    all
}

fn losses(out: &mut String, title: &str, losses: &Losses, width: usize) {
    let _ = writeln!(out, "\n{title}");
    let mut table =
        Table::new(["lost", "requests that fail", "objectives that fail", "flows", "saturated", "next"]);
    for row in &losses.rows {
        table.add(cells(row));
    }
    if !losses.rows.is_empty() {
        table.write(out, width);
    }
    let hidden = losses.worse_together.unwrap_or(losses.rows.len()).saturating_sub(losses.rows.len());
    if hidden > 0 {
        let _ = writeln!(out, "  … {hidden} more; --rows shows them");
    }
    if losses.left_out > 0 {
        let _ = writeln!(out, "  {} were not tried: too many", losses.left_out);
    }
    if losses.open > 0 {
        let _ = writeln!(out, "  for {} some flow was too much work to judge", losses.open);
    }
}

fn cells(row: &Row) -> [String; 6] {
    let failed: Vec<String> = row.objectives.iter().map(|it| objective(&it.flow, &it.slo)).collect();
    [
        row.lost.join(" + "),
        format_share(row.lost_requests),
        listed(&failed),
        flows(&row.down, &row.degraded),
        used(&row.saturated),
        row.next_to_saturate.as_ref().map_or_else(String::new, one_used),
    ]
}

fn listed(all: &[String]) -> String {
    let shown: Vec<&str> = all.iter().take(LISTED).map(String::as_str).collect();
    let more = all.len() - shown.len();
    match more {
        0 => shown.join(", "),
        _ => format!("{} and {more} more", shown.join(", ")),
    }
}

fn flows(down: &[String], degraded: &[String]) -> String {
    let part = |names: &[String], how: &str| (!names.is_empty()).then(|| format!("{} {how}", listed(names)));
    let parts: Vec<String> = part(down, "down").into_iter().chain(part(degraded, "degraded")).collect();
    parts.join("; ")
}

fn used(all: &[Used]) -> String {
    listed(&all.iter().map(one_used).collect::<Vec<_>>())
}

fn one_used(it: &Used) -> String {
    format!("{} {}%", it.path, round_significant(it.utilization * 100.0, 3))
}

/// `redirect availability 13.9% < 99.95%`
fn objective(flow: &str, slo: &Slo) -> String {
    let figure = |value: f64| match slo.metric {
        "availability" => format_share(value),
        "throughput" => format_rate(value),
        "p50" | "p90" | "p95" | "p99" | "p999" => format_time(value / 1000.0),
        "staleness" | "rpo" | "rto" => format_time(value),
        _ => round_significant(value, 4).to_string(),
    };
    let relation = match slo.comparison {
        ">=" => "<",
        "<=" => ">",
        ">" => "≤",
        "<" => "≥",
        _ => "≠",
    };
    let (actual, target) = match slo.actual {
        None => (String::new(), figure(slo.target)),
        Some(actual) if slo.metric == "availability" => format_shares_apart(actual, slo.target),
        Some(actual) => (figure(actual), figure(slo.target)),
    };
    let actual = if actual.is_empty() { actual } else { format!("{actual} {relation} ") };
    format!("{flow} {} {actual}{target}", slo.metric)
}

/// Names come from a file: what a terminal would obey is left out.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// Columns that line up; those that hold nothing are left out, and the widest ones are wrapped where the lines get too long.
struct Table<const N: usize> {
    heads: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    fn new(heads: [&'static str; N]) -> Self {
        Self { heads, rows: Vec::new() }
    }

    fn add(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| printable(&cell)));
    }

    fn write(&self, out: &mut String, width: usize) {
        let mut widths: Vec<usize> = (0..N).map(|at| self.natural(at)).collect();
        let used = |widths: &[usize]| {
            2 * widths.iter().filter(|width| **width > 0).count() + widths.iter().sum::<usize>()
        };
        while used(&widths) > width {
            let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > SQUEEZED) else { break };
            *widest -= 1;
        }
        line(out, &self.heads.map(|head| head.to_uppercase()), &widths);
        for row in &self.rows {
            line(out, row, &widths);
        }
    }

    /// The width of a column; nothing where no row has anything in it.
    fn natural(&self, at: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max();
        let head = self.heads.get(at).map_or(0, |head| head.width());
        cells.filter(|cells| *cells > 0).map_or(0, |cells| cells.max(head))
    }
}

/// No column gets narrower.
const SQUEEZED: usize = 7;

/// One row, over as many lines as its longest cell takes.
fn line(out: &mut String, cells: &[String], widths: &[usize]) {
    let wrapped: Vec<Vec<String>> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| if *width == 0 { Vec::new() } else { wrap(cell, *width) })
        .collect();
    let lines = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    for at in 0..lines {
        let mut text = String::new();
        for (cell, width) in wrapped.iter().zip(widths).filter(|(_, width)| **width > 0) {
            let part = cell.get(at).map_or("", String::as_str);
            let _ = write!(text, "  {part}{}", " ".repeat(width.saturating_sub(part.width())));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
}

/// Words in lines of that width; a longer word is broken.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').flat_map(|word| pieces(word, width)) {
        match lines.last_mut() {
            Some(last) if last.width() + 1 + word.width() <= width => {
                last.push(' ');
                last.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// A word in pieces that are no wider than that.
fn pieces(word: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for c in word.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide > width && used > 0 {
            pieces.push(String::new());
            used = 0;
        }
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
        used += wide;
    }
    pieces
}
