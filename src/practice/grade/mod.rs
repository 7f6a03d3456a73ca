//! A design graded against a brief: points by criterion, what would win the missing ones, and the questions that an interviewer would ask.
//!
//! What the brief asks is looked for by what the design does, not by how it is called. Every figure is computed under the brief's
//! objectives and load, whatever the design says of them. The weights are ours.

mod data;
mod decisions;
mod failures;
mod figures;
mod growth;
mod human;
mod matching;
mod questions;
mod requirements;
mod trial;

use serde::Serialize;

use super::brief::{Brief, is_hidden};
use crate::compilation::Compilation;
use crate::config::Config;
use crate::model::{DataId, FlowId, Header};
use matching::{Matches, Sides};
use trial::Trial;

pub use human::human;
pub use questions::Question;

/// A graded design. Field names are a promise to other programs.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct Scorecard {
    /// Of this shape; 1.
    pub version: u32,
    /// The problem.
    pub problem: &'static str,
    /// What it is called.
    pub title: String,
    /// The points.
    pub points: f64,
    /// Of how many: 100.
    pub of: f64,
    /// Mistakes in the design's source: what they hide is not graded.
    pub mistakes: usize,
    /// What was looked at.
    pub criteria: Vec<Criterion>,
    /// Which flows of the design answer which of the brief.
    pub flows: Vec<Match>,
    /// Which data of the design answers which of the brief.
    pub data: Vec<Match>,
    /// What an interviewer would ask.
    pub questions: Vec<Question>,
}

/// What is looked at, and how the design fares.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct Criterion {
    /// Its name.
    pub name: &'static str,
    /// In words.
    pub title: &'static str,
    /// The points.
    pub points: f64,
    /// Of how many.
    pub of: f64,
    /// What they are made of.
    pub lines: Vec<Line>,
}

/// A part of a criterion.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct Line {
    /// What is judged.
    pub what: String,
    /// The points.
    pub points: f64,
    /// Of how many.
    pub of: f64,
    /// What was found, with its figures.
    pub found: String,
    /// What would win the missing points; `null` where none are missing.
    pub win: Option<String>,
}

/// Something of the brief, and what answers it.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct Match {
    /// The name in the brief.
    pub asked: String,
    /// The names in the design; empty where nothing answers it.
    pub found: Vec<String>,
}

/// All that the criteria look at.
struct Graded<'a> {
    brief: &'a Brief,
    sides: Sides<'a>,
    matches: Matches,
    trial: Trial,
}

/// Grades a design. The questions have their answers in any case; who prints them may leave them out.
pub fn grade(brief: &Brief, design: &Compilation, config: &Config) -> Scorecard {
    let sides = Sides { brief: &brief.asked, design };
    let matches = Matches::new(sides);
    let trial = Trial::new(sides, &matches, config);
    let graded = Graded { brief, sides, matches, trial };
    let criteria = vec![
        requirements::criterion(&graded),
        figures::criterion(&graded),
        failures::criterion(&graded),
        growth::criterion(&graded),
        data::criterion(&graded),
        decisions::criterion(&graded),
        decisions::review(&graded),
    ];
    let points = round(criteria.iter().map(|it| it.points).sum());
    Scorecard {
        version: 1,
        problem: brief.name,
        title: brief.title.clone(),
        points,
        of: criteria.iter().map(|it| it.of).sum(),
        mistakes: design.diagnostics.iter().filter(|it| it.is_mistake()).count(),
        flows: graded.flow_matches(),
        data: graded.data_matches(),
        questions: questions::questions(&graded),
        criteria,
    }
}

/// The scorecard as JSON, with a line end behind it.
pub fn json(card: &Scorecard) -> String {
    let mut text = serde_json::to_string_pretty(card).unwrap_or_default();
    text.push('\n');
    text
}

impl Scorecard {
    /// Takes the answers out: whoever is asked has to find them.
    pub fn hide_answers(&mut self) {
        for it in &mut self.questions {
            it.answer = None;
        }
    }
}

