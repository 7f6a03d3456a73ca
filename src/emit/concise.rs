//! One finding a line: `FILE:LINE:COL: severity[CODE] message`, as editors and `grep` like it.

use std::fmt::Write as _;

use super::{Findings, harmless};

/// The findings of a root, one a line.
pub fn concise(findings: Findings<'_>) -> String {
    let mut out = String::new();
    for diagnostic in findings.diagnostics {
        let at = findings.sources.position(diagnostic.span);
        let path = findings.sources.path(diagnostic.span);
        let message = harmless(&diagnostic.message).replace('\n', " ");
        let (severity, code) = (diagnostic.severity.as_str(), diagnostic.code);
        // writing to a string cannot fail
        let _ = writeln!(out, "{path}:{}:{}: {severity}[{code}] {message}", at.line, at.column);
    }
    out
}
