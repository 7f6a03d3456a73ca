//! `archc check`

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Exit;
use super::arguments::{Check, FindingFormat};
use super::compile;
use super::documents::collect;
use super::output::Output;
use super::past::Past;
use super::settings::{Configs, Settings};
use crate::compilation::Compilation;
use crate::diagnostic::Diagnostic;
use crate::emit::{self, Before, Findings, HumanStyle, Summary};
use crate::source::Sources;

pub(super) fn run(options: &Check, settings: &Settings, output: &Output) -> Exit {
    let found = collect(&options.paths, options.stdin_filename.as_deref(), &["arch", "md"], output);
    if found.files.is_empty() && found.exit == Exit::Done {
        output.remark("archc: found no `.arch` file\n");
    }
    let paths = found.files.iter().map(|file| file.path.as_str());
    let configs = match settings.of_all(paths, options.today.as_deref(), Some(&options.levels), output) {
        Ok(configs) => configs,
        Err(exit) => return exit,
    };
    let past = match Past::of(options, &found.files, &configs, output) {
        Ok(past) => past,
        Err(exit) => return exit,
    };
    let compilations = compile::all(&found.files, &configs);
    let mut roots = told_once(&compilations);
    let mut before = None;
    if let Some(past) = &past {
        let news = past.compare(roots, &configs);
        roots = news.roots;
        before = Some(Before { known: news.known, gone: news.gone });
    }
    let summary = summarise(&compilations, &roots);
    let told = tell(options, &roots, summary, before.as_ref(), output);
    if let (Some(past), Some(before)) = (&past, &before) {
        past.tell_gone(&before.gone, output);
    }
    let failed = Exit::found_if(fails(&roots, &configs));
    // the process is over: the system takes all memory back faster than it is given back piece by piece
    std::mem::forget(roots);
    std::mem::forget(compilations);
    found.exit.max(told).max(failed)
}

/// The findings of a root, as far as no earlier root has told them.
pub(super) type Told<'a> = (&'a Sources, Cow<'a, [Diagnostic]>);

/// The findings of each compilation, without those that an earlier one has told: what several designs import is told once.
pub(super) fn told_once(compilations: &[Compilation]) -> Vec<Told<'_>> {
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

/// The findings in a format; `None` for the one that people read, which depends on where it is shown.
fn text(
    format: FindingFormat,
    findings: &[Findings<'_>],
    summary: Summary,
    before: Option<&Before>,
) -> Option<String> {
    Some(match format {
        FindingFormat::Human => return None,
        FindingFormat::Concise => findings.iter().map(|root| emit::concise(*root)).collect(),
        FindingFormat::Json => emit::json(findings, summary, before),
        FindingFormat::Sarif => emit::sarif(findings),
        FindingFormat::Github => findings.iter().map(|root| emit::github(*root)).collect(),
        FindingFormat::Gitlab => emit::gitlab(findings),
        FindingFormat::Junit => emit::junit(findings),
    })
}

fn human(
    findings: &[Findings<'_>],
    summary: Summary,
    before: Option<&Before>,
    style: HumanStyle,
    quiet: bool,
) -> String {
    let mut text: String = findings.iter().map(|root| emit::human(*root, style)).collect();
    if !quiet {
        text.push_str(&summary.sentence(before));
        text.push('\n');
    }
    text
}

fn tell(
    options: &Check,
    roots: &[Told<'_>],
    summary: Summary,
    before: Option<&Before>,
    output: &Output,
) -> Exit {
    let findings: Vec<Findings<'_>> =
        roots.iter().map(|(sources, diagnostics)| Findings { sources, diagnostics }).collect();
    let in_words = |style| human(&findings, summary, before, style, output.is_quiet());
    let mut exit = Exit::Done;
    for file in &options.output {
        let plain = || in_words(HumanStyle { color: false, width: 100 });
        let text = text(file.format, &findings, summary, before).unwrap_or_else(plain);
        exit = exit.max(output.write_file(&file.path, text.as_bytes()));
    }
    let shown =
        text(options.format, &findings, summary, before).unwrap_or_else(|| in_words(output.human_style()));
    exit.max(output.print(&shown))
}

/// Whether a root has a finding that its configuration does not let pass.
fn fails(roots: &[Told<'_>], configs: &Configs) -> bool {
    roots.iter().any(|(sources, diagnostics)| {
        let root = sources.iter().next().map_or("", |(_, document)| document.path());
        let fail_on = configs.of(root).fail_on;
        diagnostics.iter().any(|diagnostic| fail_on.fails(diagnostic.severity))
    })
}
