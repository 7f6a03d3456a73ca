//! The report as Markdown: a reader who disagrees finds the number to change.

mod decisions;
mod holdings;
mod latency;

use std::fmt::Write as _;

use super::document::{Availability, Component, Flow, Report, Slo};
use super::matrix::Matrix;
use super::words::{factor, figure, minutes, or_empty, percent, utilization};
use crate::units::{format_rate, format_share, format_size, format_time};

/// Members of the matrix of coupling at the most.
const MATRIX: usize = 24;
/// A smaller share of the downtime is nobody's concern.
const RANKED: f64 = 1e-6;
/// Lists longer than this are cut, and say so.
const MOST: usize = 12;

/// The report as Markdown.
pub fn markdown(report: &Report<'_>) -> String {
    let mut out = String::new();
    let title = report.system.label.or(report.system.name).unwrap_or("Untitled design");
    line(&mut out, &format!("# {}", escape(title)));
    verdict(&mut out, report);
    for flow in &report.flows {
        flow_section(&mut out, flow);
    }
    components(&mut out, report);
    data(&mut out, report);
    holdings::stores(&mut out, report);
    holdings::bill(&mut out, report);
    holdings::backlogs(&mut out, report);
    coupling(&mut out, report);
    decisions::decisions(&mut out, report);
    decisions::allowed(&mut out, report);
    findings(&mut out, report);
    assumptions(&mut out, report);
    not_assessed(&mut out, report);
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push_str("\n\n");
}

/// A table; nothing where there is no row. Columns whose cells are all empty are left out.
fn table(out: &mut String, head: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    let filled = |column: usize| rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()));
    let kept: Vec<usize> = (0..head.len()).filter(|column| filled(*column)).collect();
    let cells = |row: &dyn Fn(usize) -> String| {
        let cells: Vec<String> = kept.iter().map(|column| row(*column)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    out.push_str(&cells(&|column| head.get(column).copied().unwrap_or("").to_owned()));
    out.push_str(&cells(&|_| "---".to_owned()));
    for row in rows {
        out.push_str(&cells(&|column| row.get(column).cloned().unwrap_or_default()));
    }
    out.push('\n');
}

/// Text of the user where Markdown or HTML would read it as markup.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '|' | '[' | ']' | '#' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("`{}`", text.replace('`', "'").replace('|', "\\|"))
}

fn verdict(out: &mut String, report: &Report<'_>) {
    let row = |flow: &Flow<'_>, slo: &Slo<'_>| {
        let met = match slo.met {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "not assessed",
        };
        let objective = format!("{} {} {}", slo.metric, slo.comparison, figure(slo.metric, slo.target));
        let actual = or_empty(slo.actual, |value| figure(slo.metric, value));
        vec![code(flow.name), objective, actual, met.to_owned()]
    };
    let rows: Vec<Vec<String>> =
        report.flows.iter().flat_map(|flow| flow.slos.iter().map(move |slo| row(flow, slo))).collect();
    if rows.is_empty() {
        return;
    }
    line(out, "## Objectives");
    table(out, &["flow", "objective", "computed", "verdict"], &rows);
}

fn flow_section(out: &mut String, flow: &Flow<'_>) {
    let label = flow.label.map(|label| format!(": {}", escape(label))).unwrap_or_default();
    line(out, &format!("## Flow {}{label}", code(flow.name)));
    if let Some(availability) = &flow.availability {
        line(out, &availability_sentence(availability, flow.degraded_probability));
    }
    let ranking: Vec<Vec<String>> = flow
        .importance
        .iter()
        .filter(|it| it.fussell_vesely >= RANKED)
        .take(MOST)
        .map(|it| {
            let down =
                flow.availability.as_ref().map_or(0.0, |availability| availability.downtime_minutes_per_year);
            let back = minutes(down * it.fussell_vesely);
            vec![code(&it.path), percent(it.fussell_vesely), back, format!("{:.3e}", it.birnbaum)]
        })
        .collect();
    if !ranking.is_empty() {
        line(out, "What a perfect element would give back:");
        table(out, &["element", "share of the downtime", "a year", "Birnbaum"], &ranking);
    }
    cut_sets(out, flow);
    latency::section(out, flow);
    let load = &flow.load;
    if let Some(peak) = load.peak {
        let average = or_empty(load.average, |rate| format!(", {} on average", format_rate(rate)));
        let worst = or_empty(load.worst, |rate| format!(", {} in the worst case", format_rate(rate)));
        let headroom = match (flow.headroom, flow.first_to_break) {
            (Some(headroom), Some(first)) => {
                format!("; headroom {}, first to break is {}", factor(headroom), code(first))
            }
            _ => String::new(),
        };
        line(out, &format!("Load: {} at the peak{average}{worst}{headroom}.", format_rate(peak)));
    }
    let levels: Vec<Vec<String>> = flow
        .consistency
        .iter()
        .map(|it| vec![code(it.data), it.level.unwrap_or("").to_owned(), it.pacelc.unwrap_or("").to_owned()])
        .collect();
    table(out, &["data", "what the flow sees", "PACELC"], &levels);
}

