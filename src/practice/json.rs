//! Problems for programs. Field names are a promise to them.

use serde::Serialize;

use super::brief::{Brief, Level, is_hidden};
use super::clock::Phase;
use super::human::{self, Look};
use super::skeleton::skeleton;

#[derive(Serialize)]
struct List<'a> {
    version: u32,
    problems: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    title: &'a str,
    level: Level,
    minutes: f64,
    teaches: &'a [String],
}

#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    #[serde(flatten)]
    row: Row<'a>,
    summary: &'a [String],
    requirements: Vec<Requirement<'a>>,
    numbers: Vec<String>,
    /// How many things are told only when they are asked for.
    open: usize,
    /// `null` unless they were asked for.
    clarify: Option<&'a [String]>,
    phases: Vec<Timed<'a>>,
    /// All of it as Markdown.
    markdown: String,
    /// The file to begin with.
    skeleton: String,
}

#[derive(Serialize)]
struct Requirement<'a> {
    name: &'a str,
    title: &'a str,
    rate_per_s: Option<f64>,
    objectives: Vec<String>,
    /// Whether it is told only when it is asked for.
    hidden: bool,
}

#[derive(Serialize)]
struct Timed<'a> {
    name: Phase,
    title: &'a str,
    task: &'a str,
    seconds: f64,
    hints: &'a [String],
}

fn row(brief: &Brief) -> Row<'_> {
    Row {
        name: brief.name,
        title: &brief.title,
        level: brief.level,
        minutes: brief.minutes,
        teaches: &brief.teaches,
    }
}

/// All problems, with a line end behind them.
pub fn list(problems: &[Brief]) -> String {
    text(&List { version: 1, problems: problems.iter().map(row).collect() })
}

/// A brief; with `clarify` also what is told when it is asked for. `file` is how its skeleton will be called.
pub fn brief(brief: &Brief, clarify: bool, file: &str) -> String {
    let model = &brief.asked.model;
    let facts = &brief.asked.facts;
    let requirements =
        model.flows.enumerate().filter(|(_, it)| clarify || !is_hidden(&it.header)).map(|(id, it)| {
            Requirement {
                name: &it.header.name,
                title: it.header.title(),
                rate_per_s: facts.load.flow(id).and_then(|load| load.peak),
                objectives: it.objectives.iter().chain(&model.objectives).map(human::objective).collect(),
                hidden: is_hidden(&it.header),
            }
        });
    let actors =
        model.components.iter().filter(|it| it.kind.is_actor() && (clarify || !is_hidden(&it.header)));
    let data = model.data.iter().filter(|it| clarify || !is_hidden(&it.header));
    let timed = |phase: Phase| Timed {
        name: phase,
        title: phase.title(),
        task: phase.task(),
        seconds: brief.minutes * 60.0 * phase.share(),
        hints: brief.hints(phase),
    };
    text(&Whole {
        version: 1,
        row: row(brief),
        summary: &brief.summary,
        requirements: requirements.collect(),
        numbers: actors.map(human::load).chain(data.map(human::kept)).collect(),
        open: brief.open_questions(),
        clarify: clarify.then_some(brief.clarify.as_slice()),
        phases: Phase::ALL.map(timed).into(),
        markdown: human::brief(brief, clarify, Look::Markdown),
        skeleton: skeleton(brief, file),
    })
}

fn text(it: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(it).unwrap_or_default();
    text.push('\n');
    text
}
