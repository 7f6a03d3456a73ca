//! Who leans on whom, as a square: rows call, send to or are copied into columns. Knows no form.

use std::collections::BTreeMap;

use super::document::Report;

/// The square.
pub(super) struct Matrix<'a> {
    /// Components with a tie, in their order.
    pub(super) members: Vec<&'a str>,
    signs: BTreeMap<(&'a str, &'a str), &'static str>,
}

impl<'a> Matrix<'a> {
    /// The square of a report; links between groups are no ties.
    pub(super) fn new(report: &Report<'a>) -> Self {
        let mut signs = BTreeMap::new();
        for it in report.connections.iter().filter(|it| it.op != "--") {
            let sign = match it.op {
                "->" => "→",
                "~>" => "⇢",
                _ => "⇒",
            };
            signs.entry((it.from, it.to)).or_insert(sign);
        }
        let tied: std::collections::BTreeSet<&str> =
            signs.keys().flat_map(|(from, to)| [*from, *to]).collect();
        let members = report.components.iter().map(|it| it.path).filter(|path| tied.contains(path)).collect();
        Self { members, signs }
    }

    /// How one leans on another: `→` calls it, `⇢` sends to it, `⇒` is copied into it.
    pub(super) fn sign(&self, from: &str, to: &str) -> Option<&'static str> {
        self.signs.get(&(from, to)).copied()
    }
}
