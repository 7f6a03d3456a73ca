//! `archc practice PROBLEM --run`: the interview in a terminal, or in a pipe. Commands come line by line from standard input; findings are
//! told as the design is saved; the clock is kept beside it, so that a run that was stopped goes on.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use unicode_width::UnicodeWidthStr as _;

use super::super::Exit;
use super::super::arguments::Practice;
use super::super::compile;
use super::super::documents::single;
use super::super::output::Output;
use super::super::settings::Settings;
use super::super::watch::Changes;
use super::{DESIGN, look, places, state, tell, write_design};
use crate::compilation::Compilation;
use crate::config::Config;
use crate::diagnostic::Severity;
use crate::diff::watch::{News, Seen, Watch};
use crate::emit::harmless;
use crate::practice::clock::{Clock, Phase, face};
use crate::practice::{self, Brief, counted, grade};

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(250);
/// How often it is kept.
const KEEP: Duration = Duration::from_secs(5);
/// Seconds before the end of a phase at which it is told.
const SOON: f64 = 60.0;

/// Columns that are left for what is typed behind the time.
const TYPED: usize = 4;
/// Whoever looks at the clock so late was away: the machine slept, or the process was stopped.
const AWAY: f64 = 30.0;

const HELP: &str = "Enter: the next phase · h: hints for this phase · c: what is told when asked for · s: the \
    phases' times · p: pause, or go on · b: the brief · g: the scorecard so far · q: stop, a run goes on · ?: this";

pub(super) fn run(brief: &Brief, options: &Practice, settings: &Settings, output: &Output) -> Exit {
    let target = options.output.clone().unwrap_or_else(|| PathBuf::from(DESIGN));
    let design = places(&target).0;
    let fresh = !design.exists();
    if fresh && write_design(brief, &design, output) != Exit::Done {
        return Exit::CouldNot;
    }
    let kept = state::read(&design).filter(|_| !options.restart);
    if let Some(other) = kept.as_ref().filter(|it| it.problem != brief.name) {
        return output.fail(&format!(
            "the clock beside `{}` is of `{}`; name another design with -o, or begin anew by --restart",
            design.display(),
            other.problem
        ));
    }
    let resumed = kept.is_some();
    let clock = kept.map_or_else(|| Clock::new(brief.minutes), |it| it.clock);
    let path = design.to_string_lossy().into_owned();
    let config = match settings.of(&path, None, output) {
        Ok(config) => config,
        Err(exit) => return exit,
    };
    let changes = match Changes::of(std::slice::from_ref(&path)) {
        Ok(changes) => changes,
        Err(wrong) => return output.fail(&wrong),
    };
    let mut run = Run {
        brief,
        options,
        output,
        design,
        path,
        config: Config { today: None, ..config },
        clock,
        watch: Watch::default(),
        paused: false,
        live: std::io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
        status: String::new(),
    };
    run.begin(resumed, fresh);
    run.go_on(&changes, &commands())
}

/// The lines of standard input, as they come.
fn commands() -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

struct Run<'a> {
    brief: &'a Brief,
    options: &'a Practice,
    output: &'a Output,
    design: PathBuf,
    /// The same as documents are named.
    path: String,
    config: Config,
    clock: Clock,
    watch: Watch,
    paused: bool,
    /// Whether the time stands in a line that is written over and over.
    live: bool,
    /// That line; empty where the cursor stands at the beginning of one.
    status: String,
}

