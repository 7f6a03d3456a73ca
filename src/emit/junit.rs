//! Findings as a JUnit report, which every CI server reads: a suite for each file, a case for each finding.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Findings, range};
use crate::diagnostic::{Diagnostic, Severity};
use crate::diagram::svg::escape;
use crate::source::Sources;

/// The findings of all roots as one XML document. A file without findings has one case that passes; a note does not fail its case.
pub fn junit(roots: &[Findings<'_>]) -> String {
    let mut suites: BTreeMap<&str, Vec<(&Sources, &Diagnostic)>> = BTreeMap::new();
    for root in roots {
        for (_, document) in root.sources.iter() {
            suites.entry(document.path()).or_default();
        }
        for diagnostic in root.diagnostics {
            suites.entry(root.sources.path(diagnostic.span)).or_default().push((root.sources, diagnostic));
        }
    }
    let fails = |(_, it): &&(&Sources, &Diagnostic)| it.severity > Severity::Note;
    let tests: usize = suites.values().map(|suite| suite.len().max(1)).sum();
    let failures: usize = suites.values().flatten().filter(fails).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // writing to a string cannot fail
    let _ =
        writeln!(out, "<testsuites name=\"archc\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">");
    for (path, suite) in &suites {
        let name = escape(path);
        let failures = suite.iter().filter(fails).count();
        let tests = suite.len().max(1);
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
        );
        if suite.is_empty() {
            let _ = writeln!(out, "    <testcase name=\"no findings\" classname=\"{name}\"/>");
        }
        for (sources, diagnostic) in suite {
            case(&mut out, path, sources, diagnostic);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(out: &mut String, path: &str, sources: &Sources, it: &Diagnostic) {
    let (start, _) = range(sources, it.span);
    let place = format!("{}:{}", start.line, start.column);
    let _ = writeln!(
        out,
        "    <testcase name=\"{} {} at {place}\" classname=\"{}\">",
        it.code,
        it.name,
        escape(path)
    );
    let help = it.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let text = escape(&format!("{path}:{place}: {}{help}", it.message));
    let _ = match it.severity {
        Severity::Note => writeln!(out, "      <system-out>{text}</system-out>"),
        severity => writeln!(
            out,
            "      <failure type=\"{}\" message=\"{}\">{text}</failure>",
            severity.as_str(),
            escape(&it.message)
        ),
    };
    out.push_str("    </testcase>\n");
}