fn availability_sentence(it: &Availability, degraded: Option<f64>) -> String {
    let exact = match (it.exact, it.lower, it.upper) {
        (false, Some(lower), Some(upper)) => {
            format!(" (certain: {} to {})", format_share(lower), format_share(upper))
        }
        _ => String::new(),
    };
    let degraded = degraded.filter(|share| *share > 0.0);
    let degraded = or_empty(degraded, |share| format!("; degraded {} of the time", percent(share)));
    let down = minutes(it.downtime_minutes_per_year);
    format!("Availability {}{exact}, {down} of downtime a year{degraded}.", format_share(it.value))
}

fn cut_sets(out: &mut String, flow: &Flow<'_>) {
    let rows: Vec<Vec<String>> = flow
        .cut_sets
        .iter()
        .take(MOST)
        .map(|set| {
            let members: Vec<String> = set.members.iter().map(|member| code(member)).collect();
            vec![members.join(", "), format!("{:.3e}", set.probability), or_empty(set.share, percent)]
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    let complete = flow.cut_sets_complete_to_order.unwrap_or(0);
    let cut = if flow.cut_sets.len() > MOST {
        format!(", the first {MOST} of {}", flow.cut_sets.len())
    } else {
        String::new()
    };
    line(out, &format!("What fails it (minimal cut sets, complete to order {complete}{cut}):"));
    table(out, &["together down", "probability", "of the runs"], &rows);
}

fn components(out: &mut String, report: &Report<'_>) {
    let busiest = |it: &Component<'_>| it.hottest_shard_utilization.or(it.utilization);
    let rows: Vec<Vec<String>> = report
        .components
        .iter()
        .map(|it| {
            vec![
                code(it.path),
                escape(it.kind),
                it.tech.map(escape).unwrap_or_default(),
                it.replicas.clone().unwrap_or_default(),
                it.placed_in.iter().map(|path| code(path)).collect::<Vec<_>>().join(", "),
                or_empty(it.rate_per_s, format_rate),
                or_empty(it.capacity_per_s, format_rate),
                or_empty(busiest(it), percent),
                or_empty(it.worst_utilization, utilization),
                or_empty(busiest(it).filter(|rho| *rho > 0.0), |rho| factor(1.0 / rho)),
                or_empty(it.availability, format_share),
                or_empty(it.instability, |it| format!("{it:.2}")),
            ]
        })
        .collect();
    line(out, "## Components");
    let head = [
        "component",
        "kind",
        "technology",
        "replicas",
        "stands in",
        "peak",
        "capacity",
        "utilisation",
        "at worst",
        "headroom",
        "availability",
        "instability",
    ];
    table(out, &head, &rows);
}

fn data(out: &mut String, report: &Report<'_>) {
    let rows: Vec<Vec<String>> = report
        .data
        .iter()
        .map(|it| {
            let stores: Vec<String> = it.stored_in.iter().map(|path| code(path)).collect();
            let year = or_empty(it.bytes_per_year, format_size);
            vec![
                code(it.name),
                stores.join(", "),
                it.consistency.unwrap_or("").to_owned(),
                it.class.unwrap_or("").to_owned(),
                it.residency.iter().map(|place| escape(place)).collect::<Vec<_>>().join(", "),
                or_empty(it.rpo_s, format_time),
                or_empty(it.rto_s, format_time),
                year,
                or_empty(it.bytes_after_retention, format_size),
            ]
        })
        .collect();
    if !rows.is_empty() {
        line(out, "## Data");
        table(
            out,
            &[
                "data",
                "lives in",
                "asks for",
                "class",
                "residency",
                "RPO",
                "RTO",
                "a year",
                "after its retention",
            ],
            &rows,
        );
    }
}

fn coupling(out: &mut String, report: &Report<'_>) {
    let coupling = &report.coupling;
    let path = |path: &[&str]| path.iter().map(|it| code(it)).collect::<Vec<_>>().join(" → ");
    let mut sentences = Vec::new();
    if let Some(score) = coupling.score {
        sentences.push(format!("Distributed-monolith score (ours): {score:.0} of 100."));
    }
    if coupling.longest_chain.len() > 1 {
        sentences.push(format!("Longest chain of hard calls: {}.", path(&coupling.longest_chain)));
    }
    sentences
        .extend(coupling.cycles.iter().map(|cycle| format!("Circle of synchronous calls: {}.", path(cycle))));
    if !sentences.is_empty() {
        line(out, "## Coupling");
        line(out, &sentences.join("\n"));
        matrix(out, report);
    }
}

/// A row leans on a column; beyond [`MATRIX`] members nobody reads it.
fn matrix(out: &mut String, report: &Report<'_>) {
    let matrix = Matrix::new(report);
    if matrix.members.len() < 2 || matrix.members.len() > MATRIX {
        return;
    }
    let numbers: Vec<String> = (1..=matrix.members.len()).map(|number| number.to_string()).collect();
    let row = |(number, from): (&String, &&str)| {
        let signs = matrix.members.iter().map(|to| matrix.sign(from, to).unwrap_or("").to_owned());
        std::iter::once(format!("{number} {}", code(from))).chain(signs).collect()
    };
    let rows: Vec<Vec<String>> = numbers.iter().zip(&matrix.members).map(row).collect();
    line(out, "A row calls (→), sends to (⇢) or is copied into (⇒) a column:");
    let head: Vec<&str> = std::iter::once("").chain(numbers.iter().map(String::as_str)).collect();
    table(out, &head, &rows);
}

fn findings(out: &mut String, report: &Report<'_>) {
    line(out, "## Findings");
    if report.diagnostics.is_empty() {
        line(out, "None.");
        return;
    }
    for it in &report.diagnostics {
        let help = it.help().map(|help| format!("  \n  *{}*", message(help))).unwrap_or_default();
        // writing to a string cannot fail
        let _ = writeln!(
            out,
            "- **{} {}** ({}, line {}): {}{help}",
            it.severity().as_str(),
            it.code(),
            it.name(),
            it.line(),
            message(it.message())
        );
    }
    out.push('\n');
}

/// A message keeps its backticks: they mark names, and what is in them is code.
fn message(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(i, part)| if i % 2 == 1 { code(part) } else { escape(part) });
    parts.collect()
}

fn assumptions(out: &mut String, report: &Report<'_>) {
    let rows: Vec<Vec<String>> = report
        .assumptions
        .iter()
        .map(|it| {
            let place = it.file.zip(it.line).map(|(file, line)| escape(&format!("{file}:{line}")));
            let (value, source) = (escape(it.value), escape(it.source));
            vec![code(&it.subject), code(it.attribute), value, source, place.unwrap_or_default()]
        })
        .collect();
    if !rows.is_empty() {
        line(out, "## Assumptions");
        line(out, "Figures above rest on these; write the attribute to replace one.");
        table(out, &["element", "attribute", "value", "source", "where"], &rows);
    }
}

fn not_assessed(out: &mut String, report: &Report<'_>) {
    let rows: Vec<Vec<String>> = report
        .not_assessed
        .iter()
        .map(|it| vec![it.code.to_owned(), code(&it.subject), code(&it.attribute)])
        .collect();
    if !rows.is_empty() {
        line(out, "## Not assessed");
        line(out, "Silence of these rules is no pass; the attribute would settle them.");
        table(out, &["rule", "element", "attribute"], &rows);
    }
}
