//! The estimate for a terminal: columns that line up, the result where the eye ends.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::{Assumed, Estimate, Line, Section};

/// How it looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// Columns.
    pub width: usize,
}

const BOLD: &str = "\u{1b}[1m";
const CYAN: &str = "\u{1b}[36m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        if self.color && !text.is_empty() { format!("{code}{text}{RESET}") } else { text.to_owned() }
    }
}

/// The estimate as text.
pub fn human(estimate: &Estimate, style: Style) -> String {
    let mut out = String::new();
    let title = estimate.system.label.as_deref().or(estimate.system.name.as_deref());
    let title = format!("{}: back of the envelope", title.unwrap_or("Untitled design"));
    let _ = writeln!(out, "{}", style.paint(BOLD, &printable(&title)));
    for section in &estimate.sections {
        let _ = writeln!(out, "\n{}", style.paint(BOLD, section.title));
        lines(&mut out, section, style);
    }
    if estimate.sections.is_empty() {
        out.push_str("\nNothing can be estimated yet.\n");
    }
    assumptions(&mut out, &estimate.assumptions, style);
    if !estimate.missing.is_empty() {
        let _ = writeln!(out, "\n{}", style.paint(BOLD, "Would tell more"));
        for it in &estimate.missing {
            let _ = writeln!(out, "  `{}` of `{}`: {}", it.attribute, printable(&it.subject), it.gives);
        }
    }
    out
}

/// Names come from a file: what a terminal would obey is left out.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

fn marks(line: &Line) -> String {
    let marks: Vec<String> = line.assumptions.iter().map(|number| format!("[{number}]")).collect();
    if marks.is_empty() { String::new() } else { format!(" {}", marks.join("")) }
}

fn lines(out: &mut String, section: &Section, style: Style) {
    let widest = |of: &dyn Fn(&Line) -> usize| section.lines.iter().map(of).max().unwrap_or(0);
    let subject = widest(&|line| printable(&line.subject).width());
    let what = widest(&|line| line.what.width());
    let arithmetic = widest(&|line| printable(&line.arithmetic).width());
    let result = widest(&|line| line.result.width() + marks(line).width());
    let in_one_row = 2 + subject + 2 + what + 2 + arithmetic + 3 + result <= style.width;
    for line in &section.lines {
        let head = format!("{}  {}", pad(&printable(&line.subject), subject), pad(&line.what, what));
        let tail = format!("= {}{}", style.paint(CYAN, &line.result), style.paint(DIM, &marks(line)));
        let arithmetic_text = printable(&line.arithmetic);
        let row = match in_one_row {
            true => format!("  {head}  {} {tail}", pad(&arithmetic_text, arithmetic)),
            // too wide: the figure first, how it came about below
            false => format!("  {head}  {tail}\n      {}", style.paint(DIM, &arithmetic_text)),
        };
        let _ = writeln!(out, "{}", row.trim_end());
    }
}

fn assumptions(out: &mut String, list: &[Assumed], style: Style) {
    if list.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", style.paint(BOLD, "Assumed, and where to change it"));
    for it in list {
        let said = format!(
            "`{}` of `{}` = {} ({})",
            it.attribute,
            printable(&it.subject),
            printable(&it.value),
            printable(&it.source)
        );
        let number = style.paint(DIM, &format!("[{}]", it.number));
        let _ = writeln!(out, "  {number} {said}: {}", printable(&it.change));
    }
}
