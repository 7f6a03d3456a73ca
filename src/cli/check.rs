//! `archc check`

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Exit;
use super::arguments::{Check, FailOn, FindingFormat};
use super::compile::{self, today};
use super::documents::collect;
use super::output::Output;
use crate::compilation::Compilation;
use crate::diagnostic::{Diagnostic, Severity};
use crate::emit::{self, Findings, Summary};
use crate::source::Sources;

pub(super) fn run(options: &Check, output: &Output) -> Exit {
    let config = match today(options.today.as_deref(), output) {
        Ok(config) => config,
        Err(exit) => return exit,
    };
    let found = collect(&options.paths, options.stdin_filename.as_deref(), &["arch", "md"], output);
    if found.files.is_empty() && found.exit == Exit::Done {
        output.remark("archc: found no `.arch` file\n");
    }
    let compilations = compile::all(&found.files, &config);
    let roots = told_once(&compilations);
    let summary = summarise(&compilations, &roots);
    let told = print(options.format, &roots, summary, output);
    let failed = Exit::found_if(fails(options.fail_on, summary.worst()));
    found.exit.max(told).max(failed)
}

/// The findings of a root, as far as no earlier root has told them.
type Told<'a> = (&'a Sources, Cow<'a, [Diagnostic]>);

/// The findings of each compilation, without those that an earlier one has told: what several designs import is told once.
fn told_once(compilations: &[Compilation]) -> Vec<Told<'_>> {
    if let [only] = compilations {
        return vec![(&only.sources, Cow::Borrowed(&only.diagnostics))];
    }
    let mut known = BTreeSet::new();
    compilations
        .iter()
        .map(|compilation| {
            let sources = &compilation.sources;
            let new = |diagnostic: &&Diagnostic| {
                let path = sources.path(diagnostic.span).to_owned();
                let place = sources.position(diagnostic.span);
                known.insert((path, place, diagnostic.code, diagnostic.message.clone()))
            };
            (sources, compilation.diagnostics.iter().filter(new).cloned().collect())
        })
        .collect()
}

fn summarise(compilations: &[Compilation], roots: &[Told<'_>]) -> Summary {
    let mut summary = Summary::default();
    let mut files = BTreeSet::new();
    for compilation in compilations {
        files.extend(compilation.sources.iter().map(|(_, document)| document.path()));
        summary.suppressed += compilation.suppressed;
    }
    summary.files = files.len();
    for (_, diagnostics) in roots {
        summary.count(diagnostics);
    }
    summary
}

fn print(format: FindingFormat, roots: &[Told<'_>], summary: Summary, output: &Output) -> Exit {
    let findings: Vec<Findings<'_>> =
        roots.iter().map(|(sources, diagnostics)| Findings { sources, diagnostics }).collect();
    match format {
        FindingFormat::Json => output.print(&emit::json(&findings, summary)),
        FindingFormat::Concise => {
            output.print(&findings.iter().map(|root| emit::concise(*root)).collect::<String>())
        }
        FindingFormat::Human => {
            let style = output.human_style();
            let mut text: String = findings.iter().map(|root| emit::human(*root, style)).collect();
            if !output.is_quiet() {
                text.push_str(&summary.sentence());
                text.push('\n');
            }
            output.print(&text)
        }
    }
}

fn fails(fail_on: FailOn, worst: Option<Severity>) -> bool {
    let level = match fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Note => Severity::Note,
        FailOn::Never => return false,
    };
    worst.is_some_and(|worst| worst >= level)
}
