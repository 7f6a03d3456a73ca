//! Problems for people: the list, a brief, hints. For a terminal with or without colours, and as Markdown.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::brief::{Brief, Level, is_hidden};
use super::clock::{Phase, face};
use crate::model::attributes::Word as _;
use crate::model::attributes::words::{Consistency, DataClass};
use crate::model::{AttrId, Attributes, Component, Data, Flow, Header, Objective, Scenario};
use crate::units::{format_count, format_rate, format_share, format_size, format_time};

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub enum Look {
    /// For a terminal so many columns wide.
    Terminal {
        /// With colours.
        color: bool,
        /// Columns.
        width: usize,
    },
    /// For a file.
    Markdown,
}

impl Look {
    pub(super) fn title(self, out: &mut String, text: &str) {
        let _ = match self {
            Self::Markdown => writeln!(out, "# {text}\n"),
            Self::Terminal { color: true, .. } => writeln!(out, "\u{1b}[1m{text}\u{1b}[0m\n"),
            Self::Terminal { .. } => writeln!(out, "{text}\n{}\n", "=".repeat(text.width())),
        };
    }

    pub(super) fn heading(self, out: &mut String, text: &str) {
        let _ = match self {
            Self::Markdown => writeln!(out, "\n## {text}\n"),
            Self::Terminal { color: true, .. } => writeln!(out, "\n\u{1b}[1m{text}\u{1b}[0m"),
            Self::Terminal { .. } => writeln!(out, "\n{text}\n{}", "-".repeat(text.width())),
        };
    }

    /// A paragraph, or an item of a list with its sign: further lines stand below the first word.
    pub fn wrapped(self, out: &mut String, first: &str, text: &str) {
        let width = match self {
            Self::Terminal { width, .. } => width.max(40),
            Self::Markdown => 120,
        };
        let indent = " ".repeat(first.width());
        let mut line = first.to_owned();
        let mut is_empty = true;
        for word in text.split_whitespace() {
            if !is_empty && line.width() + 1 + word.width() > width {
                let _ = writeln!(out, "{line}");
                line.clone_from(&indent);
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(word);
            is_empty = false;
        }
        let _ = writeln!(out, "{line}");
    }
}

/// All problems, by level.
pub fn list(problems: &[Brief], look: Look) -> String {
    let mut out = String::new();
    let widest = problems.iter().map(|it| it.name.width()).max().unwrap_or(0);
    for level in Level::ALL {
        let of_level: Vec<&Brief> = problems.iter().filter(|it| it.level == level).collect();
        if of_level.is_empty() {
            continue;
        }
        look.heading(&mut out, &format!("{} ({})", level.as_str(), of_level.len()));
        for it in of_level {
            let first = format!("  {:<widest$}  ", it.name);
            look.wrapped(&mut out, &first, &format!("{}: {}", it.title, it.teaches.join(", ")));
        }
    }
    out.push_str("\n`archc practice PROBLEM` tells one; `archc practice PROBLEM --run` starts the clock.\n");
    out.trim_start().to_owned()
}

/// A brief; with `clarify` also what is told when it is asked for.
pub fn brief(brief: &Brief, clarify: bool, look: Look) -> String {
    let mut out = String::new();
    look.title(&mut out, &brief.title);
    for (at, paragraph) in brief.summary.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        look.wrapped(&mut out, "", paragraph);
    }
    let model = &brief.asked.model;
    let shown = |header: &Header| clarify || !is_hidden(header);
    look.heading(&mut out, "What it must do");
    for flow in model.flows.iter().filter(|it| shown(&it.header)) {
        look.wrapped(&mut out, "- ", &functional(brief, flow));
    }
    look.heading(&mut out, "How well");
    for flow in model.flows.iter().filter(|it| shown(&it.header) && !it.objectives.is_empty()) {
        let all: Vec<String> = flow.objectives.iter().map(objective).collect();
        look.wrapped(&mut out, "- ", &format!("{}: {}", flow.header.title(), all.join(", ")));
    }
    for it in &model.objectives {
        look.wrapped(&mut out, "- ", &format!("everything: {}", objective(it)));
    }
    look.heading(&mut out, "The numbers");
    for actor in model.components.iter().filter(|it| it.kind.is_actor() && shown(&it.header)) {
        look.wrapped(&mut out, "- ", &load(actor));
    }
    for data in model.data.iter().filter(|it| shown(&it.header)) {
        look.wrapped(&mut out, "- ", &kept(data));
    }
    for it in model.scenarios.iter().filter(|it| shown(&it.header)) {
        look.wrapped(&mut out, "- ", &scenario(it));
    }
    look.heading(&mut out, "What is left open");
    match (clarify, brief.open_questions()) {
        (_, 0) => out.push_str("Nothing.\n"),
        (true, _) => {
            for it in &brief.clarify {
                look.wrapped(&mut out, "- ", it);
            }
        }
        (false, 1) => out.push_str("One thing: ask for it by `--clarify`.\n"),
        (false, open) => {
            let _ = writeln!(out, "{open} things: ask for them by `--clarify`.");
        }
    }
    look.heading(&mut out, &format!("The interview: {} minutes", brief.minutes));
    for phase in Phase::ALL {
        let time = face(brief.minutes * 60.0 * phase.share());
        let text = format!("{} ({time}): {}", phase.title(), phase.task());
        look.wrapped(&mut out, &format!("{}. ", phase.number()), &text);
    }
    out
}

