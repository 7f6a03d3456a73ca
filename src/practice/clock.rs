//! The clock of an interview: four phases, each a part of the whole time. Is told how many seconds have gone; looks at no clock.

use serde::{Deserialize, Serialize};

/// A phase.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// What is asked, and how much of it.
    Requirements,
    /// Boxes and arrows from end to end.
    Design,
    /// The two or three parts that decide.
    DeepDive,
    /// What breaks, what was traded, what comes next.
    WrapUp,
}

impl Phase {
    /// The phases in their order.
    pub const ALL: [Self; 4] = [Self::Requirements, Self::Design, Self::DeepDive, Self::WrapUp];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Requirements => "Requirements and estimates",
            Self::Design => "High-level design",
            Self::DeepDive => "Deep dive",
            Self::WrapUp => "Wrap-up",
        }
    }

    /// What is done in it.
    pub fn task(self) -> &'static str {
        match self {
            Self::Requirements => {
                "ask what is left open, write the load, the data and the objectives, and work out the numbers"
            }
            Self::Design => "draw every flow from who starts it to where its data is kept",
            Self::DeepDive => {
                "replicas, zones, shards, caches, copies: make the hardest flow hold its objectives"
            }
            Self::WrapUp => "lose a zone, take ten times the load, and write down what was traded for what",
        }
    }

    /// Its part of the time.
    pub fn share(self) -> f64 {
        match self {
            Self::Requirements => 0.2,
            Self::Design => 0.3,
            Self::DeepDive => 0.35,
            Self::WrapUp => 0.15,
        }
    }

    /// From 1 to 4.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// The phase that a word means: its number, or how its title begins.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        let means = |it: &Self| {
            let title = it.title().to_lowercase();
            word == it.number().to_string()
                || (word.len() >= 3 && title.split([' ', '-']).any(|part| part.starts_with(&word)))
                || title.starts_with(&word) && !word.is_empty()
        };
        Self::ALL.into_iter().find(means)
    }
}

/// How far an interview is. Field names are a promise to the file that keeps it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Clock {
    /// All of the time, in seconds.
    pub seconds: f64,
    /// The phase that runs; `None`: all are over.
    pub phase: Option<Phase>,
    /// What each phase has taken, in seconds.
    pub taken: [f64; 4],
}

impl Clock {
    /// One that begins.
    pub fn new(minutes: f64) -> Self {
        Self { seconds: minutes * 60.0, phase: Some(Phase::Requirements), taken: [0.0; 4] }
    }

    /// Lets time go by in the phase that runs.
    pub fn pass(&mut self, seconds: f64) {
        let Some(phase) = self.phase else { return };
        if let Some(taken) = self.taken.get_mut(phase as usize).filter(|_| seconds > 0.0) {
            *taken += seconds;
        }
    }

    /// Goes on to the next phase; what was not used stays for later ones.
    pub fn next(&mut self) {
        self.phase = self.phase.and_then(|phase| Phase::ALL.get(phase.number()).copied());
    }

    /// What a phase may take: its part of the time.
    pub fn allowed(&self, phase: Phase) -> f64 {
        self.seconds * phase.share()
    }

    /// What a phase has taken.
    pub fn taken(&self, phase: Phase) -> f64 {
        self.taken.get(phase as usize).copied().unwrap_or(0.0)
    }

    /// What is left of a phase; below 0 where it took longer.
    pub fn left(&self, phase: Phase) -> f64 {
        self.allowed(phase) - self.taken(phase)
    }

    /// What is left of it all; below 0 where it took longer.
    pub fn left_in_all(&self) -> f64 {
        self.seconds - self.taken.iter().sum::<f64>()
    }

    /// Whether a state that was read can be one: what a person changed may be anything.
    pub fn is_sound(&self) -> bool {
        let sound = |seconds: f64| seconds.is_finite() && (0.0..=1e9).contains(&seconds);
        sound(self.seconds) && self.taken.iter().all(|taken| sound(*taken))
    }
}

/// Minutes and seconds, as a clock shows them: `8:05`, `-0:30`.
pub fn face(seconds: f64) -> String {
    let sign = if seconds <= -0.5 { "-" } else { "" };
    let whole = seconds.abs().round() as u64;
    format!("{sign}{}:{:02}", whole / 60, whole % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phases_are_the_whole() {
        let all: f64 = Phase::ALL.iter().map(|it| it.share()).sum();
        assert!((all - 1.0).abs() < 1e-12);
        assert!(Phase::ALL.iter().enumerate().all(|(i, it)| it.number() == i + 1));
    }

    #[test]
    fn time_goes_by_in_the_phase_that_runs() {
        let mut clock = Clock::new(45.0);
        clock.pass(600.0);
        assert_eq!(face(clock.left(Phase::Requirements)), "-1:00");
        clock.next();
        clock.pass(60.0);
        assert_eq!(face(clock.left(Phase::Design)), "12:30");
        assert_eq!(face(clock.left_in_all()), "34:00");
        for _ in 0..3 {
            clock.next();
        }
        clock.pass(5.0);
        assert_eq!((clock.phase, face(clock.left_in_all())), (None, "34:00".to_owned()));
        let text = serde_json::to_string(&clock).unwrap();
        assert_eq!(serde_json::from_str::<Clock>(&text).unwrap(), clock);
    }

    #[test]
    fn a_phase_is_known_by_number_or_word() {
        for (word, phase) in [
            ("1", Some(Phase::Requirements)),
            ("estimates", Some(Phase::Requirements)),
            ("Design", Some(Phase::Design)),
            ("high", Some(Phase::Design)),
            ("deep", Some(Phase::DeepDive)),
            ("wrap-up", Some(Phase::WrapUp)),
            ("5", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(Phase::from_word(word), phase, "{word}");
        }
    }
}