impl Run<'_> {
    fn begin(&mut self, resumed: bool, fresh: bool) {
        let mut text = String::new();
        if resumed {
            text.push_str(&format!(
                "{}: goes on, {} left in all\n\n",
                self.brief.title,
                face(self.clock.left_in_all())
            ));
        } else {
            text.push_str(&practice::brief_text(self.brief, self.options.clarify, look(self.output)));
            text.push('\n');
        }
        let design = self.design.display();
        let look = look(self.output);
        look.wrapped(
            &mut text,
            "",
            &format!("Draw in {design}; what is found is told whenever you save it."),
        );
        look.wrapped(&mut text, "", HELP);
        text.push('\n');
        self.say(&text);
        if fresh {
            // what is found in the skeleton is the task
            self.news();
        } else {
            self.check();
        }
        self.phase();
    }

    /// Until it is over, stopped, or nobody is there to be asked.
    #[expect(clippy::disallowed_methods, reason = "an interview has a clock")]
    fn go_on(&mut self, changes: &Changes, commands: &Receiver<String>) -> Exit {
        let mut last = Instant::now();
        let mut kept = Instant::now();
        while self.clock.phase.is_some() {
            let command = commands.recv_timeout(TICK);
            let now = Instant::now();
            self.pass(now.duration_since(last).as_secs_f64());
            last = now;
            match command {
                Ok(command) if matches!(command.trim(), "q" | "quit") => break,
                Ok(command) => {
                    // the answer stands below what was typed
                    self.status.clear();
                    self.obey(command.trim());
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if changes.any() {
                self.check();
            }
            if kept.elapsed() >= KEEP {
                kept = Instant::now();
                self.keep();
            }
            self.show();
        }
        self.keep();
        if self.clock.phase.is_some() {
            let left = face(self.clock.left_in_all());
            self.say(&format!("Stopped with {left} left; the same command goes on.\n"));
            return Exit::Done;
        }
        self.say("The interview is over. `--restart` begins it anew.\n\n");
        self.grade();
        Exit::Done
    }

    /// Lets time go by, and tells when a phase comes to its end.
    fn pass(&mut self, seconds: f64) {
        let Some(phase) = self.clock.phase.filter(|_| !self.paused) else { return };
        if seconds > AWAY {
            let away = face(seconds);
            self.say(&format!("You were away for {away}: the clock stood.\n"));
            return;
        }
        let before = self.clock.left(phase);
        self.clock.pass(seconds);
        let after = self.clock.left(phase);
        if before > SOON && after <= SOON {
            self.say(&format!("One minute left of \"{}\".\n", phase.title()));
        } else if before > 0.0 && after <= 0.0 {
            self.say(&format!(
                "The time of \"{}\" is over: Enter goes on, or take it from the later phases.\n",
                phase.title()
            ));
        }
    }

    fn obey(&mut self, command: &str) {
        let look = look(self.output);
        match command {
            "" | "n" | "next" => {
                self.clock.next();
                self.keep();
                self.phase();
            }
            "h" | "hint" => self.say(&practice::hints_text(self.brief, self.clock.phase, look)),
            "c" | "clarify" | "b" | "brief" => {
                let clarify = command.starts_with('c') || self.options.clarify;
                self.say(&practice::brief_text(self.brief, clarify, look));
            }
            "s" | "status" => self.times(),
            "p" | "pause" => {
                self.paused = !self.paused;
                self.say(if self.paused {
                    "The clock stands; `p` goes on.\n"
                } else {
                    "The clock goes on.\n"
                });
            }
            "g" | "grade" => self.grade(),
            _ => {
                let mut text = String::new();
                look.wrapped(&mut text, "", HELP);
                self.say(&text);
            }
        }
    }

    /// Tells which phase begins.
    fn phase(&mut self) {
        if let Some(phase) = self.clock.phase {
            let left = face(self.clock.left(phase));
            let mut text = String::new();
            let first = format!("{}. ", phase.number());
            look(self.output).wrapped(
                &mut text,
                &first,
                &format!("{} ({left}): {}", phase.title(), phase.task()),
            );
            self.say(&text);
        }
    }

    fn times(&mut self) {
        let mut text = String::new();
        for phase in Phase::ALL {
            let sign = if self.clock.phase == Some(phase) { '>' } else { ' ' };
            let (taken, allowed) = (face(self.clock.taken(phase)), face(self.clock.allowed(phase)));
            text.push_str(&format!(
                "{sign} {}. {:<26} {taken:>6} of {allowed:>6}\n",
                phase.number(),
                phase.title()
            ));
        }
        text.push_str(&format!("  {} left in all\n", face(self.clock.left_in_all())));
        self.say(&text);
    }

    fn compiled(&self) -> Option<Compilation> {
        let quiet = self.output.recording();
        let file = single(&self.path, &quiet).ok()?;
        Some(compile::one(&file, &self.config, &quiet).0)
    }

    /// What is new in the design, and what is found in it in all.
    fn news(&mut self) -> Option<(Vec<(News, Seen)>, String)> {
        let Some(found) = self.compiled() else {
            self.say(&format!("{} cannot be read.\n", self.design.display()));
            return None;
        };
        let news = self.watch.look(&[(&found.sources, &found.diagnostics)]);
        let count = |severity: Severity, what: &str| {
            counted(found.diagnostics.iter().filter(|it| it.severity == severity).count(), what)
        };
        let (errors, warnings) = (count(Severity::Error, "error"), count(Severity::Warning, "warning"));
        Some((news, format!("{errors}, {warnings}, {}\n", count(Severity::Note, "note"))))
    }

    /// Tells what is new in the design: what went in few words.
    fn check(&mut self) {
        let Some((news, sum)) = self.news().filter(|(news, _)| !news.is_empty()) else { return };
        let mut text = String::new();
        for it in &news {
            let told = match it {
                (News::Went, seen) => format!("{} {} is gone", seen.place, seen.code),
                (_, seen) => {
                    let message = harmless(&seen.message);
                    format!("{}: {}[{}] {message}", seen.place, seen.severity.as_str(), seen.code)
                }
            };
            let sign = match it.0 {
                News::Came => "+ ",
                News::Went => "- ",
                News::Changed => "~ ",
            };
            look(self.output).wrapped(&mut text, sign, &told);
        }
        text.push_str(&sum);
        self.say(&text);
    }

    fn grade(&mut self) {
        let Some(found) = self.compiled() else { return };
        let card = grade::grade(self.brief, &found, &self.config);
        self.say(&tell(card, self.options, self.output));
    }

    fn keep(&self) {
        let state = state::State::new(self.brief.name, self.clock.clone());
        state::write(Path::new(&self.design), &state, self.output);
    }

    /// Prints below the line of the time, which is wiped.
    fn say(&mut self, text: &str) {
        let wiped = match self.status.width() {
            0 => String::new(),
            columns => format!("\r{}\r", " ".repeat(columns)),
        };
        self.status.clear();
        self.output.print(&format!("{wiped}{text}"));
    }

    /// The time, in one line that is written over.
    fn show(&mut self) {
        let Some(phase) = self.clock.phase.filter(|_| self.live) else { return };
        let stands = if self.paused { ", paused" } else { "" };
        let (left, all) = (face(self.clock.left(phase)), face(self.clock.left_in_all()));
        let number = phase.number();
        let long = format!("[{number}/4 {}: {left} left, {all} in all{stands}] ", phase.title());
        // a line that is longer than the terminal is wide would not be written over, but below
        let room = self.output.width().saturating_sub(TYPED);
        let text = if long.width() <= room {
            long
        } else {
            format!("[{number}/4 {left} left, {all} in all{stands}] ")
        };
        if text == self.status {
            return;
        }
        let pad = " ".repeat(self.status.width().saturating_sub(text.width()));
        let back = "\u{8}".repeat(pad.len());
        self.output.print(&format!("\r{text}{pad}{back}"));
        self.status = text;
    }
}