/// The hints of a phase, or of all.
pub fn hints(brief: &Brief, phase: Option<Phase>, look: Look) -> String {
    let mut out = String::new();
    for it in Phase::ALL.into_iter().filter(|it| phase.is_none_or(|phase| phase == *it)) {
        look.heading(&mut out, it.title());
        for hint in brief.hints(it) {
            look.wrapped(&mut out, "- ", hint);
        }
    }
    out.trim_start().to_owned()
}

/// A flow in a sentence: what is done, how often, with which data.
pub(super) fn functional(brief: &Brief, flow: &Flow) -> String {
    let mut text = flow.header.title().to_owned();
    let model = &brief.asked.model;
    let id = model.flows.enumerate().find(|(_, it)| it.header.path == flow.header.path).map(|it| it.0);
    let rate = id.and_then(|id| brief.asked.facts.load.flow(id)).and_then(|load| load.peak);
    if let Some(rate) = rate {
        let _ = write!(text, ", {} at the peak", format_rate(rate));
    }
    if let Some(more) = &flow.header.description {
        let _ = write!(text, ". {}", more.replace('\n', " "));
    }
    text
}

/// An objective in words: `availability ≥ 99.95%`.
pub(super) fn objective(it: &Objective) -> String {
    format!("{} {} {}", it.metric.as_str(), sign(it.comparison.as_str()), target(it, it.target))
}

/// A figure in the unit of an objective.
pub(super) fn target(it: &Objective, value: f64) -> String {
    use crate::model::Metric;
    match it.metric {
        Metric::Availability => format_share(value),
        Metric::Percentile(_) | Metric::Staleness | Metric::Rpo | Metric::Rto => format_time(value),
        Metric::Throughput => format_rate(value),
        Metric::Cost => format!("{} a month", format_count(value)),
    }
}

/// `1 error`, `2 errors`.
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

pub(super) fn sign(comparison: &str) -> &str {
    match comparison {
        ">=" => "≥",
        "<=" => "≤",
        other => other,
    }
}

/// The load of an actor.
pub(super) fn load(actor: &Component) -> String {
    let attrs = &actor.attrs;
    let mut parts = Vec::new();
    if let Some(users) = attrs.count(AttrId::USERS) {
        parts.push(format!("{} of them", format_count(users as f64)));
    }
    if let Some(rate) = attrs.per_second(AttrId::REQUESTS_PER_USER) {
        let (count, time) =
            if rate * 86_400.0 >= 1.0 { (rate * 86_400.0, "day") } else { (rate * 2_592_000.0, "month") };
        parts.push(format!("{} requests a {time} each", format_count(count)));
    }
    if let Some(rate) = attrs.per_second(AttrId::RATE) {
        parts.push(format!("{} at the peak", format_rate(rate)));
    }
    let factor = attrs.get(AttrId::PEAK_FACTOR).filter(|it| it.is_given());
    if let Some(factor) =
        factor.and_then(|_| attrs.number(AttrId::PEAK_FACTOR).or(attrs.factor(AttrId::PEAK_FACTOR)))
    {
        parts.push(format!("the peak is {} times the mean", format_count(factor)));
    }
    described(&actor.header, &parts)
}

/// What is kept, and what its readers need.
pub(super) fn kept(data: &Data) -> String {
    let attrs = &data.attrs;
    let mut parts = Vec::new();
    if let Some(size) = attrs.bytes(AttrId::SIZE) {
        parts.push(format!("{} each", format_size(size)));
    }
    if let Some(rate) = attrs.per_second(AttrId::GROWTH) {
        let (count, time) =
            if rate * 86_400.0 >= 1.0 { (rate * 86_400.0, "day") } else { (rate * 2_592_000.0, "month") };
        parts.push(format!("{} new a {time}", format_count(count)));
    }
    if let Some(time) =
        attrs.get(AttrId::RETENTION).filter(|it| it.is_given()).and_then(|_| attrs.seconds(AttrId::RETENTION))
    {
        parts.push(format!("kept {}", format_time(time)));
    }
    needs(attrs, &mut parts);
    described(&data.header, &parts)
}

fn needs(attrs: &Attributes, parts: &mut Vec<String>) {
    if let Some(level) = attrs.word::<Consistency>(AttrId::CONSISTENCY) {
        parts.push(format!("readers need {}", level.as_str().replace('_', " ")));
    }
    if let Some(time) = attrs.seconds(AttrId::RPO) {
        parts.push(if time == 0.0 {
            "none may be lost".to_owned()
        } else {
            format!("at most {} may be lost", format_time(time))
        });
    }
    if attrs.is_true(AttrId::LOSS_OK) {
        parts.push("may be lost".to_owned());
    }
    if attrs.is_true(AttrId::IMMUTABLE) {
        parts.push("never changes".to_owned());
    }
    if let Some(class) = attrs.word::<DataClass>(AttrId::CLASS) {
        parts.push(format!("{} data", class.as_str()));
    }
    let places: Vec<&str> = attrs.texts(AttrId::RESIDENCY).iter().map(|(place, _)| place.as_str()).collect();
    if !places.is_empty() {
        parts.push(format!("stays in {}", places.join(", ")));
    }
}

fn scenario(it: &Scenario) -> String {
    let factor = it.attrs.factor(AttrId::LOAD).or_else(|| it.attrs.number(AttrId::LOAD));
    let load = factor.map(|factor| format!("{} times the peak", format_count(factor)));
    described(&it.header, &load.into_iter().collect::<Vec<_>>())
}

fn described(header: &Header, parts: &[String]) -> String {
    let mut text = header.title().to_owned();
    if !parts.is_empty() {
        let _ = write!(text, ": {}", parts.join(", "));
    }
    if let Some(more) = &header.description {
        let _ = write!(text, ". {}", more.replace('\n', " "));
    }
    text
}
