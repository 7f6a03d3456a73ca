//! Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

use std::fmt::Write as _;

use super::{Findings, harmless, range};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;

/// The findings of a root, one command a line.
pub fn github(findings: Findings<'_>) -> String {
    findings.diagnostics.iter().map(|diagnostic| command(findings.sources, diagnostic)).collect()
}

fn command(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let (start, end) = range(sources, diagnostic.span);
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut out = format!("::{level} file={},line={}", property(sources.path(diagnostic.span)), start.line);
    // columns are read only where start and end share a line
    let _ = if start.line == end.line {
        write!(out, ",col={},endColumn={}", start.column, end.column)
    } else {
        write!(out, ",endLine={}", end.line)
    };
    let title = format!("{} {}", diagnostic.code, diagnostic.name);
    let help = diagnostic.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let message = harmless(&diagnostic.message);
    let _ = writeln!(out, ",title={}::{}", property(&title), data(&format!("{message}{help}")));
    out
}

/// The text of a command: what would end it is escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command: what parts properties is escaped too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Document, Span};

    #[test]
    fn nothing_in_a_name_or_message_ends_the_command() {
        let mut sources = Sources::default();
        let file = sources.add(Document::new("a,b:c\n.arch", "service x\n"));
        let it =
            Diagnostic::new("AV001", "x", Severity::Note, Span::new(file, 8, 9), "100% of `x`\n::error::y")
                .with_help("more");
        assert_eq!(
            command(&sources, &it),
            "::notice file=a%2Cb%3Ac%0A.arch,line=1,col=9,endColumn=10,title=AV001 x::100%25 of `x`%0A::error::y%0Amore\n"
        );
    }
}
