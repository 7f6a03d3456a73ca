//! A brief, read from its design and from the doc comment of its `system`.
//!
//! That comment opens with what the problem is, in a paragraph or two. Then come sections: `# Level` (`easy`, `medium` or `hard`, and the
//! time: `medium, 45min`), `# Teaches` (words between commas), `# Clarify` (a list: what is told when it is asked for) and `# Hints` (a
//! list under a `## Heading` for each of the four phases).

use std::sync::Arc;

use serde::Serialize;

use super::clock::Phase;
use super::library::Source;
use super::sections::{Section, sections};
use crate::compilation::{Compilation, check};
use crate::config::Config;
use crate::model::Header;
use crate::source::{Document, MemoryLoader};
use crate::units::read_quantity;

/// The tag of what is told only when it is asked for.
pub const HIDDEN: &str = "hidden";
/// Minutes of an interview whose brief says nothing.
const MINUTES: f64 = 45.0;

/// How hard a problem is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A first one.
    Easy,
    /// The usual ones.
    Medium,
    /// For those who have done some.
    Hard,
}

impl Level {
    /// The levels, the easy one first.
    pub const ALL: [Self; 3] = [Self::Easy, Self::Medium, Self::Hard];

    /// As written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Medium => "medium",
            Self::Hard => "hard",
        }
    }
}

/// A brief.
#[derive(Clone, Debug)]
pub struct Brief {
    /// The name of its folder.
    pub name: &'static str,
    /// What it is called.
    pub title: String,
    /// How hard it is.
    pub level: Level,
    /// How long the interview takes, in minutes.
    pub minutes: f64,
    /// What it is, a paragraph each.
    pub summary: Vec<String>,
    /// What is learnt by it.
    pub teaches: Vec<String>,
    /// What is told when it is asked for.
    pub clarify: Vec<String>,
    /// Hints, by phase.
    pub hints: [Vec<String>; 4],
    /// What of the doc comment is no section of a brief; nothing in a sound one.
    pub unknown: Vec<String>,
    /// The brief as a design.
    pub asked: Arc<Compilation>,
    /// The design to compare with, as a text.
    pub reference: &'static str,
}

impl Brief {
    /// Reads a brief. What is missing has a default: the tests of `examples/` see that nothing is.
    pub fn read(source: Source) -> Self {
        let path = format!("{}/brief.arch", source.name);
        let document = Document::new(path, source.brief);
        let asked = check(document, &MemoryLoader::default(), &Config::default());
        let system = asked.model.system.as_ref();
        let text = system.and_then(|it| it.description.clone()).unwrap_or_default();
        let mut brief = Self {
            name: source.name,
            title: system.map_or_else(|| source.name.to_owned(), |it| it.title().to_owned()),
            level: Level::Medium,
            minutes: MINUTES,
            summary: Vec::new(),
            teaches: Vec::new(),
            clarify: Vec::new(),
            hints: Default::default(),
            unknown: Vec::new(),
            asked: Arc::new(asked),
            reference: source.reference,
        };
        let mut in_hints = false;
        for section in sections(&text) {
            in_hints = section.depth == 1 && section.title == "Hints" || section.depth > 1 && in_hints;
            brief.take(&section, in_hints);
        }
        brief
    }

    /// The name of its `system`.
    pub fn system(&self) -> Option<&str> {
        self.asked.model.system.as_ref().map(|it| it.name.as_str())
    }

    /// The hints of a phase.
    pub fn hints(&self, phase: Phase) -> &[String] {
        self.hints.get(phase as usize).map_or(&[], Vec::as_slice)
    }

    /// How many things are told only when they are asked for.
    pub fn open_questions(&self) -> usize {
        let model = &self.asked.model;
        let hidden = |header: &&Header| is_hidden(header);
        let headers = model.flows.iter().map(|it| &it.header).chain(model.data.iter().map(|it| &it.header));
        let headers = headers.chain(model.components.iter().map(|it| &it.header));
        self.clarify.len() + headers.chain(model.scenarios.iter().map(|it| &it.header)).filter(hidden).count()
    }

    fn take(&mut self, section: &Section, in_hints: bool) {
        match (section.depth, section.title.as_str()) {
            (0, _) => self.summary = section.paragraphs(),
            (1, "Level") => self.level_and_time(&section.words()),
            (1, "Teaches") => self.teaches = section.words(),
            (1, "Clarify") => self.clarify = section.items(),
            (1, "Hints") => {}
            (_, title) => {
                let phase = Phase::ALL.into_iter().find(|phase| phase.title() == title);
                match phase.filter(|_| in_hints).and_then(|phase| self.hints.get_mut(phase as usize)) {
                    Some(hints) => *hints = section.items(),
                    None => self.unknown.push(title.to_owned()),
                }
            }
        }
    }

    fn level_and_time(&mut self, words: &[String]) {
        for word in words {
            let time = || read_quantity(word).ok().and_then(|quantity| quantity.time());
            match Level::ALL.into_iter().find(|level| level.as_str() == word) {
                Some(level) => self.level = level,
                None => match time().filter(|time| time.0 >= 60.0) {
                    Some(time) => self.minutes = time.0 / 60.0,
                    None => self.unknown.push(word.clone()),
                },
            }
        }
    }
}

/// Whether an element is told only when it is asked for.
pub fn is_hidden(header: &Header) -> bool {
    header.tags.iter().any(|tag| tag == HIDDEN)
}