/// To a hundredth: what is told is what is added.
fn round(points: f64) -> f64 {
    (points * 100.0).round() / 100.0
}

impl Criterion {
    /// A criterion of lines whose weights are made to add up to `of`.
    fn new(name: &'static str, title: &'static str, of: f64, lines: Vec<Line>) -> Self {
        let all: f64 = lines.iter().map(|line| line.of).sum();
        let factor = if all > 0.0 { of / all } else { 0.0 };
        let lines: Vec<Line> = lines
            .into_iter()
            .map(|line| Line { points: round(line.points * factor), of: round(line.of * factor), ..line })
            .collect();
        let points = round(lines.iter().map(|line| line.points).sum::<f64>().min(of));
        Self { name, title, points, of, lines }
    }
}

impl Line {
    /// A line worth a weight, of which a share from 0 to 1 is won.
    fn new(
        what: impl Into<String>,
        weight: f64,
        share: f64,
        found: impl Into<String>,
        win: impl Into<String>,
    ) -> Self {
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        let win = (share < 1.0 - 1e-9).then(|| win.into());
        Self { what: what.into(), points: weight * share, of: weight, found: found.into(), win }
    }
}

impl Graded<'_> {
    /// What something is worth: what is only told on request half.
    fn weight(header: &Header) -> f64 {
        if is_hidden(header) { 0.5 } else { 1.0 }
    }

    /// The flows of the brief.
    fn asked_flows(&self) -> impl Iterator<Item = (FlowId, &Header)> {
        self.sides.brief.model.flows.enumerate().map(|(id, it)| (id, &it.header))
    }

    /// The data of the brief.
    fn asked_data(&self) -> impl Iterator<Item = (DataId, &Header)> {
        self.sides.brief.model.data.enumerate().map(|(id, it)| (id, &it.header))
    }

    /// How much of the flows of the brief is there, by weight: what is not drawn cannot fail.
    fn coverage(&self) -> f64 {
        let all: f64 = self.asked_flows().map(|(_, it)| Self::weight(it)).sum();
        let there: f64 =
            self.asked_flows().map(|(id, it)| Self::weight(it) * requirements::reached(self, id)).sum();
        if all > 0.0 { there / all } else { 0.0 }
    }

    /// The share of the requests of what is drawn that find a place at the brief's load, by weight: what is turned away anyway cannot
    /// be lost, and is answered by nobody.
    fn served(&self) -> f64 {
        let drawn = self.trial.simulation.as_ref().and_then(|it| it.cases.first());
        let of = |id: FlowId| {
            let flows = self.matches.served_by(id);
            let shares = flows.iter().filter_map(|id| Some(drawn?.flows.get(id.index())?.served));
            shares.reduce(f64::min)
        };
        let known = self.asked_flows().filter_map(|(id, header)| Some((Self::weight(header), of(id)?)));
        let (all, served) = known.fold((0.0, 0.0), |sum, it| (sum.0 + it.0, sum.1 + it.0 * it.1));
        if all > 0.0 { served / all } else { 1.0 }
    }

    /// The name of a flow of the design.
    fn flow_name(&self, id: FlowId) -> &str {
        &self.sides.design.model.flows[id].header.name
    }

    fn flow_matches(&self) -> Vec<Match> {
        let found =
            |id: FlowId| self.matches.served_by(id).iter().map(|it| self.flow_name(*it).to_owned()).collect();
        self.asked_flows().map(|(id, it)| Match { asked: it.name.to_string(), found: found(id) }).collect()
    }

    fn data_matches(&self) -> Vec<Match> {
        let name = |id: DataId| self.sides.design.model.data[id].header.name.to_string();
        let found = |id: DataId| self.matches.of_data(id).map(name).into_iter().collect();
        self.asked_data().map(|(id, it)| Match { asked: it.name.to_string(), found: found(id) }).collect()
    }
}
