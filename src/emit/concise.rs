//! One finding a line: `FILE:LINE:COL: severity[CODE] message`, as editors and `grep` like it.

use std::fmt::Write as _;

use super::{Findings, one_line};

/// The findings of a root, one a line.
pub fn concise(findings: Findings<'_>) -> String {
    let mut out = String::new();
    for diagnostic in findings.diagnostics {
        let at = findings.sources.position(diagnostic.span);
        let path = one_line(findings.sources.path(diagnostic.span));
        let message = one_line(&diagnostic.message);
        let (severity, code) = (diagnostic.severity.as_str(), diagnostic.code);
        // writing to a string cannot fail
        let _ = writeln!(out, "{path}:{}:{}: {severity}[{code}] {message}", at.line, at.column);
    }
    out
}
