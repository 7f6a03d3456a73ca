//! A scorecard for people: in columns without need of colour.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::{Criterion, Scorecard};
use crate::emit::harmless;
use crate::practice::human::{Look, counted};

/// Cells of a bar.
const CELLS: usize = 20;

/// The scorecard as text; with `answers`, those to the questions.
pub fn human(card: &Scorecard, answers: bool, look: Look) -> String {
    let mut out = String::new();
    look.title(&mut out, &format!("{}: {} of {} points", card.title, points(card.points), points(card.of)));
    let widest = card.criteria.iter().map(|it| it.title.width()).max().unwrap_or(0);
    for it in &card.criteria {
        let _ = writeln!(
            out,
            "{:<widest$}  {}  {:>5} of {}",
            it.title,
            bar(it.points / it.of),
            points(it.points),
            points(it.of)
        );
    }
    if card.mistakes > 0 {
        let _ = writeln!(
            out,
            "\n{} in the source {}: mend {} first.",
            counted(card.mistakes, "mistake"),
            if card.mistakes == 1 { "hides what it stands in" } else { "hide what they stand in" },
            if card.mistakes == 1 { "it" } else { "them" }
        );
    }
    look.heading(&mut out, "What the brief asks, and what answers it");
    for it in card.flows.iter().chain(&card.data) {
        let found = if it.found.is_empty() { "nothing".to_owned() } else { it.found.join(", ") };
        let _ = writeln!(out, "  {} <- {}", harmless(&it.asked), harmless(&found));
    }
    for it in &card.criteria {
        criterion(&mut out, it, look);
    }
    look.heading(&mut out, "What an interviewer would ask");
    for (at, it) in card.questions.iter().enumerate() {
        let first = format!("{:>2}. ", at + 1);
        look.wrapped(&mut out, &first, &format!("{} [{}]", harmless(&it.question), it.from));
        if let Some(answer) = it.answer.as_deref().filter(|_| answers) {
            look.wrapped(&mut out, &format!("{}> ", " ".repeat(first.width())), &harmless(answer));
        }
    }
    if card.questions.is_empty() {
        out.push_str("Nothing: there is no design to ask about.\n");
    } else if !answers {
        out.push_str("\nAnswer them aloud; `--answers` tells what archc computes.\n");
    }
    out
}

fn criterion(out: &mut String, it: &Criterion, look: Look) {
    look.heading(out, &format!("{}: {} of {}", it.title, points(it.points), points(it.of)));
    for line in &it.lines {
        let sign = match line.win {
            None => "+",
            Some(_) if line.points > 0.0 => "~",
            Some(_) => "-",
        };
        let first = format!("  {sign} {:>5} of {:<5} ", points(line.points), points(line.of));
        look.wrapped(out, &first, &format!("{}: {}", harmless(&line.what), harmless(&line.found)));
        if let Some(win) = &line.win {
            look.wrapped(out, &format!("{}> ", " ".repeat(first.width())), &harmless(win));
        }
    }
}

fn bar(share: f64) -> String {
    let full = (share.clamp(0.0, 1.0) * CELLS as f64).round() as usize;
    format!("[{}{}]", "#".repeat(full), ".".repeat(CELLS - full.min(CELLS)))
}

fn points(points: f64) -> String {
    let tenth = (points * 10.0).round() / 10.0;
    if tenth.fract() == 0.0 { format!("{tenth:.0}") } else { format!("{tenth:.1}") }
}
